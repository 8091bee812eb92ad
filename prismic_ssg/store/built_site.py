"""The output folder as its readers see it."""

from __future__ import annotations

from pathlib import Path

from prismic_ssg.errors import OutputError
from prismic_ssg.store.output import MANIFEST
from prismic_ssg.store.sources import walk
from prismic_ssg.store.staging import STAGING


class BuiltSite:
    """Every file of an output folder, whoever put it there: a host publishes them all."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names = tuple(
            name
            for name, _ in walk(root)
            if name != MANIFEST and not name.startswith(f"{STAGING}/")
        )

    def text(self, name: str) -> str:
        """A file's text; what is no UTF-8 in it becomes the sign for that.

        Raises OutputError where the file is gone by now.
        """
        try:
            with (self.root / name).open("rb", buffering=0) as file:
                return file.readall().decode("utf-8", "replace")
        except OSError as error:
            raise OutputError(
                f"can't read {name!r} of the output: {error.strerror}",
                file=str(self.root / name),
                hint="was it built anew meanwhile? run the command again",
            ) from None


def is_built(output: Path) -> bool:
    """Whether a build has ever published into a folder."""
    return (output / MANIFEST).is_file()
