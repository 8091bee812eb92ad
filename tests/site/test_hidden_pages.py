"""Pages that ask search engines to leave them out are not in the site map."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from site_harness import BuiltSite

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", base_url="https://example.org",
            routes=[Route("page", "/:uid")])
-- templates/page.html --
<html><head>{% if doc.data.hidden %}<meta content="NOINDEX, follow" name=robots>{% endif %}
</head><body>{{ doc.data.title }}</body></html>
-- content/one.json --
{"id": "one", "type": "page", "uid": "one", "data": {"title": "One"}}
-- content/two.json --
{"id": "two", "type": "page", "uid": "two", "data": {"title": "Two", "hidden": true}}
-- content/three.json --
{"id": "three", "type": "page", "uid": "three", "data": {"title": "noindex"}}
"""


def listed(site: BuiltSite) -> list[str]:
    """The pages in the site map, which is what one from nothing has."""
    assert site.files == site.from_scratch()
    return re.findall(r"<loc>https://example\.org/(\w*)</loc>", site.text("/sitemap.xml"))


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    return BuiltSite(tmp_path, SITE)


def test_a_page_that_is_not_to_be_indexed_is_not_in_the_site_map(site: BuiltSite) -> None:
    site.build()
    assert listed(site) == ["one", "three"]
    site.edit("one", title="Uno")
    assert listed(site) == ["one", "three"]
    site.edit("one", hidden=True)
    assert listed(site) == ["three"]
    site.edit("two", hidden=False)
    assert listed(site) == ["three", "two"]
    site.edit("one", hidden=False)
    assert listed(site) == ["one", "three", "two"]
    site.edit("one", title="One")
    assert listed(site) == ["one", "three", "two"]


def test_a_template_can_hide_pages_and_show_them_again(site: BuiltSite) -> None:
    site.build()
    shown = (site.folder / "templates" / "page.html").read_text("utf-8")
    site.write("templates/page.html", shown.replace("{% if doc.data.hidden %}", "{% if true %}"))
    site.build()
    assert listed(site) == []
    site.write("templates/page.html", shown.replace("doc.data.hidden", "false"))
    site.build()
    assert listed(site) == ["one", "three", "two"]


@pytest.mark.parametrize(
    ("head", "is_hidden"),
    [
        ('<meta name="robots" content="noindex">', True),
        ("<META NAME='robots' CONTENT='nofollow,NoIndex'/>", True),
        ('<meta property="x" name="robots" content="none">', True),
        ('<meta name="robots" content="index, follow">', False),
        ('<meta name="description" content="noindex">', False),
        ('<meta name="x-robots" content="noindex">', False),
        ('<!-- <meta name="robots" content="noindex"> -->', False),
    ],
)
def test_what_hides_a_page(tmp_path: Path, head: str, is_hidden: bool) -> None:
    site = BuiltSite(tmp_path, SITE)
    site.write("templates/page.html", f"<head>{head}</head><body>noindex</body>")
    site.build()
    assert (listed(site) == []) == is_hidden


def test_what_a_page_shows_of_html_hides_nothing(site: BuiltSite) -> None:
    code = '<meta name="robots" content="noindex">'
    site.write("templates/page.html", f"<head></head><body><template>{code}</template></body>")
    site.build()
    assert len(listed(site)) == 3
