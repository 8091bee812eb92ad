"""Exchanges over the standard library's sockets: HTTP/1.1 with keep-alive, gzip and brotli."""

from __future__ import annotations

import http.client
import os
import ssl
import threading
import time
import zlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.util import find_spec
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from prismic_ssg.api.addresses import is_global
from prismic_ssg.api.exchange import MOST_BYTES, USER_AGENT, Answer, Body, too_long
from prismic_ssg.api.requests import mask
from prismic_ssg.errors import ConnectionFailed, PrismicError

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5

# A time-out counts from the last byte. An answer that trickles in is given up after so many.
_TIMEOUTS_PER_ANSWER = 4

_PIECE_BYTES = 1 << 18

# Of an answer that says to be longer no more memory is taken than what has come.
_MOST_AT_ONCE_BYTES = 1 << 25

# What a server that closed an idle connection meanwhile makes of the next request on it.
_STALE = (http.client.RemoteDisconnected, ConnectionError)

# A connection that was idle for longer may be gone without a word: a router on the way forgot it,
# or this machine slept. To ask on it is to wait for the whole time-out.
_LONGEST_IDLE_S = 30.0

# What stays as it is where a URL has letters beyond ASCII: those alone are encoded.
_SAFE = "".join(map(chr, range(0x21, 0x7F)))

Origin = tuple[str, str, int]


class SocketExchange:
    """Connections by origin, kept open between requests. Thread-safe.

    `clock` gives seconds, those for which the machine sleeps among them; it may be set.
    """

    is_in_process = False

    def __init__(
        self,
        *,
        timeout_s: float,
        most_bytes: int = MOST_BYTES,
        is_public_only: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._timeout_s = timeout_s
        self._most_bytes = most_bytes
        self._is_public_only = is_public_only
        self._lock = threading.Lock()
        self._clock = clock
        self._idle: defaultdict[Origin, list[tuple[float, http.client.HTTPConnection]]]
        self._idle = defaultdict(list)
        self._is_closed = False

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET, whatever its status. Raises ConnectionFailed where none came."""
        target = url
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                answer = self._get(urlsplit(target), headers)
            except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
                reason = mask(str(error)) or type(error).__name__
                raise ConnectionFailed(f"no answer: {reason}", mask(url)) from error
            except PrismicError as error:
                error.url = mask(url)
                raise
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            followed = urljoin(target, location)
            if not _keeps_headers(urlsplit(target), urlsplit(followed)):
                headers = {}
            target = followed
        raise ConnectionFailed("no answer: redirected too often", mask(url))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST, on a connection of its own; a redirect is an answer, too.

        Raises ConnectionFailed, whose message has no part of the URL but its host.
        """
        try:
            place = urlsplit(url)
            origin, path = _place(place)
            sent = {"user-agent": USER_AGENT, "accept": "*/*", **_credentials(place), **headers}
            sent["connection"] = "close"
            return self._exchange(self._connection(origin), origin, path, sent, body)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            reason = mask(str(error)) or type(error).__name__
            raise ConnectionFailed(f"no answer: {reason}") from error

    def _get(self, url: SplitResult, headers: Mapping[str, str]) -> Answer:
        origin, path = _place(url)
        sent = {
            "user-agent": USER_AGENT,
            "accept": "application/json",
            "accept-encoding": _ACCEPTED,
            **headers,
        }
        idle = self._kept(origin)
        if idle is not None:
            try:
                return self._exchange(idle, origin, path, sent)
            except _STALE:
                idle.close()
        return self._exchange(self._connection(origin), origin, path, sent)

    def _kept(self, origin: Origin) -> http.client.HTTPConnection | None:
        """A connection that was used lately; older ones are closed."""
        with self._lock:
            while self._idle[origin]:
                since_s, connection = self._idle[origin].pop()
                if 0 <= self._clock() - since_s <= _LONGEST_IDLE_S:
                    return connection
                connection.close()
        return None

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        origin: Origin,
        path: str,
        headers: Mapping[str, str],
        body_sent: bytes | None = None,
    ) -> Answer:
        try:
            method = "GET" if body_sent is None else "POST"
            connection.request(method, path, body=body_sent, headers=dict(headers))
            response = connection.getresponse()
            deadline = time.monotonic() + self._timeout_s * _TIMEOUTS_PER_ANSWER
            body = _body(response, deadline, self._most_bytes)
            received = {name.lower(): value for name, value in response.getheaders()}
            decoded = _decoded(body, received, self._most_bytes)
            answer = Answer(response.status, received, decoded)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            if self._is_closed or response.will_close:
                connection.close()
            else:
                self._idle[origin].append((self._clock(), connection))
        return answer

    def _connection(self, origin: Origin) -> http.client.HTTPConnection:
        scheme, host, port = origin
        connection: http.client.HTTPConnection
        if scheme == "http":
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        else:
            connection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout_s, context=self._ssl_context
            )
        if self._is_public_only:
            _connect_outside(connection)
        return connection

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        """Trusts what httpx does: what SSL_CERT_FILE or SSL_CERT_DIR name, else certifi's list."""
        if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
            return ssl.create_default_context()
        import certifi

        return ssl.create_default_context(cafile=certifi.where())

    def let_go(self) -> None:
        """Close every idle connection."""
        with self._lock:
            for connections in self._idle.values():
                for _, connection in connections:
                    connection.close()
            self._idle.clear()

    def close(self) -> None:
        self._is_closed = True
        self.let_go()


def _keeps_headers(before: SplitResult, after: SplitResult) -> bool:
    """Whether a redirect may get the headers too, a token among them: not elsewhere, nor in the
    clear."""
    is_there = before.netloc == after.netloc
    return is_there and (before.scheme == after.scheme or after.scheme == "https")


def _connect_outside(connection: http.client.HTTPConnection) -> None:
    """Connect, and say nothing to a machine that only some can reach. Raises PrismicError.

    Asked is where the connection has got to: a name may lead elsewhere each time.
    """
    connection.connect()
    if not is_global(connection.sock.getpeername()[0]):
        connection.close()
        raise PrismicError(f"{connection.host} is a machine inside of a network: it is not asked")


def _place(url: SplitResult) -> tuple[Origin, str]:
    """Where to connect to, and what to ask for there. Raises ValueError."""
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"{url.scheme}://{url.netloc} is no address of a web server")
    origin = (url.scheme, url.hostname, url.port or (443 if url.scheme == "https" else 80))
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return origin, target if target.isascii() else quote(target, safe=_SAFE)


def _credentials(url: SplitResult) -> dict[str, str]:
    """The header for a user's name and password in a URL, as httpx and curl send it."""
    if url.username is None:
        return {}
    pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode('ascii')}"}


_HAS_BROTLI = find_spec("brotli") is not None
_ACCEPTED = "gzip, br" if _HAS_BROTLI else "gzip"


def _body(response: http.client.HTTPResponse, deadline: float, most_bytes: int) -> Body:
    """The whole body. Raises HTTPException if it is cut short, TimeoutError past the deadline,
    PrismicError for one that is too long."""
    if response.length is not None and response.length > most_bytes:
        raise too_long(most_bytes)
    if response.length is not None and response.length <= _MOST_AT_ONCE_BYTES:
        body: Body = _read_into(bytearray(response.length), response, deadline)
        response.length = 0
    else:
        pieces: list[bytes] = []
        length = 0
        while piece := response.read1(_PIECE_BYTES):
            pieces.append(piece)
            length += len(piece)
            if length > most_bytes:
                raise too_long(most_bytes)
            _check_time(deadline)
        body = b"".join(pieces)
    if response.length:
        raise http.client.HTTPException(f"the answer was cut short by {response.length:,} bytes")
    response.close()
    return body


def _read_into(body: bytearray, response: http.client.HTTPResponse, deadline: float) -> bytearray:
    """Fill the body. To make it of pieces takes as long again as to receive them."""
    view, end = memoryview(body), 0
    while end < len(body):
        count = response.fp.readinto1(view[end:])
        if not count:
            left = len(body) - end
            raise http.client.HTTPException(f"the answer was cut short by {left:,} bytes")
        end += count
        _check_time(deadline)
    return body


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError("the answer took too long")


def _decoded(body: Body, headers: Mapping[str, str], most_bytes: int) -> Body:
    match headers.get("content-encoding", "").lower():
        case "gzip":
            stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            decoded = stream.decompress(body, most_bytes)
            if not stream.eof:
                if len(decoded) >= most_bytes:
                    raise too_long(most_bytes)
                raise zlib.error("the compressed answer was cut short")
            return decoded
        case "br" if _HAS_BROTLI:
            return _of_brotli(body, most_bytes)
    return body


def _of_brotli(body: Body, most_bytes: int) -> Body:
    import brotli  # type: ignore[import-untyped]

    stream = brotli.Decompressor()
    try:
        try:
            decoded = bytes(stream.process(body, output_buffer_limit=most_bytes + 1))
        except TypeError:
            # Before version 1.2, which is no extra of ours any more, it knows no limit.
            decoded = bytes(stream.process(body))
    except brotli.error as error:
        raise ValueError(f"broken brotli: {error}") from None
    if len(decoded) > most_bytes:
        raise too_long(most_bytes)
    if not stream.is_finished():
        raise ValueError("broken brotli: the compressed answer was cut short")
    return decoded
