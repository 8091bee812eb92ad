"""`routes` and `brokenRoute`: from their text to URLs, with the API's refusals.

Prismic checks a resolver with the type's model. Without a model, the content tells: a field that
links to two types is not limited to one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.routes import Route, RouteTable
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.answers import refuse
from prismic_ssg.emulator.served import ServedSnapshot
from prismic_ssg.errors import ConfigurationError

_GONE = b'{"id":"","type":"broken_type"}'


class _Route(msgspec.Struct, frozen=True):
    type: str
    path: str
    uid: str | None = None
    lang: str | None = None
    resolvers: dict[str, str] | None = None


_decoder = msgspec.json.Decoder(list[_Route] | _Route)


def url_function(
    snapshot: ServedSnapshot, text: str, master_language: str
) -> Callable[[Document], str | None] | None:
    """Document → URL by the routes in a parameter; None where it holds none. Raises Refused."""
    routes = _parse(text) if text.strip() else ()
    for route in routes:
        if route.type not in snapshot.by_type:
            refuse(400, "api_parsing_error", messages.ROUTES_UNKNOWN_TYPE)
        for name, chain in route.resolvers.items():
            _check_resolver(snapshot, route.type, name, chain)
    if not routes:
        return None
    table = RouteTable(routes, master_language)
    gone = Document.from_json(_GONE)
    urls: dict[str, str | None] = {}

    # A link to what is not there is broken, and gives no value to a keyword.
    def lookup(identity: DocumentId) -> Document:
        return snapshot.get(identity) or gone

    def url(document: Document) -> str | None:
        if document.id not in urls:
            found = table.path_for(document, lookup)
            urls[document.id] = found[0] if found else None
        return urls[document.id]

    return url


def broken_url(text: str) -> str | None:
    """The URL of broken links. Raises Refused where it is no path, or has keywords."""
    if not text:
        return None
    if not text.startswith("/") or re.search(r"/:[A-Za-z0-9_]", text):
        refuse(400, "api_parsing_error", messages.BROKEN_ROUTE_INVALID)
    return text


@lru_cache(maxsize=64)
def _routes(text: str) -> tuple[Route, ...]:
    written = _decoder.decode(text)
    return tuple(
        Route(each.type, each.path, uid=each.uid, lang=each.lang, resolvers=each.resolvers or {})
        for each in (written if isinstance(written, list) else [written])
    )


def _parse(text: str) -> tuple[Route, ...]:
    try:
        return _routes(text)
    except BROKEN_JSON:
        refuse(400, "api_parsing_error", messages.ROUTES_NO_JSON)
    except ConfigurationError as error:
        refuse(400, "api_parsing_error", messages.ROUTES_INVALID.format(problem=error.message))


def _check_resolver(snapshot: ServedSnapshot, type_: str, name: str, chain: str) -> None:
    """Every hop of a resolver must be a relationship with one custom type. Raises Refused."""
    for field in chain.split("."):
        linked = _linked_types(snapshot, type_, field)
        if linked is None or len(linked) > 1:
            message = messages.ROUTES_INVALID_RESOLVER.format(name=name)
            refuse(400, "api_parsing_error", message)
        if not linked:
            return  # nobody has filled the field in: what it could link to is not known
        (type_,) = linked


def _linked_types(snapshot: ServedSnapshot, type_: str, name: str) -> frozenset[str] | None:
    """The types that a field may link to; None for what is no relationship at all.

    More than one, or `*`, is a relationship that Prismic refuses.
    """
    model = snapshot.models.get(type_)
    if model is not None and model.fields:
        field = model.field(name)
        if field is None or not field.is_relationship:
            return None
        return frozenset(field.linked_types) or frozenset({"*", "**"})
    links = [document.field(name) for document in snapshot.by_type.get(type_, ())]
    filled = [link for link in links if link is not None]
    if not filled or not all(_is_link(link) for link in filled):
        return None
    targets = (snapshot.get(DocumentId(link["id"])) for link in filled if "id" in link)
    return frozenset(target.type for target in targets if target is not None)


def _is_link(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("link_type") == "Document"
