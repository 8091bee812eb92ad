"""The Content API client: the official client's reading side, in Python.

How it differs, and why, is in docs/client.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from prismic_ssg.api.chunks import chunks_that_fit
from prismic_ssg.api.endpoints import (
    checked_endpoint,
    is_beside,
    is_repository_endpoint,
    repository_endpoint,
    repository_name,
)
from prismic_ssg.api.graphql import graphql_headers, graphql_url
from prismic_ssg.api.limiter import PROCESS_LIMITER, Limiter
from prismic_ssg.api.paging import pages
from prismic_ssg.api.previews import preview_ref
from prismic_ssg.api.query_methods import AllParams, QueryMethods, QueryParams
from prismic_ssg.api.refs import QUERIES_AT_A_NEW_MASTER, next_master
from prismic_ssg.api.requests import build_query_url, filter_list, mask, with_token
from prismic_ssg.api.responses import SearchPage, read_json, read_repository, read_search_page
from prismic_ssg.api.retries import Retries
from prismic_ssg.api.session import Session
from prismic_ssg.content.document import Ref
from prismic_ssg.content.links import as_link
from prismic_ssg.errors import (
    NotFoundError,
    PrismicError,
    RefExpiredError,
    RefNotFoundError,
)

if TYPE_CHECKING:
    from prismic_ssg.api.exchange import Body
    from prismic_ssg.api.transport import BaseTransport
    from prismic_ssg.content.document import Document
    from prismic_ssg.content.filters import Filter
    from prismic_ssg.content.links import LinkResolver
    from prismic_ssg.content.repository import RefInfo, Repository

T = TypeVar("T")

# A burst of queries costs one look at the refs, and a publish is seen within this time.
REPOSITORY_KEPT_S = 5.0

RefSource = str | Callable[[], str | None] | None


class Client(QueryMethods):
    """Reads one repository. Thread-safe; a context manager that closes its connections.

    `repository` is a name or an endpoint's URL, `endpoint` overrides what a name means. `ref` is a
    ref or a function that gives one (None → master). `default_params` hold for every query that
    does not say otherwise; their filters are added to a query's own. `transport` replaces the
    network. A request that keeps failing is given up after `give_up_after_s`.
    """

    def __init__(
        self,
        repository: str,
        *,
        endpoint: str | None = None,
        access_token: str | None = None,
        ref: RefSource = None,
        routes: Any = None,
        broken_route: str | None = None,
        default_params: Mapping[str, Any] | None = None,
        transport: BaseTransport | None = None,
        timeout_s: float = 30.0,
        give_up_after_s: float = 60.0,
        http2: bool = False,
        retries: Retries | None = None,
        limiter: Limiter = PROCESS_LIMITER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # What looks like a URL and is none is refused as one, not as a name.
        is_url = "://" in repository or is_repository_endpoint(repository)
        self.endpoint = checked_endpoint(
            endpoint or (repository if is_url else repository_endpoint(repository))
        )
        self.repository_name = repository_name(self.endpoint) if is_url else repository
        self.routes = routes
        self.broken_route = broken_route
        self.default_params = dict(default_params or {})
        self._access_token = access_token
        self.query_content_from_ref(ref)
        self._cookie_header: str | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, str | None, Repository] | None = None
        self.session = Session(
            transport,
            timeout_s=timeout_s,
            retries=retries or Retries(give_up_after_s=give_up_after_s),
            limiter=limiter,
            http2=http2,
        )

    def __repr__(self) -> str:
        return f"<Client {self.endpoint}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections. A request that comes all the same has one of its own."""
        self.session.close()

    # The repository.

    def get_repository(self, *, fresh: bool = False, access_token: str | None = None) -> Repository:
        """What the repository says of itself, to the client's token or to another one; asked once
        in five seconds, unless `fresh`."""
        token = access_token or self._access_token
        # Held during the request: threads that ask at the same time share one answer.
        with self._lock:
            if self._kept is not None and not fresh:
                read_at, kept_for, repository = self._kept
                if kept_for == token and self._clock() - read_at < REPOSITORY_KEPT_S:
                    return repository
            url = with_token(self.endpoint, token)
            repository = self.session.get(url, read_repository, api="repository")
            self._kept = (self._clock(), token, repository)
            return repository

    def get_refs(self) -> tuple[RefInfo, ...]:
        return self.get_repository().refs

    def get_ref_by_id(self, id_: str) -> RefInfo:
        return _one(self.get_refs(), "Ref", "ID", id_)

    def get_ref_by_label(self, label: str) -> RefInfo:
        return _one(self.get_refs(), "Ref", "label", label)

    def get_master_ref(self) -> RefInfo:
        """The ref of what is published. Raises PrismicError where the repository names none."""
        master = self.get_repository().master_ref
        return next(entry for entry in self.get_refs() if entry.ref == master)

    def get_releases(self) -> tuple[RefInfo, ...]:
        """All refs but the master's: those that the token may see."""
        return self.get_repository().releases

    def get_release_by_id(self, id_: str) -> RefInfo:
        return _one(self.get_releases(), "Release", "ID", id_)

    def get_release_by_label(self, label: str) -> RefInfo:
        return _one(self.get_releases(), "Release", "label", label)

    def get_tags(self) -> tuple[str, ...]:
        """All tags in use. The Repository API's own list, which is deprecated, if nothing else."""
        repository = self.get_repository()
        form = repository.forms.get("tags")
        if form is None or not form.action:
            return repository.tags
        is_ours = is_beside(form.action, self.endpoint)
        url = with_token(form.action, self._access_token if is_ours else None)
        try:
            return self.session.get(url, partial(read_json, of=tuple[str, ...]), api="tags")
        except PrismicError:
            return repository.tags

    # Which ref queries are asked at.

    def query_latest_content(self) -> None:
        """Ask at the master ref from now on."""
        self.query_content_from_ref(None)

    def query_content_from_ref(self, ref: RefSource) -> None:
        """Ask at this ref from now on, or at what the function gives for each query."""
        self._ref_for: Callable[[str | None], str | None]
        self._ref_for = lambda _: ref() if callable(ref) else ref

    def query_content_from_release_by_id(self, id_: str) -> None:
        """Ask at this release from now on; its ref is looked up for each query, for it changes."""
        self._ref_for = lambda token: _one(self._releases(token), "Release", "ID", id_).ref

    def query_content_from_release_by_label(self, label: str) -> None:
        """Ask at this release from now on; its ref is looked up for each query, for it changes."""
        self._ref_for = lambda token: _one(self._releases(token), "Release", "label", label).ref

    def _releases(self, access_token: str | None) -> tuple[RefInfo, ...]:
        return self.get_repository(access_token=access_token).releases

    def enable_auto_previews_from_req(self, headers: Mapping[str, str]) -> None:
        """Ask at the preview that a request's headers carry in a cookie, where they do."""
        by_lower_name = {name.lower(): value for name, value in headers.items()}
        self._cookie_header = by_lower_name.get("cookie")

    def disable_auto_previews(self) -> None:
        self._cookie_header = None

    def _asked_ref(self, params: Mapping[str, Any]) -> Ref | None:
        """The ref that the call, a preview or the configuration wants; None means the master's."""
        ref = (
            params.get("ref")
            or preview_ref(self._cookie_header, self.repository_name)
            or self._ref_for(params.get("access_token"))
        )
        return Ref(ref) if ref else None

    # Queries.

    def get(self, **params: Unpack[QueryParams]) -> SearchPage:
        """One page of documents."""
        return self._at_one_ref(params, self.search)

    def get_first(self, **params: Unpack[QueryParams]) -> Document:
        """The first document. Raises NotFoundError where there is none."""
        if not (params.get("page") or params.get("page_size")):
            params["page_size"] = 1

        def first(pinned: dict[str, Any]) -> Document:
            documents = self.search(pinned).documents
            if not documents:
                raise NotFoundError("No documents were returned", mask(self._url(pinned)))
            return documents[0]

        return self._at_one_ref(params, first)

    def get_all(self, **params: Unpack[AllParams]) -> list[Document]:
        """All documents, or the first `limit`, in the API's order and all of one ref."""
        limit = params.pop("limit", None)
        if limit is not None and limit <= 0:
            return []
        size = params.get("page_size") or self.default_params.get("page_size") or 100
        # Where the call gives a page size, it keeps its place in the URL.
        asked = {**params, "page_size": min(size, limit or size)}
        return self._at_one_ref(asked, lambda pinned: self._all_pages(pinned, limit))

    def _all_pages(self, params: Mapping[str, Any], limit: int | None) -> list[Document]:
        def fetch(
            number: int, stop: threading.Event | None
        ) -> tuple[SearchPage, tuple[Document, ...]]:
            # The first is not named: nor is one that the caller wanted to see alone.
            page = self.search({**params, "page": number if number > 1 else None}, stop=stop)
            return page, page.documents

        first = fetch(1, None)
        up_to = -(-limit // max(first[0].results_per_page, 1)) if limit else None
        arrived = {page.page: some for page, some in pages(fetch, first=first, up_to=up_to)}
        return [each for _, some in sorted(arrived.items()) for each in some][:limit]

    def _get_all_in(
        self,
        values: Sequence[str],
        in_values: Callable[[Sequence[str]], Filter],
        params: AllParams,
    ) -> list[Document]:
        limit = params.get("limit")
        wanted = list(dict.fromkeys(values))
        before = filter_list(params)
        plain: dict[str, Any] = {**params, "page_size": min(params.get("page_size") or 100, 100)}
        plain.pop("limit", None)

        def run(pinned: Mapping[str, Any]) -> list[Document]:
            def at_values(some: Sequence[str]) -> dict[str, Any]:
                return {**pinned, "filters": [*filter_list(pinned), in_values(some)]}

            found: list[Document] = []
            chunks = chunks_that_fit(
                wanted, lambda some: self._url({**at_values(some), "page": 99})
            )
            if len(chunks) > 1 and (pinned.get("orderings") or pinned.get("after")):
                raise PrismicError(
                    f"{len(wanted)} values need {len(chunks)} requests, whose answers can't be "
                    "brought into one order",
                    hint="ask without orderings and after, and sort the documents yourself",
                )
            for chunk in chunks:
                if limit is not None and len(found) >= limit:
                    break
                found += self._all_pages(at_values(chunk), None)
            return found[:limit]

        if not wanted or limit == 0:
            return []
        return self._at_one_ref({**plain, "filters": before}, run)

    def search(
        self, params: Mapping[str, Any], *, stop: threading.Event | None = None
    ) -> SearchPage:
        """One request with exactly these parameters: no defaults, and no ref is looked up."""
        return self.search_as(params, read_search_page, stop=stop)

    def search_as(
        self,
        params: Mapping[str, Any],
        read: Callable[[Body, str], T],
        *,
        stop: threading.Event | None = None,
    ) -> T:
        """As search(), for who reads answers in another way: what `read(body, url)` gives."""
        return self.session.get(self._url(params), read, api="search", stop=stop)

    def search_url(self, params: Mapping[str, Any]) -> str:
        """The URL that search() would ask, access token included."""
        return self._url(params)

    def build_query_url(self, **params: Unpack[QueryParams]) -> str:
        """The URL that get() would ask, access token included; the ref is looked up first."""
        asked_ref = self._asked_ref({**self.default_params, **params})
        return self._url(self._resolved(params, asked_ref))

    def _url(self, params: Mapping[str, Any]) -> str:
        token = params.get("access_token") or self._access_token
        # The token goes last, wherever it was given.
        rest = {name: value for name, value in params.items() if name != "access_token"}
        return build_query_url(self.endpoint, {**rest, "access_token": token})

    def _resolved(self, params: Mapping[str, Any], ref: Ref | None) -> dict[str, Any]:
        """The parameters to send: the client's, the call's on top, then what the client knows."""
        filters = filter_list(self.default_params) + filter_list(params)
        merged = {**self.default_params, **params}
        repository = self.get_repository(access_token=merged.get("access_token"))
        known = {
            "integration_fields_ref": repository.integration_fields_ref,
            "routes": self.routes,
            "broken_route": self.broken_route,
        }
        merged |= {"ref": ref or repository.master_ref}
        merged |= {name: value for name, value in known.items() if merged.get(name) is None}
        return {**merged, "filters": filters}

    def _at_one_ref(self, params: Mapping[str, Any], ask: Callable[[dict[str, Any]], T]) -> T:
        """What `ask` gives at the ref to ask at; asked again at a new master, and only at that."""
        asked_ref = self._asked_ref({**self.default_params, **params})
        resolved = self._resolved(params, asked_ref)
        for attempts_left in reversed(range(QUERIES_AT_A_NEW_MASTER)):
            try:
                return ask(resolved)
            except (RefExpiredError, RefNotFoundError) as error:
                if asked_ref is not None or not attempts_left:
                    raise
                token = resolved.get("access_token")
                repository = self.get_repository(fresh=True, access_token=token)
                master = next_master(repository, resolved["ref"], error)
                resolved = self._resolved(params, master)
        raise AssertionError("the loop returns or raises")

    # Other.

    def get_asset(self, url: str, start: int = 0, *, length: int = 8 << 20) -> tuple[bytes, int]:
        """At most `length` bytes of an image or a file from `start` on, and its whole size."""
        return self.session.get_piece(url, start, length)

    def resolve_preview_url(
        self,
        *,
        default_url: str,
        preview_token: str | None = None,
        document_id: str | None = None,
        link_resolver: LinkResolver | None = None,
    ) -> str:
        """Where a preview begins: the URL of its document, or `default_url` where it has none.

        Raises RefNotFoundError, PreviewTokenExpiredError and NotFoundError for one that is over.
        """
        if not preview_token or not document_id:
            return default_url
        document = self.get_by_id(document_id, ref=preview_token, lang="*")
        return as_link(document, link_resolver=link_resolver) or default_url

    def graphql_fetch(
        self,
        query: str,
        *,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The decoded answer of the GraphQL API at the ref that queries are asked at."""
        repository = self.get_repository()
        ref = self._asked_ref({}) or repository.master_ref
        url = graphql_url(self.endpoint, query, ref, variables, operation_name)
        sent = graphql_headers(ref, self._access_token, repository.integration_fields_ref)
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        return self.session.get(url, partial(read_json, of=Any), api="graphql", headers=sent)


def _one(entries: Sequence[RefInfo], what: str, by: str, wanted: str) -> RefInfo:
    for entry in entries:
        if wanted == (entry.id if by == "ID" else entry.label):
            return entry
    raise PrismicError(f'{what} with {by} "{wanted}" could not be found.')
