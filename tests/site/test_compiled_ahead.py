"""Templates that are compiled while content is on its way."""

from collections.abc import Callable
from typing import Any

import jinja2
import pytest

from prismic_ssg.render.compiled_ahead import compile_ahead
from prismic_ssg.render.environment import CompiledTemplates
from prismic_ssg.site import Site
from prismic_ssg.sources import read_templates

Compiled = list[str | None]

POSTS = """
-- templates/post.html --
{% extends "ahead/base.html" %}
{% from "ahead/macros.html" import teaser %}
{% block main %}{{ teaser(doc) }}{% include ["ahead/none.html", "ahead/part.html"] %}{% endblock %}
-- templates/ahead/base.html --
<title>Ahead</title>{% block main %}{% endblock %}
-- templates/ahead/macros.html --
{% macro teaser(post) %}{% include "ahead/inner.html" %}{% endmacro %}
-- templates/ahead/inner.html --
inner
-- templates/ahead/part.html --
part
-- content/a.json --
{"type": "post", "uid": "a"}
"""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """The names of the templates that are compiled, none of which was before."""
    monkeypatch.setattr(CompiledTemplates, "_codes", {})
    names: Compiled = []
    compile_ = jinja2.Environment.compile

    def counted(self: Any, source: Any, name: str | None = None, *more: Any, **named: Any) -> Any:
        names.append(name)
        return compile_(self, source, name, *more, **named)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    return names


def ahead(built: Any, goes_on: Callable[[], bool] = lambda: True, **options: Any) -> None:
    site = Site(repository="./content", **options)
    compile_ahead(site, *read_templates(built.folder, site), goes_on)


def test_what_was_compiled_ahead_is_not_compiled_by_the_build(unbuilt, compiled: Compiled) -> None:
    built = unbuilt(POSTS)
    ahead(built)
    assert len(set(compiled)) == len(compiled) > 5
    compiled.clear()
    built.build()
    assert built.text("/post/a") == "<title>Ahead</title>innerpart"
    assert compiled == []


def test_of_the_theme_only_what_is_named_is_compiled_ahead(unbuilt, compiled: Compiled) -> None:
    built = unbuilt(
        """
        -- templates/only.html --
        {% extends "theme/base.html" %}
        -- content/a.json --
        {"type": "only", "uid": "a"}
        """
    )
    ahead(built)
    assert {"only.html", "theme/base.html", "head.html"} <= set(compiled)
    assert {"listing.html", "slices/default.html", "theme/document.html"}.isdisjoint(compiled)


def test_templates_of_other_filters_are_compiled_for_them(unbuilt, compiled: Compiled) -> None:
    built = unbuilt(
        """
        -- prismicio.py --
        from prismic_ssg import Site
        site = Site(repository="./content", filters={"loud": lambda text: text.upper()})
        -- templates/post.html --
        {{ doc.uid|loud }}
        -- content/a.json --
        {"type": "post", "uid": "a"}
        """
    )
    ahead(built)
    compiled.clear()
    built.build()
    assert built.text("/post/a") == "A"
    assert "post.html" in compiled


def test_it_ends_when_it_is_waited_for(unbuilt, compiled: Compiled) -> None:
    built = unbuilt(POSTS)
    ahead(built, lambda: len(compiled) < 2)
    assert len(compiled) == 2


def test_a_template_with_an_error_is_told_by_the_build(unbuilt, compiled: Compiled) -> None:
    built = unbuilt(
        """
        -- templates/a-broken.html --
        {% if %}
        -- templates/post.html --
        {{ doc.uid|nonsense }}
        -- templates/whole.html --
        whole
        -- content/a.json --
        {"type": "post", "uid": "a"}
        """
    )
    ahead(built)
    assert "whole.html" in compiled
    (error,) = built.failure().problems
    assert error.template == "templates/post.html"
    assert error.line == 1
