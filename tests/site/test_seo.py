"""What search engines and social networks are told of a page, by the theme's seo.html."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from site_harness import BuiltSite

SITE = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content", base_url="https://example.org/docs",
    routes=[Route("homepage", "/:lang?/"), Route("blog_post", "/:lang?/journal/:uid/"),
            Route("product", "/shop/:uid"), Route("page", "/:uid")],
    listings=[Listing("/journal/", template="listing.html", title="The <journal>",
                      filters=[filter.at("document.type", "blog_post")])],
)
-- content/repository.json --
{"types": {"homepage": "Home", "blog_post": "Post", "product": "Product", "page": "Page",
 "settings": "Settings"},
 "languages": [{"id": "en-us", "name": "English"},
 {"id": "fr-fr", "name": "Français"}]}
-- content/settings.json --
{"type": "settings", "data": {"title": "Looms & co"}}
-- content/home.json --
{"type": "homepage", "data": {"title": "Welcome"}}
-- content/post.json --
{"type": "blog_post", "uid": "warp", "tags": ["wool"],
 "first_publication_date": "2026-03-01T08:00:00+0000",
 "last_publication_date": "2026-03-04T09:30:00+0000",
 "data": {"title": "Warp </script> & \\"weft\\"", "meta_title": "For engines",
  "meta_description": "It's <b>", "author": "Ada",
  "meta_image": {"url": "https://images.example.com/m.jpg?a=1&b=2", "alt": "A \\"loom\\"",
   "dimensions": {"width": 1200, "height": 630}}}}
-- content/un.json --
{"type": "blog_post", "uid": "un", "lang": "fr-fr", "data": {"title": "Un"}}
-- content/heron.json --
{"type": "product", "uid": "heron", "data": {"name": "Heron", "price": 2450, "currency": "eur",
 "sku": "H-1", "photo": {"url": "/heron.jpg", "alt": null,
 "dimensions": {"width": 20, "height": 10}}}}
-- content/about.json --
{"type": "page", "uid": "about", "data": {"title": "About", "seo_title": "About us",
 "seo_description": "Who we are", "noindex": true}}
"""


class Head(HTMLParser):
    """The meta elements of a page by name, and what its JSON-LD says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.graph: list[dict[str, object]] = []
        self._is_json = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "meta" and "content" in of:
            name = of.get("name") or of.get("property") or ""
            self.meta.setdefault(name, []).append(of["content"] or "")
        self._is_json = tag == "script" and of.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._is_json:
            said = json.loads(data)
            assert said["@context"] == "https://schema.org"
            self.graph += said["@graph"]
            self._is_json = False

    def one(self, kind: str) -> dict[str, object]:
        (found,) = [each for each in self.graph if each["@type"] == kind]
        return found


@pytest.fixture
def built(site) -> Iterator[BuiltSite]:
    return site(SITE)


def test_open_graph_and_twitter_say_what_the_seo_fields_say(built):
    meta = Head(built.text("/journal/warp/")).meta
    expected = {
        "description": "It's <b>",
        "og:type": "article",
        "og:title": "For engines",
        "og:site_name": "Looms & co",
        "og:description": "It's <b>",
        "og:url": "https://example.org/docs/journal/warp/",
        "og:image": "https://images.example.com/m.jpg?a=1&b=2",
        "og:image:alt": 'A "loom"',
        "og:locale": "en_US",
        "article:published_time": "2026-03-01T08:00:00Z",
        "article:modified_time": "2026-03-04T09:30:00Z",
        "article:tag": "wool",
        "twitter:card": "summary_large_image",
    }
    assert {name: meta.get(name) for name in expected} == {
        name: [value] for name, value in expected.items()
    }


def test_an_article_says_who_wrote_it_and_when(built):
    assert Head(built.text("/journal/warp/")).one("BlogPosting") == {
        "@type": "BlogPosting",
        "headline": 'Warp </script> & "weft"',
        "url": "https://example.org/docs/journal/warp/",
        "description": "It's <b>",
        "image": "https://images.example.com/m.jpg?a=1&b=2",
        "mainEntityOfPage": "https://example.org/docs/journal/warp/",
        "inLanguage": "en-us",
        "datePublished": "2026-03-01T08:00:00Z",
        "dateModified": "2026-03-04T09:30:00Z",
        "author": [{"@type": "Person", "name": "Ada"}],
        "publisher": {
            "@type": "Organization",
            "name": "Looms & co",
            "url": "https://example.org/docs/",
        },
    }


def test_an_article_without_dates_or_author_is_the_sites(built):
    said = Head(built.text("/fr-fr/journal/un/")).one("BlogPosting")
    assert "datePublished" not in said
    assert said["author"] == said["publisher"]
    # There are no settings in French.
    assert said["publisher"]["name"] == "example.org"
    assert said["inLanguage"] == "fr-fr"


def test_a_product_has_its_price_where_the_currency_is_known(built):
    head = Head(built.text("/shop/heron"))
    assert head.one("Product") == {
        "@type": "Product",
        "name": "Heron",
        "url": "https://example.org/docs/shop/heron",
        "image": "https://example.org/docs/heron.jpg",
        "sku": "H-1",
        "offers": {
            "@type": "Offer",
            "price": 2450,
            "priceCurrency": "EUR",
            "url": "https://example.org/docs/shop/heron",
        },
    }
    assert head.meta["og:type"] == ["website"]


def test_the_home_page_is_the_web_site(built):
    head = Head(built.text("/"))
    assert head.one("WebSite") == {
        "@type": "WebSite",
        "name": "Looms & co",
        "url": "https://example.org/docs/",
        "inLanguage": "en-us",
    }
    assert [each["@type"] for each in head.graph] == ["WebSite"]


def test_the_way_to_a_page_is_told(built):
    crumbs = Head(built.text("/journal/warp/")).one("BreadcrumbList")["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in crumbs] == [
        (1, "Welcome", "https://example.org/docs/"),
        (2, "The <journal>", "https://example.org/docs/journal/"),
        (3, 'Warp </script> & "weft"', "https://example.org/docs/journal/warp/"),
    ]
    # The home page is in another language, and there is no French journal.
    french = Head(built.text("/fr-fr/journal/un/"))
    assert [each["@type"] for each in french.graph] == ["BlogPosting"]


def test_the_way_follows_the_pages_above(built):
    assert "/journal/warp/" in built.edit("home", title="Come in").rendered
    assert "Come in" in built.text("/journal/warp/")
    (built.folder / "content/documents/home.json").unlink()
    built.write("pages/index.md", "---\ntitle: By hand\n---\nText\n")
    built.build()
    crumbs = Head(built.text("/shop/heron")).one("BreadcrumbList")["itemListElement"]
    assert [each["name"] for each in crumbs] == ["By hand", "Heron"]
    assert built.from_scratch() == built.files


def test_other_names_of_the_fields_count_as_well(built):
    text = built.text("/about")
    meta = Head(text).meta
    assert meta["og:title"] == ["About us"]
    assert meta["description"] == ["Who we are"]
    assert meta["robots"] == ["noindex"]
    assert "<title>About us – Looms &amp; co</title>" in text
    assert "robots" not in Head(built.text("/shop/heron")).meta


def test_without_a_base_url_nothing_is_told_that_needs_one(site):
    head = Head(site(SITE.replace("https://example.org/docs", "")).text("/shop/heron"))
    assert head.graph == []
    assert "og:url" not in head.meta
    assert "og:image" not in head.meta
    assert head.meta["og:title"] == ["Heron"]


def test_a_missing_page_has_no_address(built):
    head = Head(built.text("/404.html"))
    assert "og:url" not in head.meta
    assert head.graph == []


def test_a_page_without_a_title_is_called_as_its_title_element_says(site):
    """Of the theme's own pages and of a template's; else as the site is, or nothing is said."""
    built = site(
        SITE.replace("site = Site(", "site = Site(search=True,")
        + """
-- templates/pages/contact.html --
{% extends "base.html" %}
{% block title %}{{ 'Ann & "Bob"' }} <i>here</i>{% endblock %}
-- templates/pages/imprint.html --
{% extends "base.html" %}
-- templates/pages/own.html --
<head>{% include "seo.html" %}</head>
"""
    )
    for path, title in (
        ("/404.html", "Page not found"),
        ("/search/", "Search – Looms & co"),
        ("/contact.html", 'Ann & "Bob" here'),
        ("/imprint.html", "Looms & co"),
        ("/own.html", "Looms & co"),
    ):
        assert Head(built.text(path)).meta["og:title"] == [title]
    crumbs = Head(built.text("/contact.html")).one("BreadcrumbList")["itemListElement"]
    assert [each["name"] for each in crumbs] == ["Welcome", 'Ann & "Bob" here']


def test_where_nothing_is_known_no_title_is_told(site):
    unnamed = site('-- templates/pages/own.html --\n{% include "seo.html" %}').text("/own.html")
    assert "og:type" in Head(unnamed).meta
    assert "og:title" not in Head(unnamed).meta


def test_a_site_changes_one_part(site):
    built = site(
        SITE
        + """
-- templates/seo.html --
{% extends "theme/seo.html" %}
{% block twitter %}{{ super() }}<meta name="twitter:site" content="@{{ kind }}">{% endblock %}
{% block json_ld %}{% endblock %}
"""
    )
    head = Head(built.text("/journal/warp/"))
    assert head.meta["twitter:site"] == ["@BlogPosting"]
    assert head.meta["og:title"] == ["For engines"]
    assert head.graph == []


SHOWN = """
-- templates/product.html --
<img alt="" src="/heron.jpg"><img src='a b.png'>
<IMG class="x" src="https://i.example/a.jpg?a=1&amp;b=2">
<img src="/heron.jpg"><img src="data:image/png;base64,xx"><img alt="no src"><img src="">
<img src=/plain.jpg><img src=" /c.jpg "><img src="/d.jpg?q=&quot;&lt;&#38;&#34;">
-- static/heron.jpg --
x
"""


def test_the_site_map_lists_the_images_that_pages_show(site):
    text = SITE.replace("site = Site(", "site = Site(sitemap_images=True,") + SHOWN
    built = site(text.replace('"noindex": true', '"noindex": false'))
    image = "{http://www.google.com/schemas/sitemap-image/1.1}"
    by_page = {
        url[0].text: [each.text for each in url.iter(f"{image}loc")]
        for url in ET.fromstring(built.text("/sitemap.xml"))
    }
    assert by_page["https://example.org/docs/shop/heron"] == [
        "https://example.org/heron.jpg",
        "https://example.org/docs/shop/a%20b.png",
        "https://i.example/a.jpg?a=1&b=2",
        "https://example.org/plain.jpg",
        "https://example.org/c.jpg",
        "https://example.org/d.jpg?q=%22%3C&%22",
    ]
    assert by_page["https://example.org/docs/about"] == []
    built.edit("home", title="Another")
    assert "heron.jpg" in built.text("/sitemap.xml")
    assert built.from_scratch() == built.files


def test_a_site_map_has_the_first_thousand_images_of_a_page(site):
    text = SITE.replace("site = Site(", "site = Site(sitemap_images=True,")
    many = '{% for number in range(1100) %}<img src="/{{ number }}.jpg">{% endfor %}'
    tree = ET.fromstring(site(f"{text}-- templates/product.html --\n{many}").text("/sitemap.xml"))
    images = tree.iter("{http://www.google.com/schemas/sitemap-image/1.1}loc")
    of_content = [each.text for each in images if "images.example.com" not in (each.text or "")]
    assert of_content == [f"https://example.org/{number}.jpg" for number in range(1000)]


@pytest.mark.parametrize("with_images", [False, True])
def test_a_page_that_the_theme_hides_is_not_in_the_site_map(site, with_images):
    options = "site = Site(sitemap_images=True," if with_images else "site = Site("
    built = site(SITE.replace("site = Site(", options))
    assert "/docs/about<" not in built.text("/sitemap.xml")
    built.edit("about", noindex=False)
    assert "/docs/about<" in built.text("/sitemap.xml")
    assert built.from_scratch() == built.files


def test_a_site_map_without_images_does_not_speak_of_them(built):
    assert "image:" not in built.text("/sitemap.xml")
