"""What holds for any rich text that has the API's shape, however its spans lie."""

from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismic_ssg.content.richtext import as_text
from prismic_ssg.content.richtext_html import as_html

TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="ab <>&\"'\n\r\t\x00\u2028é😀👨‍👩‍👧𝒳", max_size=16),
)
URLS = st.sampled_from(
    [
        "https://e.org/?a=1&b=2",
        "/a",
        "#a",
        "",
        "javascript:x",
        'https://e.org/"<\n>',
        "mailto:a@b",
        "//e",
    ]
)
LINKS = st.one_of(
    st.fixed_dictionaries(
        {"link_type": st.just("Web"), "url": URLS}, optional={"target": st.just("_blank")}
    ),
    st.fixed_dictionaries({"link_type": st.just("Media"), "url": URLS, "id": st.just("m")}),
    st.fixed_dictionaries(
        {"link_type": st.just("Document"), "id": st.just("i")}, optional={"url": URLS}
    ),
    st.just({"link_type": "Any"}),
)
EDGES = st.integers(0, 18)
SPANS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["strong", "em", "later"]), "start": EDGES, "end": EDGES}
    ),
    st.fixed_dictionaries(
        {"type": st.just("hyperlink"), "start": EDGES, "end": EDGES, "data": LINKS}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("label"),
            "start": EDGES,
            "end": EDGES,
            "data": st.fixed_dictionaries({"label": TEXTS}),
        }
    ),
)
KINDS = ["paragraph", "preformatted", "heading1", "heading6", "list-item", "o-list-item", "later"]
TEXT_BLOCKS = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS), "text": TEXTS, "spans": st.lists(SPANS, max_size=6)},
    optional={"direction": st.sampled_from(["ltr", "rtl"])},
)
IMAGES = st.fixed_dictionaries(
    {
        "type": st.just("image"),
        "url": URLS,
        "alt": st.none() | TEXTS,
        "copyright": st.none() | TEXTS,
    },
    optional={"linkTo": LINKS},
)
EMBEDS = st.fixed_dictionaries(
    {
        "type": st.just("embed"),
        "oembed": st.fixed_dictionaries(
            {"embed_url": URLS, "type": st.sampled_from(["video", "link"])},
            optional={
                "html": st.sampled_from(
                    [None, "", '<iframe src="https://e.org"></iframe>', "<p>a</p>"]
                ),
                "title": st.none() | TEXTS,
                "provider_name": st.none() | TEXTS,
            },
        ),
    }
)
FIELDS = st.lists(st.one_of(TEXT_BLOCKS, TEXT_BLOCKS, IMAGES, EMBEDS), max_size=6)
SERIALIZERS = st.sampled_from(
    [
        None,
        {"paragraph": {"class": "k", "id": "p"}, "list": {"class": "l"}},
        {"em": lambda part: part.children},
    ]
)


def strictly_parsed(html: str) -> Any:
    """The tree of `html`; html5lib raises ParseError where the HTML standard sees a parse error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parseFragment(html, container="div")


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(FIELDS, SERIALIZERS, st.booleans())
def test_html_for_readers_has_no_parse_error(field: Any, serializer: Any, safe: bool) -> None:
    html = as_html(field, serializer=serializer, quirks=False, safe=safe)

    strictly_parsed(html or "")


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(FIELDS)
def test_html_for_readers_has_every_image_described_and_every_link_leading_somewhere(
    field: Any,
) -> None:
    tree = strictly_parsed(as_html(field, quirks=False) or "")

    assert all(img.get("alt") is not None for img in tree.iter("img"))
    assert all(a.get("href") for a in tree.iter("a"))


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(FIELDS)
def test_official_html_can_be_written_as_utf8_and_is_the_same_by_way_of_the_tree(
    field: Any,
) -> None:
    html = as_html(field) or ""

    html.encode()
    assert as_html(field, serializer=lambda *_: None) == html


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(FIELDS)
def test_any_field_has_a_text_that_can_be_written(field: Any) -> None:
    (as_text(field) or "").encode()
