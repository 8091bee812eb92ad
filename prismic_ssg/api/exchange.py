"""One HTTP exchange: a GET goes out, an answer or ConnectionFailed comes back. No retry here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from prismic_ssg._version import __version__
from prismic_ssg.errors import PrismicError

if TYPE_CHECKING:
    from prismic_ssg.api.transport import BaseTransport

USER_AGENT = f"prismic-ssg/{__version__}"

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")

# As it was received, or as something made it.
Body = bytes | bytearray

# A page of 100 long documents has a few MB. Whoever sends more than this means to fill memory.
MOST_BYTES = 1 << 29


class Answer(msgspec.Struct, frozen=True):
    """What came back. Header names are in lower case; `body` is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: Body


class Exchange(Protocol):
    """Connections that are kept. Thread-safe; callers bound how many are used at once."""

    is_in_process: bool

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET, whatever its status. Raises ConnectionFailed where none came."""
        ...

    def let_go(self) -> None:
        """Close every connection, none of which is in use: a copy of this process went on by them.
        Says nothing to the other side."""
        ...

    def close(self) -> None: ...


def too_long(most_bytes: int, url: str | None = None) -> PrismicError:
    """The error for an answer that is given up: to ask again would bring the same."""
    return PrismicError(f"the answer has more than {most_bytes >> 20:,} MB", url)


def open_exchange(
    transport: BaseTransport | None,
    *,
    timeout_s: float,
    at_once: int,
    http2: bool,
    most_bytes: int = MOST_BYTES,
    is_public_only: bool = False,
) -> Exchange:
    """Plain sockets, or httpx where something is wanted that only it can do.

    An InProcessTransport is an exchange already. An answer of over `most_bytes`, as it is sent or
    decompressed, is a PrismicError. With `is_public_only` machines are asked that everybody can
    reach, and no others: through a proxy, that is the proxy's to decide.

    10,000 documents in 100 pages, no latency, whole process: httpx's threads 0.55 s of CPU, of
    which its import is half; the standard library's sockets 0.15 s. So httpx, with its transports,
    proxies and HTTP/2, is loaded only for one of these.
    """
    from prismic_ssg.api.transport import HttpxExchange, InProcessTransport

    if isinstance(transport, InProcessTransport):
        return transport
    if transport is None and not http2 and not has_proxy():
        from prismic_ssg.api.sockets import SocketExchange

        return SocketExchange(
            timeout_s=timeout_s, most_bytes=most_bytes, is_public_only=is_public_only
        )
    return HttpxExchange(
        transport, timeout_s=timeout_s, at_once=at_once, http2=http2, most_bytes=most_bytes
    )


def has_proxy() -> bool:
    """Whether the environment names a proxy, which only httpx goes through."""
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXIES)
