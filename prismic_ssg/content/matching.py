"""Filter × document → bool, for every filter but `fulltext` and `similar`.

Those two need to have seen all documents: see FulltextIndex in indexes.py. Every other filter is
a *condition*: a path, how to read the values there, and what must hold of the reading. One document
is asked with `matches`; a snapshot asks many and keeps the readings.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.field_paths import FieldPath, parse_path, values_at
from prismic_ssg.content.fields import is_empty_object
from prismic_ssg.content.operators import (
    MONTHS,
    OPERATORS,
    WEEKDAYS,
    PathKind,
    date_text_ms,
    name_number,
)
from prismic_ssg.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismic_ssg.content.document import Document
    from prismic_ssg.content.filters import Filter

    # What a reading makes of the values at a path. A module-level function: columns are kept by it.
    Reading = Callable[[list[Any]], Any]

RANKED = frozenset({"fulltext", "similar"})

_EARTH_RADIUS_KM = 6371.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000


class Condition(msgspec.Struct, frozen=True):
    """`holds(reading(values at the path))`, for documents of the path's type, if it has one."""

    path: FieldPath
    reading: Reading
    holds: Callable[[Any], bool]


def matches(filter_: Filter, document: Document) -> bool:
    """Whether one document passes one filter.

    A path `my.TYPE.…` lets no document of another type pass, whatever the filter. Raises
    ContentError for a path that the filter can't be asked about, and ValueError for `fulltext` and
    `similar`, which one document alone can't be asked.
    """
    condition = condition_of(filter_)
    if condition.path.type is not None and condition.path.type != document.type:
        return False
    return condition.holds(condition.reading(values_at(condition.path, document)))


@lru_cache(maxsize=4096)
def condition_of(filter_: Filter) -> Condition:
    """What a filter stands for. Raises ContentError where it can't be asked: see `matches`."""
    if filter_.name in RANKED:
        raise ValueError(f"{filter_} is no condition on one document: see Snapshot.fulltext")
    path = check_path(filter_)
    return _CONDITIONS[filter_.name](path, *filter_.args)


def check_path(filter_: Filter) -> FieldPath:
    """The path of a filter. Raises ContentError where the filter can't be asked about it."""
    path = parse_path(filter_.path or "")
    if path.kind not in OPERATORS[filter_.name].paths:
        raise ContentError(
            f"{filter_} can't be answered: {filter_.name} is not for {filter_.path!r}",
            hint="give the language as lang=…, it is no filter"
            if filter_.path == "document.lang"
            else None,
        )
    return path


# Readings.


def atoms(values: list[Any]) -> tuple[str | int | float | bool, ...]:
    """The strings, numbers and booleans among the values, and the ids of linked documents."""
    found: list[str | int | float | bool] = []
    for value in values:
        if isinstance(value, str | int | float):
            found.append(value)
        else:
            found += [link["id"] for link in _links(value)]
    return tuple(found)


def _links(value: Any) -> list[Any]:
    """The links to documents that a value is, or has as a list: a repeatable link."""
    links = value if isinstance(value, list) else [value]
    return [
        link
        for link in links
        if isinstance(link, dict)
        and link.get("link_type") == "Document"
        and isinstance(link.get("id"), str)
    ]


def numbers(values: list[Any]) -> tuple[int | float, ...]:
    return tuple(v for v in values if isinstance(v, int | float) and not isinstance(v, bool))


def moments_ms(values: list[Any]) -> tuple[int, ...]:
    """Milliseconds since 1970 of the dates and timestamps among the values; a date's midnight."""
    read = [date_text_ms(value) for value in values if isinstance(value, str)]
    return tuple(moment for moment in read if moment is not None)


def points(values: list[Any]) -> tuple[tuple[float, float], ...]:
    """(latitude, longitude) of the geopoints among the values, in degrees."""
    return tuple(
        (value["latitude"], value["longitude"])
        for value in values
        if isinstance(value, dict)
        and isinstance(value.get("latitude"), int | float)
        and isinstance(value.get("longitude"), int | float)
    )


def filled(values: list[Any]) -> bool:
    """Whether any of the values is one that an editor filled in."""
    return any(map(_is_filled, values))


def _is_filled(value: Any) -> bool:
    """Anything but the API's empty forms: null, "", [], {}, an image of empty views, a link with
    only its type, rich text of one block without a character, a list of empty links. 0 and false
    are filled."""
    if not value:
        return isinstance(value, int | float)
    match value:
        case {"link_type": _}:
            return bool(value.get("id") or value.get("url"))
        case dict():
            return not is_empty_object(value)
        case [{"text": "", "spans": _}]:
            return False
        case [{"link_type": _}, *_]:
            return any(map(_is_filled, value))
        case _:
            return True


# What must hold.


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees, on a sphere."""
    latitude, other = radians(here[0]), radians(there[0])
    turn = radians(there[1] - here[1])
    half = sin((other - latitude) / 2) ** 2 + cos(latitude) * cos(other) * sin(turn / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def _equals(wanted: Any) -> Callable[[Any], bool]:
    """One atom is `wanted`. Milliseconds also find the date they are the midnight of."""
    if isinstance(wanted, str):
        # A string equals no number or boolean in Python either.
        return lambda found: wanted in found
    if isinstance(wanted, bool):
        return lambda found: any(atom is wanted for atom in found)
    return lambda found: any(
        date_text_ms(atom) == wanted
        if isinstance(atom, str)
        else atom == wanted and not isinstance(atom, bool)
        for atom in found
    )


def _at(path: FieldPath, wanted: Any) -> Condition:
    if path.kind is PathKind.TAGS:
        all_tags = frozenset(wanted)
        return Condition(path, atoms, lambda tags: all_tags.issubset(tags))
    return Condition(path, atoms, _equals(wanted))


def _any(path: FieldPath, wanted: tuple[Any, ...]) -> Condition:
    if all(isinstance(value, str) for value in wanted):
        some = frozenset(wanted)
        return Condition(path, atoms, lambda found: not some.isdisjoint(found))
    equal = [_equals(value) for value in wanted]
    return Condition(path, atoms, lambda found: any(equals(found) for equals in equal))


def _not(path: FieldPath, unwanted: Any) -> Condition:
    # Prismic's documentation describes `not` of several tags as "without these tags": none of them.
    condition = _any(path, unwanted if path.kind is PathKind.TAGS else (unwanted,))
    return Condition(path, atoms, lambda found: not condition.holds(found))


def _near(path: FieldPath, latitude: float, longitude: float, radius_km: float) -> Condition:
    centre = (latitude, longitude)
    return Condition(
        path, points, lambda found: any(distance_km(centre, p) <= radius_km for p in found)
    )


def _above(bound_of: Callable[[Any], Any], reading: Reading) -> Callable[..., Condition]:
    """Any is above a bound: the largest is. One call of max is 4 times faster than comparing each,
    and a filter asks every document."""

    def make(path: FieldPath, given: Any) -> Condition:
        bound = bound_of(given)
        return Condition(path, reading, lambda found: bool(found) and max(found) > bound)

    return make


def _below(bound_of: Callable[[Any], Any], reading: Reading) -> Callable[..., Condition]:
    def make(path: FieldPath, given: Any) -> Condition:
        bound = bound_of(given)
        return Condition(path, reading, lambda found: bool(found) and min(found) < bound)

    return make


def _number_bound(given: float) -> float:
    return given


def _moment_bound(given: str | int) -> Any:
    return date_text_ms(given) if isinstance(given, str) else given


def _number(compare: Callable[..., bool]) -> Callable[..., Condition]:
    return lambda path, *args: Condition(
        path, numbers, lambda found: any(compare(number, *args) for number in found)
    )


def _moment(compare: Callable[..., bool]) -> Callable[..., Condition]:
    def make(path: FieldPath, *args: str | int) -> Condition:
        bounds = [date_text_ms(arg) if isinstance(arg, str) else arg for arg in args]
        return Condition(
            path, moments_ms, lambda found: any(compare(moment, *bounds) for moment in found)
        )

    return make


def _part(
    part_of: Callable[[int], int], compare: Callable[[int, int], bool], names: tuple[str, ...] = ()
) -> Callable[..., Condition]:
    def make(path: FieldPath, wanted: str | int) -> Condition:
        number = name_number(wanted, names)
        return Condition(
            path,
            moments_ms,
            lambda found: any(compare(part_of(moment), number) for moment in found),
        )

    return make


def _hour(moment_ms: int) -> int:
    return moment_ms // _HOUR_MS % 24


def _weekday(moment_ms: int) -> int:
    return (moment_ms // _DAY_MS + 3) % 7 + 1  # 1970 began on a Thursday, the fourth day


def _date(moment_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=moment_ms)


def _same(part: int, wanted: int) -> bool:
    return part == wanted


def _later(part: int, wanted: int) -> bool:
    return part > wanted


def _earlier(part: int, wanted: int) -> bool:
    return part < wanted


_PARTS: tuple[tuple[str, Callable[[int], int], tuple[str, ...]], ...] = (
    ("date.day-of-month", lambda moment: _date(moment).day, ()),
    ("date.day-of-week", _weekday, WEEKDAYS),
    ("date.month", lambda moment: _date(moment).month, MONTHS),
    ("date.hour", _hour, ()),
)

_WHOLE: dict[str, Callable[..., Condition]] = {
    "at": _at,
    "not": _not,
    "any": _any,
    "in": _any,
    "has": lambda path: Condition(path, filled, bool),
    "missing": lambda path: Condition(path, filled, lambda is_filled: not is_filled),
    "geopoint.near": _near,
    "number.lt": _below(_number_bound, numbers),
    "number.gt": _above(_number_bound, numbers),
    "number.inRange": _number(lambda number, lower, upper: lower <= number <= upper),
    "date.after": _above(_moment_bound, moments_ms),
    "date.before": _below(_moment_bound, moments_ms),
    "date.between": _moment(lambda moment, start, end: start <= moment <= end),
    "date.year": _part(lambda moment: _date(moment).year, _same),
}
_BY_PART: dict[str, Callable[..., Condition]] = {
    f"{name}{suffix}": _part(part_of, compare, names)
    for name, part_of, names in _PARTS
    for suffix, compare in (("", _same), ("-after", _later), ("-before", _earlier))
}
_CONDITIONS = _WHOLE | _BY_PART
