"""Hooks: what a site's own code adds to pages, content and templates, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg import BuildFailed, ConfigurationError, Site

Built = Callable[..., BuiltSite]

CONTENT = """
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A", "year": 2025}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "B", "year": 2026}}
-- templates/post.html --
{{ doc.data.title }}
"""

HEAD = """
-- prismicio.py --
from prismic_ssg import ExtraPage, Route, Site
site = Site(repository="./content", routes=[Route("post", "/:uid")])
"""


def hooked(code: str, more: str = "") -> str:
    return f"{HEAD}{code}\n{CONTENT}{more}"


def rebuilt(built: BuiltSite) -> set[str]:
    """The pages that a build renders, which is as good as a build from nothing."""
    report = built.build()
    assert built.files == built.from_scratch()
    return set(report.rendered)


# -- page_data

NEAR = """
@site.page_data
def near(page, doc):
    if doc is None:
        return {}
    others = page.site.query(type="post", orderings="my.post.year")
    return {"near": [each.data["title"] for each in others if each.id != doc.id]}
"""


def test_a_page_has_the_variables_that_a_hook_gives(site: Built) -> None:
    built = site(hooked(NEAR, "-- templates/post.html --\n{{ near|join }} of {{ doc.data.title }}"))
    assert built.text("/a") == "B of A"


def test_what_a_hook_reads_counts_as_read_by_the_page(site: Built) -> None:
    built = site(hooked(NEAR, "-- templates/post.html --\n{{ near|join }} {{ doc.data.title }}"))
    built.edit("b", title="C")
    assert built.report.rendered == {"/a", "/b"}
    assert built.text("/a") == "C A"
    built.edit("b", other="never read")
    assert built.report.rendered == set()
    built.write("content/c.json", '{"type": "post", "uid": "c", "data": {"title": "D"}}')
    assert rebuilt(built) >= {"/a", "/b", "/c"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def extra(page, doc):\n    return {'page': 1}", "'page' is a name that templates have"),
        ("def extra(page, doc):\n    return {'site': 1}", "'site' is a name that templates have"),
        ("def extra(page, doc):\n    return [1]", "it gave [1], which is no mapping"),
        (
            "def extra(page, doc):\n    x = 1\n    return {'x': x / 0}",
            "prismicio.py:6: @site.page_data extra: ZeroDivisionError: division by zero",
        ),
    ],
)
def test_variables_that_can_not_be_are_refused(unbuilt: Built, code: str, said: str) -> None:
    built = unbuilt(hooked(f"@site.page_data\n{code}\n"))
    (problem,) = (each for each in built.failure().problems if each.page == "/a")
    assert said in str(problem)


# -- pages

YEARS = """
@site.pages
def years(content):
    for year in sorted({post.data.get("year", 0) for post in content.query(type="post")}):
        posts = content.query(type="post", orderings="my.post.title")
        titles = [post.title for post in posts if post.data.get("year", 0) == year]
        yield ExtraPage(f"/{year}/", "year.html", data={"year": year, "titles": titles})
"""
YEAR = (
    "-- templates/year.html --\n{{ page.path }} {{ year }}: {{ titles|join(', ') }} {{ page.lang }}"
)


def test_code_makes_pages(site: Built) -> None:
    built = site(hooked(YEARS, YEAR))
    assert built.text("/2025/") == "/2025/ 2025: A en-us"
    assert built.text("/2026/") == "/2026/ 2026: B en-us"


def test_a_page_made_by_code_is_rendered_where_its_data_changed(site: Built) -> None:
    built = site(hooked(YEARS, YEAR))
    built.edit("b", title="Bee", year=2026)
    assert built.report.rendered == {"/b", "/2026/"}
    built.edit("b", other="of no use")
    assert built.report.rendered == set()
    built.edit("b", year=2027)
    assert "/2027/" in built.report.rendered
    assert "2026/index.html" not in built.files
    assert built.files == built.from_scratch()


def test_pages_made_by_code_are_as_others_are(unbuilt: Built) -> None:
    built = unbuilt(
        hooked("@site.pages\ndef one(content):\n    return [ExtraPage('/a', 'year.html')]\n", YEAR)
    )
    (problem,) = built.failure().problems
    assert "have one URL: '/a'" in str(problem)
    assert "ExtraPage('/a')" in str(problem)


@pytest.mark.parametrize(
    ("given", "said", "line"),
    [
        ("['/x/']", "prismicio.py:3: @site.pages one: it gave '/x/', which is no ExtraPage", 3),
        ("[ExtraPage('x', 'y.html')]", "the path does not begin with '/'", 6),
        ("[ExtraPage('/x', '')]", "the template is the name of one", 6),
        ("[ExtraPage('/x', 'y', {'a': object()})]", "data is not plain", 6),
        ("[ExtraPage('/x', 'y', {'a b': 1})]", "mapping of names", 6),
        ("[ExtraPage('/x', 'y', lang='en-uk')]", "no language 'en-uk'", 3),
        ("1 / 0", "prismicio.py:6: @site.pages one: ZeroDivisionError", 6),
    ],
)
def test_pages_that_can_not_be_are_refused(
    unbuilt: Built, given: str, said: str, line: int
) -> None:
    built = unbuilt(hooked(f"@site.pages\ndef one(content):\n    x = 1\n    return {given}\n"))
    with pytest.raises(ConfigurationError) as refused:
        built.build()
    assert said in str(refused.value)
    assert refused.value.line == line


# -- filter


def test_a_function_becomes_a_filter(site: Built) -> None:
    code = "@site.filter\ndef loud(text, mark='!'):\n    return text.upper() + mark\n"
    built = site(hooked(code, "-- templates/post.html --\n{{ doc.data.title|lower|loud('?') }}"))
    assert built.text("/a") == "A?"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("@site.filter\ndef img(x): return x", "'img' is a name that templates have already"),
        ("@site.filter\ndef a(x): return x\n@site.filter\ndef a(x): return x", "@site.filter a"),
    ],
)
def test_a_filter_has_a_name_of_its_own(unbuilt: Built, code: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        unbuilt(hooked(f"{code}\n")).build()
    assert said in str(refused.value)


def test_a_filter_that_fails_is_named_with_its_place_and_the_template_s(unbuilt: Built) -> None:
    code = "@site.filter\ndef half(x):\n    return x / 2\n"
    built = unbuilt(hooked(code, "-- templates/post.html --\n\n{{ doc.data.title|half }}"))
    problem = built.failure().problems[0]
    assert "templates/post.html:2: prismicio.py:5: @site.filter half: TypeError" in str(problem)


# -- on_snapshot

EVENTS = """
@site.on_snapshot
def without_drafts(content):
    for post in content.query(type="post"):
        if post.data.get("hidden"):
            yield {"id": post.id, "deleted": True}
        else:
            data = {**post.data, "shout": post.title + "!"}
            yield {**post.json, "data": data}
    yield {"id": "made", "type": "post", "uid": "made", "lang": "en-us",
           "data": {"title": "Made", "shout": str(len(content.documents))}}
"""


def test_documents_are_replaced_added_and_taken_out(site: Built) -> None:
    shown = "-- templates/post.html --\n{{ doc.data.shout }} {{ site.query(type='post')|length }}"
    built = site(hooked(EVENTS, shown))
    assert (built.text("/a"), built.text("/made")) == ("A! 3", "2 3")
    built.edit("a", title="Ay")
    assert built.report.rendered == {"/a"}
    built.edit("b", hidden=True)
    assert built.report.rendered == {"/a", "/made"}
    assert built.text("/a") == "Ay! 2"
    assert "b/index.html" not in built.files
    assert built.files == built.from_scratch()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[1]", "it gave 1, which is no document"),
        ("[{'id': 'x'}]", "document 'x': not a document"),
        ("[{'id': 'x', 'type': 'post', 'data': 3}]", "document 'x'"),
        ("None", "TypeError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_documents_that_are_none_are_refused(unbuilt: Built, given: str, said: str) -> None:
    built = unbuilt(hooked(f"@site.on_snapshot\ndef change(content):\n    return {given}\n"))
    with pytest.raises((ConfigurationError, BuildFailed)) as refused:
        built.build()
    assert "@site.on_snapshot change" in str(refused.value)
    assert said in str(refused.value)


def test_what_a_hook_does_no_more_is_on_no_page(site: Built) -> None:
    hook = """
@site.on_snapshot
def tagged(content):
    for post in content.query(type="post"):
        if "hidden" in post.tags:
            yield {"id": post.id, "deleted": True}
        elif "loud" in post.tags:
            yield {**post.json, "data": {**post.data, "title": post.title.upper()}}
"""
    shown = """
-- templates/post.html --
{% for post in site.query(type="post", orderings="my.post.title") %}{{ post.title }} {% endfor %}
-- content/loud.json --
{"type": "post", "uid": "loud", "tags": ["loud"], "data": {"title": "c"}}
-- content/hidden.json --
{"type": "post", "uid": "hidden", "tags": ["hidden"], "data": {"title": "d"}}
"""
    built = site(hooked(hook, shown))
    assert built.text("/a") == "A B C"
    built.write("content/loud.json", '{"type": "post", "uid": "loud", "data": {"title": "c"}}')
    built.write("content/hidden.json", '{"type": "post", "uid": "hidden", "data": {"title": "d"}}')
    built.build()
    assert built.text("/a") == "A B c d"


# -- on_page

WRAPPED = """
@site.on_page
def framed(page, html):
    return f"<!-- {page.path} {page.doc.title if page.doc else '-'} -->" + html

@site.on_page
def loud(page, html):
    return html.upper()
"""


def test_html_is_finished_by_hooks_in_their_order(site: Built) -> None:
    built = site(hooked(WRAPPED, "-- templates/pages/note.txt --\nnote"))
    assert built.text("/a") == "<!-- /A A -->A"
    assert built.text("note.txt") == "note"
    built.edit("a", title="x")
    assert built.text("/a") == "<!-- /A X -->X"
    assert built.files == built.from_scratch()


def test_a_finished_page_that_is_no_text_is_refused(unbuilt: Built) -> None:
    built = unbuilt(hooked("@site.on_page\ndef lost(page, html):\n    pass\n"))
    assert "@site.on_page lost: it gave None, which is no text" in str(built.failure().problems[0])


# -- all of them


def test_a_hook_that_changes_renders_everything(site: Built) -> None:
    built = site(
        """
        -- finish.py --
        def finish(page, html):
            return html + "1"
        """
        + hooked("import finish\nsite.on_page(finish.finish)\n")
    )
    assert built.text("/a") == "A1"
    built.write("finish.py", "def finish(page, html):\n    return html + '2'\n")
    assert {"/a", "/b"} <= rebuilt(built)
    assert built.text("/a") == "A2"


def test_another_hook_by_the_environment_renders_everything(
    site: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOUD", raising=False)
    built = site(
        hooked(
            "import os\n"
            "def plain(page, html):\n    return html\n"
            "def loud(page, html):\n    return html + '!'\n"
            "site.on_page(loud if 'LOUD' in os.environ else plain)\n"
        )
    )
    assert built.text("/a") == "A"
    monkeypatch.setenv("LOUD", "1")
    assert {"/a", "/b"} <= rebuilt(built)
    assert built.text("/a") == "A!"


def test_workers_have_the_hooks(site: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    from prismic_ssg.building.workers import WORTH_A_WORKER

    built = site(hooked(YEARS + WRAPPED + EVENTS, YEAR))
    monkeypatch.setitem(WORTH_A_WORKER, "fork", 1)
    assert built.from_scratch(jobs=2) == built.files


def test_a_copy_of_a_site_has_its_hooks_and_keeps_its_own() -> None:
    site = Site(pages="notes")

    @site.filter
    def one(text: str) -> str:
        return text

    copy = replace(site, base_url="https://a.example")

    @copy.filter
    def two(text: str) -> str:
        return text

    assert list(site.hooks.filters) == ["one"]
    assert list(copy.hooks.filters) == ["one", "two"]
    assert (site.pages, copy.pages, one("x"), two("y")) == ("notes", "notes", "x", "y")


TYPED = """
from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prismic_ssg import ExtraPage, Listing, Route, Site
from prismic_ssg.hooks import Content, DocumentView, PageView

site = Site(
    repository="./content",
    pages="notes",
    routes=[Route("post", "/:uid")],
    listings=[Listing("/blog/", template="blog.html")],
    languages={"en-us": "en"},
    before_build=[["npx", "esbuild"]],
)


@site.page_data
def near(page: PageView, doc: DocumentView | None) -> Mapping[str, Any]:
    return {"near": page.site.query(type="post", limit=3), "is_post": doc is not None}


@site.pages
def years(content: Content) -> Iterator[ExtraPage]:
    for document in content.query(type="post"):
        yield ExtraPage(f"/{document.uid}/more/", "more.html", data={"title": document.title})


@site.filter
def loud(text: str) -> str:
    return text.upper()


@site.on_snapshot
def changed(content: Content) -> Iterator[Mapping[str, Any]]:
    for document in content.documents:
        yield {**document.json, "data": {**document.data, "extra": 1}}


@site.on_page
def finished(page: PageView, html: str) -> str:
    return html.replace("x", page.path)


folder: Path = Path() / site.pages
said: str = loud("a")
"""


@pytest.mark.slow
def test_a_configuration_with_hooks_passes_strict_type_checks(tmp_path: Path) -> None:
    (tmp_path / "prismicio.py").write_text(TYPED, "utf-8")
    wrong = TYPED + "\n@site.on_page\ndef bad(page: PageView, html: int) -> str:\n    return ''\n"
    (tmp_path / "wrong.py").write_text(wrong, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "prismicio.py"]
    done = subprocess.run([*command, "wrong.py"], cwd=tmp_path, capture_output=True, text=True)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1, done.stdout + done.stderr
    assert errors[0].startswith("wrong.py:")


def test_a_page_that_comes_into_the_site_map_brings_its_images(site: Built) -> None:
    built = site("""
        -- prismicio.py --
        from prismic_ssg import ExtraPage, Route, Site
        site = Site(repository="./content", base_url="https://example.org", sitemap_images=True,
                    routes=[Route("post", "/:uid")])
        @site.pages
        def shown(content):
            yield ExtraPage("/x/", "x.html", in_sitemap="shown" in content.get("a").tags)
        -- templates/x.html --
        <img src="/x.png">
        -- content/a.json --
        {"type": "post", "uid": "a"}
        """)
    built.write("content/a.json", '{"type": "post", "uid": "a", "tags": ["shown"]}')
    built.build()
    assert "https://example.org/x.png" in built.text("/sitemap.xml")
    assert built.files == built.from_scratch()
