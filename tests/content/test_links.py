"""Where links lead, and their attributes."""

from types import SimpleNamespace
from typing import Any

import pytest

from prismic_ssg.content.document import Document
from prismic_ssg.content.links import LinkTarget, as_link, as_link_attrs, document_to_link_field
from prismic_ssg.errors import FieldError

TO_DOCUMENT = {"link_type": "Document", "id": "i", "type": "page", "url": "/by-route"}
DOCUMENT = {
    "id": "i",
    "uid": None,
    "type": "page",
    "tags": ["t"],
    "lang": "en-us",
    "url": "/u",
    "slugs": [],
}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (None, None),
        ({"link_type": "Web", "url": ""}, ""),
        ({"link_type": "Web"}, None),
        ({"link_type": "Media", "url": "https://m"}, "https://m"),
        (TO_DOCUMENT, "/by-route"),
        ({"link_type": "Document", "id": "i", "url": ""}, None),
        ({"link_type": "Any", "url": "/x"}, None),
        (DOCUMENT, "/u"),
    ],
)
def test_a_link_leads_to_its_url(link: Any, expected: str | None) -> None:
    assert as_link(link) == expected


def test_the_resolver_comes_first_even_with_an_empty_text() -> None:
    assert as_link(TO_DOCUMENT, link_resolver=lambda _: "") == ""


def test_a_resolver_that_gives_none_leaves_it_to_the_url() -> None:
    assert as_link(TO_DOCUMENT, link_resolver=lambda _: None) == "/by-route"


@pytest.mark.parametrize(
    "link", [{"link_type": "Web", "url": "/a"}, {"link_type": "Document", "url": "/a"}]
)
def test_the_resolver_is_not_asked_about_what_has_no_document(link: Any) -> None:
    assert as_link(link, link_resolver=lambda _: "asked") == "/a"


def test_the_resolver_is_asked_about_a_broken_link() -> None:
    broken = {"link_type": "Document", "id": "gone", "type": "broken_type", "isBroken": True}

    assert as_link(broken, link_resolver=lambda to: f"/404?{to['id']}") == "/404?gone"


@pytest.mark.parametrize("href", ["/a", "/", "#a", "/?q"])
def test_a_link_inside_the_site_has_no_rel(href: str) -> None:
    assert as_link_attrs({"link_type": "Web", "url": href}) == {"href": href}


@pytest.mark.parametrize("href", ["//a", "https://a", "mailto:x", "about", "./a", "?q", ""])
def test_a_link_out_of_the_site_has_a_rel(href: str) -> None:
    assert as_link_attrs({"link_type": "Web", "url": href}) == {"href": href, "rel": "noreferrer"}


@pytest.mark.parametrize(
    "link",
    [None, {"link_type": "Any", "target": "_blank"}, {"link_type": "Web", "text": "t"}],
)
def test_an_empty_link_has_no_attributes(link: Any) -> None:
    assert as_link_attrs(link, rel="nofollow") == {}


def test_a_rel_function_decides_alone() -> None:
    asked: list[LinkTarget] = []

    attributes = as_link_attrs(
        {"link_type": "Web", "url": "https://a", "target": "_blank"}, rel=asked.append
    )

    assert (attributes, asked) == (
        {"href": "https://a", "target": "_blank"},
        [LinkTarget("https://a", is_external=True, target="_blank")],
    )


def test_a_rel_text_is_for_every_link() -> None:
    assert as_link_attrs(TO_DOCUMENT, rel="next") == {"href": "/by-route", "rel": "next"}


def test_a_document_as_a_link_leaves_out_what_it_does_not_have() -> None:
    assert document_to_link_field(DOCUMENT) == {
        "link_type": "Document",
        "id": "i",
        "type": "page",
        "tags": ["t"],
        "lang": "en-us",
        "url": "/u",
    }


def test_a_document_with_an_empty_uid_has_none_as_a_link() -> None:
    assert "uid" not in document_to_link_field({**DOCUMENT, "uid": ""})


def test_a_document_as_a_link_has_its_first_slug_and_its_data() -> None:
    link = document_to_link_field({**DOCUMENT, "slugs": ["new", "old"], "data": {"a": 1}})

    assert (link["slug"], link["data"]) == ("new", {"a": 1})


def test_a_decoded_document_is_a_document() -> None:
    document = Document.from_json(
        b'{"id": "i", "uid": "u", "type": "page", "lang": "en-us", '
        b'"url": "/u", "tags": [], "slugs": ["s"]}'
    )

    assert document_to_link_field(document) == {
        "link_type": "Document",
        "id": "i",
        "uid": "u",
        "type": "page",
        "tags": [],
        "lang": "en-us",
        "url": "/u",
        "slug": "s",
    }


def test_any_object_with_the_attributes_of_a_document_is_one() -> None:
    page = SimpleNamespace(id="i", type="page", tags=(), lang="en-us", uid="u", url="/u")

    assert as_link(page, link_resolver=lambda to: f"/{to['type']}/{to['uid']}") == "/page/u"


@pytest.mark.parametrize("value", ["text", 5, []])
def test_what_is_neither_link_nor_document_is_an_error(value: Any) -> None:
    with pytest.raises(FieldError, match="neither a link nor a document"):
        as_link(value)
