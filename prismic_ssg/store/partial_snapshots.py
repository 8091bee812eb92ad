"""A snapshot while its pages arrive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Self, TypeVar

from prismic_ssg.content.document import Document, Text, digest_of
from prismic_ssg.store.base_snapshots import BaseSnapshot, PageBefore, Stored, StoredPage
from prismic_ssg.store.briefs import packed_brief
from prismic_ssg.store.database import Database
from prismic_ssg.store.fresh_fields import FreshFields
from prismic_ssg.store.stored_documents import envelope_json

T = TypeVar("T")

# Beside those that somebody keeps. They let a site go back and forth between releases without a
# pull; equal documents are stored once, so they cost little.
_SNAPSHOTS_KEPT = 8

# What a kill may cost: pages with so many new documents are asked for again.
_NEW_AT_ONCE = 800

# A statement takes 999 values at most, on old systems: four a document. For each, the threads that
# read what arrives wait, and it for them.
ROWS_AT_ONCE = 240


class Row(NamedTuple):
    """One document as it is stored."""

    id: str
    digest: bytes
    envelope: bytes
    body: bytes
    brief: bytes | None

    @classmethod
    def of(
        cls,
        told: tuple[str, bytes],
        text: Text,
        digest: bytes,
        fresh: FreshFields | None = None,
    ) -> Self:
        """The row of a document's text, of which this is the digest, and `told` what _told() gives;
        `fresh` gets its short fields."""
        brief, short = packed_brief(text, digest)
        if fresh is not None:
            fresh.add(digest, short)
        return cls(told[0], digest, told[1], text.json, brief)


def row_of(text: Text) -> Row:
    """A document as it is stored. Raises ContentError for a text that is none."""
    return Row.of(_told(text), text, digest_of(text.json))


def _told(text: Text) -> tuple[str, bytes]:
    """A document's id and its envelope, as it is stored."""
    if text.id and text.head is not None:
        return text.id, text.head
    document = Document.from_json(text.json if text.head is None else text.head)
    return document.id, envelope_json(document) if text.head is None else text.head


Rows = Sequence[Row | Stored] | PageBefore


class _Waiting(NamedTuple):
    """A page that add() was given, with the totals that it names."""

    number: int
    rows: Rows
    outline: bytes | None
    documents: int
    pages: int

    def stored(self) -> StoredPage:
        """The page as the next snapshot finds it here."""
        rows = self.rows
        if isinstance(rows, PageBefore):
            return StoredPage(rows.ids, rows.outline)
        return StoredPage(tuple([row.id for row in rows]), self.outline)


class PartialSnapshot:
    """The pages of one snapshot that have arrived.

    `total_documents` and `total_pages` are what the first page said, None before there is one.
    `base` is the snapshot before, if there is one; `fresh` gets the fields of new documents.
    """

    def __init__(
        self,
        store: Database,
        number: int,
        totals: tuple[int | None, int | None],
        pages: frozenset[int],
        base: BaseSnapshot | None,
        fresh: FreshFields,
    ) -> None:
        self._store = store
        self._number = number
        self.total_documents, self.total_pages = totals
        self.pages = pages
        self._base = base
        self._fresh = fresh
        self._waiting: list[_Waiting] = []
        self._new_waiting = 0
        self.added = 0
        self._is_empty = not pages

    def before(self, number: int) -> PageBefore:
        """The page of this number in the snapshot before; an empty one where there is none."""
        return PageBefore(self._base, number)

    def prepare(self, texts: Iterable[Text], before: PageBefore) -> Sequence[Row | Stored]:
        """What add() takes, of documents' texts.

        Other threads can do it meanwhile. Raises ContentError for a text that is no document.
        """
        rows: list[Row | Stored] = []
        for text in texts:
            told, digest = _told(text), digest_of(text.json)
            stored = before.document(told[0])
            if stored is not None and stored.digest == digest:
                rows.append(stored)
            else:
                rows.append(Row.of(told, text, digest, self._fresh))
        return rows

    def add(
        self, page: int, rows: Rows, *, documents: int, pages: int, outline: bytes | None = None
    ) -> None:
        """Keep a page, with the totals that it names; with `rows` of documents, or the page before
        where it is the same. One that is there already is left alone.

        Many documents are kept at once, the last ones by flush(): every transaction writes the
        ends of all indexes anew, which for 100 pages was twice what the documents are.

        Raises ValueError where a document was on another page, or the snapshot before is gone.
        """
        self._waiting.append(_Waiting(page, rows, outline, documents, pages))
        if isinstance(rows, PageBefore):
            return
        new = sum(type(row) is Row for row in rows)
        self.added += new
        self._new_waiting += new
        if self._new_waiting >= _NEW_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Keep what waits. Raises ValueError as add() does."""
        waiting, self._waiting, self._new_waiting = self._waiting, [], 0
        if not waiting:
            return
        is_first, self._is_empty = self._is_empty, False
        unchanged: list[Stored] = []
        same: list[PageBefore] = []
        with self._store.transaction() as connection:
            if self._base is not None and not self._base.is_there(connection):
                raise ValueError("the snapshot before was removed meanwhile")
            try:
                for page in waiting:
                    if not self._has_new_page(connection, page):
                        continue
                    if isinstance(page.rows, PageBefore):
                        same.append(page.rows)
                        continue
                    if new := [row for row in page.rows if isinstance(row, Row)]:
                        add_documents(connection, self._number, new)
                    unchanged += [row for row in page.rows if isinstance(row, Stored)]
                if not (is_first and self._copy(connection, unchanged, same)):
                    members = [(self._number, row.id, row.number) for row in unchanged]
                    _insert(connection, "member", members)
                    self._insert_same(connection, same)
            except sqlite3.IntegrityError:
                raise ValueError("a document came twice") from None

    def _has_new_page(self, connection: sqlite3.Connection, page: _Waiting) -> bool:
        """Note a page and the totals that it names; whether it was not there yet."""
        connection.execute(
            "UPDATE snapshot SET documents = ?, pages = ? WHERE number = ?",
            (page.documents, page.pages, self._number),
        )
        added = connection.execute(
            "INSERT OR IGNORE INTO page SELECT number, ?, ? FROM snapshot WHERE number = ?",
            (page.number, page.stored().packed(), self._number),
        )
        return bool(added.rowcount)

    def _insert_same(self, connection: sqlite3.Connection, same: Sequence[PageBefore]) -> None:
        for page in same:
            marks = ",".join("?" * len(page.ids))
            connection.execute(
                "INSERT INTO member SELECT ?, id, document FROM member"  # noqa: S608
                f" WHERE snapshot = ? AND id IN ({marks})",
                (self._number, page.base_number, *page.ids),
            )

    def _copy(
        self,
        connection: sqlite3.Connection,
        unchanged: Sequence[Stored],
        same: Sequence[PageBefore],
    ) -> bool:
        """Add documents that are nearly all of the snapshot before, which takes a quarter of the
        time; False where they are not. None of that may be there yet but what is new."""
        if self._base is None:
            return False
        others = self._base.others(connection, unchanged, same)
        if len(others) > (len(unchanged) + sum(map(len, same))) // 8:
            return False
        base = self._base.number
        connection.execute(
            "INSERT OR IGNORE INTO member SELECT ?, id, document FROM member WHERE snapshot = ?",
            (self._number, base),
        )
        # Not what is new and has the same id.
        connection.executemany(
            "DELETE FROM member WHERE snapshot = ? AND id = ? AND document ="
            " (SELECT document FROM member WHERE snapshot = ? AND id = ?)",
            [(self._number, id_, base, id_) for id_ in others],
        )
        # One that came twice was copied once. Whoever counts the documents finds that some lack.
        return True

    def __len__(self) -> int:
        """How many documents are there."""

        def ask(connection: sqlite3.Connection) -> int:
            (count,) = connection.execute(
                "SELECT count(*) FROM member WHERE snapshot = ?", (self._number,)
            ).fetchone()
            return int(count)

        return self._store.read(ask, otherwise=0)

    def finish(self, at_s: float) -> None:
        """All is there and adds up: from now on the store can load it."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE snapshot SET is_complete = 1, pulled_at_s = ? WHERE number = ?",
                (at_s, self._number),
            )

    def discard(self) -> None:
        """Forget what has arrived: it did not add up."""
        self._waiting = []
        self._fresh.clear()
        with self._store.transaction() as connection:
            _remove_snapshots(connection, [(self._number,)])


def add_documents(
    connection: sqlite3.Connection, snapshot: int, rows: Sequence[Row]
) -> dict[bytes, int]:
    """Add documents to a snapshot. Gives the number of each by its digest: of those that were
    stored before, the one that they had."""
    numbers: dict[bytes, int] = {}
    for some in _at_once(rows):
        marks = ",".join("?" * len(some))
        query = f"SELECT digest, number FROM document WHERE digest IN ({marks})"  # noqa: S608
        numbers.update(connection.execute(query, [row.digest for row in some]).fetchall())
    new = {row.digest: row for row in rows if row.digest not in numbers}
    (highest,) = connection.execute("SELECT coalesce(max(number), 0) FROM document").fetchone()
    numbers.update({digest: highest + place for place, digest in enumerate(new, start=1)})
    documents = [
        (numbers[digest], digest, len(row.body), row.envelope) for digest, row in new.items()
    ]
    _insert(connection, "document", documents)
    _insert(connection, "body", [(numbers[digest], row.body) for digest, row in new.items()])
    briefs = [(numbers[digest], row.brief) for digest, row in new.items() if row.brief]
    _insert(connection, "brief", briefs)
    _insert(connection, "member", [(snapshot, row.id, numbers[row.digest]) for row in rows])
    return numbers


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    for some in _at_once(rows):
        marks = f"({','.join('?' * len(some[0]))})"
        statement = f"INSERT INTO {table} VALUES {','.join([marks] * len(some))}"  # noqa: S608
        connection.execute(statement, list(chain.from_iterable(some)))


def _at_once(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


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
    for number in numbers:
        # A document has its id in it: another snapshot has the same one under that, or not at all.
        # To look for it among all members takes ten times as long, and grows with what is kept.
        alone = connection.execute(_ONLY_THERE, number * 2).fetchall()
        for table, column in (("snapshot", "number"), ("page", "snapshot"), ("member", "snapshot")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", number)  # noqa: S608
        for table in ("document", "body", "brief", "known"):
            connection.executemany(f"DELETE FROM {table} WHERE number = ?", alone)  # noqa: S608


_ONLY_THERE = """
SELECT document FROM member WHERE snapshot = ? AND NOT EXISTS (
    SELECT 1 FROM snapshot CROSS JOIN member AS other
    ON other.snapshot = snapshot.number AND other.id = member.id
    WHERE other.document = member.document AND snapshot.number <> ?)"""
