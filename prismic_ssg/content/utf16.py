"""Text as UTF-16 code units, in which Prismic counts the positions of spans.

Python counts characters. The two differ only behind a character above U+FFFF (emoji, some
Chinese), so only such text is taken apart: each of its surrogates becomes one character of a
Python string, which may be cut anywhere, and which can't be written to a file until it is put
together again.
"""

from __future__ import annotations


def units(text: str) -> str:
    """`text` with one character for each UTF-16 code unit; itself if none is above U+FFFF."""
    if text.isascii():
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
