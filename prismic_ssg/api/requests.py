"""Parameters → URL, answer → documents or an error. Pure; knows nothing of httpx.

URLs are those of the official client, byte for byte, except its `x-c` parameter (docs/client.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import msgspec

from prismic_ssg.content.filters import Filter
from prismic_ssg.content.utf16 import writable
from prismic_ssg.errors import PrismicError

MAX_URL_LENGTH = 2048
"""Characters that the Content API accepts in a URL."""

_WIRE_NAMES = {
    "page_size": "pageSize",
    "fetch_links": "fetchLinks",
    "graph_query": "graphQuery",
    "broken_route": "brokenRoute",
    "integration_fields_ref": "integrationFieldsRef",
    "accessToken": "access_token",
}

# Also as part of another address: `/login?next=%2Fapi%2Fv2%3Faccess_token%3D…`.
_TOKEN = re.compile(r"(access_token=)[^&\s\"'<>]+|(access_token%3[dD])[^&\s\"'<>%]+")


# Shorter ones are of tests; replaced everywhere, they would leave no message to be read.
_SHORTEST_SECRET = 6


def mask(text: str, *, asked: str = "") -> str:
    """A URL or a message with access tokens replaced by `***`; also where one stands by itself that
    is in the URL that was `asked`."""
    token = dict(parse_qsl(urlsplit(asked).query)).get("access_token", "")
    if len(token) >= _SHORTEST_SECRET:
        text = text.replace(token, "***")
    return _TOKEN.sub(lambda match: f"{match[1] or match[2]}***", text)


def form_encode(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string, encoded as browsers encode forms: space is `+`, and `~` is not spared."""
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)


def _encode(text: str) -> str:
    return quote_plus(writable(text), safe="*").replace("~", "%7E")


def filter_list(params: Mapping[str, Any]) -> list[Filter | str]:
    """The filters among parameters, where one alone, as it is or as text, stands for a list."""
    given = params.get("filters") or ()
    return [given] if isinstance(given, Filter | str) else list(given)


def build_query_url(endpoint: str, params: Mapping[str, Any]) -> str:
    """The URL of a search. Filters come first, the other parameters in the order given.

    None leaves a parameter out. Names are in snake_case or as the API writes them; one that we do
    not know is sent as it is.
    """
    pairs = [("q", f"[{each}]") for each in filter_list(params)]
    for name, value in params.items():
        if name != "filters" and value is not None:
            pairs.append((_WIRE_NAMES.get(name, name), _wire_value(name, value)))
    base = endpoint if endpoint.endswith("/") else f"{endpoint}/"
    query = form_encode(pairs)
    return f"{base}documents/search?{query}" if query else f"{base}documents/search"


def _wire_value(name: str, value: Any) -> str:
    if name == "orderings":
        return _orderings(value)
    if name == "routes":
        return _routes(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        return ",".join(str(each) for each in value)
    return str(value)


def _orderings(value: Any) -> str:
    if isinstance(value, str):
        return value if value.startswith("[") else f"[{value}]"
    if isinstance(value, Mapping):
        value = [value]
    return "[" + ",".join(_ordering(each) for each in value) + "]"


def _ordering(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or "field" not in value:
        raise TypeError(f"an ordering is a string or a mapping with 'field', not {value!r}")
    return f"{value['field']} desc" if value.get("direction") == "desc" else str(value["field"])


def _routes(value: Any) -> str:
    if isinstance(value, str):
        return value
    routes = list(value) if isinstance(value, Sequence) else [value]
    return msgspec.json.encode([route_for_wire(each) for each in routes]).decode()


def route_for_wire(route: Any) -> Mapping[str, Any]:
    """A route as the API takes it: a mapping as it is, a `Route` without what it leaves unset."""
    if isinstance(route, Mapping):
        return route
    members = {name: getattr(route, name, None) for name in ("type", "uid", "lang", "resolvers")}
    return {name: value for name, value in members.items() if value} | {"path": route.path}


def with_token(url: str, access_token: str | None) -> str:
    """The URL with the access token as its last parameter, where there is one."""
    if not access_token or "access_token=" in url:
        return url
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{form_encode([('access_token', access_token)])}"


def check_length(url: str) -> str:
    """The same URL. Raises PrismicError where it is longer than the API accepts."""
    if len(url) > MAX_URL_LENGTH:
        raise PrismicError(
            f"the request is {len(url):,} characters long; the Content API accepts "
            f"{MAX_URL_LENGTH:,}",
            mask(url),
            hint="ask for less at once: fewer values in a filter, a shorter graph_query, or "
            "get_all_by_ids and get_all_by_uids, which split their lists",
        )
    return url
