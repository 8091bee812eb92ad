"""The system's refusals to write, as errors that help."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from prismic_ssg.errors import OutputError


class explained:  # noqa: N801  (used as a function)
    """Turns the system's refusals into OutputError, which says what to do."""

    def __init__(self, path: Path | str) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            # Of what is put in its place, that place: the other one is nothing that a reader knows.
            path = error.filename2 or error.filename or self._path
            hint = "is there room on the disk, and may this user write there?"
            if isinstance(error, FileExistsError | IsADirectoryError | NotADirectoryError):
                hint = "a file and a folder of one name: rename or remove one of them"
            raise OutputError(
                f"can't write the output: {error.strerror or error}: {str(path)!r}",
                file=str(path),
                hint=hint,
            ) from error
