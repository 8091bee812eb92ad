"""A snapshot while its pages arrive. A complete one drops the oldest."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import NamedTuple, Self

from prismic_ssg.content.changes import Place
from prismic_ssg.content.document import Document, digest_of
from prismic_ssg.store.database import Database
from prismic_ssg.store.stored_documents import envelope_json

# Beside those that somebody keeps. They let a site go back and forth between releases without a
# pull; equal documents are stored once, so they cost little.
_SNAPSHOTS_KEPT = 8

# What a kill may cost: as many pages are asked for again.
_PAGES_AT_ONCE = 8


# A statement takes so many values at most, on old systems: four a document.
_ROWS_AT_ONCE = 100

# No pages were asked for: it stands where the size of theirs would.
_MADE_OF_ANOTHER = 0


class Row(NamedTuple):
    """One document as it is stored."""

    id: str
    digest: bytes
    envelope: bytes
    body: bytes

    @classmethod
    def of(cls, text: bytes, head: bytes | None) -> Self:
        """The row of a document's JSON; `head` is that without `data`, if known."""
        document = Document.from_json(text if head is None else head)
        envelope = envelope_json(document) if head is None else head
        return cls(document.id, digest_of(text), envelope, text)


class PartialSnapshot:
    """The pages of one snapshot that have arrived.

    `total_documents` and `total_pages` are what the first page said, None before there is one.
    """

    def __init__(
        self,
        store: Database,
        number: int,
        totals: tuple[int | None, int | None],
        pages: frozenset[int],
    ) -> None:
        self._store = store
        self._number = number
        self.total_documents, self.total_pages = totals
        self.pages = pages
        self._waiting: list[tuple[int, Sequence[Row], int, int]] = []

    def prepare(self, texts: Iterable[tuple[bytes, bytes | None]]) -> list[Row]:
        """What add() takes, of documents' JSON and, where known, that without `data`.

        Needs no database, so that other threads can do it meanwhile. Raises ContentError for a text
        that is no document.
        """
        return [Row.of(text, head) for text, head in texts]

    def add(self, page: int, rows: Sequence[Row], *, documents: int, pages: int) -> None:
        """Keep a page, with the totals that it names. One that is there already is left alone.

        A few pages are kept at once, the last ones by flush(): every transaction writes the ends
        of all indexes anew, which for 100 pages was twice what the documents are.

        Raises ValueError where a document was on another page.
        """
        self._waiting.append((page, rows, documents, pages))
        if len(self._waiting) >= _PAGES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Keep what waits. Raises ValueError where a document was on another page."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with self._store.transaction() as connection:
            for page, rows, documents, pages in waiting:
                self._add(connection, page, rows, documents, pages)

    def _add(
        self,
        connection: sqlite3.Connection,
        page: int,
        rows: Sequence[Row],
        documents: int,
        pages: int,
    ) -> None:
        connection.execute(
            "UPDATE snapshot SET documents = ?, pages = ? WHERE number = ?",
            (documents, pages, self._number),
        )
        added = connection.execute(
            "INSERT OR IGNORE INTO page SELECT number, ? FROM snapshot WHERE number = ?",
            (page, self._number),
        )
        if not added.rowcount:
            return
        numbers = _keep_documents(connection, rows)
        members = [(self._number, row.id, numbers[row.digest]) for row in rows]
        try:
            _insert(connection, "member", members)
        except sqlite3.IntegrityError:
            raise ValueError("a document came twice") from None

    def __len__(self) -> int:
        """How many documents are there."""

        def ask(connection: sqlite3.Connection) -> int:
            (count,) = connection.execute(
                "SELECT count(*) FROM member WHERE snapshot = ?", (self._number,)
            ).fetchone()
            return int(count)

        return self._store.read(ask, otherwise=0)

    def finish(self, at_s: float) -> None:
        """All is there and adds up: from now on the store can load it. Drops the oldest ones."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE snapshot SET is_complete = 1, pulled_at_s = ? WHERE number = ?",
                (at_s, self._number),
            )
            drop_oldest(connection)

    def discard(self) -> None:
        """Forget what has arrived: it did not add up."""
        self._waiting = []
        with self._store.transaction() as connection:
            _remove_snapshots(connection, [(self._number,)])


def put_over(
    connection: sqlite3.Connection,
    old: int,
    new: Place,
    rows: Sequence[Row],
    without: Collection[str],
) -> None:
    """Add the snapshot that is another one but for these documents."""
    connection.execute(
        "INSERT INTO snapshot"
        "(repository, ref, query, page_size, is_complete, pulled_at_s, deltas)"
        " SELECT ?, ?, ?, ?, 1, pulled_at_s, deltas + 1 FROM snapshot WHERE number = ?",
        (*new, _MADE_OF_ANOTHER, old),
    )
    (number,) = connection.execute("SELECT last_insert_rowid()").fetchone()
    connection.execute(
        "INSERT INTO member SELECT ?, id, document FROM member WHERE snapshot = ?", (number, old)
    )
    gone = [(number, id_) for id_ in (*without, *(row.id for row in rows))]
    connection.executemany("DELETE FROM member WHERE snapshot = ? AND id = ?", gone)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        numbers = _keep_documents(connection, some)
        _insert(connection, "member", [(number, row.id, numbers[row.digest]) for row in some])
    connection.execute(
        "UPDATE snapshot SET documents ="
        " (SELECT count(*) FROM member WHERE snapshot = number) WHERE number = ?",
        (number,),
    )


def _keep_documents(connection: sqlite3.Connection, rows: Sequence[Row]) -> dict[bytes, int]:
    """The number of each document by its digest; those that are new are added."""
    marks = ",".join("?" * len(rows))
    numbers: dict[bytes, int] = dict(
        connection.execute(
            f"SELECT digest, number FROM document WHERE digest IN ({marks})",  # noqa: S608
            [row.digest for row in rows],
        ).fetchall()
    )
    new = {row.digest: row for row in rows if row.digest not in numbers}
    (highest,) = connection.execute("SELECT coalesce(max(number), 0) FROM document").fetchone()
    numbers.update({digest: highest + place for place, digest in enumerate(new, start=1)})
    documents = [(numbers[digest], digest, row.envelope) for digest, row in new.items()]
    _insert(connection, "document", documents)
    _insert(connection, "body", [(numbers[digest], row.body) for digest, row in new.items()])
    return numbers


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Add rows by one statement: each one lets other threads in between, which takes its time."""
    if rows:
        marks = f"({','.join('?' * len(rows[0]))})"
        statement = f"INSERT INTO {table} VALUES {','.join([marks] * len(rows))}"  # noqa: S608
        connection.execute(statement, list(chain.from_iterable(rows)))


def drop_oldest(connection: sqlite3.Connection) -> None:
    """Keep the newest complete snapshots, what is newer than the oldest of them, and the kept."""
    old = connection.execute(
        "SELECT number FROM snapshot WHERE number < ("
        " SELECT min(number) FROM (SELECT number FROM snapshot WHERE is_complete"
        "  ORDER BY number DESC LIMIT ?))"
        " AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.repository = snapshot.repository"
        "  AND kept.ref = snapshot.ref AND kept.query = snapshot.query)",
        (_SNAPSHOTS_KEPT,),
    ).fetchall()
    if old:
        _remove_snapshots(connection, old)


def _remove_snapshots(connection: sqlite3.Connection, numbers: Sequence[tuple[int]]) -> None:
    for table, column in (("snapshot", "number"), ("page", "snapshot"), ("member", "snapshot")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", numbers)  # noqa: S608
    connection.execute("DELETE FROM document WHERE number NOT IN (SELECT document FROM member)")
    connection.execute("DELETE FROM body WHERE number NOT IN (SELECT number FROM document)")
    connection.execute("DELETE FROM field WHERE document NOT IN (SELECT number FROM document)")
