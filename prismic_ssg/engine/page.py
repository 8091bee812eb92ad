"""One page of a site: its place, its file, and how it comes about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NewType

import msgspec

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.stand_ins import StandIn
from prismic_ssg.engine.listings import ListingPage
from prismic_ssg.errors import ContentError

UrlPath = NewType("UrlPath", str)

RESERVED = ".prismic-ssg"


class Page(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One file of the output and how it comes about.

    `path` is its place in the site, as links name it, without the path of `base_url`. Of a document
    nothing is kept that its type, UID and path tell: there may be 100,000 of them. `extra` are the
    variables of one that code made, as JSON.
    """

    path: UrlPath
    own_file: str | None
    lang: str
    own_origin: str | None
    own_templates: tuple[str, ...] = ()
    document_id: DocumentId | None = None
    markdown: str | None = None
    listing: ListingPage | None = None
    alternates: tuple[tuple[str, UrlPath], ...] = ()
    in_sitemap: bool = True
    document_type: str = ""
    document_uid: str | None = None
    extra: bytes | None = None

    @property
    def file(self) -> str:
        """Where it is in the output folder."""
        return usual_file(self.path) if self.own_file is None else self.own_file

    @property
    def origin(self) -> str:
        """How messages name it."""
        if self.own_origin is not None:
            return self.own_origin
        return _origin(self.document_id or "", self.document_type, self.document_uid, self.lang)

    @property
    def templates(self) -> tuple[str, ...]:
        """The first of these that exists renders it."""
        if self.own_templates or not self.document_type:
            return self.own_templates
        type_, uid = self.document_type, self.document_uid
        by_type = (f"{type_}.html", "document.html")
        return (f"{type_}-{uid}.html", *by_type) if uid else by_type


# Parts of letters and digits that nobody could object to, which nearly all paths are made of.
_PLAIN = re.compile(r"(?:[\w~-][\w.~-]{0,99}/)*[\w~-][\w.~-]{0,99}", re.ASCII)


def usual_file(path: str) -> str:
    """The output file of a path that is not a file's name itself."""
    inner = path.strip("/")
    return f"{inner}/index.html" if inner else "index.html"


def file_of(path: str, *, has_extension: bool) -> str:
    """The output file of a path: `/blog/spring` → `blog/spring/index.html`.

    Raises ContentError where the path would leave the output folder, or can't be a file's name.
    """
    inner = path.strip("/")
    if _PLAIN.fullmatch(inner):
        return inner if has_extension and path[-1] != "/" else f"{inner}/index.html"
    for segment in inner.split("/") if inner else ():
        if segment in ("", ".", "..") or segment.startswith(RESERVED):
            raise ContentError(f"the path {path!r} has the part {segment!r}")
        if any(character in "\\?#" or ord(character) < 32 for character in segment):
            raise ContentError(f"the path {path!r} has a character that can't be in it")
        if len(segment.encode("utf-8", "replace")) > 240:
            raise ContentError(f"the path {path!r} has a part of over 240 bytes")
    if has_extension and not path.endswith("/"):
        return inner
    return f"{inner}/index.html" if inner else "index.html"


# `/v1.2` has none: hosts would know of no such type of file.
_EXTENSION = re.compile(r"\.[A-Za-z]\w*\Z", re.ASCII)


def names_file(path: str, *, uid: str | None = None) -> bool:
    """Whether a path that somebody wrote is that of a file, as `/data.json`. A dot in a document's
    `uid` is none of an extension."""
    last = path.rpartition("/")[2]
    own = last.replace(uid, "") if uid and "." in uid else last
    return _EXTENSION.search(own) is not None


def url_of_path(path: str) -> str:
    """A page's path as a URL has it: its own `%` encoded. The rest browsers encode themselves."""
    return path.replace("%", "%25")


def folders_of(file: str) -> Iterator[str]:
    """The folders that a file is in, from its own upwards."""
    while "/" in file:
        file = file.rpartition("/")[0]
        yield file


def document_origin(document: Document) -> str:
    """How messages name a document: `document 'ZxB07' (post 'summer', en-us)`."""
    if isinstance(document, StandIn):
        return f"{document_origin(document.original)} in place of a translation to {document.lang}"
    told = document.envelope
    return _origin(told.id, told.type, told.uid, told.lang)


def _origin(id_: str, type_: str, uid: str | None, lang: str) -> str:
    name = f"{type_} {uid!r}" if uid else type_
    return f"document {id_!r} ({name}, {lang})"
