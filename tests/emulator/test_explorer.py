"""The page at `/`: a form, results, and the code that asks the same."""

from __future__ import annotations

from urllib.parse import urlencode

import html5lib
import pytest
from emulator.conftest import ORIGIN, emulated

from prismic_ssg.emulator.explorer import explore

REPOSITORY = emulated(
    {"type": "post", "uid": "a", "tags": ["<b>"], "data": {"n": 1}},
    {"type": "post", "uid": "b", "data": {"n": 2}},
)
NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def page(**given):
    status, headers, body = explore(REPOSITORY.repository, urlencode(given), ORIGIN)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    parser = html5lib.HTMLParser(strict=True)
    return parser.parse(body.decode())


def texts(document, tag):
    return ["".join(each.itertext()) for each in document.iter(NAMESPACE + tag)]


def test_without_a_question_it_shows_the_first_documents():
    shown = page()
    assert "2 documents, page 1 of 1" in texts(shown, "p")
    assert texts(shown, "td")[:4] == ["a", "post", "a", "en-us"]


def test_a_question_is_answered_and_stays_in_the_form():
    shown = page(q='[[at(my.post.uid, "b")]]', orderings="[my.post.n desc]")
    assert texts(shown, "td")[0] == "b"
    assert texts(shown, "textarea")[0] == '[[at(my.post.uid, "b")]]'
    assert "1 document, page 1 of 1" in texts(shown, "p")


def test_the_code_is_that_of_the_clients():
    shown = page(q='[[at(my.post.n, 1)][any(document.tags, ["x", "y"])]]', pageSize="5", lang="*")
    _, python, javascript, _ = texts(shown, "pre")
    assert "client = Client(" in python
    assert 'filter.at("my.post.n", 1),' in python
    assert 'filter.any("document.tags", ["x", "y"]),' in python
    assert "page_size=5," in python
    assert 'prismic.filter.at("my.post.n", 1),' in javascript
    assert "pageSize: 5," in javascript


@pytest.mark.parametrize(
    ("q", "python", "javascript"),
    [
        ('[[in(document.id, ["a"])]]', "filter.in_(", "filter.in("),
        ("[[missing(my.post.n)]]", "filter.missing(", "filter.missing("),
        ("[[number.lt(my.post.n, 5)]]", "filter.number_less_than(", "filter.numberLessThan("),
        (
            "[[date.day-of-month-after(my.post.n, 5)]]",
            "filter.date_day_of_month_after(",
            "filter.dateDayOfMonthAfter(",
        ),
        ("[[at(my.post.n, true)]]", "True", "true"),
    ],
)
def test_each_filter_is_written_as_in_its_language(q, python, javascript):
    pre = texts(page(q=q), "pre")
    assert python in pre[1]
    assert javascript in pre[2]


def test_the_python_code_runs():
    pre = texts(page(q="[[not(my.post.n, 2)]]", fetchLinks="a.b", graphQuery="{post{n}}"), "pre")
    compile(pre[1], "explorer", "exec")


def test_a_refusal_is_shown():
    shown = page(q="[[nope(")
    assert any("unknown function 'nope'" in text for text in texts(shown, "p"))
    assert "# the filters can't be read" in texts(shown, "pre")[1]


@pytest.mark.parametrize("name", ["q", "orderings", "graphQuery", "routes", "ref", "lang", "page"])
def test_nothing_that_is_typed_becomes_html(name):
    shown = page(**{name: "\"'><script>alert(1)</script>${name}"})
    assert list(shown.iter(NAMESPACE + "script")) == []


def test_the_pages_before_and_after_are_linked():
    links = {
        each.get("rel"): each.get("href")
        for each in page(pageSize="1", lang="*").iter(NAMESPACE + "a")
        if each.get("rel")
    }
    assert links == {"next": "/?pageSize=1&lang=%2A&page=2"}
    shown = page(pageSize="1", page="2")
    assert [each.get("rel") for each in shown.iter(NAMESPACE + "a") if each.get("rel")] == ["prev"]


def test_a_question_without_an_answer_says_so():
    shown = page(q='[[at(my.post.uid, "nope")]]')
    assert "No document is like that." in texts(shown, "p")
    assert texts(shown, "table") == []


def test_every_input_has_a_label():
    for kind in ("input", "select", "textarea"):
        labelled = {
            each
            for label in page().iter(NAMESPACE + "label")
            for each in label.iter(NAMESPACE + kind)
        }
        assert len(labelled) == len(list(page().iter(NAMESPACE + kind)))


def test_a_token_is_not_shown():
    _, _, body = explore(REPOSITORY.repository, "access_token=secret", ORIGIN)
    assert b"secret" not in body
