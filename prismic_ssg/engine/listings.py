"""Listings: a query's documents cut into pages, for every locale and every value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.field_paths import parse_path
from prismic_ssg.content.slugs import slugify
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import StandIn, led_to, original_of
from prismic_ssg.engine.stand_in_answers import answer
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.site import Listing


class FeedOf(msgspec.Struct, frozen=True):
    """What makes a page of a listing its feed: the path of the listing's first page, and whether
    entries have their whole texts."""

    listing_path: str
    is_full: bool


class ListingPage(msgspec.Struct, frozen=True):
    """One page of a listing: its documents' ids in order, and its place among its like.

    `value` is what the listing is by, as the content spells it; where that is a linked document,
    `value_document_id` names it. `number` counts from 1. `feeds` are the paths of the listing's
    feeds; a feed is a page too, of which `feed` says so. `first_elsewhere` are language and path of
    the listing's first page in the languages in which it has none of this number.
    """

    path: str
    lang: str
    title: str
    document_ids: tuple[DocumentId, ...]
    number: int
    total_pages: int
    previous_path: str | None
    next_path: str | None
    slug: str | None = None
    value: str | None = None
    value_document_id: DocumentId | None = None
    feeds: tuple[str, ...] = ()
    feed: FeedOf | None = None
    first_elsewhere: tuple[tuple[str, str], ...] = ()


class Elsewhere(msgspec.Struct, frozen=True):
    """Other languages of a page of a listing, each with a path: of the `same` page, or else of the
    `first` page of the listing."""

    same: tuple[tuple[str, str], ...] = ()
    first: tuple[tuple[str, str], ...] = ()


def listing_pages(
    listing: Listing,
    snapshot: Snapshot,
    urls: Mapping[DocumentId, str],
    languages: tuple[str, ...],
    codes: Mapping[str, str] = MappingProxyType({}),
    *,
    with_feeds: bool = False,
) -> list[ListingPage]:
    """Every page of a listing, in every locale that it has. `languages` has the master first,
    `codes` what `:lang` stands for by locale, where that is not its id. Feeds are among the pages
    `with_feeds`: they need the address of the site.

    A locale other than the master with nothing to list has no page.
    """
    pages: list[ListingPage] = []
    feeds = listing.feeds if with_feeds else ()
    master = languages[0] if languages else ""
    for lang in languages if listing.has_lang else (master,):
        query = msgspec.structs.replace(listing.query, lang=lang)
        found = (snapshot.get(id_) for id_ in answer(query, snapshot) if id_ in urls)
        documents = [document for document in found if document is not None]
        if listing.by is None:
            if documents or lang == master:
                pages += _cut(
                    listing, lang, master, documents, _Group(None, None, None), codes, feeds
                )
            continue
        for group, members in _grouped(documents, listing.by, snapshot):
            pages += _cut(listing, lang, master, members, group, codes, feeds)
    return pages


def in_other_languages(pages: Iterable[ListingPage], snapshot: Snapshot) -> dict[str, Elsewhere]:
    """By the paths of a listing's pages, what there is of each in other languages.

    The same page has the same number, and lists by the same value. Of a linked document it is that
    of a translation, else that of the same slug. Two pages name each other, or neither does: search
    engines take no notice of one that is not named by what it names. Where a language has fewer
    pages, its first is for readers alone. Feeds have none.
    """
    numbers: dict[tuple[str, str | None], dict[int, ListingPage]] = {}
    for page in pages:
        if page.feed is None:
            numbers.setdefault((page.lang, page.slug), {})[page.number] = page
    langs = tuple(dict.fromkeys(lang for lang, _ in numbers))
    slugs = {(lang, parts[1].value_document_id): slug for (lang, slug), parts in numbers.items()}

    def other(page: ListingPage, lang: str) -> ListingPage | None:
        target = snapshot.get(page.value_document_id or "")
        alternates = () if target is None else target.envelope.alternate_languages
        same = [*(DocumentId(each.id) for each in alternates), page.value_document_id]
        found = [slugs[lang, id_] for id_ in same if id_ and (lang, id_) in slugs]
        return numbers.get((lang, found[0] if found else page.slug), {}).get(page.number)

    def elsewhere(page: ListingPage) -> dict[str, str]:
        return {
            lang: there.path
            for lang in langs
            if lang != page.lang
            and (there := other(page, lang)) is not None
            and other(there, page.lang) is page
        }

    found: dict[str, Elsewhere] = {}
    for parts in numbers.values():
        first = elsewhere(parts[1])
        for page in parts.values():
            same = first if page.number == 1 else elsewhere(page)
            missing = tuple(each for each in first.items() if each[0] not in same)
            found[page.path] = Elsewhere(tuple(same.items()), missing)
    return found


# A value as the content spells it, and the document that it names, if it is a link.
_Spelling = tuple[str, DocumentId | None]


class _Group(msgspec.Struct, frozen=True):
    slug: str | None
    value: str | None
    document_id: DocumentId | None


def _grouped(
    documents: Sequence[Document], by: str, snapshot: Snapshot
) -> Iterator[tuple[_Group, list[Document]]]:
    """Documents by value. Spellings that give one slug are one group, under the commonest."""
    numbers: defaultdict[_Spelling, list[int]] = defaultdict(list)
    for number, spellings in enumerate(_values(documents, by, snapshot)):
        for spelling in spellings:
            numbers[spelling].append(number)
    by_slug: defaultdict[str, list[_Spelling]] = defaultdict(list)
    for value, target in numbers:
        by_slug[slugify(value)].append((value, target))
    for slug, alike in sorted(by_slug.items()):
        value, target = min(alike, key=lambda each: (-len(numbers[each]), each[0], each[1] or ""))
        members = sorted({number for spelling in alike for number in numbers[spelling]})
        yield _Group(slug, value, target), [documents[number] for number in members]


def _values(
    documents: Sequence[Document], by: str, snapshot: Snapshot
) -> Iterator[Sequence[_Spelling]]:
    """What each document is listed under."""
    # Few differ: what 10,000 documents are listed under is made once for each.
    known: dict[Any, tuple[_Spelling, ...]] = {}
    if by == "tags":
        for document in documents:
            tags = document.envelope.tags
            if (spellings := known.get(tags)) is None:
                spellings = known[tags] = tuple([(tag, None) for tag in tags])
            yield spellings
        return
    column = snapshot.readings(parse_path(by), _listed)
    for document in documents:
        values = column.get(document.id, ())
        if values is None:
            raise ConfigurationError(
                f"by={by!r} is a field of several parts, which is no value to list by",
                hint="list by a text, select, number, date, boolean or content relationship field",
            )
        key = (values, document.lang, isinstance(document, StandIn))
        if (spellings := known.get(key)) is None:
            spellings = known[key] = tuple(_named(values, document, snapshot))
        yield spellings


def _listed(values: list[Any]) -> tuple[_Spelling, ...] | None:
    """A reading: texts, and the ids of linked documents; None where a value is a list."""
    listed: list[_Spelling] = []
    for value in values:
        if isinstance(value, dict):
            listed.append(("", DocumentId(str(value.get("id", "")))))
        elif isinstance(value, list):
            return None
        elif value is not None and value != "":
            listed.append((_as_text(value), None))
    return tuple(listed)


def _named(
    values: Iterable[_Spelling], document: Document, snapshot: Snapshot
) -> Iterator[_Spelling]:
    """Links of a document as those are called that they lead to; those to none are left out."""
    for text, id_ in values:
        if id_ is None:
            yield text, None
        elif (target := snapshot.get(led_to(id_, document, snapshot))) is not None:
            yield target.uid or original_of(target).id, target.id


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _cut(
    listing: Listing,
    lang: str,
    master: str,
    documents: Sequence[Document],
    group: _Group,
    codes: Mapping[str, str],
    feeds: tuple[str, ...],
) -> Iterator[ListingPage]:
    first = listing.path_for(lang, master, group.slug, codes)
    size = listing.page_size
    total = max(1, -(-len(documents) // size))

    def path(number: int) -> str | None:
        if not 1 <= number <= total:
            return None
        return first if number == 1 else f"{first.rstrip('/')}/page/{number}/"

    feed_paths = tuple(f"{first.rstrip('/')}/{name}" for name in feeds)
    page = ListingPage(
        path=first,
        lang=lang,
        title=_title(listing, group.value),
        document_ids=_ids(documents[: listing.feed_size]),
        number=1,
        total_pages=1,
        previous_path=None,
        next_path=None,
        slug=group.slug,
        value=group.value,
        value_document_id=group.document_id,
        feeds=feed_paths,
    )
    for number in range(1, total + 1):
        yield msgspec.structs.replace(
            page,
            path=path(number) or first,
            document_ids=_ids(documents[(number - 1) * size : number * size]),
            number=number,
            total_pages=total,
            previous_path=path(number - 1),
            next_path=path(number + 1),
        )
    for feed_path in feed_paths:
        yield msgspec.structs.replace(
            page, path=feed_path, feed=FeedOf(first, listing.feed_content == "full")
        )


def _ids(documents: Iterable[Document]) -> tuple[DocumentId, ...]:
    return tuple([DocumentId(document.envelope.id) for document in documents])


def _title(listing: Listing, value: str | None) -> str:
    """What a theme calls the listing: the value, or else the last word of its path."""
    if value is not None:
        return value
    if listing.title:
        return listing.title
    words = [part for part in listing.path.split("/") if part and not part.startswith(":")]
    return words[-1].replace("-", " ").replace("_", " ").capitalize() if words else "Contents"
