"""Compiled templates of earlier builds, in one file: so that a build begins without compiling.

The file is a cache. One that is damaged, or was written for another Python or by another version,
is as if it were not there, and is written anew.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

_log = logging.getLogger("prismic_ssg.store")

_codes = msgspec.msgpack.Decoder(dict[str, bytes])
_DIGEST_BYTES = 32
_LENGTH = struct.Struct(">I")


def read_bytecode(path: Path, made_by: str) -> dict[str, bytes]:
    """What was written there by the same maker, whole and unharmed; else nothing.

    Python may crash over damaged bytecode, so the digest of all is looked at first.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    digest, packed = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if digest != _digest(packed, made_by):
        _log.info("bytecode=%s is of another version, or damaged: made anew", path)
        return {}
    return _codes.decode(packed)


def write_bytecode(path: Path, made_by: str, codes: Mapping[str, bytes]) -> None:
    """Keep compiled templates by name. Where that fails the next build compiles them again."""
    packed = msgspec.msgpack.encode(dict(codes))
    staged = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        staged.write_bytes(_digest(packed, made_by) + packed)
        staged.replace(path)
    except OSError as error:
        _log.warning("bytecode=%s can't be written: %s", path, error)
        staged.unlink(missing_ok=True)


def _digest(packed: bytes, made_by: str) -> bytes:
    maker = made_by.encode()
    return sha256(_LENGTH.pack(len(maker)) + maker + packed).digest()
