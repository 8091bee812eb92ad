"""A whole snapshot at one pinned ref.

Rules of this file: every page of a pull is asked at the same ref; nothing is returned unless every
document arrived exactly once; a ref that somebody asked for is never replaced by another.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.api.arrivals import Arrivals, Arrived
from prismic_ssg.api.collector import collector_off
from prismic_ssg.api.paging import WORKERS, Inconsistent, pages
from prismic_ssg.api.partial import LastingStore, MemoryStore, Partial, Store
from prismic_ssg.api.pulled import Came, Progress, Pulled, Puller, Way
from prismic_ssg.api.refs import QUERIES_AT_A_NEW_MASTER, next_master, pinned_ref
from prismic_ssg.api.requests import mask
from prismic_ssg.api.responses import SearchPage
from prismic_ssg.content.changes import Place
from prismic_ssg.content.document import Ref
from prismic_ssg.content.repository import Repository, parse_repository
from prismic_ssg.errors import ParsingError, PrismicError, RefExpiredError, RefNotFoundError

if TYPE_CHECKING:
    from prismic_ssg.api.client import Client
    from prismic_ssg.content.snapshot import Snapshot

_log = logging.getLogger("prismic_ssg.sync")

# A pull that does not add up is asked again with other page sizes: answers are cached by their URL,
# so the same URLs could give the same wrong pages.
_PAGE_SIZES = (100, 99, 98)

# Refs of the master and of releases. A preview's is a URL or a token: it never gets into a store.
_LASTING_REF = re.compile(r"[\w~-]+", re.ASCII)


def pull(
    client: Client,
    *,
    ref: str | None = None,
    release: str | None = None,
    lang: str = "*",
    params: Mapping[str, Any] | None = None,
    store: LastingStore | None = None,
    over: Snapshot | None = None,
    stored_as: str | None = None,
    sync: str = "full",
    hint_ids: Collection[str] = (),
    on_new_ref: Callable[[], None] | None = None,
    on_progress: Progress | None = None,
    puller: Puller | None = None,
    workers: int = WORKERS,
    now_s: Callable[[], float] = time.time,
) -> Pulled:
    """Every document at one ref: the master's, a release's (by label or id), or `ref`.

    Where the master ref expires under way, everything is asked again at the new one, three times
    at most; a `ref` or `release` that is gone is an error. `params` are search parameters, such as
    `graph_query`. `on_progress(done, total)` is called from this thread. A `puller` has the pull of
    documents into a store done by another process; where none does it, `on_new_ref()` is called
    before any is asked for.

    A `store` is asked first: one request where it has the ref, and nothing is read until somebody
    asks for the snapshot. What arrives is kept there a few pages at once, so that a pull which was
    interrupted goes on, and memory does not grow with the content. `stored_as` is what it has the
    documents under, the client's endpoint by default.

    Without a store the documents are in memory only; those that are equal in `over`, which has them
    already, are the same there.

    With `sync="delta"`, of a new master ref only what was published since the last pull is asked
    for, and what `hint_ids` name: see delta.py, which also tells when everything is.

    Documents come without their `href`, which names the ref that they were asked at.

    Raises PrismicError where the pages do not add up after three attempts.
    """
    before = client.session.requests
    # Not one from some seconds ago: a pull often comes because something was published just now.
    repository = client.get_repository(fresh=True)
    pinned = pinned_ref(repository, ref, release)
    query = {**(params or {}), "lang": lang}
    stored_as = stored_as or client.endpoint
    for attempts_left in reversed(range(QUERIES_AT_A_NEW_MASTER)):
        lasting = store if _LASTING_REF.fullmatch(pinned) else None
        kept = MemoryStore(over) if lasting is None else lasting
        job = _Job(client, lasting, kept, pinned, repository, query, stored_as, workers, now_s)
        way: Way = "stored"
        doubt: str | None = None
        try:
            if job.is_there():
                job.remember(_asked(ref, release))
            else:
                bring = partial(job.bring, sync, _asked(ref, release), hint_ids)
                way, doubt = job.brought_by(puller, bring, on_new_ref, on_progress)
        except (RefExpiredError, RefNotFoundError) as error:
            if ref is not None or release is not None or not attempts_left:
                raise
            repository = client.get_repository(fresh=True)
            pinned = next_master(repository, pinned, error)
        else:
            return Pulled(
                repository,
                pinned,
                partial(job.loaded, on_progress),
                place=None if lasting is None else job.place,
                requests=client.session.requests - before,
                way=way,
                doubt=doubt,
            )
    raise AssertionError("the loop returns or raises")


def last_pulled(
    store: Store,
    endpoint: str,
    *,
    ref: str | None = None,
    release: str | None = None,
    lang: str = "*",
    params: Mapping[str, Any] | None = None,
) -> Pulled:
    """What pull() with the same arguments gave the last time, without a request.

    Raises PrismicError where it never did, or the store no longer has it.
    """
    asked, query = _asked(ref, release), {**(params or {}), "lang": lang}
    nothing = PrismicError(
        f"nothing of {endpoint} ({asked}) was pulled before, so there is nothing to use offline",
        endpoint,
        hint="run the command once without --offline",
    )
    found = store.recall(endpoint, _key(query), asked)
    if found is None:
        raise nothing
    repository = parse_repository(found[1])
    place = Place(endpoint, found[0], _key(_complete(query, repository)))
    if not store.has(place):
        raise nothing

    def load() -> tuple[Snapshot, int]:
        snapshot = store.load(place)
        if snapshot is None:
            raise nothing
        return snapshot, 0

    return Pulled(repository, Ref(place.ref), load, place=place)


def _asked(ref: str | None, release: str | None) -> str:
    if ref is not None:
        return f"ref {ref}"
    return "master" if release is None else f"release {release}"


def _complete(query: Mapping[str, Any], repository: Repository) -> dict[str, Any]:
    """The query with what else decides about the content of an answer."""
    return {**query, "integration_fields_ref": repository.integration_fields_ref}


def _key(query: Mapping[str, Any]) -> str:
    """The same text for the same query. Filters are not JSON: their wire text stands for them."""
    return msgspec.json.encode(sorted(query.items()), enc_hook=str).decode()


class _Job:
    """The pull of one ref."""

    def __init__(
        self,
        client: Client,
        lasting: LastingStore | None,
        store: Store,
        ref: Ref,
        repository: Repository,
        query: Mapping[str, Any],
        stored_as: str,
        workers: int,
        now_s: Callable[[], float],
    ) -> None:
        self._client = client
        self._lasting = lasting
        self._store = store
        self._now_s = now_s
        self._ref = ref
        self._repository = repository
        self._query = query
        self._workers = workers
        self._complete_query = _complete(query, repository)
        self.place = Place(stored_as, ref, _key(self._complete_query))

    def is_there(self) -> bool:
        return self._store.has(self.place)

    def doubt_of_delta(self, asked: str, hint_ids: Collection[str]) -> str | None:
        """Put the snapshot over the one before; gives why that can't be done, if so."""
        # Most builds need none of it.
        from prismic_ssg.api.delta import Delta, Doubt, check_history, check_repository

        try:
            if self._lasting is None or asked != "master" or self._query != {"lang": "*"}:
                raise Doubt(
                    "only all locales of the master ref, without linked fields, have deltas"
                )
            found = self._lasting.recall(self.place.repository, _key(self._query), asked)
            if found is None:
                raise Doubt("nothing was pulled before")
            repository = parse_repository(found[1])
            check_repository(repository, self._repository)
            now_s = self._now_s()
            old = self.place._replace(ref=found[0])
            check_history(self._lasting.history(old), now_s)
            params = {**self._complete_query, "ref": self._ref}
            delta = Delta(self._client, self._lasting, params, now_s=now_s, workers=self._workers)
            with collector_off(), _adding_up():
                delta.pull(old, self.place, hint_ids)
        except (Doubt, Inconsistent, ParsingError) as doubt:
            _log.info("sync=full because=%r", str(doubt))
            return str(doubt)
        return None

    def loaded(self, on_progress: Progress | None) -> tuple[Snapshot, int]:
        """What the store has, and the requests it took: none unless it was damaged meanwhile."""
        before = self._client.session.requests
        for _ in range(2):
            snapshot = self._store.load(self.place)
            if snapshot is not None:
                return snapshot, self._client.session.requests - before
            self.run(on_progress)
        raise PrismicError(
            f"the documents of ref {self._ref!r} can't be read back from the cache",
            self._client.endpoint,
            hint="check that the disk has space and that nothing else writes to the cache",
        )

    def brought_by(
        self,
        puller: Puller | None,
        bring: Callable[[Progress | None], tuple[Way, str | None]],
        on_new_ref: Callable[[], None] | None,
        on_progress: Progress | None,
    ) -> tuple[Way, str | None]:
        """What `bring` gives, by another process where there is a puller, and a store for both."""
        session, lasting = self._client.session, self._lasting
        if puller is None or lasting is None:
            if on_new_ref is not None:
                on_new_ref()
            came_by = bring(on_progress)
            if lasting is not None:
                lasting.tidy()
            return came_by
        before = session.requests

        def work(on_progress: Progress | None) -> Came:
            way, doubt = bring(on_progress)
            return Came(session.requests - before, lasting.fresh, way, doubt)

        try:
            # The copy goes on by the connection that is open, which nobody else uses meanwhile.
            came = puller(work, lasting.tidy, on_progress)
        finally:
            session.let_go()
        session.requests = before + came.requests
        lasting.fresh = came.fresh
        return came.way, came.doubt

    def bring(
        self, sync: str, asked: str, hint_ids: Collection[str], on_progress: Progress | None
    ) -> tuple[Way, str | None]:
        """Put the snapshot into the store, and what it was asked for as; gives how, and where a
        delta was wanted and everything came, why."""
        doubt = self.doubt_of_delta(asked, hint_ids) if sync == "delta" else None
        is_delta = sync == "delta" and doubt is None
        if not is_delta:
            self.run(on_progress)
        self.remember(asked)
        return ("delta" if is_delta else "full"), doubt

    def run(self, on_progress: Progress | None) -> None:
        """Pull everything into the store."""
        last = Inconsistent("nothing was asked")
        for page_size in _PAGE_SIZES:
            try:
                with collector_off():
                    self._run_once(page_size, on_progress)
            except Inconsistent as reason:
                last = reason
            else:
                return
        raise PrismicError(
            f"the pages of ref {self._ref!r} do not add up: {last.message} "
            f"(pulled {len(_PAGE_SIZES)} times)",
            self._client.endpoint,
            hint="nothing of it is used; try again in a minute",
        )

    def _run_once(self, page_size: int, on_progress: Progress | None) -> None:
        """Every page into the store; none stays there where they raise Inconsistent.

        What does not add up may be what the store had: it is asked once only.
        """
        with _adding_up():
            partial = self._store.begin(self.place, page_size, anew=page_size != _PAGE_SIZES[0])
        try:
            for done, total in self._arriving(partial, page_size):
                if on_progress:
                    on_progress(done, total)
        except (Inconsistent, RefExpiredError, RefNotFoundError):
            partial.discard()
            raise
        except BaseException:
            # The next pull goes on from here.
            with suppress(ValueError):
                partial.flush()
            raise
        partial.finish(self._now_s())
        _log.info("sync=full documents=%d came_new=%d", len(partial), partial.added)

    def _arriving(self, partial: Partial, page_size: int) -> Iterator[tuple[int, int]]:
        """Fill `partial`; after each page, how many documents there are and will be."""
        params = {**self._complete_query, "ref": self._ref, "page_size": page_size}
        arrivals = Arrivals(self._client, partial, params)
        done, total, first = len(partial), partial.total_documents or 0, None
        if 1 in partial.pages:
            there = SearchPage(1, page_size, 0, total, partial.total_pages or 0, ())
            first = (there, Arrived((), None))
        for page, arrived in pages(
            arrivals.fetch, workers=self._workers, without=partial.pages, first=first
        ):
            total = page.total_results_size
            with _adding_up():
                partial.add(
                    page.page,
                    arrived.rows,
                    outline=arrived.outline,
                    documents=total,
                    pages=page.total_pages,
                )
            done += len(arrived.rows)
            yield done, total
        with _adding_up():
            partial.flush()
        if len(partial) != total:
            raise Inconsistent(f"{len(partial):,} documents came where {total:,} are counted")

    def remember(self, asked: str) -> None:
        """What was asked for, for `last_pulled`. The answer is written anew: the API's has secrets.

        A repository that needs a token shows it in its forms.
        """
        answer = mask(msgspec.json.encode(self._repository).decode()).encode()
        place = (self.place.repository, _key(self._query), asked)
        if self._store.recall(*place) != (self._ref, answer):
            self._store.remember(*place, self._ref, answer)


@contextmanager
def _adding_up() -> Iterator[None]:
    """What a store finds wrong with the pages, as what is wrong with the pull."""
    try:
        yield
    except ValueError as error:
        raise Inconsistent(str(error)) from None
