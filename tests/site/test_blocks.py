"""A page that is rendered again makes anew only those of its blocks that a change reaches."""

from __future__ import annotations

import pytest

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
def noted(value):
    with open("made.txt", "a") as file:
        file.write(f"{{value}};")
    return value
site = Site(
    repository="./content", routes=[Route("post", "/:uid/")], filters={{"noted": noted}}{more}
)
-- content/repository.json --
{{"types": {{"post": "Post", "menu": "Menu"}}}}
-- templates/base.html --
{base}
-- templates/parts.html --
{parts}
-- templates/others.html --
{{% macro shown(doc) %}}other {{{{ doc.data.name }}}}{{% endmacro %}}
-- templates/post.html --
{{% extends "base.html" %}}{post}
-- content/a.json --
{{"type": "post", "uid": "a", "data": {{"name": "Ä", "rows": [{{"x": "1"}}],
 "link": {{"link_type": "Document", "id": "gone", "type": "post"}}}}}}
-- content/b.json --
{{"type": "post", "uid": "b", "data": {{"name": "B", "rows": [{{"x": "1"}}]}}}}
-- content/menu.json --
{{"type": "menu", "data": {{"title": "Menu"}}}}
"""

MENU = '{{ site.get_single("menu").data.title }}'
BASE = MENU + "–{% block main %}{% endblock %}–"
POST = "{% block main %}<p>{{ doc.data.name|noted }}</p>{% endblock %}"


@pytest.fixture
def blocks(site, monkeypatch):
    def build(*, base=BASE, post=POST, parts="", more=""):
        built = site(SITE.format(base=base, post=post, parts=parts, more=more))
        monkeypatch.chdir(built.folder)
        return built

    monkeypatch.chdir("/")
    return build


def made(built):
    """What the filter has been given since it was looked at last."""
    file = built.folder / "made.txt"
    text = file.read_text("utf-8") if file.exists() else ""
    file.unlink(missing_ok=True)
    return sorted(text.split(";")[:-1])


def same_as_from_nothing(built):
    return built.from_scratch() == built.files


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_change_around_a_block_leaves_the_block_as_it_was(blocks, jobs, monkeypatch):
    monkeypatch.setattr("prismic_ssg.building.workers.WORTH_A_WORKER", {"fork": 1})
    built = blocks()
    made(built)
    for title in ("Carte", "Меню", "Menu"):
        report = built.edit("menu", title=title)
        assert report.rendered == {"/a/", "/b/", "/404.html"}
        assert made(built) == []
        assert built.text("/a/") == f"{title}–<p>Ä</p>–"
    built.write("templates/base.html", BASE.replace("–", "<hr>"))
    built.build(jobs=jobs)
    assert made(built) == []
    assert (built.text("/a/"), built.text("/b/")) == (
        "Menu<hr><p>Ä</p><hr>",
        "Menu<hr><p>B</p><hr>",
    )
    assert same_as_from_nothing(built)


def test_a_block_that_reads_what_has_changed_is_made_again(blocks):
    built = blocks()
    made(built)
    built.edit("a", name="Z")
    assert made(built) == ["Z"]
    built.write("templates/post.html", '{% extends "base.html" %}' + POST.replace("<p>", "<p >"))
    built.build()
    assert made(built) == ["B", "Z"]
    assert built.text("/a/") == "Menu–<p >Z</p>–"


def test_blocks_are_kept_through_builds_that_do_not_touch_their_page(blocks):
    built = blocks()
    built.edit("a", name="Z")
    made(built)
    built.edit("menu", title="Carte")
    assert made(built) == []
    assert built.text("/a/") == "Carte–<p>Z</p>–"


def test_a_page_that_somebody_wrote_into_is_made_of_nothing_in_it(blocks):
    built = blocks()
    made(built)
    page = built.dist / "a/index.html"
    page.write_text(page.read_text("utf-8").replace("Ä", "Ö"), "utf-8")
    built.edit("menu", title="Carte")
    assert made(built) == ["Ä"]
    assert same_as_from_nothing(built)


TITLE = 'site.get_single("menu").data.title'
MAIN = "{% block main %}{% endblock %}"

# What a block takes from around it, by a name of its own, is what the title of the menu changes.
TAKEN = {
    "set": ("{% set title = TITLE %}" + MAIN, "{{ title }}"),
    "super": ("{% block main %}{{ TITLE }}{% endblock %}", "{{ super() }}"),
    "self": (MAIN + "{% block more %}{{ TITLE }}{% endblock %}", "{{ self.more() }}"),
    "scoped": (
        "{% for title in [TITLE] %}{% block main scoped %}{% endblock %}{% endfor %}",
        "{{ title }}",
    ),
    "include": ("{% set title = TITLE %}" + MAIN, "{% include 'parts.html' %}"),
    "import": (
        "{% set title = TITLE %}" + MAIN,
        "{% import 'parts.html' as m with context %}{{ m.titled() }}",
    ),
    "from import": (
        "{% set title = TITLE %}" + MAIN,
        "{% from 'parts.html' import titled with context %}{{ titled() }}",
    ),
    "namespace": ("{% set ns = namespace(title=TITLE) %}" + MAIN, "{{ ns.title }}"),
    "macro": ("{% macro said() %}{{ TITLE }}{% endmacro %}" + MAIN, "{{ said() }}"),
    "filter": ("{% set title = TITLE %}" + MAIN, "{{ 'title'|found }}"),
    "inner block": (MAIN, "{% block inner %}{{ TITLE }}{% endblock %}"),
    "nothing": (MAIN, "{{ TITLE }}"),
}


@pytest.mark.parametrize(("base", "main"), TAKEN.values(), ids=TAKEN)
def test_a_block_that_takes_something_from_around_it_follows_that(blocks, base, main):
    post = f"{{% block main %}}{main}{{% endblock %}}"
    built = blocks(
        base=base.replace("TITLE", TITLE),
        post=post.replace("TITLE", TITLE),
        parts="{{ title }}{% macro titled() %}{{ title }}{% endmacro %}",
        more=")\nfrom jinja2 import pass_context\nsite.filters['found'] = pass_context("
        "lambda context, name: context[name]",
    )
    assert "Menu" in built.text("/a/")
    built.edit("menu", title="Carte")
    assert "Carte" in built.text("/a/")
    assert same_as_from_nothing(built)


def test_slices_of_a_block_follow_what_they_see_of_the_page(blocks):
    zone = '{% block main %}{{ slice_zone(site.get_single("menu").data.slices) }}{% endblock %}'
    built = blocks(base='{% set doc = site.get_by_uid("post", "b") %}' + MAIN, post=zone)
    built.write("templates/slices/shown.html", "{{ doc.data.name }}{{ content|default }}")
    built.write("templates/markdown.html", '{% extends "base.html" %}' + zone)
    built.write("pages/note.md", "[to](other.md)")
    built.write("pages/other.md", "Other.")
    built.edit("menu", slices=[{"slice_type": "shown", "variation": "default", "primary": {}}])
    assert built.text("/a/") == "B"
    assert 'href="/other/"' in built.text("/note/")
    built.edit("b", name="Z")
    assert built.text("/a/") == "Z"
    built.write("pages/other.md", "---\nurl: /moved/\n---\nOther.")
    built.build()
    assert 'href="/moved/"' in built.text("/note/")
    assert same_as_from_nothing(built)


def test_a_block_has_lists_and_objects_of_its_own(blocks):
    added = "{% do doc.data.rows.append(1) %}{{ doc.data.rows|length }}"
    added = f"{{% if doc is defined %}}{added}{{% endif %}}"
    built = blocks(base=added + MAIN + added, post="{% block main %}(" + added + "){% endblock %}")
    assert built.text("/a/") == "2(2)3"
    named = "{% block main %}{% set x = title|default(0) %}(" + added + "){% endblock %}"
    built.write("templates/post.html", '{% extends "base.html" %}' + named)
    built.build()
    assert built.text("/a/") == "2(2)3"


def test_a_block_follows_what_its_layout_imports(blocks):
    parts = "{% macro shown(doc) %}{{ doc.data.name|noted }}{% endmacro %}"
    post = "{% block main %}{{ m.shown(doc) }}{% endblock %}"
    built = blocks(base='{% import "parts.html" as m %}' + BASE, parts=parts, post=post)
    made(built)
    built.edit("menu", title="Carte")
    assert (made(built), built.text("/a/")) == ([], "Carte–Ä–")
    built.write("templates/base.html", '{% import "others.html" as m %}' + BASE)
    built.build()
    assert built.text("/a/") == "Carte–other Ä–"
    built.write("templates/base.html", '{% from "parts.html" import shown %}' + BASE)
    built.write(
        "templates/post.html",
        '{% extends "base.html" %}{% block main %}{{ shown(doc) }}{% endblock %}',
    )
    built.build()
    made(built)
    built.write("templates/base.html", '{% from "others.html" import shown %}' + BASE)
    built.build()
    assert (made(built), built.text("/a/")) == ([], "Carte–other Ä–")
    built.write("templates/parts.html", parts.replace("{{ doc", "! {{ doc"))
    built.write("templates/base.html", '{% from "parts.html" import shown %}' + BASE)
    built.build()
    assert built.text("/a/") == "Carte–! Ä–"
    assert same_as_from_nothing(built)


def test_what_a_block_noticed_is_said_again(blocks):
    built = blocks(
        post="{% block main %}{{ doc.data.link|as_link }}{{ doc.data.name }}{% endblock %}"
    )
    for title in ("Carte", "Menu"):
        assert ["'gone'" in str(each) for each in built.report.warnings] == [True]
        built.edit("menu", title=title)


def test_a_hook_that_changes_pages_gets_them_whole(blocks):
    hook = (
        ")\n@site.on_page\ndef signed(page, html):\n    return html.replace('p>', 'b>') + '!'\nstr("
    )
    built = blocks(more=hook)
    assert built.text("/a/") == "Menu–<b>Ä</b>–!"
    built.edit("menu", title="Carte")
    assert built.text("/a/") == "Carte–<b>Ä</b>–!"
    assert same_as_from_nothing(built)


def test_what_a_page_holds_in_its_blocks_stays_with_the_site(blocks):
    post = '{% block main %}{{ asset("a.css") }}{{ doc.data.name|noted }}{% endblock %}'
    built = blocks(base="x{% block main %}{% endblock %}")
    built.write("static/a.css", "a {}")
    built.write("templates/post.html", '{% extends "base.html" %}' + post)
    built.build()
    built.edit("menu", title="Carte")
    built.write("templates/base.html", "y{% block main %}{% endblock %}")
    built.build()
    assert same_as_from_nothing(built)
    assert [name for name in built.files if name.startswith("a.") and name != "a.css"]
