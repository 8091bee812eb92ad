"""The endpoints over a folder: what a client is answered."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.seed import seed

ORIGIN = "https://emulated.example"


def repository(*documents: dict[str, object], **files: dict[str, object]):
    named = [(f"documents/{each['id']}.json", json.dumps(each).encode()) for each in documents]
    named += [
        (name.replace("__", "/") + ".json", json.dumps(v).encode()) for name, v in files.items()
    ]
    made, problems = seed(named, name="test")
    assert not problems
    return made


def ask(made, path="/api/v2/documents/search", **params: object):
    status, _, body = answer(made, "GET", path, urlencode(params, doseq=True), origin=ORIGIN)
    return status, json.loads(body)


POSTS = [
    {
        "id": f"p{n}",
        "type": "post",
        "uid": f"u{n}",
        "lang": "en-us",
        "tags": ["even"] * (n % 2 == 0),
    }
    for n in range(5)
]


@pytest.fixture
def made():
    return repository(
        *POSTS,
        {"id": "f", "type": "post", "uid": "u0", "lang": "fr-fr"},
        repository={"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr"}]},
    )


def test_the_repository_api_names_the_master_ref_first(made):
    status, home = ask(made, "/api/v2")
    assert status == 200
    assert home["refs"][0] == {
        "id": "master",
        "ref": made.master.ref,
        "label": "Master",
        "isMasterRef": True,
    }
    assert [language["id"] for language in home["languages"]] == ["en-us", "fr-fr"]
    assert home["types"] == {"post": "post"}
    assert home["forms"]["tags"]["action"] == f"{ORIGIN}/api/tags"


def test_the_ref_is_that_of_the_content_whatever_the_files_are_called(made):
    files = [
        (f"documents/{n}.json", json.dumps(post, indent=3).encode()) for n, post in enumerate(POSTS)
    ]
    one, _ = seed(files, name="x")
    other, _ = seed(reversed(files), name="y")
    assert one.master.ref == other.master.ref != made.master.ref


def test_a_search_has_the_envelope_of_the_api(made):
    _, page = ask(made, ref=made.master.ref, pageSize=2, page=2, orderings="[my.post.uid]")
    assert list(page) == [
        "page",
        "results_per_page",
        "results_size",
        "total_results_size",
        "total_pages",
        "next_page",
        "prev_page",
        "results",
    ]
    assert (page["page"], page["total_results_size"], page["total_pages"]) == (2, 5, 3)
    assert [each["id"] for each in page["results"]] == ["p2", "p3"]
    assert "page=3&pageSize=2" in page["next_page"]


def test_a_document_has_every_member_in_the_order_of_the_api(made):
    _, page = ask(made, ref=made.master.ref, pageSize=1)
    assert list(page["results"][0]) == [
        "id",
        "uid",
        "url",
        "type",
        "href",
        "tags",
        "first_publication_date",
        "last_publication_date",
        "slugs",
        "linked_documents",
        "lang",
        "alternate_languages",
        "data",
    ]


def test_the_href_of_a_document_names_the_ref_that_was_asked(made):
    _, page = ask(made, ref=made.master.ref, q='[[at(document.id, "p1")]]')
    assert page["results"][0]["href"].startswith(
        f"{ORIGIN}/api/v2/documents/search?ref={made.master.ref}&q=%5B%5B%3Ad+%3D+at%28document.id"
    )


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        (['[[at(document.id, "p3")]]'], ["p3"]),
        (['[[at(document.type, "nothing")]]'], []),
        (['[[at(my.post.uid, "u0")]]'], ["p0"]),
        (['[[any(document.tags, ["even"])]]'], ["p0", "p2", "p4"]),
        (['[[in(document.id, ["p4", "p1"])]]'], ["p4", "p1"]),
        (['[[at(document.type, "post")]]', '[[at(document.tags, ["even"])]]'], ["p0", "p2", "p4"]),
        (["[]"], ["p0", "p1", "p2", "p3", "p4"]),
    ],
)
def test_a_search_by(made, q, ids):
    _, page = ask(made, ref=made.master.ref, q=q)
    assert [each["id"] for each in page["results"]] == ids


def test_a_search_is_in_the_master_locale_unless_it_says_otherwise(made):
    counts = [
        ask(made, ref=made.master.ref, **lang)[1]["total_results_size"]
        for lang in ({}, {"lang": "fr-fr"}, {"lang": "*"})
    ]
    assert counts == [5, 1, 6]


def test_a_page_is_of_100_documents_at_most(made):
    _, page = ask(made, ref=made.master.ref, pageSize=1000)
    assert page["results_per_page"] == 100


@pytest.mark.parametrize(
    ("params", "status", "kind"),
    [
        ({}, 400, "api_validation_error"),
        ({"ref": "nope"}, 404, "api_notfound_error"),
        ({"ref": "M", "q": "[[nope]]"}, 400, "api_parsing_error"),
        ({"ref": "M", "orderings": "[document.tags]"}, 400, "api_parsing_error"),
        ({"ref": "M", "page": "x"}, 400, "api_parsing_error"),
        ({"ref": "M", "graphQuery": "{ post { title }"}, 400, "api_parsing_error"),
    ],
)
def test_what_can_not_be_answered_is_refused(made, params, status, kind):
    if params.get("ref") == "M":
        params = {**params, "ref": made.master.ref}
    got, body = ask(made, **params)
    assert (got, body["type"]) == (status, kind)


def test_an_unknown_ref_is_told_the_master_ref(made):
    _, body = ask(made, ref="nope")
    assert body["message"].endswith(f"Master ref is: {made.master.ref}")


def test_a_release_has_the_masters_documents_with_its_own_on_top():
    made = repository(
        *POSTS[:3],
        releases__Spring__a={**POSTS[0], "uid": "changed"},
        releases__Spring__b={"id": "p1", "deleted": True},
        releases__Spring__c={"id": "new", "type": "post", "lang": "en-us"},
    )
    (release,) = made.releases
    _, page = ask(made, ref=release.snapshot.ref, orderings="[my.post.uid]")
    assert [(each["id"], each["uid"]) for each in page["results"]] == [
        ("p0", "changed"),
        ("p2", "u2"),
        ("new", None),
    ]
    assert release.snapshot.ref.endswith(f"~{made.master.ref}")


def test_a_release_that_deletes_what_is_not_there_is_told():
    files = [
        ("documents/a.json", b'{"id": "a", "type": "x"}'),
        ("releases/S/b.json", b'{"id": "b", "deleted": true}'),
    ]
    made, (problem,) = seed(files, name="x")
    assert "releases/S/b.json: the release 'S' deletes 'b'" in problem.message
    assert len(made.master) == 1


def test_the_locale_with_most_documents_is_the_master_where_none_is_named():
    made = repository(
        {"id": "a", "type": "x", "lang": "en-us"},
        {"id": "b", "type": "x", "lang": "fr-fr"},
        {"id": "c", "type": "x", "lang": "fr-fr"},
    )
    assert [language.id for language in made.languages] == ["fr-fr", "en-us"]


def test_documents_keep_their_text_to_the_byte():
    text = "line\u2028separator \\u00e9 😀"
    made = repository({"id": "a", "type": "x", "lang": "en-us", "data": {"t": text}})
    _, page = ask(made, ref=made.master.ref)
    assert page["results"][0]["data"]["t"] == text


ROWS, LINKS = "rows", "links"


def nested(depth: int, kind: str) -> object:
    link = {"link_type": "Document", "id": "b", "type": "p"}
    value: object = dict(link)
    for _ in range(depth):
        value = [{"x": value}] if kind == ROWS else {**link, "data": {"x": value}}
    return value


@pytest.mark.parametrize("kind", [ROWS, LINKS])
@pytest.mark.parametrize(
    "asked", [{}, {"fetchLinks": "p.f"}, {"routes": '[{"type":"p","path":"/:uid"}]'}]
)
def test_links_are_as_they_are_now_however_deep_they_are(kind: str, asked: dict[str, str]):
    depth = 400 if kind == ROWS else 150
    made = repository(
        {"id": "a", "type": "p", "data": {"f": nested(depth, kind)}},
        {"id": "b", "type": "p", "uid": "now"},
    )
    status, found = ask(made, ref=made.master.ref, q='[[at(document.id,"a")]]', **asked)
    assert status == 200
    value = found["results"][0]["data"]["f"]
    for _ in range(depth):
        value = value[0]["x"] if kind == ROWS else value["data"]["x"]
    assert value["uid"] == "now"


def test_a_document_that_is_too_deep_is_named():
    depth = 470
    made = repository(
        {"id": "deep", "type": "p", "data": {"f": nested(depth, LINKS)}},
        {"id": "b", "type": "p"},
    )

    def called_from(depth: int) -> tuple[int, dict[str, str]]:
        # A server has calls of its own around an answer.
        return ask(made, ref=made.master.ref) if depth == 0 else called_from(depth - 1)

    status, said = called_from(100)
    assert (status, said["type"]) == (400, "api_parsing_error")
    assert "'deep' is nested too deep" in said["message"]


@pytest.mark.parametrize("depth", [300, 950, 1900])
@pytest.mark.parametrize("before", ['{"my-repo.prismic.io":', '[{"type":"p","path":"/","x":'])
def test_a_parameter_that_is_too_deep_is_no_fault_of_the_server(made, depth: int, before: str):
    name = "ref" if before.startswith("{") else "routes"
    deep = f"{before}{'[' * depth}"[:1900]
    query = f"{name}={deep}" if name == "ref" else f"ref={made.master.ref}&{name}={deep}"
    status, _, _ = answer(made, "GET", "/api/v2/documents/search", query, origin=ORIGIN)
    assert status in (400, 404)


def test_routes_that_the_repository_api_is_given_reach_searches_by_its_form(made):
    # So do clients before version 6: they fill the form, and send its fields' defaults.
    routes = '[{"type":"post","path":"/posts/:uid"}]'
    _, home = ask(made, "/api/v2", routes=routes)
    fields = home["forms"]["everything"]["fields"]
    filled = {name: field["default"] for name, field in fields.items() if "default" in field}
    _, page = ask(made, **filled, ref=made.master.ref, q='[[at(document.id, "p1")]]')
    assert [each["url"] for each in page["results"]] == ["/posts/u1"]
    assert home["forms"]["tags"]["fields"] == {}


def test_a_repository_that_is_given_no_routes_has_no_field_for_them(made):
    _, home = ask(made, "/api/v2")
    assert list(home["forms"]["everything"]["fields"])[-1] == "referer"
