"""The Document API: `GET /api/v2/documents/search`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from prismic_ssg.content.field_paths import parse_path
from prismic_ssg.content.filter_syntax import FilterSyntaxError, ParsedFilter, parse_query
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import PathKind
from prismic_ssg.content.orderings import Ordering, parse_orderings
from prismic_ssg.content.query import Query
from prismic_ssg.content.result_page import ResultPage
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.answers import refuse
from prismic_ssg.emulator.home import SEARCH_PATH
from prismic_ssg.emulator.results import ResultWriter, Shape
from prismic_ssg.emulator.served import ServedSnapshot
from prismic_ssg.errors import ContentError

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20


@dataclass(frozen=True)
class Parameters:
    """A request's query, decoded. Of a name that is given twice, the first counts; all `q` do."""

    pairs: Sequence[tuple[str, str]]
    named: Mapping[str, str]

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Parameters:
        return cls(pairs, dict(reversed(pairs)))

    def __getitem__(self, name: str) -> str:
        return self.named.get(name, "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]


def search(
    snapshot: ServedSnapshot, parameters: Parameters, *, master_language: str, origin: str
) -> bytes:
    """One page of results, as JSON. Raises Refused."""
    query = _query(snapshot, parameters, master_language)
    shape = Shape(
        routes=parameters["routes"],
        broken_route=parameters["brokenRoute"],
        fetch=parameters["fetch"],
        fetch_links=parameters["fetchLinks"],
        graph_query=parameters["graphQuery"],
    )
    writer = snapshot.kept(
        (shape, master_language), lambda: ResultWriter(snapshot, shape, master_language)
    )
    try:
        found = snapshot.page(query)
    except ContentError as error:
        refuse(400, "api_parsing_error", error.message)
    results = writer.results(found.documents, origin, parameters["ref"] or snapshot.ref)
    return msgspec.json.encode(_envelope(found, parameters, origin) | {"results": results})


def _envelope(found: ResultPage, parameters: Parameters, origin: str) -> dict[str, object]:
    def page_url(number: int) -> str | None:
        if not 1 <= number <= found.total_pages:
            return None
        left_out = ("page", "pageSize", "access_token")
        kept = [pair for pair in parameters.pairs if pair[0] not in left_out]
        kept += [("page", str(number)), ("pageSize", str(found.page_size))]
        return f"{origin}{SEARCH_PATH}?{urlencode(kept, errors='replace')}"

    return {
        "page": found.page,
        "results_per_page": found.page_size,
        "results_size": len(found.documents),
        "total_results_size": found.total_results_size,
        "total_pages": found.total_pages,
        "next_page": page_url(found.page + 1),
        "prev_page": page_url(found.page - 1),
    }


def _query(snapshot: ServedSnapshot, parameters: Parameters, master_language: str) -> Query:
    lang = parameters["lang"] or master_language
    size = _number(parameters, "pageSize", DEFAULT_PAGE_SIZE)
    return Query(
        filters=_filters(snapshot, parameters),
        orderings=_orderings(snapshot, parameters["orderings"]),
        lang=lang,
        after=parameters["after"] or None,
        page=max(1, _number(parameters, "page", 1)),
        page_size=min(MAX_PAGE_SIZE, size) if size > 0 else DEFAULT_PAGE_SIZE,
    )


def _filters(snapshot: ServedSnapshot, parameters: Parameters) -> tuple[Filter, ...]:
    try:
        parsed = [
            each for text in parameters.all("q") if text.strip() for each in parse_query(text)
        ]
        for each in parsed:
            _check_field(snapshot, each)
        return tuple(_with_former_uids(snapshot, each.filter) for each in parsed)
    except FilterSyntaxError as error:
        refuse(400, "api_parsing_error", error.message)


def _check_field(snapshot: ServedSnapshot, parsed: ParsedFilter) -> None:
    path = parsed.filter.path
    if path is not None and not snapshot.knows(parse_path(path)):
        raise parsed.unexpected_field()


def _with_former_uids(snapshot: ServedSnapshot, filter_: Filter) -> Filter:
    """A document is found by every UID that it ever had. Source: Prismic's documentation."""
    if not snapshot.former_uids or filter_.name not in ("at", "any", "in"):
        return filter_
    path = parse_path(filter_.path or "")
    if path.kind is not PathKind.UID:
        return filter_
    (given,) = filter_.args
    uids = given if isinstance(given, tuple) else (given,)
    if not any((path.type or "", uid) in snapshot.former_uids for uid in uids):
        return filter_
    # By their ids: in another locale, one that was never called so may be called as it is now.
    ids = [id_ for uid in uids for id_ in snapshot.called(path.type or "", uid)]
    name = "in" if filter_.name == "in" else "any"
    return Filter(name, "document.id", (tuple(dict.fromkeys(ids)),))


def _orderings(snapshot: ServedSnapshot, text: str) -> tuple[Ordering, ...]:
    if not text.strip():
        return ()
    try:
        orderings = parse_orderings(text)
    except ValueError as error:
        refuse(400, "api_parsing_error", str(error))
    for ordering in orderings:
        if not snapshot.knows(ordering.field_path):
            message = messages.UNEXPECTED_FIELD_IN_ORDERINGS.format(path=ordering.path, text=text)
            refuse(400, "api_parsing_error", message)
    return orderings


def _number(parameters: Parameters, name: str, otherwise: int) -> int:
    given = parameters[name].strip()
    if not given:
        return otherwise
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(given) <= 9):
        refuse(400, "api_parsing_error", messages.NOT_A_NUMBER.format(name=name, given=given))
    return int(given)
