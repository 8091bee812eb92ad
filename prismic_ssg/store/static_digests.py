"""Digests of static files, kept from build to build: a file that has not changed is not read again.

What a system says of a file tells whether it changed, but for what happens within one tick of its
clock: a file that changed just before the digests were written is read once more.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from prismic_ssg.store.cache import make_folder

_FILE = "static-digests.json"

# File systems keep times in steps of up to two seconds.
_TICK_NS = 2_000_000_000

_Known = dict[str, tuple[int, int, int, int, str]]
_decoder = msgspec.json.Decoder(_Known)


class StaticDigests:
    """The digest of static files by their path, kept in a cache folder, or nowhere without one."""

    def __init__(self, cache: Path | None) -> None:
        self._file = None if cache is None else cache / _FILE
        self._before: _Known = {}
        self._now: _Known = {}
        self._was_read = False
        try:
            if self._file is not None:
                self._before = _decoder.decode(self._file.read_bytes())
                self._written_ns = self._file.stat().st_mtime_ns
        except (OSError, msgspec.DecodeError):
            self._before = {}

    def of(self, path: Path) -> str:
        """8 hex digits of a file's content."""
        found = os.stat(path)  # noqa: PTH116  (as fast as it gets: a big folder has thousands)
        # The time of any change, too: what unpacks or copies a file may set the other one back.
        key = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        known = self._before.get(str(path))
        if (
            known is not None
            and known[:4] == key
            and found.st_mtime_ns < self._written_ns - _TICK_NS
        ):
            digest = known[4]
        else:
            self._was_read = True
            with path.open("rb") as file:
                digest = hashlib.file_digest(
                    file, lambda: hashlib.blake2b(digest_size=4)
                ).hexdigest()
        self._now[str(path)] = (*key, digest)
        return digest

    def keep(self) -> None:
        """Write down what was asked for; where it can't be, the next build reads again."""
        if self._file is None or (not self._was_read and self._before.keys() == self._now.keys()):
            return
        staged = self._file.with_name(f"{_FILE}.{os.getpid()}.tmp")
        try:
            make_folder(self._file.parent)
            staged.write_bytes(msgspec.json.encode(self._now))
            staged.replace(self._file)
        except OSError:
            staged.unlink(missing_ok=True)
