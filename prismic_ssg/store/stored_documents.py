"""Documents whose text stays on disk until somebody reads a field.

Most documents of a build that has little to do are never read: their envelopes are enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from prismic_ssg.content.document import Document, Envelope

# Texts that were read stay in memory up to here: queries read the same field of all documents.
_KEPT_BYTES = 128 << 20

ReadBody = Callable[[int, bytes], bytes]

_envelope = msgspec.json.Decoder(Envelope)
_NO_DATA = msgspec.Raw(b"{}")


class Bodies:
    """Texts of documents, read by `read(number, digest)` when first asked for.

    Kept as long as there is room. Nothing is dropped for something newer: queries read documents
    in a circle, where the oldest one is just what is wanted next.
    """

    def __init__(self, read: ReadBody) -> None:
        self._read = read
        self._kept: dict[int, bytes] = {}
        self._room_bytes = _KEPT_BYTES

    def text(self, number: int, digest: bytes) -> bytes:
        body = self._kept.get(number)
        if body is None:
            body = self._read(number, digest)
            if len(body) <= self._room_bytes:
                self._kept[number] = body
                self._room_bytes -= len(body)
        return body


class StoredEnvelope(Envelope, frozen=True, gc=False, kw_only=True):
    """An envelope whose `data` is read from the store when asked for."""

    bodies: Any = None
    number: int = 0
    digest: bytes = b""

    @property  # type: ignore[misc]  # (a member there; reads the same)
    def data(self) -> msgspec.Raw:
        return _envelope.decode(self.text).data

    @property
    def text(self) -> bytes:
        text: bytes = self.bodies.text(self.number, self.digest)
        return text


_stored_envelope = msgspec.json.Decoder(StoredEnvelope)
_complete = msgspec.structs.force_setattr


class StoredDocument(Document):
    """A document whose text is read from the store when asked for."""

    __slots__ = ()

    envelope: StoredEnvelope

    def __init__(self, number: int, digest: bytes, envelope: bytes, bodies: Bodies) -> None:
        # Still ours alone: what is not in the JSON is put in here, in half the time of a copy.
        self.envelope = decoded = _stored_envelope.decode(envelope)
        _complete(decoded, "bodies", bodies)
        _complete(decoded, "number", number)
        _complete(decoded, "digest", digest)
        self._fields = None

    @property
    def raw(self) -> bytes:  # type: ignore[override]  # (a slot there; reads the same)
        return self.envelope.text

    @property
    def digest(self) -> bytes:
        return self.envelope.digest


def envelope_json(document: Document) -> bytes:
    """The envelope without `data`, as StoredDocument reads it."""
    return msgspec.json.encode(msgspec.structs.replace(document.envelope, data=_NO_DATA))


def digest_of(body: bytes) -> bytes:
    """What Document.digest is for this text."""
    return hashlib.blake2b(body, digest_size=16).digest()
