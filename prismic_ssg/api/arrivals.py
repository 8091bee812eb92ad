"""Pages of a pull as they arrive, read as far as they have to be."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from prismic_ssg.api.ingest import (
    Results,
    known_documents,
    known_results,
    outline_of,
    results_of,
    texts_of,
    whole_documents,
    without,
)
from prismic_ssg.api.responses import SearchPage, read_search_page

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from prismic_ssg.api.client import Client
    from prismic_ssg.api.exchange import Body
    from prismic_ssg.api.partial import Before, Partial


class Arrived(NamedTuple):
    """What a store takes of a page: its `rows`, and what its results are known by next time."""

    rows: Any
    outline: bytes | None


class Arrivals:
    """The pages of one pull; any thread may ask for any of them."""

    def __init__(self, client: Client, partial: Partial, params: Mapping[str, Any]) -> None:
        self._client = client
        self._partial = partial
        self._params = params
        # Twelve threads that read documents hand Python's lock around 57,000 times in a pull of
        # 10,000: with each digest.
        self._one_at_a_time = Lock()

    def fetch(self, number: int, stop: threading.Event | None) -> tuple[SearchPage, Arrived]:
        """Page `number`, its results put aside, and what is to be kept of it."""
        asked = {**self._params, "page": number} if number > 1 else self._params
        return self._client.search_as(
            asked, lambda body, url: self._read(number, body, url), stop=stop
        )

    def _read(self, number: int, body: Body, url: str) -> tuple[SearchPage, Arrived]:
        before = self._partial.before(number)
        outline = before.outline
        if outline is not None and (results := known_results(body, outline)):
            page = read_search_page(without(body, results), url)
            if not page.results:
                return page, Arrived(before, outline)
        with self._one_at_a_time:
            found = known_documents(body, before.document)
        if found is not None:
            documents, results = found
            page = read_search_page(without(body, results), url)
            if not page.results:
                return page, Arrived(documents, outline_of(body, results))
        page, results, rows = self._as_read(body, url, before)
        outline = None if results is None else outline_of(body, results)
        return page, Arrived(rows, outline)

    def _as_read(
        self, body: Body, url: str, before: Before
    ) -> tuple[SearchPage, Results | None, Any]:
        """A page that is read as JSON, its results put aside, where they are, and its rows."""
        with self._one_at_a_time:
            whole = whole_documents(body)
            if whole is not None:
                texts, results = whole
                page = read_search_page(without(body, results), url)
                if not page.results:
                    return page, results, self._partial.prepare(texts, before)
            page = read_search_page(body, url)
            rows = self._partial.prepare(texts_of(page), before)
        return msgspec.structs.replace(page, results=()), results_of(body, page), rows
