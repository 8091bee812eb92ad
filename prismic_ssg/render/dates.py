"""Dates as text: the same on every machine, whatever its locale."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.fields import as_date
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.empty import EMPTY, Empty

if TYPE_CHECKING:
    from babel import Locale

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DIRECTIVE = re.compile(r"%(-?)(.?)", re.DOTALL)
_NUMBERS: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "m": lambda moment: f"{moment.month:02}",
    "d": lambda moment: f"{moment.day:02}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "H": lambda moment: f"{moment.hour:02}",
    "I": lambda moment: f"{(moment.hour - 1) % 12 + 1:02}",
    "M": lambda moment: f"{moment.minute:02}",
    "S": lambda moment: f"{moment.second:02}",
    "V": lambda moment: f"{moment.isocalendar().week:02}",
}
_WORDS: Mapping[str, Callable[[datetime], str]] = {
    "B": lambda moment: _MONTHS[moment.month - 1],
    "b": lambda moment: _MONTHS[moment.month - 1][:3],
    "A": lambda moment: _DAYS[moment.weekday()],
    "a": lambda moment: _DAYS[moment.weekday()][:3],
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "F": lambda moment: moment.date().isoformat(),
    "T": lambda moment: f"{moment:%H:%M:%S}",
    "G": lambda moment: f"{moment.isocalendar().year:04}",
    "u": lambda moment: str(moment.isoweekday()),
    "w": lambda moment: str(moment.isoweekday() % 7),
    "z": lambda moment: f"{moment:%z}",
    "Z": lambda moment: moment.tzname() or "",
    "%": lambda _moment: "%",
}

_LENGTHS = frozenset({"short", "medium", "long", "full"})


def moment_of(value: Any) -> datetime | None:
    """A date field, timestamp field, date or datetime as a datetime; None for an empty one."""
    if isinstance(value, datetime) or value is None:
        return value
    if isinstance(value, Empty):
        return None
    if isinstance(value, date):
        return as_date(value.isoformat())
    return as_date(value)


def format_date(value: Any, pattern: str = "%Y-%m-%d", *, lang: str = "en") -> Any:
    """A date, timestamp or datetime by a pattern; `2026-03-02` without one.

    A pattern with `%` is strftime's, in which names of months and days are English. Any other is
    babel's, in the language `lang`: a length (`"long"`) or letters (`"d MMMM y, HH:mm"`). Times are
    of UTC, as the API gives them.

    Raises PrismicSsgError for a pattern that is neither, and where babel is not installed.
    """
    if type(value) is str and value:
        return _formatted(value, pattern, lang)
    return _of_moment(moment_of(value), pattern, lang)


@lru_cache(maxsize=4096)
def _formatted(value: str, pattern: str, lang: str) -> str:
    """A field's text as a date: a day's page, its listings and its feed show the same one."""
    text: str = _of_moment(moment_of(value), pattern, lang)
    return text


def _of_moment(moment: datetime | None, pattern: str, lang: str) -> Any:
    if moment is None:
        return EMPTY
    if "%" in pattern:
        return _DIRECTIVE.sub(lambda match: _directive(match, moment), pattern)
    return _in_language(moment, pattern, lang)


def _directive(match: re.Match[str], moment: datetime) -> str:
    bare, letter = match.groups()
    if letter in _NUMBERS:
        number = _NUMBERS[letter](moment)
        return (number.lstrip("0") or "0") if bare else number
    if letter in _WORDS and not bare:
        return _WORDS[letter](moment)
    numbers, words = " %".join(_NUMBERS), " %".join(each for each in _WORDS if each != "%")
    raise PrismicSsgError(
        f"a date has no {match[0]!r}",
        hint=f"it has %{numbers} (and with a hyphen, %-d, without zeros in front), %{words} and %%",
    )


def _in_language(moment: datetime, pattern: str, lang: str) -> str:
    try:
        from babel.dates import format_date as format_day
        from babel.dates import format_datetime
    except ImportError:
        raise PrismicSsgError(
            f"the date pattern {pattern!r} needs babel, which is not installed",
            hint='run pip install "prismic-ssg[babel]", or write the pattern with %: "%-d %B %Y"',
        ) from None
    locale = locale_of(lang)
    if pattern in _LENGTHS:
        return format_day(moment, pattern, locale)
    if not any(letter.isalpha() for letter in pattern):
        raise PrismicSsgError(
            f"the date pattern {pattern!r} shows nothing of a date",
            hint='write "%-d %B %Y", or for babel "long" or "d MMMM y"',
        )
    return format_datetime(moment, pattern, locale=locale)


def locale_of(lang: str) -> Locale:
    """The locale of one of Prismic's: `en-us`, `zh-hant-tw`; its language alone where unknown."""
    from babel import Locale, UnknownLocaleError

    for name in (lang, lang.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise PrismicSsgError(
        f"there are no words for dates in {lang!r}",
        hint='name a language that has them: date("long", lang="en")',
    )
