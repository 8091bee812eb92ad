"""The client's methods: what each asks, and at which ref."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from fault_server import Answer, FakeTime, FaultyApi, answers, client_of

from prismic_ssg.api.client import Client
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.content import filters as filter_
from prismic_ssg.errors import (
    ConfigurationError,
    NotFoundError,
    ParsingError,
    PreviewTokenExpiredError,
    PrismicError,
)


def asked_by(api: FaultyApi) -> list[tuple[str, str]]:
    """The parameters of the last request, in their order, without `ref`."""
    pairs = parse_qsl(api.asked[-1].partition("?")[2], keep_blank_values=True)
    return [pair for pair in pairs if pair[0] != "ref"]


TYPE = ("q", '[[at(document.type, "page")]]')
SOME_TAGS = ("q", '[[any(document.tags, ["a", "b"])]]')
EVERY_TAG = ("q", '[[at(document.tags, ["a", "b"])]]')
ONE_TAG = ("q", '[[any(document.tags, ["a"])]]')
IDS = ("q", '[[in(document.id, ["x", "y"])]]')
UIDS = ("q", '[[in(my.page.uid, ["x", "y"])]]')
ONE, ALL = ("pageSize", "1"), ("pageSize", "100")

METHODS: list[tuple[str, tuple[Any, ...], list[tuple[str, str]]]] = [
    ("get", (), []),
    ("get_first", (), [ONE]),
    ("get_all", (), [ALL]),
    ("get_by_id", ("x",), [("q", '[[at(document.id, "x")]]'), ONE]),
    ("get_by_ids", (["x", "y"],), [IDS]),
    ("get_all_by_ids", (["x", "y"],), [IDS, ALL]),
    ("get_by_uid", ("page", "x"), [TYPE, ("q", '[[at(my.page.uid, "x")]]'), ONE]),
    ("get_by_uids", ("page", ["x", "y"]), [TYPE, UIDS]),
    ("get_all_by_uids", ("page", ["x", "y"]), [TYPE, UIDS, ALL]),
    ("get_single", ("page",), [TYPE, ONE]),
    ("get_by_type", ("page",), [TYPE]),
    ("get_all_by_type", ("page",), [TYPE, ALL]),
    ("get_by_tag", ("a",), [ONE_TAG]),
    ("get_all_by_tag", ("a",), [ONE_TAG, ALL]),
    ("get_by_every_tag", (["a", "b"],), [EVERY_TAG]),
    ("get_all_by_every_tag", (["a", "b"],), [EVERY_TAG, ALL]),
    ("get_by_some_tags", (["a", "b"],), [SOME_TAGS]),
    ("get_all_by_some_tags", (["a", "b"],), [SOME_TAGS, ALL]),
]


@pytest.mark.parametrize(
    ("method", "arguments", "parameters"), METHODS, ids=[m[0] for m in METHODS]
)
def test_a_method_asks_what_the_official_one_asks(
    method: str, arguments: tuple[Any, ...], parameters: list[tuple[str, str]]
) -> None:
    api = FaultyApi(count=1)
    getattr(client_of(api), method)(*arguments)
    assert asked_by(api) == parameters


def test_parameters_go_out_in_the_official_order() -> None:
    api = FaultyApi(count=1)
    client = client_of(
        api,
        access_token="TK",
        routes={"type": "page", "path": "/"},
        broken_route="/404",
        default_params={"lang": "fr-fr"},
    )
    client.get(fetch_links=["a.b"], page_size=5, integration_fields_ref="I")
    names = [name for name, _ in parse_qsl(api.asked[-1].partition("?")[2])]
    assert names == [
        "lang",
        "fetchLinks",
        "pageSize",
        "integrationFieldsRef",
        "ref",
        "routes",
        "brokenRoute",
        "access_token",
    ]


def test_filters_are_of_the_defaults_then_of_the_call_then_of_the_method() -> None:
    api = FaultyApi(count=1)
    client = client_of(api, default_params={"filters": [filter_.has("my.page.a")]})
    client.get_by_type("page", filters=[filter_.has("my.page.b")])
    assert asked_by(api) == [("q", "[[has(my.page.a)]]"), ("q", "[[has(my.page.b)]]"), TYPE]


def test_a_calls_parameters_win_over_the_defaults() -> None:
    api = FaultyApi(count=1)
    client_of(api, default_params={"lang": "fr-fr", "page_size": 7}).get(lang="*")
    assert asked_by(api) == [("lang", "*"), ("pageSize", "7")]


@pytest.mark.parametrize(("defaults", "params"), [({"page": 2}, {}), ({}, {"page": 2})])
def test_all_documents_are_all_whatever_page_is_named(defaults: Any, params: Any) -> None:
    api = FaultyApi(count=250)
    found = client_of(api, default_params=defaults).get_all(**params)
    assert len(found) == 250


@pytest.mark.parametrize("params", [{}, {"page_size": None}, {"page_size": 0}])
def test_the_first_document_is_asked_for_alone_where_no_page_is_wanted(params: Any) -> None:
    api = FaultyApi(count=1)
    client_of(api).get_first(**params)
    assert ("pageSize", "1") in asked_by(api)


def test_a_calls_routes_and_token_replace_the_clients() -> None:
    api = FaultyApi(count=1)
    client_of(api, access_token="TK", broken_route="/a").get(access_token="T2", broken_route="/b")
    assert asked_by(api) == [("brokenRoute", "/b"), ("access_token", "T2")]


def test_a_calls_token_opens_the_repository_too_and_nobody_elses() -> None:
    api = FaultyApi(count=1)
    client = client_of(api)
    client.get(access_token="TK")
    assert [url.rpartition("access_token=")[2] for url in api.asked] == ["TK", "TK"]
    client.get()
    assert not any("access_token" in url for url in api.asked[2:])
    assert len(api.asked) == 4


def test_a_release_is_looked_up_with_the_calls_token() -> None:
    api = FaultyApi(count=1)
    client = client_of(api, default_params={"access_token": "TK"})
    client.query_content_from_release_by_label("nothing")
    with pytest.raises(PrismicError, match='Release with label "nothing" could not be found'):
        client.get()
    assert ["access_token=TK" in url for url in api.asked] == [True]


def test_a_url_has_the_ref_that_a_query_would_have() -> None:
    client = client_of(FaultyApi(count=1), default_params={"ref": "R~1"})
    assert "ref=R%7E1" in client.build_query_url()


def test_the_repositorys_integration_ref_is_sent() -> None:
    api = FaultyApi(count=1)
    api.always = {0: answers(200, {**api.repository(), "integrationFieldsRef": "r~1"})}
    client_of(api).get()
    assert asked_by(api) == [("integrationFieldsRef", "r~1")]


def test_the_repository_is_asked_once_in_five_seconds() -> None:
    api, time = FaultyApi(count=1), FakeTime()
    client = client_of(api, time)
    client.get()
    time.sleep(4.9)
    client.get()
    assert api.asked.count("/api/v2") == 1
    time.sleep(0.1)
    client.get()
    assert api.asked.count("/api/v2") == 2


def test_get_first_of_nothing_is_not_found_and_names_the_request() -> None:
    client = client_of(FaultyApi(count=0), access_token="secret")
    with pytest.raises(NotFoundError, match="No documents were returned") as refused:
        client.get_first(lang="fr-fr")
    url = str(refused.value.url)
    assert "/documents/search?" in url
    assert "lang=fr-fr&" in url
    assert url.endswith("&access_token=***")


def test_get_all_brings_all_pages_in_their_order() -> None:
    documents = client_of(FaultyApi(count=1234)).get_all()
    assert [document.id for document in documents] == [f"D{n:05d}" for n in range(1234)]


@pytest.mark.parametrize(("limit", "requests"), [(0, 0), (5, 1), (100, 1), (101, 2), (9999, 3)])
def test_get_all_asks_only_for_pages_that_the_limit_needs(limit: int, requests: int) -> None:
    api = FaultyApi(count=250)
    assert len(client_of(api).get_all(limit=limit)) == min(limit, 250)
    assert api.searches == requests


def test_get_all_is_of_one_ref_though_a_publish_comes_between() -> None:
    api = FaultyApi(count=250)
    api.faults = {3: [api.publishes("M2")]}
    documents = client_of(api).get_all()
    assert {document.field("pulled_at") for document in documents} == {"M2"}


def test_long_lists_of_ids_are_split_so_that_urls_fit_and_keep_their_order() -> None:
    api = FaultyApi(count=0)
    ids = [f"Z{number:015d}" for number in range(333)]
    client_of(api).get_all_by_ids(ids, lang="*")
    asked = [dict(parse_qsl(each.partition("?")[2]))["q"] for each in api.asked[1:]]
    assert "".join(asked).replace(")]][[in(document.id, [", "").count("Z") == 333
    assert [part for q in asked for part in q.split('"')[1::2]] == ids
    assert all(len("http://api.test") + len(each) <= 2048 for each in api.asked)
    assert len(asked) < 7


def test_ids_given_twice_are_asked_once() -> None:
    api = FaultyApi(count=0)
    client_of(api).get_all_by_ids(["x", "y", "x"])
    assert asked_by(api) == [IDS, ALL]


def test_an_empty_list_of_ids_asks_nothing() -> None:
    api = FaultyApi()
    assert client_of(api).get_all_by_ids([]) == []
    assert api.asked == []


def test_long_lists_with_an_order_of_their_own_are_refused() -> None:
    ids = [f"Z{number:015d}" for number in range(333)]
    with pytest.raises(PrismicError, match="can't be brought into one order"):
        client_of(FaultyApi(count=0)).get_all_by_ids(ids, orderings="my.page.title")


def test_a_request_that_is_too_long_is_refused_with_its_length_before_it_is_sent() -> None:
    api = FaultyApi()
    with pytest.raises(PrismicError, match=r"\d,\d\d\d characters long") as raised:
        client_of(api, access_token="secret").get(graph_query="x" * 2000)
    assert api.searches == 0
    assert "secret" not in str(raised.value.url)


# Other.


def test_a_parsing_error_shows_the_query_with_a_caret_under_the_column() -> None:
    query = '[[at(my.page.uid, "home")]]'
    message = f"[function at(..)] unexpected field 'my.page.uid' on line:1 col:6 in query '{query}'"
    api = FaultyApi(always={1: answers(400, {"type": "api_parsing_error", "message": message})})
    with pytest.raises(ParsingError) as raised:
        client_of(api).get()
    assert raised.value.message == message
    assert (raised.value.hint or "").splitlines()[:2] == [query, "     ^"]


@pytest.mark.parametrize("said", ["bad ?access_token=s3cret&x", "no such token: s3cret"])
def test_a_token_is_in_no_error(said: str) -> None:
    api = FaultyApi(always={1: answers(400, {"message": said})})
    with pytest.raises(ParsingError) as raised:
        client_of(api, access_token="s3cret").get()
    error = raised.value
    assert "***" in str(error)
    assert "s3cret" not in f"{error} {error.url} {error!r} {error.hint}"
    assert "access_token=***" in str(error.url)


@pytest.mark.parametrize(
    "body",
    [
        "<a href='/?access_token=s3cret'>",
        "/login?next=%2Fapi%3Faccess_token%3Ds3cret%26a",
        "no: s3cret",
    ],
)
def test_a_token_is_in_no_answer_that_cant_be_read(body: str) -> None:
    api = FaultyApi(always={1: answers(200, body)})
    with pytest.raises(PrismicError, match="beginning") as raised:
        client_of(api, access_token="s3cret").get()
    assert "s3cret" not in f"{raised.value} {raised.value.response}"
    assert "***" in str(raised.value)


@pytest.mark.parametrize(
    ("endpoint", "action", "gets_token"),
    [
        ("http://api.test/api/v2", "http://api.test/api/tags", True),
        ("http://api.test/api/v2", "https://api.test/api/tags", True),
        ("http://api.test/api/v2", "http://other.test/api/tags", False),
        ("https://api.test/api/v2", "http://api.test/api/tags", False),
        ("https://my-repo.cdn.prismic.io/api/v2", "https://my-repo.prismic.io/api/tags", True),
        ("https://my-repo.cdn.prismic.io/api/v2", "https://others.prismic.io/api/tags", False),
    ],
)
def test_the_token_is_for_the_repositorys_own_list_of_tags(
    endpoint: str, action: str, gets_token: bool
) -> None:
    asked: list[str] = []

    def answer(_: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        asked.append(f"{headers['host']}{path}?{query}")
        form = {"refs": FaultyApi().repository()["refs"], "forms": {"tags": {"action": action}}}
        return answers(200, ["a"] if "tags" in path else form)({})

    with Client(endpoint, access_token="s3cret", transport=InProcessTransport(answer)) as client:
        assert client.get_tags() == ("a",)
    assert ("s3cret" in asked[1]) is gets_token
    assert "s3cret" in asked[0]


def test_a_token_is_not_in_the_clients_repr() -> None:
    assert "s3cret" not in repr(client_of(FaultyApi(), access_token="s3cret"))


def test_a_request_is_logged_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    from fault_server import serving

    api = FaultyApi(count=1)
    with (
        caplog.at_level("INFO", logger="prismic_ssg.api"),
        serving(api) as server,
        Client(server.endpoint, access_token="s3cret") as client,
    ):
        client.get()
    assert "path=/api/v2/documents/search status=200" in caplog.text
    assert "s3cret" not in caplog.text


def test_the_url_of_a_query_can_be_had_without_asking_it() -> None:
    api = FaultyApi()
    url = client_of(api, access_token="TK").build_query_url(page_size=5)
    assert url == "http://api.test/api/v2/documents/search?pageSize=5&ref=M1&access_token=TK"
    assert api.searches == 0


def test_a_preview_begins_at_its_documents_url() -> None:
    api = FaultyApi(count=1, releases={"p": "P1"})
    url = client_of(api).resolve_preview_url(
        default_url="/",
        preview_token="P1",
        document_id="D00000",
        link_resolver=lambda link: f"/{link['uid']}",
    )
    assert url == "/page-0"
    assert ("lang", "*") in asked_by(api)


def test_a_preview_without_a_document_begins_at_the_default_url() -> None:
    api = FaultyApi()
    assert client_of(api).resolve_preview_url(default_url="/home") == "/home"
    assert api.asked == []


def test_a_preview_that_is_over_is_an_error() -> None:
    body = {"type": "api_security_error", "message": "This preview token has expired"}
    client = client_of(FaultyApi(always={1: answers(404, body)}))
    with pytest.raises(PreviewTokenExpiredError):
        client.resolve_preview_url(default_url="/", preview_token="P", document_id="D")


def test_graphql_is_asked_at_the_ref_with_the_token_in_a_header() -> None:
    api = FaultyApi(releases={"spring": "R1"})
    api.faults = {0: [answers(200, api.repository()), answers(200, {"data": 1})]}
    client = client_of(api, access_token="TK", ref="R1")
    query = '{ page(uid: "a  b") {\n  title\n} }'
    assert client.graphql_fetch(query, variables={"n": 1}) == {"data": 1}
    path, _, sent = api.asked[-1].partition("?")
    minified = '{page(uid: "a  b"){title}}'
    assert (path, parse_qsl(sent)) == (
        "/graphql",
        [("query", minified), ("variables", '{"n":1}'), ("ref", "R1")],
    )
    headers = api.asked_with[-1]
    assert (headers["prismic-ref"], headers["authorization"]) == ("R1", "Token TK")


def test_any_transport_of_httpx_can_be_used() -> None:
    api = FaultyApi(count=1)

    def handle(request: httpx.Request) -> httpx.Response:
        target = request.url
        _, _, body = api.answer("GET", target.path, target.query.decode(), request.headers)
        return httpx.Response(200, content=body)

    client = Client("http://api.test/api/v2", transport=httpx.MockTransport(handle))
    assert client.get_first().uid == "page-0"


def test_httpx_is_not_imported_where_nothing_needs_it() -> None:
    program = """
        import sys
        from prismic_ssg.api.client import Client
        from prismic_ssg.api.sync import pull
        from prismic_ssg.api.transport import InProcessTransport

        Client("my-repo")
        Client("my-repo", transport=InProcessTransport(lambda *asked: (404, {}, b"")))
        print(*{"httpx", "stamina"} & sys.modules.keys())
    """
    run = [sys.executable, "-c", textwrap.dedent(program)]
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    assert subprocess.check_output(run, env=environment, text=True).strip() == ""


def test_a_name_gives_the_endpoint_on_the_cdn() -> None:
    assert Client("my-repo").endpoint == "https://my-repo.cdn.prismic.io/api/v2"


def test_an_endpoint_gives_the_name() -> None:
    assert Client("https://my-repo.cdn.prismic.io/api/v2").repository_name == "my-repo"


@pytest.mark.parametrize("name", ["abc", "a_bc", "-abc", "abc-", "my.repo", ""])
def test_a_name_that_can_be_none_is_a_configuration_error(name: str) -> None:
    with pytest.raises(ConfigurationError, match="neither a repository's name nor"):
        Client(name)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/api/v2",
        "file:///api/v2",
        "javascript://x",
        "://x",
        "https://",
        "https:///api/v2",
        "https://?q",
        "https://user@/api/v2",
        "http://:80/api/v2",
        "http://[bad/api/v2",
        "http://a.example:99999/api/v2",
        "https://a..example/api/v2",
        "https://a example/api/v2",
        "https://a.example/api/v2\n",
        f"https://{'a' * 64}.example/api/v2",
    ],
)
def test_an_endpoint_that_no_request_can_be_sent_to_is_refused_at_once(url: str) -> None:
    for given in ((url, None), ("my-repo", url)):
        with pytest.raises(ConfigurationError, match="is no URL of a web server") as refused:
            Client(given[0], endpoint=given[1])
        assert "begins with https:// or http:// and a host" in (refused.value.hint or "")


def test_a_refused_endpoint_is_named_without_what_may_be_secret() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Client("ftp://me:s3cret@a.example/api/v2?access_token=t0ken")
    assert "'ftp://a.example/api/v2'" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:s3cret@a.example/api/v2",
        "https://a.example/api/v2?access_token=s3cret",
        "https://a.example/api/v2#s3cret",
    ],
)
def test_an_endpoint_ends_with_its_path_and_has_no_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Client(url)
    assert "'https://a.example/api/v2' has a password" in refused.value.message
    assert "PRISMIC_ACCESS_TOKEN" in (refused.value.hint or "")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("url", ["HTTPS://A.example/api/v2", "http://[::1]:80/", "http://a.b./x"])
def test_an_endpoint_of_any_server_is_taken(url: str) -> None:
    assert Client(url).endpoint == url
