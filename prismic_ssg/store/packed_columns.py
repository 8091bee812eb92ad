"""A field of many documents, each value once."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping
from zlib import crc32

import msgspec

from prismic_ssg.content.document import DIGEST_BYTES

_CHECK_BYTES = 4


class _Column(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The documents' digests, one after another, and for each the place of its value."""

    values: list[bytes]
    digests: bytes
    places: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Column).decode


def packed_column(fields: Mapping[bytes, bytes]) -> bytes:
    """A field of these documents, by their digests."""
    place_of = {value: place for place, value in enumerate(dict.fromkeys(fields.values()))}
    places = array("I", map(place_of.__getitem__, fields.values()))
    packed = _encode(_Column(list(place_of), b"".join(fields), places.tobytes()))
    return crc32(packed).to_bytes(_CHECK_BYTES, "big") + packed


def read_column(packed: bytes) -> dict[bytes, bytes]:
    """The fields that were packed. Raises sqlite3.DatabaseError where they are damaged."""
    content = memoryview(packed)[_CHECK_BYTES:]
    if crc32(content).to_bytes(_CHECK_BYTES, "big") != packed[:_CHECK_BYTES]:
        raise sqlite3.DatabaseError("a field of all documents is damaged")
    column = _decode(content)
    digests = column.digests
    each = [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
    places = array("I", column.places)
    return dict(zip(each, map(column.values.__getitem__, places), strict=True))
