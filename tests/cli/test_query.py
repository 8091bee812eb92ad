"""`prismic-ssg query` as its user sees it."""

from __future__ import annotations

import json

import pytest

SITE = """
-- content/repository.json --
{"languages": [{"id": "en-us"}, {"id": "fr-fr"}]}
-- content/a.json --
{"type": "post", "uid": "spring", "data": {"title": "Spring", "price": 3}}
-- content/b.json --
{"type": "post", "uid": "autumn", "data": {"title": "Autumn", "price": 5,
 "body": [{"type": "paragraph", "text": "Leaves\\n fall", "spans": []}]}}
-- content/c.json --
{"type": "page", "uid": "about", "lang": "fr-fr", "data": {"title": "À propos"}}
"""


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


@pytest.mark.parametrize(
    "filter_",
    ['at(my.post.uid, "spring")', '[at(my.post.uid, "spring")]', '[[at(my.post.uid, "spring")]]'],
)
def test_a_filter_may_have_brackets_or_not(cli, folder, filter_):
    answered = cli("-C", folder(SITE), "query", filter_)
    assert lines(answered.out) == [
        ["id", "type", "uid", "lang", "title"],
        ["a", "post", "spring", "en-us", "Spring"],
    ]
    assert "1 of 1 documents, page 1 of 1" in answered.err


def test_documents_are_ordered_and_paged(cli, folder):
    asked = ("query", "--order", "my.post.price desc", "--page-size", 1, "--page", 2)
    answered = cli("-C", folder(SITE), *asked)
    assert lines(answered.out)[1][0] == "a"
    assert "1 of 2 documents, page 2 of 2" in answered.err


def test_fields_are_shown_in_one_line_each(cli, folder):
    answered = cli("-C", folder(SITE), "query", 'at(document.id, "b")', "--fields", "price,body,x")
    assert answered.out.splitlines()[1].endswith("Autumn  5      Leaves fall  -")


def test_a_locale_can_be_chosen(cli, folder):
    assert "about" in cli("-C", folder(SITE), "query", "--lang", "fr-fr").out
    assert "about" not in cli("-C", folder(SITE), "query").out


def test_json_is_one_document_a_line(cli, folder):
    answered = cli("-C", folder(SITE), "query", "--json")
    ids = {json.loads(line)["id"] for line in answered.out.splitlines()}
    assert ids == {"a", "b"}


def test_the_url_is_printed_and_nothing_asked(cli, folder):
    answered = cli("-C", folder(SITE), "query", "--url", 'at(document.type, "post")')
    assert (
        "/api/v2/documents/search?q=%5B%5Bat%28document.type%2C+%22post%22%29%5D%5D" in answered.out
    )


def test_a_filter_that_can_not_be_read_is_shown_with_a_caret(cli, folder):
    answered = cli("-C", folder(SITE), "query", 'at(document.type "post")')
    assert answered.code == 2
    assert '[at(document.type "post")]\n                    ^\n' in answered.err


def test_no_site_is_needed_where_a_repository_is_named(cli, folder, tmp_path):
    content = folder(SITE) / "content"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "spring" in cli("-C", elsewhere, "query", "-r", content).out


def test_a_release_can_be_asked(cli, folder):
    project = folder(
        SITE
        + "-- content/releases/May/a.json --\n"
        + '{"id": "a", "type": "post", "uid": "may", "lang": "en-us"}'
    )
    assert "may" in cli("-C", project, "query", "--release", "May").out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (['at(document.type, "posts")'], "no type 'posts': did you mean 'post'?"),
        (['any(document.type, ["page", "xyz"])'], "no type 'xyz': it has page, post"),
        (["--lang", "fr"], "no language 'fr': it has en-us, fr-fr"),
        (['at(document.type, "page")'], None),
        (["--lang", "*", 'at(my.post.uid, "no")'], None),
    ],
)
def test_what_a_query_finds_nothing_by_is_told(cli, folder, asked, said):
    for offline in ([], ["--offline"]):
        answered = cli("-C", folder(SITE), "query", *asked, *offline)
        if said is None:
            assert "the repository has no" not in answered.err
        else:
            assert f"note: the repository has {said}" in answered.err
