"""The explorer, at `/`: a form for queries, its results, and the code that asks the same. Pure.

One page without JavaScript: everything is an input, a link or a text, so a keyboard reaches it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from string import Template
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from prismic_ssg.content.filter_syntax import FilterSyntaxError, parse_filters
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import OPERATORS
from prismic_ssg.emulator.answers import Answer
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.explorer_page import PAGE
from prismic_ssg.emulator.home import SEARCH_PATH
from prismic_ssg.emulator.repository import EmulatedRepository

_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}
_SHOWN = 200_000

# Parameter → (Python's name, JavaScript's name).
_NAMES = {
    "orderings": ("orderings", "orderings"),
    "lang": ("lang", "lang"),
    "ref": ("ref", "ref"),
    "fetchLinks": ("fetch_links", "fetchLinks"),
    "graphQuery": ("graph_query", "graphQuery"),
    "routes": ("routes", "routes"),
    "after": ("after", "after"),
    "pageSize": ("page_size", "pageSize"),
    "page": ("page", "page"),
}
_NUMBERS = frozenset({"page", "pageSize"})


def explore(repository: EmulatedRepository, query: str, origin: str) -> Answer:
    """The page for the form's values in `query`; with none, for the first documents."""
    given = dict(parse_qsl(query))
    asked = _parameters(repository, given)
    text = urlencode(asked)
    status, _, body = answer(repository, "GET", SEARCH_PATH, text, origin=origin)
    public = urlencode([pair for pair in asked if pair[0] != "access_token"])
    page = Template(PAGE).substitute(
        name=escape(repository.name),
        endpoint=escape(f"{origin}/api/v2"),
        refs=_options(_refs(repository), given.get("ref", "")),
        langs=_options(_langs(repository), given.get("lang", "")),
        types=escape(", ".join(repository.types)),
        **{
            name: escape(given.get(name, ""))
            for name in ("q", "orderings", "graphQuery", "fetchLinks", "routes", "pageSize", "page")
        },
        url=escape(f"{origin}{SEARCH_PATH}?{public}"),
        href=escape(f"{SEARCH_PATH}?{public}"),
        python=escape(_python(asked, origin)),
        javascript=escape(_javascript(asked, origin)),
        summary=_summary(status, body),
        pages=_pages(status, body, given),
        results=_results(status, body, given),
        json=escape(_pretty(body)),
    )
    return 200, _HEADERS, page.encode("utf-8", "replace")


def _parameters(repository: EmulatedRepository, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """The search that the form asks for: one `q` for each line."""
    asked = [("q", line.strip()) for line in given.get("q", "").splitlines() if line.strip()]
    asked.append(("ref", given.get("ref") or repository.master.ref))
    for name in _NAMES:
        value = given.get(name, "").strip()
        if name != "ref" and value:
            asked.append((name, value))
    if given.get("access_token"):
        asked.append(("access_token", given["access_token"]))
    return asked


def _refs(repository: EmulatedRepository) -> list[tuple[str, str]]:
    refs = [("", "Master (published)")]
    refs += [(each.snapshot.ref, f"Release: {each.label}") for each in repository.releases]
    refs += [(each.token, f"Preview {each.id}") for each in repository.previews.values()]
    return refs + [(ref, f"Past ref {ref}") for ref in reversed(list(repository.past))]


def _langs(repository: EmulatedRepository) -> list[tuple[str, str]]:
    langs = [(each.id, f"{each.name or each.id} ({each.id})") for each in repository.languages]
    return [("", f"Master locale ({repository.master_language})"), ("*", "All locales"), *langs]


def _options(choices: Sequence[tuple[str, str]], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in choices
    )


def _summary(status: int, body: bytes) -> str:
    answered = _decoded(body)
    if status != 200:
        message = (
            answered.get("message") or answered.get("error") or body.decode("utf-8", "replace")
        )
        return f'<p role="alert"><strong>{status}</strong> {escape(str(message))}</p>'
    total, pages = answered["total_results_size"], answered["total_pages"]
    if not total:
        return "<p>No document is like that.</p>"
    return f"<p>{total} document{'s'[: total > 1]}, page {answered['page']} of {pages}</p>"


def _pages(status: int, body: bytes, given: Mapping[str, str]) -> str:
    """Links to the pages before and after this one."""
    if status != 200:
        return ""
    answered, links = _decoded(body), []
    kept = {name: value for name, value in given.items() if name != "access_token"}
    for rel, label, step in (("prev", "Previous page", -1), ("next", "Next page", 1)):
        if answered[f"{rel}_page"]:
            query = urlencode({**kept, "page": answered["page"] + step})
            links.append(f'<a rel="{rel}" href="/?{escape(query)}">{label}</a>')
    return f"<p>{' '.join(links)}</p>" if links else ""


def _results(status: int, body: bytes, given: Mapping[str, str]) -> str:
    results = _decoded(body).get("results")
    if status != 200 or not results:
        return ""
    kept = {name: given[name] for name in ("ref", "lang") if given.get(name)}
    rows = []
    for result in results:
        one = urlencode({**kept, "lang": "*", "q": f'[[at(document.id, "{result["id"]}")]]'})
        cells = (result["type"], result["uid"] or "", result["lang"], ", ".join(result["tags"]))
        rows.append(
            f'<tr><td><a href="/?{escape(one)}">{escape(result["id"])}</a></td>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("id", "type", "uid", "lang", "tags")
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _pretty(body: bytes) -> str:
    try:
        text = msgspec.json.format(body, indent=2).decode()
    except msgspec.DecodeError:
        text = body.decode("utf-8", "replace")
    left = len(text) - _SHOWN
    return text if left <= 0 else f"{text[:_SHOWN]}\n… and {left} more characters"


def _filters(asked: Sequence[tuple[str, str]]) -> list[Filter] | None:
    """The filters, None where they can't be read: then there is no code for them."""
    try:
        return [each for name, text in asked if name == "q" for each in parse_filters(text)]
    except FilterSyntaxError:
        return None


def _python(asked: Sequence[tuple[str, str]], origin: str) -> str:
    arguments = _arguments(asked, python=True)
    if arguments is None:
        return "# the filters can't be read"
    head = ["from prismic_ssg import Client, filter", "", f'client = Client("{origin}/api/v2")']
    return "\n".join([*head, "page = client.get(", *arguments, ")"])


def _javascript(asked: Sequence[tuple[str, str]], origin: str) -> str:
    arguments = _arguments(asked, python=False)
    if arguments is None:
        return "// the filters can't be read"
    head = [
        'import * as prismic from "@prismicio/client";',
        "",
        f'const client = prismic.createClient("{origin}/api/v2");',
    ]
    return "\n".join([*head, "const page = await client.get({", *arguments, "});"])


def _arguments(asked: Sequence[tuple[str, str]], *, python: bool) -> list[str] | None:
    """What is asked as arguments of a call, in lines; None where the filters can't be read."""
    filters = _filters(asked)
    if filters is None:
        return None
    indent, equals, module = ("    ", "=", "filter") if python else ("  ", ": ", "prismic.filter")
    lines = [
        f"{indent}{_NAMES[name][0 if python else 1]}{equals}{_number_or_text(name, value)},"
        for name, value in asked
        if name in _NAMES
    ]
    if filters:
        written = [f"{indent * 2}{module}.{_call(each, python=python)}," for each in filters]
        lines = [f"{indent}filters{equals}[", *written, f"{indent}],", *lines]
    return lines


def _call(filter_: Filter, *, python: bool) -> str:
    helper = OPERATORS[filter_.name].helper
    if not python:
        first, *rest = helper.rstrip("_").split("_")
        helper = first + "".join(word.capitalize() for word in rest)
    values = ([filter_.path] if filter_.path else []) + list(filter_.args)
    return f"{helper}({', '.join(_literal(value, python=python) for value in values)})"


def _literal(value: Any, *, python: bool) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(each, python=python) for each in value)}]"
    if isinstance(value, bool) and python:
        return str(value)
    # A text in JSON is one in both languages, as are numbers.
    return json.dumps(value, ensure_ascii=False)


def _number_or_text(name: str, value: str) -> str:
    return value if name in _NUMBERS and value.isdigit() else json.dumps(value, ensure_ascii=False)
