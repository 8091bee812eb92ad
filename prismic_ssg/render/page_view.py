"""PageView: `page` in a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prismic_ssg.content.repository import SiteLanguage
from prismic_ssg.engine.extra_pages import has_twin, twin_path
from prismic_ssg.engine.listings import ListingPage
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.paths_above import paths_above
from prismic_ssg.render.feed_links import FeedLink, FeedView, feed_of
from prismic_ssg.render.site_view import SiteView
from prismic_ssg.render.views import Addressed, DocumentView, PageLink


class PageView(Addressed):
    """The page being rendered. In a listing it also has the documents and its neighbours."""

    __slots__ = ("_heading", "_page", "_site", "content", "meta")

    def __init__(
        self,
        page: Page,
        site: SiteView,
        *,
        content: str = "",
        meta: Mapping[str, Any] | None = None,
        heading: str = "",
    ) -> None:
        self._page = page
        self._site = site
        self._heading = heading
        self.content = content
        self.meta = dict(meta or {})

    def __repr__(self) -> str:
        return f"<page {self._page.path}>"

    @property
    def lang(self) -> str:
        return self._page.lang

    @property
    def path(self) -> str:
        return self._page.path

    @property
    def url(self) -> str:
        return self._site.urls.page_url(self._page.path)

    @property
    def language(self) -> SiteLanguage:
        return self._site.urls.language(self._page.lang)

    @property
    def doc(self) -> DocumentView | None:
        """Its document; none for a page of another kind."""
        id_ = self._page.document_id
        return None if id_ is None else self._site.document(id_)

    @property
    def site(self) -> SiteView:
        """What templates have as `site`, for hooks."""
        return self._site

    @property
    def is_listing(self) -> bool:
        return self._page.listing is not None

    @property
    def alternates(self) -> list[PageLink]:
        """The same page in other languages: translations of its document, or of its listing."""
        site = self._site
        if self._page.document_id is not None:
            document = site.document(self._page.document_id)
            links = [
                PageLink(other.url, other.language.name, other.language)
                for other in document.alternates
                if other.url
            ]
            return [*links, *document.stand_ins(site.languages)]
        return [self._page_in(lang, path) for lang, path in self._page.alternates]

    @property
    def other_languages(self) -> list[PageLink]:
        """Where this page's readers go for other languages: its alternates, and the first page of
        its listing where that has fewer pages."""
        first = () if self._page.listing is None else self._page.listing.first_elsewhere
        return [
            *self.alternates,
            *(self._page_in(lang, path, is_fallback=True) for lang, path in first),
        ]

    def _page_in(self, lang: str, path: str, *, is_fallback: bool = False) -> PageLink:
        url, language = self._site.urls.page_url(path), self._site.urls.language(lang)
        return PageLink(url, language.name, language, is_fallback=is_fallback)

    @property
    def breadcrumbs(self) -> list[PageLink]:
        """The pages at the paths above this one, in its language, from the home page on."""
        crumbs = map(self._site.crumb, paths_above(self._page.path))
        return [each for each in crumbs if each is not None and each.lang == self.lang]

    @property
    def feed(self) -> FeedView | None:
        """What a feed is of; none for a page that is none."""
        return feed_of(self._page, self._site.urls)

    @property
    def feeds(self) -> list[FeedLink]:
        """The feeds of the listing that this is a page of."""
        paths = () if self._page.listing is None else self._page.listing.feeds
        return [FeedLink(self._site.urls.page_url(path), self.title) for path in paths]

    @property
    def markdown_url(self) -> str | None:
        """Where the page is as Markdown; none where it is not."""
        twin = twin_path(self._page.path) if has_twin(self._page) else ""
        return self._site.urls.page_url(twin) if self._site.is_page(twin) else None

    @property
    def source(self) -> str:
        """A Markdown page's text as it was written."""
        return self._site.markdown_text(self._page)

    @property
    def _listing(self) -> ListingPage:
        if self._page.listing is None:
            raise AttributeError("documents, number, value and neighbours are a listing's")
        return self._page.listing

    @property
    def title(self) -> str:
        """What the page is called: as its document is, or its listing, or by its front matter."""
        if self._page.listing is not None:
            return self._page.listing.title
        if self._page.document_id is not None:
            return self._site.document(self._page.document_id).title
        return str(self.meta.get("title") or self._heading)

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
        return None if path is None else self._site.urls.page_url(path)

    @property
    def next_url(self) -> str | None:
        path = self._listing.next_path
        return None if path is None else self._site.urls.page_url(path)

    def page_url(self, number: int) -> str:
        """Where page `number` of the listing is: `/blog/`, `/blog/page/2/`, …"""
        first = self._page.path.removesuffix(f"/page/{self.number}/")
        path = f"{first.rstrip('/')}/page/{number}/" if number > 1 else first
        return self._site.urls.page_url(path if self._site.is_page(path) else f"{path}/")

    @property
    def value(self) -> Any:
        """What the listing is by: a text, or the document that the field links to."""
        listing = self._listing
        if listing.value_document_id is not None:
            return self._site.document(listing.value_document_id)
        return listing.value
