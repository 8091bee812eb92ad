"""Slices: what their templates see of the zone, and slices of every age."""

from __future__ import annotations

import json

import pytest


def page(zone: object, *files: str, call: str = "slice_zone(doc.data.body)") -> str:
    document = {"type": "page", "uid": "a", "data": {"body": zone}}
    return (
        f"-- templates/page.html --\n{{{{ {call} }}}}\n"
        f"-- content/a.json --\n{json.dumps(document)}\n" + "\n".join(files)
    )


def a_slice(text: str, kind: str = "text", **more: object) -> dict[str, object]:
    return {"slice_type": kind, "slice_label": None, "primary": {"t": text}, "items": [], **more}


def template(name: str, text: str) -> str:
    return f"-- templates/slices/{name}.html --\n{text}\n"


ABC = [a_slice(each) for each in "abc"]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("{{ index }}", "0 1 2"),
        ("{{ first }}", "True False False"),
        ("{{ last }}", "False False True"),
        ("{{ slices|length }}", "3 3 3"),
        ("[{{ previous.primary.t }}]", "[] [a] [b]"),
        ("[{{ next.primary.t }}]", "[b] [c] []"),
        ("{{ previous is none }}", "True False False"),
        ("{{ doc.uid }}{{ page.url }}", "a/a a/a a/a"),
        ("{{ slice.slice_label is none }}", "True True True"),
    ],
)
def test_a_slices_template_sees_where_it_is(site, seen, expected):
    assert (
        site(page(ABC, template("text", seen + "{{ ' ' }}"))).text("/a").split() == expected.split()
    )


def test_keywords_are_variables_of_the_slices(site):
    call = "slice_zone(doc.data.body, mood='glad', index=7)"
    built = site(page(ABC[:1], template("text", "{{ mood }} {{ index }}"), call=call))
    assert built.text("/a") == "glad 0"


def test_a_slice_without_variation_is_of_the_default_one(site):
    files = (template("text", "any"), template("text/default", "default"))
    assert site(page(ABC[:1], *files)).text("/a") == "default"


def test_a_composite_slice_has_items_and_a_label(site):
    old = a_slice("a", "quote", slice_label="dark", items=[{"t": "x"}, {"t": "y"}])
    seen = "{{ slice.slice_label }}{% for item in slice.items %} {{ item.t }}{% endfor %}"
    assert site(page([old], template("quote", seen))).text("/a") == "dark x y"


def test_the_oldest_slices_are_a_value(site):
    old = {"slice_type": "text", "slice_label": None, "value": "old words"}
    assert site(page([old], template("text", "{{ slice.value }}"))).text("/a") == "old words"


def test_an_empty_zone_shows_nothing(site):
    assert (
        site(page([], call="slice_zone(doc.data.body) ~ slice_zone(doc.data.none)")).text("/a")
        == ""
    )


def test_a_zone_in_a_slice_template_is_shown_as_well(site):
    inner = "{{ slice.primary.t }}{{ slice_zone(slice.items) }}"
    outer = a_slice("outer ", "box", items=[a_slice("inner")])
    built = site(page([outer], template("box", inner), template("text", "{{ slice.primary.t }}")))
    assert built.text("/a").split() == ["outer", "inner"]


def test_an_error_in_a_slices_template_names_it(unbuilt):
    (problem,) = unbuilt(page(ABC, template("text", "\n{{ nope }}"))).failure().problems
    assert problem.message.startswith("templates/slices/text.html:2: 'nope'")


def test_what_a_link_in_a_slice_leads_to_has_its_url(site):
    link = {"link_type": "Document", "id": "a", "type": "page"}
    zone = [a_slice("x", items=[{"link": link}])]
    built = site(page(zone, template("text", "{{ slice.items[0].link|link_tag('me') }}")))
    assert built.text("/a") == '<a href="/a" aria-current="page">me</a>'


def test_a_warning_of_a_page_goes_with_the_page(site):
    built = site("""
    -- templates/post.html --
    {{ slice_zone(doc.data.slices) }}
    -- content/a.json --
    {"type": "post", "uid": "a", "data": {"slices": [{"slice_type": "odd"}]}}
    -- content/b.json --
    {"type": "post", "uid": "b"}
    """)
    (warning,) = built.report.warnings
    assert "'odd'" in warning.message
    (built.folder / "content/documents/a.json").unlink()
    assert built.build().warnings == ()
