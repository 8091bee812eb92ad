"""A field of many documents, each value once."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping

import msgspec

from prismic_ssg.content.document import DIGEST_BYTES
from prismic_ssg.store.sums import checked, with_sum


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
    return with_sum(_encode(_Column(list(place_of), b"".join(fields), places.tobytes())))


def read_column(packed: bytes) -> dict[bytes, bytes]:
    """The fields that were packed. Raises sqlite3.DatabaseError where they are damaged."""
    content = checked(packed)
    if content is None:
        raise sqlite3.DatabaseError("a field of all documents is damaged")
    column = _decode(content)
    digests = column.digests
    each = [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
    places = array("I", column.places)
    return dict(zip(each, map(column.values.__getitem__, places), strict=True))
