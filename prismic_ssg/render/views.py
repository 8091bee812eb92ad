"""Views of documents. With PageView and SiteView they are the only objects that a template holds:
every read of content passes through one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from prismic_ssg.content.document import AlternateLanguage, Document, DocumentId
from prismic_ssg.content.fields import as_date
from prismic_ssg.content.repository import Language
from prismic_ssg.content.titles import title_field, title_of
from prismic_ssg.render.empty import EMPTY
from prismic_ssg.render.urls import Urls, objects

_decode = msgspec.json.Decoder().decode


class Fields(Mapping[str, Any]):
    """A document's `data`: `doc.data.title`, `doc.data["title"]`; iterating gives the names.

    A value is plain JSON in which every URL is as a page can use it, at any depth. A field that
    the document does not have, or has as null, is empty.
    """

    __slots__ = ("_document", "_facts", "_urls", "_values")

    def __init__(self, document: Document, urls: Urls) -> None:
        self._document = document
        self._urls = urls
        self._facts = urls.notebook.facts
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            value = self._values[name] = self._read(name)
            return value

    def _read(self, name: str) -> Any:
        self._facts.add(("field", self._document.id, f"data.{name}"))
        raw = self._document.fields.get(name)
        if raw is None:
            return EMPTY
        value = _decode(raw)
        if value is None:
            return EMPTY
        self._urls.fill(value, bytes(raw), self._document, name)
        seen = self._urls.seen_images
        if seen is not None and (b'"dimensions"' in bytes(raw) or b'"embed_url"' in bytes(raw)):
            seen.note(objects(value))
        return value

    def path_of(self, value: Any) -> str | None:
        """Where this very value is in what was read: `body[2].primary.text`."""
        pending = list(self._values.items())
        while pending:
            path, current = pending.pop()
            if current is value:
                return path
            if isinstance(current, dict):
                pending += [(f"{path}.{name}", inner) for name, inner in current.items()]
            elif isinstance(current, list):
                pending += [(f"{path}[{index}]", inner) for index, inner in enumerate(current)]
        return None

    def __iter__(self) -> Iterator[str]:
        self._facts.add(("field", self._document.id, "names"))
        return iter(self._document.fields)

    def __len__(self) -> int:
        self._facts.add(("field", self._document.id, "names"))
        return len(self._document.fields)

    def __contains__(self, name: object) -> bool:
        self._facts.add(("field", self._document.id, f"data.{name}"))
        return name in self._document.fields

    def __repr__(self) -> str:
        return repr(dict(self))


class DocumentView:
    """A document as one page sees it. `data` holds its fields."""

    __slots__ = ("_document", "_facts", "_urls", "data")

    def __init__(self, document: Document, urls: Urls) -> None:
        self._document = document
        self._urls = urls
        self._facts = urls.notebook.facts
        self.data = Fields(document, urls)

    def _noted(self, name: str) -> Document:
        self._facts.add(("field", self._document.id, name))
        return self._document

    @property
    def id(self) -> str:
        return self._document.id

    @property
    def uid(self) -> str | None:
        return self._noted("uid").uid

    @property
    def type(self) -> str:
        return self._noted("type").type

    @property
    def lang(self) -> str:
        return self._noted("lang").lang

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
    def alternates(self) -> list[AlternateView]:
        """The translations, in the API's order, those that this site has a document of."""
        return [
            AlternateView(alternate, self._urls)
            for alternate in self._noted("alternate_languages").envelope.alternate_languages
            if self._urls.has(alternate.id)
        ]

    @property
    def title(self) -> str:
        """What to call the document: its title field, or first heading, or UID."""
        return title_of(self._noted("title"))

    @property
    def title_field(self) -> str | None:
        """The field that is the title and nothing else, so that a page needn't say it twice."""
        return title_field(self._noted("title_field"))

    def __repr__(self) -> str:
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
    def language(self) -> Language:
        """The language of the translation, with its name."""
        return self._urls.language(self.lang)


class PageLink:
    """A page named by another one: in a navigation, or as a translation."""

    __slots__ = ("current", "lang", "language", "title", "url")

    def __init__(self, url: str, title: str, language: Language, *, current: bool = False) -> None:
        self.url = url
        self.title = title
        self.lang = language.id
        self.language = language
        self.current = current

    def __repr__(self) -> str:
        return f"<link {self.url}>"
