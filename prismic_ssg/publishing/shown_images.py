"""The images that a page shows, for the site map.

Source: developers.google.com, "Image sitemaps": `image:loc` by page, at most 1,000 of them, on any
host.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin

from prismic_ssg.engine.page import Page, url_of_path

MOST = 1_000

_IMAGE = re.compile(r"<img\b[^>]*?\ssrc=(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)
_ENTITIES = (("&#34;", '"'), ("&quot;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"))


def are_shown(page: Page) -> bool:
    """Whether the site map has the images of a page."""
    return page.in_sitemap and page.file.endswith(".html")


def images_of(page: Page, html: str, base_url: str) -> tuple[str, ...]:
    """The addresses of images that the site map has of a page."""
    if not are_shown(page):
        return ()
    return shown_images(html, base_url.rstrip("/") + url_of_path(page.path))


def shown_images(html: str, page_url: str) -> tuple[str, ...]:
    """The addresses of the images in a page at `page_url`, each once, in the page's order."""
    found = dict.fromkeys(
        urljoin(page_url, _unescaped(match[1] or match[2] or match[3] or "").strip())
        for match in _IMAGE.finditer(html)
    )
    urls = [url for url in found if url.startswith(("https://", "http://")) and url != page_url]
    return tuple(quote(url, safe="%/:?#[]@!$&'()*+,;=~-._") for url in urls[:MOST])


def _unescaped(value: str) -> str:
    for entity, character in _ENTITIES:
        value = value.replace(entity, character)
    return value.replace("&#38;", "&").replace("&amp;", "&")
