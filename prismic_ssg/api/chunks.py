"""A long list → pieces whose requests fit into a URL. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prismic_ssg.api.requests import MAX_URL_LENGTH

# The API gives at most so many documents at once: a longer piece would need a second page.
_MAX_VALUES = 100


def chunks_that_fit(
    values: Sequence[str], url_of: Callable[[Sequence[str]], str]
) -> list[Sequence[str]]:
    """The values in order, in pieces as long as a URL allows; `url_of` gives a piece's request.

    A value that fits into no URL gets a piece of its own: sending it says what is wrong.
    """
    chunks: list[Sequence[str]] = []
    start = 0
    while start < len(values):
        fits, too_many = 1, min(_MAX_VALUES, len(values) - start) + 1
        # Halving finds the longest piece in seven looks.
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if len(url_of(values[start : start + middle])) <= MAX_URL_LENGTH:
                fits = middle
            else:
                too_many = middle
        chunks.append(values[start : start + fits])
        start += fits
    return chunks
