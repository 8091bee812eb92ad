"""The addresses in a stylesheet: `url(…)`, `@import "…"`, `image-set("…")`.

Source: CSS Syntax Module Level 3, tokenization. A comment, a string or a name that only looks like
an address is none, nor is that of `@namespace`, which nobody fetches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_ESCAPED = r"\\(?:[0-9a-fA-F]{1,6}\s?|[^\n])"
# Compiled for the first stylesheet with an address, which takes 1 ms.
_TOKEN = rf"""(?xs)(?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<string>"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*')
    | (?i:url)\(\s*(?P<bare>(?:{_ESCAPED}|[^\s"'()\\])+)\s*\)
    | (?:[A-Za-z0-9_-]++(?![(\\]|[^\x00-\x7f]) | [\x00-!\#-&*-,.:<-?\[\]^`|~\x7f]++)++
    | (?P<name>(?:[A-Za-z0-9_-]++|[^\x00-\x7f]|{_ESCAPED})++)(?P<function>\()?
    | @(?P<at>[\w-]+)
    | (?P<other>[(){{}};])
    | .
    """
# What none of has no address: most stylesheets need no second look.
_PROMISING = re.compile(r"(?:url|src|image-set)\(|@import", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|\s)?|\r?\n|(.))", re.DOTALL)
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')

_TAKING_STRINGS = frozenset({"url", "src", "image-set", "-webkit-image-set"})
_FETCHING_NOTHING = frozenset({"namespace"})


class CssAddress(NamedTuple):
    """An address, and the piece of the stylesheet that says it, quotes included."""

    url: str
    start: int
    end: int


def css_addresses(css: str) -> Iterator[CssAddress]:
    """Every address in a stylesheet or a style attribute, in order."""
    if _PROMISING.search(css) is None:
        return
    functions: list[str] = []
    rule = ""
    for token in re.finditer(_TOKEN, css):
        match token.lastgroup:
            case "function":
                functions.append(token["name"].lower())
            case "at":
                rule = token["at"].lower()
            case "bare" if rule not in _FETCHING_NOTHING:
                yield CssAddress(_unescaped(token["bare"]), token.start("bare"), token.end("bare"))
                rule = "" if rule == "import" else rule
            case "string" if rule not in _FETCHING_NOTHING:
                inside = functions[-1] if functions else ""
                if inside in _TAKING_STRINGS or (rule == "import" and not functions):
                    url = _unescaped(token["string"][1:-1])
                    yield CssAddress(url, token.start("string"), token.end("string"))
                    rule = "" if rule == "import" else rule
            case "other":
                if token["other"] == "(":
                    functions.append("")
                elif token["other"] == ")" and functions:
                    functions.pop()
                elif token["other"] in ";{}":
                    functions.clear()
                    rule = ""
            case _:
                continue


def with_addresses(css: str, replaced: Callable[[CssAddress], str | None]) -> str:
    """The stylesheet with other addresses, where `replaced` gives one; all else as it is."""
    pieces, end = [], 0
    for address in css_addresses(css):
        url = replaced(address)
        if url is not None:
            quoted = _TO_ESCAPE.sub(lambda match: f"\\{ord(match[0]):x} ", url)
            pieces += [css[end : address.start], f'"{quoted}"']
            end = address.end
    return "".join([*pieces, css[end:]])


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        number = int(match[1], 16)
        fine = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if fine else "\ufffd"
    return match[2] or ""
