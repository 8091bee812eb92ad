"""Compiled templates are kept from build to build, and not for ever."""

from __future__ import annotations

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
