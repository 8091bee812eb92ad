"""Documents → the results of a search: with the URLs, links and linked fields that it asked for.

A search that asks for none of them gets documents as they are stored, as long as their links are
current: nothing is decoded. That is what a build over a local repository does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.content.fields import is_block
from prismic_ssg.content.graph_query import (
    GraphQuerySyntaxError,
    Selection,
    parse_graph_query,
    select,
)
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.answers import refuse
from prismic_ssg.emulator.fetching import Wanted, fetched, parse_paths
from prismic_ssg.emulator.home import SEARCH_PATH
from prismic_ssg.emulator.implied_fields import implicit_selections
from prismic_ssg.emulator.live_links import LiveLinks
from prismic_ssg.emulator.routing import broken_url, url_function
from prismic_ssg.emulator.served import ServedSnapshot

# Fields of linked documents nest: a short text can ask for more than a machine holds.
_MOST_LINKED_BYTES = 32_000_000

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Shape:
    """The parameters that decide what a result holds, as they were sent."""

    routes: str = ""
    broken_route: str = ""
    fetch: str = ""
    fetch_links: str = ""
    graph_query: str = ""


class ResultWriter:
    """Writes the documents of one snapshot in one shape. Raises Refused where that can't be."""

    def __init__(self, snapshot: ServedSnapshot, shape: Shape, master_language: str) -> None:
        self._links = snapshot.kept("links", lambda: LiveLinks(snapshot))
        self._url = url_function(snapshot, shape.routes, master_language)
        self._broken_url = broken_url(shape.broken_route)
        self._blocks = _graph_query(shape.graph_query)
        # graphQuery supersedes the two others. Source: Prismic's documentation.
        plain = self._blocks is None
        self._fetch = parse_paths(shape.fetch) if plain and shape.fetch.strip(" []") else None
        self._fetch_links = parse_paths(shape.fetch_links) if plain else {}
        self._implicit = implicit_selections(snapshot.models) if plain else {}
        self._expanded: dict[tuple[int, str], msgspec.Raw | None] = {}
        self._linked_bytes = 0
        self._stored = not (
            self._url
            or self._broken_url
            or self._blocks is not None
            or self._fetch is not None
            or self._fetch_links
        )

    def results(self, documents: Iterable[Document], origin: str, ref: str) -> list[msgspec.Raw]:
        """The JSON of the documents of one page, each with its `href` at the ref that was asked."""
        self._expanded.clear()
        self._linked_bytes = 0
        search = f"{origin}{SEARCH_PATH}?ref={quote_plus(ref)}"
        return [msgspec.Raw(self._read(document, search)) for document in documents]

    def _read(self, document: Document, search: str) -> bytes:
        try:
            return self._result(document, search)
        except RecursionError:
            message = messages.TOO_DEEP.format(id=document.id)
            refuse(400, "api_parsing_error", message)

    def _result(self, document: Document, search: str) -> bytes:
        raw = bytes(document.raw)
        data_at = len(raw) - 1 - len(document.envelope.data)
        if self._stored and self._is_as_stored(document):
            data = raw[data_at:-1]
        else:
            data = self._data(document)
        url = self._url(document) if self._url else None
        head = _head(raw[:data_at], url, _href(document, search))
        if not self._links.alternates_are_current(document):
            head = _with_alternates(head, self._links.alternates(document))
        return b"".join((head, data, b"}"))

    def _is_as_stored(self, document: Document) -> bool:
        return document.type not in self._implicit and self._links.are_current(document)

    def _data(self, document: Document) -> bytes:
        fields = _decode(document.envelope.data)
        if self._blocks is not None:
            block = self._blocks.get(document.type)
            # Not documented: a type without a block comes with no fields.
            fields = select(block, fields, self._expand) if block else {}
        elif self._fetch is not None:
            fields = fetched(self._fetch.get(document.type, {}), fields, linked=False)
        if document.type in self._implicit:
            fields = select(self._implicit[document.type], fields, self._expand)
        return _encode(self._written(fields, fetch_links=bool(self._fetch_links)))

    def _written(self, value: Any, *, fetch_links: bool) -> Any:
        """A value with every link in it as it is at this ref. The value itself is changed."""
        whole = [value]
        pending: list[tuple[Any, bool]] = [(whole, fetch_links)]
        while pending:
            holder, fetches = pending.pop()
            for place, each in holder.items() if isinstance(holder, dict) else enumerate(holder):
                if isinstance(each, list):
                    pending.append((each, fetches))
                elif not isinstance(each, dict):
                    continue
                elif each.get("link_type") == "Document" and isinstance(each.get("id"), str):
                    holder[place] = self._link(each, fetch_links=fetches)
                else:
                    # Links in rich text get a URL, but no fields: nothing was seen that says
                    # otherwise.
                    pending.append((each, fetches and not is_block(each)))
        return whole[0]

    def _link(self, link: dict[str, Any], *, fetch_links: bool) -> dict[str, Any]:
        target = self._links.target(link)
        if target is None:
            return self._links.written(link, self._broken_url)
        linked = link.get("data")
        if linked is not None and not isinstance(linked, msgspec.Raw):
            # A file has fields in a link where a model selects them; a model may not be at hand.
            linked = self._written(linked, fetch_links=False) if self._blocks is None else None
        if fetch_links and target.type in self._fetch_links:
            wanted = self._fetch_links[target.type]
            linked = self._linked(wanted, target, lambda: self._fetched(wanted, target)) or linked
        return self._links.written(link, self._url(target) if self._url else None, linked)

    def _fetched(self, wanted: Wanted, target: Document) -> Any:
        fields = fetched(wanted, _decode(target.envelope.data), linked=True)
        return self._written(fields, fetch_links=False)

    def _expand(self, link: dict[str, Any], selection: Selection) -> dict[str, Any]:
        """A link with the fields that a GraphQuery wants of its target."""
        target = self._links.target(link)
        union = selection.unions.get(target.type) if target else None
        if target is None or union is None:
            return link

        def make() -> Any:
            fields = select(union, _decode(target.envelope.data), self._expand)
            return self._written(fields, fetch_links=False)

        return {**link, "data": self._linked(union, target, make)}

    def _linked(
        self, wanted: object, target: Document, make: Callable[[], Any]
    ) -> msgspec.Raw | None:
        """The fields of a linked document as JSON, made once a page for all links that want them.

        `wanted` lives as long as this writer does, so that its identity is a key. None for nothing.
        """
        key = (id(wanted), target.id)
        if key not in self._expanded:
            made = make()
            self._expanded[key] = msgspec.Raw(_encode(made)) if made else None
        linked = self._expanded[key]
        # Counted at each use: this is what is going to be written.
        self._linked_bytes += 0 if linked is None else len(linked)
        if self._linked_bytes > _MOST_LINKED_BYTES:
            message = messages.TOO_MUCH_LINKED.format(limit=_MOST_LINKED_BYTES // 1_000_000)
            refuse(400, "api_parsing_error", message)
        return linked


def _graph_query(text: str) -> Mapping[str, Selection] | None:
    if not text.strip():
        return None
    try:
        return parse_graph_query(text)
    except GraphQuerySyntaxError as error:
        refuse(400, "api_parsing_error", error.message)


def _href(document: Document, search: str) -> bytes:
    # [[:d = at(document.id, "ID") ]]
    by_id = f"%5B%5B%3Ad+%3D+at%28document.id%2C+%22{quote_plus(document.id)}%22%29+%5D%5D"
    return _encode(f"{search}&q={by_id}")


def _head(head: bytes, url: str | None, href: bytes) -> bytes:
    """What stands before the fields, with another `url` and `href`.

    Quotes inside of JSON texts are escaped, so the first `"url":` is the document's own.
    """
    url_at = head.index(b'"url":') + len(b'"url":')
    type_at = head.index(b',"type":', url_at)
    href_at = head.index(b'"href":', type_at) + len(b'"href":')
    tags_at = head.index(b',"tags":', href_at)
    return b"".join((head[:url_at], _encode(url), head[type_at:href_at], href, head[tags_at:]))


def _with_alternates(head: bytes, alternates: list[dict[str, str]]) -> bytes:
    name = b'"alternate_languages":'
    start = head.rindex(name) + len(name)
    return head[:start] + _encode(alternates) + head[head.rindex(b',"data":') :]
