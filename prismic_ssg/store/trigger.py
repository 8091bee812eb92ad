"""The trigger file: whoever touches it asks for a build.

`touch`, a deploy script or a webhook receiver on the same machine may write to it whatever they
like. A receiver of ours appends a line of JSON that says what it was told; those lines are only
hints, for a build finds out by itself what is published.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from prismic_ssg.store.cache import make_folder

# A hint is some 300 bytes. A file that months of webhooks have filled begins anew.
_MOST_BYTES = 256 * 1024


class Hint(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a webhook said: the new master ref, and the ids of documents that changed."""

    cause: str = "webhook"
    ref: str | None = None
    documents: tuple[str, ...] = ()


@dataclass
class Trigger:
    """A trigger file, which need not be there yet. One reader; writers as many as like.

    What was in it before this object was made is no news.
    """

    path: Path

    def __post_init__(self) -> None:
        self._seen = _signature(self._stat())
        self._read_to = 0, _digest(b"")
        self._read()

    def append(self, hint: Hint) -> None:
        """Add a line, in one write: lines of several writers do not mix. Raises OSError."""
        line = msgspec.json.encode(hint) + b"\n"
        make_folder(self.path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        found = self._stat()
        if found is not None and found.st_size > _MOST_BYTES:
            flags |= os.O_TRUNC
        handle = os.open(self.path, flags, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)

    def news(self) -> tuple[Hint, ...] | None:
        """The hints since the last call; None if nobody touched the file meanwhile.

        Other lines are somebody's touch, and no hint. That the file went is no touch.
        """
        found = self._stat()
        signature = _signature(found)
        if signature == self._seen:
            return None
        self._seen = signature
        return self._read()

    def _read(self) -> tuple[Hint, ...] | None:
        """The hints that were not read yet; None where there is no file."""
        try:
            text = self.path.read_bytes()
        except OSError:
            self._read_to = 0, _digest(b"")
            return None
        offset, known = self._read_to
        # Another file in its place is all new, even if the system gave it the same number.
        start = offset if _digest(text[:offset]) == known else 0
        # A line that is still being written is read with the touch that ends it.
        end = max(start, text.rfind(b"\n") + 1)
        self._read_to = end, _digest(text[:end])
        return tuple(hint for line in text[start:end].splitlines() if (hint := _hint(line)))

    def _stat(self) -> os.stat_result | None:
        try:
            return self.path.stat()
        except OSError:
            return None


def _signature(found: os.stat_result | None) -> tuple[int, int, int] | None:
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else None


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=16).digest()


def _hint(line: bytes) -> Hint | None:
    try:
        return msgspec.json.decode(line, type=Hint)
    except msgspec.DecodeError:
        return None
