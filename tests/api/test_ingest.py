"""Texts of documents as they are kept: without the ref, and everything else to the byte."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from fault_server import document

from prismic_ssg.api.ingest import (
    known_documents,
    known_results,
    outline_of,
    results_of,
    text_of,
    texts_of,
    whole_documents,
    without,
)
from prismic_ssg.api.responses import read_search_page
from prismic_ssg.content.document import Document, Text, digest_of
from prismic_ssg.store.partial_snapshots import Stored


def text(value: Any, separators: tuple[str, str] = (",", ":")) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, separators=separators).encode())


def kept(raw: msgspec.Raw) -> tuple[Any, Any]:
    whole, head, *_ = text_of(raw)
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
    assert text_of(bare) == Text(bytes(bare))


def test_the_head_is_the_document_without_its_data() -> None:
    odd = {**WHOLE, "tags": ['a,"data":{', "]["], "data": {"x": {"data": 1}}}
    whole, head, *_ = text_of(text(odd))
    assert head is not None
    left = Document.from_json(head).envelope
    assert msgspec.structs.replace(left, data=msgspec.Raw(b"")) == msgspec.structs.replace(
        Document.from_json(whole).envelope, data=msgspec.Raw(b"")
    )


def test_what_follows_the_data_is_no_part_of_it() -> None:
    whole, *_ = text_of(text({**WHOLE, "later": {"x": 1}}))
    assert Document.from_json(whole).fields.keys() == WHOLE["data"].keys()


def page(*documents: Any, ref: str = "M2", **members: Any) -> bytes:
    sizes = {"results_per_page": 100, "results_size": 3, "total_results_size": 9, "total_pages": 1}
    head = {"page": 1, **sizes, "next_page": None, **members}
    written = text({**head, "results": list(documents), "version": "x"})
    return bytes(written).replace(b"ref=M1&", f"ref={ref}&".encode())


DOCUMENTS = [document(number, "M1") for number in range(3)]


def known(*documents: Any) -> dict[str, Stored]:
    texts = {each["id"]: text_of(text(each))[0] for each in documents}
    return {id_: Stored(id_, digest_of(raw), len(raw), 1) for id_, raw in texts.items()}


@pytest.mark.parametrize("ref", ["M2", "another-ref-that-is-longer"])
def test_documents_that_are_known_are_not_read_again(ref: str) -> None:
    body = page(*DOCUMENTS[1:], ref=ref)
    found = known_documents(body, known(*DOCUMENTS).get)
    assert found is not None
    documents, results = found
    assert [each.id for each in documents] == ["D00001", "D00002"]
    assert json.loads(without(body, results)) == json.loads(page())


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page(), id="no documents"),
        pytest.param(page(*DOCUMENTS, document(7, "M1")), id="an unknown document"),
        pytest.param(page(DOCUMENTS[0], {**DOCUMENTS[1], "tags": ["x"]}), id="a changed one"),
        pytest.param(page(*DOCUMENTS).replace(b"Page 1", b"Page 8"), id="a changed letter"),
        pytest.param(page(*DOCUMENTS)[:-400], id="cut short"),
        pytest.param(page(*DOCUMENTS).replace(b'},{"id"', b'}, {"id"'), id="with white space"),
        pytest.param(page(dict(reversed(DOCUMENTS[0].items()))), id="in another order"),
        pytest.param(bytes(text({"results": None})), id="no page"),
    ],
)
def test_a_page_with_anything_else_is_read_as_a_whole(body: bytes) -> None:
    assert known_documents(body, known(*DOCUMENTS).get) is None


def test_results_that_are_not_the_page_s_own_are_left_to_be_found() -> None:
    body = bytes(text({"meta": {"results": DOCUMENTS[:1]}, "results": DOCUMENTS}))
    found = known_documents(body, known(*DOCUMENTS).get)
    assert found is not None
    assert json.loads(without(body, found[1])) == {"meta": {"results": []}, "results": DOCUMENTS}


def outline(body: bytes) -> bytes:
    results = results_of(body, read_search_page(body, "https://x.example"))
    assert results is not None
    return outline_of(body, results)


FIRST = page(*DOCUMENTS, total_results_size=3)


@pytest.mark.parametrize("as_received", [bytes, bytearray])
@pytest.mark.parametrize(
    "again",
    [
        pytest.param(page(*DOCUMENTS, ref="N7"), id="at another ref"),
        pytest.param(page(*DOCUMENTS, ref="N7", page=4, next_page="x"), id="on another page"),
    ],
)
def test_results_that_come_again_are_known_whatever_stands_around_them(
    again: bytes, as_received: type[bytes | bytearray]
) -> None:
    body = as_received(again)
    found = known_results(body, outline(FIRST))
    assert found is not None
    assert json.loads(without(body, found)) == {**json.loads(again), "results": []}
    assert body == again


@pytest.mark.parametrize("as_received", [bytes, bytearray])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(page(*DOCUMENTS[:2]), id="a document less"),
        pytest.param(page(*DOCUMENTS, document(7, "M1")), id="a document more"),
        pytest.param(page(*DOCUMENTS[::-1]), id="in another order"),
        pytest.param(page(*DOCUMENTS).replace(b"Page 1", b"Page 8"), id="a changed letter"),
        pytest.param(page(*DOCUMENTS, ref="longer"), id="longer hrefs"),
        pytest.param(page(*DOCUMENTS, ref='"'), id="an href that ends before"),
        pytest.param(page(*DOCUMENTS, ref="\\"), id="an href with something escaped"),
        pytest.param(page(*DOCUMENTS)[:-30], id="cut short"),
        pytest.param(page(), id="no documents"),
        pytest.param(b'{"results":null}', id="no page"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_other_results_are_not_known(other: bytes, as_received: type[bytes | bytearray]) -> None:
    body = as_received(other)
    assert known_results(body, outline(FIRST)) is None
    assert body == other


def test_what_names_the_ref_outside_of_hrefs_is_a_part_of_the_results() -> None:
    named = [{**document(number, "M1"), "data": {"x": "ref=M1&"}} for number in range(3)]
    first = outline(page(*named, ref="M1"))
    assert known_results(page(*named, ref="M1"), first) is not None
    assert known_results(page(*named, ref="M2"), first) is None


def test_what_is_found_document_by_document_has_the_outline_of_what_was_read() -> None:
    found = known_documents(FIRST, known(*DOCUMENTS).get)
    assert found is not None
    assert outline_of(FIRST, found[1]) == outline(FIRST)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page(), id="no documents"),
        pytest.param(page(*DOCUMENTS).replace(b'},{"id"', b'}, {"id"'), id="with white space"),
        pytest.param(page(dict(reversed(DOCUMENTS[0].items()))), id="in another order"),
        pytest.param(
            bytes(text({"meta": {"results": DOCUMENTS[:1]}, **json.loads(FIRST)})), id="not its own"
        ),
    ],
)
def test_only_what_is_written_as_the_api_writes_it_has_an_outline(body: bytes) -> None:
    assert results_of(body, read_search_page(body, "https://x.example")) is None


def as_read(body: bytes) -> list[Text]:
    """The documents of a page, and what is known of each when it was read the other way."""
    texts = texts_of(read_search_page(body, "https://x.example"))
    return [
        Text(whole.json, whole.head, document.id, document.fields)
        for whole in texts
        if (document := Document.from_json(whole.json))
    ]


DATA: list[Any] = [
    {},
    {"title": "T", "n": 1.5, "list": [{"data": {}}, []], "none": None},
    {"integration": [WHOLE, {**WHOLE, "data": {"x": [WHOLE]}}], "x": "é", "href": "}},{"},
]


@pytest.mark.parametrize("as_received", [bytes, bytearray])
def test_documents_that_are_read_with_their_page_are_as_those_read_one_by_one(
    as_received: type[bytes | bytearray],
) -> None:
    some = [{**document(number, "M1"), "data": data} for number, data in enumerate(DATA)]
    body = as_received(json.dumps(json.loads(page(*some)), separators=(",", ":")).encode())
    found = whole_documents(body)
    assert found is not None
    texts, results = found
    assert texts == as_read(bytes(body))
    assert json.loads(without(body, results)) == json.loads(page())
    assert results == results_of(body, read_search_page(bytes(body), "https://x.example"))


def written(*data: str, then: str = "") -> bytes:
    """A page of documents with `data` as it stands here, and what follows it."""
    documents = [
        bytes(text({**document(number, "M1"), "data": {"x": 1}})).replace(
            b'"data":{"x":1}', f'"data":{each}{then}'.encode()
        )
        for number, each in enumerate(data)
    ]
    return page().replace(b'"results":[]', b'"results":[' + b",".join(documents) + b"]")


def test_how_documents_are_written_here_is_how_they_are_read_with_their_page() -> None:
    assert whole_documents(written('{"x":2}', "{}")) is not None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page(), id="no documents"),
        pytest.param(page(*DOCUMENTS).replace(b'},{"id"', b'}, {"id"'), id="with white space"),
        pytest.param(written('{"x": 2}', "{}"), id="with white space in data"),
        pytest.param(written("{}", "{ }"), id="with white space in no data"),
        pytest.param(written('{"x":1,"x":2}', "{}"), id="with a field twice"),
        pytest.param(written('{"\\u0078":2}', "{}"), id="with a name that is escaped"),
        pytest.param(written('{"é":2}', "{}"), id="with a name that is longer than it looks"),
        pytest.param(written("{}", "{}", then=',"later":1'), id="with more behind data"),
        pytest.param(written("{}", "null"), id="without data"),
        pytest.param(written("{}", '"text"'), id="with data that is none"),
        pytest.param(page(dict(reversed(DOCUMENTS[0].items()))), id="in another order"),
        pytest.param(page(*DOCUMENTS)[:-400], id="cut short"),
        pytest.param(page(*DOCUMENTS).replace(b'"type":"page"', b'"type":3'), id="no document"),
        pytest.param(b'{"results":null}', id="no page"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_page_that_is_written_otherwise_is_read_document_by_document(body: bytes) -> None:
    assert whole_documents(body) is None


def test_documents_in_another_order_of_members_are_not_mistaken_for_those_in_their_data() -> None:
    """What stands for a document in some field does not tell where the document ends."""
    inner = {**WHOLE, "data": {"y": "z" * 40}}
    data = {"integration": inner, "x": 1}
    other = {name: value for name, value in WHOLE.items() if name not in ("lang", "data")}
    odd = {**other, "data": data, "lang": "en-us"}
    body = page(odd, odd)
    found = whole_documents(body)
    assert found is None or read_search_page(without(body, found[1]), "https://x.example").results
