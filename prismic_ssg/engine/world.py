"""Everything that one build can see, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import msgspec

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import SiteLanguage
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import FilledSnapshot
from prismic_ssg.engine.facts import RICH_TEXT_TEMPLATES, Fact
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.site import Site

_RICH_TEXT = "rich_text/"
_RICH_TEXT_MACROS = "rich_text.html"


class Text(Protocol):
    """A template's source; `file` is how messages name it, `digest` says whether it is the same."""

    @property
    def file(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def digest(self) -> str: ...


class Markdown(Protocol):
    """A Markdown page's front matter, and the text below it; `digest` is that of both."""

    @property
    def meta(self) -> Mapping[str, Any]: ...

    @property
    def text(self) -> str: ...

    @property
    def digest(self) -> str: ...


# What is cached here and in other structs with dict=True must not lead back to them: the garbage
# collector looks into a struct's fields, and not into its __dict__.
class World(msgspec.Struct, frozen=True, dict=True):
    """One content snapshot, the pages it makes, and what they are made with.

    `languages` has the master locale first. `templates` holds the site's and the theme's by name;
    `assets` the content hash of each static file by name. `today` is in the reader's stead of a
    clock: nothing below may ask one. `hosted_as` is the name of a repository on Prismic's servers,
    None for a local one. `engine_key` stands for all that decides about every page: our version,
    the site's configuration and its own code; with another one nothing from before counts.
    `made_from` is what `snapshot` and `pages` are made from, where somebody said so.
    """

    site: Site
    snapshot: Snapshot
    pages: PageTable
    languages: tuple[SiteLanguage, ...]
    templates: Mapping[str, Text]
    markdown: Mapping[str, Markdown]
    assets: Mapping[str, str]
    today: date
    hosted_as: str | None = None
    engine_key: str = ""
    made_from: tuple[object, ...] | None = None

    @cached_property
    def template_digests(self) -> Mapping[str, str]:
        """The digest of every template, and under one name that of all for rich text together."""
        digests = {name: text.digest for name, text in self.templates.items()}
        rich_text = {
            name: digest
            for name, digest in sorted(digests.items())
            if name.startswith(_RICH_TEXT) or name == _RICH_TEXT_MACROS
        }
        return {**digests, RICH_TEXT_TEMPLATES[1]: repr(rich_text)}

    @cached_property
    def urls(self) -> Mapping[str, str | None]:
        """Where every document is by its id, None for one without a URL."""
        urls = self.pages.urls
        return {document.id: urls.get(document.id) for document in self.snapshot.documents}

    @cached_property
    def markdown_paths(self) -> Mapping[str, str]:
        """Where the page of each Markdown file is."""
        pages = self.pages.pages.values()
        # A twin of such a page is no page of its own.
        shown = [page for page in pages if page.in_sitemap]
        return {page.markdown: page.path for page in shown if page.markdown is not None}


def version_of(world: World, document_id: str, lang: str) -> DocumentId:
    """What a document is in a language: another one only where the site has a fallback."""
    snapshot = world.snapshot
    if isinstance(snapshot, FilledSnapshot):
        return snapshot.version(document_id, lang)
    return DocumentId(document_id)


def answer_of(world: World, fact: Fact) -> tuple[str, ...]:
    """What a world says to one of the facts whose answers are kept."""
    match fact:
        case ("query", text):
            query = Query.from_text(text)
            return tuple(document.id for document in world.snapshot.select(query))
        case ("uid", type_, uid, lang):
            found = world.snapshot.by_uid(type_, uid, lang)
            return () if found is None else (found.id,)
        case ("navigation", lang):
            entries = [entry for entry in world.pages.navigation if entry.lang == lang]
            return tuple(
                repr((each.path, each.title, each.document_id, *each.feeds)) for each in entries
            )
        case ("crumb", above):
            return _crumb(world, above)
        case ("markdown", name):
            path = world.markdown_paths.get(name)
            return () if path is None else (path,)
        case ("version", id_, lang):
            return (version_of(world, id_, lang),)
    raise ValueError(f"{fact!r} is no fact whose answer is kept")


def _crumb(world: World, path: str) -> tuple[str, ...]:
    """What a way through the site says of the page at a path: what kind it is of, its language, and
    its document or its title. Nothing where there is none, or none with a title."""
    page = world.pages.pages.get(path)
    if page is None:
        return ()
    if page.document_id is not None:
        return ("document", page.lang, page.document_id)
    if page.listing is not None:
        if page.listing.value_document_id is not None:
            return ("document", page.lang, page.listing.value_document_id)
        return ("", page.lang, page.listing.title)
    if page.markdown is not None:
        title = world.markdown[page.markdown].meta.get("title")
        return ("", page.lang, str(title or ""))
    return ()
