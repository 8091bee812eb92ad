"""Documents whose text stays on disk until somebody reads a field.

Most documents of a build that has little to do are never read: their envelopes are enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.document import Document, Envelope

if TYPE_CHECKING:
    from prismic_ssg.store.stored_fields import StoredFields

# Texts whose data was read stay in memory up to here, in each process: what pages share is read
# for the first of them, and of most documents nobody but their own page wants to know anything.
_KEPT_BYTES = 16 << 20

# A page reads several fields of a document, and pages share a few documents.
_SPLIT_DOCUMENTS = 500

# Types and locales are few, combinations of tags may be many.
_MOST_SHARED = 10_000

ReadBody = Callable[[bytes], bytes]

_envelope = msgspec.json.Decoder(Envelope)
_value = msgspec.json.Decoder()


class _Split(msgspec.Struct, frozen=True, gc=False):
    """The fields of a document's text, apart, with nothing else of it decoded."""

    data: dict[str, msgspec.Raw] = {}


_split = msgspec.json.Decoder(_Split)
_NO_DATA = msgspec.Raw(b"{}")


class Bodies:
    """Texts of documents, read by `read(digest)` when first asked for.

    Kept as long as there is room. Nothing is dropped for something newer.
    """

    def __init__(self, read: ReadBody, columns: StoredFields | None = None) -> None:
        self._read = read
        self._columns = columns
        self._kept: dict[bytes, bytes] = {}
        self._room_bytes = _KEPT_BYTES
        self._fields: dict[bytes, dict[str, msgspec.Raw]] = {}
        self._one: dict[Any, Any] = {}

    def take(self, envelope: StoredEnvelope, digest: bytes) -> None:
        """Make an envelope, which is its document's alone yet, one whose text is read here.

        What many documents have in common is kept once: half of what 100,000 take in memory.
        """
        one = self._one
        if len(one) > _MOST_SHARED:
            one.clear()
        type_, lang, tags, first = (
            envelope.type,
            envelope.lang,
            envelope.tags,
            envelope.first_publication_date,
        )
        _complete(envelope, "bodies", self)
        _complete(envelope, "digest", digest)
        _complete(envelope, "type", one.setdefault(type_, type_))
        _complete(envelope, "lang", one.setdefault(lang, lang))
        if tags:
            _complete(envelope, "tags", one.setdefault(tags, tags))
        if first == envelope.last_publication_date:
            _complete(envelope, "last_publication_date", first)
        if envelope.slugs == (envelope.uid,):
            _complete(envelope, "slugs", (envelope.uid,))

    def text(self, digest: bytes) -> bytes:
        """A document's text, not kept: whoever wants all of it wants it once."""
        return self._kept.get(digest) or self._read(digest)

    def data(self, digest: bytes) -> msgspec.Raw:
        return _envelope.decode(self._body(digest)).data

    def _body(self, digest: bytes) -> bytes:
        body = self._kept.get(digest)
        if body is None:
            body = self._read(digest)
            if len(body) <= self._room_bytes:
                self._kept[digest] = body
                self._room_bytes -= len(body)
        return body

    def field(self, name: str, digest: bytes) -> bytes | msgspec.Raw | None:
        """One field in JSON, None where the document does not have it."""
        known = None if self._columns is None else self._columns.known(name, digest)
        return self.fields(digest).get(name) if known is None else known

    def fields(self, digest: bytes) -> dict[str, msgspec.Raw]:
        fields = self._fields.get(digest)
        if fields is None:
            if len(self._fields) >= _SPLIT_DOCUMENTS:
                self._fields.clear()
            fields = self._fields[digest] = _split.decode(self._body(digest)).data
        return fields


class StoredEnvelope(Envelope, frozen=True, gc=False, kw_only=True):
    """An envelope whose `data` is read from the store when asked for."""

    bodies: Any = None
    digest: bytes = b""

    @property  # type: ignore[misc]  # (a member there; reads the same)
    def data(self) -> msgspec.Raw:
        raw: msgspec.Raw = self.bodies.data(self.digest)
        return raw


_stored_envelope = msgspec.json.Decoder(StoredEnvelope)
_complete = msgspec.structs.force_setattr


class StoredDocument(Document):
    """A document whose text is read from the store when asked for."""

    __slots__ = ()

    envelope: StoredEnvelope

    def __init__(self, digest: bytes, envelope: bytes, bodies: Bodies) -> None:
        self.envelope = decoded = _stored_envelope.decode(envelope)
        bodies.take(decoded, digest)
        self._fields = None

    @property
    def raw(self) -> bytes:  # type: ignore[override]  # (a slot there; reads the same)
        place = self.envelope
        text: bytes = place.bodies.text(place.digest)
        return text

    @property
    def fields(self) -> dict[str, msgspec.Raw]:
        place = self.envelope
        fields: dict[str, msgspec.Raw] = place.bodies.fields(place.digest)
        return fields

    def field(self, name: str) -> Any:
        place = self.envelope
        raw: bytes | msgspec.Raw | None = place.bodies.field(name, place.digest)
        return None if raw is None else _value.decode(raw)

    @property
    def digest(self) -> bytes:
        return self.envelope.digest


def envelope_json(document: Document) -> bytes:
    """The envelope without `data`, as StoredDocument reads it."""
    return msgspec.json.encode(msgspec.structs.replace(document.envelope, data=_NO_DATA))


# Up to here it is faster to look for each of them.
_FEW_IDS = 8

_IDS = re.compile(rb'"id"\s*:\s*"([^"]*)"')


def name_test(ids: Collection[str]) -> Callable[[bytes], bool]:
    """Whether a document's JSON names one of these ids, which JSON writes as they are."""
    wanted = frozenset(id_.encode() for id_ in ids)
    if len(wanted) <= _FEW_IDS:
        return lambda text: any(id_ in text for id_ in wanted)
    return lambda text: not wanted.isdisjoint(_IDS.findall(text))
