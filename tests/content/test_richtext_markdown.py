"""Rich text as Markdown: tests/cases/markdown.txt, and read back by markdown-it for any field."""

import json
import re
from typing import Any

import pytest
from case_files import Case, load_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from prismic_ssg.content.richtext_markdown import as_markdown
from prismic_ssg.errors import FieldError


@pytest.mark.parametrize("case", load_cases("markdown"), ids=str)
def test_markdown_says_what_the_blocks_say(case: Case) -> None:
    field = [json.loads(line) for line in case.input.split("\n")]

    assert as_markdown(field) == case.expected


def test_no_field_is_no_markdown() -> None:
    assert as_markdown(None) is None


def test_the_link_resolver_gives_the_address() -> None:
    link = {"link_type": "Document", "id": "i", "uid": "u"}
    span = {"type": "hyperlink", "start": 0, "end": 1, "data": link}
    field = [{"type": "paragraph", "text": "a", "spans": [span]}]

    assert as_markdown(field, link_resolver=lambda to: f"/{to['uid']}/") == "[a](/u/)"


def test_a_malformed_field_is_an_error_that_says_where() -> None:
    with pytest.raises(FieldError) as caught:
        as_markdown([{"type": "embed"}])

    assert caught.value.field == "[0].oembed"


# Texts that Markdown would read as something else, in any order, with spans anywhere.
TEXTS = st.text(alphabet="ab1 *_`[]()<>&!#~-+=.:|\\\nx", max_size=14).map(
    lambda text: text.strip(" \n")
)
EDGES = st.integers(0, 14)
LINK = {"link_type": "Web", "url": "https://e.org/(a b)&copy;<x>"}
SPANS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["strong", "em", "label"]), "start": EDGES, "end": EDGES}
    ),
    st.fixed_dictionaries(
        {"type": st.just("hyperlink"), "start": EDGES, "end": EDGES, "data": st.just(LINK)}
    ),
).filter(lambda span: span["start"] <= span["end"])


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None)
@given(TEXTS, st.lists(SPANS, max_size=3))
def test_a_reader_of_the_markdown_sees_the_text_of_the_paragraph(text: str, spans: Any) -> None:
    markdown = as_markdown([{"type": "paragraph", "text": text, "spans": spans}]) or ""

    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)

    assert words(re.sub(r"</?(p|strong|em|a|br)( [^>]*)?>", "", html)) == words(escaped(text))


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(TEXTS.filter(bool), st.sampled_from(["heading2", "list-item", "o-list-item"]))
def test_a_reader_sees_the_text_of_headings_and_items(text: str, kind: str) -> None:
    markdown = as_markdown([{"type": kind, "text": text, "spans": []}]) or ""

    html = MarkdownIt("commonmark").render(markdown)

    assert words(re.sub(r"</?(h2|ul|ol|li|br)( [^>]*)?>", "", html)) == words(escaped(text))


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
