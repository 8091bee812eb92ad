"""Every helper against what @prismicio/client 7.22.0 made of generated documents.

tests/data/golden/ holds input and output, one JSON object a line, in an order of no meaning.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg.content import fields, images, is_filled, links
from prismic_ssg.content.richtext import as_text
from prismic_ssg.content.richtext_html import as_html
from prismic_ssg.errors import FieldError

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


def json_lines(path: Path) -> Iterator[Any]:
    # Texts hold U+2028 and U+0085, at which str.splitlines would break a line.
    return (json.loads(line) for line in path.read_bytes().split(b"\n") if line)


def as_utf8(text: str | None) -> str | None:
    """`text` as node writes it to a file: half an emoji becomes U+FFFD."""
    if text is None:
        return None
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def differences(path: Path) -> list[Any]:
    return [
        case["field"]
        for case in json_lines(path)
        if as_html(case["field"]) != as_utf8(case["html"])
        or as_text(case["field"]) != as_utf8(case["text"])
    ]


@pytest.mark.slow
def test_rich_text_is_the_official_html_and_text_to_the_byte() -> None:
    assert differences(GOLDEN / "richtext.jsonl") == []


@pytest.mark.slow
def test_rich_text_of_a_real_repository_is_the_official_html_and_text() -> None:
    real = os.environ.get("PRISMIC_SSG_REAL_CONTENT")
    path = Path(real or ".").parent / "golden" / "richtext-wellcome.jsonl"
    if not real or not path.exists():
        pytest.skip("PRISMIC_SSG_REAL_CONTENT names no folder with real content beside its results")
    assert differences(path) == []


@pytest.mark.slow
def test_the_tree_writes_the_same_html_as_the_short_way() -> None:
    different = [
        case["field"]
        for case in json_lines(GOLDEN / "richtext.jsonl")
        if as_html(case["field"], serializer=lambda *_: None) != as_html(case["field"])
    ]
    assert different == []


def answer(helper: str, field: Any, options: dict[str, Any]) -> Any:
    """What our helper gives, as the golden file writes it."""
    # JSON can't say undefined, so that null in the file is JavaScript's null: the word in a URL.
    params = {name: "null" if value is None else value for name, value in options.items()}
    if helper == "as_date":
        date = fields.as_date(field)
        return date and date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    module = is_filled if helper.startswith("is_filled.") else links if "link" in helper else images
    return getattr(module, helper.removeprefix("is_filled."))(field, **params)


@pytest.mark.slow
def test_other_helpers_give_what_the_official_ones_give() -> None:
    different = []
    for case in json_lines(GOLDEN / "helpers.jsonl"):
        field, options = [*case["args"], {}][:2]
        try:
            agrees = answer(case["helper"], field, options) == case["result"]
        except FieldError:
            agrees = case.get("error") == "TypeError"
        if not agrees:
            different.append(case)
    assert different == []
