"""The short fields of a document, kept apart from its text.

A line in a list shows a title and a date. Out of the text that is all of it read, checked and taken
apart for a hundredth of it; a brief is a tenth as long.
"""

from __future__ import annotations

import msgspec

from prismic_ssg.content.document import Text
from prismic_ssg.store.sums import with_sum

# A field that is longer is left to the text.
LONGEST_BYTES = 1000

# Of a document that is nothing but short fields, only so much is stored twice.
_MOST_BYTES = 4000

_NULL = msgspec.Raw(b"null")


class Brief(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """All fields of a document in its order, each in JSON. Those in `long` are null here."""

    fields: dict[str, msgspec.Raw]
    long: frozenset[str]


class Split(msgspec.Struct, frozen=True, gc=False):
    """The fields of a document's text, apart, with nothing else of it decoded."""

    data: dict[str, msgspec.Raw] = {}


split = msgspec.json.Decoder(Split).decode
_brief = msgspec.json.Decoder(Brief).decode
_encode = msgspec.json.Encoder().encode


def packed_brief(text: Text, digest: bytes) -> tuple[bytes | None, dict[str, msgspec.Raw]]:
    """The brief of a document as it is stored, and the fields that are in it.

    None, and no fields, for one with broken data: readers of its fields are told what is broken
    when they come to the text.
    """
    try:
        given = split(text.json).data if text.fields is None else text.fields
        fields: dict[str, msgspec.Raw] = {}
        short: dict[str, msgspec.Raw] = {}
        long, room_bytes = [], _MOST_BYTES
        for name, raw in given.items():
            length = len(raw)
            if length > LONGEST_BYTES or length > room_bytes:
                long.append(name)
                fields[name] = _NULL
            else:
                room_bytes -= length
                fields[name] = short[name] = raw
        json = _encode((fields, long))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None, {}
    # A text has its digest against damage, a brief a sum.
    return with_sum(json, digest), short


def read_brief(json: memoryview) -> Brief:
    """The brief that is in this JSON, of which it keeps hold."""
    return _brief(json)
