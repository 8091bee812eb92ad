"""Whatever is in a parameter: an answer or a refusal, within a second, and no error of ours."""

from __future__ import annotations

import time
from urllib.parse import quote, urlencode

import pytest
from emulator.conftest import ORIGIN
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prismic_ssg.emulator.endpoints import answer

SEARCH = "/api/v2/documents/search"
NAMES = (
    "q", "orderings", "after", "fetch", "fetchLinks", "graphQuery", "lang", "pageSize", "page",
    "routes", "brokenRoute", "integrationFieldsRef", "access_token",
)  # fmt: skip

PIECES = (
    "[[", "]]", "[", "]", "(", ")", '"', "\\", "\\\"", ",", " ", "\t", "\n", "\0", "{", "}", "...",
    "at", "any", "in", "fulltext", "similar", "geopoint.near", "date.day-of-week", "number.inRange",
    "my.blog_post.title", "my.kitchen-sink.group.text", "document", "document.tags", ":d =", "*",
    "1", "-1", "1e400", "9" * 400, "0x1", "NaN", "true", "null", "é", "😀", "日本", "\u2028", "%",
    "on", "blog_post", "blog_postFields", "author", "desc", ":lang?", "/:uid", "AND", "NEAR", "^",
    '{"type":"page","path":"/"}', '"Monday"', "2020-02-30", "document.lang", "%7B", "//", ":",
)  # fmt: skip

NASTY = [
    "[" * 1900,
    "{" * 1900,
    "[[at(document.id," + "[" * 1000,
    '[[fulltext(document, "' + "a " * 800 + '")]]',
    '[[fulltext(document, "' + '\\"' * 800 + '")]]',
    '[[at(document.id, "\\")]]',
    "[[any(document.id, [" + ", ".join(['"x"'] * 300) + "])]]",
    "[[number.lt(my.kitchen-sink.number, " + "9" * 1500 + ")]]",
    "[[date.after(document.first_publication_date, 99999999999999999999)]]",
    "[[date.after(document.first_publication_date, -9e300)]]",
    "[[geopoint.near(my.author.home, 90, 180, 1e308)]]",
    '[[similar("ZvcdNkGaeEI8sBUF", 9007199254740992)]]',
    "[[similar(\"ZvcdNkGaeEI8sBUF\", 1e16)]]",
    "{blog_post{" + "related{...on blog_post{" * 70 + "}}" * 70 + "}}",
    "{page{" + "parent{...on page{" * 59 + "title" + "}}" * 59 + "}}",
    "{page{" + "parent{...on page{" * 35 + "...pageFields" + "}}" * 35 + "}}",
    "{blog_post{" + "related{post{...on blog_post{" * 25 + "title" + "}}}" * 25 + "}}",
    "my.page.title," * 130,
    "my.kitchen-sink." + "group." * 300 + "x",
    '[{"type":"page","path":"/' + ":parent?/" * 90 + '","resolvers":{"parent":"parent"}}]',
    '[{"type":"page","path":"/:p","resolvers":{"p":"' + "parent." * 250 + 'parent"}}]',
    "[" + '{"type":"page","path":"/:uid"},' * 60 + "]",
    "\ud800", "\udfff\ud800", "\x00" * 50, "‮" * 100, "%00%FF%zz", "../../etc/passwd", "'; DROP--",
    "9" * 18, "-9", "1.5", "１００", "²", "+1", "0", "", " ", "null", "[]", "{}", "[[]]", "[[][]]",
    "%7B%22_tracker", '{"my-repo.prismic.io":{"preview":"{"}}', '{"a":' * 300,
    "https://[::1/previews/x", "http%3A%2F%2F/previews/%00", "a~b~c", "~",
    '{"example-repo.prismic.io":{"preview":"%7B%7D"}}', '{"example-repo":{"preview":{}}}', "[1]",
]  # fmt: skip


def check(golden, query):
    began = time.perf_counter()
    status, _, body = answer(golden.repository, "GET", SEARCH, query, origin=ORIGIN)
    took_s = time.perf_counter() - began
    assert status in (200, 400, 401, 404, 410, 414), (status, body[:200])
    assert took_s < 1, took_s
    return status


def asked(golden, name, value):
    return {"ref": golden.ref, name: value}


@pytest.mark.parametrize("name", [*NAMES, "ref"])
def test_nasty_texts_are_answered_or_refused(golden, name):
    for text in NASTY:
        check(golden, urlencode(asked(golden, name, text), errors="surrogatepass"))


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(
    name=st.sampled_from([*NAMES, "ref"]),
    text=st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text()),
)
@example(name="q", text='[[at(document.id, "a")]')
def test_any_text_is_answered_or_refused(golden, name, text):
    query = asked(golden, name, text[:600])
    check(golden, urlencode(query, errors="replace"))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(query=st.binary(max_size=200).map(lambda raw: quote(raw, safe="=&+%[]")))
def test_any_query_is_answered_or_refused(golden, query):
    check(golden, query)


@settings(max_examples=100, deadline=None)
@given(query=st.text(max_size=100))
def test_a_query_that_no_client_would_encode_so_is_answered_or_refused(golden, query):
    check(golden, f"ref={golden.ref}&q={query}")


def test_a_url_of_2048_characters_is_read_and_a_longer_one_is_not(golden):
    start = f"ref={golden.ref}&x="
    room = 2048 - len(f"{ORIGIN}{SEARCH}?{start}")
    assert check(golden, start + "a" * room) == 200
    assert check(golden, start + "a" * (room + 1)) == 414


@pytest.mark.parametrize("path", ["/", "/api/v2/../x", "/api", "/api/v1", "/%00", "/api/v2/x"])
def test_any_other_path_is_not_found_as_html(golden, path):
    status, headers, _ = answer(golden.repository, "GET", path, "", origin=ORIGIN)
    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
def test_only_get_is_answered(golden, method):
    assert answer(golden.repository, method, SEARCH, "", origin=ORIGIN)[0] == 405


def test_graphql_is_refused_with_what_to_do_instead(golden):
    status, _, body = answer(golden.repository, "GET", "/graphql", "query={x}", origin=ORIGIN)
    assert status == 501
    assert b"graphQuery" in body
