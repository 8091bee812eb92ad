"""SiteView: `site` in a template."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.html_text import is_safe_url
from prismic_ssg.content.query import Query
from prismic_ssg.content.recent import Recent
from prismic_ssg.content.repository import SiteLanguage
from prismic_ssg.engine.extra_pages import search_path
from prismic_ssg.engine.facts import KEPT_ANSWERS, TODAY, Fact, digest_of_answer
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.stand_in_answers import answer, translation_facts
from prismic_ssg.engine.world import World, answer_of
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.empty import Empty
from prismic_ssg.render.feed_links import FeedLink, feed_links
from prismic_ssg.render.recorder import Notebook, NoteKey
from prismic_ssg.render.urls import Urls
from prismic_ssg.render.views import Addressed, AlternateView, DocumentView, PageLink, path_of

if TYPE_CHECKING:
    from prismic_ssg.render.timings import Timings

# Views, and what is made of them, are kept for up to twice so many documents. The pages of a
# listing, one after the other, show every document of a site, and so do the next one's: with all of
# 10,000 it is 30 MB.
_KEPT_DOCUMENTS = 5_000

# Of a site that has more, pages which are rendered soon after each other show so many: see
# building/portions.py. With 30,000 posts a build takes as long as with five times this.
_SHOWN_TOGETHER = 1_000


def kept_documents(world: World) -> int:
    """For how many documents what pages show of them is kept."""
    has_many = len(world.snapshot) > 3 * _KEPT_DOCUMENTS
    return _SHOWN_TOGETHER if has_many else _KEPT_DOCUMENTS


class SiteView:
    """`site` in a template: queries, look-ups and URLs, in the language of the page.

    `answers` are the digests of those answers that the next build compares with, for all pages
    rendered so far.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.notebook = Notebook()
        self.urls = Urls(world, self.notebook)
        self.answers = self.urls.answers
        self._asked: dict[tuple[Any, ...], tuple[tuple[Fact, ...], tuple[DocumentId, ...]]] = {}
        self._documents: Recent[str, DocumentView] = Recent(kept_documents(world))
        self._page: Page | None = None

    def turn_to(self, page: Page) -> None:
        """Make `page` the one that is being rendered."""
        self._page = page
        self.notebook.turn(self.page_lang)

    def __repr__(self) -> str:
        return "<site>"

    # -- what templates call

    def query(
        self,
        type: str | None = None,  # noqa: A002  (the contract's name)
        filters: Filter | str | Sequence[Filter | str] | None = (),
        orderings: Any = None,
        lang: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[DocumentView]:
        """Documents of every kind asked for, in order; `lang="*"` for all languages."""
        if not isinstance(filters, Filter | str):
            filters = tuple(filters or ())
        if isinstance(orderings, list):
            orderings = tuple(orderings)
        asked = (type, filters, orderings, lang or self.page_lang, limit, offset)
        # A template asks the same on every page: what the words mean is worked out once.
        try:
            found = self._asked.get(asked)
        except TypeError:
            # An ordering may be a mapping, which can't be looked up; what else can't is refused.
            asked = (type, filters, Query.asked(type, filters, orderings).orderings, *asked[3:])
            found = self._asked.get(asked)
        if found is None:
            found = self._asked[asked] = self._found(
                Query.asked(type, filters, orderings, lang=asked[3], limit=limit, offset=offset)
            )
        facts, ids = found
        self.notebook.facts.update(facts)
        return [self.document(id_) for id_ in ids]

    def watch(self, timings: Timings) -> None:
        """Time every query from now on."""
        vars(self).update(
            query=timings.asked(self.query), _answered=timings.answered(self._answered)
        )

    def _found(self, query: Query) -> tuple[tuple[Fact, ...], tuple[DocumentId, ...]]:
        """The ids that a query gives, and the facts that they depend on."""
        snapshot = self._world.snapshot
        facts = list(translation_facts(query, snapshot))
        for fact in facts:
            if fact[0] in KEPT_ANSWERS and fact not in self.answers:
                self.answers[fact] = digest_of_answer(answer_of(self._world, fact))

        def select(asked: Query) -> tuple[DocumentId, ...]:
            fact, ids = self._answered(asked)
            facts.append(fact)
            return ids

        ids = answer(query, snapshot, select)
        return tuple(facts), ids

    def _answered(self, query: Query) -> tuple[Fact, tuple[DocumentId, ...]]:
        fact = ("query", query.to_text())
        ids = tuple(document.id for document in self._world.snapshot.select(query))
        self.answers[fact] = digest_of_answer(ids)
        return fact, ids

    def get(self, id: str) -> DocumentView | None:  # noqa: A002  (the contract's name)
        asked = _text(id, "site.get(link.id), or site.resolve(link)")
        return self.document(DocumentId(asked)) if asked and self.urls.has(asked) else None

    def get_by_uid(self, type: str, uid: str, lang: str | None = None) -> DocumentView | None:  # noqa: A002
        asked_type = _text(type, 'site.get_by_uid("page", uid)')
        asked = _text(uid, 'site.get_by_uid("page", link.uid)')
        if asked_type is None or asked is None:
            return None
        fact = ("uid", asked_type, asked, lang or self.page_lang)
        ids = answer_of(self._world, fact)
        self._keep_answer(fact, ids)
        return self.document(DocumentId(ids[0])) if ids else None

    def _keep_answer(self, fact: Fact, ids: tuple[str, ...]) -> None:
        self.notebook.facts.add(fact)
        if fact not in self.answers:
            self.answers[fact] = digest_of_answer(ids)

    def get_single(self, type: str, lang: str | None = None) -> DocumentView | None:  # noqa: A002
        found = self.query(type=type, lang=lang, limit=1)
        return found[0] if found else None

    def resolve(self, link: Any) -> DocumentView | None:
        """The document that a link leads to; none for other links and for what is not published."""
        # Of a dict it is known: to ask whether it is a mapping takes as long as all the rest.
        if type(link) is not dict and not isinstance(link, Mapping):
            return None
        identity = link.get("id")
        if not isinstance(identity, str) or link.get("link_type") != "Document":
            return None
        return self.get(identity)

    def url(self, target: Any) -> str | None:
        """Where a document, a page, a link field or a path of this site is."""
        if isinstance(target, (DocumentView, AlternateView, Addressed, PageLink)):
            return target.url
        url = None
        if isinstance(target, str):
            url = self.urls.path_url(target)
        elif isinstance(target, Mapping):
            url = self.urls.url_of(target)
        is_refused = url is not None and self._world.site.safe_html and not is_safe_url(url)
        return None if is_refused else url

    def navigation(self, lang: str | None = None) -> list[PageLink]:
        """What any site would name in its navigation: single documents, then listings."""
        wanted = lang or self.page_lang
        fact = ("navigation", wanted)
        self._keep_answer(fact, answer_of(self._world, fact))
        # Which one is the current one is asked of each.
        self.notebook.is_of_page = True
        links = []
        for entry in self._world.pages.navigation:
            if entry.lang == wanted:
                title = entry.title or self.document(entry.document_id or DocumentId("")).title
                current = self._page is not None and self._page.path == entry.path
                link = PageLink(
                    self.urls.page_url(entry.path),
                    title,
                    self.urls.language(entry.lang),
                    current=current,
                )
                links.append(link)
        return links

    def feeds(self, lang: str | None = None) -> list[FeedLink]:
        """The feeds of the site's listings, but for those by a value."""
        fact = ("navigation", lang or self.page_lang)
        self._keep_answer(fact, answer_of(self._world, fact))
        return feed_links(self._world.pages.navigation, fact[1], self.urls)

    @property
    def search_url(self) -> str | None:
        """Where the search of the page's language is; none for a site without one."""
        world = self._world
        path = search_path(world.site, self.page_lang, world.pages.languages)
        return self.urls.page_url(path) if world.site.search and self.is_page(path) else None

    @property
    def base_url(self) -> str:
        return self._world.site.base_url.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host of the base URL, to put in front of a URL that must be absolute."""
        return self._world.site.origin

    @property
    def today(self) -> date:
        self.notebook.facts.add(TODAY)
        return self._world.today

    @property
    def languages(self) -> tuple[SiteLanguage, ...]:
        """The site's languages, the master locale first."""
        return self._world.languages

    def language(self, lang: str | None = None) -> SiteLanguage:
        """A language by the id of its locale; the page's without one."""
        return self.urls.language(lang or self.page_lang)

    # -- what views and filters call

    @property
    def page_url(self) -> str | None:
        """Where the page being rendered is."""
        self.notebook.is_of_page = True
        return None if self._page is None else self.urls.page_url(self._page.path)

    @property
    def page_lang(self) -> str:
        """The language of the page being rendered, else the master locale."""
        if self._page is not None:
            return self._page.lang
        return self._world.languages[0].id

    def url_of_file(self, name: str) -> str | None:
        """Where the page of a Markdown file is, or a static file; None where there is no such file.
        `name` is its path from the folder of pages: `guide/start.md`, `../static/loom.png`."""
        if not name.endswith(".md"):
            return self._static_url(name)
        fact = ("markdown", name)
        found = answer_of(self._world, fact)
        self._keep_answer(fact, found)
        return self.urls.page_url(found[0]) if found else None

    def _static_url(self, name: str) -> str | None:
        folder = posixpath.normpath(self._world.site.static)
        path = posixpath.normpath(posixpath.join(self._world.site.pages, name))
        if not path.startswith(f"{folder}/"):
            return None
        asset = path.removeprefix(f"{folder}/")
        self.notebook.facts.add(("asset", asset))
        return self.urls.file_url(asset) if asset in self._world.assets else None

    def crumb(self, path: str) -> PageLink | None:
        """A link to the page at a path; none where there is no page, or none with a title."""
        fact = ("crumb", path)
        answer = answer_of(self._world, fact)
        self._keep_answer(fact, answer)
        kind, lang, title = answer or ("", "", "")
        if kind == "document":
            title = self.document(DocumentId(title)).title
        return (
            PageLink(self.urls.page_url(path), title, self.urls.language(lang)) if title else None
        )

    def markdown_text(self, page: Page) -> str:
        """What a page is written from in Markdown, without its front matter."""
        return "" if page.markdown is None else self._world.markdown[page.markdown].text

    def is_page(self, path: str) -> bool:
        self.notebook.facts.add(("page", path))
        return path in self._world.pages.pages

    def document(self, id_: DocumentId) -> DocumentView:
        view = self._documents.get(id_)
        if view is None:
            found = self._world.snapshot.get(id_)
            if found is None:
                raise KeyError(id_)
            found.expect()
            view = DocumentView(found, self.urls)
            self._documents.put(id_, view)
        return view

    def place_of(self, value: Any) -> tuple[DocumentId, str] | None:
        """The document that the page has read `value` from, and the path to it in the data."""
        if not isinstance(value, (dict, list)):
            return None
        for (_, id_, name), whole in self.notebook.values.items():
            path = path_of(value, whole, name.removeprefix("data."))
            if path is not None:
                return DocumentId(id_), path
        return None

    def warn(self, key: NoteKey, warning: PrismicSsgError) -> None:
        """Note something that a build should say once: once for each `key`."""
        self.notebook.notes.setdefault(key, warning)


def _text(given: Any, example: str) -> str | None:
    """What a template asks by; None for an empty field. Raises PrismicSsgError for no text."""
    if isinstance(given, str):
        return given
    if given is None or isinstance(given, Empty):
        return None
    raise PrismicSsgError(f"no document is found by {given!r:.60}", hint=f"write {example}")
