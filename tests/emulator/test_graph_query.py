"""GraphQuery: its notation, and what it leaves of a document's fields."""

from __future__ import annotations

from typing import Any

import pytest

from prismic_ssg.content.graph_query import (
    GraphQuerySyntaxError,
    Selection,
    parse_graph_query,
    select,
)

DATA: dict[str, Any] = {
    "title": [{"type": "heading1", "text": "T", "spans": []}],
    "image": {"url": "u", "alt": None, "square": {"url": "s"}},
    "author": {"link_type": "Document", "id": "ann", "type": "author"},
    "web": {"link_type": "Web", "url": "https://example.org"},
    "rows": [{"a": 1, "b": 2}, {"a": 3}],
    "nested": [{"inner": [{"x": 1, "y": 2}], "z": 3}],
    "body": [
        {"slice_type": "old-one", "slice_label": None, "primary": {"p": 1, "q": 2},
         "items": [{"i": 1, "j": 2}]},
        {"slice_type": "other", "slice_label": "l", "primary": {"p": 1}, "items": []},
    ],
    "slices": [
        {"variation": "default", "version": "v", "items": [{"i": 1, "j": 2}],
         "primary": {"p": 1, "q": 2}, "id": "s$1", "slice_type": "s", "slice_label": None},
        {"variation": "wide", "version": "v", "items": [], "primary": {"p": 2},
         "id": "s$2", "slice_type": "s", "slice_label": None},
    ],
}  # fmt: skip


def expand(link: dict[str, Any], selection: Selection) -> dict[str, Any]:
    return {**link, "data": sorted(selection.unions)}


def chosen(inside: str) -> dict[str, Any]:
    return select(parse_graph_query("{ t { " + inside + " } }")["t"], DATA, expand)


@pytest.mark.parametrize(
    ("inside", "fields"),
    [
        ("title", {"title": DATA["title"]}),
        ("image web", {"image": DATA["image"], "web": DATA["web"]}),
        ("...tFields", DATA),
        ("uid", {}),
        ("nothing", {}),
        ("", {}),
        ("rows", {"rows": DATA["rows"]}),
        ("rows { a }", {"rows": [{"a": 1}, {"a": 3}]}),
        ("rows { ...rowsFields }", {"rows": DATA["rows"]}),
        ("nested { inner { x } }", {"nested": [{"inner": [{"x": 1}]}]}),
        ("author", {"author": DATA["author"]}),
        ("author { ...on author { name } }", {"author": {**DATA["author"], "data": ["author"]}}),
        (
            "author { ... on author { a } ...on page { b } }",
            {"author": {**DATA["author"], "data": ["author", "page"]}},
        ),
        ("web { ...on page { a } }", {"web": DATA["web"]}),
        ("title { anything }", {"title": DATA["title"]}),
        ("body", {"body": DATA["body"]}),
        ("body { }", {"body": []}),
        ("body { ...on nothing { a } }", {"body": []}),
        (
            "body { ...on old-one { non-repeat { p } repeat { ...repeatFields } } }",
            {"body": [{**DATA["body"][0], "primary": {"p": 1}}]},
        ),
        (
            "body { ...on old-one { ...old-oneFields } }",
            {"body": [DATA["body"][0]]},
        ),
        (
            "body { ...on old-one { repeat { i } } }",
            {"body": [{**DATA["body"][0], "primary": {}, "items": [{"i": 1}]}]},
        ),
        (
            "body { ...on old-one { non-repeat { p } } ...on old-one { repeat { i } } }",
            {"body": [{**DATA["body"][0], "primary": {"p": 1}, "items": [{"i": 1}]}]},
        ),
        (
            "slices { ...on s { variation { ...on default { primary { ...primaryFields } } } } }",
            {"slices": [{**DATA["slices"][0], "items": [{}]}, DATA["slices"][1]]},
        ),
        (
            "slices { ...on s { variation { ...on wide { primary { p } items { i } } } } }",
            {"slices": DATA["slices"]},
        ),
        (
            "slices { ...on s { variation { ...on default { items { i } } } } }",
            {
                "slices": [
                    {**DATA["slices"][0], "items": [{"i": 1}], "primary": {}},
                    DATA["slices"][1],
                ]
            },
        ),
        ("slices { ...on other { variation { ...on default { items { i } } } } }", {"slices": []}),
        ("slices { ...on s { variation } }", {"slices": DATA["slices"]}),
        ("rows { a } rows { b }", {"rows": DATA["rows"]}),
    ],
)
def test_what_is_selected(inside, fields):
    assert chosen(inside) == fields


def test_a_group_may_have_fields_called_as_members_of_rich_text():
    selection = parse_graph_query("{ post { rows { spans } } }")["post"]
    rows = [{"spans": "a", "oembed": 1, "text": "b"}]
    assert select(selection, {"rows": rows}, expand) == {"rows": [{"spans": "a"}]}


def test_a_spread_with_a_field_refines_that_field():
    assert chosen("...tFields rows { b }") == {**DATA, "rows": [{"b": 2}, {}]}


def test_fields_stay_in_the_order_of_the_document():
    assert list(chosen("web title")) == ["title", "web"]


def test_selecting_changes_nothing_that_was_given():
    before = repr(DATA)
    chosen("body { ...on old-one { repeat { i } } } rows { a }")
    assert repr(DATA) == before


@pytest.mark.parametrize(
    "text",
    [
        "{t{title,rows{a}body{...on old-one{repeat{i}}}}}",
        "{ t\n{\n\ttitle rows\n{ a } body{... on old-one {repeat{ i}}}}}",
        "{t{title rows{a}body{...onold-one{repeat{i}}}}}",
        "  {t{body{...on old-one{repeat{i}}}title...tFields rows{a}}}".replace("...tFields ", " "),
    ],
)
def test_white_space_means_nothing(text):
    selected = select(parse_graph_query(text)["t"], DATA, expand)
    assert selected["rows"] == [{"a": 1}, {"a": 3}]
    assert selected["body"][0]["items"] == [{"i": 1}]


def test_several_types_have_a_block_each():
    blocks = parse_graph_query("{ kitchen-sink { a } page { ...pageFields } }")
    assert list(blocks) == ["kitchen-sink", "page"]
    assert blocks["page"].everything


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected '{' on line:1 col:1 in graphQuery ''"),
        ("{ a", "expected '{' on line:1 col:4 in graphQuery '{ a'"),
        ("{ a { b }", "expected a custom type on line:1 col:10 in graphQuery '{ a { b }'"),
        ("{ a { b(x: 1) } }", "expected a field on line:1 col:8 in graphQuery '{ a { b(x: 1) } }'"),
        ("{ a { b } } c", "expected the end of the graphQuery on line:1 col:13 in"),
        ("{\n a { ...b } }", "unknown spread '...b', in 'a' it is '...aFields' on line:2 col:6 in"),
        ("{ a { } a { } }", "the custom type 'a' is selected twice on line:1 col:11 in"),
        ("query { a { b } }", "expected '{' on line:1 col:1 in"),
        ("{ a { ...on } }", "unknown spread '...on', in 'a'"),
        ("{a" * 100, "braces are nested more than 60 deep"),
    ],
)
def test_what_is_no_graph_query_is_told_with_its_place(text, message):
    with pytest.raises(GraphQuerySyntaxError) as refused:
        parse_graph_query(text)
    assert refused.value.message.startswith(message)
