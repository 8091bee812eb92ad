"""A SQLite file that is a cache, shared by threads and processes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, Self, TypeVar
from weakref import WeakSet

import msgspec

from prismic_ssg.errors import OutputError
from prismic_ssg.store._sqlite import Upgrade, open_cache, rebuild_damaged

T = TypeVar("T")

# As many as a statement takes, on old systems.
_VALUES_AT_ONCE = 999

SQLITE_VERSION = sqlite3.sqlite_version

_connected: WeakSet[Database] = WeakSet()


class Damaged(OutputError, ValueError):  # noqa: N818  (as a ValueError it is what happened)
    """A cache that can't be read is removed, and with it what was begun there."""


def _says_damage(error: sqlite3.Error) -> bool:
    """Whether what SQLite finds wrong is in the file: tables that were made are not there."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith("no such table")


class Database:
    """One file, opened when first used. Damage removes it: then it is as if nothing was stored.

    One with an `upgrade`, from older versions, can't be made again: it is put aside.
    """

    def __init__(
        self, path: Path, *, schema: str, version: int, upgrade: Upgrade | None = None
    ) -> None:
        self.path = path
        self._schema = schema
        self._version = version
        self._upgrade = upgrade
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_cache(
                self.path, schema=self._schema, version=self._version, upgrade=self._upgrade
            )
            _connected.add(self)
        return self._connection

    def rebuild(self, reason: str) -> None:
        """Remove the file, with a line in the log; the next use finds it empty."""
        self.close()
        rebuild_damaged(self.path, reason, put_aside=self._upgrade is not None)

    def read(self, ask: Callable[[sqlite3.Connection], T], *, otherwise: T) -> T:
        """What `ask(connection)` gives; `otherwise` where the file is damaged, and so removed."""
        with self._lock:
            try:
                return ask(self._connected())
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                if isinstance(error, sqlite3.OperationalError) and not _says_damage(error):
                    raise self._unusable(error) from None
                self.rebuild(str(error))
                return otherwise

    def _unusable(self, error: Exception) -> OutputError:
        return OutputError(
            f"the cache {str(self.path)!r} can't be used: {error}",
            file=str(self.path),
            hint="check that the disk has space, that this user may write there, and that no other "
            "process is stuck",
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, whatever is killed when.

        Raises Damaged, a ValueError, where the file is; it is removed then, and can be begun anew.
        """
        with self._lock:
            connection = self._connected()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error) and _says_damage(error):
                    self.rebuild(str(error))
                    raise Damaged(
                        f"the cache {str(self.path)!r} was damaged, and is removed now: {error}",
                        file=str(self.path),
                        hint="run the command again: what was in it comes anew",
                    ) from None
                if isinstance(error, sqlite3.OperationalError):
                    raise self._unusable(error) from None
                raise


def _close_all() -> None:
    """Let no connection cross a fork, which SQLite's must not: each process opens its own. A copy
    would be no use, and hold what was read by it."""
    for each in tuple(_connected):
        each.close()
    _connected.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_close_all)


def put_all(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows, which replace those of the same keys. In order, and many by one statement: of
    11,000 pages each takes a third less."""
    ordered = sorted(rows, key=itemgetter(0))
    at_once = _VALUES_AT_ONCE // len(ordered[0]) if ordered else 1
    for start in range(0, len(ordered), at_once):
        some = ordered[start : start + at_once]
        marks = ", ".join([f"({', '.join('?' * len(some[0]))})"] * len(some))
        statement = f"INSERT OR REPLACE INTO {table} VALUES {marks}"  # noqa: S608
        connection.execute(statement, list(chain.from_iterable(some)))
