"""Texts of documents as they are kept: without the ref, and everything else to the byte."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from fault_server import document

from prismic_ssg.api.ingest import text_of
from prismic_ssg.content.document import Document


def text(value: Any, separators: tuple[str, str] = (",", ":")) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, separators=separators).encode())


def kept(raw: msgspec.Raw) -> tuple[Any, Any]:
    whole, head = text_of(raw)
    return json.loads(whole), None if head is None else json.loads(head)


WHOLE = document(7, "M1")
REORDERED = dict(reversed(WHOLE.items()))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(text(WHOLE), id="as the API writes it"),
        pytest.param(text(WHOLE, (", ", ": ")), id="with white space"),
        pytest.param(text(REORDERED), id="in another order"),
        pytest.param(text({**WHOLE, "tags": ['a,"data":{', "]["]}), id="with odd tags"),
        pytest.param(text({**WHOLE, "tags": ["x" * 9000]}), id="with long tags"),
        pytest.param(text({**WHOLE, "data": {"href": "stays"}}), id="with an href in its data"),
        pytest.param(
            text({**WHOLE, "alternate_languages": [{"id": "A", "type": "t", "lang": "fr"}]}),
            id="with a translation",
        ),
    ],
)
def test_only_the_href_is_emptied(raw: msgspec.Raw) -> None:
    assert kept(raw)[0] == {**json.loads(bytes(raw)), "href": ""}


def test_a_document_without_an_href_stays_as_it_is() -> None:
    bare = text({"id": "A", "type": "t", "data": {}})
    assert text_of(bare) == (bytes(bare), None)


def test_the_head_is_the_document_without_its_data() -> None:
    odd = {**WHOLE, "tags": ['a,"data":{', "]["], "data": {"x": {"data": 1}}}
    whole, head = text_of(text(odd))
    assert head is not None
    left = Document.from_json(head).envelope
    assert msgspec.structs.replace(left, data=msgspec.Raw(b"")) == msgspec.structs.replace(
        Document.from_json(whole).envelope, data=msgspec.Raw(b"")
    )


def test_what_follows_the_data_is_no_part_of_it() -> None:
    whole, _ = text_of(text({**WHOLE, "later": {"x": 1}}))
    assert Document.from_json(whole).fields.keys() == WHOLE["data"].keys()
