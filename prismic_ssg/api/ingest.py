"""A result page → the texts of its documents, as they are kept. Pure.

Of a pull that comes after another one nearly every document is as it was. That is found out by the
digest of its bytes, and the page is not read as JSON at all: see `known_ids`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import msgspec

from prismic_ssg.content.document import DIGEST_BYTES

if TYPE_CHECKING:
    from prismic_ssg.api.responses import SearchPage

Text = tuple[bytes, bytes | None]
"""A document's JSON, and the same without `data` where that was at hand, else None."""


class Known(Protocol):
    """A document that is stored: the length of its JSON in bytes, and the digest of that."""

    @property
    def size(self) -> int: ...

    @property
    def digest(self) -> bytes: ...


def texts_of(page: SearchPage) -> list[Text]:
    """The documents of a page, without what ties them to the ref that they were asked at."""
    return [text_of(raw) for raw in page.results]


# A document up to its `href`, and the last members before its `data`, as the API writes them.
# Neither ids nor URLs have quotes or backslashes in them.
_HEAD = re.compile(
    rb'\{"id":"([^"\\]*)","uid":(?:null|"[^"\\]*"),"url":(?:null|"[^"\\]*"),"type":"[^"\\]*",'
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
        start, end = found.span(2)
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


_RESULTS = b'"results":['
_COMMA, _END = b",]"


def known_ids(body: bytes, known: Mapping[str, Known]) -> tuple[bytes, list[str]] | None:
    """The ids of a page's documents, if each of them is one that is known already, as it is; and
    the page without them, which is to be read as JSON. None for any other page.

    As sound as reading all of it: a document's text is one value of JSON, and where so many bytes
    have its digest, they are it. Whatever stands around those is still to be read; should it have
    other results than these, they are in what is left. 10,000 documents of 15 kB: 0.13 s, of which
    SHA-256 takes 0.1; to find where they end by reading them as JSON is 0.35 s.
    """
    start = body.find(_RESULTS) + len(_RESULTS)
    view, end, ids = memoryview(body), start, []
    match, mark = _HEAD.match, _COMMA
    while mark == _COMMA:
        found = match(body, end)
        if found is None:
            return None
        id_ = found[1].decode("utf-8", "replace")
        document = known.get(id_)
        if document is None:
            return None
        href, behind = found.span(2)
        digest = sha256(view[end:href])
        stop = end + document.size + behind - href
        digest.update(view[behind:stop])
        if digest.digest()[:DIGEST_BYTES] != document.digest or stop >= len(body):
            return None
        ids.append(id_)
        mark, end = body[stop], stop + 1
    if mark != _END:
        return None
    return body[:start] + body[end - 1 :], ids
