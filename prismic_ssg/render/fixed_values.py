"""Lists that all pages share: no template may change one.

What the next page showed would depend on which page was rendered before it, and by which process.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prismic_ssg.errors import PrismicSsgError

CHANGEABLE = frozenset({list, set})

_CHANGES = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse"}
    | {"add", "discard", "update"}
    | {"difference_update", "intersection_update", "symmetric_difference_update"}
)


class FixedValues:
    """The lists and sets in some values, at any depth, each by the name of what it is in."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        # As long as they are here, no other value has the identity of one.
        self._kept: list[Any] = []

    def add(self, name: str, value: Any) -> None:
        """Take note of all in a value that is called by a name in templates."""
        pending = [value]
        seen: set[int] = set()
        while pending:
            each = pending.pop()
            if id(each) in seen or not isinstance(each, dict | list | set | frozenset | tuple):
                continue
            seen.add(id(each))
            if type(each) in CHANGEABLE:
                self._names.setdefault(id(each), name)
                self._kept.append(each)
            pending.extend(_inside(each))

    def check(self, value: Any, method: str) -> None:
        """Raise PrismicSsgError where a method would change one of these."""
        if method in _CHANGES and (name := self._names.get(id(value))) is not None:
            raise PrismicSsgError(
                f"{method}: {name!r} of Site(globals=…) is one value for all pages",
                hint=f"make a list of your own of it: {{% set mine = {name}|list %}}",
            )


def _inside(value: Any) -> Collection[Any]:
    return value.values() if isinstance(value, dict) else value
