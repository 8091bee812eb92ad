"""Fields of documents that have just been pulled. They wait for whoever reads them of all.

Queries and listings read what many documents have alike: links to a category, dates, switches.
A pull has each field in its hands once; out of what is stored, one of 10,000 documents takes 0.2 s.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Self

import msgspec

# A field with more values than these, half of them in one document alone, is a title or a text,
# which nobody asks for by its value.
_FEW_VALUES = 250

# About 15 MB. Where there are more, as in larger pulls, all are read out of the store.
_MOST_VALUES = 200_000


class FreshFields:
    """Fields that have few values, in JSON, by name and by the digests of their documents.

    Several threads may add to them. Pickled, they are what they have to give.
    """

    def __init__(self, columns: dict[str, dict[bytes, bytes]] | None = None) -> None:
        self._lock = Lock()
        self._columns = columns or {}
        self._values: dict[str, dict[bytes, bytes]] = {}
        self._left: set[str] = set()
        self._room = _MOST_VALUES

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, dict[bytes, bytes]]]]:
        return type(self), (self._columns,)

    def add(self, digest: bytes, fields: Mapping[str, msgspec.Raw]) -> None:
        """Have those of these fields that are of that kind, until they are taken."""
        with self._lock:
            self._add(digest, fields)

    def _add(self, digest: bytes, fields: Mapping[str, msgspec.Raw]) -> None:
        self._room -= len(fields)
        if self._room < 0:
            self.clear()
            return
        columns, values = self._columns, self._values
        for name, raw in fields.items():
            if name in self._left:
                self._room += 1
                continue
            column = columns.get(name)
            if column is None:
                column, values[name] = columns.setdefault(name, {}), {}
            value, known = bytes(raw), values[name]
            column[digest] = known.setdefault(value, value)
            if len(known) > _FEW_VALUES and len(known) > len(column) // 2:
                self._left.add(name)
                self._room += len(column)
                del columns[name], values[name]

    def take(self, name: str) -> Mapping[bytes, bytes]:
        """A field by the documents' digests, of those whose it is known; given once."""
        return self._columns.pop(name, {})

    def clear(self) -> None:
        self._columns.clear()
        self._values.clear()
