"""Whose requests are answered, by their `Host`. Pure.

A page elsewhere on the web can let its own name point to 127.0.0.1 and read what a server on this
machine shows (DNS rebinding). It can't choose the `Host` that its visitor's browser sends: that is
its own name. Addresses as numbers need no name to be looked up, so they are always allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

EVERY = "*"

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_.])?", re.ASCII)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]@/\\]+)(?::(\d{1,5}))?", re.ASCII)


@dataclass(frozen=True)
class Hosts:
    """The names that a request may be for; `*` among them allows every one."""

    names: frozenset[str]

    @classmethod
    def of(cls, given: Iterable[str], base_url: str = "") -> Self:
        """Those names, without their ports, and the base URL's host."""
        hosts = [*given, urlsplit(base_url).hostname or ""]
        return cls(frozenset(host_name(host) or host for host in hosts if host))

    def refusal(self, header: str | None) -> tuple[int, str] | None:
        """Status and reason for a request with this `Host`, None for one that is answered."""
        name = host_name(header or "")
        if name is None:
            return 400, "the request has no usable Host header"
        if EVERY in self.names or name in self.names or _is_local(name) or _is_address(name):
            return None
        return 421, (
            f"{name!r} is no name of this server: to allow it, start it with --allow-host {name}"
        )


def host_name(header: str) -> str | None:
    """The host of a `Host` header in lower case, without its port; None for what is none."""
    match = _HOST.fullmatch(header.strip().lower())
    if match is None:
        return None
    name = match[1].strip("[]").removesuffix(".")
    return name if _is_address(name) or _NAME.fullmatch(name) else None


def _is_local(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
