"""The emulator over HTTP: what a client sees of sockets, headers, faults; the fixture for users."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest

from prismic_ssg.emulator.delivery import deliver
from prismic_ssg.emulator.traffic import Traffic
from prismic_ssg.testing import RunningRepository, running_repository

SEARCH = "/api/v2/documents/search"
LONG = {"type": "page", "uid": "long", "data": {"text": "word " * 1000}}


class Reply:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(at: str, path: str, method: str = "GET", body: Any = None, **headers: str) -> Reply:
    connection = http.client.HTTPConnection(at.removeprefix("http://"), timeout=10)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent.setdefault("content-type", "application/json")
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def search(repository: RunningRepository, **params: Any) -> str:
    return f"{SEARCH}?{urlencode({'ref': repository.ref, **params}, doseq=True)}"


@pytest.fixture(scope="module")
def served() -> Iterator[RunningRepository]:
    with running_repository([LONG, {"type": "page", "uid": "home"}]) as repository:
        yield repository


@pytest.fixture
def repository(prismic_repository) -> RunningRepository:
    return prismic_repository(documents=[LONG, {"type": "page", "uid": "home"}])


def test_an_answer_is_compressed_for_those_who_take_it(served):
    plain = ask(served.origin, search(served))
    small = ask(served.origin, search(served), accept_encoding="br, gzip;q=0.5")
    refused = ask(served.origin, search(served), accept_encoding="gzip;q=0")
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body == refused.body
    assert plain.headers["content-encoding"] is None


def test_an_answer_that_the_client_has_is_not_sent_again(served):
    first = ask(served.origin, search(served))
    again = ask(served.origin, search(served), if_none_match=first.headers["etag"])
    other = ask(served.origin, search(served), if_none_match='"other"')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (other.status, other.body) == (200, first.body)


def test_a_page_of_any_site_may_ask(served):
    reply = ask(served.origin, search(served), origin="https://example.org")
    before = ask(served.origin, search(served), "OPTIONS", origin="https://example.org",
                 access_control_request_method="GET")  # fmt: skip
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (before.status, before.headers["access-control-allow-origin"]) == (204, "*")
    assert "GET" in before.headers["access-control-allow-methods"]


def test_errors_can_be_read_by_a_page_of_any_site(served):
    reply = ask(served.origin, f"{SEARCH}?ref=nope", origin="https://example.org")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (404, "*")


def test_head_has_headers_and_no_body(served):
    head = ask(served.origin, search(served), "HEAD")
    got = ask(served.origin, search(served))
    assert head.body == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_connection_is_used_again(served):
    connection = http.client.HTTPConnection(served.origin.removeprefix("http://"), timeout=10)
    ports = set()
    for _ in range(3):
        connection.request("GET", "/api/v2")
        connection.getresponse().read()
        ports.add(connection.sock.getsockname())
    connection.close()
    assert len(ports) == 1


def test_urls_in_answers_lead_to_where_the_client_asked(served):
    home = ask(served.origin, "/api/v2", host="emulated.test:1").json
    assert home["forms"]["everything"]["action"] == f"http://emulated.test:1{SEARCH}"


@pytest.mark.parametrize(
    "target",
    [
        b"/\xff\xfe",
        b"/api/v2?q=\xff",
        b"/api/v2/documents/search?ref=%FF%00&q=%zz",
        b"/api/v2//documents/search",
        b"/api/v2/documents/search?" + b"a=" + b"b" * 60_000,
        b"http://elsewhere/api/v2",
        b"*",
        b"/_emulator/releases/%2F%00/publish",
        b"/?q=%ff%00<script>",
    ],
    ids=lambda target: str(target[:30]),
)
def test_no_request_line_is_an_error_of_ours(served, target):
    host, port = served.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        line = connection.makefile("rb").readline()
    assert line[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 4"), line


def test_many_clients_are_answered_at_once(served):
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda n: ask(served.origin, search(served, page=n)), range(1, 65)))
    assert {reply.status for reply in replies} == {200}


def test_a_published_document_is_seen_by_the_next_request(repository):
    old = repository.ref
    repository.publish({"type": "page", "uid": "new"})
    pages = [
        ask(repository.origin, search(repository, ref=ref)).json for ref in (old, repository.ref)
    ]
    assert [page["total_results_size"] for page in pages] == [2, 3]


def test_a_fault_happens_as_often_as_asked_and_where_it_matches(repository):
    repository.fail(503, times=2, match='"home"', body='{"down": true}')
    home = search(repository, q='[[at(my.page.uid, "home")]]')
    statuses = [
        ask(repository.origin, path).status for path in (search(repository), home, home, home)
    ]
    assert statuses == [200, 503, 503, 200]


def test_a_reset_connection_gives_no_answer(repository):
    repository.fail(reset=True)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(repository.origin, search(repository))
    assert ask(repository.origin, search(repository)).status == 200


def test_a_truncated_answer_ends_before_it_is_over(repository):
    repository.fail(truncate=10)
    with pytest.raises(http.client.IncompleteRead) as broken:
        ask(repository.origin, search(repository))
    assert len(broken.value.partial) == 10


def test_a_fault_may_add_headers_and_keep_a_client_waiting(repository):
    repository.fail(429, headers={"retry-after": "7"}, delay_ms=30)
    began = time.perf_counter()
    reply = ask(repository.origin, "/api/v2")
    assert (reply.status, reply.headers["retry-after"]) == (429, "7")
    assert time.perf_counter() - began >= 0.03


def test_requests_are_logged_without_tokens(repository):
    ask(repository.origin, "/api/v2?access_token=secret&x=%20y")
    (request,) = repository.requests
    assert (request.method, request.path, request.status) == ("GET", "/api/v2", 200)
    assert request.query == [("access_token", "***"), ("x", " y")]


def test_more_requests_than_the_limit_wait_a_second():
    now = [0.0]
    traffic = Traffic(lambda: now[0], rate_limit=2)
    first = [traffic.retry_after_s() for _ in range(3)]
    now[0] = 1.0
    assert [*first, traffic.retry_after_s()] == [None, None, 1, None]


def test_a_limited_client_is_told_when_to_come_back(prismic_repository):
    repository = prismic_repository(rate_limit=1)
    replies = [ask(repository.origin, "/api/v2") for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 429]
    assert replies[1].headers["retry-after"] == "1"


def admin(repository, method, path, body=None, **headers):
    return ask(repository.origin, f"/_emulator{path}", method, body, **headers)


def test_documents_are_published_and_unpublished_by_requests(repository):
    published = admin(repository, "POST", "/publish", {"documents": [{"id": "x", "type": "page"}]})
    assert published.json == {"ref": repository.ref}
    assert admin(repository, "GET", "").json["documents"] == 3
    assert admin(repository, "POST", "/unpublish", {"ids": ["x"]}).status == 200
    assert admin(repository, "GET", "/").json["documents"] == 2


def test_a_release_is_made_edited_and_published_by_requests(repository):
    draft = {"id": "x", "type": "page"}
    made = admin(repository, "POST", "/releases", {"label": "S p", "documents": [draft]}).json
    edited = admin(repository, "PUT", "/releases/S%20p", {"scheduledAt": 5}).json
    assert made["id"] == edited["id"]
    home = ask(repository.origin, "/api/v2").json
    assert home["refs"][1]["scheduledAt"] == 5
    assert (
        admin(repository, "POST", f"/releases/{made['id']}/publish").json["ref"] == repository.ref
    )
    assert admin(repository, "GET", "").json["releases"] == []
    assert admin(repository, "GET", "").json["documents"] == 3


def test_a_release_is_deleted_by_a_request(repository):
    admin(repository, "POST", "/releases", {"label": "S"})
    assert admin(repository, "POST", "/releases", {"label": "S"}).status == 400
    assert admin(repository, "DELETE", "/releases/S").status == 200
    assert admin(repository, "DELETE", "/releases/S").status == 400


def test_a_preview_lives_by_requests(repository):
    begun = admin(
        repository, "POST", "/previews", {"documents": [{"id": "d", "type": "page"}]}
    ).json
    assert json.loads(begun["cookie"])["test-repository.prismic.io"]["preview"] == begun["token"]
    for ref in (begun["token"], begun["cookie"]):
        assert ask(repository.origin, search(repository, ref=ref)).json["total_results_size"] == 3
    edit = {"deleted": ["page-home"]}
    assert (
        admin(repository, "PUT", f"/previews/{begun['id']}", edit).json["token"] == begun["token"]
    )
    reply = ask(repository.origin, search(repository, ref=begun["token"]))
    assert reply.json["total_results_size"] == 2
    assert reply.headers["cache-control"] == "no-store"
    assert admin(repository, "DELETE", f"/previews/{begun['id']}").status == 200
    assert ask(repository.origin, search(repository, ref=begun["token"])).status == 404


def test_refs_expire_by_a_request(repository):
    old = repository.ref
    repository.publish({"type": "page", "uid": "new"})
    assert admin(repository, "POST", "/expire", {"refs": [old]}).json == {"expired": [old]}
    assert ask(repository.origin, search(repository, ref=old)).status == 410
    assert admin(repository, "POST", "/expire", {"refs": [repository.ref]}).status == 400


def test_faults_and_the_log_are_there_by_requests(repository):
    assert admin(repository, "POST", "/faults", {"status": 500, "delayMs": 1}).status == 200
    assert admin(repository, "GET", "/faults").json == [{"status": 500, "delayMs": 1.0}]
    assert ask(repository.origin, "/api/v2").status == 500
    (logged,) = admin(repository, "GET", "/requests").json
    assert (logged["path"], logged["status"], logged["fault"]) == ("/api/v2", 500, True)
    admin(repository, "POST", "/faults", {"status": 500})
    assert admin(repository, "DELETE", "/faults").json == []
    assert admin(repository, "DELETE", "/requests").json == []
    assert repository.requests == ()


def test_reset_by_a_request_is_as_at_the_start(repository):
    first = repository.ref
    repository.publish({"type": "page", "uid": "new"})
    assert admin(repository, "POST", "/reset").json == {"ref": first}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/publish", None, 404),
        ("POST", "/publish", {"document": []}, 400),
        ("POST", "/publish", {"documents": [{}]}, 400),
        ("POST", "/publish", [], 400),
        ("POST", "/faults", {"sttus": 500}, 400),
        ("PUT", "/previews/none", {}, 400),
        ("POST", "/webhook", None, 400),
    ],
)
def test_a_wrong_request_to_administer_is_told(served, method, path, body, status):
    reply = admin(served, method, path, body)
    assert reply.status == status
    assert reply.json["type"] == "emulator_error"


def test_only_json_administers(served):
    assert admin(served, "POST", "/reset", {}, content_type="text/plain").status == 400


def test_a_page_of_another_site_may_not_administer(served):
    foreign = admin(served, "POST", "/reset", {}, origin="https://example.org")
    own = admin(served, "POST", "/reset", {}, origin=served.origin)
    assert (foreign.status, own.status) == (403, 200)
    assert foreign.headers["access-control-allow-origin"] is None


@contextmanager
def receiver(*statuses: int) -> Iterator[tuple[str, Queue[Any]]]:
    """A server for webhooks that answers with these statuses, in order; URL and what came."""
    came: Queue[Any] = Queue()
    answers = iter(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(next(answers))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?x=1", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_change_is_told_to_the_webhook(prismic_repository):
    with receiver(200, 200) as (url, came):
        repository = prismic_repository(webhook=url, webhook_secret="S")
        ref = repository.publish({"id": "x", "type": "page"})
        body = json.loads(came.get(timeout=10))
        assert (body["type"], body["masterRef"], body["documents"]) == ("api-update", ref, ["x"])
        assert (body["domain"], body["secret"]) == ("test-repository", "S")
        assert body["apiUrl"] == f"{repository.origin}/api"
        assert admin(repository, "POST", "/webhook").json == {"sent": True}
        assert json.loads(came.get(timeout=10))["type"] == "test-trigger"


def test_a_webhook_that_fails_is_sent_again_every_ten_minutes_five_times():
    waited: list[float] = []
    lines: list[str] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def post(url: str, body: bytes) -> int:
        if len(waited) == 2:
            raise ConnectionRefusedError
        return 204

    arrived = asyncio.run(deliver({}, "http://x", lines.append, sleep=sleep, post=post))
    assert arrived is False
    assert waited == [600.0] * 5
    assert len(lines) == 6


def test_a_webhook_that_arrives_is_not_sent_again():
    with receiver(500, 200, 200) as (url, came):
        lines: list[str] = []

        async def sleep(seconds: float) -> None:
            pass

        assert asyncio.run(deliver({"a": 1}, url, lines.append, sleep=sleep))
        assert came.qsize() == 2
        assert lines == ["webhook answered with 500, which is not 200", "webhook delivered"]


def test_an_emulator_stops_at_once_whatever_is_under_way():
    with running_repository() as repository:
        host, port = repository.origin.removeprefix("http://").split(":")
        repository.fail(delay_ms=60_000)
        connection = socket.create_connection((host, int(port)))
        connection.sendall(b"GET /api/v2 HTTP/1.1\r\nhost: x\r\n\r\n")
        idle = socket.create_connection((host, int(port)))
        began = time.perf_counter()
    assert time.perf_counter() - began < 2
    connection.close()
    idle.close()


def test_the_port_is_free_again_afterwards():
    with running_repository() as repository:
        host, port = repository.origin.removeprefix("http://").split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9100", 200),
        ("127.0.0.1", 200),
        ("[::1]:9100", 200),
        ("my.localhost", 200),
        ("evil.example:9100", 403),
        ("127.0.0.1.evil.example", 403),
        ("[::1", 403),
    ],
)
def test_a_name_that_leads_here_from_elsewhere_administrates_nothing(
    served: RunningRepository, host: str, status: int
) -> None:
    assert ask(served.origin, "/_emulator", host=host).status == status
