"""Pages that a site has by an option: its search, Markdown twins of its pages, llms.txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from prismic_ssg.engine.page import Page, UrlPath, folders_of
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.site import Site


def with_extra_pages(table: PageTable, site: Site) -> PageTable:
    """The pages of a site with those that its options add. What is in one of their places stays."""
    if not (site.search or site.markdown_twins):
        return table
    pages = dict(table.pages)
    files = {page.file for page in pages.values()}
    folders = {folder for file in files for folder in folders_of(file)}
    for page in _extra(site, table.pages, table.languages):
        if (
            page.file not in files
            and page.file not in folders
            and files.isdisjoint(folders_of(page.file))
        ):
            pages[page.path] = page
    return msgspec.structs.replace(table, pages=pages) if len(pages) > len(table.pages) else table


def _extra(site: Site, pages: Mapping[str, Page], languages: Sequence[str]) -> Iterator[Page]:
    if site.search:
        yield from _search_pages(site, pages, languages)
    if site.markdown_twins:
        for page in pages.values():
            if has_twin(page):
                yield _twin(page)
        master = languages[0] if languages else ""
        yield Page(
            UrlPath("/llms.txt"), "llms.txt", master, "llms.txt", ("llms.txt",), in_sitemap=False
        )


def search_path(site: Site, lang: str, languages: Sequence[str]) -> str:
    """Where the search of a language is: `/search/`, `/fr-fr/search/`."""
    if not languages or lang == languages[0]:
        return "/search/"
    return f"/{site.language_code(lang)}/search/"


def _search_pages(
    site: Site, pages: Mapping[str, Page], languages: Sequence[str]
) -> Iterator[Page]:
    """A page for each language in which there is anything to find."""
    used = {page.lang for page in pages.values() if page.in_sitemap}
    paths = {
        lang: UrlPath(search_path(site, lang, languages)) for lang in languages if lang in used
    }
    for lang, path in paths.items():
        yield Page(
            path,
            f"{path.strip('/')}/index.html",
            lang,
            "the search",
            ("search.html",),
            alternates=tuple(other for other in paths.items() if other[0] != lang),
            in_sitemap=False,
        )


def has_twin(page: Page) -> bool:
    """Whether a page is shown as Markdown too: those of documents and Markdown files."""
    is_shown = page.document_id is not None or page.markdown is not None
    return is_shown and page.in_sitemap and page.file.endswith("index.html")


def twin_path(path: str) -> str:
    """`/blog/spring/` → `/blog/spring/index.md`, `/blog/spring` → `/blog/spring.md`."""
    return f"{path}index.md" if path.endswith("/") else f"{path}.md"


def _twin(page: Page) -> Page:
    path = UrlPath(twin_path(page.path))
    specific = [name.removesuffix(".html") + ".md" for name in page.templates]
    return msgspec.structs.replace(
        page,
        path=path,
        own_file=path.lstrip("/"),
        own_origin=f"the Markdown of {page.origin}",
        own_templates=tuple(specific),
        alternates=(),
        in_sitemap=False,
    )
