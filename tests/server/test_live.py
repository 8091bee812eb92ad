"""A site as it is now, page by page: the same bytes as a build's, from what did not change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg import rendered_world
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.live import Changed, LiveSite, changed_static
from prismic_ssg.rendered_world import RenderedWorld
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

SITE = """
-- templates/page.html --
<link href="{{ asset("site.css") }}"><h1>{{ doc.data.title }}</h1>
{% for page in site.query(type="page") %}{{ page.uid }} {% endfor %}
-- templates/pages/search.html --
search
-- static/site.css --
h1 { background: url("img/dot.svg") }
-- static/img/dot.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- pages/about.md --
About us
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "First"}}
-- content/second.json --
{"type": "page", "uid": "second", "data": {"title": "Second"}}
"""

TEMPLATES = Changed(content=False, configuration=False)


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    return BuiltSite(tmp_path / "site", SITE)


def live(site: BuiltSite, *, wait: Callable[[], None] = lambda: None) -> LiveSite:
    made = LiveSite(site.folder, {}, lambda: date(2026, 1, 1), wait)
    made.refresh(Changed())
    return made


def test_every_page_has_the_bytes_that_a_build_writes(site: BuiltSite) -> None:
    site.build(today=date(2026, 1, 1))
    now = live(site)
    # What hosts read is no page that anybody looks at.
    built = {name: body for name, body in site.files.items() if not name.startswith("_")}
    assert len(built) > 5
    assert {name: now.file(name) for name in built} == built


def with_images(site: BuiltSite) -> None:
    site.write(
        "prismicio.py",
        "from prismic_ssg import Site\n"
        "site = Site(repository='./content', base_url='https://a.b', sitemap_images=True)\n",
    )
    site.write("templates/page.html", '<img src="/{{ doc.uid }}.jpg" alt="">')


def test_the_site_map_names_the_images_that_pages_show_now(site: BuiltSite) -> None:
    """Also where a page can't be rendered: what keeps it from that is shown in its own place."""
    with_images(site)
    site.build(today=date(2026, 1, 1))
    now = live(site)
    assert b"<image:loc>https://a.b/second.jpg</image:loc>" in (now.file("sitemap.xml") or b"")
    assert now.file("sitemap.xml") == site.files["sitemap.xml"]
    site.write("templates/page.html", '<img src="/new/{{ doc.uid }}.jpg" alt="">')
    site.write("templates/page-second.html", "{{ oops }}")
    now.refresh(TEMPLATES)
    shown = (now.file("sitemap.xml") or b"").decode()
    assert "<image:loc>https://a.b/new/first.jpg</image:loc>" in shown
    assert "<loc>https://a.b/second</loc>" in shown
    assert "second.jpg" not in shown


def test_the_site_map_of_a_large_site_is_there_without_rendering_all_of_it(
    site: BuiltSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered_world, "_MOST_LOOKED_THROUGH", 2)
    with_images(site)
    shown = (live(site).file("sitemap.xml") or b"").decode()
    assert "<loc>https://a.b/second</loc>" in shown
    assert "image:" not in shown


def test_a_saved_template_is_shown_over_the_same_content_and_page_table(site: BuiltSite) -> None:
    now = live(site)
    before = now.edition
    assert before is not None
    assert before.pages.page("first/index.html")
    site.write("templates/page.html", "<h2>{{ doc.data.title }}</h2>")
    after = now.refresh(TEMPLATES)
    assert now.file("first/index.html") == b"<h2>First</h2>"
    assert after.pages.world.snapshot is before.pages.world.snapshot
    assert after.pages.world.pages is before.pages.world.pages


@pytest.mark.parametrize(
    ("name", "text", "page"),
    [
        ("pages/new.md", "New", "new/index.html"),
        ("templates/pages/new.html", "New", "new.html"),
        ("content/third.json", '{"type": "page", "uid": "third"}', "third/index.html"),
        (
            "prismicio.py",
            (
                "from prismic_ssg import *\nsite = Site(repository='./content', "
                "routes=[Route('page', '/moved/:uid')])"
            ),
            "moved/first/index.html",
        ),
    ],
)
def test_whatever_makes_a_page_makes_it_at_once(
    site: BuiltSite, name: str, text: str, page: str
) -> None:
    now = live(site)
    assert now.page(page) is None
    site.write(name, text)
    now.refresh(Changed(content=name.startswith("content"), configuration=name.endswith(".py")))
    shown = now.page(page)
    assert shown is not None
    assert shown.body


def test_a_markdown_page_that_moved_leaves_its_old_place(site: BuiltSite) -> None:
    now = live(site)
    site.write("pages/about.md", "---\nurl: /elsewhere/\n---\nAbout")
    now.refresh(TEMPLATES)
    assert now.page("elsewhere/index.html") is not None
    assert now.page("about/index.html") is None


def test_a_page_that_fails_says_why_and_others_are_shown(site: BuiltSite) -> None:
    now = live(site)
    site.write("templates/page-second.html", "{{ nothing.there }}")
    now.refresh(TEMPLATES)
    shown = now.page("second/index.html")
    assert shown is not None
    assert shown.body is None
    assert shown.problem is not None
    assert shown.problem.template == "templates/page-second.html"
    assert now.problem("second/index.html") is shown.problem
    assert b"First" in (now.file("first/index.html") or b"")


def test_a_change_that_cannot_be_followed_leaves_what_was_there_and_is_followed_later(
    site: BuiltSite,
) -> None:
    now = live(site)
    before = now.file("first/index.html")
    good = (site.folder / "prismicio.py").read_text()
    site.write("prismicio.py", "oh no")
    with pytest.raises(ConfigurationError):
        now.refresh(Changed(content=False))
    assert now.is_behind
    assert now.file("first/index.html") == before
    site.write(
        "prismicio.py", good + "\nsite = Site(repository='./content', base_url='https://a.b')\n"
    )
    now.refresh(TEMPLATES)
    assert not now.is_behind
    assert b"https://a.b/first" in (now.file("sitemap.xml") or b"")


def test_a_new_stylesheet_is_there_before_any_build(site: BuiltSite) -> None:
    now = live(site)
    old = now.edition
    site.write("static/site.css", "h1 { color: red }")
    new = now.refresh(TEMPLATES)
    assert changed_static(old, new) == ["site.css"]
    page = (now.file("first/index.html") or b"").decode()
    name = page.partition('href="/')[2].partition('"')[0]
    assert now.file(name) == now.file("site.css") == b"h1 { color: red }"


def test_a_file_that_is_just_being_written_is_waited_for(site: BuiltSite) -> None:
    now = live(site, wait=lambda: site.write("templates/page.html", "written"))
    site.write("templates/page.html", "")
    now.refresh(TEMPLATES)
    assert now.file("first/index.html") == b"written"


def test_nothing_is_kept_of_more_pages_than_there_is_room_for(
    site: BuiltSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prismic_ssg.rendered_world._KEPT_PAGES", 2)
    now = live(site)
    assert now.edition is not None
    pages: RenderedWorld = now.edition.pages
    for name in ("first/index.html", "second/index.html", "about/index.html", "search.html"):
        assert now.file(name)
    assert list(pages._kept) == ["about/index.html", "search.html"]


def test_images_that_were_never_downloaded_are_shown_from_where_they_are(tmp_path: Path) -> None:
    site = BuiltSite(
        tmp_path / "site",
        """
        -- prismicio.py --
        from prismic_ssg import Site
        site = Site(repository="./content", images="download")
        -- templates/page.html --
        {{ doc.data.picture | img }}
        -- content/first.json --
        {"type": "page", "uid": "first", "data": {"picture": {
            "url": "https://images.example/a.png", "alt": "A", "dimensions":
            {"width": 10, "height": 10}}}}
        """,
    )
    assert b"https://images.example/a.png" in (live(site).file("first/index.html") or b"")


@pytest.mark.slow
def test_content_is_asked_for_only_where_it_may_have_changed(
    site: BuiltSite, prismic_repository: Callable[..., RunningRepository]
) -> None:
    repository = prismic_repository(documents=[{"type": "page", "uid": "a", "data": {}}])
    site.write(
        "prismicio.py",
        f"from prismic_ssg import Site\nsite = Site(repository={repository.endpoint!r})",
    )
    now = live(site)
    first = now.edition
    asked = len(repository.requests)
    now.refresh(TEMPLATES)
    now.refresh(Changed(content=False))
    assert len(repository.requests) == asked
    same = now.refresh(Changed())
    assert len(repository.requests) == asked + 1
    assert first is not None
    assert same.pages.world.snapshot is first.pages.world.snapshot
    repository.publish({"type": "page", "uid": "b"})
    now.refresh(Changed())
    assert now.page("b/index.html") is not None
