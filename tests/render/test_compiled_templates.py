"""Compiled templates are kept from build to build, and not for ever."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace

import jinja2
import markupsafe
import pytest
from jinja2 import pass_context, pass_environment
from jinja2.runtime import Context

from prismic_ssg.engine.facts import key_of, unpacked
from prismic_ssg.render.environment import CompiledTemplates, make_environment
from prismic_ssg.render.recorder import Notebook, Noted
from prismic_ssg.store.sources import TextFile


def rendered(text: str) -> str:
    file = TextFile("kept.html", "templates/kept.html", text)
    return make_environment({"kept.html": file}, Notebook()).get_template("kept.html").render()


def test_a_template_that_is_edited_a_hundred_times_is_kept_once() -> None:
    rendered("first")
    before = len(CompiledTemplates._codes)
    assert [rendered(f"version {number}") for number in range(100)][-1] == "version 99"
    assert len(CompiledTemplates._codes) == before


PARTS = {
    "base.html": "<{% block body %}A{% include 'x.html' without context %}B{% endblock %}>",
    "x.html": "X",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% include 'base.html' without context %}.", "<AXB>."),
        (
            (
                "{% extends 'base.html' %}{% block body %}1{{ super() }}2{% include 'x.html' %}3"
                "{% endblock %}"
            ),
            "<1AXB2X3>",
        ),
        ("before {% if 1 > 2 %}{% extends 'base.html' %}{% endif %}after", "before after"),
        (
            "1{% filter upper %}q{% include 'x.html' without context %}r{% endfilter %}2",
            "1QXR2",
        ),
        (
            "{% macro m() %}a{% include 'x.html' without context %}b{% endmacro %}[{{ m() }}]",
            "[aXb]",
        ),
        (
            "{% set kept %}a{% include 'x.html' without context %}b{% endset %}[{{ kept }}]",
            "[aXb]",
        ),
        ("a{% include ['none.html'] ignore missing without context %}b", "ab"),
        (
            (
                "{% for n in [1, 2] recursive %}{{ n }}{% include 'x.html' without context %}"
                "{% endfor %}"
            ),
            "1X2X",
        ),
    ],
)
def test_texts_stand_where_the_template_has_them(template: str, expected: str) -> None:
    texts = {**PARTS, "page.html": template}
    files = {name: TextFile(name, f"templates/{name}", text) for name, text in texts.items()}
    page = make_environment(files, Notebook()).get_template("page.html")
    assert page.render() == "".join(page.generate()) == expected


@pass_context
def seen(context: Context, *names: str) -> str:
    return ",".join(f"{name}={context.get(name)}" for name in names)


@pass_environment
def kind_of(environment: object) -> str:
    return type(environment).__name__


def given(*arguments: object, **options: object) -> str:
    return f"{arguments}{options}"


def nothing_left() -> object:
    return next(iter(()))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            (
                "{% block b %}{% set x = 1 %}{% for y in [2] %}{% set z = 3 %}{{ seen('x', 'z') }}"
                "{% endfor %} {{ seen('x', 'z') }}{% endblock %}"
            ),
            "x=None,z=3 x=1,z=None",
        ),
        ("{% set x = 1 %}{{ seen('x') }}{{ seen('v') }}", "x=1v=4"),
        ("{% for x in [1] %}{% set v = 5 %}{{ seen('v') }}{% endfor %}{{ seen('v') }}", "v=5v=4"),
        ("{{ kind_of() }}", "Environment"),
        ("{{ given(1, class='a', b=2) }}", "(1,){&#39;class&#39;: &#39;a&#39;, &#39;b&#39;: 2}"),
        ("{{ given(*[1, 2], **{'a': 3}) }}", "(1, 2){&#39;a&#39;: 3}"),
        (
            "{% block b %}{% for x in [1] %}{{ given(x, class=x) }}{% endfor %}{% endblock %}",
            "(1,){&#39;class&#39;: 1}",
        ),
        ("[{{ nothing_left() is defined }}]", "[False]"),
        (
            "{% macro m(a, b='<') %}{{ a }}{{ b }}{% endmacro %}{{ m('&') }}{{ m(1, b=2) }}",
            "&amp;&lt;12",
        ),
        (
            "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, a=2) }}",
            "(1,){&#39;a&#39;: 2}",
        ),
        (
            "{% macro m() %}<b>{{ caller(1) }}{% endmacro %}{% call(y) m() %}{{ y }}&{% endcall %}",
            "<b>1&",
        ),
        (
            "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
            "3210",
        ),
        ("{% macro m() %}<b>{% endmacro %}{{ m() ~ '<' }}", "<b>&lt;"),
        (
            "{% macro m() %}{% endmacro %}{% autoescape false %}{{ m() ~ '<' }}{% endautoescape %}",
            "<",
        ),
        ("{{ 'a b'.split()|join('-') }}{{ {'a': 1}.items()|list }}", "a-b[(&#39;a&#39;, 1)]"),
    ],
)
def test_a_template_calls_as_jinja_does(template: str, expected: str) -> None:
    environment = make_environment(
        {"page.html": TextFile("page.html", "templates/page.html", template)}, Notebook()
    )
    functions = {"seen": seen, "kind_of": kind_of, "given": given, "nothing_left": nothing_left}
    environment.globals.update(functions, v=4)
    assert environment.get_template("page.html").render() == expected
    jinjas = jinja2.Environment(autoescape=True)
    jinjas.globals.update(functions, v=4)
    assert jinjas.from_string(template).render() == expected


@pass_context
def is_value_of(context: Context, value: object, name: str) -> bool:
    return bool(context.resolve(name) == value)


@pass_environment
def is_name_in(environment: jinja2.Environment, value: str, *, of: str) -> bool:
    return value in getattr(environment, of)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ [1, 2, 3]|select('odd')|list }}{{ [0, 1]|select|list }}", "[1, 3][1]"),
        ("{{ [1, 2, 3]|reject('in', [1, 2])|list }}", "[3]"),
        ("{{ [[1, 2], [3, 4]]|rejectattr(0, 'equalto', 1)|list }}", "[[3, 4]]"),
        ("{% set v = 2 %}{{ [1, 2]|select('value_of', 'v')|list }}", "[2]"),
        ("{{ ['odd', 'even']|reject('name_in', of='globals')|list|length }}", "2"),
        ("{{ ['odd', 'none']|select('name_in', of='tests')|list|length }}", "2"),
    ],
)
def test_values_are_selected_as_jinja_does(template: str, expected: str) -> None:
    environment = make_environment(
        {"page.html": TextFile("page.html", "templates/page.html", template)}, Notebook()
    )
    jinjas = jinja2.Environment(autoescape=True)
    for each in (environment, jinjas):
        each.tests.update(value_of=is_value_of, name_in=is_name_in)
    assert environment.get_template("page.html").render() == expected
    assert jinjas.from_string(template).render() == expected


def test_values_can_t_be_selected_by_a_test_that_there_is_not() -> None:
    text = "{{ [1]|select('ood')|list }}"
    environment = make_environment(
        {"page.html": TextFile("page.html", "page.html", text)}, Notebook()
    )
    with pytest.raises(jinja2.TemplateRuntimeError, match="No test named 'ood'"):
        environment.get_template("page.html").render()


def test_a_macro_is_told_what_it_does_not_take() -> None:
    text = "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}"
    environment = make_environment(
        {"page.html": TextFile("page.html", "page.html", text)}, Notebook()
    )
    with pytest.raises(TypeError, match="takes not more than 1 argument"):
        environment.get_template("page.html").render()


def test_what_is_worked_out_apart_keeps_what_the_page_has_noted() -> None:
    notebook = Notebook()

    def inner() -> None:
        notebook.assets.add("inner.css")

    def outer() -> Noted:
        notebook.facts.add(("asset", "outer.css"))
        return notebook.apart(inner)[1]

    notebook.facts.add(("asset", "page.css"))
    of_inner, of_outer = notebook.apart(outer)
    notebook.assets.add("page.css")
    assert of_inner.more is not None
    assert of_outer.more is not None
    assert (of_inner.more.assets, of_outer.more.assets) == ({"inner.css"}, {"inner.css"})
    assert notebook.assets == {"inner.css", "page.css"}
    assert {*unpacked(of_outer.facts)} == {key_of(("asset", "outer.css"))}
    reads = {key_of(("asset", name)) for name in ("outer.css", "page.css")}
    assert {*unpacked(notebook.reads())} == reads


def test_text_is_escaped_where_markupsafe_has_no_inner_escape(monkeypatch):
    public = SimpleNamespace(Markup=markupsafe.Markup, escape=markupsafe.escape)
    monkeypatch.setitem(sys.modules, "markupsafe", public)
    spec = importlib.util.find_spec("prismic_ssg.render.compiling")
    again = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(again)
    shown = again.shown("<a>'")
    assert (shown, type(shown)) == ("&lt;a&gt;&#39;", str)
