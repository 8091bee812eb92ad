"""A whole snapshot at one pinned ref.

Rules of this file: every page of a pull is asked at the same ref; nothing is returned unless every
document arrived exactly once; a ref that somebody asked for is never replaced by another.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismic_ssg.api.ingest import documents_of
from prismic_ssg.api.paging import WORKERS, Inconsistent, pages
from prismic_ssg.api.refs import QUERIES_AT_A_NEW_MASTER, next_master, pinned_ref
from prismic_ssg.content.document import Document, Ref
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import RefExpiredError, RefNotFoundError

if TYPE_CHECKING:
    import threading

    from prismic_ssg.api.client import Client
    from prismic_ssg.api.responses import SearchPage
    from prismic_ssg.content.repository import Repository

Progress = Callable[[int, int], None]

# A pull that does not add up is asked again with other page sizes: answers are cached by their URL,
# so the same URLs could give the same wrong pages.
_PAGE_SIZES = (100, 99, 98)


@dataclass(frozen=True)
class Pulled:
    """A repository's documents at one ref, and the number of requests that it took."""

    repository: Repository
    snapshot: Snapshot
    requests: int


def pull(
    client: Client,
    *,
    ref: str | None = None,
    release: str | None = None,
    lang: str = "*",
    params: Mapping[str, Any] | None = None,
    store: Any = None,
    on_progress: Progress | None = None,
    workers: int = WORKERS,
) -> Pulled:
    """Every document at one ref: the master's, a release's (by label or id), or `ref`.

    Where the master ref expires under way, everything is asked again at the new one, three times
    at most; a `ref` or `release` that is gone is an error. `params` are search parameters, such as
    `graph_query`. `on_progress(done, total)` is called from this thread.

    Documents come without their `href`, which names the ref that they were asked at.
    """
    before = client.session.requests
    repository = client.get_repository()
    pinned = pinned_ref(repository, ref, release)
    for attempts_left in reversed(range(QUERIES_AT_A_NEW_MASTER)):
        query = {
            **(params or {}),
            "lang": lang,
            "integration_fields_ref": repository.integration_fields_ref,
        }
        try:
            snapshot = _pull_at(client, pinned, query, on_progress, workers)
        except (RefExpiredError, RefNotFoundError) as error:
            if ref is not None or release is not None or not attempts_left:
                raise
            repository = client.get_repository(fresh=True)
            pinned = next_master(repository, pinned, error)
        else:
            return Pulled(repository, snapshot, client.session.requests - before)
    raise AssertionError("the loop returns or raises")


def _pull_at(
    client: Client,
    ref: Ref,
    query: Mapping[str, Any],
    on_progress: Progress | None,
    workers: int,
) -> Snapshot:
    for page_size in _PAGE_SIZES:
        try:
            with _collector_off():
                return _pull_once(
                    client, {**query, "ref": ref, "page_size": page_size}, on_progress, workers
                )
        except Inconsistent as reason:
            last = reason
    last.message = (
        f"the pages of ref {ref!r} do not add up: {last} (pulled {len(_PAGE_SIZES)} times)"
    )
    last.hint = "nothing was kept; try again in a minute"
    raise last


def _pull_once(
    client: Client, params: Mapping[str, Any], on_progress: Progress | None, workers: int
) -> Snapshot:
    def fetch(number: int, stop: threading.Event | None) -> SearchPage:
        return client.search({**params, "page": number} if number > 1 else params, stop=stop)

    found: dict[str, Document] = {}
    total = 0
    for page in pages(fetch, workers=workers):
        total = page.total_results_size
        for document in documents_of(page):
            if found.setdefault(document.id, document) is not document:
                raise Inconsistent(f"document {document.id!r} came twice")
        if on_progress:
            on_progress(len(found), total)
    if len(found) != total:
        raise Inconsistent(f"{len(found):,} documents came where {total:,} are counted")
    return Snapshot(params["ref"], found.values())


@contextmanager
def _collector_off() -> Iterator[None]:
    """Without the garbage collector, which looks at all that stays, again and again: 0.4 s."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
