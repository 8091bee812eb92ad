"""The emulator over HTTP: starlette and uvicorn around pure functions. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from prismic_ssg.emulator import messages, webhooks
from prismic_ssg.emulator.admin import PREFIX, administrate
from prismic_ssg.emulator.answers import JSON, NO_STORE, Answer, json_answer
from prismic_ssg.emulator.cdn import CORS, Cdn
from prismic_ssg.emulator.delivery import deliver
from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.explorer import explore
from prismic_ssg.emulator.traffic import Fault
from prismic_ssg.emulator.webhooks import Change
from prismic_ssg.errors import ConfigurationError, cannot_listen

# The first requests come first.
_PREPARE_AFTER_S = 0.5

# Where the protocol leaves how to drop a connection, for faults.
_ABORT = "prismic_ssg.abort"

Task = Callable[[], Awaitable[None]]


def _nothing(_: object) -> None:
    """Nobody wants to know."""


@dataclass
class Service:
    """One emulator to be served, and how. `report` gets a line for people; `webhook` is a URL.

    `prepares` makes the index of words before anyone searches it.
    """

    emulation: Emulation
    latency_s: float = 0.0
    webhook: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    remote_admin: bool = False
    prepares: bool = False
    report: Callable[[str], None] = _nothing
    cdn: Cdn = field(default_factory=Cdn)
    _loop: asyncio.AbstractEventLoop | None = None
    _tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    def start(self, origin: str) -> None:
        """Send a webhook for every change from now on. To be called in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._origin = origin
        if self.webhook:
            self.emulation.listeners.append(self._on_change)
        if self.prepares:
            self.emulation.listeners.append(lambda _: self._prepare())
            self._loop.call_later(_PREPARE_AFTER_S, self._prepare)

    def _prepare(self) -> None:
        """Index the words in the background, which takes seconds for 10,000 documents."""
        words = self.emulation.repository.master.fulltext
        Thread(target=words.prepare, name="prismic-ssg-words", daemon=True).start()

    def try_webhook(self) -> bool:
        """Send a test message; whether there is anyone to send it to."""
        return self._send(webhooks.trial(**self._signature()))

    def _on_change(self, change: Change) -> None:
        self._send(webhooks.api_update(change, **self._signature()))

    def _signature(self) -> dict[str, Any]:
        domain = self.emulation.repository.name
        return {
            "domain": domain,
            "api_url": f"{self._origin}/api",
            "secret": self.webhook_secret,
        }

    def _send(self, body: Mapping[str, Any]) -> bool:
        if not self.webhook or self._loop is None:
            return False
        # A change may come from a test's thread.
        self._loop.call_soon_threadsafe(self._deliver, self.webhook, body)
        return True

    def _deliver(self, url: str, body: Mapping[str, Any]) -> None:
        task = asyncio.ensure_future(deliver(body, url, self.report))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def make_app(service: Service) -> Starlette:
    """The application: the explorer at `/`, administration, and the API everywhere else."""

    async def explorer(request: Request) -> Response:
        return _response(
            explore(service.emulation.repository, request.url.query, _origin(request.scope))
        )

    async def admin(request: Request) -> Response:
        refusal = None if service.remote_admin else _foreign(request)
        if refusal is not None:
            return _response(json_answer({"type": "emulator_error", "message": refusal}, 403))
        body = await request.body()
        if body and "json" not in request.headers.get("content-type", ""):
            problem = {"type": "emulator_error", "message": messages.ADMIN_NO_JSON}
            return _response(json_answer(problem, 400))
        return _response(
            administrate(
                service.emulation,
                request.method,
                request.url.path,
                body,
                origin=_origin(request.scope),
                try_webhook=service.try_webhook,
            )
        )

    methods = ["GET", "POST", "PUT", "DELETE"]
    app = Starlette(
        routes=[
            Route("/", explorer),
            Route(PREFIX, admin, methods=methods),
            Route(PREFIX + "/{rest:path}", admin, methods=methods),
        ]
    )
    app.router.redirect_slashes = False
    app.router.default = _api(service)
    return app


def _api(service: Service) -> ASGIApp:
    async def api(scope: Scope, _: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        query = scope["query_string"].decode("utf-8", "replace")
        traffic = service.emulation.traffic
        fault = traffic.next_fault(f"{path}?{query}")
        if service.latency_s or fault:
            await asyncio.sleep(service.latency_s + (fault.delay_ms / 1000 if fault else 0))
        wait_s = traffic.retry_after_s() if method != "OPTIONS" else None
        if wait_s is not None:
            limited = {**NO_STORE, **CORS, "retry-after": str(wait_s)}
            given = json_answer({"error": messages.RATE_LIMITED}, 429, limited)
        elif fault and fault.status is not None:
            given = fault.status, {**JSON, **CORS, **fault.headers}, fault.body.encode()
        else:
            headers = {
                name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
            }
            given = service.cdn.respond(
                service.emulation.repository, method, path, query, headers, _origin(scope)
            )
        pairs = parse_qsl(query, keep_blank_values=True)
        traffic.note(method, path, pairs, given[0], fault=fault is not None)
        await _send(given, fault, scope, send)

    return api


async def _send(given: Answer, fault: Fault | None, scope: Scope, send: Send) -> None:
    status, headers, body = given
    if fault and fault.reset:
        scope[_ABORT]()
        await asyncio.sleep(0)
        return
    headers = {"content-length": str(len(body)), **headers}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    cut = fault.truncate if fault else None
    await send({"type": "http.response.body", "body": body[:cut], "more_body": cut is not None})


def _response(given: Answer) -> Response:
    status, headers, body = given
    return Response(body, status, dict(headers))


def _origin(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return f"{scope['scheme']}://{value.decode('latin-1')}"
    host, port = scope["server"]
    return f"{scope['scheme']}://{host}:{port}"


def _foreign(request: Request) -> str | None:
    """Why a request to `/_emulator/` is refused: from another machine, or from a page elsewhere."""
    if request.client is None or not ip_address(request.client.host).is_loopback:
        return messages.ADMIN_LOCAL
    page = request.headers.get("origin")
    if page and not _is_local(page):
        return messages.ADMIN_FOREIGN_PAGE
    # A page elsewhere can let its own name lead to this machine: then it asks as one of ours.
    if not _is_local(f"//{request.headers.get('host', '')}"):
        return messages.ADMIN_FOREIGN_HOST
    return None


def _is_local(url: str) -> bool:
    """Whether a URL is of this machine."""
    try:
        host = urlsplit(url).hostname or ""
        is_named = host == "localhost" or host.endswith(".localhost")
        return is_named or ip_address(host).is_loopback
    except ValueError:
        return False


class _Protocol(HttpToolsProtocol):
    """uvicorn's, which lets a fault reach its connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[_ABORT] = self.transport.abort


class _Server(uvicorn.Server):
    """uvicorn's, which says when it listens, and where."""

    def __init__(self, config: uvicorn.Config, on_listening: Callable[[int], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_listening(self.servers[0].sockets[0].getsockname()[1])


async def serve(
    service: Service,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    on_listening: Callable[[str], None] = _nothing,
    tasks: Sequence[Task] = (),
    on_server: Callable[[uvicorn.Server], None] = _nothing,
) -> None:
    """Serve until interrupted, with `tasks` beside it. `on_listening` gets the origin.

    Raises ConfigurationError where the port can't be had.
    """
    shown = f"[{host}]" if ":" in host else host

    def listening(at: int) -> None:
        origin = f"http://{shown}:{at}"
        service.start(origin)
        on_listening(origin)

    config = uvicorn.Config(
        make_app(service),
        host=host,
        port=port,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        # What is under way at the end is cut off: whoever presses Ctrl-C means it.
        timeout_graceful_shutdown=0,
    )
    server = _Server(config, listening)
    on_server(server)
    beside = [asyncio.ensure_future(task()) for task in tasks]
    try:
        await server.serve()
    except SystemExit as stop:
        raise cannot_listen(shown, port, stop.__context__) from None
    finally:
        for task in beside:
            task.cancel()


@contextmanager
def running(service: Service) -> Iterator[str]:
    """A running emulator on a free port of this machine, in a thread; its origin."""
    listening = Event()
    origins: list[str] = []
    servers: list[uvicorn.Server] = []

    def heard(origin: str) -> None:
        origins.append(origin)
        listening.set()

    def run() -> None:
        try:
            asyncio.run(serve(service, on_listening=heard, on_server=servers.append))
        finally:
            listening.set()

    thread = Thread(target=run, name="prismic-ssg-emulator", daemon=True)
    thread.start()
    listening.wait()
    if not origins:
        raise ConfigurationError("the emulator could not be started")
    try:
        yield origins[0]
    finally:
        servers[0].should_exit = True
        thread.join()
