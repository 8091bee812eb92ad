"""A result page → the texts of its documents, as they are kept. Pure.

Of a pull that comes after another one nearly every page is as it was: that is found out by the
digest of its bytes, see `known_results`. Where documents came or went, those behind them
are on other places: then by the digest of each document, see `known_documents`. Neither is read as
JSON.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.content.document import DIGEST_BYTES, Envelope, Text, digest_of_parts

if TYPE_CHECKING:
    from prismic_ssg.api.exchange import Body
    from prismic_ssg.api.responses import SearchPage


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
        return Text(text, text[: before.end()] + b"}" if before else None)
    # White space, another order, or no href at all: the slow way, which is as right.
    try:
        members = _members.decode(view)
    except BROKEN_JSON:
        return Text(bytes(view))
    if "href" not in members:
        return Text(bytes(view))
    return Text(msgspec.json.encode({**members, "href": ""}))


K = TypeVar("K", bound=Known)

_RESULTS = b'"results":['
_COMMA, _END = b",]"


class Results(NamedTuple):
    """Where a page has its results: from `start` to before `end`; `hrefs` are where the hrefs of
    its documents begin and end, one after another."""

    start: int
    end: int
    hrefs: Sequence[int]


def known_documents(body: Body, known: Callable[[str], K | None]) -> tuple[list[K], Results] | None:
    """The documents of a page as they are known by their ids, and where they are, if each of them
    is as it is known; None for any other page.

    As sound as reading all of it: a document's text is one value of JSON, and where so many bytes
    have its digest, they are it. Whatever stands around those is still to be read, see `without`.
    10,000 documents of 15 kB: 0.05 s; to find where they end by reading them as JSON is 0.35 s.
    """
    start = body.find(_RESULTS) + len(_RESULTS)
    view, end = memoryview(body), start
    documents: list[K] = []
    hrefs: list[int] = []
    match, mark = _HEAD.match, _COMMA
    while mark == _COMMA:
        found = match(body, end)
        if found is None:
            return None
        document = known(found[1].decode("utf-8", "replace"))
        if document is None:
            return None
        href, behind = found.span(2)
        stop = end + document.size + behind - href
        digest = digest_of_parts((view[end:href], view[behind:stop]))
        if digest != document.digest or stop >= len(body):
            return None
        documents.append(document)
        hrefs += (href, behind)
        mark, end = body[stop], stop + 1
    return (documents, Results(start, end - 1, hrefs)) if mark == _END else None


class _Whole(Envelope, frozen=True, gc=False):
    """A document of a page, with its fields apart."""

    # One text there.
    data: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)  # type: ignore[assignment]


class _Page(msgspec.Struct, frozen=True, gc=False):
    results: tuple[_Whole, ...]


_page = msgspec.json.Decoder(_Page).decode
_DATA = b',"data":{'


def whole_documents(body: Body) -> tuple[list[Text], Results] | None:
    """The documents of a page, with their fields apart, and where they are; None where they are not
    written as the API writes them, which text_of() reads all the same.

    JSON is read once for both: where a document ends follows from how long its parts are. None is
    shorter than it is counted to be. So where the page has no other results (see `without`), and
    these are as long as all that it has, each is as long as it was counted to be.
    """
    try:
        documents = _page(body).results
    except BROKEN_JSON:
        return None
    start = stop = body.find(_RESULTS) + len(_RESULTS)
    view = memoryview(body)
    texts: list[Text] = []
    hrefs: list[int] = []
    for document in documents:
        found = _HEAD.match(body, stop)
        if found is None:
            return None
        href, behind = found.span(2)
        before = body.find(_DATA, behind)
        if before < 0:
            return None
        fields = document.data
        # Each name with its quotes, a colon, and a comma but behind the last one; two braces.
        parts = sum(map(len, fields)) + sum(map(len, fields.values())) + 4 * len(fields)
        end = before + len(_DATA) + parts + (1 if fields else 2)
        if end >= len(body) or body[end] not in (_COMMA, _END):
            return None
        head = b"".join((view[stop:href], view[behind:before], b"}"))
        json = b"".join((view[stop:href], view[behind:end]))
        texts.append(Text(json, head, document.id, fields))
        hrefs += (href, behind)
        stop = end + 1
    is_all = hrefs and body[stop - 1] == _END
    return (texts, Results(start, stop - 1, hrefs)) if is_all else None


def results_of(body: Body, page: SearchPage) -> Results | None:
    """Where the results of a page are that was read as JSON; None where they are not written as the
    API writes them."""
    start = end = body.find(_RESULTS) + len(_RESULTS)
    hrefs: list[int] = []
    for raw in page.results:
        found = _HEAD.match(body, end)
        end += len(memoryview(raw)) + 1
        if found is None or end > len(body) or body[end - 1] not in (_COMMA, _END):
            return None
        hrefs += found.span(2)
    return Results(start, end - 1, hrefs) if hrefs and body[end - 1] == _END else None


def without(body: Body, results: Results) -> Body:
    """A page without its results, which is to be read as JSON: should it have other results than
    these, they are in what is left."""
    return body[: results.start] + body[results.end :]


def outline_of(body: Body, results: Results) -> bytes:
    """What the same results are known by when they come again: see `known_results`."""
    start, end, hrefs = results
    view = memoryview(body)
    # From the end of each href to the beginning of the next.
    edges = (start, *hrefs, end)
    digest = digest_of_parts(view[at:to] for at, to in zip(edges[::2], edges[1::2], strict=True))
    places = array("I", [end - start, *(each - start for each in hrefs)])
    return digest + places.tobytes()


def known_results(body: Body, outline: bytes) -> Results | None:
    """Where a page has the results that the outline is of; None where it has others.

    The same bytes are the same documents. Only what their hrefs say may differ, which begin and end
    where they did. 100 pages of 0.9 MB: 0.03 s.
    """
    length, *hrefs = array("I", outline[DIGEST_BYTES:])
    start = body.find(_RESULTS) + len(_RESULTS)
    results = Results(start, start + length, [start + each for each in hrefs])
    if results.end >= len(body) or body[results.end] != _END:
        return None
    for at, behind in zip(results.hrefs[::2], results.hrefs[1::2], strict=True):
        href = body[at:behind]
        if b'"' in href or b"\\" in href:
            return None
    return results if outline_of(body, results) == outline else None
