"""The documents of the magazine as bare_loop.py wants them: pulled, the fields that it shows."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

CONNECTIONS = 4
NOTHING = msgspec.Raw()


class Link(msgspec.Struct):
    link_type: str
    id: str = ""
    uid: str = ""
    url: str = ""


class Span(msgspec.Struct):
    start: int
    end: int
    type: str
    data: Link | None = None


class Block(msgspec.Struct):
    type: str
    text: str = ""
    spans: Sequence[Span] = ()
    url: str = ""
    alt: str = ""


class Size(msgspec.Struct):
    width: int
    height: int


class Image(msgspec.Struct):
    url: str
    alt: str
    dimensions: Size
    narrow: Image | None = None


class Shown(msgspec.Struct):
    image: Image
    caption: str


class Primary(msgspec.Struct):
    heading: list[Block] | None = None
    text: list[Block] | None = None
    quote: list[Block] | None = None
    source: str | None = None
    images: list[Shown] | None = None


class Slice(msgspec.Struct):
    slice_type: str
    primary: Primary


class Fields(msgspec.Struct):
    """Of every type of document, those that a template shows. What only a document's own page
    shows is left as JSON to the process that makes it."""

    title: Sequence[Block] = ()
    name: str = ""
    excerpt: str = ""
    published_on: str = ""
    hero: Image | None = None
    photo: Image | None = None
    author: Link | None = None
    category: Link | None = None
    body: msgspec.Raw = NOTHING
    bio: list[Block] | None = None
    description: list[Block] | None = None
    slices: msgspec.Raw = NOTHING


class Document(msgspec.Struct, eq=False):
    """`url` and `title` are not in the answers: they are put in."""

    id: str
    type: str
    uid: str | None
    tags: list[str]
    first_publication_date: str
    last_publication_date: str
    data: Fields
    url: str | None = None
    title: str = ""

    def __getitem__(self, name: str) -> Any:
        # What rejectattr asks for, and would find by way of an exception.
        return getattr(self, name)


class Answer(msgspec.Struct):
    results: list[Document]
    total_pages: int


decode_blocks = msgspec.json.Decoder(list[Block]).decode
decode_slices = msgspec.json.Decoder(list[Slice]).decode


def pull(endpoint: str) -> list[Document]:
    """Every document, a hundred a request, with a few connections."""
    place = urlsplit(endpoint)
    own = threading.local()

    def connect() -> None:
        own.connection = HTTPConnection(place.netloc)

    def get(path: str) -> bytes:
        own.connection.request("GET", path)
        answer = own.connection.getresponse()
        content: bytes = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}: {content[:200]!r}")
        return content

    def search(number: int) -> Answer:
        asked = f"ref={ref}&pageSize=100&page={number}"
        return decode(get(f"{place.path}/documents/search?{asked}"))

    decode = msgspec.json.Decoder(Answer).decode
    connect()
    refs = msgspec.json.decode(get(place.path))["refs"]
    ref = next(each["ref"] for each in refs if each.get("isMasterRef"))
    first = search(1)
    with ThreadPoolExecutor(CONNECTIONS, initializer=connect) as connected:
        others = connected.map(search, range(2, first.total_pages + 1))
        return [document for answer in (first, *others) for document in answer.results]
