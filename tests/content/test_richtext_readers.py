"""as_html(quirks=False), which templates use, and as_html(safe=True)."""

from typing import Any

import pytest

from prismic_ssg.content.richtext_html import as_html


def linked(text: str, link: dict[str, Any], *more: dict[str, Any]) -> list[Any]:
    """A paragraph that is one link, with more spans."""
    spans = [{"type": "hyperlink", "start": 0, "end": len(text), "data": link}, *more]
    return [{"type": "paragraph", "text": text, "spans": spans}]


def web(url: str) -> dict[str, str]:
    return {"link_type": "Web", "url": url}


def image(**members: Any) -> list[Any]:
    return [{"type": "image", **members}]


def embed(**oembed: Any) -> list[Any]:
    return [{"type": "embed", "oembed": oembed}]


@pytest.mark.parametrize("alt", [None, ""])
def test_an_image_without_description_has_an_empty_alt(alt: str | None) -> None:
    html = as_html(image(url="/a.png", alt=alt, copyright="C"), quirks=False)

    assert html == '<p class="block-img"><img src="/a.png" alt="" /></p>'


def test_an_image_without_url_is_nothing() -> None:
    assert as_html(image(alt="a"), quirks=False) == ""


def test_an_image_whose_link_leads_nowhere_is_without_link() -> None:
    html = as_html(image(url="/a.png", alt="a", linkTo={"link_type": "Any"}), quirks=False)

    assert html == '<p class="block-img"><img src="/a.png" alt="a" /></p>'


@pytest.mark.parametrize("oembed", [{}, {"html": None}, {"html": ""}])
def test_an_embed_without_html_is_a_link_to_its_page(oembed: Any) -> None:
    html = as_html(embed(embed_url="https://y/?a&b", title="T <1>", **oembed), quirks=False)

    assert html == (
        '<div data-oembed="https://y/?a&amp;b"><a href="https://y/?a&amp;b">T &lt;1&gt;</a></div>'
    )


def test_an_embed_of_nothing_is_nothing() -> None:
    assert as_html(embed(), quirks=False) == ""


@pytest.mark.parametrize(
    "link", [{"link_type": "Any"}, {"link_type": "Document", "id": "gone"}, web("")]
)
def test_a_link_that_leads_nowhere_is_its_text(link: Any) -> None:
    assert as_html(linked("abc", link), quirks=False) == "<p>abc</p>"


def test_a_link_inside_a_link_is_its_text() -> None:
    inner = {"type": "hyperlink", "start": 1, "end": 2, "data": web("https://b")}

    html = as_html(linked("abc", web("https://a"), inner), quirks=False)

    assert html == '<p><a href="https://a" rel="noopener noreferrer">abc</a></p>'


def test_a_line_break_at_the_start_of_preformatted_text_survives_parsing() -> None:
    field = [{"type": "preformatted", "text": "\na", "spans": []}]

    assert as_html(field, quirks=False) == "<pre>\n\na</pre>"


def test_characters_that_html_forbids_are_dropped() -> None:
    field = [{"type": "paragraph", "text": "a\x00\x1b\ufffe\U0010ffff\tb\x85", "spans": []}]

    assert as_html(field, quirks=False) == "<p>a\tb</p>"


@pytest.mark.parametrize(
    "forbidden", ["\x00", "\x7f", "\x85", "\ufdd0", "\ufdef", "\uffff", "\U0001fffe"]
)
@pytest.mark.parametrize("around", ["plain", "déjà", "“Łódź” – 日本、ﷺ", "☺️ 👍🏽 ﻿"])
def test_characters_that_html_forbids_are_dropped_from_texts_of_any_script(
    forbidden: str, around: str
) -> None:
    field = [{"type": "paragraph", "text": around * 9 + forbidden + around, "spans": []}]

    assert as_html(field, quirks=False) == f"<p>{around * 10}</p>"


# Safe mode

RUNS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " \x01java\nscript:alert(1)",
    # What HTML forbids is left out of it, and then this is a scheme.
    "java\x01script:alert(1)",
    "java\x85script:alert(1)",
    "\ufdd0javascript:alert(1)",
    "javascript\uffff:alert(1)",
    "data:text/html,x",
    "vbscript:x",
]
HARMLESS = [
    "https://e.org",
    "HTTP://e.org",
    "mailto:a@b",
    "tel:1",
    "/a:b",
    "#a",
    "?q=a:b",
    "a/b:c",
    "//e.org",
    "",
]


@pytest.mark.parametrize("url", RUNS)
def test_safe_html_does_not_link_to_what_runs(url: str) -> None:
    html = as_html(linked("abc", web(url)), safe=True)

    assert html == '<p><a rel="noopener noreferrer">abc</a></p>'


@pytest.mark.parametrize("url", RUNS)
def test_safe_html_for_readers_does_not_link_to_what_runs(url: str) -> None:
    assert as_html(linked("abc", web(url)), quirks=False, safe=True) == "<p>abc</p>"


@pytest.mark.parametrize("url", RUNS)
def test_safe_html_does_not_load_what_runs(url: str) -> None:
    assert as_html(image(url=url, alt="a"), safe=True) == '<p class="block-img"><img alt="a" /></p>'


@pytest.mark.parametrize("url", HARMLESS)
def test_safe_html_leaves_other_links_alone(url: str) -> None:
    field = linked("abc", web(url))

    assert as_html(field, safe=True) == as_html(field)


def test_safe_html_does_not_trust_the_link_resolver() -> None:
    link = {"link_type": "Document", "id": "i"}

    html = as_html(linked("abc", link), safe=True, link_resolver=lambda _: "javascript:x")

    assert html == "<p><a>abc</a></p>"


def test_a_safe_embed_of_nothing_but_a_script_is_a_link() -> None:
    html = as_html(
        embed(embed_url="https://y", html="<script>alert(1)</script>"), quirks=False, safe=True
    )

    assert html == '<div data-oembed="https://y"><a href="https://y">https://y</a></div>'


def test_a_safe_embed_of_nothing_but_a_script_from_a_url_that_runs_is_nothing() -> None:
    html = as_html(
        embed(embed_url="javascript:x", html="<script>alert(1)</script>"), quirks=False, safe=True
    )

    assert html == ""
