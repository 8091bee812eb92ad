"""A result page → the texts of its documents, as they are kept. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from prismic_ssg.api.responses import SearchPage

Text = tuple[bytes, bytes | None]
"""A document's JSON, and the same without `data` where that was at hand, else None."""


def texts_of(page: SearchPage) -> list[Text]:
    """The documents of a page, without what ties them to the ref that they were asked at."""
    return [text_of(raw) for raw in page.results]


# A document up to its `href`, and the last members before its `data`, as the API writes them.
# Neither ids nor URLs have quotes or backslashes in them.
_HEAD = re.compile(
    rb'\{"id":"[^"\\]*","uid":(?:null|"[^"\\]*"),"url":(?:null|"[^"\\]*"),"type":"[^"\\]*",'
    rb'"href":"([^"\\]*)","tags":'
)
_BEFORE_DATA = re.compile(rb'"lang":"[^"\\]*","alternate_languages":\[[^\[\]]*\](?=,"data":)')

# Tags and slugs stand between the two. Where they are longer, the slow way is taken.
_LONGEST_HEAD = 4000

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def text_of(raw: msgspec.Raw) -> Text:
    """A document's JSON with an empty `href`, and that without `data` too.

    The API's `href` names the ref that was asked at: with it, every document would differ after
    every publish, and be stored, compared and committed anew.

    Nine of ten bytes are data: not to read them again takes a third off what a page costs.
    """
    view = memoryview(raw)
    if found := _HEAD.match(view):
        start, end = found.span(1)
        text = b"".join((view[:start], view[end:]))
        before = _BEFORE_DATA.search(text, start, _LONGEST_HEAD)
        return text, text[: before.end()] + b"}" if before else None
    # White space, another order, or no href at all: the slow way, which is as right.
    try:
        members = _members.decode(view)
    except msgspec.DecodeError:
        return bytes(view), None
    if "href" not in members:
        return bytes(view), None
    return msgspec.json.encode({**members, "href": ""}), None
