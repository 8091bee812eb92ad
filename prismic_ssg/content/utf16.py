"""Text as UTF-16 code units, in which Prismic counts the positions of spans.

Python counts characters. The two differ only behind a character above U+FFFF (emoji, some
Chinese), so only such text is taken apart: each of its surrogates becomes one character of a
Python string, which may be cut anywhere, and which can't be written to a file until it is put
together again.
"""

from __future__ import annotations

import re
from bisect import bisect_right as bisect
from collections.abc import Mapping, Sequence
from sys import getsizeof
from typing import Any

_WIDE = re.compile("[\U00010000-\U0010ffff]")


def is_narrow(text: str) -> bool:
    """Whether there is surely no character above U+FFFF in `text`, seen without a look at it.

    Python keeps text in 1, 2 or 4 bytes a character, as many as its highest one needs.
    """
    return text.isascii() or getsizeof(text) < 4 * len(text)


def by_characters(
    text: str, spans: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]] | None:
    """The spans with their edges as Python counts; None if there is one within a character."""
    if is_narrow(text):
        return spans
    # How many units there are before the end of each wide character.
    ends = [match.end() + at for at, match in enumerate(_WIDE.finditer(text), 1)]
    counted = []
    for span in spans:
        start, end = span["start"], span["end"]
        if start + 1 in ends or end + 1 in ends:
            return None
        counted.append(
            {**span, "start": start - bisect(ends, start), "end": end - bisect(ends, end)}
        )
    return counted


def units(text: str) -> str:
    """`text` with one character for each UTF-16 code unit; itself if none is above U+FFFF."""
    if is_narrow(text):
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) == 2 * len(text):
        return text
    # Two zero bytes behind each unit make it a character: half the time of unpacking to numbers.
    widened = bytearray(2 * len(encoded))
    widened[0::4] = encoded[0::2]
    widened[1::4] = encoded[1::2]
    return widened.decode("utf-32-le", "surrogatepass")


def paired(text: str) -> str:
    """`text` with every two surrogates that belong together as one character; lone ones stay."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def writable(text: str) -> str:
    """`text` as UTF-8 can hold it: surrogates paired, and U+FFFD for each that is alone.

    A browser and node write the same, so that a span that ends inside an emoji harms nothing else.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
