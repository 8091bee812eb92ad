"""Exchanges without a network, and through httpx: other transports, proxies, HTTP/2.

The only importer of httpx, so that its successor is one changed line. It is imported when it is
used: that takes 0.25 s, more than a build from a local folder that has nothing to do.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from prismic_ssg.api.addresses import is_global
from prismic_ssg.api.exchange import MOST_BYTES, USER_AGENT, Answer, has_proxy, too_long
from prismic_ssg.api.requests import mask
from prismic_ssg.errors import ConfigurationError, ConnectionFailed

if TYPE_CHECKING:
    import httpx

    BaseTransport: TypeAlias = "httpx.BaseTransport | InProcessTransport"

_WHOLE_TIMES = 2
# Under which name a request carries what waits for its answer.
_ANSWER = "prismic_ssg.answer"

AnswerFunction = Callable[[str, str, str, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]]


class InProcessTransport:
    """Answers by a pure function instead of a socket: `answer(method, path, query, headers)`.

    `path` is without the host, `query` without its `?` and undecoded, as a server sees them; names
    of headers are in lower case. The function gives (status, headers, body). Requests are neither
    limited nor logged.
    """

    is_in_process = True

    def __init__(self, answer: AnswerFunction) -> None:
        self._answer = answer

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(url)
        sent = {"host": parts.netloc, "user-agent": USER_AGENT, "accept": "application/json"}
        status, received, body = self._answer("GET", parts.path, parts.query, {**sent, **headers})
        return Answer(status, {name.lower(): value for name, value in received.items()}, body)

    def let_go(self) -> None:
        pass

    def close(self) -> None:
        pass


class HttpxExchange:
    """An httpx client with one bounded pool."""

    is_in_process = False

    def __init__(
        self,
        transport: httpx.BaseTransport | None,
        *,
        timeout_s: float,
        at_once: int,
        http2: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        import httpx

        self._failures = (httpx.HTTPError, httpx.InvalidURL)
        self._most_bytes = most_bytes
        # httpx's pool costs the square of the requests that wait in it: callers are bounded before
        # they get here (limiter.py), so the pool only ever has to hand out a free connection.
        self._open = partial(
            httpx.Client,
            transport=transport,
            timeout=httpx.Timeout(timeout_s),
            limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once),
            headers={"user-agent": USER_AGENT, "accept": "application/json"},
            follow_redirects=True,
            max_redirects=5,
            http2=http2,
        )
        self._client = _opened(self._open)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET, whatever its status. Raises ConnectionFailed where none came."""
        try:
            if self._client.is_closed:
                with self._open() as client:
                    return self._received(client, url, headers)
            return self._received(self._client, url, headers)
        except self._failures as error:
            reason = mask(str(error)) or type(error).__name__
            raise ConnectionFailed(f"no answer: {reason}", mask(url)) from error

    def _received(self, client: httpx.Client, url: str, headers: Mapping[str, str]) -> Answer:
        with client.stream("GET", url, headers=dict(headers)) as response:
            pieces: list[bytes] = []
            length = 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                length += len(piece)
                if length > self._most_bytes:
                    raise too_long(self._most_bytes, mask(url))
            return Answer(response.status_code, response.headers, b"".join(pieces))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST; a redirect is an answer, too. Raises ConnectionFailed, whose
        message has no part of the URL."""
        try:
            response = self._client.post(
                url, content=body, headers=dict(headers), follow_redirects=False
            )
            return Answer(response.status_code, response.headers, response.content)
        except self._failures as error:
            raise ConnectionFailed(f"no answer: {type(error).__name__}") from error

    def let_go(self) -> None:
        """Close the pool, and open another."""
        self._client.close()
        self._client = self._open()

    def close(self) -> None:
        self._client.close()


def _opened(client: Callable[[], httpx.Client]) -> httpx.Client:
    """A client. Raises ConfigurationError where something in the environment is in its way."""
    import httpx

    try:
        return client()
    except ImportError as error:
        raise ConfigurationError(
            f"HTTP/2, or a proxy from the environment, can't be used: {error}",
            hint='HTTP/2 needs `pip install "prismic-ssg[http2]"`, a SOCKS proxy `pip install '
            '"httpx[socks]"`',
        ) from None
    except (ValueError, httpx.InvalidURL) as error:
        # What httpx says of an address has no password in it.
        raise ConfigurationError(
            f"the proxy from the environment can't be used: {error}",
            hint="HTTP_PROXY, HTTPS_PROXY and ALL_PROXY begin with http://, https:// or socks5://",
        ) from None


class InsideAddressError(OSError):
    """A name that leads to a machine which only some can reach."""


class HeadExchange:
    """Asks what status an address has, without its content. Follows nothing.

    `timeout_s` is for every step of an exchange, `_WHOLE_TIMES` of it for all of them: a host that
    sends a header a second would hold us for ever. No request goes to a name that leads to a
    private address from here; by a proxy, that is the proxy's to decide.
    """

    def __init__(self, transport: httpx.BaseTransport | None = None, *, timeout_s: float) -> None:
        import httpx

        self._failures = (httpx.HTTPError, httpx.InvalidURL, ValueError)
        self._looks_up = transport is None and not has_proxy()
        self._whole_s = _WHOLE_TIMES * timeout_s
        # An answer is taken before httpx makes a request of its Location, which it refuses to do
        # of `mailto:` and the like.
        self._client = _opened(
            partial(
                httpx.Client,
                transport=transport,
                timeout=httpx.Timeout(timeout_s),
                event_hooks={"response": [_take]},
            )
        )

    def ask(
        self, method: str, url: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        """Status and headers. Raises ConnectionFailed where no answer came; its cause says why."""
        answer: Future[tuple[int, Mapping[str, str]]] = Future()

        def exchange() -> None:
            try:
                extensions: dict[str, Any] = {_ANSWER: answer}
                if self._looks_up:
                    _refuse_inside(url)
                    # A name may lead elsewhere each time that somebody asks.
                    extensions["trace"] = _refuse_connected_inside
                with self._client.stream(method, url, headers=dict(headers), extensions=extensions):
                    pass
            except Exception as error:  # noqa: BLE001 - it goes to who waits, if anybody still does
                if not answer.done():
                    answer.set_exception(error)

        # A thread of its own, which nothing waits for: one that reads can't be broken off.
        Thread(target=exchange, name="prismic-ssg-link", daemon=True).start()
        try:
            return answer.result(self._whole_s)
        except (OSError, *self._failures) as error:
            raise ConnectionFailed(str(error) or type(error).__name__, url) from error

    def close(self) -> None:
        self._client.close()


def _take(response: httpx.Response) -> None:
    response.request.extensions[_ANSWER].set_result((response.status_code, response.headers))


def _refuse_inside(url: str) -> None:
    """Raises InsideAddressError where the host's name leads to a private address."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname, parts.port or 0, type=socket.SOCK_STREAM)
    if not all(is_global(str(address[0])) for *_, address in found):
        raise InsideAddressError(f"{parts.hostname} leads to a private address")


def _refuse_connected_inside(event: str, told: Mapping[str, Any]) -> None:
    """Raises InsideAddressError where a connection has got to a private address, before anything is
    said on it. Called by httpx."""
    if event != "connection.connect_tcp.complete":
        return
    stream = told["return_value"]
    address = stream.get_extra_info("server_addr")[0]
    if not is_global(address):
        stream.close()
        raise InsideAddressError(f"{address} is a private address")
