"""What several pages show is worked out once, and no page notices."""

from __future__ import annotations

import pytest

from prismic_ssg.content.richtext_html import HtmlWriter
from prismic_ssg.render import modules, site_view
from prismic_ssg.render.environment import CompiledTemplates, Environment
from prismic_ssg.render.modules import PageMacro

TWO_PAGES = """
-- content/repository.json --
{{"languages": [{{"id": "en-us", "name": "English"}}, {{"id": "fr-fr", "name": "French"}}]}}
-- templates/parts.html --
{parts}
-- templates/page.html --
{{% import "parts.html" as parts %}}{page}
-- content/a.json --
{{"type": "page", "uid": "a", "data": {{"title": "A",
 "body": [{{"type": "paragraph", "text": "A", "spans": []}}]}}}}
-- content/b.json --
{{"type": "page", "uid": "b", "data": {{"title": "B",
 "body": [{{"type": "paragraph", "text": "B", "spans": []}}]}}}}
-- content/s.json --
{{"type": "settings", "data": {{"name": "Site", "rows": [{{"x": "1"}}],
 "link": {{"link_type": "Document", "id": "gone", "type": "page"}},
 "about": [{{"type": "paragraph", "text": "To A", "spans": [{{"type": "hyperlink",
  "start": 3, "end": 4, "data": {{"link_type": "Document", "id": "a"}}}}]}}]}}}}
"""


@pytest.fixture
def both(site):
    def build(*, parts="", page=""):
        built = site(TWO_PAGES.format(parts=parts, page=page))
        return built.text("/a"), built.text("/b")

    return build


SETTINGS = '{% set settings = site.get_single("settings") %}'


def test_what_a_template_does_to_a_list_of_content_stays_on_its_page(both):
    page = SETTINGS + (
        "{% do settings.data.rows.append(doc.uid) %}{{ settings.data.rows|length }}"
        "{{ settings.data.rows.pop() }}{{ settings.data.rows.pop().x }}{{ settings.data.rows }}"
    )
    assert both(page=page) == ("2a1[]", "2b1[]")


def test_what_a_template_does_to_a_list_of_content_is_not_what_a_macro_gets(both):
    parts = (
        "{% macro rows(s) %}{{ s.data.rows|length }}{% do s.data.rows.append(1) %}{% endmacro %}"
    )
    page = SETTINGS + (
        "{% do settings.data.rows.append(1) %}{{ parts.rows(settings) }}{{ parts.rows(settings) }}"
        "{{ settings.data.rows|length }}"
    )
    assert both(parts=parts, page=page) == ("112", "112")


def test_a_macro_that_shows_the_page_gets_lists_of_content_as_they_are_whichever_comes_first(both):
    parts = (
        '{% macro rows(s) %}{% do s.data.rows.append("x") %}{{ s.data.rows|length }}'
        "{{ site.page_url }}{% endmacro %}"
    )
    page = SETTINGS + "{{ parts.rows(settings) }}{{ parts.rows(settings) }}"
    assert both(parts=parts, page=page) == ("2/a2/a", "2/b2/b")


def test_a_loop_that_shows_the_page_gets_lists_of_content_as_they_are_whichever_comes_first(both):
    page = SETTINGS + (
        '{% for each in range(1) %}{{ settings.data.rows.append("x") }}{{ site.page_url }}'
        "{{ settings.data.rows|length }}{% endfor %}{{ settings.data.rows|length }}"
    )
    assert both(page=page) == ("/a21", "/b21")


def test_rich_text_is_written_as_the_page_has_changed_it(both):
    parts = "{% macro cleared(doc) %}{% do doc.data.body.clear() %}{% endmacro %}"
    page = (
        "{{ parts.cleared(doc) }}{{ doc.data.body|as_html }}"
        "{% do doc.data.body.append(doc.data.body[0]) %}{{ doc.data.body|as_html }}"
    )
    assert both(parts=parts, page=page) == ("<p>A</p>" * 3, "<p>B</p>" * 3)


def test_a_rich_text_that_pages_show_again_is_not_written_again(both, monkeypatch):
    written = []
    usual = HtmlWriter.html

    def html(self, field, *more):
        written.append(field)
        return usual(self, field, *more)

    monkeypatch.setattr(HtmlWriter, "html", html)
    page = SETTINGS + "{{ settings.data.about|as_html }}"
    about = '<p>To <a href="/a">A</a></p>'
    assert both(page=page) == (about, about)
    times = len(written)
    assert both(page=page * 5) == (about * 5, about * 5)
    assert len(written) <= 2 * times


def test_a_macro_that_shows_something_of_the_page_does_so_on_each(both):
    parts = '{% macro here(text) %}{{ site.page_url }} {{ "/a"|link_tag(text) }}{% endmacro %}'
    page = '{{ parts.here("x") }}'
    assert both(parts=parts, page=page) == (
        '/a <a href="/a" aria-current="page">x</a>',
        '/b <a href="/a">x</a>',
    )


def test_a_macro_that_calls_one_of_another_template_which_shows_the_page_does_so_on_each(site):
    built = site("""
    -- templates/inner.html --
    {% set here = site.page_url %}{% macro where() %}{{ here }}{% endmacro %}
    -- templates/parts.html --
    {% from "inner.html" import where %}{% macro shown(text) %}{{ where() }}{% endmacro %}
    -- templates/page.html --
    {% import "parts.html" as parts %}{{ parts.shown("x") }}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/b.json --
    {"type": "page", "uid": "b"}
    """)
    assert (built.text("/a"), built.text("/b")) == ("/a", "/b")


@pytest.mark.parametrize(
    "parts",
    [
        "{% set s = namespace(n=0) %}{% macro n() %}{% set s.n = s.n + 1 %}{{ s.n }}{% endmacro %}",
        "{% set s = ([],) %}{% macro n() %}{% do s[0].append(1) %}{{ s[0]|length }}{% endmacro %}",
    ],
)
def test_what_an_imported_template_counts_begins_anew_on_every_page(both, parts):
    assert both(parts=parts, page="{{ parts.n() }}{{ parts.n() }}") == ("12", "12")


def test_a_line_about_a_document_is_made_once_for_all_lists(site, monkeypatch):
    # Of views as few are kept as of a site of many thousand documents.
    monkeypatch.setattr(site_view, "_KEPT_DOCUMENTS", 1)
    monkeypatch.setattr(site_view, "_SHOWN_TOGETHER", 1)
    monkeypatch.setattr(modules, "_BYTES_A_DOCUMENT", 100_000)
    made = []
    make = PageMacro._made
    monkeypatch.setattr(
        PageMacro, "_made", lambda macro, *given: made.append(macro.name) or make(macro, *given)
    )
    posts = "".join(
        f'-- content/{name}.json --\n{{"type": "page", "uid": "{name}"}}\n' for name in "abcd"
    )
    built = site(
        "-- templates/parts.html --\n"
        "{% macro line(post, end) %}{{ post.uid }} at {{ post.url }}{{ end }}{% endmacro %}"
        "{% macro short(post) %}{{ post.uid }}{% endmacro %}\n"
        "-- templates/page.html --\n"
        '{% import "parts.html" as part %}{% set all = site.query(type="page") %}'
        '{% for post in all %}{{ part.line(post, end=";") }}{% endfor %}{{ doc.uid }}'
        "{% for post in all %}{{ part.short(post) }}{{ doc.uid }}{% endfor %}\n" + posts
    )
    assert built.text("/b") == "a at /a;b at /b;c at /c;d at /d;babbbcbdb"
    assert (made.count("line"), made.count("short")) == (4, 4)


def test_a_document_is_the_same_one_also_where_many_others_were_read_since(site, monkeypatch):
    # Of views as few are kept as of a site of many thousand documents.
    monkeypatch.setattr(site_view, "_KEPT_DOCUMENTS", 1)
    monkeypatch.setattr(site_view, "_SHOWN_TOGETHER", 1)
    posts = "".join(
        f'-- content/{name}.json --\n{{"type": "page", "uid": "{name}"}}\n' for name in "abcd"
    )
    built = site(
        "-- templates/page.html --\n"
        '{% set all = site.query(type="page") %}'
        "{% for post in all if post != doc %}{{ post.uid }}{% endfor %}"
        " {{ doc in all }} {{ all|reject('in', [doc])|map(attribute='uid')|join }}"
        " {{ (all + [doc])|unique|list|length }} {{ {doc: 1}[site.get(doc.id)] }}"
        " {{ doc == doc.id }}\n" + posts
    )
    assert built.text("/a") == "bcd True bcd 4 1 False"
    assert built.text("/d") == "abc True abc 4 1 False"


def test_a_macro_tells_arguments_apart_that_are_equal(both):
    parts = "{% macro said(x, y=0) %}{{ x }},{{ y }};{% endmacro %}"
    page = (
        '{{ parts.said(1) }}{{ parts.said(true) }}{{ parts.said("<b>") }}'
        '{{ parts.said("<b>"|safe) }}'
        '{{ parts.said(0.0) }}{{ parts.said(-0.0) }}{{ parts.said(none) }}{{ parts.said("") }}'
        "{{ parts.said(1, y=1) }}{{ parts.said(1, y=true) }}{{ parts.said(y=1, x=1) }}"
    )
    expected = "1,0;True,0;&lt;b&gt;,0;<b>,0;0.0,0;-0.0,0;,0;,0;1,1;1,True;1,1;"
    assert both(parts=parts, page=page) == (expected, expected)


def test_a_macro_speaks_the_language_of_each_page(site):
    built = site("""
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}]}
    -- templates/parts.html --
    {% macro day(text) %}{{ text|date("MMMM") }}{% endmacro %}
    -- templates/page.html --
    {% import "parts.html" as parts %}{{ parts.day("2026-02-01") }}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/b.json --
    {"type": "page", "uid": "b", "lang": "fr-fr"}
    -- content/c.json --
    {"type": "page", "uid": "c"}
    """)
    found = (built.text("/a"), built.text("/fr-fr/b"), built.text("/c"))
    assert found == ("February", "février", "February")


def test_a_macro_escapes_where_its_caller_does(site):
    built = site("""
    -- templates/parts.html --
    {% macro said(text) %}<i>{{ text }}</i>{% endmacro %}
    -- templates/pages/a.txt --
    {% import "parts.html" as parts %}{{ parts.said("&") }}
    -- templates/pages/b.html --
    {% import "parts.html" as parts %}{{ parts.said("&") }}
    {% autoescape false %}{{ parts.said("&") }}{% endautoescape %}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    """)
    assert built.text("/a.txt") == "<i>&amp;</i>"
    assert built.text("/b.html") == "<i>&amp;</i>\n<i>&amp;</i>"


def test_every_page_that_shows_a_macros_text_is_rendered_with_what_it_shows(site):
    built = site("""
    -- templates/parts.html --
    {% macro line(post) %}{{ post.data.title }} {{ post.url }}{% endmacro %}
    -- templates/page.html --
    {% import "parts.html" as parts %}
    {% for post in site.query(type="post") %}{{ parts.line(post) }}{% endfor %}
    -- templates/post.html --
    {{ doc.data.body }}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/b.json --
    {"type": "page", "uid": "b"}
    -- content/p.json --
    {"type": "post", "uid": "p", "data": {"title": "Old", "body": "Text"}}
    """)
    built.edit("p", title="New")
    assert built.report.rendered == {"/a", "/b"}
    assert (built.text("/a"), built.text("/b")) == ("New /post/p", "New /post/p")
    built.edit("p", body="Other")
    assert built.report.rendered == {"/post/p"}


def test_a_dead_link_that_every_page_shows_is_one_warning_of_each_build(site):
    built = site(
        TWO_PAGES.format(
            parts="{% macro link(s) %}{{ s.data.link.url }}{% endmacro %}",
            page=SETTINGS + "{{ parts.link(settings) }}{{ settings.data.link.url }}{{ doc.title }}",
        )
    )
    for title in ("One", "Two"):
        (warning,) = built.report.warnings
        assert (warning.document_id, "'gone' in field link" in str(warning)) == ("s", True)
        built.edit("b", title=title)
        assert built.report.rendered == {"/b"}


def test_a_link_in_content_that_pages_share_leads_to_where_its_target_is(site):
    built = site("""
    -- templates/page.html --
    {% for row in site.get_single("menu").data.rows %}{{ row.to.url }} {{ row.to.uid }};{% endfor %}
    -- content/menu.json --
    {"type": "menu", "data": {"rows": [{"to": {"link_type": "Document", "id": "a", "uid": "old"}}]}}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/b.json --
    {"type": "page", "uid": "b"}
    -- content/c.json --
    {"type": "page", "uid": "c"}
    """)
    assert [built.text(f"/{uid}") for uid in "abc"] == ["/a a;"] * 3
    built.write("content/a.json", '{"type": "page", "uid": "moved"}')
    built.build()
    assert [built.text(f"/{uid}") for uid in ("moved", "b", "c")] == ["/moved moved;"] * 3


def test_what_an_import_reads_at_its_top_is_read_by_every_page(site):
    built = site("""
    -- templates/parts.html --
    {% set name = site.get_single("settings").data.name %}
    {% macro shown() %}{{ name }}{% endmacro %}
    -- templates/page.html --
    {% import "parts.html" as parts %}{{ parts.shown() }}
    -- content/one.json --
    {"type": "page", "uid": "one"}
    -- content/two.json --
    {"type": "page", "uid": "two"}
    -- content/three.json --
    {"type": "page", "uid": "three"}
    -- content/s.json --
    {"type": "settings", "data": {"name": "Old"}}
    """)
    built.edit("s", name="New")
    # With the document's own page, and the theme's page that names the site.
    assert built.report.rendered == {"/one", "/two", "/three", "/settings", "/404.html"}
    assert [built.text(f"/{uid}") for uid in ("one", "two", "three")] == ["New"] * 3


def test_every_page_that_shows_a_shared_link_is_rendered_when_its_target_moves(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(
        repository="./content",
        routes=[
            Route("page", "/:uid"),
            Route("post", "/:section/:uid", resolvers={"section": "section"}),
        ],
    )
    -- templates/page.html --
    {% for row in site.get_single("menu").data.rows %}{{ row.to.url }}{% endfor %}
    -- content/menu.json --
    {"type": "menu", "data": {"rows": [{"to": {"link_type": "Document", "id": "p"}}]}}
    -- content/p.json --
    {"type": "post", "uid": "p", "data": {"section": {"link_type": "Document", "id": "s"}}}
    -- content/s.json --
    {"type": "section", "uid": "old"}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/b.json --
    {"type": "page", "uid": "b"}
    -- content/c.json --
    {"type": "page", "uid": "c"}
    -- content/d.json --
    {"type": "page", "uid": "d"}
    """)
    assert [built.text(f"/{uid}") for uid in "abcd"] == ["/old/p"] * 4
    built.write("content/s.json", '{"type": "section", "uid": "new"}')
    built.build()
    assert [built.text(f"/{uid}") for uid in "abcd"] == ["/new/p"] * 4


SITE_OF_ONE = """
-- templates/page.html --
{{ doc.data.title }} and {{ site.page_lang }}
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
"""


def test_a_build_compiles_only_templates_that_changed(site, monkeypatch):
    built = site(SITE_OF_ONE)
    compiled = []
    compile_ = Environment.compile
    monkeypatch.setattr(CompiledTemplates, "_codes", {})
    monkeypatch.setattr(
        Environment,
        "compile",
        lambda self, source, name=None, *rest, **options: (
            compiled.append(name),
            compile_(self, source, name, *rest, **options),
        )[1],
    )
    built.build(force=True)
    assert "page.html" in compiled
    first, compiled[:] = set(compiled), []
    CompiledTemplates._codes.clear()
    built.edit("a", title="B")
    assert (built.text("/a"), compiled) == ("B and en-us", [])
    CompiledTemplates._codes.clear()
    built.write("templates/page.html", "Now {{ doc.data.title }}")
    built.build()
    assert (built.text("/a"), compiled) == ("Now B", ["page.html"])
    assert first > {"page.html"}


OWN_FILTER = """
-- prismicio.py --
from prismic_ssg import Site
def near(*given):
    return len(given)
site = Site(repository="./content", filters={"near": near})
-- templates/page.html --
{{ doc.uid|near }}{% macro never() %}{{ doc.uid|far }}{% endmacro %}
-- content/a.json --
{"type": "page", "uid": "a"}
"""


@pytest.mark.parametrize("is_same_process", [True, False])
def test_a_filter_that_wants_the_context_gets_it_from_the_next_build_on(
    site, monkeypatch, is_same_process
):
    built = site(OWN_FILTER.replace('"near": near', '"near": near, "far": near'))
    assert built.text("/a") == "1"
    if not is_same_process:
        monkeypatch.setattr(CompiledTemplates, "_codes", {})
    wants = "from jinja2 import pass_context\n@pass_context\ndef near"
    path = built.folder / "prismicio.py"
    path.write_text(path.read_text().replace("def near", wants))
    built.build()
    assert built.text("/a") == "2"


def test_a_filter_that_a_site_has_no_more_is_missed_where_it_was_not_used_yet(site):
    built = site(OWN_FILTER.replace('"near": near', '"near": near, "far": near'))
    path = built.folder / "prismicio.py"
    path.write_text(path.read_text().replace(', "far": near', ""))
    assert "No filter named 'far'" in str(built.failure().problems[0])


def test_a_damaged_file_of_compiled_templates_is_made_anew(site, monkeypatch):
    built = site(SITE_OF_ONE)
    monkeypatch.setattr(CompiledTemplates, "_codes", {})
    file = built.folder / ".prismic-ssg" / "templates.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    built.edit("a", title="B")
    assert built.text("/a") == "B and en-us"
    assert file.stat().st_size > 0
    assert file.read_bytes() != whole[:-10]
