"""What only a network can do wrong: by the standard library's sockets, and through httpx."""

from __future__ import annotations

import gzip
import resource
import socket
import sys
from collections.abc import Callable, Iterator

import brotli
import httpx
import pytest
from fault_server import (
    CLOSED,
    CUT,
    JSON,
    RESET,
    SILENT,
    Answer,
    FakeTime,
    FaultyApi,
    answers,
    serving,
)

from prismic_ssg.api.client import Client
from prismic_ssg.api.exchange import Exchange
from prismic_ssg.api.limiter import Limiter
from prismic_ssg.api.opening import open_exchange
from prismic_ssg.api.retries import Retries
from prismic_ssg.api.sockets import SocketExchange
from prismic_ssg.api.sync import pull
from prismic_ssg.api.transport import HeadExchange
from prismic_ssg.errors import ConfigurationError, ConnectionFailed, NotFoundError, PrismicError

Connect = Callable[..., Client]


@pytest.fixture(params=["sockets", "httpx"])
def connect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Makes a client of an endpoint, with a clock of its own."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    def make(endpoint: str, timeout_s: float = 5.0) -> Client:
        time = FakeTime()
        return Client(
            endpoint,
            transport=httpx.HTTPTransport() if request.param == "httpx" else None,
            retries=Retries(clock=time.clock, sleep=time.sleep),
            limiter=Limiter(clock=time.clock),
            timeout_s=timeout_s,
        )

    return make


def test_a_pull_over_a_socket_brings_every_document(connect: Connect) -> None:
    with serving(FaultyApi()) as server, connect(server.endpoint) as client:
        assert len(pull(client).snapshot) == 250


@pytest.mark.parametrize("request_number", [0, 1, 2])
@pytest.mark.parametrize("what", [RESET, CUT, SILENT, CLOSED])
def test_a_connection_that_breaks_costs_no_document(
    connect: Connect, what: str, request_number: int
) -> None:
    timeout_s = 0.1 if what == SILENT else 5.0
    with (
        serving(FaultyApi(), {request_number: what}) as server,
        connect(server.endpoint, timeout_s) as client,
    ):
        assert len(pull(client).snapshot) == 250


def test_connections_are_used_again(connect: Connect) -> None:
    with serving(FaultyApi(count=2000)) as server, connect(server.endpoint) as client:
        pull(client, workers=2)
        assert server.connections <= 3


@pytest.mark.parametrize(
    ("passed_s", "connections"), [(10.0, 1), (31.0, 2), (7200.0, 2), (-7200.0, 2)]
)
def test_a_connection_that_was_idle_for_long_is_not_relied_on(
    passed_s: float, connections: int
) -> None:
    # A router on the way may have forgotten it, or this machine may have slept: neither says so.
    now_s = 1_000_000.0
    exchange = SocketExchange(timeout_s=5, clock=lambda: now_s)
    with serving(FaultyApi()) as server:
        exchange.get(server.endpoint, {})
        now_s += passed_s
        exchange.get(server.endpoint, {})
        assert server.connections == connections
        exchange.close()


def test_nobody_at_the_address_is_an_error_soon_and_says_what_to_look_at(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v2"
    with connect(endpoint) as client, pytest.raises(ConnectionFailed) as raised:
        pull(client)
    assert "asked 4 times" in raised.value.message
    assert "network" in (raised.value.hint or "")


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_compressed_answers_are_read(connect: Connect, coding: str) -> None:
    compress = gzip.compress if coding == "gzip" else brotli.compress
    api = FaultyApi(count=1)

    def compressed(page: dict[str, object]) -> Answer:
        (_, _, body) = answers(200, page)(page)
        return 200, {**JSON, "content-encoding": coding}, compress(body)

    api.always = {1: compressed}
    with serving(api) as server, connect(server.endpoint) as client:
        assert len(pull(client).snapshot) == 1


def test_a_compressed_answer_that_is_cut_short_is_asked_again(connect: Connect) -> None:
    api = FaultyApi(count=1)

    def cut(page: dict[str, object]) -> Answer:
        (_, _, body) = answers(200, page)(page)
        return 200, {"content-encoding": "gzip"}, gzip.compress(body)[:-20]

    api.faults = {1: [cut]}
    with serving(api) as server, connect(server.endpoint) as client:
        assert pull(client).requests == 3


def test_a_redirect_is_followed(connect: Connect) -> None:
    api = FaultyApi(count=1, faults={0: [answers(301, location="/api/v2?moved=1")]})
    with serving(api) as server, connect(server.endpoint) as client:
        pull(client)
    assert api.asked[1] == "/api/v2?moved=1"


def test_redirects_in_a_circle_end(connect: Connect) -> None:
    api = FaultyApi(always={0: answers(302, location="/api/v2")})
    with (
        serving(api) as server,
        connect(server.endpoint) as client,
        pytest.raises(ConnectionFailed, match=r"(?i)redirect"),
    ):
        client.get_repository()


@pytest.fixture(params=["sockets", "httpx"])
def small(request: pytest.FixtureRequest) -> Iterator[Exchange]:
    """An exchange that takes answers of up to 1,000,000 bytes."""
    transport = httpx.HTTPTransport() if request.param == "httpx" else None
    exchange = open_exchange(transport, timeout_s=5, at_once=1, http2=False, most_bytes=1_000_000)
    yield exchange
    exchange.close()


@pytest.mark.parametrize("size", [1_000_000, 1_000_001])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_an_answer_is_read_up_to_a_length(small: Exchange, coding: str, size: int) -> None:
    compress = {"gzip": gzip.compress, "br": brotli.compress}.get(coding, bytes)
    api = FaultyApi(
        always={0: lambda _: (200, {"content-encoding": coding}, compress(bytes(size)))}
    )
    with serving(api) as server:
        if size <= 1_000_000:
            assert len(small.get(server.endpoint, {}).body) == size
            return
        with pytest.raises(PrismicError, match="more than 0 MB") as raised:
            small.get(f"{server.endpoint}?access_token=s3cret", {})
    assert raised.value.url == f"{server.endpoint}?access_token=***"


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_little_that_unpacks_to_very_much_takes_little_memory(coding: str) -> None:
    packed = gzip.compress(bytes(400_000_000), 1)
    if coding == "br":
        packed = brotli.compress(bytes(400_000_000), quality=1)
    api = FaultyApi(always={0: lambda _: (200, {"content-encoding": coding}, packed)})
    exchange = SocketExchange(timeout_s=5, most_bytes=1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(api) as server, pytest.raises(PrismicError, match="more than"):
        exchange.get(server.endpoint, {})
    exchange.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_redirect_to_another_host_gets_no_token(connect: Connect) -> None:
    theirs = FaultyApi()
    with serving(theirs) as other:
        elsewhere = answers(302, location=other.endpoint)
        ours = FaultyApi(always={0: elsewhere})
        with serving(ours) as server, connect(server.endpoint) as client:
            client.session.get(
                f"{server.endpoint}/graphql",
                lambda body, _: bytes(body),
                api="search",
                headers={"authorization": "Token s3cret"},
            )
    assert ours.asked_with[0]["authorization"] == "Token s3cret"
    assert "s3cret" not in str(theirs.asked_with)


def test_an_empty_answer_is_not_waited_for(connect: Connect) -> None:
    api = FaultyApi(always={0: answers(404, {"message": "gone"})})
    with (
        serving(api) as server,
        connect(server.endpoint) as client,
        pytest.raises(NotFoundError),
    ):
        client.get_repository()


def test_http2_without_its_library_is_an_error_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "h2", None)
    with pytest.raises(ConfigurationError) as raised:
        Client("my-repo", http2=True)
    assert "prismic-ssg[http2]" in (raised.value.hint or "")


@pytest.mark.parametrize("opened", [lambda: Client("my-repo"), lambda: HeadExchange(timeout_s=1)])
def test_a_proxy_that_is_none_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[[], object]
) -> None:
    monkeypatch.setenv("https_proxy", "ftp://me:s3cret@proxy.example")
    with pytest.raises(ConfigurationError, match="the proxy from the environment") as refused:
        opened()
    assert "HTTPS_PROXY" in (refused.value.hint or "")
    assert "s3cret" not in str(refused.value)


def test_a_proxy_in_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    api = FaultyApi()
    with serving(api) as proxy:
        monkeypatch.setenv("http_proxy", proxy.endpoint.removesuffix("/api/v2"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with Client("http://prismic.invalid/api/v2") as client:
            client.get_repository()
    assert api.asked == ["http://prismic.invalid/api/v2"]


def test_a_certificate_that_is_not_trusted_is_told_from_a_network_that_is_not_there() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired")

    time = FakeTime()
    retries = Retries(clock=time.clock, sleep=time.sleep)
    transport = httpx.MockTransport(refuse)
    client = Client("https://api.test/api/v2", transport=transport, retries=retries)
    with client, pytest.raises(ConnectionFailed) as caught:
        client.get_repository()
    assert "clock" in str(caught.value.hint)
    assert "SSL_CERT_FILE" in str(caught.value.hint)
