"""Values used lately, by key."""

from __future__ import annotations

from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """Values by key, of which the latest used stay, up to twice `room` together.

    Not exactly the latest: a value moves on only when the newer half is full, so that finding one
    costs what a dict does.
    """

    __slots__ = ("_newer", "_older", "_room", "_taken")

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._newer: dict[_Key, tuple[_Value, int]] = {}
        self._older: dict[_Key, tuple[_Value, int]] = {}

    def get(self, key: _Key) -> _Value | None:
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is None:
                return None
            self.put(key, *found)
        return found[0]

    def put(self, key: _Key, value: _Value, size: int = 1) -> None:
        """Keep a value that takes as much of the room as `size` says."""
        if self._taken + size > self._room:
            self._older, self._newer, self._taken = self._newer, {}, 0
        self._newer[key] = value, size
        self._taken += size
