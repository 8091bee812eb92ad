"""Views of documents. With PageView and SiteView they are the only objects that a template holds:
every read of content passes through one of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.document import AlternateLanguage, Document, DocumentId
from prismic_ssg.content.fields import as_date
from prismic_ssg.content.repository import SiteLanguage
from prismic_ssg.content.stand_ins import StandIn, original_of
from prismic_ssg.content.titles import title_field, title_of
from prismic_ssg.engine.facts import Fact
from prismic_ssg.render.empty import EMPTY
from prismic_ssg.render.recorder import Noted
from prismic_ssg.render.urls import Urls

if TYPE_CHECKING:
    from prismic_ssg.content.richtext_html import HtmlWriter

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

# What is longer is decoded for each page that reads it: a post's body is shown on one.
_KEPT_BYTES = 4_000

_MISSING = object()


class Fields(Mapping[str, Any]):
    """A document's `data`: `doc.data.title`, `doc.data["title"]`; iterating gives the names.

    A value is plain JSON in which every URL is as a page can use it, at any depth. A field that
    the document does not have, or has as null, is empty. Fields outlive a page: what a template
    could change, lists and objects, is decoded for each page anew.
    """

    __slots__ = ("_document", "_known", "_notebook", "_urls")

    def __init__(self, document: Document, urls: Urls) -> None:
        self._document = document
        self._urls = urls
        self._notebook = urls.notebook
        self._known: dict[str, tuple[Fact, Any, _Content | None]] = {}

    def __getitem__(self, name: str) -> Any:
        fact, value, content = self._known.get(name) or self._learn(name)
        notebook = self._notebook
        notebook.facts.add(fact)
        if content is None:
            return value
        value = notebook.values.get(fact)
        if value is None:
            value = notebook.values[fact] = content.opened()
        return value

    def content(self, name: str) -> _Content | None:
        """A list or object as it is stored, for whoever leaves it as it is: None for another kind
        of field, and for one of which this page has a value that it may have changed."""
        fact, _, content = self._known.get(name) or self._learn(name)
        self._notebook.facts.add(fact)
        return None if fact in self._notebook.values else content

    @property
    def fills_links_only(self) -> bool:
        return self._urls.fills_links_only

    def _learn(self, name: str) -> tuple[Fact, Any, _Content | None]:
        """The fact of a field with its value, or with what its value is decoded from."""
        fact = ("field", self._document.id, f"data.{name}")
        found = self._document.json_of(name)
        raw = b"null" if found is None else bytes(found)
        learned: tuple[Fact, Any, _Content | None]
        if raw[:1] in b"[{":
            learned = fact, None, _Content(raw, self._document, name, self._urls)
        else:
            value = _decode(raw)
            learned = fact, EMPTY if value is None else value, None
        if len(raw) <= _KEPT_BYTES:
            self._known[name] = learned
        return learned

    def __iter__(self) -> Iterator[str]:
        self._notebook.facts.add(("field", self._document.id, "names"))
        return iter(self._document.names)

    def __len__(self) -> int:
        self._notebook.facts.add(("field", self._document.id, "names"))
        return len(self._document.names)

    def __contains__(self, name: object) -> bool:
        self._notebook.facts.add(("field", self._document.id, f"data.{name}"))
        return name in self._document.names

    def __repr__(self) -> str:
        return repr(dict(self))


class _Content:
    """A list or object in a document's data, to be decoded for every page."""

    __slots__ = (
        *("_document", "_field", "_filled", "_has_to_fill", "_html", "_is_shared", "_raw"),
        "_urls",
    )

    def __init__(self, raw: bytes, document: Document, field: str, urls: Urls) -> None:
        self._raw = raw
        self._document = document
        self._field = field
        self._urls = urls
        self._has_to_fill: bool | None = None
        self._is_shared = False
        self._html: tuple[HtmlWriter, str | None, Noted] | None = None
        self._filled: tuple[bytes, Noted] | None = None

    def opened(self) -> Any:
        """The value for a page or a part of one, which may do with it what it likes."""
        if self._has_to_fill is None:
            self._has_to_fill = self._urls.has_to_fill(self._raw)
        if not self._has_to_fill:
            return _decode(self._raw)
        if self._filled is not None:
            json, noted = self._filled
            self._urls.notebook.add(noted)
            return _decode(json)
        if not self._is_shared:
            self._is_shared = True
            return self._fill()
        # The second page is not the last: from here on the links are filled once for all.
        value, noted = self._urls.notebook.apart(self._fill)
        try:
            self._filled = _encode(value), noted
        except UnicodeEncodeError:
            # Half a pair of surrogates, of a link resolver: the page says so if it is shown.
            return value
        return value

    def _fill(self) -> Any:
        return self._urls.filled(self._raw, self._document, self._field)

    def html(self, writer: HtmlWriter) -> str | None:
        """What `writer.html` gives for the value, where filling gives links their URLs and does no
        more: they are met with while it is written, and nobody has to look for them before."""
        kept = self._html
        if kept is not None and kept[0] is writer:
            self._urls.notebook.add(kept[2])
            return kept[1]
        if not self._is_shared:
            self._is_shared = True
            return self._written(writer)
        html, noted = self._urls.notebook.apart(self._written, writer)
        self._html = writer, html, noted
        return html

    def _written(self, writer: HtmlWriter) -> str | None:
        fill = self._urls.filler(self._document, self._field)
        return writer.html(_decode(self._raw), fill)


def path_of(value: Any, whole: Any, name: str) -> str | None:
    """Where this very value is in `whole`, a field of this name: `body[2].primary.text`."""
    pending = [(name, whole)]
    while pending:
        path, current = pending.pop()
        if current is value:
            return path
        if isinstance(current, dict):
            pending += [(f"{path}.{name}", inner) for name, inner in current.items()]
        elif isinstance(current, list):
            pending += [(f"{path}[{index}]", inner) for index, inner in enumerate(current)]
    return None


class DocumentView:
    """A document as a page sees it. `data` holds its fields. It outlives the page, and two of one
    document are equal: which of them are kept is nothing that a page should show."""

    __slots__ = ("_document", "_notebook", "_title", "_title_field", "_urls", "data", "id")

    def __init__(self, document: Document, urls: Urls) -> None:
        self._document = document
        self._urls = urls
        self._notebook = urls.notebook
        self._title: str | None = None
        self._title_field: Any = _MISSING
        self.id: str = document.id
        self.data = Fields(document, urls)

    def _noted(self, name: str) -> Document:
        self._notebook.facts.add(("field", self.id, name))
        return self._document

    @property
    def uid(self) -> str | None:
        return self._noted("uid").uid

    @property
    def type(self) -> str:
        return self._noted("type").type

    @property
    def lang(self) -> str:
        """The locale of its content."""
        return original_of(self._noted("lang")).lang

    @property
    def language(self) -> SiteLanguage:
        return self._urls.language(self.lang)

    @property
    def original(self) -> DocumentView | None:
        """The document of another language that stands in here for a translation that is missing;
        none for a document that is there."""
        if not isinstance(self._document, StandIn):
            return None
        return DocumentView(self._document.original, self._urls)

    @property
    def tags(self) -> tuple[str, ...]:
        return self._noted("tags").tags

    @property
    def first_publication_date(self) -> datetime | None:
        return as_date(self._noted("first_publication_date").envelope.first_publication_date)

    @property
    def last_publication_date(self) -> datetime | None:
        return as_date(self._noted("last_publication_date").envelope.last_publication_date)

    @property
    def url(self) -> str | None:
        """Where the document's page is, with the path of `base_url`; none where it has no page."""
        return self._urls.document_url(self._document.id)

    @property
    def markdown_url(self) -> str | None:
        """Where the document's page is as Markdown; none where it is not."""
        return self._urls.markdown_url(self._document.id)

    @property
    def alternates(self) -> list[AlternateView]:
        """The translations, in the API's order, those that this site has a document of."""
        return [
            AlternateView(alternate, self._urls)
            for alternate in self._noted("alternate_languages").envelope.alternate_languages
            if self._urls.has(alternate.id)
        ]

    def stand_ins(self, languages: Iterable[SiteLanguage]) -> Iterator[PageLink]:
        """Its pages in those of these languages in which it stands in for a translation."""
        for language in languages:
            found = self._urls.stand_in(self._document, language.id)
            url = None if found in (None, self.id) else self._urls.document_url(found)
            if url is not None:
                yield PageLink(url, language.name, language, is_fallback=True)

    @property
    def title(self) -> str:
        """What to call the document: its title field, or first heading, or UID."""
        document = self._noted("title")
        if self._title is None:
            self._title = title_of(document)
        return self._title

    @property
    def title_field(self) -> str | None:
        """The field that is the title and nothing else, so that a page needn't say it twice."""
        document = self._noted("title_field")
        if self._title_field is _MISSING:
            self._title_field = title_field(document)
        found: str | None = self._title_field
        return found

    def __eq__(self, other: object) -> bool:
        return type(other) is DocumentView and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        # A template may print it: this is what it names.
        for name in ("type", "uid", "lang"):
            self._noted(name)
        return repr(self._document)


class AlternateView:
    """A translation of a document."""

    __slots__ = ("_urls", "id", "lang", "type", "uid")

    def __init__(self, alternate: AlternateLanguage, urls: Urls) -> None:
        self.id, self.type, self.uid = alternate.id, alternate.type, alternate.uid
        self.lang = alternate.lang
        self._urls = urls

    def __repr__(self) -> str:
        return f"<translation {self.lang} {self.id}>"

    @property
    def url(self) -> str | None:
        return self._urls.document_url(DocumentId(self.id))

    @property
    def language(self) -> SiteLanguage:
        """The language of the translation, with its name."""
        return self._urls.language(self.lang)


class Addressed(ABC):
    """What `site.url` gives the URL of, besides documents and links."""

    __slots__ = ()

    @property
    @abstractmethod
    def url(self) -> str: ...


class PageLink:
    """A page named by another one: in a navigation, or as a translation.

    `is_fallback` is true where the page is there in that language, and its content is not; and of
    the first page of a listing in place of one that a language lacks.
    """

    __slots__ = ("current", "is_fallback", "lang", "language", "title", "url")

    def __init__(
        self,
        url: str,
        title: str,
        language: SiteLanguage,
        *,
        current: bool = False,
        is_fallback: bool = False,
    ) -> None:
        self.url = url
        self.title = title
        self.lang = language.id
        self.language = language
        self.current = current
        self.is_fallback = is_fallback

    def __repr__(self) -> str:
        return f"<link {self.url}>"
