"""A result page → documents as they are kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from prismic_ssg.content.document import Document

if TYPE_CHECKING:
    from prismic_ssg.api.responses import SearchPage


def documents_of(page: SearchPage) -> list[Document]:
    """The documents of a page, without what ties them to the ref that they were asked at."""
    return [Document.from_json(without_href(bytes(raw))) for raw in page.results]


class _Href(msgspec.Struct):
    href: msgspec.Raw = msgspec.Raw()


_href = msgspec.json.Decoder(_Href)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def without_href(raw: bytes) -> bytes:
    """A document's JSON with an empty `href`.

    The API's names the ref that was asked at: with it, every document would differ after every
    publish, and be stored, compared and committed anew.
    """
    start = raw.find(b'"href":"')
    end = raw.find(b'"', start + 8)
    # As the API writes it: before `tags` and `data`, and a URL has neither quote nor backslash.
    if 0 <= start < raw.find(b'"tags":') and b"\\" not in raw[start:end]:
        return raw[: start + 8] + raw[end:]
    try:
        if not bytes(_href.decode(raw).href):
            return raw
    except msgspec.DecodeError:
        return raw
    return msgspec.json.encode({**_members.decode(raw), "href": ""})
