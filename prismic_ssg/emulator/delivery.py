"""Sends webhooks: POST with a JSON body, again every ten minutes until one is answered with 200."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from prismic_ssg.emulator.webhooks import RETRIES, RETRY_AFTER_S

_TIMEOUT_S = 10.0

# Gets a line about a delivery, for people.
Report = Callable[[str], None]
Post = Callable[[str, bytes], Awaitable[int]]
Sleep = Callable[[float], Awaitable[None]]


async def deliver(
    body: Mapping[str, Any],
    url: str,
    report: Report,
    *,
    sleep: Sleep = asyncio.sleep,
    post: Post | None = None,
) -> bool:
    """Send one webhook, with all its retries; whether it arrived in the end."""
    text = msgspec.json.encode(body)
    for attempt in range(RETRIES + 1):
        if attempt:
            await sleep(RETRY_AFTER_S)
        try:
            status = await (post or _post)(url, text)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            report(f"webhook not delivered: {error or type(error).__name__}")
            continue
        if status == 200:
            report("webhook delivered")
            return True
        report(f"webhook answered with {status}, which is not 200")
    return False


async def _post(url: str, body: bytes) -> int:
    """The status that a POST is answered with. Raises OSError, TimeoutError or ValueError."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = (
        f"POST {target} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\n"
        "content-type: application/json\r\nuser-agent: prismic-ssg-emulator\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    async with asyncio.timeout(_TIMEOUT_S):
        reader, writer = await asyncio.open_connection(host, port, ssl=secure or None)
        try:
            writer.write(head.encode("ascii") + body)
            await writer.drain()
            line = await reader.readline()
        finally:
            writer.close()
    _, _, rest = line.partition(b" ")
    return int(rest[:3])
