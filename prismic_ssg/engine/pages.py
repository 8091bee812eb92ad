"""Which pages a site has: Site + Snapshot → PageTable. Two pages in one place are an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.field_paths import PATH, parse_path
from prismic_ssg.content.links import document_to_link_field
from prismic_ssg.content.matching import atoms
from prismic_ssg.content.routes import RouteTable
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import StandIn
from prismic_ssg.engine.listings import Elsewhere, in_other_languages, listing_pages
from prismic_ssg.engine.page import (
    Page,
    UrlPath,
    document_origin,
    file_of,
    names_file,
    url_of_path,
    usual_file,
)
from prismic_ssg.errors import ConfigurationError, ContentError, PrismicSsgError
from prismic_ssg.site import Site


class MarkdownSource(msgspec.Struct, frozen=True):
    """A Markdown file as far as the page table must know it: its place, language, template."""

    name: str
    file: str
    path: str
    lang: str
    template: str | None = None


class NavigationEntry(msgspec.Struct, frozen=True):
    """A page that any site would name in its navigation: a single document, or a listing, which may
    have feeds."""

    lang: str
    path: UrlPath
    title: str
    document_id: DocumentId | None = None
    feeds: tuple[str, ...] = ()


class PageTable(msgspec.Struct, frozen=True):
    """Every page by its path, and where every document is that is anywhere.

    That is the path of its page, not encoded, or the URL that a link resolver made of it: then it
    may have no page. `without_url` are the documents that no route reaches.
    """

    pages: Mapping[str, Page]
    urls: Mapping[DocumentId, str]
    without_url: tuple[Document, ...]
    navigation: tuple[NavigationEntry, ...]
    languages: tuple[str, ...]

    def address_of(self, document_id: str) -> str | None:
        """The URL of a document, as it is written; None where it has none."""
        path = self.urls.get(DocumentId(document_id))
        # What a link resolver gives for another place than a page is a URL already.
        return (
            url_of_path(path) if path is not None and "%" in path and path in self.pages else path
        )


class _Table:
    """Collects pages, and what is wrong with them."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.files: dict[str, Page] = {}
        self.problems: list[PrismicSsgError] = []

    def add(self, page: Page, file: str) -> None:
        other = self.files.get(file)
        if other is not None:
            self.problems.append(
                ContentError(
                    f"{other.origin} and {page.origin} have one URL: {page.path!r}",
                    page=page.path,
                    document_id=page.document_id,
                    hint="give one of them another UID, or its type another route",
                )
            )
            return
        self.files[file] = page
        self.pages[page.path] = page

    def check_folders(self) -> None:
        """A file can't be a folder as well: `/a.txt` and `/a.txt/b`."""
        fine: set[str] = set()
        for file, page in self.files.items():
            above: list[str] = []
            parent = file.rpartition("/")[0]
            while parent and parent not in fine:
                above.append(parent)
                parent = parent.rpartition("/")[0]
            inside_of = [folder for folder in above if folder in self.files]
            if not inside_of:
                fine.update(above)
            self.problems += [
                ContentError(
                    f"{self.files[other].origin} is the file {other!r}, in which {page.origin} "
                    "would lie"
                )
                for other in inside_of
            ]

    def file_of(self, path: str, origin: str | Document, *, has_extension: bool) -> str | None:
        """The file of a path; None, and a problem, where the path is impossible."""
        try:
            return file_of(path, has_extension=has_extension)
        except ContentError as error:
            document = origin if isinstance(origin, Document) else None
            name = document_origin(origin) if isinstance(origin, Document) else origin
            self.problems.append(
                ContentError(
                    f"{name}: {error.message}",
                    document_id=document.id if document else None,
                    hint="change its UID, or the route",
                )
            )
            return None


def site_pages(
    site: Site,
    snapshot: Snapshot,
    routes: RouteTable,
    *,
    languages: tuple[str, ...],
    single: frozenset[str],
    markdown: Iterable[MarkdownSource] = (),
    template_pages: Mapping[str, str] | None = None,
    builtin_pages: Mapping[str, str] | None = None,
    extra: Iterable[Page] = (),
) -> tuple[PageTable, tuple[PrismicSsgError, ...]]:
    """Every page of a site, and everything that keeps them from being built.

    `languages` are locale ids, the master locale first; `single` the types with one document a
    locale. `template_pages` maps the file that a template is, to the template's name;
    `builtin_pages` likewise, for what the site may replace; `extra` are pages of which the file is
    not known yet.
    """
    table = _Table()
    master = languages[0] if languages else ""
    urls, paged, without_url = _document_urls(site, snapshot, routes, table)
    for document, path, has_extension in paged:
        file = table.file_of(path, document, has_extension=has_extension)
        if file is not None:
            table.add(_document_page(document, path, file), file)
    navigation = _document_navigation(snapshot, single, urls)
    for page in _listing_pages(site, snapshot, urls, languages, table, navigation):
        table.add(page, page.file)
    for source in markdown:
        file = table.file_of(source.path, source.file, has_extension=names_file(source.path))
        if file is not None:
            page = Page(
                UrlPath(source.path),
                file,
                source.lang or master,
                source.file,
                (source.template or "markdown.html",),
                markdown=source.name,
            )
            table.add(page, file)
    for page in extra:
        file = table.file_of(page.path, page.origin, has_extension=names_file(page.path))
        if file is not None:
            table.add(replace(page, own_file=file), file)
    for file, name in (template_pages or {}).items():
        table.add(_template_page(file, name, master), file)
    for file, name in (builtin_pages or {}).items():
        if file not in table.files:
            table.add(_template_page(file, name, master), file)
    table.check_folders()
    return (
        PageTable(table.pages, urls, tuple(without_url), tuple(navigation), languages),
        tuple(table.problems),
    )


def _document_page(document: Document, path: str, file: str) -> Page:
    told = document.envelope
    stands_in = type(document) is StandIn
    return Page(
        UrlPath(path),
        None if file == usual_file(path) else file,
        told.lang,
        document_origin(document) if stands_in else None,
        document_id=DocumentId(told.id),
        in_sitemap=not stands_in,
        document_type=told.type,
        document_uid=told.uid,
    )


def _document_urls(
    site: Site, snapshot: Snapshot, routes: RouteTable, table: _Table
) -> tuple[dict[DocumentId, str], list[tuple[Document, str, bool]], list[Document]]:
    urls: dict[DocumentId, str] = {}
    paged: list[tuple[Document, str, bool]] = []
    without: list[Document] = []
    _read_ahead(snapshot, routes)
    # By date, as lists show them: see _DOCUMENTS in store/snapshots.py.
    for document in snapshot.documents:
        url = None if site.link_resolver is None else _resolved(site, document, table)
        if url is not None:
            if url.startswith("/") and not url.startswith("//") and not set("?#") & set(url):
                url = unquote(url)
                paged.append((document, url, names_file(url, uid=document.uid)))
            urls[document.id] = url
            continue
        routed = routes.path_for(document, snapshot.get)
        if routed is None:
            if type(document) is not StandIn:
                without.append(document)
            continue
        urls[document.id] = routed[0]
        if type(document) is StandIn and urls.get(document.original.id) == routed[0]:
            # A route without `:lang`: the original's page is that of every language.
            continue
        paged.append((document, routed[0], routed[1].has_extension))
    return urls, paged, without


def _read_ahead(snapshot: Snapshot, routes: RouteTable) -> None:
    """Read the links that routes resolve of all documents at once, not one text after another."""
    for type_, name in routes.resolved_fields:
        path = f"my.{type_}.{name}"
        if PATH.fullmatch(path):
            snapshot.readings(parse_path(path), atoms)


def _resolved(site: Site, document: Document, table: _Table) -> str | None:
    return call_link_resolver(
        site, document_to_link_field(document), document_origin(document), table.problems
    )


def call_link_resolver(
    site: Site, link: Mapping[str, Any], where: str, problems: list[PrismicSsgError]
) -> str | None:
    """What the site's link resolver makes of a link; its own mistakes become problems."""
    if site.link_resolver is None:
        return None
    try:
        url = site.link_resolver(dict(link))
    except Exception as error:  # noqa: BLE001  (the site's own code: anything may come out of it)
        url, said = None, f"{type(error).__name__}: {error}"
    else:
        said = f"it returned {url!r}" if url is not None and not isinstance(url, str) else ""
    if said:
        problems.append(
            ConfigurationError(
                f"link_resolver failed for {where}: {said}",
                hint="it gets a link as a mapping, and returns a URL or None",
            )
        )
        return None
    return url


def _document_navigation(
    snapshot: Snapshot, single: frozenset[str], urls: Mapping[DocumentId, str]
) -> list[NavigationEntry]:
    entries = [
        NavigationEntry(document.lang, UrlPath(urls[document.id]), "", document.id)
        for document in snapshot.documents
        if document.type in single and document.id in urls
    ]
    return sorted(entries, key=lambda entry: (entry.lang, len(entry.path.split("/")), entry.path))


def _listing_pages(
    site: Site,
    snapshot: Snapshot,
    urls: Mapping[DocumentId, str],
    languages: tuple[str, ...],
    table: _Table,
    navigation: list[NavigationEntry],
) -> Iterable[Page]:
    for listing in site.listings:
        try:
            found = listing_pages(
                listing,
                snapshot,
                urls,
                languages,
                site.languages,
                with_feeds=bool(site.base_url),
            )
        except PrismicSsgError as error:
            error.message = f"Listing({listing.path!r}): {error.message}"
            table.problems.append(error)
            continue
        others = in_other_languages(found, snapshot)
        navigation += [
            NavigationEntry(part.lang, UrlPath(part.path), part.title, feeds=part.feeds)
            for part in found
            if part.number == 1 and part.feed is None and listing.by is None
        ]
        for part in found:
            origin = f"listing {listing.path!r}"
            if part.value is not None:
                origin += f" of {part.value!r}"
            if part.feed is not None:
                kind = "json" if part.path.endswith(".json") else "xml"
                origin, templates = f"the feed of {origin}", (f"feed.{kind}",)
            else:
                templates = (listing.template,)
            elsewhere = others.get(part.path, Elsewhere())
            yield Page(
                UrlPath(part.path),
                file_of(part.path, has_extension=part.feed is not None),
                part.lang,
                origin,
                templates,
                listing=replace(part, first_elsewhere=elsewhere.first) if elsewhere.first else part,
                alternates=tuple((lang, UrlPath(path)) for lang, path in elsewhere.same),
                in_sitemap=part.feed is None,
            )


def _template_page(file: str, name: str, master: str) -> Page:
    folder, _, last = file.rpartition("/")
    is_index = last == "index.html"
    path = f"/{folder}/" if is_index and folder else "/" if is_index else f"/{file}"
    return Page(
        UrlPath(path),
        file,
        master,
        f"templates/{name}",
        (name,),
        in_sitemap=file.endswith(".html") and last != "404.html",
    )
