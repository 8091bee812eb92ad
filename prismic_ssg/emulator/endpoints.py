"""The endpoints of the Content API: (repository, request) → (status, headers, JSON). Pure.

Answered so far: the Repository API, and searching with filters, orderings, paging and locales.
What is not answered is refused with an error, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.content.filter_syntax import FilterSyntaxError
from prismic_ssg.content.query import Query
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.seed import EmulatedRepository
from prismic_ssg.errors import ContentError

Answer = tuple[int, Mapping[str, str], bytes]

MAX_PAGE_SIZE = 100

_JSON = {"content-type": "application/json; charset=utf-8"}
_NOT_YET = ("fetch", "fetchLinks", "graphQuery", "routes", "brokenRoute")


def answer(
    repository: EmulatedRepository, method: str, path: str, query: str, *, origin: str
) -> Answer:
    """What the API answers to one request.

    `path` and `query` are those of the URL, undecoded; `origin` is scheme and host, for the URLs
    that an answer holds.
    """
    if method not in ("GET", "HEAD"):
        return _refused(405, "api_method_error", "Method not allowed")
    trimmed = path.rstrip("/")
    parameters = parse_qsl(query, keep_blank_values=True)
    if trimmed == "/api/v2":
        return 200, {**_JSON, "cache-control": "max-age=0, no-store"}, _home(repository, origin)
    if trimmed == "/api/v2/documents/search":
        return _search(repository, parameters, origin)
    if trimmed == "/api/tags":
        return 200, _JSON, msgspec.json.encode(repository.tags)
    return _refused(404, "api_notfound_error", messages.NOT_FOUND)


def _refused(status: int, kind: str, message: str) -> Answer:
    return status, _JSON, msgspec.json.encode({"type": kind, "message": message})


def _home(repository: EmulatedRepository, origin: str) -> bytes:
    refs: list[dict[str, Any]] = [
        {"id": "master", "ref": repository.master.ref, "label": "Master", "isMasterRef": True}
    ]
    refs += [
        {"id": release.id, "ref": release.snapshot.ref, "label": release.label}
        for release in repository.releases
    ]
    return msgspec.json.encode(
        {
            "refs": refs,
            "integrationFieldsRef": None,
            "bookmarks": {},
            "types": repository.types,
            "languages": repository.languages,
            "tags": [],
            "forms": _forms(origin),
            "oauth_initiate": f"{origin}/auth",
            "oauth_token": f"{origin}/auth/token",
            "version": "0000000",
            "license": "All Rights Reserved",
            "experiments": {"draft": [], "running": []},
        }
    )


def _forms(origin: str) -> dict[str, Any]:
    text = {"type": "String", "multiple": False}
    fields: dict[str, Any] = {
        "ref": text,
        "q": {"type": "String", "multiple": True},
        "lang": text,
        "page": {"type": "Integer", "multiple": False, "default": "1"},
        "pageSize": {"type": "Integer", "multiple": False, "default": "20"},
        "after": text,
        "fetch": text,
        "fetchLinks": text,
        "graphQuery": text,
        "orderings": text,
        "referer": text,
    }
    form = {"method": "GET", "enctype": "application/x-www-form-urlencoded"}
    return {
        "everything": {**form, "action": f"{origin}/api/v2/documents/search", "fields": fields},
        "tags": {**form, "action": f"{origin}/api/tags", "fields": {}},
    }


def _search(
    repository: EmulatedRepository, parameters: list[tuple[str, str]], origin: str
) -> Answer:
    named = dict(reversed(parameters))
    ref = named.get("ref")
    if not ref:
        return _refused(400, "api_validation_error", messages.REF_MISSING)
    snapshot = repository.snapshots.get(ref)
    if snapshot is None:
        text = messages.REF_NOT_FOUND.format(master=repository.master.ref)
        return _refused(404, "api_notfound_error", text)
    for name in _NOT_YET:
        if named.get(name):
            return _refused(400, "api_validation_error", messages.NOT_YET.format(name=name))
    try:
        query = _query(repository, parameters, named)
        found = snapshot.page(query)
    except FilterSyntaxError as error:
        return _refused(400, "api_parsing_error", error.message)
    except (ContentError, ValueError, TypeError) as error:
        return _refused(400, "api_parsing_error", str(error))

    def page_url(number: int) -> str | None:
        if not 1 <= number <= found.total_pages or number == found.page:
            return None
        kept = [pair for pair in parameters if pair[0] not in ("page", "pageSize", "access_token")]
        kept += [("page", str(number)), ("pageSize", str(found.page_size))]
        return f"{origin}/api/v2/documents/search?{urlencode(kept)}"

    envelope = {
        "page": found.page,
        "results_per_page": found.page_size,
        "results_size": len(found.documents),
        "total_results_size": found.total_results_size,
        "total_pages": found.total_pages,
        "next_page": page_url(found.page + 1),
        "prev_page": page_url(found.page - 1) if found.page <= found.total_pages else None,
        "results": [_at(document, snapshot, origin) for document in found.documents],
    }
    return 200, _JSON, msgspec.json.encode(envelope)


def _query(
    repository: EmulatedRepository, parameters: list[tuple[str, str]], named: Mapping[str, str]
) -> Query:
    size = _number(named, "pageSize", 20)
    return Query.of(
        [value for name, value in parameters if name == "q" and value.strip()],
        named.get("orderings", "").strip() or (),
        lang=named.get("lang") or repository.languages[0].id,
        after=named.get("after") or None,
        page=max(1, _number(named, "page", 1)),
        page_size=min(MAX_PAGE_SIZE, size) if size > 0 else 20,
    )


def _number(named: Mapping[str, str], name: str, otherwise: int) -> int:
    given = named.get(name)
    if not given:
        return otherwise
    if not given.lstrip("-").isascii() or not given.lstrip("-").isdigit() or len(given) > 9:
        raise ValueError(messages.NOT_A_NUMBER.format(name=name, given=given))
    return int(given)


def _at(document: Document, snapshot: Snapshot, origin: str) -> msgspec.Raw:
    """The document as it is at a ref: its `href` names the ref that was asked."""
    raw = bytes(document.raw)
    name = b'"href":'
    start = raw.find(name)
    if start < 0:
        return msgspec.Raw(raw)
    start += len(name)
    end = start + 1
    while raw[end : end + 1] != b'"':
        end += 2 if raw[end : end + 1] == b"\\" else 1
    by_id = quote_plus(f'[[:d = at(document.id, "{document.id}") ]]')
    href = f"{origin}/api/v2/documents/search?ref={quote_plus(snapshot.ref)}&q={by_id}"
    return msgspec.Raw(raw[:start] + msgspec.json.encode(href) + raw[end + 1 :])
