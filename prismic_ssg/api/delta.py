"""A snapshot out of the one before and what was published since.

The Content API tells no differences: an unpublished document just is not there any more, and a
document's JSON repeats parts of others, which change without its own date. So this asks for what
has a later publication date, and then has the API confirm that nothing else can have changed:

- Publishing sets `last_publication_date`. Asked is for everything from a margin before the newest
  date that is known, so the answer must hold the newest documents once more: a filter that is read
  otherwise there, or a clock that is off by less than the margin, shows or does no harm.
- The number of all documents, less those that were added, tells how many are gone. Which ones is
  found by counting halves, each half by the dates that its documents had.
- A document repeats parts of another only where it names the other's id: in links, whatever fields
  they bring along, and in `alternate_languages`, which go both ways. So what names a document that
  was changed, added or removed is asked for again, as are the translations that one names.

Every doubt means that everything is pulled. What no request can show (a model that changes what is
sent of a document that nobody published, a date that is not set) stays until the next whole pull:
at most MOST_DELTAS pulls and LONGEST_S seconds.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from prismic_ssg.api.chunks import chunks_that_fit
from prismic_ssg.api.ingest import texts_of
from prismic_ssg.api.paging import FetchPage, pages
from prismic_ssg.content import filters as filter_
from prismic_ssg.content.document import Document, Text
from prismic_ssg.content.publication import seconds_of

if TYPE_CHECKING:
    import threading

    from prismic_ssg.api.client import Client
    from prismic_ssg.api.partial import Earlier, LastingStore
    from prismic_ssg.api.responses import SearchPage
    from prismic_ssg.content.changes import History, Place
    from prismic_ssg.content.filters import Filter
    from prismic_ssg.content.publication import Dated
    from prismic_ssg.content.repository import Repository

_log = logging.getLogger("prismic_ssg.sync")

MOST_DELTAS = 100
LONGEST_S = 24 * 3600.0

# Documents of one publish get their dates before its ref is there, those of a big release minutes
# before; meanwhile another publish may have been dated, and seen.
MARGIN_S = 3600

# How far the clock here may be behind the one that dates documents.
CLOCKS_APART_S = 600

# As many as one request can ask for. Those of a bulk are found by their dates.
MOST_HINTS = 60

_PAGE_SIZE = 100

# A whole pull asks for its pages at once, this mostly for one thing after the other.
_FEWEST_REQUESTS = 8
_FEW_PAGES = 2

_DATE_PATH = "document.last_publication_date"

# Ids that are the same in JSON, in URLs and in filters.
_ID = re.compile(r"[\w-]+", re.ASCII)

# What must be as it was: it decides what documents look like, and moves without a publish.
_TOLD_BY_REPOSITORY = ("types", "languages", "integration_fields_ref", "version")


class Doubt(Exception):  # noqa: N818  (a reason, no failure)
    """Why everything has to be pulled."""


def check_repository(before: Repository, now: Repository) -> None:
    """Raises Doubt where the repository says something of itself that it did not say before."""
    for name in _TOLD_BY_REPOSITORY:
        if getattr(before, name) != getattr(now, name):
            raise Doubt(f"the repository's {name} changed")


def check_history(history: History | None, now_s: float) -> None:
    """Raises Doubt where a snapshot is none to build upon."""
    if history is None:
        raise Doubt("the snapshot before is no longer in the cache")
    if history.deltas >= MOST_DELTAS:
        raise Doubt(f"{history.deltas} deltas came since the last whole pull")
    if not 0 <= now_s - history.pulled_at_s <= LONGEST_S:
        raise Doubt("the last whole pull is too long ago")


class Arrived(NamedTuple):
    """A document at the new ref, and what the store takes of it."""

    document: Document
    text: Text


class Delta:
    """One pull of what differs from an earlier one. Every method may raise Doubt.

    `params` are those of every request: the ref among them, all locales, and nothing that puts one
    document's fields into another.
    """

    def __init__(
        self,
        client: Client,
        store: LastingStore,
        params: Mapping[str, Any],
        *,
        now_s: float,
        workers: int,
    ) -> None:
        self._client = client
        self._store = store
        self._params = params
        self._latest_s = now_s + CLOCKS_APART_S
        self._workers = workers
        self._requests_left = 0

    def pull(self, old: Place, new: Place, hint_ids: Collection[str] = ()) -> int:
        """Put the new snapshot into the store; gives how many documents it has.

        `hint_ids` are documents of which somebody said that they changed, as a webhook does.
        """
        before = self._known(old)
        since_s = before.newest_s - MARGIN_S
        arrived = self._published(since_s)
        hints = [id_ for id_ in hint_ids if _ID.fullmatch(id_) and id_ not in arrived]
        hints = hints[:MOST_HINTS]
        known = before.some({*arrived, *hints})
        hinted = self._as_dated(hints, known)
        absent = known.keys() & set(hints) - hinted.keys()
        total = self._count([])
        added = len(arrived.keys() - known.keys())
        gone = self._gone(before, arrived, absent, since_s, before.count + added - total)
        arrived |= hinted
        again = self._touched(before, known, arrived, gone)
        arrived |= (asked := self._as_dated(sorted(again), before.some(again)))
        if asked.keys() != again:
            raise Doubt("a document is gone that was counted")
        if not self._store.put_over(
            old, new, (each.text for each in arrived.values()), without=gone
        ):
            raise Doubt("the snapshot before is no longer in the cache")
        _log.info(
            "sync=delta documents=%d came=%d removed=%d asked_again=%d",
            *(total, len(arrived) - len(again), len(gone), len(again)),
        )
        return total

    def _known(self, place: Place) -> Earlier:
        """The documents of the earlier snapshot, whose dates can be relied on."""
        before = self._store.earlier(place)
        whole = -(-before.count // _PAGE_SIZE)
        if whole <= _FEW_PAGES:
            raise Doubt("there are so few documents that all of them take no longer")
        self._requests_left = min(whole, max(whole // 2, _FEWEST_REQUESTS))
        if before.undated is not None:
            raise Doubt(f"document {before.undated!r} has no publication date to rely on")
        if before.newest_s > self._latest_s:
            raise Doubt("a document was published in the future")
        return before

    def _date_of(self, document: Document) -> int:
        """When a document was published last, in seconds."""
        date = document.envelope.last_publication_date
        date_s = seconds_of(date)
        if date_s is None:
            raise Doubt(f"document {document.id!r} has the publication date {date!r}")
        if date_s > self._latest_s:
            raise Doubt(f"document {document.id!r} was published in the future, at {date}")
        return date_s

    # What is there.

    def _published(self, since_s: int) -> dict[str, Arrived]:
        """The documents that were published then or later."""
        filters = [_from(since_s)]
        arrived: dict[str, Arrived] = {}
        expected = 0
        for page, found in pages(self._fetching(filters), workers=self._workers):
            if page.page == 1:
                self._spend(max(page.total_pages, 1))
                expected = page.total_results_size
            for each in found:
                if self._date_of(each.document) < since_s:
                    raise Doubt(f"document {each.document.id!r} came, which is older than asked")
                arrived[each.document.id] = each
        if len(arrived) != expected:
            raise Doubt("the documents that were published did not come once each")
        return arrived

    def _as_dated(self, ids: Sequence[str], known: Mapping[str, Dated]) -> dict[str, Arrived]:
        """Those of these documents that are there, none of which was published since it was known
        so."""
        arrived: dict[str, Arrived] = {}
        chunks = chunks_that_fit(
            ids, lambda some: self._client.search_url(self._page([_with_ids(some)], 1))
        )
        if not chunks:
            return arrived
        self._spend(len(chunks))

        def fetch(number: int, stop: threading.Event | None) -> tuple[SearchPage, list[Arrived]]:
            page, found = self._fetching([_with_ids(chunks[number - 1])])(1, stop)
            # Pages of one answer for pages(), which sees to threads and Ctrl-C.
            part = msgspec.structs.replace(
                page, page=number, total_pages=len(chunks), total_results_size=len(ids)
            )
            return part, found

        for _, found in pages(fetch, workers=self._workers):
            for each in found:
                was = known.get(each.document.id)
                if was is None or was.published_s != self._date_of(each.document):
                    raise Doubt(f"document {each.document.id!r} changed without a new date")
                arrived[each.document.id] = each
        return arrived

    def _fetching(self, filters: Sequence[Filter]) -> FetchPage[list[Arrived]]:
        def fetch(number: int, stop: threading.Event | None) -> tuple[SearchPage, list[Arrived]]:
            page = self._client.search(self._page(filters, number), stop=stop)
            texts = texts_of(page)
            found = [Arrived(Document.from_json(text.json), text) for text in texts]
            return msgspec.structs.replace(page, results=()), found

        return fetch

    def _count(self, filters: Sequence[Filter]) -> int:
        self._spend(1)
        return self._client.search(self._page(filters, 1, size=1)).total_results_size

    def _page(
        self, filters: Sequence[Filter], number: int, *, size: int = _PAGE_SIZE
    ) -> dict[str, Any]:
        return {"filters": filters, **self._params, "page_size": size, "page": number}

    def _spend(self, requests: int) -> None:
        self._requests_left -= requests
        if self._requests_left < 0:
            raise Doubt("so much changed that all documents take no longer")

    # What is gone.

    def _gone(
        self,
        before: Earlier,
        published: Collection[str],
        absent: Collection[str],
        since_s: int,
        missing: int,
    ) -> set[str]:
        """The documents that are not there any more, so many; `absent` are some of them."""
        newest = {id_ for _, id_ in before.published(since_s=since_s)}
        gone = (newest - set(published)) | set(absent)
        if not len(gone) <= missing:
            raise Doubt("the newest documents did not come again, or more than was published")
        if len(gone) == missing:
            return gone
        there = gone.union(published)
        rest = [each for each in before.published(before_s=since_s) if each[1] not in there]
        return gone | self._missing(rest, missing - len(gone))

    def _missing(self, rest: Sequence[tuple[int, str]], missing: int) -> set[str]:
        """Which of these documents, sorted by date, are not there: so many of them."""
        if missing > len(rest):
            raise Doubt("fewer documents are there than can be")
        gone: set[str] = set()
        pieces = [(rest, missing)]
        while pieces:
            piece, missing = pieces.pop()
            if not missing:
                continue
            middle = _middle(piece)
            if len(piece) <= _PAGE_SIZE or not middle:
                gone |= self._not_listed(piece, missing)
                continue
            first, second = piece[:middle], piece[middle:]
            there = self._count([_from(first[0][0]), _until(second[0][0])])
            if not 0 <= len(first) - there <= missing:
                raise Doubt("documents of a time are more or fewer than there can be")
            pieces += [
                (first, len(first) - there),
                (second, missing - (len(first) - there)),
            ]
        return gone

    def _not_listed(self, piece: Sequence[tuple[int, str]], missing: int) -> set[str]:
        left = {id_ for _, id_ in piece}
        for page, found in pages(
            self._fetching([_from(piece[0][0]), _until(piece[-1][0] + 1)]), workers=self._workers
        ):
            if page.page == 1:
                self._spend(max(page.total_pages, 1))
            for each in found:
                if each.document.id not in left:
                    raise Doubt(f"document {each.document.id!r} changed without a new date")
                left.remove(each.document.id)
        if len(left) != missing:
            raise Doubt("documents of a time are more or fewer than there can be")
        return left

    # What repeats parts of them.

    def _touched(
        self,
        before: Earlier,
        known: Mapping[str, Dated],
        arrived: Mapping[str, Arrived],
        gone: Collection[str],
    ) -> set[str]:
        """The documents whose JSON may be another because that of others is. `known` are those of
        the earlier ones that arrived."""
        changed = {
            id_
            for id_, each in arrived.items()
            if (was := known.get(id_)) is None or was.digest != each.document.digest
        }
        translations = {
            each.id
            for id_ in changed
            for each in arrived[id_].document.envelope.alternate_languages
        } - arrived.keys()
        if translations != before.some(translations).keys():
            raise Doubt("there is a translation that did not come")
        touching = changed | set(gone)
        for id_ in touching:
            if not _ID.fullmatch(id_):
                raise Doubt(f"the id {id_!r} is not written alike everywhere")
        return set(before.naming(touching)).union(translations) - arrived.keys() - set(gone)


def _from(date_s: int) -> Filter:
    """Published then or later. Dates have milliseconds that are not known."""
    return filter_.date_after(_DATE_PATH, date_s * 1000 - 1)


def _until(date_s: int) -> Filter:
    return filter_.date_before(_DATE_PATH, date_s * 1000)


def _with_ids(ids: Sequence[str]) -> Filter:
    return filter_.in_("document.id", list(ids))


def _middle(piece: Sequence[tuple[int, str]]) -> int:
    """Where to halve a sorted piece so that no date is on both sides; 0 where it has one only."""
    dates = [date_s for date_s, _ in piece]
    middle = dates[len(dates) // 2]
    return bisect_left(dates, middle) or bisect_right(dates, middle) % len(dates)
