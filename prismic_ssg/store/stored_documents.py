"""Documents whose text stays on disk until somebody reads a field.

Most documents of a build that has little to do are never read: their envelopes are enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Protocol

import msgspec

from prismic_ssg.content.document import Document, Envelope
from prismic_ssg.content.recent import Recent
from prismic_ssg.store.briefs import Brief, read_brief, split

# Texts whose fields were read stay in memory up to twice this, in each process: what pages share is
# read for the first of them, and of most documents nobody but their own page wants all.
_KEPT_BYTES = 2 << 20

# Likewise of briefs, each with its fields apart.
_KEPT_BRIEF_BYTES = 3 << 20
_BRIEF_BYTES = 500

# Documents that are read from disk at once. That briefs will be is kept in mind of more: a list of
# all documents is read in portions.
_AT_ONCE = 200
_MOST_EXPECTED = 2_000

# Types and locales are few, combinations of tags may be many.
_MOST_SHARED = 10_000

_envelope = msgspec.json.Decoder(Envelope)
_NO_DATA = msgspec.Raw(b"{}")


class Texts(Protocol):
    """Where the texts of documents are, by digest. Raises ContentError for damaged ones."""

    def body(self, digest: bytes) -> bytes: ...

    def bodies(self, digests: Collection[bytes]) -> Mapping[bytes, bytes]: ...

    def briefs(self, digests: Collection[bytes]) -> Mapping[bytes, memoryview]: ...


class Bodies:
    """Texts of documents, read when first asked for. What was used lately stays in memory.

    Of a short field nothing but the document's brief is read.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._fields: Recent[bytes, dict[str, msgspec.Raw]] = Recent(_KEPT_BYTES)
        self._briefs: Recent[bytes, Brief] = Recent(_KEPT_BRIEF_BYTES)
        self._expected: dict[bytes, None] = {}
        self._expected_whole: dict[bytes, None] = {}
        self._ahead: dict[bytes, bytes] = {}
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
            _complete(envelope, "tags", one.get(tags) or self._shared_tags(tags))
        if first == envelope.last_publication_date:
            _complete(envelope, "last_publication_date", first)
        if envelope.slugs == (envelope.uid,):
            _complete(envelope, "slugs", (envelope.uid,))

    def _shared_tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        one = self._one
        one[tags] = tags = tuple([one.setdefault(tag, tag) for tag in tags])
        return tags

    def expect(self, digest: bytes, *, whole: bool) -> None:
        """Let a document be read with the next one that has to be: some at once cost half."""
        if self._will_be_whole(digest):
            return
        expected, most = (
            (self._expected_whole, _AT_ONCE) if whole else (self._expected, _MOST_EXPECTED)
        )
        if len(expected) >= most:
            expected.clear()
        expected[digest] = None

    def _will_be_whole(self, digest: bytes) -> bool:
        return digest in self._expected_whole or digest in self._ahead

    def text(self, digest: bytes) -> bytes:
        """A document's text, not kept: whoever wants all of it wants it once."""
        return self._texts.body(digest)

    def data(self, digest: bytes) -> msgspec.Raw:
        return _envelope.decode(self._texts.body(digest)).data

    def field(self, name: str, digest: bytes) -> msgspec.Raw | None:
        """One field in JSON, None where the document does not have it."""
        fields = self._fields.get(digest)
        if fields is not None:
            return fields.get(name)
        brief = self._brief(digest)
        if brief is None or name in brief.long:
            return self.fields(digest).get(name)
        return brief.fields.get(name)

    def names(self, digest: bytes) -> Collection[str]:
        """The names of a document's fields, in its order."""
        fields = self._fields.get(digest)
        if fields is not None:
            return fields.keys()
        brief = self._brief(digest)
        return (self.fields(digest) if brief is None else brief.fields).keys()

    def _brief(self, digest: bytes) -> Brief | None:
        """A document's brief; None for one that has none, or whose text is about to be read."""
        brief = self._briefs.get(digest)
        if brief is not None or self._will_be_whole(digest):
            return brief
        for each, json in self._texts.briefs(self._with_expected(digest)).items():
            self._briefs.put(each, read_brief(json), _BRIEF_BYTES + len(json))
        return self._briefs.get(digest)

    def _with_expected(self, digest: bytes) -> list[bytes]:
        """A document, and those that are expected longest and are not here yet."""
        expected = self._expected
        longest = tuple(islice(expected, _AT_ONCE))
        for each in longest:
            del expected[each]
        get = self._briefs.get
        return [digest, *(each for each in longest if each != digest and get(each) is None)]

    def fields(self, digest: bytes) -> dict[str, msgspec.Raw]:
        fields = self._fields.get(digest)
        if fields is None:
            body = self._body(digest)
            fields = split(body).data
            self._fields.put(digest, fields, len(body))
        return fields

    def _body(self, digest: bytes) -> bytes:
        if digest in self._expected_whole:
            expected, self._expected_whole = tuple(self._expected_whole), {}
            self._ahead = dict(self._texts.bodies(expected))
        return self._ahead.pop(digest, None) or self._texts.body(digest)


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

    @property
    def names(self) -> Collection[str]:
        place = self.envelope
        names: Collection[str] = place.bodies.names(place.digest)
        return names

    def json_of(self, name: str) -> msgspec.Raw | None:
        place = self.envelope
        raw: msgspec.Raw | None = place.bodies.field(name, place.digest)
        return raw

    def expect(self, *, whole: bool = False) -> None:
        place = self.envelope
        place.bodies.expect(place.digest, whole=whole)

    @property
    def digest(self) -> bytes:
        return self.envelope.digest


def envelope_json(document: Document) -> bytes:
    """The envelope without `data`, as StoredDocument reads it."""
    return msgspec.json.encode(msgspec.structs.replace(document.envelope, data=_NO_DATA))
