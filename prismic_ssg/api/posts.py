"""A POST that should arrive: to a build hook, to GitHub, to a webhook's receiver."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from prismic_ssg.api.exchange import Answer
from prismic_ssg.api.opening import open_exchange
from prismic_ssg.api.responses import UnusableAnswer
from prismic_ssg.api.retries import Refused, Retries
from prismic_ssg.api.waiting import answered
from prismic_ssg.content.web_address import is_web_address
from prismic_ssg.errors import ConnectionFailed, PrismicSsgError

_TIMEOUT_S = 15.0

# What is sent at the end of this process may still arrive, but not for ever.
_LAST_S = 2.0

Post = Callable[[str, bytes, Mapping[str, str]], Answer]


def post(
    url: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    retries: Retries | None = None,
    hint: str | None = None,
    send: Post | None = None,
) -> Answer:
    """The answer to a POST once it has a status of 2xx, after retries where that may help.

    The path of such an address is often a secret: errors name its host only. `retries` decides how
    long to go on, `hint` is what to do about an answer that stays, `send` stands for the network.
    Raises PrismicSsgError.
    """
    if not is_web_address(url):
        raise PrismicSsgError(
            "that is no URL of a web server",
            hint="it begins with https:// or http:// and a host, and has no blanks",
        )
    host = urlsplit(url).hostname or ""
    sending = send or _post

    def attempt() -> Answer:
        answer = answered(lambda: sending(url, body, headers or {}), last_s=_LAST_S)
        if 200 <= answer.status < 300:
            return answer
        error = ConnectionFailed(f"{host} answered with status {answer.status}")
        if answer.status in (408, 425, 429) or answer.status >= 500:
            raise Refused(answer.status, answer.headers, error)
        raise _Final(error.message)

    try:
        return (retries or Retries()).call(attempt, pause_all=lambda _: None)
    except _Final as final:
        raise PrismicSsgError(str(final), hint=hint) from None
    except (ConnectionFailed, UnusableAnswer) as error:
        message = error.message if host in error.message else f"{host}: {error.message}"
        raise PrismicSsgError(message) from None


class _Final(Exception):  # noqa: N818  (an answer that stays)
    """An answer that no retry changes."""


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    exchange = open_exchange(timeout_s=_TIMEOUT_S)
    try:
        return exchange.post(url, body, headers)
    finally:
        exchange.close()
