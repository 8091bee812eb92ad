"""Compiled templates are kept from build to build, and not for ever."""

from __future__ import annotations

import pytest

from prismic_ssg.render.environment import CompiledTemplates, make_environment
from prismic_ssg.render.recorder import Notebook
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
