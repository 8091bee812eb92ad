"""`Site(markdown_twins=True)`: pages as Markdown, and llms.txt, which lists them."""

import re

import pytest
from site_harness import BuiltSite

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", base_url="https://example.org/docs", markdown_twins=True,
            routes=[Route("homepage", "/"), Route("post", "/:lang?/blog/:uid/"),
                    Route("page", "/:uid")])
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "Français"}]}
-- content/settings.json --
{"type": "settings", "data": {"title": "Looms & co"}}
-- content/home.json --
{"type": "homepage", "data": {"title": "Welcome", "meta_description": "We make <looms>."}}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A [loom] & more", "meta_description": "Short",
 "price": 12, "body": [
 {"type": "heading2", "text": "On ash", "spans": []},
 {"type": "paragraph", "text": "See <b> here & now.", "spans": [{"type": "hyperlink", "start": 0,
  "end": 3, "data": {"link_type": "Document", "id": "about", "type": "page"}}]}],
 "picture": {"url": "https://images.example.com/a.jpg?a=1&b=2", "alt": "A loom",
  "dimensions": {"width": 20, "height": 10}},
 "link": {"link_type": "Document", "id": "about", "type": "page"},
 "slices": [{"slice_type": "quote", "primary": {"text": "Warp & weft", "by": "Ada"},
  "items": [{"name": "One"}, {"name": "Two"}]},
  {"slice_type": "bare", "primary": {"text": "Weft"}}, {"slice_type": "empty"}]}}
-- content/un.json --
{"type": "post", "uid": "un", "lang": "fr-fr", "data": {"title": "Un"}}
-- content/about.json --
{"type": "page", "uid": "about", "data": {"title": "About"}}
-- pages/guide.md --
---
title: The guide
---
Some *text*, [deploy](other.md).
-- pages/other.md --
# Other

Text
"""


@pytest.fixture
def built(site) -> BuiltSite:
    return site(SITE)


def test_every_page_has_a_twin_in_markdown(built):
    twins = [name for name in built.files if name.endswith(".md")]
    assert twins == [
        "about.md",
        "blog/a/index.md",
        "fr-fr/blog/un/index.md",
        "guide/index.md",
        "index.md",
        "other/index.md",
    ]


def test_the_site_map_has_neither_twins_nor_the_list_of_them(built):
    urls = re.findall("<loc>(.*)</loc>", built.text("/sitemap.xml"))
    assert [url.removeprefix("https://example.org/docs") for url in sorted(urls)] == [
        "/",
        "/about",
        "/blog/a/",
        "/fr-fr/blog/un/",
        "/guide/",
        "/other/",
    ]


def test_a_twin_says_what_the_fields_and_slices_say(built):
    assert built.text("/blog/a/index.md").split("\n\n") == [
        "# A [loom] & more",
        "Price: 12",
        "## On ash",
        "[See](/docs/about) \\<b> here & now.",
        "![A loom](<https://images.example.com/a.jpg?a=1&b=2>)",
        "[About](<https://example.org/docs/about>)",
        "Warp & weft",
        "Ada",
        "One",
        "Two",
        "Weft",
    ]


def test_a_markdown_page_is_its_own_twin(built):
    assert built.text("/guide/index.md") == "# The guide\n\nSome *text*, [deploy](other.md)."
    assert built.text("/other/index.md") == "# Other\n\nText"


def test_llms_txt_lists_them_by_section(built):
    assert (
        built.text("/llms.txt")
        == """\
# Looms & co

> We make <looms>.

## Homepage

- [Welcome](https://example.org/docs/index.md): We make <looms>.

## Page

- [About](https://example.org/docs/about.md)

## Post

- [A \\[loom\\] & more](https://example.org/docs/blog/a/index.md): Short

## Post (Français)

- [Un](https://example.org/docs/fr-fr/blog/un/index.md)"""
    )


def test_pages_name_their_twins(built):
    link = '<link rel="alternate" type="text/markdown" href="{}">'
    assert link.format("/docs/blog/a/index.md") in built.text("/blog/a/")
    assert link.format("/docs/about.md") in built.text("/about")
    assert "text/markdown" not in built.text("/404.html")
    assert ".md" not in built.text("/sitemap.xml")


def test_twins_follow_their_documents(built):
    report = built.edit("about", title="About us")
    assert {"/about.md", "/about", "/llms.txt", "/blog/a/index.md"} <= report.rendered
    assert "/fr-fr/blog/un/index.md" not in report.rendered
    assert "[About us](<" in built.text("/blog/a/index.md")
    (built.folder / "content/documents/un.json").unlink()
    built.build()
    assert "Un" not in built.text("/llms.txt")
    assert built.from_scratch() == built.files


def test_links_between_markdown_files_lead_to_pages_not_to_twins(built):
    assert '<a href="/docs/other/">deploy</a>' in built.text("/guide/")


def test_a_type_has_a_template_of_its_own(site):
    built = site(SITE + "-- templates/post.md --\n{{ doc.title }}!\n")
    assert built.text("/blog/a/index.md") == "A [loom] & more!"


def test_what_a_template_does_to_front_matter_stays_on_its_page(site):
    built = site(
        SITE.replace("title: The guide", "title: The guide\ntags: [a]")
        + """
-- templates/markdown.html --
{% do page.meta.tags and page.meta.tags.append("html") %}{{ page.meta.tags|join(" ") }}
-- templates/markdown.md --
{% do page.meta.tags and page.meta.tags.append("md") %}{{ page.meta.tags|join(" ") }}
"""
    )
    assert built.text("/guide/") == "a html"
    assert built.text("/guide/index.md") == "a md"


def test_a_site_without_twins_has_none(site):
    built = site(SITE.replace("markdown_twins=True", "markdown_twins=False"))
    assert not [name for name in built.files if name.endswith((".md", "llms.txt"))]
    assert "text/markdown" not in built.text("/about")


def test_an_address_in_llms_txt_is_a_url_as_programs_read_it(site) -> None:
    built = site(
        """
        -- prismicio.py --
        from prismic_ssg import Route, Site
        site = Site(repository="./content", base_url="https://example.org/docs",
                    routes=[Route("page", "/:uid")], markdown_twins=True)
        -- content/a.json --
        {"type": "page", "uid": "über (us) & more", "data": {}}
        """
    )
    url = "https://example.org/docs/%C3%BCber%20%28us%29%20%26%20more.md"
    assert f"]({url})" in built.text("/llms.txt")
