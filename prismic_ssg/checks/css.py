"""The addresses in a stylesheet: `url(…)` and `@import`."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Comments and strings first, so that nothing inside of them counts. Source: CSS Syntax, 4.3.
_CSS = re.compile(
    r"""/\*.*?(?:\*/|\Z)
    | @import\s+(?P<quote>["'])(?P<imported>(?:\\.|(?!(?P=quote)).)*)(?P=quote)
    | url\(\s*(?: (?P<inner>["'])(?P<quoted>(?:\\.|(?!(?P=inner)).)*)(?P=inner)
        | (?P<bare>(?:\\[0-9a-f]{1,6}\s?|\\.|[^\s"'()\\])*) )\s*\)
    | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*'
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


def addresses_in_css(css: str) -> Iterator[tuple[str, int]]:
    """Every address in a stylesheet or a style attribute, with its place in characters."""
    for match in _CSS.finditer(css):
        for name in ("imported", "quoted", "bare"):
            if match[name]:
                yield _ESCAPE.sub(_unescaped, match[name]), match.start()


def _unescaped(match: re.Match[str]) -> str:
    if not match[1]:
        return match[2]
    number = int(match[1], 16)
    return chr(number) if 0 < number < 0x110000 else "\ufffd"
