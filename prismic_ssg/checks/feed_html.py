"""The HTML inside of feeds, and feeds that are JSON.

Source: RFC 4287 (Atom), 3.1; RSS 2.0; jsonfeed.org, "JSON Feed Version 1.1".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from prismic_ssg.checks.html_page import Use, read_page
from prismic_ssg.checks.html_tokens import line_of

# What a JSON file begins with that may be a feed: others may be large, and are not read.
_JSON_FEED = re.compile(r'\s*\{[^{}\[\]]{0,1000}"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')

_OF_FEED = {
    "home_page_url": Use.LINK,
    "feed_url": Use.LINK,
    "next_url": Use.LINK,
    "icon": Use.NAME,
    "favicon": Use.NAME,
}
_OF_ITEM = {
    "url": Use.LINK,
    "external_url": Use.LINK,
    "image": Use.NAME,
    "banner_image": Use.NAME,
}


class FileAddress(NamedTuple):
    """An address, with the line that it begins in, counted from 1; None where that is not known.

    `stands_alone` says that it is part of a text which is shown elsewhere, without anything that
    it could be relative to.
    """

    address: str
    line: int | None
    use: Use
    stands_alone: bool = False


def addresses_in_html(html: str, line: int | None) -> Iterator[FileAddress]:
    """The addresses in a piece of HTML that begins in a line; none that lead to itself."""
    markup = read_page(html)
    for address, offset, use in markup.links:
        place, _, fragment = address.partition("#")
        if fragment and unquote(fragment) in markup.ids:
            # The page may show the same without these ids, as an excerpt or a slice.
            address = place
        if address and not address.startswith("#"):
            at = None if line is None else line + line_of(html, offset) - 1
            yield FileAddress(address, at, use, stands_alone=True)


def addresses_in_json_feed(text: str) -> Iterator[FileAddress]:
    """The addresses in a JSON feed; none in a file that is another one."""
    if _JSON_FEED.match(text) is None:
        return
    try:
        feed = json.loads(text)
    except ValueError:
        return

    def at(address: str, use: Use) -> FileAddress:
        written = text.find(json.dumps(address, ensure_ascii=False)[1:-1])
        return FileAddress(address, line_of(text, written) if written >= 0 else None, use)

    yield from (at(address, use) for address, use in _members(feed, _OF_FEED))
    items = feed.get("items")
    for item in items if isinstance(items, list) else ():
        yield from (at(address, use) for address, use in _members(item, _OF_ITEM))
        attachments = item.get("attachments") if isinstance(item, dict) else None
        for attachment in attachments if isinstance(attachments, list) else ():
            yield from (
                at(address, use) for address, use in _members(attachment, {"url": Use.NAME})
            )
        for html, _ in _members(item, {"content_html": Use.LINK}):
            for found in addresses_in_html(html, None):
                yield at(found.address, found.use)._replace(stands_alone=True)


def _members(mapping: Any, uses: dict[str, Use]) -> Iterator[tuple[str, Use]]:
    for name, use in uses.items() if isinstance(mapping, dict) else ():
        value = mapping.get(name)
        if isinstance(value, str):
            yield value, use
