"""GET with everything that makes it dependable: limits, retries, errors by class, one log line."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from prismic_ssg.api.limiter import PROCESS_LIMITER, Limiter
from prismic_ssg.api.opening import open_exchange
from prismic_ssg.api.requests import check_length, mask
from prismic_ssg.api.responses import Api, error_of
from prismic_ssg.api.retries import Refused, Retries
from prismic_ssg.api.waiting import Stopped, answered, sleep
from prismic_ssg.errors import ConnectionFailed

if TYPE_CHECKING:
    from prismic_ssg.api.exchange import Answer, Body
    from prismic_ssg.api.transport import BaseTransport

T = TypeVar("T")

_log = logging.getLogger("prismic_ssg.api")

_CACHE_HEADERS = ("x-cache", "cf-cache-status", "x-cache-status", "age")

_NO_NETWORK_HINT = "is there a network, and is the repository's name right?"
_CERTIFICATE_HINT = (
    "is this machine's clock right? where something on the way has a certificate of its own, "
    "SSL_CERT_FILE names the file with it"
)


class Session:
    """Requests to one repository. Thread-safe. `requests` counts those sent, repeated ones too."""

    def __init__(
        self,
        transport: BaseTransport | None,
        *,
        timeout_s: float,
        retries: Retries,
        limiter: Limiter = PROCESS_LIMITER,
        http2: bool = False,
    ) -> None:
        self._exchanges = open_exchange(
            transport, timeout_s=timeout_s, at_once=limiter.at_once, http2=http2
        )
        self._retries = retries
        self._limiter = limiter
        self._lock = threading.Lock()
        self._was_reached = False
        self.requests = 0

    def get(
        self,
        url: str,
        read: Callable[[Body, str], T],
        *,
        api: Api,
        headers: Mapping[str, str] | None = None,
        stop: threading.Event | None = None,
    ) -> T:
        """What `read(body, url)` makes of the answer; its UnusableAnswer is a reason to ask again.

        Raises the class that a bad status stands for, ConnectionFailed without an answer, and
        Stopped once `stop` is set, or at the end of this process.
        """
        check_length(url)
        return self._ask(
            url, lambda answer: read(answer.body, url), api=api, headers=headers, stop=stop
        )

    def get_piece(self, url: str, start: int, length: int) -> tuple[bytes, int]:
        """At most `length` bytes of a file from `start` on, and the file's size.

        A server that knows no pieces gives the whole file: what is before `start` is cut off.
        """

        def read(answer: Answer) -> tuple[bytes, int]:
            size = answer.headers.get("content-range", "").rpartition("/")[2]
            if answer.status == 206 and size.isdigit():
                return bytes(answer.body), int(size)
            return bytes(answer.body[start:]), len(answer.body)

        wanted = f"bytes={start}-{start + length - 1}"
        # Pieces are counted in the bytes as they are sent: those must be the file's.
        headers = {"range": wanted, "accept": "*/*", "accept-encoding": "identity"}
        return self._ask(url, read, api="asset", headers=headers)

    def _ask(
        self,
        url: str,
        read: Callable[[Answer], T],
        *,
        api: Api,
        headers: Mapping[str, str] | None = None,
        stop: threading.Event | None = None,
    ) -> T:
        wait = _sleeper(stop, self._retries.sleep)

        def attempt() -> T:
            if stop is not None and stop.is_set():
                raise Stopped
            answer = self._exchange(url, headers, wait)
            if answer.status in (200, 206):
                return read(answer)
            error = error_of(answer.status, answer.body, url, api=api)
            if answer.status == 429 or answer.status >= 500:
                raise Refused(answer.status, answer.headers, error)
            raise error

        try:
            return self._retries.call(
                attempt,
                pause_all=self._limiter.pause,
                was_reached=lambda: self._was_reached,
                sleep=wait,
            )
        except ConnectionFailed as error:
            is_certificate = "CERTIFICATE_VERIFY_FAILED" in error.message
            error.hint = error.hint or (_CERTIFICATE_HINT if is_certificate else _NO_NETWORK_HINT)
            raise

    def _exchange(
        self, url: str, headers: Mapping[str, str] | None, wait: Callable[[float], None]
    ) -> Answer:
        with self._lock:
            self.requests += 1
        if self._exchanges.is_in_process:
            return self._exchanges.get(url, headers or {})
        with self._limiter.admitted(wait):
            started = time.perf_counter()
            try:
                answer = answered(partial(self._exchanges.get, url, headers or {}))
            except ConnectionFailed as error:
                _log.info(
                    "request path=%s failed=%s ms=%d",
                    *_place(url),
                    mask(error.message),
                    _ms(started),
                )
                raise
        self._was_reached = True
        _log.info(
            "request method=GET path=%s status=%d ms=%d bytes=%d cache=%s",
            *_place(url),
            answer.status,
            _ms(started),
            len(answer.body),
            next((answer.headers[h] for h in _CACHE_HEADERS if h in answer.headers), "-"),
        )
        return answer

    def let_go(self) -> None:
        """Close every connection, none of which is in use; the next request opens another."""
        self._exchanges.let_go()

    def close(self) -> None:
        self._exchanges.close()


def _place(url: str) -> tuple[str]:
    return (urlsplit(url).path,)


def _ms(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def _sleeper(
    stop: threading.Event | None, otherwise: Callable[[float], None]
) -> Callable[[float], None]:
    """A sleep that ends when `stop` is set, so that Ctrl-C does not wait for a back-off."""
    return partial(sleep, stop=stop) if otherwise is sleep else otherwise
