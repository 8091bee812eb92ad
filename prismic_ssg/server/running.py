"""The server as a process: its port, its signals, its beginning and its end."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from prismic_ssg.errors import cannot_listen
from prismic_ssg.server.journal import Journal
from prismic_ssg.server.service import Service
from prismic_ssg.unbroken import ENDING

_NEXT_PORTS = 50
_SWITCH_S = 0.001
HEADERS_WITHIN_S = 20.0

# Many systems let a process have 1,024 files open, unless it asks for more. A browser is one.
_MOST_FILES = 16_384

# At the end, for connections to be cut off; and until it is said what else is waited for.
_CUT_OFF_WITHIN_S = 1.0
_TELL_AFTER_S = 0.5

_TELL_EVERY_S = 60.0


def bound(host: str, port: int, *, strict: bool) -> socket.socket:
    """A socket that listens on the port, or on the next one that is free unless `strict`.

    Raises ConfigurationError where none can be had.
    """
    ports = [port] if strict or port == 0 else range(port, min(port + _NEXT_PORTS, 65536))
    reason: OSError | None = None
    for each in ports:
        try:
            return _listening(host, each)
        except OSError as error:
            reason = error
    shown = f"[{host}]" if ":" in host else host
    raise cannot_listen(shown, port, reason)


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening


def allow_many_connections() -> None:
    """Let this process have as many files open as the system allows, up to a bound."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def origin_of(listening: socket.socket, host: str) -> str:
    """The address to click: one of this machine where the server listens on all."""
    port = listening.getsockname()[1]
    here = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}  # noqa: S104
    shown = here.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


class _Protocol(HttpToolsProtocol):
    """uvicorn's, which gives up on a request whose headers do not arrive: who sends them letter by
    letter could hold every connection that this process may have."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_headers()

    def on_message_begin(self) -> None:
        self._await_headers()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._given_up.cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._given_up.cancel()
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        given_up: asyncio.TimerHandle | None = getattr(self, "_given_up", None)
        if given_up is not None:
            given_up.cancel()
        self._given_up = self.loop.call_later(HEADERS_WITHIN_S, self.transport.abort)


class _Server(uvicorn.Server):
    """uvicorn's, whose signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Ending:
    """How the server was asked to end. SIGTERM, or the end of its terminal, lets the build in hand
    finish. Ctrl-C does not, nor does any other signal after the first: `number` is that one's."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.asked = asyncio.Event()
        self.number = 0

    @property
    def is_at_once(self) -> bool:
        return self.number != 0

    @contextmanager
    def by_signals(self) -> Iterator[None]:
        """Be asked by them, as long as this lasts. Those that are ignored stay so."""
        heeded = [each for each in ENDING if signal.getsignal(each) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._ask) for number in heeded}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT or self.asked.is_set():
            self.number = self.number or number
        self._loop.call_soon_threadsafe(self.asked.set)


async def serve(
    app: ASGIApp,
    service: Service,
    listening: socket.socket,
    *,
    on_started: Callable[[], None] = lambda: None,
    on_ending: Callable[[], None] = lambda: None,
) -> Ending:
    """Serve until a signal, and until the build in hand is done, or another one comes.

    `on_ending` is called between the two. Threads that answer readers may be at work afterwards.
    """
    allow_many_connections()
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        # What is under way at the end is cut off, event streams first of all: they never end.
        timeout_graceful_shutdown=0,
        timeout_keep_alive=30,
    )
    server = _Server(config)
    # A reader's thread waits this long for Python's lock each time that a build has it.
    sys.setswitchinterval(_SWITCH_S)
    ending = Ending()
    asyncio.get_running_loop().set_exception_handler(_told_now_and_then(service.journal))
    with ending.by_signals():

        async def start() -> None:
            while not server.started:
                await asyncio.sleep(0.005)
            on_started()

        serving = asyncio.ensure_future(server.serve(sockets=[listening]))
        starting = asyncio.ensure_future(start())
        asked = asyncio.ensure_future(ending.asked.wait())
        try:
            await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
            on_ending()
            server.should_exit = True
            await asyncio.wait({serving}, timeout=_CUT_OFF_WITHIN_S)
            if serving.done():
                serving.result()
        finally:
            starting.cancel()
            asked.cancel()
            service.stop()
        await _last_build(service, ending)
    return ending


def _told_now_and_then(journal: Journal) -> Callable[[asyncio.AbstractEventLoop, Any], None]:
    """What asyncio has to say, such as that there are too many connections, in a line a minute: it
    would print how it got there every second."""
    told_at: dict[str, float] = {}

    def tell(_: asyncio.AbstractEventLoop, told: Mapping[str, Any]) -> None:
        message, now = str(told.get("message")), time.monotonic()
        if now - told_at.get(message, float("-inf")) >= _TELL_EVERY_S:
            told_at[message] = now
            error = told.get("exception")
            journal("trouble", what=message, error=None if error is None else str(error))

    return tell


async def _last_build(service: Service, ending: Ending) -> None:
    """Wait for what is under way, and say so where that takes a while."""
    waits_since = time.monotonic()
    is_told = False
    while not (ending.is_at_once or service.join(0)):
        if not is_told and time.monotonic() - waits_since > _TELL_AFTER_S:
            service.journal("stopping", after=service.under_way)
            is_told = True
        await asyncio.sleep(0.02)
