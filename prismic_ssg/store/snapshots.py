"""Documents by content, snapshots as rows that name them.

A ref never changes, so what is stored for it is good for ever. Two refs share the documents that
are equal in both.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

import msgspec

from prismic_ssg.content.document import Document, digest_of
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import ContentError, OutputError
from prismic_ssg.store._sqlite import open_cache, rebuild
from prismic_ssg.store.stored_documents import Bodies, StoredDocument, envelope_json

T = TypeVar("T")

_VERSION = 2

_SCHEMA = """
CREATE TABLE IF NOT EXISTS snapshot(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    repository TEXT NOT NULL, ref TEXT NOT NULL, query TEXT NOT NULL, page_size INTEGER NOT NULL,
    documents INTEGER, pages INTEGER, is_complete INTEGER NOT NULL DEFAULT 0,
    UNIQUE(repository, ref, query, page_size));
CREATE TABLE IF NOT EXISTS page(
    snapshot INTEGER, number INTEGER, PRIMARY KEY(snapshot, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document(
    number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, envelope BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body(number INTEGER PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS member(
    snapshot INTEGER, id TEXT, document INTEGER, PRIMARY KEY(snapshot, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest(
    repository TEXT, query TEXT, asked TEXT, ref TEXT NOT NULL, answer BLOB NOT NULL,
    PRIMARY KEY(repository, query, asked)) WITHOUT ROWID
"""

# The last build's snapshot must stay, to compare with. More let a site go back and forth between
# releases without a pull; equal documents are stored once, so they cost little.
_SNAPSHOTS_KEPT = 8

# What a kill may cost: as many pages are asked for again.
_PAGES_AT_ONCE = 8


class SnapshotStore:
    """Snapshots in one SQLite file. Thread-safe, and safe with other processes at the same file.

    Documents of a snapshot outlive close(): reading their texts opens the file again.

    `query` tells apart snapshots of one ref that were asked for differently; any text will do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0

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

    def load(self, repository: str, ref: str, query: str) -> Snapshot | None:
        """The whole snapshot at a ref, None where it was never completed."""

        def ask(connection: sqlite3.Connection) -> Snapshot | None:
            found = connection.execute(
                "SELECT number, documents FROM snapshot"
                " WHERE repository = ? AND ref = ? AND query = ? AND is_complete",
                (repository, ref, query),
            ).fetchone()
            if found is None:
                return None
            number, count = found
            snapshot = Snapshot(ref, self._documents(connection, number))
            if len(snapshot) != count:
                raise sqlite3.DatabaseError(f"{len(snapshot)} of {count} documents are there")
            return snapshot

        return self.read(ask, otherwise=None)

    def begin(self, repository: str, ref: str, query: str, page_size: int) -> PartialSnapshot:
        """What has arrived of a snapshot by now; goes on where an interrupted pull stopped."""
        key = (repository, ref, query, page_size)
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO snapshot(repository, ref, query, page_size)"
                " VALUES (?, ?, ?, ?)",
                key,
            )
            number, documents, pages = connection.execute(
                "SELECT number, documents, pages FROM snapshot"
                " WHERE repository = ? AND ref = ? AND query = ? AND page_size = ?",
                key,
            ).fetchone()
            rows = connection.execute("SELECT number FROM page WHERE snapshot = ?", (number,))
            there = frozenset(row[0] for row in rows)
        return PartialSnapshot(self, number, ref, (documents, pages), there)

    def remember(self, repository: str, query: str, asked: str, ref: str, answer: bytes) -> None:
        """What `asked` (the master, a release) meant the last time, and the repository's answer."""
        with self.transaction() as connection:
            connection.execute(
                "REPLACE INTO latest VALUES (?, ?, ?, ?, ?)",
                (repository, query, asked, ref, answer),
            )

    def recall(self, repository: str, query: str, asked: str) -> tuple[str, bytes] | None:
        """The ref and the repository's answer that `asked` meant the last time."""

        def ask(connection: sqlite3.Connection) -> tuple[str, bytes] | None:
            found: tuple[str, bytes] | None = connection.execute(
                "SELECT ref, answer FROM latest WHERE repository = ? AND query = ? AND asked = ?",
                (repository, query, asked),
            ).fetchone()
            return found

        return self.read(ask, otherwise=None)

    # Inside.

    def _documents(self, connection: sqlite3.Connection, snapshot: int) -> Iterator[Document]:
        bodies = Bodies(self.body)
        rows = connection.execute(
            "SELECT digest, envelope FROM member"
            " JOIN document ON document.number = member.document WHERE snapshot = ?",
            (snapshot,),
        )
        for digest, envelope in rows:
            yield StoredDocument(digest, envelope, bodies)

    def body(self, digest: bytes) -> bytes:
        """A document's text. Raises ContentError where it is no longer what was stored, or gone.

        By digest: another process may have made the file anew, with other numbers.
        """
        query = "SELECT json FROM document JOIN body USING (number) WHERE digest = ?"
        found = self.read(
            lambda connection: connection.execute(query, (digest,)).fetchone(), otherwise=None
        )
        if found is None:
            raise ContentError(
                f"a document is no longer in the cache {str(self.path)!r}",
                file=str(self.path),
                hint="run the command again: what is missing is pulled anew",
            )
        body: bytes = found[0]
        if digest_of(body) != digest:
            self._rebuild("a document in it is damaged")
            raise ContentError(
                f"the cache {str(self.path)!r} was damaged, and is removed now",
                file=str(self.path),
                hint="run the command again: everything is pulled anew",
            )
        return body

    def _connected(self) -> sqlite3.Connection:
        """The connection; another one after a fork, for SQLite's must not cross it."""
        if self._connection is None or self._process != os.getpid():
            self._connection = open_cache(self.path, schema=_SCHEMA, version=_VERSION)
            self._process = os.getpid()
        return self._connection

    def _rebuild(self, reason: str) -> None:
        self.close()
        rebuild(self.path, reason)

    def read(self, ask: Callable[[sqlite3.Connection], T], *, otherwise: T) -> T:
        """What `ask(connection)` gives; `otherwise` where the file is damaged, and so removed."""
        with self._lock:
            try:
                return ask(self._connected())
            except sqlite3.OperationalError as error:
                raise self._unusable(error) from None
            except (sqlite3.DatabaseError, msgspec.DecodeError) as error:
                self._rebuild(str(error))
                return otherwise

    def _unusable(self, error: Exception) -> OutputError:
        return OutputError(
            f"the cache {str(self.path)!r} can't be used: {error}",
            file=str(self.path),
            hint="check that the disk has space and that no other process is stuck",
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, whatever is killed when.

        Raises ValueError where the file is damaged; it is removed then, and can be begun anew.
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
                if isinstance(error, sqlite3.OperationalError):
                    raise self._unusable(error) from None
                if type(error) is sqlite3.DatabaseError:
                    self._rebuild(str(error))
                    raise ValueError(f"the cache was damaged: {error}") from None
                raise


class PartialSnapshot:
    """The pages of one snapshot that have arrived.

    `total_documents` and `total_pages` are what the first page said, None before there is one.
    """

    def __init__(
        self,
        store: SnapshotStore,
        number: int,
        ref: str,
        totals: tuple[int | None, int | None],
        pages: frozenset[int],
    ) -> None:
        self._store = store
        self._number = number
        self._ref = ref
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

    def finish(self) -> None:
        """All is there and adds up: from now on the store can load it. Drops the oldest ones."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE snapshot SET is_complete = 1 WHERE number = ?", (self._number,)
            )
            _prune(connection)

    def discard(self) -> None:
        """Forget what has arrived: it did not add up."""
        self._waiting = []
        with self._store.transaction() as connection:
            _remove_snapshots(connection, [(self._number,)])


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


def _prune(connection: sqlite3.Connection) -> None:
    """Keep the newest complete snapshots, and what is newer than the oldest of them."""
    old = connection.execute(
        "SELECT number FROM snapshot WHERE number < ("
        " SELECT min(number) FROM (SELECT number FROM snapshot WHERE is_complete"
        "  ORDER BY number DESC LIMIT ?))",
        (_SNAPSHOTS_KEPT,),
    ).fetchall()
    if old:
        _remove_snapshots(connection, old)


def _remove_snapshots(connection: sqlite3.Connection, numbers: Sequence[tuple[int]]) -> None:
    for table, column in (("snapshot", "number"), ("page", "snapshot"), ("member", "snapshot")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", numbers)  # noqa: S608
    connection.execute("DELETE FROM document WHERE number NOT IN (SELECT document FROM member)")
    connection.execute("DELETE FROM body WHERE number NOT IN (SELECT number FROM document)")


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
