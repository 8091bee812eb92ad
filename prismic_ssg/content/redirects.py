"""What a site says of addresses that are no page any more: `Site(redirects=…)`, redirects.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from prismic_ssg.errors import ConfigurationError

GONE = 410

Target: TypeAlias = "str | int | tuple[str, int]"
"""Where an address leads: a path or URL, with a status if it is not 301; 410 for nowhere."""

STATUSES = (301, 302, 303, 307, 308)

_HINT = (
    'write {"/old/": "/new/", "/moved/": ["https://example.org/", 302], "/gone/": 410}; '
    "patterns with * belong in static/_redirects"
)


def read_redirects(given: Any, where: str) -> dict[str, Target]:
    """Redirects by path, as they are given. `where` is how messages name what was given.

    Raises ConfigurationError for the first that is none.
    """
    if not isinstance(given, Mapping):
        raise ConfigurationError(f"{where} is no mapping of paths: {given!r:.80}", hint=_HINT)
    return {_path(path, where): _target(path, told, where) for path, told in given.items()}


def _path(path: Any, where: str) -> str:
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise ConfigurationError(f"{where}: {path!r} does not begin with '/'", hint=_HINT)
    if set("*?#") & set(path) or any(ord(character) < 32 for character in path):
        raise ConfigurationError(f"{where}: {path!r} is not the path of one page", hint=_HINT)
    return path


def _target(path: str, told: Any, where: str) -> Target:
    if told == GONE and not isinstance(told, bool):
        return GONE
    if _is_target(told):
        return str(told)
    if isinstance(told, (list, tuple)) and len(told) == 2 and _is_target(told[0]):
        target, status = told
        if status in STATUSES:
            return str(target), int(status)
    statuses = ", ".join(map(str, STATUSES))
    raise ConfigurationError(
        f"{where}: {path!r} can't lead to {told!r}",
        hint=f"{_HINT}; a status is one of {statuses}",
    )


def _is_target(told: Any) -> bool:
    if not isinstance(told, str) or any(ord(each) < 33 for each in told):
        return False
    return told.startswith(("/", "http://", "https://"))
