"""Which exchange requests go by: plain sockets, or httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from prismic_ssg.api.exchange import MOST_BYTES, Exchange, Network, has_proxy

if TYPE_CHECKING:
    from prismic_ssg.api.transport import BaseTransport


@overload
def open_exchange(
    transport: None = None,
    *,
    timeout_s: float,
    at_once: int = 1,
    http2: bool = False,
    most_bytes: int = MOST_BYTES,
    is_public_only: bool = False,
) -> Network: ...


@overload
def open_exchange(
    transport: BaseTransport | None,
    *,
    timeout_s: float,
    at_once: int = 1,
    http2: bool = False,
    most_bytes: int = MOST_BYTES,
    is_public_only: bool = False,
) -> Exchange: ...


def open_exchange(
    transport: BaseTransport | None = None,
    *,
    timeout_s: float,
    at_once: int = 1,
    http2: bool = False,
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
