"""One HTTP exchange: a GET goes out, an answer or ConnectionFailed comes back. No retry here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from prismic_ssg._version import __version__
from prismic_ssg.errors import PrismicError

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


class Network(Exchange, Protocol):
    """One that reaches other machines."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST; a redirect is an answer, too. Raises ConnectionFailed, whose
        message has no part of the URL but its host."""
        ...


def too_long(most_bytes: int, url: str | None = None) -> PrismicError:
    """The error for an answer that is given up: to ask again would bring the same."""
    return PrismicError(f"the answer has more than {most_bytes >> 20:,} MB", url)


def has_proxy() -> bool:
    """Whether the environment names a proxy, which only httpx goes through."""
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXIES)


def http_date(value: str) -> datetime | None:
    """The moment that a header names, in UTC where it names no zone; None for what is none."""
    # Few answers are asked for theirs.
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter for a year, or a zone, of many digits
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
