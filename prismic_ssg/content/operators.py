"""Every filter the Content API has: its name, its arguments, the paths it is for.

The one table, OPERATORS, is what builders and parser check arguments with, and what the tests hold
evaluation against. No module in content/ may read the clock: a date without a zone is UTC.
Source: Prismic's documentation of filters, and the texts that the official client sends.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Scalar = str | int | float | bool
Argument = Scalar | tuple[Scalar, ...]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DATE_TEXT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
# From here on JavaScript writes a number with an exponent.
_DECIMAL_DIGITS = 21

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip


def epoch_ms(value: date) -> int:
    """Milliseconds since 1970 of a date (its midnight) or a datetime; UTC without a zone."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return (value - _EPOCH) // _MILLISECOND


def date_text_ms(text: str) -> int | None:
    """Milliseconds since 1970 of `2002-08-28`, `2002-08-28T15:30:00+0300`; else None."""
    if not _DATE_TEXT.fullmatch(text):
        return None
    try:
        return epoch_ms(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def canonical_number(value: float) -> int | float:
    """The double nearest to `value`, as an int where JavaScript would print it without a point.

    Two numbers that are one double in JavaScript are one number here, so that what was sent equals
    what is read back. Raises ValueError for what has no double, and for NaN and infinities.
    """
    try:
        double = float(value)
    except OverflowError:
        raise ValueError from None
    if not math.isfinite(double):
        raise ValueError
    return int(double) if double.is_integer() and abs(double) < 10**_DECIMAL_DIGITS else double


def number_text(value: float) -> str:
    """The number as JavaScript prints it: `50`, `49.95`, `1e+21`, `1e-7`."""
    sign, digits, _ = (decimal := Decimal(repr(float(value))).normalize()).as_tuple()
    text = "".join(map(str, digits))
    point = decimal.adjusted() + 1
    if text == "0":
        return "0"
    if len(text) <= point <= _DECIMAL_DIGITS:
        text = text.ljust(point, "0")
    elif 0 < point <= _DECIMAL_DIGITS:
        text = f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        mantissa = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
        text = f"{mantissa}e{point - 1:+d}"
    return f"-{text}" if sign else text


class PathKind(Enum):
    """What a path leads to, as far as its text tells."""

    DOCUMENT = "document"
    TYPE = "document.type"
    ID = "document.id"
    TAGS = "document.tags"
    PUBLICATION_DATE = "document.first_publication_date"
    UID = "my.{type}.uid"
    FIELD = "my.{type}.{field}"
    UNKNOWN = "document.…"


class ArgumentKind(msgspec.Struct, frozen=True):
    """What one argument may be. `read` gives its canonical value, or TypeError or ValueError."""

    allowed: str
    read: Callable[[Any], Argument]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str(value)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return canonical_number(value)


def _value(value: object) -> Scalar:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return epoch_ms(value)
    return _number(value)


def _list_of(read: Callable[[Any], Scalar]) -> Callable[[object], tuple[Scalar, ...]]:
    def read_list(value: object) -> tuple[Scalar, ...]:
        if not isinstance(value, list | tuple):
            raise TypeError
        return tuple(read(element) for element in value)

    return read_list


def _moment(value: object) -> Scalar:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str) and date_text_ms(value) is None:
        raise ValueError
    return _value(value)


def _between(low: float, high: float, *, whole: bool = False) -> Callable[[object], int | float]:
    def read_number(value: object) -> int | float:
        number = _number(value)
        if whole and not isinstance(number, int):
            raise ValueError
        if not low <= number <= high:
            raise ValueError
        return number

    return read_number


def _named(names: tuple[str, ...]) -> Callable[[object], Scalar]:
    by_number = _between(1, len(names), whole=True)

    def read_name(value: object) -> Scalar:
        if not isinstance(value, str):
            return by_number(value)
        name_number(value, names)
        return value

    return read_name


def name_number(value: str | float, names: tuple[str, ...]) -> int:
    """A weekday's or month's number from 1, given by number, by name or by the name's first three
    letters in any case. Raises ValueError for any other text."""
    if not isinstance(value, str):
        return int(value)
    name = value.lower()
    for number, full in enumerate(names, 1):
        if name in (full, full[:3]):
            return number
    raise ValueError(value)


_COMPARABLE = "a string, number, boolean, date or datetime"
VALUE = ArgumentKind(_COMPARABLE, _value)
TEXT = ArgumentKind("a string", _text)
NUMBER = ArgumentKind("a finite number", _number)
VALUES = ArgumentKind(f"a list or tuple, each element {_COMPARABLE}", _list_of(_value))
TEXTS = ArgumentKind("a list or tuple of strings", _list_of(_text))
COUNT = ArgumentKind("a whole number from 1", _between(1, 2**53, whole=True))
LATITUDE = ArgumentKind("a number from -90 to 90", _between(-90, 90))
LONGITUDE = ArgumentKind("a number from -180 to 180", _between(-180, 180))
RADIUS = ArgumentKind("a number of kilometres from 0", _between(0, math.inf))
MOMENT = ArgumentKind(
    "a date, a datetime, milliseconds since 1970, or text such as '2002-08-28' or "
    "'2002-08-28T15:30:00+0300'",
    _moment,
)
DAY = ArgumentKind("a whole number from 1 to 31", _between(1, 31, whole=True))
WEEKDAY = ArgumentKind(
    "a day's name, its first three letters, or 1 (Monday) to 7", _named(WEEKDAYS)
)
MONTH = ArgumentKind("a month's name, its first three letters, or 1 to 12", _named(MONTHS))
YEAR = ArgumentKind("a whole number from 0 to 9999", _between(0, 9999, whole=True))
HOUR = ArgumentKind("a whole number from 0 to 23", _between(0, 23, whole=True))


class Operator(msgspec.Struct, frozen=True):
    """One filter of the API: wire name, Python helper, its paths, arguments after the path."""

    name: str
    helper: str
    paths: frozenset[PathKind]
    arguments: Mapping[str, ArgumentKind]

    @property
    def has_path(self) -> bool:
        return bool(self.paths)


_ANYTHING = frozenset({PathKind.TYPE, PathKind.ID, PathKind.TAGS, PathKind.UID, PathKind.FIELD})
_FIELD = frozenset({PathKind.FIELD})
_DATED = frozenset({PathKind.FIELD, PathKind.PUBLICATION_DATE})
_FILLABLE = frozenset({PathKind.FIELD, PathKind.UID})


def _date_parts() -> list[Operator]:
    parts = (("day-of-month", "day", DAY), ("day-of-week", "day", WEEKDAY),
             ("month", "month", MONTH), ("hour", "hour", HOUR))  # fmt: skip
    return [
        Operator(
            f"date.{part}{suffix}",
            f"date_{part}{suffix}".replace("-", "_"),
            _DATED,
            {argument: kind},
        )
        for part, argument, kind in parts
        for suffix in ("", "-after", "-before")
    ]


OPERATORS: Mapping[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("at", "at", _ANYTHING, {"value": VALUE}),
        Operator("not", "not_", _ANYTHING, {"value": VALUE}),
        Operator("any", "any", _ANYTHING, {"values": VALUES}),
        Operator("in", "in_", frozenset({PathKind.ID, PathKind.UID}), {"values": TEXTS}),
        Operator(
            "fulltext",
            "fulltext",
            frozenset({PathKind.DOCUMENT, PathKind.FIELD, PathKind.UID}),
            {"text": TEXT},
        ),
        Operator("has", "has", _FILLABLE, {}),
        Operator("missing", "missing", _FILLABLE, {}),
        Operator("similar", "similar", frozenset(), {"document_id": TEXT, "max_documents": COUNT}),
        Operator(
            "geopoint.near",
            "geopoint_near",
            _FIELD,
            {"latitude": LATITUDE, "longitude": LONGITUDE, "radius_km": RADIUS},
        ),
        Operator("number.lt", "number_less_than", _FIELD, {"number": NUMBER}),
        Operator("number.gt", "number_greater_than", _FIELD, {"number": NUMBER}),
        Operator("number.inRange", "number_in_range", _FIELD, {"lower": NUMBER, "upper": NUMBER}),
        Operator("date.after", "date_after", _DATED, {"moment": MOMENT}),
        Operator("date.before", "date_before", _DATED, {"moment": MOMENT}),
        Operator("date.between", "date_between", _DATED, {"start": MOMENT, "end": MOMENT}),
        *_date_parts(),
        Operator("date.year", "date_year", _DATED, {"year": YEAR}),
    )
}

# Prismic's documentation spells these two in both ways.
ALIASES: Mapping[str, str] = {"lt": "number.lt", "gt": "number.gt"}
