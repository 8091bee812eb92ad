"""The way to a page: the pages at the paths above its own, from the home page on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prismic_ssg.content.document import DocumentId
from prismic_ssg.engine.pages import Page
from prismic_ssg.render.views import PageLink

if TYPE_CHECKING:
    from prismic_ssg.render.site_view import SiteView


def breadcrumbs(page: Page, site: SiteView) -> list[PageLink]:
    """The pages above one, those in its language that have a title. The page itself is left out."""
    links = []
    for path in _above(page.path):
        told = site.crumb(path)
        if not told or told[1] != page.lang:
            continue
        kind, lang, said = told
        title = site.document(DocumentId(said)).title if kind == "document" else said
        if title:
            links.append(PageLink(site.urls.path_url(path), title, site.urls.language(lang)))
    return links


def _above(path: str) -> Iterator[str]:
    """`/blog/2026/spring/` → `/`, `/blog`, `/blog/`, `/blog/2026`, `/blog/2026/`."""
    parts = path.strip("/").split("/")[:-1]
    if path != "/":
        yield "/"
    for count in range(1, len(parts) + 1):
        above = "/" + "/".join(parts[:count])
        yield above
        yield f"{above}/"
