"""Reading the output folder, for whoever serves it. Nothing outside of it is ever opened.

A name is refused that has an empty part, `.`, `..`, a backslash or a NUL, that begins with a dot
anywhere but in `.well-known`, or that a link leads away from.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from prismic_ssg.store.output import MANIFEST

_PIECE_BYTES = 1 << 18
_WELL_KNOWN = ".well-known"
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class PublishedFile:
    """One open file of the output; it stays what it is, whatever a build puts in its place.

    A context manager that closes it. `version` differs where the content may.
    """

    name: str
    size: int
    version: str
    stream: BinaryIO

    def read(self) -> bytes:
        """The whole content."""
        self.stream.seek(0)
        return self.stream.read()

    def pieces(self, start: int, length: int) -> Iterator[bytes]:
        """`length` bytes from `start` on, in pieces; fewer where the file is shorter."""
        self.stream.seek(start)
        while length > 0 and (piece := self.stream.read(min(length, _PIECE_BYTES))):
            length -= len(piece)
            yield piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


class PublishedFiles:
    """The files of an output folder, which need not be there yet."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def is_there(self) -> bool:
        """Whether a build has ever published into the folder."""
        return (self.root / MANIFEST).is_file()

    def find(self, name: str) -> PublishedFile | None:
        """The file of this name, `blog/index.html`; None where there is none to be shown."""
        if not is_served(name):
            return None
        real_root = os.path.realpath(self.root)
        path = os.path.join(real_root, *name.split("/"))  # noqa: PTH118  (no Path: it is asked often)
        try:
            if os.path.realpath(path) != path:
                return None
            handle = os.open(path, _OPEN)
        except (OSError, ValueError):
            return None
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            return None
        return PublishedFile(name, found.st_size, _version(found), os.fdopen(handle, "rb"))

    def has(self, name: str) -> bool:
        """Whether `find` would give a file."""
        file = self.find(name)
        if file is None:
            return False
        with file:
            return True


def _version(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"


def is_served(name: str) -> bool:
    """Whether a file of this name may be shown at all."""
    parts = name.split("/")
    if "\\" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        return False
    # What Windows takes for another drive, or for another stream of the file.
    if ":" in name and os.name == "nt":
        return False
    hidden = [part for part in parts if part.startswith(".")]
    return not hidden or (parts[0] == _WELL_KNOWN and hidden == [_WELL_KNOWN])
