"""Which pages of listings are one page in several languages: those with one number and value."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from site_harness import BuiltSite

Site = Callable[..., BuiltSite]

SITE = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
posts = {"template": "listing.html", "filters": [filter.at("document.type", "post")]}
site = Site(
    repository="./content",
    base_url="https://a.example",
    languages={"en-us": "en", "fr-fr": "fr"},
    routes=[Route("post", "/:lang/:uid")],
    listings=[
        Listing("/:lang/blog/", page_size=1, **posts),
        Listing("/:lang/tags/:tag/", by="tags", page_size=1, **posts),
        Listing("/:lang/topics/:topic/", by="my.post.topic", **posts),
    ],
)
-- content/repository.json --
{"languages": [{"id": "en-us"}, {"id": "fr-fr"}, {"id": "de-de"}]}
-- content/one.json --
{"type": "post", "uid": "one", "tags": ["Loom"]}
-- content/two.json --
{"type": "post", "uid": "two", "tags": ["Loom"]}
-- content/un.json --
{"type": "post", "uid": "un", "lang": "fr-fr", "tags": ["loom"]}
-- content/eins.json --
{"type": "post", "uid": "eins", "lang": "de-de"}
"""


def named(built: BuiltSite, path: str) -> dict[str, str]:
    """What a page names for search engines, in its head and in the site map alike."""
    links = re.compile(r'hreflang="(.*?)" href="https://a.example(.*?)"')
    head = dict(links.findall(built.text(path).partition("</head>")[0]))
    entry = built.text("/sitemap.xml").partition(f"<loc>https://a.example{path}</loc>")[2]
    assert entry
    assert dict(links.findall(entry.partition("</url>")[0])) == head
    return head


def test_a_page_names_that_with_its_number_and_each_names_the_other(site: Site) -> None:
    built = site(SITE)
    first = {"en": "/en/blog/", "fr": "/fr/blog/", "de-de": "/de-de/blog/"}
    for path in first.values():
        assert named(built, path) == {**first, "x-default": "/en/blog/"}
    assert named(built, "/en/blog/page/2/") == {}
    assert named(built, "/en/tags/loom/page/2/") == {}


def switched(built: BuiltSite, path: str) -> dict[str, str]:
    """Where the theme's switcher leads from a page, by language."""
    return dict(re.findall(r'<li><a href="(.*?)" lang="(.*?)"', built.text(path)))


def test_the_switcher_leads_to_the_first_page_where_a_language_has_fewer(site: Site) -> None:
    """And to that of the same number where there is one; search engines are told of that alone."""
    built = site(SITE)
    first = {"/fr/blog/": "fr", "/de-de/blog/": "de-de"}
    assert switched(built, "/en/blog/") == switched(built, "/en/blog/page/2/") == first
    assert 'rel="alternate">Deutsch' in built.text("/en/blog/")
    assert 'rel="alternate">' not in built.text("/en/blog/page/2/").partition("</head>")[2]
    assert switched(built, "/en/tags/loom/page/2/") == {"/fr/tags/loom/": "fr"}
    assert named(built, "/en/tags/loom/page/2/") == {}
    built.write("content/deux.json", '{"type": "post", "uid": "deux", "lang": "fr-fr"}')
    assert {"/en/blog/page/2/", "/fr/blog/page/2/"} <= built.build().rendered
    assert switched(built, "/en/blog/page/2/") == {
        "/fr/blog/page/2/": "fr",
        "/de-de/blog/": "de-de",
    }
    assert switched(built, "/fr/blog/page/2/") == {
        "/en/blog/page/2/": "en",
        "/de-de/blog/": "de-de",
    }
    (built.folder / "content/documents/eins.json").unlink()
    assert "/en/blog/page/2/" in built.build().rendered
    assert switched(built, "/en/blog/page/2/") == {"/fr/blog/page/2/": "fr"}
    assert built.files == built.from_scratch()


@pytest.mark.parametrize("listing", ["blog/", "tags/loom/"])
def test_a_page_is_rendered_again_when_another_language_gains_or_loses_it(
    site: Site, listing: str
) -> None:
    built = site(SITE)
    pages = {"en": f"/en/{listing}page/2/", "fr": f"/fr/{listing}page/2/"}
    built.write(
        "content/deux.json", '{"type": "post", "uid": "deux", "lang": "fr-fr", "tags": ["loom"]}'
    )
    assert set(pages.values()) <= built.build().rendered
    assert built.files == built.from_scratch()
    for path in pages.values():
        assert named(built, path) == {**pages, "x-default": pages["en"]}
    assert "/de-de/blog/" not in built.report.rendered
    (built.folder / "content/documents/deux.json").unlink()
    assert pages["en"] in built.build().rendered
    assert built.files == built.from_scratch()
    assert named(built, pages["en"]) == {}


def test_a_listing_by_a_linked_document_is_that_of_its_translation(site: Site) -> None:
    """Also where that has another UID; one of the same UID counts where there is none."""
    built = site(SITE)
    for name, lang, topic in (
        ("one", "en-us", "wood"),
        ("un", "fr-fr", "bois"),
        ("two", "en-us", "news"),
        ("eins", "de-de", "news-de"),
    ):
        link = f'{{"link_type": "Document", "id": "{topic}"}}'
        built.write(
            f"content/{name}.json",
            f'{{"type": "post", "uid": "{name}", "lang": "{lang}", "data": {{"topic": {link}}}}}',
        )
    built.write(
        "content/wood.json",
        '{"type": "topic", "uid": "wood", "alternate_languages":'
        ' [{"id": "bois", "type": "topic", "uid": "bois", "lang": "fr-fr"}]}',
    )
    built.write(
        "content/bois.json",
        '{"type": "topic", "uid": "bois", "lang": "fr-fr", "alternate_languages":'
        ' [{"id": "wood", "type": "topic", "uid": "wood", "lang": "en-us"}]}',
    )
    built.write("content/news.json", '{"type": "topic", "uid": "news"}')
    built.write("content/news-de.json", '{"type": "topic", "uid": "news", "lang": "de-de"}')
    built.build()
    for pages in (
        {"en": "/en/topics/wood/", "fr": "/fr/topics/bois/"},
        {"en": "/en/topics/news/", "de-de": "/de-de/topics/news/"},
    ):
        for path in pages.values():
            assert named(built, path) == {**pages, "x-default": pages["en"]}
    built.write("content/wood.json", '{"type": "topic", "uid": "wood"}')
    built.write("content/bois.json", '{"type": "topic", "uid": "bois", "lang": "fr-fr"}')
    assert "/en/topics/wood/" in built.build().rendered
    assert named(built, "/en/topics/wood/") == {}
    assert built.files == built.from_scratch()
