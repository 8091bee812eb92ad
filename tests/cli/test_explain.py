"""`prismic-ssg explain`: what a page read, and why it was last rendered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from site_harness import BuiltSite

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("post", "/blog/:uid/")])
-- templates/post.html --
{{ doc.data.title }}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A", "text": "x"}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "B"}}
"""


@pytest.fixture
def built(tmp_path: Path) -> BuiltSite:
    site = BuiltSite(tmp_path, SITE)
    site.build()
    return site


def test_it_says_why_the_page_was_rendered(cli: Any, built: BuiltSite) -> None:
    first = cli("-C", built.folder, "explain", "/blog/a/")
    assert (first.code, first.out.splitlines()[:2]) == (
        0,
        ["/blog/a/  blog/a/index.html", "rendered: nothing is known of an earlier build"],
    )
    built.edit("a", title="Another")
    again = cli("-C", built.folder, "explain", "/blog/a/")
    assert "rendered: field title of document 'a' (post 'a', en-us) changed\n" in again.out
    other = cli("-C", built.folder, "explain", "/blog/b/")
    assert "rendered: nothing is known of an earlier build\n" in other.out


def test_it_says_that_the_configuration_changed(cli: Any, built: BuiltSite) -> None:
    built.write("prismicio.py", (built.folder / "prismicio.py").read_text() + "# Another line.\n")
    said = cli("-C", built.folder, "build", "--explain").out
    changed = "prismic-ssg, the configuration or the site's own code changed"
    assert f"/blog/a/  {changed}\n" in said
    assert f"rendered: {changed}\n" in cli("-C", built.folder, "explain", "/blog/b/").out


def test_it_says_what_the_page_read(cli: Any, built: BuiltSite) -> None:
    said = cli("-C", built.folder, "explain", "blog/a").out
    assert "  template post.html\n" in said
    assert "data.title" in said
    assert "data.text" not in said


@pytest.mark.parametrize(
    "given",
    [
        "/blog/%C3%A9%25/",
        "http://127.0.0.1:8000/my%20docs/blog/%C3%A9%25?a=1#top",
        "https://example.org/my%20docs/blog/é%25/",
        "/blog/é%",
        "/blog/é%/index.html",
    ],
)
def test_a_page_may_be_named_as_a_browser_names_it(cli: Any, tmp_path: Path, given: str) -> None:
    site = SITE.replace("/blog/:uid/", "/blog/é%/").replace("B", "C")
    site = site.replace("routes=", 'base_url="https://example.org/my%20docs", routes=')
    built = BuiltSite(tmp_path, site.partition("-- content/b.json --")[0])
    built.build()
    said = cli("-C", built.folder, "explain", given)
    assert said.out.startswith("/blog/é%/  blog/é%/index.html\n"), said


def test_a_page_that_is_not_there_is_an_error(cli: Any, built: BuiltSite) -> None:
    said = cli("-C", built.folder, "explain", "/blog/c/")
    assert said.code == 2
    assert "the site has no page '/blog/c/'\n  did you mean '/blog/" in said.err


def test_a_site_that_was_not_built_is_an_error(cli: Any, built: BuiltSite) -> None:
    said = cli("-C", built.folder, "explain", "-o", built.folder / "other", "/")
    assert said.code == 2
    assert "build the site first" in said.err
