"""Rich text to HTML, text and trees. The official HTML is in tests/cases/richtext.txt."""

import json
from typing import Any

import pytest
from case_files import Case, load_cases

from prismic_ssg.content.richtext import (
    as_text,
    as_tree,
    compose_serializers,
    serialize,
    wrap_map_serializer,
)
from prismic_ssg.content.richtext_html import HtmlWriter, as_html
from prismic_ssg.errors import FieldError


def paragraph(text: str, *spans: tuple[Any, ...], kind: str = "paragraph", **more: Any) -> Any:
    """A block; a span is (type, start, end) or (type, start, end, data)."""
    names = ("type", "start", "end", "data")
    named = [dict(zip(names, span, strict=False)) for span in spans]
    return {"type": kind, "text": text, "spans": named, **more}


def web(url: str) -> dict[str, str]:
    return {"link_type": "Web", "url": url}


@pytest.mark.parametrize("case", load_cases("richtext"), ids=str)
def test_html_is_the_official_one(case: Case) -> None:
    field = [json.loads(line) for line in case.input.split("\n")]

    assert as_html(field) == json.loads(case.expected)


def test_no_field_is_no_html() -> None:
    assert as_html(None) is None


def test_an_empty_field_is_empty_html() -> None:
    assert as_html([]) == ""


def test_the_link_resolver_comes_before_the_url_of_a_link() -> None:
    link = {"link_type": "Document", "id": "i", "uid": "u", "url": "/by-route"}

    html = as_html(
        [paragraph("abc", ("hyperlink", 0, 3, link))], link_resolver=lambda to: f"/{to['uid']}"
    )

    assert html == '<p><a href="/u">abc</a></p>'


# Serializers


def test_a_function_writes_the_nodes_that_it_wants() -> None:
    def loud(kind: str, node: Any, text: str | None, children: str, key: str) -> str | None:
        return f"<b>{children}</b>" if kind == "strong" else None

    html = as_html([paragraph("abc", ("strong", 0, 1))], serializer=loud)

    assert html == "<p><b>a</b>bc</p>"


def test_a_serializer_may_write_another_field_in_between() -> None:
    def noted(part: Any) -> str:
        inside = writer.html([paragraph("x")]) if part.text == "a" else ""
        return f"[{part.key}{inside}]"

    writer = HtmlWriter(None, {"strong": noted}, True, False)
    field = [paragraph("a b", ("strong", 0, 1), ("strong", 2, 3))]

    assert writer.html(field) == writer.html(field) == "<p>[2<p>x</p>] [5]</p>"


def test_an_empty_text_from_a_function_is_kept() -> None:
    html = as_html([paragraph("a"), paragraph("b")], serializer=lambda kind, *_: "")

    assert html == ""


def test_an_empty_text_from_a_function_in_a_map_means_as_usual() -> None:
    html = as_html([paragraph("a")], serializer={"paragraph": lambda part: ""})

    assert html == "<p>a</p>"


def test_a_function_in_a_map_gets_html_inside_and_text_unescaped() -> None:
    html = as_html(
        [paragraph("a&b", ("em", 0, 1))],
        serializer={"paragraph": lambda part: f"{part.children}|{part.text}|{part['type']}"},
    )

    assert html == "<em>a</em>&amp;b|a&b|paragraph"


@pytest.mark.parametrize("name", ["listItem", "list_item"])
def test_map_keys_are_camel_case_or_snake_case(name: str) -> None:
    field = [paragraph("a", kind="list-item")]

    assert as_html(field, serializer={name: {"class": "k"}}) == '<ul><li class="k">a</li></ul>'


def test_a_map_key_in_wire_form_is_ignored() -> None:
    field = [paragraph("a", kind="list-item")]

    assert as_html(field, serializer={"list-item": {"class": "k"}}) == "<ul><li>a</li></ul>"


def test_attributes_for_a_tag_keep_their_place_and_lose_to_the_tags_own() -> None:
    link = {**web("https://w"), "target": "_blank"}

    html = as_html(
        [paragraph("abc", ("hyperlink", 0, 2, link))],
        serializer={"hyperlink": {"rel": "x", "class": "c"}},
    )

    assert html == (
        '<p><a rel="noopener noreferrer" class="c" href="https://w" target="_blank">ab</a>c</p>'
    )


def test_attributes_that_are_false_are_left_out_and_true_ones_have_no_value() -> None:
    attributes = {"a": None, "c": False, "d": 0, "e": "", "f": True, "n": 1.0, "g h": "1"}

    html = as_html([paragraph("a")], serializer={"paragraph": attributes})

    assert html == '<p f n="1" g h="1">a</p>'


def test_a_label_is_added_to_a_configured_class_in_its_place() -> None:
    field = [paragraph("ab", ("label", 0, 2, {"label": "L"}), direction="rtl")]

    html = as_html(field, serializer={"label": {"class": "k", "id": "i"}, "paragraph": {"id": "p"}})

    assert html == '<p id="p" dir="rtl"><span class="k L" id="i">ab</span></p>'


def test_every_kind_of_node_has_a_serializer_of_its_name() -> None:
    headings = [f"heading{level}" for level in range(1, 7)]
    spans = [("strong", 0, 1), ("em", 1, 2), ("hyperlink", 2, 3, web("u")), ("label", 3, 4, {})]
    field = [
        *(paragraph("a", kind=kind) for kind in (*headings, "preformatted", "list-item")),
        paragraph("b", kind="o-list-item"),
        paragraph("abcde", *spans),
        {"type": "image", "url": "u", "dimensions": {"width": 1, "height": 1}},
        {"type": "embed", "oembed": {"embed_url": "u", "type": "video"}},
    ]
    names = [*headings, "paragraph", "preformatted", "strong", "em", "hyperlink", "label", "span"]
    for name in (*names, "list", "listItem", "oList", "oListItem", "image", "embed"):
        html = as_html(field, serializer={name: lambda part: "<!--mine-->"})
        assert "<!--mine-->" in (html or ""), name


def test_the_link_around_an_image_is_not_for_the_hyperlink_serializer() -> None:
    image = {"type": "image", "url": "u", "linkTo": web("https://w")}

    html = as_html([image], serializer={"hyperlink": lambda part: "never", "image": {"class": "c"}})

    assert html == (
        '<p class="block-img"><a href="https://w" rel="noopener noreferrer">'
        '<img class="c" src="u" /></a></p>'
    )


def test_halves_of_an_emoji_that_a_serializer_puts_together_are_whole() -> None:
    field = [paragraph("😀", ("em", 0, 1), ("em", 1, 2))]

    assert as_html(field, serializer={"em": lambda part: part.text}) == "<p>😀</p>"


def test_an_error_in_a_serializer_is_the_serializers_own() -> None:
    def broken(*_: Any) -> str:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        as_html([paragraph("a")], serializer=broken)


# Trees


def test_keys_are_given_to_children_before_parents() -> None:
    tree = as_tree([paragraph("ab", ("em", 0, 1))])

    (block,) = tree.children
    assert (tree.key, block.key, [child.key for child in block.children]) == ("5", "4", ["2", "3"])


def test_a_split_span_keeps_positions_in_its_block() -> None:
    tree = as_tree([paragraph("0123456789", ("strong", 0, 5), ("em", 3, 8))])

    assert [dict(node.node) for node in tree.children[0].children if node.type == "em"] == [
        {"type": "em", "start": 5, "end": 8, "text": "567"}
    ]


def test_items_of_a_list_are_in_a_group_that_has_no_text() -> None:
    item = paragraph("a", kind="list-item")

    (group,) = as_tree([item]).children

    assert (group.type, group.text, group.node) == (
        "group-list-item",
        None,
        {"type": "group-list-item", "items": [item]},
    )


def test_serialize_gives_what_is_made_of_each_block_without_the_nones() -> None:
    field = [paragraph("abc", ("em", 0, 1)), {"type": "image", "url": "u"}]

    made = serialize(
        field,
        lambda kind, node, text, children, key: None if kind == "image" else [kind, *children],
    )

    assert made == [["paragraph", ["em", ["span"]], ["span"]]]


def test_composed_serializers_give_the_first_result() -> None:
    first = wrap_map_serializer({"em": lambda part: part.text.upper()})

    made = serialize(
        [paragraph("ab", ("em", 0, 1))],
        compose_serializers(None, first, lambda kind, node, text, children, key: children or text),
    )

    assert made == [["A", "b"]]


# Text


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["a", "", "b\nc"], "a  b\nc"),
        (["", "b"], "b"),
        (["", "", "c"], "c"),
        ([None], "null"),
        ([], ""),
    ],
)
def test_text_has_separators_only_behind_something(texts: list[Any], expected: str) -> None:
    assert as_text([paragraph(text) for text in texts]) == expected


def test_text_leaves_images_out_and_takes_another_separator() -> None:
    field = [paragraph("a"), {"type": "image", "url": "u"}, paragraph("b")]

    assert as_text(field, separator="\n") == "a\nb"


def test_text_for_readers_leaves_out_blocks_without_text() -> None:
    field = [paragraph("a"), paragraph(""), {"type": "paragraph", "text": None}, paragraph("b")]

    assert as_text(field, quirks=False) == "a b"


def test_no_field_is_no_text() -> None:
    assert as_text(None) is None


# Malformed fields


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("text", None),
        ({}, None),
        ([None], "[0]"),
        ([paragraph("a"), {"type": "paragraph", "text": "b"}], "[1].spans"),
        ([paragraph(5)], "[0].text"),  # type: ignore[arg-type]
        ([{"type": "paragraph", "text": None, "spans": [{}]}], "[0].text"),
        ([paragraph("a", ("em", 0, 1)), paragraph("abc", ("em", "0", 1))], "[1].spans[0].start"),
        ([paragraph("abc", ("em", 0, 1), ("em", 2))], "[0].spans[1].end"),
        ([paragraph("abc", ("hyperlink", 0, 3))], "[0].spans[0].data"),
        ([{"type": "embed"}], "[0].oembed"),
        ([{"type": "image", "url": "u", "linkTo": "x"}], "[0].linkTo"),
        ([{"type": "group-list-item", "items": [None]}], "[0].items[0]"),
    ],
)
def test_a_malformed_field_is_an_error_that_says_where(field: Any, path: str | None) -> None:
    with pytest.raises(FieldError) as caught:
        as_html(field)

    assert caught.value.field == path


@pytest.mark.parametrize("read", [as_tree, as_text])
def test_trees_and_texts_say_where_a_field_is_malformed_too(read: Any) -> None:
    with pytest.raises(FieldError) as caught:
        read([paragraph("a"), "b"])

    assert caught.value.field == "[1]"
