"""Every method of the official client against the emulator; what to expect is from plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from official.client_harness import (
    Json,
    Official,
    golden_description,
    golden_documents,
    official_client,
    official_with_golden,
)

pytestmark = pytest.mark.slow

DOCUMENTS = golden_documents()
BY_ID = {document["id"]: document for document in DOCUMENTS}
MASTER_LOCALE = [document for document in DOCUMENTS if document["lang"] == "en-us"]
EVERYWHERE = {"lang": "*"}


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    with official_with_golden() as client:
        yield client


def ids(documents: Any) -> list[str]:
    return [document["id"] for document in documents]


def of_type(custom_type: str, documents: list[Json] = DOCUMENTS) -> list[Json]:
    return [document for document in documents if document["type"] == custom_type]


def test_a_document_arrives_as_it_is_stored(official: Official) -> None:
    for expected in DOCUMENTS[::25]:
        document = official("getByID", expected["id"], EVERYWHERE)["result"]
        ref = official.repository.ref
        by_id = quote(f'[[:d = at(document.id, "{expected["id"]}") ]]', safe="").replace("%20", "+")
        href = f"{official.repository.endpoint}/documents/search?ref={ref}&q={by_id}"
        assert document == {**expected, "href": href}
        assert list(document) == list(expected)


def test_all_documents_arrive_once(official: Official) -> None:
    assert official.ids("dangerouslyGetAll", EVERYWHERE) == ids(DOCUMENTS)
    assert official.ids("dangerouslyGetAll", {"limit": 0}) == []
    assert official.ids("dangerouslyGetAll", {**EVERYWHERE, "limit": 3}) == ids(DOCUMENTS[:3])


@pytest.mark.parametrize(("size", "page"), [(7, 1), (7, 2), (7, 36), (100, 3), (1000, 1), (20, 99)])
def test_a_page_says_where_it_stands(official: Official, size: int, page: int) -> None:
    found = official("get", {**EVERYWHERE, "pageSize": size, "page": page})["result"]
    real_size = min(size, 100)
    start = (page - 1) * real_size
    pages = -(-len(DOCUMENTS) // real_size)
    expected = ids(DOCUMENTS[start : start + real_size])
    assert ids(found.pop("results")) == expected
    following, previous = found.pop("next_page"), found.pop("prev_page")
    assert found == {
        "page": page,
        "results_per_page": real_size,
        "results_size": len(expected),
        "total_results_size": len(DOCUMENTS),
        "total_pages": pages,
    }
    assert (following is not None) == (page < pages)
    assert (previous is not None) == (1 < page <= pages + 1)
    if following:
        assert f"page={page + 1}&pageSize={real_size}" in following


@pytest.mark.parametrize("lang", [None, "*", "fr-fr", "ar-ae", "de-de", "xx-xx"])
def test_a_locale_is_asked_alone(official: Official, lang: str | None) -> None:
    found = official("get", {"lang": lang, "pageSize": 100} if lang else {"pageSize": 100})
    wanted = lang or "en-us"
    expected = [each for each in DOCUMENTS if wanted in ("*", each["lang"])]
    assert found["result"]["total_results_size"] == len(expected)
    assert ids(found["result"]["results"]) == ids(expected)[:100]


def test_the_methods_that_get_by_something(official: Official) -> None:
    some = [DOCUMENTS[5], DOCUMENTS[200], DOCUMENTS[77]]
    page = next(each for each in MASTER_LOCALE if each["type"] == "page")
    pages = of_type("page", MASTER_LOCALE)
    tagged = [each for each in DOCUMENTS if "News" in each["tags"]]
    both = [each for each in tagged if "low" in each["tags"]]
    either = [each for each in DOCUMENTS if {"News", "low"} & set(each["tags"])]
    uids = [each["uid"] for each in pages[2:5]]
    same_uid = [each for uid in uids for each in pages if each["uid"] == uid]
    (settings,) = of_type("settings", MASTER_LOCALE)
    cases: list[tuple[str, list[Any], list[Json]]] = [
        ("getByID", [some[0]["id"], EVERYWHERE], [some[0]]),
        ("getByIDs", [ids(some), EVERYWHERE], some),
        ("getAllByIDs", [ids(some), EVERYWHERE], some),
        ("getByUID", ["page", page["uid"]], [page]),
        ("getByUIDs", ["page", uids], same_uid),
        ("getAllByUIDs", ["page", uids], same_uid),
        ("getSingle", ["settings"], [settings]),
        ("getFirst", [EVERYWHERE], [DOCUMENTS[0]]),
        ("getByType", ["page", {"pageSize": 100}], pages),
        ("getAllByType", ["page"], pages),
        ("getByTag", ["News", {**EVERYWHERE, "pageSize": 100}], tagged[:100]),
        ("getAllByTag", ["News", EVERYWHERE], tagged),
        ("getByEveryTag", [["News", "low"], {**EVERYWHERE, "pageSize": 100}], both[:100]),
        ("getAllByEveryTag", [["News", "low"], EVERYWHERE], both),
        ("getBySomeTags", [["News", "low"], {**EVERYWHERE, "pageSize": 100}], either[:100]),
        ("getAllBySomeTags", [["News", "low"], EVERYWHERE], either),
    ]
    calls = [{"call": name, "args": args} for name, args, _ in cases]
    for (name, _, expected), answer in zip(cases, official.all(calls), strict=True):
        assert "result" in answer, (name, answer)
        found = answer["result"]
        if isinstance(found, dict):
            found = found.get("results", [found])
        assert ids(found) == ids(expected), name


def test_what_the_repository_says_of_itself(official: Official) -> None:
    described = golden_description()
    repository = official("getRepository")["result"]
    assert list(repository) == [
        "refs", "integrationFieldsRef", "bookmarks", "types", "languages", "tags", "forms",
        "oauth_initiate", "oauth_token", "version", "license", "experiments",
    ]  # fmt: skip
    assert {each["id"] for each in repository["languages"]} == {
        each["id"] for each in described["languages"]
    }
    assert repository["languages"][0]["is_master"] is True
    assert repository["types"] == dict(sorted(described["types"].items()))
    assert official("getMasterRef")["result"] == repository["refs"][0]
    assert official("getRefByID", "master")["result"]["ref"] == official.repository.ref
    assert official("getRefByLabel", "Master")["result"]["isMasterRef"] is True
    used = {tag for document in DOCUMENTS for tag in document["tags"]}
    assert set(official("getTags")["result"]) == used


FIELDS = [
    "my.kitchen-sink.number", "my.kitchen-sink.date", "my.kitchen-sink.timestamp",
    "my.kitchen-sink.key_text", "my.kitchen-sink.select", "my.kitchen-sink.uid",
    "my.kitchen-sink.title",
]  # fmt: skip


def order_of(document: Json, path: str) -> Any:
    if path.startswith("document."):
        return document[path.partition(".")[2]]
    name = path.rpartition(".")[2]
    value = document["uid"] if name == "uid" else document["data"].get(name)
    if isinstance(value, list):
        value = " ".join(block["text"] for block in value if block.get("text"))
    return None if value == "" else value


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("path", [*FIELDS, "document.first_publication_date"])
def test_documents_are_ordered_by_a_field(official: Official, path: str, direction: str) -> None:
    documents = of_type("kitchen-sink")
    there = [each for each in documents if order_of(each, path) is not None]
    absent = [each for each in documents if order_of(each, path) is None]
    there.sort(key=lambda each: order_of(each, path), reverse=direction == "desc")
    orderings = [{"field": path, "direction": direction}]
    asked = {**EVERYWHERE, "orderings": orderings, "pageSize": 100}
    assert official.ids("getByType", "kitchen-sink", asked) == ids([*there, *absent])


def test_a_second_ordering_decides_among_equals(official: Official) -> None:
    documents = of_type("blog_post")
    documents.sort(key=lambda each: each["first_publication_date"], reverse=True)
    kinds = [each for each in documents if each["data"].get("kind")]
    kinds.sort(key=lambda each: each["data"]["kind"])
    expected = [*kinds, *(each for each in documents if not each["data"].get("kind"))]
    orderings = [
        "my.blog_post.kind",
        {"field": "document.first_publication_date", "direction": "desc"},
    ]
    asked = {**EVERYWHERE, "orderings": orderings, "pageSize": 100}
    assert official.ids("getByType", "blog_post", asked) == ids(expected)


def test_after_goes_on_where_a_document_was(official: Official) -> None:
    pages = of_type("page")
    asked = {**EVERYWHERE, "after": pages[10]["id"], "pageSize": 100}
    assert official.ids("getByType", "page", asked) == ids(pages[11:])
    foo = {**EVERYWHERE, "after": "foo", "pageSize": 100}
    assert official.ids("getByType", "page", foo) == ids(pages)


def links(value: Any, *, in_text: bool = False) -> Iterator[tuple[Json, bool]]:
    """Every link to a document, and whether it is in rich text."""
    if isinstance(value, dict):
        if value.get("link_type") == "Document" and "id" in value:
            yield value, in_text
        for name, each in value.items():
            inside = in_text or "spans" in value or name == "linkTo"
            yield from links(each, in_text=inside)
    elif isinstance(value, list):
        for each in value:
            yield from links(each, in_text=in_text)


def test_fetch_links_brings_fields_of_linked_documents(official: Official) -> None:
    asked = {
        **EVERYWHERE,
        "fetchLinks": ["author.name", "author.avatar", "category.section", "page.title"],
        "pageSize": 100,
    }
    wanted = {"author": ("name", "avatar"), "category": ("section",), "page": ("title",)}
    seen = 0
    for document in official("getByType", "blog_post", asked)["result"]["results"]:
        for link, in_text in links(document["data"]):
            target = BY_ID.get(link["id"])
            fields = {
                name: target["data"][name]
                for name in wanted.get(target["type"] if target else "", ())
                if target and name in target["data"]
            }
            for name in ("name", "title"):
                if isinstance(fields.get(name), list):
                    fields[name] = fields[name][:1]
            if fields and not in_text:
                assert link["data"] == fields
                seen += 1
            else:
                assert "data" not in link
    assert seen > 20


GRAPH_QUERIES: list[tuple[str, str, Any]] = [
    (
        "{ blog_post { title kind } }",
        "blog_post",
        lambda data: {name: data[name] for name in data if name in ("title", "kind")},
    ),
    ("{ blog_post { ...blog_postFields } }", "blog_post", lambda data: data),
    ("{ page { title } }", "blog_post", lambda data: {}),
    (
        "{ kitchen-sink { number body { ...on nothing { non-repeat { x } } } } }",
        "kitchen-sink",
        lambda data: {
            name: [] if name == "body" else data[name]
            for name in data
            if name in ("number", "body")
        },
    ),
]


@pytest.mark.parametrize(("query", "custom_type", "expected"), GRAPH_QUERIES)
def test_graph_query_selects_fields(
    official: Official, query: str, custom_type: str, expected: Any
) -> None:
    asked = {**EVERYWHERE, "graphQuery": query, "pageSize": 100}
    documents = official("getByType", custom_type, asked)["result"]["results"]
    for document in documents:
        assert document["data"] == expected(BY_ID[document["id"]]["data"])
    assert len(documents) == len(of_type(custom_type))


def test_graph_query_goes_from_a_post_over_its_category_to_the_section(official: Official) -> None:
    query = """{ blog_post { category { ...on category {
        name section { ...on section { name } }
    } } } }"""
    asked = {**EVERYWHERE, "graphQuery": query, "pageSize": 100}
    seen = 0
    for document in official("getByType", "blog_post", asked)["result"]["results"]:
        link = document["data"].get("category") or {}
        category = BY_ID.get(link.get("id"))
        if category is None or category["type"] != "category":
            continue
        stored = category["data"]
        assert link["data"].get("name") == stored.get("name")
        section = BY_ID.get((stored.get("section") or {}).get("id"))
        if section is not None:
            assert link["data"]["section"]["data"] == {"name": section["data"]["name"]}
            seen += 1
    assert seen > 5


def test_graph_query_selects_slices_by_type_and_their_fields_by_variation(
    official: Official,
) -> None:
    query = "{page{slices{...on text{variation{...on default{primary{...primaryFields}}}}}}}"
    asked = {**EVERYWHERE, "graphQuery": query, "pageSize": 100}
    for document in official("getByType", "page", asked)["result"]["results"]:
        stored = BY_ID[document["id"]]["data"]
        expected = [
            {**each, "items": [{} for _ in each["items"]]}
            if each["variation"] == "default"
            else each
            for each in stored.get("slices", [])
            if each["slice_type"] == "text"
        ]
        assert document["data"] == ({"slices": expected} if "slices" in stored else {})


ROUTES = [
    {"type": "page", "path": "/:lang?/:uid"},
    {
        "type": "blog_post",
        "resolvers": {"category": "category", "section": "category.section"},
        "path": "/:lang?/blog/:section?/:category?/:uid",
    },
    {"type": "settings", "path": "/settings"},
]


def url_of(document: Json) -> str | None:
    """By hand, for these three routes."""
    lang = "" if document["lang"] == "en-us" else f"/{document['lang']}"
    if document["type"] == "settings":
        return "/settings"
    if not document["uid"]:
        return None
    if document["type"] == "page":
        return f"{lang}/{document['uid']}"
    if document["type"] != "blog_post":
        return None
    category = BY_ID.get((document["data"].get("category") or {}).get("id"), {})
    section = BY_ID.get((category.get("data", {}).get("section") or {}).get("id"), {})
    middle = "".join(f"/{each['uid']}" for each in (section, category) if each.get("uid"))
    return f"{lang}/blog{middle}/{document['uid']}"


def test_routes_give_every_document_and_link_its_url(official: Official) -> None:
    asked = {**EVERYWHERE, "routes": ROUTES, "brokenRoute": "/404"}
    documents = official("dangerouslyGetAll", asked)["result"]
    assert len(documents) == len(DOCUMENTS)
    for document in documents:
        assert document["url"] == url_of(BY_ID[document["id"]])
        for link, _ in links(document["data"]):
            target = BY_ID.get(link["id"])
            assert link.get("url") == ("/404" if target is None else url_of(target))


def test_the_clients_own_routes_are_sent_with_every_query(official: Official) -> None:
    page = next(each for each in MASTER_LOCALE if each["type"] == "page")
    options = {"routes": [{"type": "page", "path": "/p/:uid"}]}
    document = official("getByUID", "page", page["uid"], options=options)["result"]
    assert document["url"] == f"/p/{page['uid']}"


def test_fetch_keeps_some_fields(official: Official) -> None:
    asked = {**EVERYWHERE, "fetch": ["page.title", "page.parent"], "pageSize": 100}
    for document in official("getByType", "page", asked)["result"]["results"]:
        stored = BY_ID[document["id"]]["data"]
        assert document["data"] == {
            name: stored[name] for name in stored if name in ("title", "parent")
        }


HOME = {"id": "home", "type": "page", "uid": "home", "data": {"title": "Home"}}
DRAFT = {"id": "draft", "type": "page", "uid": "draft", "data": {}}


@pytest.fixture
def small() -> Iterator[Official]:
    with official_client([HOME], name="example-repo") as client:
        yield client


def test_releases_are_found_by_id_and_label_and_read(small: Official) -> None:
    release = small.repository.release("Spring", DRAFT, scheduled_at=1893456000000)
    listed = small("getReleases")["result"]
    assert listed == [
        {
            "id": release.id,
            "ref": release.snapshot.ref,
            "label": "Spring",
            "scheduledAt": 1893456000000,
        }
    ]
    assert small("getReleaseByLabel", "Spring")["result"] == listed[0]
    assert small("getReleaseByID", release.id)["result"] == listed[0]
    for step in (
        ["queryContentFromReleaseByID", release.id],
        ["queryContentFromReleaseByLabel", "Spring"],
        ["queryContentFromRef", release.snapshot.ref],
    ):
        assert set(small.ids("get", first=[step])) == {"home", "draft"}
        assert small.ids("get", first=[step, ["queryLatestContent"]]) == ["home"]


def test_a_preview_is_read_by_token_by_cookie_and_resolved(small: Official) -> None:
    preview = small.repository.preview(DRAFT)
    cookie = quote(
        json.dumps({"_tracker": "x", "example-repo.prismic.io": {"preview": preview.token}}),
        safe="",
    )
    assert set(small.ids("get", {"ref": preview.token})) == {"home", "draft"}
    assert set(small.ids("get", cookie=f"io.prismic.preview={cookie}")) == {"home", "draft"}
    bare = quote(preview.token, safe="")
    assert set(small.ids("get", cookie=f"io.prismic.preview={bare}")) == {"home", "draft"}
    tracker = quote('{"_tracker":"x"}', safe="")
    assert small.ids("get", cookie=f"io.prismic.preview={tracker}") == ["home"]
    resolved = small(
        "resolvePreviewURL",
        {"previewToken": preview.token, "documentID": "draft", "defaultURL": "/nowhere"},
        options={"routes": [{"type": "page", "path": "/:uid"}]},
    )
    assert resolved == {"result": "/draft"}


def test_drafts_have_no_dates(small: Official) -> None:
    preview = small.repository.preview(DRAFT)
    document = small("getByID", "draft", {"ref": preview.token})["result"]
    assert document["first_publication_date"] is None
    assert document["last_publication_date"] is None


def test_an_expired_ref_is_left_for_master(small: Official) -> None:
    old = small.repository.ref
    small.repository.publish(DRAFT)
    assert small.ids("get", {"ref": old}) == ["home"]
    small.repository.expire_refs()
    assert set(small.ids("get", {"ref": old})) == {"home", "draft"}
    asked = [each for each in small.repository.requests if each.path.endswith("search")]
    assert [each.status for each in asked[-2:]] == [410, 200]


def test_an_unknown_ref_is_left_for_master(small: Official) -> None:
    assert small.ids("get", {"ref": "nope"}) == ["home"]
    asked = [each for each in small.repository.requests if each.path.endswith("search")]
    assert [each.status for each in asked] == [404, 200]


def test_a_client_that_is_too_fast_waits_and_is_answered(small: Official) -> None:
    small.repository.fail(429, headers={"retry-after": "0"}, times=2, match="search")
    assert small.ids("get") == ["home"]
    statuses = [each.status for each in small.repository.requests if "search" in each.path]
    assert statuses == [429, 429, 200]


UNEXPECTED = (
    "[function at(..)] unexpected field 'my.post.uid' on line:1 col:6 in query "
    "'[[at(my.post.uid, \"home\")]]'"
)


@pytest.mark.parametrize(
    ("method", "args", "error", "message"),
    [
        ("getByID", ["nope"], "NotFoundError", "No documents were returned"),
        ("getByUID", ["page", "nope"], "NotFoundError", "No documents were returned"),
        ("getByUID", ["post", "home"], "ParsingError", UNEXPECTED),
        ("getByType", ["nothing", {"graphQuery": "{"}], "ParsingError", None),
        ("get", [{"orderings": "[document.tags]"}], "ParsingError", None),
        ("get", [{"routes": [{"type": "x", "path": "/"}]}], "ParsingError",
         "[Link resolver error] Unknown type"),
        ("get", [{"accessToken": "wrong"}], "ForbiddenError",
         "An invalid API response was returned"),
        ("get", [{"fetch": "x" * 2048}], "PrismicError", None),
        ("getReleaseByLabel", ["nope"], "PrismicError",
         'Release with label "nope" could not be found.'),
        ("get", [{"ref": "https://example-repo.prismic.io/previews/x?websitePreviewId=y"}],
         "RefNotFoundError",
         "https://example-repo.prismic.io/previews/x?websitePreviewId=y not found"),
    ],
)  # fmt: skip
def test_an_error_is_of_the_class_that_prismic_causes(
    method: str, args: list[Any], error: str, message: str | None
) -> None:
    with official_client([HOME], name="example-repo", tokens=["right"]) as client:
        answer = client(method, *args)
        # getByType of nothing is valid, so that its error is that of the other parameter.
        assert answer.get("error") == error, answer
        assert message is None or answer["message"] == message


def test_an_expired_preview_and_one_that_is_gone_are_told_apart(small: Official) -> None:
    expired, gone = small.repository.preview(DRAFT), small.repository.preview(DRAFT)
    small.repository.end_preview(expired)
    small.repository.end_preview(gone, gone=True)
    assert small("get", {"ref": expired.token})["error"] == "PreviewTokenExpiredError"
    assert small("get", {"ref": gone.token})["error"] == "RefNotFoundError"


def test_a_ref_that_expires_again_and_again_is_an_error(small: Official) -> None:
    body = '{"type": "api_validation_error", "message": "Gone. Master ref is: x"}'
    small.repository.fail(410, body=body, times=9, match="search")
    assert small("get")["error"] == "RefExpiredError"


@pytest.mark.parametrize(
    ("access", "token", "error"),
    [
        ("private", None, "ForbiddenError"),
        ("private", "right", None),
        ("private", "wrong", "ForbiddenError"),
        ("public", None, None),
        ("public", "wrong", "ForbiddenError"),
    ],
)
def test_a_repository_is_open_to_those_it_should_be(
    access: str, token: str | None, error: str | None
) -> None:
    named = {"name": "example-repo", "access": access, "tokens": ["right"]}
    with official_client([HOME], **named) as client:
        options = {"accessToken": token} if token else {}
        assert client("get", options=options).get("error") == error
        assert client("getTags", options=options).get("error") == error


def test_a_repository_that_is_not_there_is_told(small: Official) -> None:
    call = {"call": "get", "endpoint": f"{small.repository.origin}/nothing/api/v2"}
    (answer,) = small.all([call])
    assert answer["error"] == "RepositoryNotFoundError"


def test_an_outage_is_a_prismic_error_with_its_text(small: Official) -> None:
    small.repository.fail(503, body="down", match="search")
    answer = small("get")
    assert (answer["error"], answer["response"]) == ("PrismicError", "down")


def test_a_url_that_the_client_builds_is_answered(small: Official) -> None:
    asked = {"filters": [["at", "my.page.uid", "home"]], "lang": "*"}
    url = small("buildQueryURL", asked)["result"]
    assert url.startswith(f"{small.repository.endpoint}/documents/search?q=")
    assert "x-c=js-7.22.0" in url
