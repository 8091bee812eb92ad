"""Documents that stand in where a translation is missing.

A stand-in is a document of its own, in the locale that lacks it: queries, links, listings and
routes of that locale find it as they would find the translation. Its content is the original's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.document import AlternateLanguage, Document, DocumentId, Envelope
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.routes import single_types
from prismic_ssg.content.snapshot import Snapshot

if TYPE_CHECKING:
    from prismic_ssg.content.indexes import FulltextIndex
    from prismic_ssg.content.query import Query


class _Envelope(Envelope, frozen=True, gc=False, kw_only=True):
    """An envelope whose `data` is another document's."""

    original: Any = None

    @property  # type: ignore[misc]  # (a member there; reads the same)
    def data(self) -> msgspec.Raw:
        raw: msgspec.Raw = self.original.envelope.data
        return raw


class StandIn(Document):
    """`original` in another locale. Its id is the original's, `~` and the locale.

    Text and digest are the original's: two stand-ins of one id are equal where their originals are.
    """

    __slots__ = ("original",)

    def __init__(self, original: Document, lang: str) -> None:
        given = original.envelope
        itself = AlternateLanguage(given.id, given.type, given.lang, given.uid)
        self.original = original
        self.envelope = _Envelope(
            id=f"{given.id}~{lang}",
            type=given.type,
            lang=lang,
            uid=given.uid,
            tags=given.tags,
            first_publication_date=given.first_publication_date,
            last_publication_date=given.last_publication_date,
            slugs=given.slugs,
            alternate_languages=(itself, *given.alternate_languages),
            original=original,
        )

    @property
    def raw(self) -> bytes | memoryview:  # type: ignore[override]  # (a slot there; reads the same)
        return self.original.raw

    @property
    def fields(self) -> dict[str, msgspec.Raw]:
        return self.original.fields

    @property
    def names(self) -> Collection[str]:
        return self.original.names

    def json_of(self, name: str) -> msgspec.Raw | None:
        return self.original.json_of(name)

    def expect(self, *, whole: bool = False) -> None:
        self.original.expect(whole=whole)

    @property
    def digest(self) -> bytes:
        return self.original.digest


def original_of(document: Document) -> Document:
    """The document that Prismic has: the original of a stand-in, any other itself."""
    return document.original if isinstance(document, StandIn) else document


def led_to(id_: str, document: Document, snapshot: Snapshot) -> DocumentId:
    """What a link to `id_` in a document leads to.

    That is what stands in for its target in the document's language. A stand-in's links are those
    of its original: they lead to translations as well. Where an author could have chosen one, the
    link is as it was meant.
    """
    target = snapshot.get(id_)
    if target is None or target.lang == document.lang or not isinstance(snapshot, FilledSnapshot):
        return DocumentId(id_)
    version = snapshot.get(snapshot.version(id_, document.lang))
    if isinstance(version, StandIn) or (version and isinstance(document, StandIn)):
        return version.id
    return DocumentId(id_)


class FilledSnapshot(Snapshot):
    """A snapshot and its stand-ins. An answer in all languages has none of those.

    `filled` are the locales that may have some.
    """

    def __init__(
        self, snapshot: Snapshot, stand_ins: Collection[StandIn], filled: Iterable[str]
    ) -> None:
        documents = (*snapshot.documents, *stand_ins)
        # What columns are read from knows texts by their digests, which stand-ins share.
        super().__init__(snapshot.ref, documents, fields=snapshot.fields)
        self.filled = frozenset(filled)
        self._unfilled = snapshot
        self._stand_ins: dict[str, dict[str, DocumentId]] = {}
        for each in stand_ins:
            self._stand_ins.setdefault(each.original.id, {})[each.lang] = each.id

    @property
    def fulltext(self) -> FulltextIndex:
        """That of the originals: a word that stands in counts once."""
        return self._unfilled.fulltext

    def _scores(self, filter_: Filter) -> Mapping[DocumentId, float]:
        if filter_.name == "similar":
            filter_ = Filter(filter_.name, None, tuple(map(self._original, filter_.args)))
        scores = dict(super()._scores(filter_))
        for original, by_lang in self._stand_ins.items():
            if original in scores:
                scores.update(dict.fromkeys(by_lang.values(), scores[DocumentId(original)]))
        return scores

    def run(self, query: Query) -> tuple[Document, ...]:
        answer = super().run(query)
        if query.lang != "*":
            return answer
        return tuple(each for each in answer if not isinstance(each, StandIn))

    def naming_originals(self, query: Query) -> Query:
        """A query whose filters on fields name the originals of stand-ins: links lead to those."""
        filters = tuple(
            Filter(each.name, each.path, tuple(map(self._original, each.args)))
            if (each.path or "").startswith("my.")
            else each
            for each in query.filters
        )
        return (
            query if filters == query.filters else msgspec.structs.replace(query, filters=filters)
        )

    def _original(self, argument: Any) -> Any:
        if isinstance(argument, tuple):
            return tuple(map(self._original, argument))
        found = self.get(argument) if isinstance(argument, str) and "~" in argument else None
        return original_of(found).id if found is not None else argument

    def version(self, document_id: str, lang: str) -> DocumentId:
        """What a document is in a locale: its translation, else what stands in, else itself."""
        document = self.get(document_id)
        if document is not None and document.lang != lang:
            original = original_of(document)
            if original.lang == lang:
                return original.id
            for each in _translations(original):
                if each.lang == lang and each.id in self:
                    return DocumentId(each.id)
            return self._stand_ins.get(original.id, {}).get(lang, DocumentId(document_id))
        return DocumentId(document_id)


def with_stand_ins(
    snapshot: Snapshot, fallback: Mapping[str, str], types: Collection[str] | None
) -> FilledSnapshot:
    """A snapshot in which documents of these types, or of all, stand in where one is missing.

    `fallback` maps a locale to the one that it takes documents from, which may have one itself.
    What two locales on the way have, the nearer one gives. A document counts as translated where
    it says so itself, and where the locale has one of its type with its UID, or, as those of single
    types are, both without one.
    """
    single = single_types(snapshot.documents, {})
    taken = {
        (each.type, each.uid, each.lang)
        for each in snapshot.documents
        if each.uid or each.type in single
    }
    by_lang: dict[str, list[Document]] = {}
    for document in snapshot.documents:
        if types is None or document.type in types:
            by_lang.setdefault(document.lang, []).append(document)
    stand_ins = []
    for lang in fallback:
        there: set[tuple[str, str | None]] = set()
        nearer = {lang}
        for other in _chain(lang, fallback):
            for document in by_lang.get(other, ()):
                key = (document.type, document.uid)
                is_there = (*key, lang) in taken or key in there
                if is_there or _is_translated(document, nearer, snapshot):
                    continue
                stand_ins.append(StandIn(document, lang))
                if document.uid or document.type in single:
                    there.add(key)
            nearer.add(other)
    return FilledSnapshot(snapshot, stand_ins, fallback)


def _chain(lang: str, fallback: Mapping[str, str]) -> Iterator[str]:
    seen = {lang}
    while (lang := fallback.get(lang, "")) and lang not in seen:
        seen.add(lang)
        yield lang


def _is_translated(document: Document, languages: set[str], snapshot: Snapshot) -> bool:
    return any(each.lang in languages and each.id in snapshot for each in _translations(document))


def _translations(document: Document) -> tuple[AlternateLanguage, ...]:
    return document.envelope.alternate_languages
