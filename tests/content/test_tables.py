"""Table fields as HTML."""

from typing import Any

import pytest

from prismic_ssg.content.tables import table_html
from prismic_ssg.errors import FieldError


def cell(text: str, kind: str = "data", *spans: Any) -> Any:
    return {
        "key": "k",
        "type": kind,
        "content": [{"type": "paragraph", "text": text, "spans": spans}],
    }


def rows(*cells: Any) -> Any:
    """One row in a head or body."""
    return {"rows": [{"key": "r", "cells": list(cells)}]}


def test_a_table_has_head_and_body() -> None:
    table = {"head": rows(cell("A", "header")), "body": rows(cell("1"))}

    assert table_html(table) == (
        "<table><thead><tr><th><p>A</p></th></tr></thead><tbody><tr><td><p>1</p></td></tr></tbody></table>"
    )


def test_a_table_without_head_has_no_thead() -> None:
    assert table_html({"body": rows()}) == "<table><tbody><tr></tr></tbody></table>"


def test_a_header_cell_may_stand_in_the_body() -> None:
    html = table_html({"body": rows(cell("A", "header"), cell("1"))})

    assert html == "<table><tbody><tr><th><p>A</p></th><td><p>1</p></td></tr></tbody></table>"


def test_an_empty_cell_is_empty() -> None:
    html = table_html({"body": rows({"key": "k", "type": "data", "content": []})})

    assert html == "<table><tbody><tr><td></td></tr></tbody></table>"


def test_no_table_is_none() -> None:
    assert table_html(None) is None


def test_a_serializer_map_has_attributes_for_the_tags_of_a_table_and_of_its_text() -> None:
    html = table_html(
        {"body": rows(cell("1"))}, serializer={"td": {"class": "c"}, "paragraph": {"id": "p"}}
    )

    assert html == '<table><tbody><tr><td class="c"><p id="p">1</p></td></tr></tbody></table>'


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ([], None),
        ({"body": []}, "body"),
        ({"body": {}}, "body.rows"),
        ({"body": {"rows": [{"cells": None}]}}, "body.rows[0].cells"),
        ({"head": {"rows": [{"cells": ["x"]}]}}, "head.rows[0].cells[0]"),
        (
            {"body": rows(cell("a"), cell("b", "data", 5))},
            "body.rows[0].cells[1].content[0].spans[0]",
        ),
        ({"body": rows({"content": "text"})}, "body.rows[0].cells[0].content"),
    ],
)
def test_a_malformed_table_is_an_error_that_says_where(table: Any, path: str | None) -> None:
    with pytest.raises(FieldError) as caught:
        table_html(table)

    assert caught.value.field == path
