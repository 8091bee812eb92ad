"""A small Content API that misbehaves on request, in process or on a loopback socket.

Written apart from the emulator, so that client and emulator are not the only ones to agree.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from prismic_ssg.api.client import Client
from prismic_ssg.api.limiter import Limiter
from prismic_ssg.api.retries import Retries
from prismic_ssg.api.transport import InProcessTransport

Answer = tuple[int, Mapping[str, str], bytes]
Fault = Callable[[dict[str, Any]], Answer]
"""Gets the page as it would be, gives what is answered instead."""

JSON = {"content-type": "application/json"}


def answers(status: int, body: Any = "", **headers: str) -> Fault:
    """The same answer whatever was asked. Header names with `_` for `-`."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda page: (status, named, content)


def changes(**members: Any) -> Fault:
    """The page with other numbers in it."""
    return lambda page: (200, JSON, json.dumps({**page, **members}).encode())


def changes_results(change: Callable[[list[Any]], list[Any]]) -> Fault:
    """The page with other documents on it."""

    def fault(page: dict[str, Any]) -> Answer:
        results = change(page["results"])
        return 200, JSON, json.dumps({**page, "results": results}).encode()

    return fault


def cut_json(page: dict[str, Any]) -> Answer:
    """Half of the JSON, correctly announced: as a cache that was cut off itself gives it."""
    body = json.dumps(page).encode()
    return 200, JSON, body[: len(body) // 2]


@dataclass
class FaultyApi:
    """`count` documents at `ref`. `faults[page]` are used up in turn, `always[page]` stays.

    Page 0 is the Repository API. `asked` are the requests as `path?query`, in their
    order, `asked_with` their headers.
    """

    count: int = 250
    ref: str = "M1"
    releases: Mapping[str, str] = field(default_factory=dict)
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    always: dict[int, Fault] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asked_with: list[Mapping[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        with self._lock:
            self.asked.append(f"{path}?{query}" if query else path)
            self.asked_with.append(headers)
            given = {name: values[0] for name, values in parse_qs(query).items()}
            is_search = path.endswith("/documents/search")
            number = int(given.get("page", "1")) if is_search else 0
            page = self.page(number, given) if is_search else self.repository()
            if self.faults.get(number):
                return self.faults[number].pop(0)(page)
            if number in self.always:
                return self.always[number](page)
            if is_search and given.get("ref") not in (self.ref, *self.releases.values()):
                return self.expired(page)
            return 200, JSON, json.dumps(page).encode()

    def expired(self, page: dict[str, Any]) -> Answer:
        message = f"The ref is no longer accessible. Master ref is: {self.ref}"
        return answers(410, {"type": "api_validation_error", "message": message})(page)

    def publishes(self, ref: str) -> Fault:
        """The master ref moves just now, and the request is refused for it."""

        def fault(page: dict[str, Any]) -> Answer:
            self.ref = ref
            return self.expired(page)

        return fault

    def repository(self) -> dict[str, Any]:
        refs = [{"id": "master", "ref": self.ref, "label": "Master", "isMasterRef": True}]
        refs += [
            {"id": f"id-{name}", "ref": ref, "label": name} for name, ref in self.releases.items()
        ]
        return {"refs": refs, "languages": [{"id": "en-us", "name": "English"}]}

    def page(self, number: int, given: Mapping[str, str]) -> dict[str, Any]:
        size = int(given.get("pageSize", "20"))
        shown = range(self.count)[(number - 1) * size : number * size]
        return {
            "page": number,
            "results_per_page": size,
            "results_size": len(shown),
            "total_results_size": self.count,
            "total_pages": -(-self.count // size),
            "next_page": None,
            "prev_page": None,
            "results": [document(place, given.get("ref", "")) for place in shown],
        }

    @property
    def searches(self) -> int:
        return sum("/documents/search" in each for each in self.asked)


def document(place: int, ref: str) -> dict[str, Any]:
    """A document that says in its data at which ref it was asked."""
    return {
        "id": f"D{place:05d}",
        "uid": f"page-{place}",
        "url": None,
        "type": "page",
        "href": f"http://api.test/api/v2/documents/search?ref={ref}&q=x",
        "tags": [],
        "first_publication_date": "2024-01-01T00:00:00+0000",
        "last_publication_date": "2024-01-01T00:00:00+0000",
        "slugs": [],
        "linked_documents": [],
        "lang": "en-us",
        "alternate_languages": [],
        "data": {"title": f"Page {place}", "pulled_at": ref},
    }


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now_s: float = 1000.0
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now_s += seconds


def client_of(
    api: FaultyApi,
    time: FakeTime | None = None,
    *,
    give_up_after_s: float = 60.0,
    **options: Any,
) -> Client:
    """A client that asks the API in this process, on a clock of its own."""
    time = time or FakeTime()
    return Client(
        "http://api.test/api/v2",
        transport=InProcessTransport(api.answer),
        retries=Retries(give_up_after_s, clock=time.clock, sleep=time.sleep, random=lambda: 0.5),
        limiter=Limiter(clock=time.clock),
        clock=time.clock,
        **options,
    )


# On a socket: what only a network can do.

RESET, CUT, SILENT, CLOSED = "reset", "cut", "silent", "closed"


class FaultServer:
    """The API on a free loopback port. `network[n]` is what happens to the nth request, from 0.

    RESET and CUT break off in the middle of the body, SILENT never answers, CLOSED hangs up.
    """

    def __init__(self, api: FaultyApi, network: Mapping[int, str]) -> None:
        self.api = api
        self.network = network
        self.connections = 0
        self._requests = 0
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}/api/v2"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        for each in (self._listening, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            while request := lines.readline():
                headers = dict(self._headers(lines))
                number, self._requests = self._requests, self._requests + 1
                method, target, _ = request.decode("latin-1").split(" ", 2)
                path, _, query = target.partition("?")
                if not self._answer(connection, (method, path, query), headers, number):
                    return

    @staticmethod
    def _headers(lines: Any) -> Iterator[tuple[str, str]]:
        while (line := lines.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            yield name.lower(), value.strip()

    def _answer(
        self,
        connection: socket.socket,
        request: tuple[str, str, str],
        headers: Mapping[str, str],
        number: int,
    ) -> bool:
        """Whether the connection may be used again."""
        what = self.network.get(number)
        if what == CLOSED:
            return False
        if what == SILENT:
            self._ended.wait()
            return False
        status, named, body = self.api.answer(*request, headers)
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in named.items())
        connection.sendall(head.encode() + b"\r\n" + (body if what is None else body[:100]))
        if what == RESET:
            # No time to linger: the kernel sends a reset instead of an end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return what is None


@contextmanager
def serving(api: FaultyApi, network: Mapping[int, str] | None = None) -> Iterator[FaultServer]:
    server = FaultServer(api, network or {})
    try:
        yield server
    finally:
        server.close()
