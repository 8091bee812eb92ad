"""Values as text in the way of JavaScript, as the official helpers put them into URLs."""

from __future__ import annotations

from typing import Any


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
