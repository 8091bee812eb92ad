"""Query: everything that decides which documents an answer has, in which order.

A value: equal queries have equal answers at one ref. The engine stores it as what a page has read.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from prismic_ssg.content.field_paths import parse_path, values_at
from prismic_ssg.content.filter_syntax import parse_filters
from prismic_ssg.content.filters import Filter, at
from prismic_ssg.content.matching import RANKED, matches, points
from prismic_ssg.content.orderings import (
    Ordering,
    OrderingsInput,
    ordering_key,
    orderings_to_wire,
    parse_orderings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismic_ssg.content.document import Document

# Without orderings, the first filter of one of these names decides.
PLACING = frozenset({"in", "geopoint.near"})
RANKING = PLACING | RANKED


class PlaceInAnswer(NamedTuple):
    """What decides where a document is in an answer; compare with `==` only.

    `ordered_by` is what the query orders by. Documents of which that is equal are in the default
    order, which goes by `last`.
    """

    ordered_by: tuple[Any, ...]
    last: tuple[Any, ...]


class Query(msgspec.Struct, frozen=True):
    """What is asked. All filters must hold; `lang` is a locale or `*` for all.

    The whole answer is what filters, `lang`, `orderings` and `after` leave. `offset` and `limit`
    cut a piece out of it, `page` and `page_size` are the API's way to: a query is asked in one of
    the two. `fetch`, `fetch_links` and `graph_query` change what is in a document, not which there
    are.

    Use `Query.of` for what users write; the constructor takes canonical values.
    """

    filters: tuple[Filter, ...] = ()
    orderings: tuple[Ordering, ...] = ()
    lang: str = "*"
    after: str | None = None
    page: int = 1
    page_size: int = 20
    limit: int | None = None
    offset: int = 0
    fetch: tuple[str, ...] = ()
    fetch_links: tuple[str, ...] = ()
    graph_query: str | None = None

    def __post_init__(self) -> None:
        _check_number("page", self.page, 1)
        _check_number("page_size", self.page_size, 1)
        _check_number("offset", self.offset, 0)
        if self.limit is not None:
            _check_number("limit", self.limit, 0)

    @classmethod
    def of(
        cls,
        filters: Filter | str | Sequence[Filter | str] = (),
        orderings: OrderingsInput = (),
        *,
        fetch: str | Sequence[str] = (),
        fetch_links: str | Sequence[str] = (),
        **members: Any,
    ) -> Query:
        """The query that users' forms of it stand for: filters as values or text, orderings in any
        form, `fetch` as a list or a comma-separated string. Raises TypeError, ValueError, and
        FilterSyntaxError for a filter's text."""
        return cls(
            filters=_filters(filters),
            orderings=parse_orderings(orderings),
            fetch=_names("fetch", fetch),
            fetch_links=_names("fetch_links", fetch_links),
            **members,
        )

    @classmethod
    def asked(
        cls,
        type: str | None,  # noqa: A002  (the contract's name)
        filters: Filter | str | Iterable[Filter | str] | None,
        orderings: OrderingsInput | None,
        **members: Any,
    ) -> Query:
        """The query that templates and hooks ask for: a document type is a filter before others.
        Raises as `of` does."""
        given = (filters,) if isinstance(filters, Filter | str) else tuple(filters or ())
        if type is not None:
            given = (at("document.type", type), *given)
        return cls.of(given, orderings or (), **members)

    @property
    def whole(self) -> Query:
        """The same query without paging, cutting and what it fetches: two queries with one `whole`
        have one whole answer."""
        return Query(self.filters, self.orderings, self.lang, self.after)

    @property
    def needs_index(self) -> bool:
        """Whether the answer depends on documents that are not in it (`fulltext`, `similar`): then
        neither `matches` nor `place` tells whether it changed."""
        return any(filter_.name in RANKED for filter_ in self.filters)

    @property
    def asks_for(self) -> tuple[str, ...]:
        """The types and the paths of fields that filters and orderings name."""
        found: list[str] = []
        for each in self.filters:
            if each.path == "document.type":
                found += [type_ for given in each.args for type_ in _texts(given)]
            elif each.path is not None and each.path.startswith("my."):
                found.append(each.path)
        found += [each.path for each in self.orderings if each.path.startswith("my.")]
        return tuple(found)

    def matches(self, document: Document) -> bool:
        """Whether one document is in the whole answer, as far as `after` allows.

        Raises ContentError where the query can't be asked, ValueError where it needs an index.
        """
        if self.lang not in ("*", document.lang):
            return False
        return all(matches(filter_, document) for filter_ in self.filters)

    def place(self, document: Document) -> PlaceInAnswer:
        """What decides where a matching document is in the answer.

        An answer changes only where `matches` or `place` of some changed document differs, unless
        the query needs an index.
        """
        key = ordering_key(self.orderings, document)
        ordered_by, last = key[: len(self.orderings)], key[len(self.orderings) :]
        if not self.orderings:
            placing = [filter_ for filter_ in self.filters if filter_.name in PLACING]
            ordered_by = tuple(tuple(_rank_values(filter_, document)) for filter_ in placing)
        return PlaceInAnswer(ordered_by, last)

    def to_text(self) -> str:
        """The query as one line of JSON, which `from_text` reads; equal for equal queries only."""
        members: dict[str, Any] = {}
        default = Query()
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value != getattr(default, name):
                members[name] = value
        if self.filters:
            members["filters"] = [str(filter_) for filter_ in self.filters]
        if self.orderings:
            members["orderings"] = orderings_to_wire(self.orderings)
        return msgspec.json.encode(members).decode()

    @classmethod
    def from_text(cls, text: str) -> Query:
        """The query of which `text` is `to_text()`."""
        members = msgspec.json.decode(text)
        # A site's queries are made of few filters, and of fewer orderings.
        filters = map(_filters_of, members.pop("filters", ()))
        return cls(
            filters=tuple(chain.from_iterable(filters)),
            orderings=_orderings_of(members.pop("orderings", "")),
            fetch=tuple(members.pop("fetch", ())),
            fetch_links=tuple(members.pop("fetch_links", ())),
            **members,
        )


def _texts(given: Any) -> list[str]:
    values = given if isinstance(given, tuple) else (given,)
    return [each for each in values if isinstance(each, str)]


@lru_cache(maxsize=1000)
def _filters_of(text: str) -> tuple[Filter, ...]:
    return parse_filters(text)


@lru_cache(maxsize=100)
def _orderings_of(text: str) -> tuple[Ordering, ...]:
    return parse_orderings(text)


def _rank_values(filter_: Filter, document: Document) -> Sequence[Any]:
    values = values_at(parse_path(filter_.path or ""), document)
    return points(values) if filter_.name == "geopoint.near" else values


def _filters(given: Filter | str | Sequence[Filter | str]) -> tuple[Filter, ...]:
    if isinstance(given, Filter):
        return (given,)
    if isinstance(given, str):
        return parse_filters(given)
    if not isinstance(given, list | tuple):
        raise TypeError(f"filters: must be a list of filters, not {given!r}")
    filters: list[Filter] = []
    for element in given:
        if not isinstance(element, Filter | str):
            raise TypeError(f"filters: an element must be a filter or its text, not {element!r}")
        filters += _filters(element)
    return tuple(filters)


def _names(member: str, given: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        given = given.strip().removeprefix("[").removesuffix("]").split(",")
    elif not isinstance(given, list | tuple):
        raise TypeError(f"{member}: must be a string or a list of strings, not {given!r}")
    return tuple(name.strip() for name in given if name.strip())


def _check_number(member: str, value: object, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{member}: must be a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{member}: must be at least {least}, not {value}")
