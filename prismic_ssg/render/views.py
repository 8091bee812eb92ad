"""Views: the only objects a template holds. Every read of content passes through one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from prismic_ssg.content.document import AlternateLanguage, Document, DocumentId
from prismic_ssg.content.fields import as_date
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.filters import at as filter_at
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import Language
from prismic_ssg.content.titles import title_field, title_of
from prismic_ssg.engine.listings import ListingPage
from prismic_ssg.engine.pages import Page, call_link_resolver
from prismic_ssg.engine.world import World
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.empty import EMPTY

_decode = msgspec.json.Decoder().decode


class Fields(Mapping[str, Any]):
    """A document's `data`: `doc.data.title`, `doc.data["title"]`; iterating gives the names.

    A value is plain JSON with the URLs of its document links filled in, at any depth. A field that
    the document does not have, or has as null, is empty.
    """

    __slots__ = ("_document", "_site", "_values")

    def __init__(self, document: Document, site: SiteView) -> None:
        self._document = document
        self._site = site
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            value = self._values[name] = self._read(name)
            return value

    def _read(self, name: str) -> Any:
        raw = self._document.fields.get(name)
        if raw is None:
            return EMPTY
        value = _decode(raw)
        if value is None:
            return EMPTY
        # Most fields hold no link to a document: a look at the bytes saves the walk.
        if b'"Document"' in bytes(raw):
            self._site.fill_urls(value, self._document, name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._document.fields)

    def __len__(self) -> int:
        return len(self._document.fields)

    def __contains__(self, name: object) -> bool:
        return name in self._document.fields


class DocumentView:
    """A document as templates see it. `data` holds its fields."""

    __slots__ = ("_document", "_site", "data")

    def __init__(self, document: Document, site: SiteView) -> None:
        self._document = document
        self._site = site
        self.data = Fields(document, site)

    @property
    def id(self) -> str:
        return self._document.id

    @property
    def uid(self) -> str | None:
        return self._document.uid

    @property
    def type(self) -> str:
        return self._document.type

    @property
    def lang(self) -> str:
        return self._document.lang

    @property
    def tags(self) -> tuple[str, ...]:
        return self._document.tags

    @property
    def first_publication_date(self) -> datetime | None:
        return as_date(self._document.envelope.first_publication_date)

    @property
    def last_publication_date(self) -> datetime | None:
        return as_date(self._document.envelope.last_publication_date)

    @property
    def url(self) -> str | None:
        """Where the document's page is, with the path of `base_url`; none where it has no page."""
        return self._site.document_url(self._document.id)

    @property
    def alternates(self) -> list[AlternateView]:
        """The translations, in the API's order, those that this site has a document of."""
        return [
            AlternateView(alternate, self._site)
            for alternate in self._document.envelope.alternate_languages
            if self._site.has(alternate.id)
        ]

    @property
    def title(self) -> str:
        """What to call the document: its title field, or first heading, or UID."""
        return title_of(self._document)

    @property
    def title_field(self) -> str | None:
        """The field that is the title and nothing else, so that a page needn't say it twice."""
        return title_field(self._document)

    def __repr__(self) -> str:
        return repr(self._document)


class AlternateView:
    """A translation of a document."""

    __slots__ = ("_site", "id", "lang", "type", "uid")

    def __init__(self, alternate: AlternateLanguage, site: SiteView) -> None:
        self.id, self.type, self.uid = alternate.id, alternate.type, alternate.uid
        self.lang = alternate.lang
        self._site = site

    @property
    def url(self) -> str | None:
        return self._site.document_url(DocumentId(self.id))

    @property
    def language(self) -> Language:
        """The language of the translation, with its name."""
        return self._site.language(self.lang)


class PageLink:
    """A page named by another one: in a navigation, or as a translation."""

    __slots__ = ("current", "lang", "language", "title", "url")

    def __init__(self, url: str, title: str, language: Language, *, current: bool = False) -> None:
        self.url = url
        self.title = title
        self.lang = language.id
        self.language = language
        self.current = current


class PageView:
    """The page being rendered. In a listing it also has the documents and its neighbours."""

    __slots__ = ("_page", "_site", "content", "meta")

    def __init__(
        self,
        page: Page,
        site: SiteView,
        *,
        content: str = "",
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        self._page = page
        self._site = site
        self.content = content
        self.meta = dict(meta or {})

    @property
    def lang(self) -> str:
        return self._page.lang

    @property
    def path(self) -> str:
        return self._page.path

    @property
    def url(self) -> str:
        return self._site.path_url(self._page.path)

    @property
    def language(self) -> Language:
        return self._site.language(self._page.lang)

    @property
    def is_listing(self) -> bool:
        return self._page.listing is not None

    @property
    def alternates(self) -> list[PageLink]:
        """The same page in other languages: translations of its document, or of its listing."""
        site = self._site
        if self._page.document_id is not None:
            document = site.document(self._page.document_id)
            return [
                PageLink(other.url, other.language.name, other.language)
                for other in document.alternates
                if other.url
            ]
        return [
            PageLink(site.path_url(path), site.language(lang).name, site.language(lang))
            for lang, path in self._page.alternates
        ]

    @property
    def _listing(self) -> ListingPage:
        if self._page.listing is None:
            raise AttributeError("documents, number, value and neighbours are a listing's")
        return self._page.listing

    @property
    def title(self) -> str:
        if self._page.listing is not None:
            return self._page.listing.title
        return str(self.meta.get("title") or "")

    @property
    def documents(self) -> list[DocumentView]:
        return [self._site.document(each) for each in self._listing.document_ids]

    @property
    def number(self) -> int:
        return self._listing.number

    @property
    def total_pages(self) -> int:
        return self._listing.total_pages

    @property
    def previous_url(self) -> str | None:
        path = self._listing.previous_path
        return None if path is None else self._site.path_url(path)

    @property
    def next_url(self) -> str | None:
        path = self._listing.next_path
        return None if path is None else self._site.path_url(path)

    @property
    def value(self) -> Any:
        """What the listing is by: a text, or the document that the field links to."""
        listing = self._listing
        if listing.value_document_id is not None:
            return self._site.document(listing.value_document_id)
        return listing.value


class SiteView:
    """`site` in a template: queries, look-ups and URLs, in the language of the page."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._base_path = world.site.base_path
        self._documents: dict[str, DocumentView] = {}
        self._page: Page | None = None
        self._warnings: dict[tuple[Any, ...], PrismicSsgError] = {}
        self._missing: dict[str, dict[str, str]] = {}
        self._languages = {language.id: language for language in world.languages}

    def turn_to(self, page: Page) -> None:
        """Make `page` the one that is being rendered. Views of the last one are let go."""
        self._page = page
        self._documents = {}

    # -- what templates call

    def query(
        self,
        type: str | None = None,  # noqa: A002  (the contract's name)
        filters: Filter | Sequence[Filter] = (),
        orderings: Any = None,
        lang: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[DocumentView]:
        """Documents of every kind asked for, in order; `lang="*"` for all languages."""
        given = (filters,) if isinstance(filters, Filter) else tuple(filters)
        if type is not None:
            given = (filter_at("document.type", type), *given)
        query = Query.of(
            given, orderings or (), lang=lang or self._lang, limit=limit, offset=offset
        )
        return [self.document(each.id) for each in self._world.snapshot.select(query)]

    def get(self, id: str) -> DocumentView | None:  # noqa: A002  (the contract's name)
        return self.document(DocumentId(id)) if self.has(id) else None

    def get_by_uid(self, type: str, uid: str, lang: str | None = None) -> DocumentView | None:  # noqa: A002
        found = self._world.snapshot.by_uid(type, uid, lang or self._lang)
        return None if found is None else self.document(found.id)

    def get_single(self, type: str, lang: str | None = None) -> DocumentView | None:  # noqa: A002
        found = self.query(type=type, lang=lang, limit=1)
        return found[0] if found else None

    def resolve(self, link: Any) -> DocumentView | None:
        """The document that a link leads to; none for other links and for what is not published."""
        identity = link.get("id") if isinstance(link, Mapping) else None
        is_document = isinstance(link, Mapping) and link.get("link_type") == "Document"
        return self.get(identity) if is_document and identity else None

    def url(self, target: Any) -> str | None:
        """Where a document, a page, a link field or a path of this site is."""
        if isinstance(target, (DocumentView, AlternateView, PageView, PageLink)):
            return target.url
        if isinstance(target, str):
            return self.path_url(target)
        if isinstance(target, Mapping):
            if target.get("link_type") == "Document":
                return self._link_url(target)
            found = target.get("url")
            return found if isinstance(found, str) else None
        return None

    def navigation(self, lang: str | None = None) -> list[PageLink]:
        """What any site would name in its navigation: single documents, then listings."""
        wanted = lang or self._lang
        links = []
        for entry in self._world.pages.navigation:
            if entry.lang == wanted:
                title = entry.title or self.document(entry.document_id or DocumentId("")).title
                current = self._page is not None and self._page.path == entry.path
                link = PageLink(
                    self.path_url(entry.path), title, self.language(entry.lang), current=current
                )
                links.append(link)
        return links

    @property
    def base_url(self) -> str:
        return self._world.site.base_url.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host of the base URL, to put in front of a URL that must be absolute."""
        return self._world.site.origin

    @property
    def today(self) -> date:
        return self._world.today

    @property
    def languages(self) -> tuple[Language, ...]:
        """The site's languages, the master locale first."""
        return self._world.languages

    # -- what views and filters call

    @property
    def _lang(self) -> str:
        if self._page is not None:
            return self._page.lang
        return self._world.languages[0].id

    def language(self, lang: str) -> Language:
        return self._languages.get(lang) or Language(lang, lang)

    def has(self, id_: str) -> bool:
        return self._world.snapshot.get(DocumentId(id_)) is not None

    def document(self, id_: DocumentId) -> DocumentView:
        view = self._documents.get(id_)
        if view is None:
            found = self._world.snapshot.get(id_)
            if found is None:
                raise KeyError(id_)
            view = self._documents[id_] = DocumentView(found, self)
        return view

    def document_url(self, id_: DocumentId) -> str | None:
        path = self._world.pages.urls.get(id_)
        return None if path is None else self.path_url(path)

    def path_url(self, path: str) -> str:
        """A path of the site with the path of `base_url` in front; other URLs as they are."""
        if self._base_path and path.startswith("/") and not path.startswith("//"):
            return self._base_path + path
        return path

    def fill_urls(self, value: Any, document: Document, field: str) -> None:
        """Put the URL of this site into every document link in a field's value, at any depth."""
        for link in document_links(value):
            url = self._link_url(link)
            link.pop("url", None)
            if url is not None:
                link["url"] = url
            if not self.has(link["id"]):
                self._note_missing(document, field, link)

    def _link_url(self, link: Mapping[str, Any]) -> str | None:
        identity = link.get("id")
        if not isinstance(identity, str) or not identity:
            return None
        site = self._world.site
        if site.link_resolver is not None:
            problems: list[PrismicSsgError] = []
            resolved = call_link_resolver(site, link, f"the link to {identity!r}", problems)
            if problems:
                raise problems[0]
            if resolved is not None:
                return self.path_url(resolved)
        if self.has(identity):
            return self.document_url(DocumentId(identity))
        return None if site.broken_route is None else self.path_url(site.broken_route)

    def _note_missing(self, document: Document, field: str, link: Mapping[str, Any]) -> None:
        broken = link.get("isBroken") is True or link.get("type") == "broken_type"
        what = "" if broken else f" ({link.get('type', 'document')})"
        targets = self._missing.setdefault(document.id, {})
        targets.setdefault(link["id"], f"{link['id']!r}{what} in field {field}")

    def warn(self, key: tuple[Any, ...], warning: PrismicSsgError) -> None:
        """Note something that a build should say once: once for each `key`."""
        self._warnings.setdefault(key, warning)

    @property
    def warnings(self) -> tuple[PrismicSsgError, ...]:
        """What was noted, and for each document the links that lead nowhere."""
        dead = [self._dead_links(id_, self._missing[id_]) for id_ in sorted(self._missing)]
        return (*self._warnings.values(), *dead)

    def _dead_links(self, id_: str, targets: Mapping[str, str]) -> PrismicSsgError:
        document = self._world.snapshot.get(id_)
        name = repr(document.uid) if document and document.uid else "without UID"
        many = f"{len(targets)} documents" if len(targets) > 1 else "a document"
        return PrismicSsgError(
            f"document {id_!r} ({document.type if document else ''} {name}) links to {many} "
            f"not in ref {self._world.snapshot.ref!r}: {', '.join(targets.values())}",
            document_id=id_,
            page=self._world.pages.urls.get(DocumentId(id_)),
            hint="publish what is missing, or take the links out",
        )


def document_links(value: Any) -> Iterator[dict[str, Any]]:
    """Every filled document link in a JSON value: fields, groups, slices, rich text, `linkTo`."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            if current.get("link_type") == "Document" and isinstance(current.get("id"), str):
                yield current
            pending.extend(each for each in current.values() if isinstance(each, (dict, list)))
        elif isinstance(current, list):
            pending.extend(each for each in current if isinstance(each, (dict, list)))
