"""sitemap.xml: every page with its translations and the day of its last publication.

Source: sitemaps.org protocol: at most 50,000 addresses and 50 MB a file, more are an index's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.pages import Page, PageTable

MAX_URLS = 50_000
MAX_BYTES = 48_000_000

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def sitemap_files(
    table: PageTable, snapshot: Snapshot, base_url: str, *, max_urls: int = MAX_URLS
) -> dict[str, str]:
    """The files of the site map by name: `sitemap.xml`, and its parts where one file is too small.

    `base_url` is scheme, host and base path without a last slash.
    """
    master = table.languages[0] if table.languages else ""
    pages = sorted((page for page in table.pages.values() if page.in_sitemap), key=_by_path)
    entries = [_entry(page, table, snapshot, base_url, master) for page in pages]
    parts = list(_cut(entries, max_urls))
    if len(parts) == 1:
        return {"sitemap.xml": _urlset(parts[0])}
    files = {f"sitemap-{number}.xml": _urlset(part) for number, part in enumerate(parts, start=1)}
    index = "".join(
        f"<sitemap><loc>{_absolute(base_url, '/' + name)}</loc></sitemap>\n" for name in files
    )
    files["sitemap.xml"] = f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{index}</sitemapindex>\n'
    return files


def _by_path(page: Page) -> str:
    return page.path


def _cut(entries: list[str], max_urls: int) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for entry in entries:
        if part and (len(part) == max_urls or size + len(entry) > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(entry)
        size += len(entry.encode())
    yield part


def _urlset(entries: Iterable[str]) -> str:
    opening = f'<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="{_XHTML}">\n'
    return f"{_HEAD}{opening}{''.join(entries)}</urlset>\n"


def _absolute(base_url: str, path: str) -> str:
    return escape(base_url + quote(path, safe="/:@!$&'()*+,;=~%-._"))


def _entry(page: Page, table: PageTable, snapshot: Snapshot, base_url: str, master: str) -> str:
    lines = [f"<loc>{_absolute(base_url, page.path)}</loc>"]
    document = snapshot.get(page.document_id) if page.document_id else None
    if document is not None and document.envelope.last_publication_date:
        lines.append(f"<lastmod>{escape(_w3c(document.envelope.last_publication_date))}</lastmod>")
    translations = dict(_translations(page, table, snapshot))
    if len(translations) > 1:
        if master in translations:
            translations["x-default"] = translations[master]
        lines += [
            f'<xhtml:link rel="alternate" hreflang={quoteattr(lang)} '
            f"href={quoteattr(base_url + quote(path, safe='/:@!$()*+,;=~%-._'))}/>"
            for lang, path in translations.items()
        ]
    return f"<url>{''.join(lines)}</url>\n"


def _translations(page: Page, table: PageTable, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Language and path of the page itself and of the same page in other languages, sorted."""
    found: dict[str, str] = {page.lang: page.path, **dict(page.alternates)}
    document = snapshot.get(page.document_id) if page.document_id else None
    if document is not None:
        for alternate in document.envelope.alternate_languages:
            path = table.urls.get(DocumentId(alternate.id))
            if path is not None and path in table.pages:
                found.setdefault(alternate.lang, path)
    return iter(sorted(found.items()))


def _w3c(date: str) -> str:
    """Prismic writes `+0000` where the protocol wants `+00:00`."""
    return f"{date[:-2]}:{date[-2:]}" if date[-5:-4] in "+-" and date[-3:-2] != ":" else date
