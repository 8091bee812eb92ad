"""Links to other hosts: what they answer, and how politely they are asked."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

import httpx
import pytest
from check_harness import page_of

from prismic_ssg.api.link_probe import LinkProbe, Probe, is_private
from prismic_ssg.api.transport import HeadExchange, InsideAddressError
from prismic_ssg.check import Wishes
from prismic_ssg.checking.external_links import ask_others
from prismic_ssg.checks.external import external_findings
from prismic_ssg.errors import ConnectionFailed

Handler = Callable[[httpx.Request], httpx.Response]


class Web:
    """A web of addresses, each with what it answers, and a clock that only sleeping moves."""

    def __init__(self, answers: dict[str, object]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.slept: list[float] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url}")
        assert "link check" in request.headers["user-agent"]
        answer = self.answers[str(request.url)]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, int):
            return httpx.Response(answer)
        assert isinstance(answer, httpx.Response)
        return answer

    def probe(self) -> LinkProbe:
        exchange = HeadExchange(httpx.MockTransport(self.handle), timeout_s=1)
        return LinkProbe(exchange, sleep=self.slept.append)

    def ask(self) -> dict[str, Probe]:
        return dict(self.probe().ask_all(list(self.answers)))


def redirect(status: int, to: str) -> httpx.Response:
    return httpx.Response(status, headers={"location": to})


def no_such_host() -> Exception:
    error = httpx.ConnectError("Name or service not known")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return error


def test_a_head_is_enough_where_it_is_answered():
    web = Web({"https://a.example/": 200})
    assert web.ask() == {"https://a.example/": Probe(200)}
    assert web.asked == ["HEAD https://a.example/"]


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_a_host_that_refuses_a_head_is_asked_by_get(status):
    web = Web(
        {"https://a.example/": lambda r: httpx.Response(200 if r.method == "GET" else status)}
    )
    assert web.ask() == {"https://a.example/": Probe(200)}


def test_one_host_is_given_time_between_two_addresses():
    web = Web({f"https://a.example/{number}": 200 for number in range(4)})
    web.ask()
    assert web.slept == [0.5, 0.5, 0.5]


def test_a_host_that_asks_for_time_gets_it():
    busy = httpx.Response(429, headers={"retry-after": "7"})
    web = Web({"https://a.example/": [busy, httpx.Response(200)]})
    assert web.ask() == {"https://a.example/": Probe(200)}
    assert web.slept == [7.0]


def test_a_host_that_asks_for_much_time_is_left_alone():
    busy = httpx.Response(429, headers={"retry-after": "3600"})
    web = Web({f"https://a.example/{number}": busy for number in range(5)})
    assert set(web.ask().values()) == {Probe(429, failure="busy")}
    assert len(web.asked) == 1


def test_a_host_that_does_not_answer_is_given_up():
    late = httpx.ReadTimeout("late")
    web = Web({f"https://a.example/{number}": late for number in range(5)})
    assert set(web.ask().values()) == {Probe(failure="time")}
    assert len(web.asked) == 2


def test_redirects_are_followed_and_only_lasting_ones_are_told():
    web = Web(
        {
            "https://a.example/": redirect(301, "https://b.example/"),
            "https://b.example/": 200,
            "https://c.example/": redirect(302, "https://b.example/"),
            "https://d.example/": redirect(301, "https://d.example/"),
        }
    )
    found = web.ask()
    assert found["https://a.example/"] == Probe(200, moved_to="https://b.example/")
    assert found["https://c.example/"] == Probe(200)
    assert found["https://d.example/"] == Probe(failure="redirects")


def test_machines_inside_of_a_network_are_never_asked():
    web = Web(
        {
            "http://169.254.169.254/latest": 200,
            "http://localhost:9000/": 200,
            "https://a.example/": redirect(302, "http://10.0.0.1/"),
        }
    )
    assert set(web.ask().values()) == {Probe(failure="private")}
    assert set(web.asked) == {"HEAD https://a.example/"}


@contextmanager
def served(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that gives every connection to `answer`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    Thread(target=answer, args=(connection,), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_name_that_leads_into_a_network_is_not_asked():
    reached: list[socket.socket] = []
    with served(reached.append) as url:
        exchange = HeadExchange(timeout_s=1)
        with pytest.raises(ConnectionFailed) as failed:
            exchange.ask("HEAD", url.replace("127.0.0.1", "localhost"), {})
        exchange.close()
    assert isinstance(failed.value.__cause__, InsideAddressError)
    assert not reached


def test_a_name_that_leads_elsewhere_by_the_time_it_is_connected_to_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
):
    """Whoever owns a name can have it lead to the world first, and then to this machine."""
    said: list[bytes] = []
    ended = Event()

    def listen(connection: socket.socket) -> None:
        with connection:
            said.append(connection.recv(65536))
        ended.set()

    look_up = socket.getaddrinfo
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]
    answers = iter([outside])
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **o: next(answers, None) or look_up(*a, **o)
    )
    with served(listen) as url:
        exchange = HeadExchange(timeout_s=1)
        with pytest.raises(ConnectionFailed) as failed:
            exchange.ask("HEAD", url.replace("127.0.0.1", "localhost"), {})
        exchange.close()
        assert ended.wait(20)
    assert isinstance(failed.value.__cause__, InsideAddressError)
    assert said == [b""]


@pytest.mark.slow
def test_a_host_that_never_ends_its_headers_is_given_up():
    given_up = Event()

    def trickle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not given_up.wait(0.02):
                connection.sendall(b"X: y\r\n")

    with served(trickle) as url:
        exchange = HeadExchange(httpx.HTTPTransport(), timeout_s=0.1)
        with pytest.raises(ConnectionFailed) as failed:
            exchange.ask("HEAD", url, {})
        given_up.set()
        exchange.close()
    assert isinstance(failed.value.__cause__, TimeoutError)


@pytest.mark.parametrize(
    "location",
    ["http://[broken/", "http://b.example:99999/", "//[/"],
)
def test_a_redirect_to_what_is_no_address_is_told(location):
    web = Web({"https://a.example/": redirect(302, location), "https://b.example/": 200})
    found = web.ask()
    assert found["https://a.example/"].failure in ("location", "answer")
    assert found["https://b.example/"] == Probe(200)


@pytest.mark.parametrize("location", ["mailto:a@b.example", "tel:+33", "app://open/x"])
def test_a_redirect_to_what_is_no_page_is_told(location):
    web = Web({"https://a.example/": redirect(301, location)})
    assert web.ask() == {"https://a.example/": Probe(301, leads_to=location)}
    ((finding,)) = external_findings(web.ask(), {"https://a.example/": []})
    assert finding.code == "external-unsure"
    assert finding.message == f"'https://a.example/' redirects to {location!r}, which is no page"


def test_a_connection_that_breaks_off_is_told_from_none():
    web = Web(
        {
            "https://a.example/": httpx.RemoteProtocolError("SSH-2.0"),
            "https://b.example/": httpx.ConnectError("refused"),
        }
    )
    found = web.ask()
    assert [found[url].failure for url in web.answers] == ["answer", "network"]


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1/", True),
        ("http://[::1]:80/", True),
        ("http://192.168.1.1/", True),
        ("http://printer.local/", True),
        ("http://intranet/", True),
        ("http://127.1/", True),
        ("http://0x7f.0.0.1/", True),
        ("http://2130706433/", True),
        ("http://[::ffff:10.0.0.1]/", True),
        ("http://[::ffff:93.184.215.14]/", False),
        ("https://example.org/", False),
        ("https://93.184.215.14/", False),
    ],
)
def test_private_machines_are_known_by_name(url, private):
    assert is_private(url) is private


CASES = {
    "external-broken": (404, 200),
    "external-unsure": (503, 200),
    "external-refused": (403, 200),
    "external-moved": (redirect(301, "https://b.example/"), redirect(302, "https://b.example/")),
}


@pytest.mark.slow
@pytest.mark.parametrize("code", CASES)
def test_what_a_host_answers_is_a_finding(code, checked, tmp_path):
    for number, answer in enumerate(CASES[code]):
        web = Web({"https://a.example/x": answer, "https://b.example/": 200})
        site = page_of('<a href="https://a.example/x#y">x</a>')
        report = checked(site, wishes=Wishes(external=web.probe()))
        found = [each for each in report.findings if each.code.startswith("external")]
        assert [each.code for each in found] == ([code] if number == 0 else [])
        if found:
            assert (found[0].where.page, found[0].where.line) == ("/a", 5)
        (tmp_path / ".prismic-ssg/check.db").unlink()


@pytest.mark.slow
def test_a_link_to_a_private_machine_is_an_error(checked):
    probe = Web({}).probe()
    site = page_of('<a href="http://localhost:3000/x">x</a>')
    codes = [each.code for each in checked(site, wishes=Wishes(external=probe)).findings]
    assert "external-private" in codes
    assert "external-private" not in [each.code for each in checked(site).findings]


@pytest.mark.slow
def test_a_host_that_does_not_exist_is_broken_unless_there_is_no_network(checked):
    site = page_of('<a href="https://a.example/x">x</a><a href="https://b.example/">x</a>')

    def codes(answers: dict[str, object]) -> list[str]:
        report = checked(site, wishes=Wishes(external=Web(answers).probe()))
        return [each.code for each in report.findings if each.code.startswith("external")]

    a, b = "https://a.example/x", "https://b.example/"
    assert codes({a: no_such_host(), b: no_such_host()}) == ["external-unsure"] * 2
    assert codes({a: no_such_host(), b: 200}) == ["external-broken"]


@pytest.mark.slow
def test_what_works_is_not_asked_again_within_a_day_and_what_is_broken_is(checked):
    site = page_of('<a href="https://a.example/">x</a><a href="https://b.example/">x</a>')
    web = Web({"https://a.example/": 200, "https://b.example/": 404})
    for _ in range(2):
        checked(site, wishes=Wishes(external=web.probe()))
    asked = Counter(each.partition(" ")[2] for each in web.asked)
    assert asked == {"https://a.example/": 1, "https://b.example/": 4}


def test_what_was_asked_while_the_clock_was_wrong_is_not_believed_for_longer(tmp_path):
    web = Web({"https://a.example/": [httpx.Response(200), httpx.Response(404)]})
    right = datetime(2026, 5, 1, 12, tzinfo=UTC)
    found = [
        ask_others(["https://a.example/"], tmp_path, now, web.probe(), None)
        for now in (right.replace(year=2027), right)
    ]
    assert [each["https://a.example/"].status for each in found] == [200, 404]


@pytest.mark.slow
def test_nobody_is_asked_without_being_told_to(checked):
    site = page_of('<a href="https://a.example/">x</a>')
    assert not [each for each in checked(site).findings if each.code.startswith("external")]
