"""A result page → documents as they are kept. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from prismic_ssg.content.document import Document

if TYPE_CHECKING:
    from prismic_ssg.api.responses import SearchPage


def documents_of(page: SearchPage) -> list[Document]:
    """The documents of a page, without what ties them to the ref that they were asked at."""
    return [Document.from_json(without_href(raw)) for raw in page.results]


# A document up to its `href`, as the API writes it. Neither ids nor URLs have quotes in them.
_HEAD = re.compile(
    rb'\{"id":"[^"]*","uid":(?:null|"[^"\\]*"),"url":(?:null|"[^"\\]*"),"type":"[^"]*","href":"'
    rb'([^"\\]*)"'
)

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def without_href(raw: msgspec.Raw) -> bytes:
    """A document's JSON with an empty `href`.

    The API's names the ref that was asked at: with it, every document would differ after every
    publish, and be stored, compared and committed anew.
    """
    view = memoryview(raw)
    if found := _HEAD.match(view):
        start, end = found.span(1)
        return b"".join((view[:start], view[end:]))
    # White space, another order, or no href at all: the slow way, which is as right.
    try:
        members = _members.decode(view)
    except msgspec.DecodeError:
        return bytes(view)
    if "href" not in members:
        return bytes(view)
    return msgspec.json.encode({**members, "href": ""})
