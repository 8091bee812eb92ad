"""The html of embeds in safe mode: tests/cases/embed_html.txt, and any text at all."""

import time

import html5lib
import pytest
from case_files import Case, load_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from prismic_ssg.content.embed_html import sanitised
from prismic_ssg.render.absolute_html import absolute_html

TAGS = [
    "a",
    "b",
    "blockquote",
    "br",
    "div",
    "figure",
    "hr",
    "iframe",
    "img",
    "li",
    "math",
    "p",
    "pre",
    "script",
    "style",
    "svg",
    "table",
    "ul",
    "x",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<!--", "-->", "<![", "]]>", "<?", "&lt;", "&#x3c;", "&#0;", "\x00", "\r", "<", ">"]
    ),
    st.sampled_from(
        [' href="javascript:x"', " onload=x", '<a href="', "<img src=https://x onerror=x>"]
    ),
    st.text(max_size=5),
)


@pytest.mark.parametrize("case", load_cases("embed_html"), ids=str)
def test_safe_embed_html_is_what_the_allow_list_leaves(case: Case) -> None:
    assert sanitised(case.input) == case.expected


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_safe_embed_html_is_well_formed_and_holds_nothing_that_runs(html: str) -> None:
    clean = "".join(c for c in sanitised(html) if c.isprintable() and c != "\ufffd")

    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(clean, "div")

    for element in tree.iter():
        assert element.tag not in {"script", "style", "svg", "math"}
        assert not any(name.startswith("on") for name in element.keys())  # noqa: SIM118  (no dict)
        assert "javascript" not in (element.get("href") or "")


UNENDING = [
    "<a ",
    "<a b='",
    '<iframe "',
    "<b/",
    "<!--",
    "<!--x>",
    "<![CDATA[",
    "<ul><li>",
    "<ul>",
    "<p><b>",
]


@pytest.mark.slow
@pytest.mark.parametrize("unending", UNENDING)
def test_html_that_never_ends_is_read_in_time_by_its_length(unending: str) -> None:
    """A minute and more before: the parser looked for each end up to the end of the text."""
    started = time.process_time()
    sanitised(unending * (200_000 // len(unending)))
    absolute_html(unending * (60_000 // len(unending)), "https://e.org/")
    assert time.process_time() - started < 5


def test_what_stands_before_a_tag_that_never_ends_stays() -> None:
    assert sanitised("<b>I <3 it</b> & <a href='https://e.org") == "<b>I &lt;3 it</b> &amp; "
    assert sanitised("a<!-- b -->c<!-- <b>d</b>") == "ac"
    assert sanitised("<!-- <b>d</b>") == ""
    assert absolute_html("<i>x</i> 1 < 2 <a href='/y", "https://e.org/") == "<i>x</i> 1 < 2 "
