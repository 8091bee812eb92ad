"""Whether addresses at other hosts still answer: asked politely, of each host one at a time.

A HEAD first, and a GET where a host makes nothing of that; no content is read. Machines inside of a
network are never asked: an editor's link must not make a build server look around.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import msgspec

from prismic_ssg.api.addresses import is_global
from prismic_ssg.api.exchange import USER_AGENT
from prismic_ssg.api.retries import retry_after_s
from prismic_ssg.api.transport import HeadExchange, InsideAddressError
from prismic_ssg.errors import ConnectionFailed

_HEADERS = {
    "user-agent": f"{USER_AGENT} (link check)",
    "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
}

_HOSTS_AT_ONCE = 8
_BETWEEN_REQUESTS_S = 0.5
_TIMEOUT_S = 15.0
_MOST_REDIRECTS = 5
_LONGEST_WAIT_S = 60.0

# After so many addresses of one host that give no answer, the rest of them is not asked for.
_FAILURES_OF_A_HOST = 2

# What httpx calls a connection that was there, and gave no whole answer.
_NO_ANSWERS = frozenset({"RemoteProtocolError", "ReadError", "WriteError", "DecodingError"})

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


class Probe(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an address gave: a status, or `failure`, a key of `checks.external`. `moved_to` is
    where it has gone for good, `leads_to` another kind of address, such as `mailto:…`."""

    status: int | None = None
    failure: str | None = None
    moved_to: str | None = None
    leads_to: str | None = None


def is_private(url: str) -> bool:
    """Whether an address is of a machine that only some can reach, by its name."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not is_global(host)
    except ValueError:
        pass
    try:
        # `127.1`, `0x7f.0.0.1`, `2130706433`: numbers as browsers and systems read them, too.
        return not is_global(socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        local = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
        return "." not in host or host.endswith(local)


def _followed(url: str, location: str) -> str:
    """Where a redirect leads. Raises ValueError where that is no address."""
    target = urljoin(url, location)
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") and (not parts.hostname or parts.port == 0):
        raise ValueError(target)
    return target


class LinkProbe:
    """Asks for addresses, once. `exchange` is closed afterwards; `sleep` stands for the time."""

    def __init__(
        self,
        exchange: HeadExchange | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._exchange = exchange
        self._sleep = sleep

    def ask_all(self, urls: Iterable[str]) -> Iterator[tuple[str, Probe]]:
        """What every address gave, as the answers come."""
        by_host: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            by_host[urlsplit(url).netloc.lower()].append(url)
        exchange = self._exchange or HeadExchange(timeout_s=_TIMEOUT_S)
        pool = ThreadPoolExecutor(_HOSTS_AT_ONCE, "links")
        try:
            work = [pool.submit(self._ask_host, exchange, each) for each in by_host.values()]
            for done in as_completed(work):
                yield from done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            exchange.close()

    def _ask_host(self, exchange: HeadExchange, urls: list[str]) -> list[tuple[str, Probe]]:
        found: list[tuple[str, Probe]] = []
        failures, last = 0, Probe()
        for url in urls:
            if failures >= _FAILURES_OF_A_HOST or last.failure in ("host", "busy"):
                found.append((url, last))
                continue
            if found:
                self._sleep(_BETWEEN_REQUESTS_S)
            last = self._ask(exchange, url)
            failures = failures + 1 if last.failure in ("tls", "time", "network") else 0
            found.append((url, last))
        return found

    def _ask(self, exchange: HeadExchange, url: str) -> Probe:
        target, moved = url, True
        for _ in range(_MOST_REDIRECTS + 1):
            if is_private(target):
                return Probe(failure="private")
            try:
                status, location, wait_s = self._status(exchange, target)
            except ConnectionFailed as error:
                return Probe(failure=_failure_of(error))
            if wait_s is not None:
                return Probe(status, failure="busy")
            if status not in _REDIRECTS or not location:
                has_moved = moved and target != url and 200 <= status < 300
                return Probe(status, moved_to=target if has_moved else None)
            moved = moved and status in _PERMANENT
            try:
                target = _followed(target, location)
            except ValueError:
                return Probe(failure="location")
            if not target.startswith(("http://", "https://")):
                return Probe(status, leads_to=target)
        return Probe(failure="redirects")

    def _status(self, exchange: HeadExchange, url: str) -> tuple[int, str, float | None]:
        """Status, location, and how long the host wants to be left alone, None for not at all."""
        for method in ("HEAD", "GET"):
            for attempt in (1, 2):
                status, headers = exchange.ask(method, url, _HEADERS)
                if status != 429 and not (status == 503 and "retry-after" in headers):
                    break
                wait_s = retry_after_s(headers, datetime.now(UTC))
                wait_s = 5.0 if wait_s is None else wait_s
                if attempt == 2 or wait_s > _LONGEST_WAIT_S:
                    return status, "", wait_s
                self._sleep(wait_s)
            if status < 400:
                break
            # Many hosts refuse a HEAD, or have nothing for it, and answer a GET.
            self._sleep(_BETWEEN_REQUESTS_S if method == "HEAD" else 0.0)
        return status, headers.get("location", ""), None


def _failure_of(error: ConnectionFailed) -> str:
    """Why no answer came, by what is at the bottom of it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, InsideAddressError):
            return "inside"
        if isinstance(cause, socket.gaierror):
            return "host" if cause.errno == socket.EAI_NONAME else "network"
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, TimeoutError) or type(cause).__name__.endswith("Timeout"):
            return "time"
        if type(cause).__name__ in _NO_ANSWERS:
            return "answer"
        cause = cause.__cause__ or cause.__context__
    return "network"
