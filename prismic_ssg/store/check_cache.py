"""What checks have found before and would find again: by content, and for a day by address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from prismic_ssg.errors import OutputError
from prismic_ssg.store.database import Database

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS markup(digest BLOB PRIMARY KEY, errors BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS address(
    url TEXT PRIMARY KEY, asked_at INTEGER NOT NULL, answer BLOB NOT NULL) WITHOUT ROWID
"""

# A cache of a site that is edited for years must not grow for ever.
_PAGES_KEPT = 100_000


class CheckCache(Database):
    """Answers that are dear to get, in one SQLite file. Times are seconds since 1970."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, schema=_SCHEMA, version=_VERSION)

    def markup(self, digest: bytes) -> list[tuple[int, str]] | None:
        """What was found in a page with this digest, None where it was not looked at."""

        def ask(connection: sqlite3.Connection) -> list[tuple[int, str]] | None:
            found = connection.execute(
                "SELECT errors FROM markup WHERE digest = ?", (digest,)
            ).fetchone()
            return None if found is None else msgspec.json.decode(found[0], type=_Errors)

        return self.read(ask, otherwise=None)

    def remember_markup(self, found: Mapping[bytes, Iterable[tuple[int, str]]]) -> None:
        rows = [(digest, msgspec.json.encode(list(errors))) for digest, errors in found.items()]
        with suppress(ValueError, OutputError), self.transaction() as connection:
            (count,) = connection.execute("SELECT count(*) FROM markup").fetchone()
            if count > _PAGES_KEPT:
                connection.execute("DELETE FROM markup")
            connection.executemany("INSERT OR REPLACE INTO markup VALUES (?, ?)", rows)

    def answers(self, *, since: int, now: int) -> dict[str, bytes]:
        """What addresses gave that were asked after a time, and not in what is the future by now:
        the clock may have been ahead."""

        def ask(connection: sqlite3.Connection) -> dict[str, bytes]:
            query = "SELECT url, answer FROM address WHERE asked_at > ? AND asked_at <= ?"
            return dict(connection.execute(query, (since, now)).fetchall())

        return self.read(ask, otherwise={})

    def remember_answers(self, answers: Mapping[str, bytes], now: int, *, since: int) -> None:
        """Keep what addresses gave, and forget what was asked before a time, or in the future."""
        rows = [(url, now, answer) for url, answer in answers.items()]
        with suppress(ValueError, OutputError), self.transaction() as connection:
            connection.execute(
                "DELETE FROM address WHERE asked_at <= ? OR asked_at > ?", (since, now)
            )
            connection.executemany("INSERT OR REPLACE INTO address VALUES (?, ?, ?)", rows)


_Errors = list[tuple[int, str]]
