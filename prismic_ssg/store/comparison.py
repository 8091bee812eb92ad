"""Two output folders side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.store.output import MANIFEST
from prismic_ssg.store.sources import walk
from prismic_ssg.store.staging import STAGING


@dataclass(frozen=True)
class FileDifference:
    """A file that is not the same in both folders, None where it is not in one of them. `line` is
    the first that differs, counted from 1, where both are text."""

    name: str
    here: bytes | None
    there: bytes | None

    @property
    def line(self) -> int | None:
        if self.here is None or self.there is None:
            return None
        pairs = zip(self.here.split(b"\n"), self.there.split(b"\n"), strict=False)
        return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), None)


def differences(here: Path, there: Path) -> Iterator[FileDifference]:
    """The files of which the two folders have not the same bytes, by name.

    Files that are in the first one alone count only if a build has written them.
    """
    ours, theirs = _ours(here), dict(walk(there))
    for name in sorted({**ours, **theirs}):
        if name == MANIFEST or name.startswith(f"{STAGING}/"):
            continue
        one = ours[name].read_bytes() if name in ours else None
        other = theirs[name].read_bytes() if name in theirs else None
        if one != other:
            yield FileDifference(name, one, other)


def _ours(folder: Path) -> dict[str, Path]:
    listed = (folder / MANIFEST).read_text("utf-8").split("\n")
    names = {line.partition(" ")[2] for line in listed}
    return {name: path for name, path in walk(folder) if name in names}
