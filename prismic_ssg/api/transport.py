"""Exchanges through httpx: other transports, proxies, HTTP/2, and answers without a network.

The only importer of httpx, so that its successor is one changed line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from prismic_ssg.api.exchange import USER_AGENT, Answer
from prismic_ssg.api.requests import mask
from prismic_ssg.errors import ConnectionFailed

BaseTransport = httpx.BaseTransport

AnswerFunction = Callable[[str, str, str, Mapping[str, str]], tuple[int, Mapping[str, str], bytes]]


class InProcessTransport(httpx.BaseTransport):
    """Answers by a pure function instead of a socket: `answer(method, path, query, headers)`.

    `path` is without the host, `query` without its `?` and undecoded, as a server sees them. The
    function gives (status, headers, body).
    """

    def __init__(self, answer: AnswerFunction) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status, headers, body = self._answer(
            request.method,
            request.url.path,
            request.url.query.decode("ascii"),
            {name.lower(): value for name, value in request.headers.items()},
        )
        return httpx.Response(status, headers=dict(headers), content=body)


class HttpxExchange:
    """An httpx client with one bounded pool."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None,
        *,
        timeout_s: float,
        at_once: int,
        http2: bool = False,
    ) -> None:
        # httpx's pool costs the square of the requests that wait in it: callers are bounded before
        # they get here (limiter.py), so the pool only ever has to hand out a free connection.
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(timeout_s),
            limits=httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once),
            headers={"user-agent": USER_AGENT, "accept": "application/json"},
            follow_redirects=True,
            max_redirects=5,
            http2=http2,
        )
        self.is_in_process = isinstance(transport, InProcessTransport)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET, whatever its status. Raises ConnectionFailed where none came."""
        try:
            response = self._client.get(url, headers=dict(headers))
            return Answer(response.status_code, response.headers, response.content)
        except httpx.InvalidURL as error:
            raise ConnectionFailed(f"{mask(url)!r} is no URL: {error}", mask(url)) from None
        except httpx.HTTPError as error:
            reason = mask(str(error)) or type(error).__name__
            raise ConnectionFailed(f"no answer: {reason}", mask(url)) from error

    def close(self) -> None:
        self._client.close()
