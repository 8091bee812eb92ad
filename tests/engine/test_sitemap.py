"""The site map: parts, escapes, what is in it."""

from __future__ import annotations

import json
import re
from xml.etree.ElementTree import fromstring

from prismic_ssg.content.document import Document
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.page import Page, UrlPath
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.engine.sitemap import sitemap_files

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def files(*pages: Page, documents: tuple[Document, ...] = (), **options: int) -> dict[str, str]:
    urls = {page.document_id: page.path for page in pages if page.document_id}
    table = PageTable({page.path: page for page in pages}, urls, (), (), ("en-us",))
    return sitemap_files(table, Snapshot("r", documents), "https://example.org", **options)


def page(path: str, **members: object) -> Page:
    return Page(UrlPath(path), "", "en-us", "", **members)


def locations(text: str) -> list[str | None]:
    return [each.text for each in fromstring(text).findall(".//s:loc", NAMES)]


def test_pages_are_listed_by_path():
    found = files(page("/b"), page("/a"))
    assert locations(found["sitemap.xml"]) == ["https://example.org/a", "https://example.org/b"]


def test_what_is_not_for_search_engines_is_left_out():
    found = files(page("/a"), page("/404.html", in_sitemap=False))
    assert locations(found["sitemap.xml"]) == ["https://example.org/a"]


def test_more_pages_than_a_file_may_have_are_several_files_and_an_index():
    found = files(*(page(f"/{n}") for n in range(5)), max_urls=2)
    assert sorted(found) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert locations(found["sitemap.xml"]) == [
        f"https://example.org/sitemap-{n}.xml" for n in (1, 2, 3)
    ]
    assert locations(found["sitemap-3.xml"]) == ["https://example.org/4"]


def test_more_bytes_than_a_file_may_have_are_several_files(monkeypatch):
    (one,) = files(page("/0")).values()
    entry = len(one) - len(files()["sitemap.xml"])
    monkeypatch.setattr("prismic_ssg.engine.sitemap.MAX_BYTES", 2 * entry)
    found = files(*(page(f"/{n}") for n in range(5)))
    parts = [locations(found[f"sitemap-{n}.xml"]) for n in (1, 2, 3)]
    assert [len(part) for part in parts] == [2, 2, 1]
    assert [each for part in parts for each in part] == [
        f"https://example.org/{n}" for n in range(5)
    ]


def test_an_empty_site_has_an_empty_map():
    assert locations(files()["sitemap.xml"]) == []


def test_a_path_is_written_as_a_url_and_as_xml():
    found = files(page("/日本 & <x>"))
    assert "<loc>https://example.org/%E6%97%A5%E6%9C%AC%20&amp;%20%3Cx%3E<" in found["sitemap.xml"]


def test_the_last_publication_is_written_as_the_protocol_wants_it():
    given = {
        "id": "a",
        "type": "page",
        "lang": "en-us",
        "last_publication_date": "2026-03-02T09:15:00+0000",
    }
    document = Document.from_json(json.dumps(given).encode())
    found = files(page("/a", document_id=document.id), documents=(document,))
    assert "<lastmod>2026-03-02T09:15:00+00:00</lastmod>" in found["sitemap.xml"]


def test_a_page_without_translations_has_no_alternates():
    assert "hreflang" not in files(page("/a"))["sitemap.xml"]


def test_a_listing_names_its_translations_and_itself():
    found = files(page("/a", alternates=(("fr-fr", UrlPath("/fr/a")),)))
    assert re.findall('hreflang="(.*?)" href="(.*?)"', found["sitemap.xml"]) == [
        ("en-us", "https://example.org/a"),
        ("fr-fr", "https://example.org/fr/a"),
        ("x-default", "https://example.org/a"),
    ]
