"""`prismic-ssg slices`: what slices there are, and a beginning for those without a template."""

from __future__ import annotations

import json

import pytest

CONTENT = """
-- content/a.json --
{"type": "page", "uid": "a", "data": {"body": [
  {"slice_type": "hero", "variation": "default", "primary": {"title": "One"}, "items": []},
  {"slice_type": "hero", "variation": "wide", "primary": {"title": "Two"}, "items": []},
  {"slice_type": "quote", "slice_label": null, "primary": {}, "items": [{"text": "words"}]}]}}
-- content/b.json --
{"type": "page", "uid": "b", "data": {"zone": [
  {"slice_type": "hero", "variation": "wide", "primary": {"title": "Three"}, "items": []}]}}
-- templates/slices/hero/wide.html --
wide
"""

MODEL = """
-- slices/Hero/model.json --
{"id": "hero", "name": "Hero", "variations": [
  {"id": "default", "primary": {"title": {"type": "StructuredText"}}},
  {"id": "wide", "primary": {"photo": {"type": "Image"}}},
  {"id": "narrow"}]}
"""


def test_each_variation_has_its_use_and_its_template(cli, folder):
    said = cli("-C", folder(CONTENT), "slices")
    assert said.out.splitlines() == [
        "slice type  variation  slices  documents  template               for example",
        "hero        default         1          1  none                   page a",
        "            wide            2          2  slices/hero/wide.html  page a, page b",
        "quote       default         1          1  none                   page a",
    ]
    assert said.err == (
        "note: without a template, so that the theme's default shows them: hero, quote; "
        "`prismic-ssg slices --stubs` begins one for each\n"
    )
    assert said.code == 0


def test_models_tell_of_what_no_document_has(cli, folder):
    said = cli("-C", folder(CONTENT + MODEL), "slices")
    assert "            narrow          0          0  none                   -" in said.out
    assert "note: in content, and in no model: quote" in said.err


@pytest.mark.parametrize("place", ["", "src/", "content/"])
def test_models_are_found_in_the_project_and_in_a_local_repository(cli, folder, place):
    said = cli(
        "-C", folder(CONTENT + MODEL.replace("slices/Hero", f"{place}slices/Hero")), "slices"
    )
    assert "narrow" in said.out


def test_a_model_that_cant_be_read_is_an_error_with_its_file(cli, folder):
    said = cli("-C", folder(CONTENT + "-- slices/A/model.json --\n{"), "slices")
    assert said.code == 1
    assert "slices/A/model.json is no model" in said.err


def test_as_json(cli, folder):
    slices = json.loads(cli("-C", folder(CONTENT), "slices", "--json").out)["slices"]
    assert slices[0]["variations"][1] == {
        "id": "wide",
        "slices": 2,
        "documents": 2,
        "examples": ["page a", "page b"],
        "template": "slices/hero/wide.html",
    }


def test_without_slices_it_says_so(cli, folder):
    assert cli("-C", folder(""), "slices").out == "no slices, in content or in models\n"


def test_a_stub_shows_the_fields_of_the_model(cli, folder):
    project = folder(CONTENT + MODEL)
    said = cli("-C", project, "slices", "--stubs")
    assert "note: wrote templates/slices/hero.html" in said.err
    assert (project / "templates/slices/hero.html").read_text() == (
        "{# Hero: begun by `prismic-ssg slices --stubs` from its model. #}\n"
        '<section class="slice{{ " beside" if slice.primary.photo is filled }}" '
        'data-slice="{{ slice.slice_type }}">\n'
        "{% if slice.primary.photo is filled %}\n"
        '<figure class="picture plain">{{ slice.primary.photo|'
        'img(loading="eager" if first else "lazy") }}</figure>\n'
        "{% endif %}\n"
        '<div class="words">\n'
        "{{ slice.primary.title|prose }}\n"
        "</div>\n"
        "</section>\n"
    )


def test_without_a_model_a_stub_shows_what_content_has(cli, folder):
    project = folder(CONTENT)
    cli("-C", project, "slices", "--stubs")
    assert (project / "templates/slices/quote.html").read_text() == (
        "{# quote: begun by `prismic-ssg slices --stubs` from its content. #}\n"
        '<section class="slice" data-slice="{{ slice.slice_type }}">\n'
        "{% if slice.items %}\n"
        '<ul class="rows">\n'
        "{% for item in slice.items %}\n"
        "<li>\n"
        "{% if item.text is filled %}\n"
        "<p>{{ item.text }}</p>\n"
        "{% endif %}\n"
        "</li>\n"
        "{% endfor %}\n"
        "</ul>\n"
        "{% endif %}\n"
        "</section>\n"
    )


def test_a_template_that_is_there_stays(cli, folder):
    project = folder(CONTENT + "-- templates/slices/hero.html --\nmine")
    cli("-C", project, "slices", "--stubs")
    again = cli("-C", project, "slices", "--stubs")
    assert (project / "templates/slices/hero.html").read_text() == "mine"
    assert again.err == "note: every slice type has a template: nothing was written\n"


FIELDS = {
    "title": ("StructuredText", [{"type": "heading2", "text": "Title", "spans": []}]),
    "name": ("Text", "A name"),
    "photo": (
        "Image",
        {"url": "https://e.org/a.jpg", "dimensions": {"width": 1, "height": 1}, "alt": "A photo"},
    ),
    "film": ("Embed", {"embed_url": "https://e.org/f", "type": "link", "title": "A film"}),
    "more": ("Link", {"link_type": "Web", "url": "https://e.org/more"}),
    "day": ("Date", "2026-03-02"),
    "hour": ("Timestamp", "2026-03-02T10:20:30+0000"),
    "paint": ("Color", "#aabbcc"),
    "count": ("Number", 12.5),
    "place": ("GeoPoint", {"latitude": 1.5, "longitude": 2.5}),
    "shape": ("Select", "large"),
    "cells": ("Table", {"body": {"rows": [{"cells": [{"type": "data", "content": []}]}]}}),
    "a-b": ("Text", "hyphens"),
    "rows": ("Group", [{"word": "in a row"}]),
}


def document(name: str, **data: object) -> str:
    written = json.dumps({"type": "page", "uid": name, "data": data})
    return f"-- content/{name}.json --\n{written}\n"


@pytest.mark.parametrize("has_model", [True, False])
def test_a_stub_shows_every_kind_of_field(cli, folder, has_model):
    primary = {name: value for name, (_, value) in FIELDS.items()}
    body = [{"slice_type": "all", "variation": "default", "primary": primary, "items": []}]
    empty = [{"slice_type": "all", "variation": "default", "primary": {}, "items": []}]
    definitions = {name: {"type": kind} for name, (kind, _) in FIELDS.items()}
    definitions["rows"] = {"type": "Group", "config": {"fields": {"word": {"type": "Text"}}}}
    model = {"id": "all", "variations": [{"id": "default", "primary": definitions}]}
    project = folder(
        "-- templates/page.html --\n{{ slice_zone(doc.data.body) }}\n"
        + document("a", body=body)
        + document("b", body=empty)
        + (f"-- slices/All/model.json --\n{json.dumps(model)}\n" if has_model else "")
    )
    cli("-C", project, "slices", "--stubs")

    assert cli("-C", project, "build", "--strict").code == 0
    full, bare = ((project / "dist" / name / "index.html").read_text() for name in "ab")
    for shown in (
        *("<h2>Title</h2>", "A name", 'alt="A photo"', "A film", 'href="https://e.org/more"'),
        *("2 March 2026", "#aabbcc", "12.5", "1.5, 2.5", "large", "<table>", "hyphens", "in a row"),
    ):
        assert shown in full
    assert "".join(bare.split()) == (
        '<sectionclass="slice"data-slice="all"><divclass="words"></div></section>'
    )


def test_a_repository_needs_no_project(cli, folder, tmp_path_factory):
    content = folder(CONTENT) / "content"
    said = cli("-C", tmp_path_factory.mktemp("empty"), "slices", "-r", content)
    assert said.code == 0
    assert "quote" in said.out


def test_an_example_in_another_language_says_so(cli, folder):
    project = folder("""
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}]}
    -- content/a.json --
    {"type": "page", "uid": "home", "lang": "fr-fr", "data": {"body": [{"slice_type": "hero"}]}}
    -- content/b.json --
    {"type": "page", "uid": "home", "data": {"body": [{"slice_type": "hero"}]}}
    """)
    said = cli("-C", project, "slices").out
    assert said.splitlines()[1].split(None, 5)[5] == "page home (fr-fr), page home"


def stub_of(cli, folder, name: str, primary: dict[str, str]) -> str:
    """The stub of a slice with these fields, each with its type."""
    fields = {field: {"type": type_} for field, type_ in primary.items()}
    model = {"id": name, "variations": [{"id": "default", "primary": fields}]}
    project = folder(f"-- slices/A/model.json --\n{json.dumps(model)}")
    cli("-C", project, "slices", "--stubs")
    return (project / f"templates/slices/{name}.html").read_text()


def test_a_text_that_says_what_a_link_is_becomes_its_text(cli, folder):
    stub = stub_of(cli, folder, "offer", {"buttonLabel": "Text", "buttonLink": "Link"})
    link = '{{ slice.primary.buttonLink|link_tag(slice.primary.buttonLabel, class_="action") }}'
    assert f'<p class="actions">{link}</p>' in stub
    assert "<p>{{ slice.primary.buttonLabel }}</p>" not in stub


def test_a_switch_for_templates_is_not_shown_to_readers(cli, folder):
    stub = stub_of(cli, folder, "hero", {"image_side": "Select", "side_note": "Text"})
    assert "{# image_side: slice.primary.image_side #}" in stub
    assert "<p>{{ slice.primary.side_note }}</p>" in stub


def test_a_quote_is_set_as_one(cli, folder):
    stub = stub_of(cli, folder, "testimonial", {"name": "Text", "said": "StructuredText"})
    said, _, who = stub.partition("<footer>")
    assert "<blockquote>\n{{ slice.primary.said|prose }}" in said
    assert "<p>{{ slice.primary.name }}</p>" in who


def test_headings_follow_the_title_of_the_slice(cli, folder):
    stub = stub_of(cli, folder, "hero", {"title": "Text", "text": "StructuredText"})
    assert "<h2>{{ slice.primary.title }}</h2>" in stub
    assert "{{ slice.primary.text|prose(3) }}" in stub


def test_a_picture_with_nothing_but_a_caption_is_a_figure(cli, folder):
    stub = stub_of(cli, folder, "photo", {"image": "Image", "caption": "StructuredText"})
    image = '{{ slice.primary.image|img(loading="eager" if first else "lazy") }}'
    assert f'<figure class="picture wide">{image}\n<figcaption>' in stub
    assert "{{ slice.primary.caption|prose }}\n</figcaption>" in stub
