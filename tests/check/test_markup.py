"""`--html`: every page by all of the HTML standard, each once."""

from __future__ import annotations

import pytest
from check_harness import page_of

from prismic_ssg.check import Wishes
from prismic_ssg.checking import markup_reading
from prismic_ssg.checks.markup import parse_errors

pytestmark = pytest.mark.slow

# What our own quick reading leaves to it.
IN_TABLE = "<table><tr><td>x</td></tr>\n<p>y</p></table>"


def invalid(report):
    return [(each.message, each.where.line) for each in report.findings if "html" in each.code]


def test_it_finds_what_the_quick_look_does_not(checked):
    assert invalid(checked(page_of(IN_TABLE))) == []
    messages = invalid(checked(page_of(IN_TABLE), wishes=Wishes(html=True)))
    assert ("<p> can't be here in a table", 6) in messages


def test_valid_pages_are_left_alone(checked):
    html = '<template><p>x</p></template><svg><path d=""/></svg><search><p>y</p></search>'
    assert invalid(checked(page_of(html), wishes=Wishes(html=True))) == []


def test_a_page_that_stays_as_it_is_is_read_once(checked, monkeypatch):
    first = invalid(checked(page_of(IN_TABLE), wishes=Wishes(html=True)))
    read = []

    def noted(html: str) -> list[tuple[int, str]]:
        read.append(html)
        return parse_errors(html)

    monkeypatch.setattr(markup_reading, "parse_errors", noted)
    assert invalid(checked(page_of(IN_TABLE), wishes=Wishes(html=True))) == first
    assert read == ["<!doctype html>"]


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<p>x", "the page does not begin with <!doctype html>"),
        ("<!doctype html><p>a & b &amp c</p>", "a character reference without its semicolon"),
        ("<!doctype html><div/>x", "a /> does not close this element"),
        ("<!doctype html><b><p>x</b></p>", "</b> where something inside is still open"),
        ("<!doctype html><table><tr><a>x</a></table>", "<a> can't be here in a table"),
    ],
)
def test_errors_are_said_in_words(html, says):
    assert says in [message for _, message in parse_errors(html)]
