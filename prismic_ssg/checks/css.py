"""The addresses in a stylesheet, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from prismic_ssg.content.css_addresses import css_addresses


def addresses_in_css(css: str) -> Iterator[tuple[str, int]]:
    """Every address in a stylesheet or a style attribute, with its place in characters."""
    for address in css_addresses(css):
        if address.url:
            yield address.url, address.start
