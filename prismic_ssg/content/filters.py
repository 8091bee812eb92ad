"""Filters: what a query asks of a document, and the 28 functions that make one.

`prismic_ssg.filter` is this module. Names and arguments are the official client's in snake_case;
`str()` of a filter is the text that is sent. `any` hides Python's own in here.
Dates and datetimes are sent as milliseconds since 1970, in UTC where they name no zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.field_paths import PATH
from prismic_ssg.content.operators import (
    ALIASES,
    OPERATORS,
    TEXTS,
    Argument,
    ArgumentKind,
    Operator,
    Scalar,
    number_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    Value = str | float | date
    Moment = str | float | date


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Filter:
    """One condition on documents: the API's name for it, a path (not for `similar`), arguments.

    Arguments are kept as they will be sent: lists as tuples, dates as milliseconds, numbers as the
    nearest double. Two filters are equal when their texts are: `1` and `1.0` are one value there,
    `1` and `True` are not.

    Raises TypeError for an argument of the wrong type or number, ValueError for one out of bounds.
    """

    name: str
    path: str | None
    args: tuple[Any, ...]
    _text: str = field(init=False)

    def __post_init__(self) -> None:
        operator = OPERATORS.get(ALIASES.get(self.name, self.name))
        if operator is None:
            raise ValueError(f"there is no filter {self.name!r}: there are {', '.join(OPERATORS)}")
        if operator.has_path:
            _check_path(operator, self.path)
        args = _read_arguments(operator, self.path, self.args)
        parts = ([self.path] if self.path else []) + [_format(argument) for argument in args]
        object.__setattr__(self, "name", operator.name)
        object.__setattr__(self, "args", args)
        object.__setattr__(self, "_text", f"[{operator.name}({', '.join(parts)})]")

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Filter {self._text}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filter) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> tuple[type[Filter], tuple[Any, ...]]:
        return Filter, (self.name, self.path, self.args)


def _check_path(operator: Operator, path: object) -> None:
    if not isinstance(path, str):
        raise TypeError(f"filter.{operator.helper}: path must be a string, not {path!r}")
    if not PATH.fullmatch(path):
        raise ValueError(
            f"filter.{operator.helper}: path must be 'document', 'document.NAME' or "
            f"'my.TYPE.FIELD', not {path!r}"
        )


def _read_arguments(
    operator: Operator, path: str | None, given: Sequence[object]
) -> tuple[Argument, ...]:
    kinds = operator.arguments
    if len(given) != len(kinds):
        names = ", ".join(kinds) or "none"
        raise TypeError(
            f"filter.{operator.helper}: arguments after the path must be {names}, "
            f"{len(given)} were given"
        )
    # A single tag is a list, too: the API refuses `at(document.tags, "a")`.
    tags = path == "document.tags"
    return tuple(
        _read(operator, name, TEXTS if tags else kind, value)
        for (name, kind), value in zip(kinds.items(), given, strict=True)
    )


def _read(operator: Operator, name: str, kind: ArgumentKind, value: object) -> Argument:
    try:
        return kind.read(value)
    except (TypeError, ValueError) as error:
        what = f"filter.{operator.helper}: {name} must be {kind.allowed}, not {value!r}"
        raise type(error)(what) from None


def _format(argument: Argument) -> str:
    if isinstance(argument, tuple):
        return f"[{', '.join(_format_scalar(element) for element in argument)}]"
    return _format_scalar(argument)


def _format_scalar(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # The official client escapes only the double quote; a backslash goes out as it is.
        return '"' + value.replace('"', '\\"') + '"'
    return number_text(value)


def at(path: str, value: Value | Sequence[str]) -> Filter:
    """Documents whose field is `value`. For `document.tags`: those with every tag of a list."""
    # Templates ask for the same few again and again, nearly always with a text.
    if type(path) is str and type(value) is str:
        return _at(path, value)
    return Filter("at", path, (value,))


@lru_cache(maxsize=1000)
def _at(path: str, value: str) -> Filter:
    return Filter("at", path, (value,))


def not_(path: str, value: Value | Sequence[str]) -> Filter:
    """Documents whose field is not `value`, or is empty. For tags: those with none of a list."""
    return Filter("not", path, (value,))


def any(path: str, values: Sequence[Value]) -> Filter:  # noqa: A001  (the API's name)
    """Documents whose field is one of `values`, or that have one of these tags."""
    return Filter("any", path, (values,))


def in_(path: str, values: Sequence[str]) -> Filter:
    """Documents by `document.id` or `my.TYPE.uid`, in the order of the list."""
    return Filter("in", path, (values,))


def fulltext(path: str, text: str) -> Filter:
    """Documents, or fields, with every word of `text`; the most relevant first."""
    return Filter("fulltext", path, (text,))


def has(path: str) -> Filter:
    """Documents of the path's type whose field is filled."""
    return Filter("has", path, ())


def missing(path: str) -> Filter:
    """Documents of the path's type whose field is empty."""
    return Filter("missing", path, ())


def similar(document_id: str, max_documents: int) -> Filter:
    """Documents like one; words that occur in more than `max_documents` documents don't count."""
    return Filter("similar", None, (document_id, max_documents))


def geopoint_near(path: str, latitude: float, longitude: float, radius_km: float) -> Filter:
    """Documents whose place is within a radius; the nearest first."""
    return Filter("geopoint.near", path, (latitude, longitude, radius_km))


def number_less_than(path: str, number: float) -> Filter:
    """Documents whose number is smaller."""
    return Filter("number.lt", path, (number,))


def number_greater_than(path: str, number: float) -> Filter:
    """Documents whose number is greater."""
    return Filter("number.gt", path, (number,))


def number_in_range(path: str, lower: float, upper: float) -> Filter:
    """Documents whose number is between two, both included."""
    return Filter("number.inRange", path, (lower, upper))


def date_after(path: str, moment: Moment) -> Filter:
    """Documents dated after `moment`, which is excluded."""
    return Filter("date.after", path, (moment,))


def date_before(path: str, moment: Moment) -> Filter:
    """Documents dated before `moment`, which is excluded."""
    return Filter("date.before", path, (moment,))


def date_between(path: str, start: Moment, end: Moment) -> Filter:
    """Documents dated between two moments, both included."""
    return Filter("date.between", path, (start, end))


def date_day_of_month(path: str, day: int) -> Filter:
    """Documents dated on this day of any month, in UTC as all parts of dates."""
    return Filter("date.day-of-month", path, (day,))


def date_day_of_month_after(path: str, day: int) -> Filter:
    """Documents dated later in their month than this day."""
    return Filter("date.day-of-month-after", path, (day,))


def date_day_of_month_before(path: str, day: int) -> Filter:
    """Documents dated earlier in their month than this day."""
    return Filter("date.day-of-month-before", path, (day,))


def date_day_of_week(path: str, day: str | int) -> Filter:
    """Documents dated on this weekday: a name, its first three letters, or 1 (Monday) to 7."""
    return Filter("date.day-of-week", path, (day,))


def date_day_of_week_after(path: str, day: str | int) -> Filter:
    """Documents dated later in their week, which starts on Monday, than this weekday."""
    return Filter("date.day-of-week-after", path, (day,))


def date_day_of_week_before(path: str, day: str | int) -> Filter:
    """Documents dated earlier in their week, which starts on Monday, than this weekday."""
    return Filter("date.day-of-week-before", path, (day,))


def date_month(path: str, month: str | int) -> Filter:
    """Documents dated in this month: a name, its first three letters, or 1 to 12."""
    return Filter("date.month", path, (month,))


def date_month_after(path: str, month: str | int) -> Filter:
    """Documents dated in a later month of any year."""
    return Filter("date.month-after", path, (month,))


def date_month_before(path: str, month: str | int) -> Filter:
    """Documents dated in an earlier month of any year."""
    return Filter("date.month-before", path, (month,))


def date_year(path: str, year: int) -> Filter:
    """Documents dated in this year."""
    return Filter("date.year", path, (year,))


def date_hour(path: str, hour: int) -> Filter:
    """Documents dated in this hour of any day; a date without a time is at hour 0."""
    return Filter("date.hour", path, (hour,))


def date_hour_after(path: str, hour: int) -> Filter:
    """Documents dated in a later hour of any day."""
    return Filter("date.hour-after", path, (hour,))


def date_hour_before(path: str, hour: int) -> Filter:
    """Documents dated in an earlier hour of any day."""
    return Filter("date.hour-before", path, (hour,))
