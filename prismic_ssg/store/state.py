"""What the last build did: one row a page, its reads as one blob; and the world that it was of.

A cache: where it is missing, damaged or of another version, the next build renders everything.
What must never happen is that it claims a file which is not there. So the pages of a build are
marked before the output is touched, and the world moves on in the same transaction as their rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from prismic_ssg.errors import OutputError
from prismic_ssg.store.database import Database, put_all
from prismic_ssg.store.staging import Left

_VERSION = 7

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page(
    path TEXT PRIMARY KEY, file TEXT NOT NULL, definition BLOB NOT NULL, digest BLOB,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reads BLOB NOT NULL, uses BLOB, notes BLOB,
    why TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block(path TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file(
    name TEXT PRIMARY KEY, source TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL
    ) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer(fact TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS world(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page_table(
    number INTEGER PRIMARY KEY, made_from TEXT NOT NULL, content TEXT NOT NULL, value BLOB NOT NULL)
"""


_PAGES = """
SELECT path, file, definition, digest, size, mtime_ns, reads, uses, notes, '' FROM page"""


class PageRow(NamedTuple):
    """A page as the last build left it.

    `digest` is that of the file's bytes, None where a build was cut short; `size` and `mtime_ns`
    are the file's. `uses` and `notes` are JSON that only who wrote it reads, None for nothing.
    `why` is the reason for which it was rendered.
    """

    path: str
    file: str
    definition: bytes
    digest: bytes | None
    size: int
    mtime_ns: int
    reads: bytes
    uses: bytes | None
    notes: bytes | None
    why: str

    @property
    def is_known(self) -> bool:
        return self.digest is not None


class FileRow(NamedTuple):
    """A file of the output that is no page. `source` says which content it has."""

    name: str
    source: str
    size: int
    mtime_ns: int


class KeptTable(msgspec.Struct, frozen=True):
    """The pages of a site, as who wrote them reads them; made of this `content`, and for the rest
    from what has the key `made_from`."""

    made_from: str
    content: str
    value: bytes


class Remembered(msgspec.Struct, frozen=True):
    """The last build: what it began with (`head`), the `world`, and its pages and files; why pages
    were rendered is left out."""

    head: Mapping[str, Any]
    world: Mapping[str, Any]
    pages: Mapping[str, PageRow]
    files: Mapping[str, FileRow]
    answers: Mapping[tuple[str, ...], bytes]


class Listed(msgspec.Struct, frozen=True):
    """Every file of the output, with its size and time (ns); and what any page `uses`, once."""

    files: Sequence[tuple[str, int, int]]
    uses: Sequence[bytes]


class BuildState(Database):
    """The state of one output folder, in one SQLite file. Whoever uses it has locked the folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, schema=_SCHEMA, version=_VERSION)

    def head(self) -> Mapping[str, Any] | None:
        """What the last build began with, None where nothing is known of one."""
        if not self.path.exists():
            return None
        return self.read(lambda connection: _value(connection, "head"), otherwise=None)

    def listed(self) -> Listed:
        """What the output holds if nothing has touched it; of a page cut short, a size of -1."""
        return self.read(_listed, otherwise=Listed([("", -1, 0)], []))

    def pages(self) -> tuple[PageRow, ...]:
        """Every page, by path."""
        return tuple(map(PageRow._make, self._rows("page")))

    def _pages_by_path(self) -> dict[str, PageRow]:
        """Every page without its `why`, in half of the time."""
        # What `PageRow._make` does, without a step in Python for each.
        row_of = partial(tuple.__new__, PageRow)
        return self.read(
            lambda opened: {row.path: row for row in map(row_of, opened.execute(_PAGES))},
            otherwise={},
        )

    def left(self, paths: Sequence[str]) -> dict[str, Left]:
        """How the files of pages were left, by path, of those that are known."""
        rows = self._of_pages("path, file, size, mtime_ns, digest FROM page", paths)
        return {path: Left(*more) for path, *more in rows}

    def why(self, path: str) -> str:
        """The reason for which a page was rendered, "" for a page that is not known."""
        return next((why for (why,) in self._of_pages("why FROM page", [path])), "")

    def blocks(self, paths: Sequence[str]) -> dict[str, bytes]:
        """The blocks of pages as they were committed, by path, of those that have any."""
        return dict(self._of_pages("path, value FROM block", paths))

    def _of_pages(self, what: str, paths: Sequence[str]) -> list[tuple[Any, ...]]:
        marks = ", ".join("?" * len(paths))
        wanted = f"SELECT {what} WHERE path IN ({marks})"
        nothing: list[tuple[Any, ...]] = []
        return self.read(
            lambda connection: connection.execute(wanted, tuple(paths)).fetchall(),
            otherwise=nothing,
        )

    def files(self) -> tuple[FileRow, ...]:
        """Every other file, by name."""
        return tuple(map(FileRow._make, self._rows("file")))

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.read(lambda connection: _rows(connection, table), otherwise=[])

    def remembered(self) -> Remembered | None:
        """All that is known of the last build, None for nothing."""
        head = self.head()
        world = self.read(lambda connection: _value(connection, "world"), otherwise=None)
        if head is None or world is None:
            return None
        return Remembered(
            head,
            world,
            self._pages_by_path(),
            {row.name: row for row in self.files()},
            {tuple(fact.split("\0")): digest for fact, digest in self._rows("answer")},
        )

    def urls(self) -> dict[str, Any]:
        """Where every document was in the last build, by its id."""
        return self.read(lambda connection: _value(connection, "urls"), otherwise=None) or {}

    def page_table(self) -> KeptTable | None:
        """The page table of the last build, None where it kept none."""

        def ask(connection: sqlite3.Connection) -> tuple[str, str, bytes] | None:
            found: tuple[str, str, bytes] | None = connection.execute(
                "SELECT made_from, content, value FROM page_table"
            ).fetchone()
            return found

        found = self.read(ask, otherwise=None)
        return None if found is None else KeptTable(*found)

    def begin(self, paths: Iterable[str], *, everything: bool) -> None:
        """Note that the files of these pages, or of all, are about to be replaced.

        Whatever happens from here on, a build that finds this note renders them again.
        """
        with self._written() as connection:
            if everything:
                connection.execute("DELETE FROM world")
                connection.execute("DELETE FROM page_table")
            else:
                connection.executemany(
                    "UPDATE page SET digest = NULL WHERE path = ?", [(path,) for path in paths]
                )

    def commit(
        self,
        head: Mapping[str, Any],
        world: Mapping[str, Any],
        *,
        built: Sequence[PageRow],
        blocks: Mapping[str, bytes],
        removed: Iterable[str],
        files: Iterable[FileRow],
        answers: Mapping[tuple[str, ...], bytes],
        table: KeptTable | str | None,
        urls: Mapping[str, str | None] | None,
        everything: bool,
    ) -> None:
        """Move on to the world that has just been published.

        `built` replace the rows of their pages, and `blocks` what is known of their blocks, by
        path; `removed` go; with `everything` they are all there are. `files` and `answers` replace
        what was known, and so do `table` and `urls`; a text is the content that the table which is
        there stands for as well, None are the same `urls`.
        """
        with self._written() as connection:
            if everything:
                connection.execute("DELETE FROM page")
                connection.execute("DELETE FROM block")
            else:
                gone = [(path,) for path in removed]
                connection.executemany("DELETE FROM page WHERE path = ?", gone)
                gone += [(row.path,) for row in built if row.path not in blocks]
                connection.executemany("DELETE FROM block WHERE path = ?", gone)
            put_all(connection, "page", built)
            put_all(connection, "block", list(blocks.items()))
            _replace_all(connection, "file", sorted(files))
            _replace_all(
                connection,
                "answer",
                sorted(("\0".join(fact), digest) for fact, digest in answers.items()),
            )
            if isinstance(table, str):
                connection.execute("UPDATE page_table SET content = ?", (table,))
            else:
                connection.execute("DELETE FROM page_table")
            if isinstance(table, KeptTable):
                row = (table.made_from, table.content, table.value)
                connection.execute("INSERT INTO page_table VALUES (1, ?, ?, ?)", row)
            values = {"head": head, "world": world, **({} if urls is None else {"urls": urls})}
            for name, value in values.items():
                connection.execute(
                    "INSERT OR REPLACE INTO world VALUES (?, ?)",
                    (name, msgspec.json.encode(value)),
                )

    def remember_times(self, rows: Iterable[PageRow]) -> None:
        """Remember another time of a file whose content is as it was."""
        with self._written() as connection:
            connection.executemany(
                "UPDATE page SET mtime_ns = ? WHERE path = ?",
                [(row.mtime_ns, row.path) for row in rows],
            )

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Where it can't be written, nothing wrong is left behind."""
        try:
            with self.transaction() as connection:
                yield connection
        except (OutputError, ValueError) as error:
            self.rebuild(str(error))
            raise OutputError(
                f"what was built can't be remembered: {error}",
                file=str(self.path),
                hint="the next build renders everything; is there room on the disk?",
            ) from None


def _value(connection: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    found = connection.execute("SELECT value FROM world WHERE name = ?", (name,)).fetchone()
    if found is None:
        return None
    value: dict[str, Any] = msgspec.json.decode(found[0])
    return value


def _listed(connection: sqlite3.Connection) -> Listed:
    pages = connection.execute(
        "SELECT file, iif(digest IS NULL, -1, size), mtime_ns FROM page"
        " UNION ALL SELECT name, size, mtime_ns FROM file"
    ).fetchall()
    uses = connection.execute("SELECT DISTINCT uses FROM page WHERE uses IS NOT NULL").fetchall()
    return Listed(pages, [row[0] for row in uses])


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608


def _replace_all(
    connection: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Make a small table hold these rows; one that does so already is not written."""
    if _rows(connection, table) == [tuple(row) for row in rows]:
        return
    connection.execute(f"DELETE FROM {table}")  # noqa: S608
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
