"""Feeds: Atom (RFC 4287) and JSON Feed 1.1, of any listing."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from site_harness import BuiltSite

from prismic_ssg import ConfigurationError

ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def journal(feed: str = "True", more: str = "", base: str = "https://Example.org/docs/") -> str:
    return f"""
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content", base_url="{base}",
    routes=[Route("post", "/:lang?/blog/:uid/"), Route("author", "/by/:uid/")],
    listings=[
        Listing("/:lang?/blog/", template="listing.html", title="The journal", feed={feed}, {more}
                filters=[filter.at("document.type", "post")],
                orderings="document.first_publication_date desc"),
        Listing("/tags/:tag/", template="listing.html", by="tags", feed="atom.xml"),
    ],
)
-- content/repository.json --
{{"languages": [{{"id": "en-us", "name": "English"}}, {{"id": "fr-fr", "name": "Français"}}]}}
-- content/settings.json --
{{"type": "settings", "data": {{"title": "Looms & co"}}}}
-- content/ada.json --
{{"type": "author", "uid": "ada", "data": {{"name": "Ada <L>"}}}}
-- content/b.json --
{{"type": "post", "uid": "b", "tags": ["wool"],
 "first_publication_date": "2026-03-01T08:00:00+0000",
 "last_publication_date": "2026-03-04T09:30:00+0000",
 "data": {{"title": "B ]]> & <i>",
 "author": {{"link_type": "Document", "id": "ada", "type": "author"}},
 "body": [{{"type": "paragraph", "text": "Read this.", "spans": [{{"type": "hyperlink", "start": 0,
 "end": 4, "data": {{"link_type": "Document", "id": "a", "type": "post"}}}}]}}],
 "picture": {{"url": "https://images.example.com/a.jpg?auto=format", "alt": "x",
 "dimensions": {{"width": 2000, "height": 1000}}}},
 "slices": [{{"slice_type": "quote", "primary": {{"text": "a]]>b"}}}}]}}}}
-- content/a.json --
{{"type": "post", "uid": "a", "data": {{"title": "A \\u000b control", "byline": "Bo",
 "body": [{{"type": "paragraph", "text": "The first.", "spans": []}}]}}}}
-- content/c.json --
{{"type": "post", "uid": "c", "lang": "fr-fr", "data": {{"title": "Trois"}}}}
-- templates/slices/quote.html --
<q cite="../x">{{{{ slice.primary.text }}}} {{{{ doc.uid }}}}</q>
"""


def atom(built: BuiltSite, path: str) -> ET.Element:
    return ET.fromstring(built.text(path))


def assert_valid(feed: ET.Element) -> None:
    """What RFC 4287, sections 4.1.1 and 4.1.2, demands of a feed and its entries."""
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(ATOM + name)
            assert found.text
        assert RFC3339.fullmatch(element.findtext(f"{ATOM}updated"))
        assert re.match(r"[a-z]+:", element.findtext(f"{ATOM}id"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    relations = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    assert relations == ["self", "alternate"]
    for entry in feed.findall(f"{ATOM}entry"):
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]
        assert all(link.get("href").startswith("https://") for link in entry.iter(f"{ATOM}link"))
        assert all(each.text for each in entry.iter(f"{ATOM}name"))
    ids = [each.text for each in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def test_a_listing_has_an_atom_feed(site):
    feed = atom(site(journal()), "/blog/feed.xml")
    assert_valid(feed)
    assert feed.findtext(f"{ATOM}title") == "The journal – Looms & co"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-04T09:30:00Z"
    assert [link.get("href") for link in feed.findall(f"{ATOM}link")] == [
        "https://Example.org/docs/blog/feed.xml",
        "https://Example.org/docs/blog/",
    ]
    second, first = feed.findall(f"{ATOM}entry")
    assert second.findtext(f"{ATOM}title") == "B ]]> & <i>"
    assert second.findtext(f"{ATOM}id") == "tag:example.org,2026-03-01:b"
    assert second.find(f"{ATOM}link").get("href") == "https://Example.org/docs/blog/b/"
    assert second.findtext(f"{ATOM}published") == "2026-03-01T08:00:00Z"
    assert second.findtext(f"{ATOM}author/{ATOM}name") == "Ada <L>"
    assert second.find(f"{ATOM}category").get("term") == "wool"
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Bo"


def test_entries_have_their_texts_with_whole_addresses(site):
    feed = atom(site(journal()), "/blog/feed.xml")
    content = feed.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    assert '<a href="https://Example.org/docs/blog/a/">Read</a> this.' in content.text
    assert '<q cite="https://Example.org/docs/blog/x">a]]&gt;b b</q>' in content.text
    assert 'src="https://images.example.com/a.jpg?auto=format' in content.text
    assert "<h1" not in content.text


def test_a_document_without_dates_has_an_entry_too(site):
    _, first = atom(site(journal()), "/blog/feed.xml").findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == "A  control"
    assert first.findtext(f"{ATOM}id") == "https://Example.org/docs/#a"
    assert first.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert first.find(f"{ATOM}published") is None


def test_an_entry_is_the_same_one_after_it_was_renamed(site):
    built = site(journal())
    path = built.folder / "content/documents/b.json"
    path.write_text(path.read_text().replace('"uid": "b"', '"uid": "better"'))
    built.build()
    entry = atom(built, "/blog/feed.xml").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == "tag:example.org,2026-03-01:b"
    assert entry.find(f"{ATOM}link").get("href").endswith("/blog/better/")


def test_each_language_and_each_value_has_its_feed(site):
    built = site(journal())
    french = atom(built, "/fr-fr/blog/feed.xml")
    assert french.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr-fr"
    assert [each.findtext(f"{ATOM}title") for each in french.iter(f"{ATOM}entry")] == ["Trois"]
    wool = atom(built, "/tags/wool/atom.xml")
    assert_valid(wool)
    assert wool.findtext(f"{ATOM}title") == "wool – Looms & co"


def test_an_empty_listing_has_a_valid_feed(site):
    text = journal().replace(
        'filter.at("document.type", "post")', 'filter.at("document.tags", ["no"])'
    )
    feed = atom(site(text), "/blog/feed.xml")
    assert_valid(feed)
    assert feed.find(f"{ATOM}entry") is None


def test_a_json_feed_says_the_same(site):
    feed = json.loads(site(journal('["feed.xml", "feed.json"]')).text("/blog/feed.json"))
    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The journal – Looms & co",
        "home_page_url": "https://Example.org/docs/blog/",
        "feed_url": "https://Example.org/docs/blog/feed.json",
        "language": "en-us",
        "authors": [{"name": "Looms & co"}],
    }
    assert '<a href="https://Example.org/docs/blog/a/">Read</a>' in items[0].pop("content_html")
    assert items[0] == {
        "id": "tag:example.org,2026-03-01:b",
        "url": "https://Example.org/docs/blog/b/",
        "title": "B ]]> & <i>",
        "summary": "Read this.",
        "image": "https://images.example.com/a.jpg?auto=format",
        "date_published": "2026-03-01T08:00:00Z",
        "date_modified": "2026-03-04T09:30:00Z",
        "authors": [{"name": "Ada <L>"}],
        "tags": ["wool"],
    }
    assert "date_published" not in items[1]


def test_a_feed_may_have_excerpts_of_few_documents(site):
    built = site(journal('["a.xml", "a.json"]', 'feed_size=1, feed_content="excerpt",'))
    (entry,) = atom(built, "/blog/a.xml").findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "Read this."
    assert entry.find(f"{ATOM}content") is None
    (item,) = json.loads(built.text("/blog/a.json"))["items"]
    assert item["content_text"] == "Read this."
    assert "content_html" not in item


def test_pages_name_the_feeds_that_are_about_them(site):
    built = site(journal())
    link = '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">'
    journals = link.format("The journal – Looms &amp; co", "/docs/blog/feed.xml")
    assert journals in built.text("/blog/")
    assert journals in built.text("/blog/b/")
    assert link.format("wool – Looms &amp; co", "/docs/tags/wool/atom.xml") in built.text(
        "/tags/wool/"
    )
    assert "atom+xml" in built.text("/tags/wool/")
    assert "/docs/fr-fr/blog/feed.xml" in built.text("/fr-fr/blog/c/")
    assert "/docs/blog/feed.xml" not in built.text("/fr-fr/blog/c/")


def test_a_site_says_itself_what_entries_of_a_type_say(site):
    built = site(journal() + "-- templates/feed/post.html --\n<b>{{ doc.data.title }}</b>\n")
    assert "<b>B ]]&gt; &amp; &lt;i&gt;</b>" in atom(built, "/blog/feed.xml").find(
        f"{ATOM}entry/{ATOM}content"
    ).text  # fmt: skip


def test_a_feed_follows_what_it_shows_and_nothing_else(site):
    built = site(journal())
    assert "/blog/feed.xml" in built.edit("b", title="Another").rendered
    assert "Another" in built.text("/blog/feed.xml")
    assert "/blog/feed.xml" in built.edit("ada", name="Ada Lovelace").rendered
    assert "Ada Lovelace" in built.text("/blog/feed.xml")
    assert "/blog/feed.xml" not in built.edit("c", title="Quatre").rendered
    built.write("templates/feed/post.html", "short")
    assert "/blog/feed.xml" in built.build().rendered
    assert built.from_scratch() == built.files


def test_feeds_are_no_pages_for_search_engines_and_need_an_address(site):
    built = site(journal())
    assert "feed.xml" not in built.text("/sitemap.xml")
    without = site(journal(base=""))
    assert not (without.dist / "blog/feed.xml").exists()
    assert any("feeds" in note for note in without.report.notes)


def test_images_that_are_files_of_the_site_have_whole_addresses(site, monkeypatch):
    from prismic_ssg.api.downloads import Downloads

    png = b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x00\x00\x01" * 2
    asked = []

    def fetch_all(self, urls):
        asked.extend(urls)
        return [(url, png) for url in urls]

    monkeypatch.setattr(Downloads, "fetch_all", fetch_all)
    built = site(
        journal('["feed.xml", "feed.json"]').replace(
            "site = Site(", 'site = Site(images="download",'
        )
    )
    assert all("&amp;" not in url for url in asked)
    content = atom(built, "/blog/feed.xml").find(f"{ATOM}entry/{ATOM}content").text
    assert 'src="https://Example.org/docs/images/a.' in content
    assert "images.example.com" not in content
    assert "images.example.com" not in built.text("/blog/feed.json")


@pytest.mark.parametrize("given", ['"feed"', '"../feed.xml"', '["feed.xml", 3]', '"a b.xml"'])
def test_a_feed_that_has_no_name_is_explained(site, given):
    with pytest.raises(ConfigurationError, match="is no name of a feed"):
        site(journal(given))
