"""Values as text in the way of JavaScript, as the official helpers put them into URLs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_INDEX_END = 2**32 - 1


def js_text(value: Any) -> str:
    """`true`, `null`, `10` for 10.0, `1e+21`, lists joined by commas with nothing for null."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return js_number(value)
    if isinstance(value, (list, tuple)):
        return ",".join("" if each is None else js_text(each) for each in value)
    return str(value)


def member_text(members: Mapping[str, Any], name: str) -> str:
    """A member as text; the word `undefined` where there is none."""
    return js_text(members[name]) if name in members else "undefined"


def js_number(value: float) -> str:
    """The shortest digits that give `value` back, with an exponent from 1e21 and below 1e-6.

    Source: ECMAScript, Number::toString. Python has the same digits, and other limits.
    """
    if value != value:
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    mantissa, _, exponent_text = f"{value!r}e0".partition("e")
    sign = "-" if value < 0 else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    exponent = int(exponent_text.partition("e")[0])
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if point > 21 or point <= -6:
        power = f"e{point - 1:+d}"
        return sign + digits[0] + (f".{digits[1:]}" if digits[1:] else "") + power
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if len(digits) <= point:
        return sign + digits.ljust(point, "0")
    return f"{sign}{digits[:point]}.{digits[point:]}"


def in_property_order(names: Iterable[str]) -> list[str]:
    """The members of an object in the order in which JavaScript has them: those that are called by
    whole numbers first, the smallest before others, and the rest as they came.

    Source: ECMAScript, OrdinaryOwnPropertyKeys, and "array index" for which numbers count.
    """
    given = list(names)
    indexes = [name for name in given if _is_index(name)]
    return [*sorted(indexes, key=int), *(name for name in given if name not in indexes)]


def _is_index(name: str) -> bool:
    is_whole = name.isascii() and name.isdigit() and len(name) <= 10
    return is_whole and str(int(name)) == name and int(name) < _INDEX_END
