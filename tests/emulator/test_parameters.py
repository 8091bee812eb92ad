"""What each parameter of the Document API does."""

from __future__ import annotations

import json

import pytest
from emulator.conftest import emulated, link

TITLE = {"type": "heading1", "text": "Title", "spans": []}
SECOND = {"type": "paragraph", "text": "second", "spans": []}


def test_links_are_written_as_their_target_is_at_the_ref():
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"l": link("b", uid="old", text="x", key="k")}},
        {"type": "post", "uid": "b", "tags": ["t"], "slugs": ["the-slug"], "lang": "fr-fr"},
    )
    written = repository.data("a")["l"]
    assert written == {
        "id": "b",
        "type": "post",
        "tags": ["t"],
        "lang": "fr-fr",
        "slug": "the-slug",
        "first_publication_date": None,
        "last_publication_date": None,
        "uid": "b",
        "link_type": "Document",
        "key": "k",
        "isBroken": False,
        "text": "x",
    }
    assert list(written)[:2] == ["id", "type"]


def test_a_link_without_a_target_is_broken():
    repository = emulated({"type": "post", "uid": "a", "data": {"l": link("gone", uid="x")}})
    written = repository.data("a")["l"]
    assert written["type"] == "broken_type"
    assert written["isBroken"] is True
    assert "uid" not in written


def test_alternate_languages_are_those_that_are_there_as_they_are():
    alternates = [
        {"id": "fr", "type": "p", "lang": "fr-fr", "uid": "old"},
        {"id": "gone", "type": "p", "lang": "de-de"},
    ]
    repository = emulated(
        {"type": "p", "uid": "en", "alternate_languages": alternates, "data": {"n": 1}},
        {"type": "p", "uid": "fr", "lang": "fr-fr"},
    )
    (document,) = repository.search(q='[[at(document.id, "en")]]')
    assert document["alternate_languages"] == [
        {"id": "fr", "type": "p", "lang": "fr-fr", "uid": "fr"}
    ]
    assert document["data"] == {"n": 1}


def test_documents_whose_links_are_current_keep_their_text_to_the_byte(golden, golden_documents):
    served = {each["id"]: each for each in golden_pages(golden)}
    assert len(served) == len(golden_documents)
    for identity, document in golden_documents.items():
        assert json.dumps(served[identity]["data"]) == json.dumps(document["data"])


def golden_pages(golden):
    for page in (1, 2, 3):
        yield from golden.search(page=page)


FETCH = emulated(
    {
        "type": "post",
        "uid": "a",
        "data": {
            "title": [TITLE, SECOND],
            "author": link("ann"),
            "rows": [{"x": 1, "y": 2, "by": link("ann")}],
            "text": [
                {
                    "type": "paragraph",
                    "text": "x",
                    "spans": [{"start": 0, "end": 1, "type": "hyperlink", "data": link("ann")}],
                }
            ],
            "slices": [
                {"slice_type": "s", "variation": "v", "items": [], "primary": {"by": link("ann")}}
            ],
        },
    },
    {
        "type": "author",
        "uid": "ann",
        "data": {
            "name": [TITLE, SECOND],
            "home": link("a"),
            "rows": [{"p": 1, "q": 2}],
            "body": [{"slice_type": "s", "items": [], "primary": {}}],
        },
    },
)


def test_fetch_keeps_the_named_fields_of_its_types():
    found = {each["id"]: each["data"] for each in FETCH.search(fetch="post.title,post.nothing")}
    assert found == {"a": {"title": [TITLE, SECOND]}, "ann": {}}


@pytest.mark.parametrize("text", ["", "[]", "  "])
def test_an_empty_fetch_fetches_everything(text):
    assert len(FETCH.data("a", fetch=text)) == 5


def test_fetch_takes_a_list_in_brackets_and_the_fields_of_a_group():
    assert FETCH.data("a", fetch="[post.rows.x]") == {"rows": [{"x": 1}]}


def test_fetch_links_adds_fields_wherever_a_field_links():
    data = FETCH.data("a", fetchLinks="author.name")
    first_block_only = {"name": [TITLE]}
    assert data["author"]["data"] == first_block_only
    assert data["rows"][0]["by"]["data"] == first_block_only
    assert data["slices"][0]["primary"]["by"]["data"] == first_block_only


def test_fetch_links_adds_nothing_to_links_in_rich_text():
    data = FETCH.data("a", fetchLinks="author.name")
    assert "data" not in data["text"][0]["spans"][0]["data"]


IMAGE = {"type": "image", "url": "https://e.org/a", "dimensions": {"width": 1, "height": 1}}


def test_fetch_links_adds_fields_in_a_group_whose_fields_are_called_as_a_spans_members():
    row = {"start": "2026-01-01", "end": "2026-01-02", "linkTo": link("ann"), "by": link("ann")}
    picture = {**IMAGE, "linkTo": link("ann")}
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"days": [row], "text": [picture]}},
        {"type": "author", "uid": "ann", "data": {"name": "Ann"}},
    )
    data = repository.data("a", fetchLinks="author.name")
    assert data["days"][0]["by"]["data"] == {"name": "Ann"}
    assert data["days"][0]["linkTo"]["data"] == {"name": "Ann"}
    assert "data" not in data["text"][0]["linkTo"]


HEADING = {"type": "heading4", "text": "heading", "spans": []}
EMBED = {"type": "embed", "oembed": {"embed_url": "https://e.org"}}


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ([TITLE, SECOND], [TITLE]),
        ([SECOND, TITLE, HEADING], [TITLE]),
        ([IMAGE, EMBED, SECOND, {**SECOND, "text": "third"}], [SECOND]),
        ([IMAGE, EMBED], []),
        ([], []),
    ],
)
def test_fetch_links_brings_of_rich_text_the_first_heading_or_else_the_first_text(text, brought):
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"by": link("ann")}},
        {"type": "author", "uid": "ann", "data": {"bio": text, "rows": [{"b": text}]}},
    )
    fetched = repository.data("a", fetchLinks="author.bio,author.rows.b")["by"]["data"]
    assert fetched == {"bio": brought, "rows": [{"b": brought}]}


def test_fetch_links_brings_a_group_that_is_fetched_whole_as_it_is():
    rows = [{"b": [SECOND, TITLE]}]
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"by": link("ann")}},
        {"type": "author", "uid": "ann", "data": {"rows": rows}},
    )
    assert repository.data("a", fetchLinks="author.rows")["by"]["data"] == {"rows": rows}


def test_fetch_links_goes_one_level_deep():
    fetched = FETCH.data("a", fetchLinks="author.home,post.title")["author"]["data"]
    assert fetched["home"]["id"] == "a"
    assert "data" not in fetched["home"]


def test_fetch_links_brings_fields_of_groups_and_whole_slice_zones():
    fetched = FETCH.data("a", fetchLinks="author.rows.p,author.body")["author"]["data"]
    assert fetched == {
        "rows": [{"p": 1}],
        "body": [{"slice_type": "s", "items": [], "primary": {}}],
    }


@pytest.mark.parametrize("fetch_links", ["author.nothing", "post.title", "", "x"])
def test_a_link_for_which_nothing_was_fetched_has_no_data(fetch_links):
    assert "data" not in FETCH.data("a", fetchLinks=fetch_links)["author"]


def test_graph_query_supersedes_fetch_and_fetch_links():
    data = FETCH.data(
        "a", graphQuery="{post{author}}", fetch="post.title", fetchLinks="author.name"
    )
    assert list(data) == ["author"]
    assert "data" not in data["author"]


def test_graph_query_links_as_deep_as_it_says():
    query = "{post{author{...on author{home{...on post{author{...on author{rows{q}}}}}}}}}"
    fetched = FETCH.data("a", graphQuery=query)["author"]["data"]
    assert fetched["home"]["data"]["author"]["data"] == {"rows": [{"q": 2}]}


def test_a_type_without_a_block_comes_without_fields():
    assert FETCH.data("ann", graphQuery="{post{author}}") == {}


def test_what_would_be_too_large_is_refused():
    rows = [{"l": link("a")} for _ in range(40)]
    repository = emulated({"type": "t", "uid": "a", "data": {"rows": rows}})
    query = "{t{rows{l" + "{...on t{rows{l" * 6 + "}}}" * 6 + "}}}"
    status, body = repository.refusal(graphQuery=query)
    assert (status, body["type"]) == (400, "api_parsing_error")
    assert "32 MB" in body["message"]


MODEL = {
    "id": "post",
    "json": {
        "Main": {
            "author": {
                "type": "Link",
                "config": {
                    "select": "document",
                    "customtypes": [{"id": "author", "fields": ["name"]}],
                },
            }
        }
    },
}


def test_a_model_brings_fields_along_unasked():
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"author": link("ann")}},
        {"type": "author", "uid": "ann", "data": {"name": "Ann", "age": 3}},
        models=(MODEL,),
    )
    assert repository.data("a")["author"]["data"] == {"name": "Ann"}


ROUTED = emulated(
    {
        "type": "post",
        "uid": "a",
        "data": {"c": link("news"), "gone": link("gone"), "t": [{"l": link("x")}]},
        "alternate_languages": [{"id": "x", "type": "post", "lang": "fr-fr", "uid": "x"}],
    },
    {"type": "post", "uid": "x", "lang": "fr-fr"},
    {"type": "category", "uid": "news"},
)
ROUTES = json.dumps(
    [
        {"type": "post", "path": "/:lang?/:category?/:uid", "resolvers": {"category": "c"}},
        {"type": "category", "path": "/c/:uid"},
    ]
)


def test_routes_give_documents_and_links_their_urls():
    urls = {each["id"]: each["url"] for each in ROUTED.search(routes=ROUTES)}
    assert urls == {"a": "/news/a", "x": "/fr-fr/x", "news": "/c/news"}
    data = ROUTED.data("a", routes=ROUTES)
    assert data["c"]["url"] == "/c/news"
    assert data["t"][0]["l"]["url"] == "/fr-fr/x"
    assert "url" not in data["gone"]


def test_a_route_follows_a_link_whose_target_is_there_again():
    written = link("p", type="broken_type", isBroken=True)
    repository = emulated(
        {"type": "page", "uid": "c", "data": {"parent": written}}, {"type": "page", "uid": "p"}
    )
    routes = [{"type": "page", "path": "/:parent?/:uid", "resolvers": {"parent": "parent"}}]
    (page,) = repository.search(q='[[at(document.id, "c")]]', routes=json.dumps(routes))
    assert page["data"]["parent"]["isBroken"] is False
    assert page["url"] == "/p/c"


def test_routes_give_alternate_languages_no_url():
    (document,) = ROUTED.search(routes=ROUTES, q='[[at(document.id, "a")]]')
    assert document["alternate_languages"] == [
        {"id": "x", "type": "post", "lang": "fr-fr", "uid": "x"}
    ]


@pytest.mark.parametrize("routes", ["", "[]"])
def test_without_routes_there_is_no_url(routes):
    assert {each["url"] for each in ROUTED.search(routes=routes)} == {None}


def test_the_broken_route_is_the_url_of_broken_links_only():
    data = ROUTED.data("a", brokenRoute="/404")
    assert data["gone"]["url"] == "/404"
    assert "url" not in data["c"]


INVALID_RESOLVER = (
    "[Link resolver error] Invalid resolver t\n"
    "It must be a content relationship linked to one and only one custom type."
)


@pytest.mark.parametrize(
    ("routes", "message"),
    [
        ('[{"type": "nope", "path": "/"}]', "[Link resolver error] Unknown type"),
        (
            '[{"type": "post", "path": "/:t/:uid", "resolvers": {"t": "nothing"}}]',
            INVALID_RESOLVER,
        ),
        (
            '[{"type": "post", "path": "/:t/:uid", "resolvers": {"t": "t"}}]',
            INVALID_RESOLVER,
        ),
        ("{", "[Link resolver error] routes must be a JSON array of objects"),
        ('[{"type": "post"}]', "[Link resolver error] routes must be a JSON array of objects"),
    ],
)
def test_wrong_routes_are_refused_whatever_is_asked(routes, message):
    status, body = ROUTED.refusal(routes=routes, q='[[at(document.type, "category")]]')
    assert (status, body) == (400, {"type": "api_parsing_error", "message": message})


@pytest.mark.parametrize("path", ["about", "/:nope", "/a?b"])
def test_a_wrong_path_in_routes_is_refused(path):
    routes = json.dumps([{"type": "post", "path": path}])
    status, body = ROUTED.refusal(routes=routes)
    assert status == 400
    assert body["message"].startswith("[Link resolver error] ")


def test_a_resolver_that_content_links_to_two_types_is_refused():
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"p": link("a")}},
        {"type": "post", "uid": "b", "data": {"p": link("c")}},
        {"type": "page", "uid": "c"},
    )
    routes = json.dumps([{"type": "post", "path": "/:p/:uid", "resolvers": {"p": "p"}}])
    assert "Invalid resolver p" in repository.refusal(routes=routes)[1]["message"]


def test_a_resolver_is_checked_with_the_model_where_there_is_one():
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"author": link("b")}},
        {"type": "author", "uid": "b"},
        models=(MODEL,),
    )
    good = json.dumps([{"type": "post", "path": "/:a/:uid", "resolvers": {"a": "author"}}])
    (document,) = repository.search(routes=good, q='[[at(document.type, "post")]]')
    assert document["url"] == "/b/a"
    bad = good.replace('"a": "author"', '"a": "other"')
    assert repository.refusal(routes=bad)[0] == 400


def test_after_leaves_out_everything_up_to_a_document():
    repository = emulated(*({"type": "p", "uid": uid} for uid in "abcd"))
    page = repository.page(orderings="[my.p.uid]", after="b")
    assert [each["id"] for each in page["results"]] == ["c", "d"]
    assert page["total_results_size"] == 2


def test_after_an_unknown_document_is_everything():
    repository = emulated({"type": "p", "uid": "a"})
    assert repository.ids(after="foo") == ["a"]


@pytest.mark.parametrize(
    "orderings", ["my.p.n desc", "[my.p.n desc]", "[[my.p.n desc]]", " [ my.p.n  desc ] "]
)
def test_orderings_in_all_their_forms(orderings):
    repository = emulated(*({"type": "p", "uid": str(n), "data": {"n": n}} for n in (1, 3, 2)))
    assert repository.ids(orderings=orderings) == ["3", "2", "1"]


def test_unknown_parameters_change_nothing():
    repository = emulated({"type": "p", "uid": "a"})
    given = {"x-c": "js-7.22.0", "x-d": "1", "referer": "r", "integrationFieldsRef": "i"}
    assert repository.ids(**given) == ["a"]


def test_the_first_of_a_parameter_that_is_given_twice_counts():
    repository = emulated({"type": "p", "uid": "a"}, {"type": "p", "uid": "b"})
    assert repository.page(pageSize=[1, 2])["results_per_page"] == 1


UNEXPECTED = (
    "[function at(..)] unexpected field '{0}' on line:1 col:6 in query '[[at({0}, \"x\")]]'"
)


@pytest.mark.parametrize(
    "path", ["my.nope.title", "my.post.nope", "document.lang", "my.post.rows.nope", "my.author.uid"]
)
def test_a_field_that_no_published_document_can_have_is_refused(path):
    repository = emulated(
        {"type": "post", "uid": "a", "data": {"title": [], "rows": [{"there": 1}]}},
        {"type": "author", "id": "b"},
    )
    status, body = repository.refusal(q=f'[[at({path}, "x")]]')
    assert status == 400
    assert body == {"type": "api_parsing_error", "message": UNEXPECTED.format(path)}


@pytest.mark.parametrize("path", ["my.post.title", "my.post.rows.there", "my.post.uid"])
def test_a_field_that_any_document_of_the_type_has_is_known(path):
    repository = emulated(
        {"type": "post", "uid": "a"},
        {"type": "post", "uid": "b", "data": {"title": [], "rows": [{"there": 1}]}},
    )
    assert repository.ids(q=f'[[at({path}, "x")]]') == []


def test_a_field_of_the_model_is_known_as_soon_as_something_is_published():
    without = emulated({"type": "other", "uid": "a"}, models=(MODEL,))
    assert without.refusal(q="[[has(my.post.author)]]")[0] == 400
    published = emulated({"type": "post", "id": "p"}, models=(MODEL,))
    assert published.ids(q="[[has(my.post.author)]]") == []


def test_an_unknown_type_is_no_error_to_ask_for():
    assert emulated({"type": "p", "uid": "a"}).ids(q='[[at(document.type, "nope")]]') == []


def test_ordering_by_an_unknown_field_is_refused():
    status, body = emulated({"type": "p", "uid": "a"}).refusal(orderings="[my.p.nope]")
    assert (status, body["message"]) == (
        400,
        "unexpected field 'my.p.nope' in orderings '[my.p.nope]'",
    )
