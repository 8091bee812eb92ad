"""Snapshots that are made of an earlier one.

For that it is asked when the earlier one's documents were published, and which of them name some
others. That is in their envelopes and texts, of which 10,000 documents have 150 MB; kept by itself
it is 3 MB. A whole pull has no use for it: it is noted by the first delta after one, in 0.4 s.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Self, TypeVar

import msgspec

from prismic_ssg.content.changes import Place
from prismic_ssg.content.publication import Dated, seconds_of
from prismic_ssg.store.database import Database
from prismic_ssg.store.partial_snapshots import ROWS_AT_ONCE, Row, add_documents

T = TypeVar("T")

# A statement takes a thousand values at most, on old systems.
_MOST_IDS = 900

# Up to here SQLite looks for them, for which other threads need not wait.
_FEW_IDS = 4

# No pages were asked for: it stands where the size of theirs would.
_MADE_OF_ANOTHER = 0

_ids_in = re.compile(rb'"id"\s*:\s*"([^"]*)"').findall


class _Head(msgspec.Struct, frozen=True, gc=False):
    last_publication_date: str | None = None


_head = msgspec.json.Decoder(_Head).decode


class _Noted(NamedTuple):
    """A row: what is known of the document of this number. `names` are all ids in its text, its
    own and those of images among them, each between quotes."""

    number: int
    id: str
    digest: bytes
    published_s: int | None
    names: bytes

    @classmethod
    def of(cls, number: int, id_: str, digest: bytes, envelope: bytes, body: bytes) -> Self:
        """What is noted of a document as it is stored."""
        names = b'"%b"' % b'"'.join(dict.fromkeys(_ids_in(body)))
        return cls(number, id_, digest, seconds_of(_head(envelope).last_publication_date), names)


def _note(connection: sqlite3.Connection, documents: Iterable[_Noted]) -> None:
    """Keep what is known of documents, of those that it is not kept of yet."""
    connection.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?, ?, ?)", documents)


def _note_all(connection: sqlite3.Connection, snapshot: int) -> None:
    """Note what is not yet known of a snapshot's documents."""
    rows = connection.execute(_UNKNOWN, (snapshot,))
    while some := [_Noted.of(*row) for row in islice(rows, ROWS_AT_ONCE)]:
        _note(connection, some)


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
    numbers = add_documents(connection, number, rows)
    _note(connection, (_Noted.of(numbers[row.digest], *row[:4]) for row in rows))
    connection.execute(
        "UPDATE snapshot SET documents ="
        " (SELECT count(*) FROM member WHERE snapshot = number) WHERE number = ?",
        (number,),
    )


class EarlierDocuments:
    """All documents of a snapshot, which `find` gives the number of as long as it is there.

    There are `count`, the last one published at `newest_s`, in seconds since the epoch; `undated`
    is the id of one that has no date as the API writes them, None where each has.

    Everything raises ValueError where the snapshot is gone meanwhile.
    """

    def __init__(self, store: Database, find: Callable[[sqlite3.Connection], int | None]) -> None:
        self._store = store
        self._find = find
        counts = self._read(_counts)
        if counts.noted != counts.documents:
            with store.transaction() as connection:
                _note_all(connection, self._number(connection))
            counts = self._read(_all_counts)
        self.count = counts.documents
        self.newest_s = counts.newest_s or 0
        self.undated = None if counts.dated == counts.noted else self._read(_undated)

    def some(self, ids: Collection[str]) -> Mapping[str, Dated]:
        """Those of these documents that are among them, by id."""
        every = list(ids)

        def ask(connection: sqlite3.Connection, number: int) -> dict[str, Dated]:
            found: dict[str, Dated] = {}
            for start in range(0, len(every), _MOST_IDS):
                part = every[start : start + _MOST_IDS]
                marks = ",".join("?" * len(part))
                rows = connection.execute(f"{_SOME} AND member.id IN ({marks})", (number, *part))
                found.update((id_, Dated(*row)) for id_, *row in rows)
            return found

        return self._read(ask)

    def published(
        self, *, since_s: int | None = None, before_s: int | None = None
    ) -> list[tuple[int, str]]:
        """The documents that were published then or later, or before then: their dates and ids, in
        the order of both."""
        times = {"since_s": since_s, "before_s": before_s}

        def ask(connection: sqlite3.Connection, number: int) -> list[tuple[int, str]]:
            return connection.execute(_PUBLISHED, {"snapshot": number, **times}).fetchall()

        return self._read(ask)

    def naming(self, ids: Collection[str]) -> frozenset[str]:
        """Those whose JSON names one of these ids, which JSON writes as they are."""
        wanted = frozenset(id_.encode() for id_ in ids)

        def few(connection: sqlite3.Connection, number: int) -> frozenset[str]:
            tests = " OR ".join(["instr(names, ?)"] * len(wanted))
            given = (number, *(b'"%b"' % id_ for id_ in wanted))
            rows = connection.execute(f"{_NAMING} AND ({tests})", given)
            return frozenset(row[0] for row in rows)

        def many(connection: sqlite3.Connection, number: int) -> frozenset[str]:
            rows = connection.execute(f"SELECT id, names {_KNOWN}", {"snapshot": number})
            return frozenset(id_ for id_, names in rows if not wanted.isdisjoint(names.split(b'"')))

        if not wanted:
            return frozenset()
        return self._read(few if len(wanted) <= _FEW_IDS else many)

    def _read(self, ask: Callable[[sqlite3.Connection, int], T]) -> T:
        def asked(connection: sqlite3.Connection) -> T | None:
            return ask(connection, self._number(connection))

        found = self._store.read(asked, otherwise=None)
        if found is None:
            raise _gone()
        return found

    def _number(self, connection: sqlite3.Connection) -> int:
        number = self._find(connection)
        if number is None:
            raise _gone()
        return number


def _gone() -> ValueError:
    return ValueError("the snapshot before is no longer in the cache")


class _Counts(NamedTuple):
    """How many documents of a snapshot are noted, and how many of those with a date; when the
    newest was published; how many it has."""

    noted: int
    dated: int
    newest_s: int | None
    documents: int


def _counts(connection: sqlite3.Connection, snapshot: int) -> _Counts:
    return _Counts._make(connection.execute(_COUNTS, {"snapshot": snapshot}).fetchone())


def _all_counts(connection: sqlite3.Connection, snapshot: int) -> _Counts:
    """Where all that are there are noted. Raises sqlite3.DatabaseError where some are not there."""
    counts = _counts(connection, snapshot)
    if counts.noted != counts.documents:
        raise sqlite3.DatabaseError(f"{counts.noted} of {counts.documents} documents are there")
    return counts


def _undated(connection: sqlite3.Connection, snapshot: int) -> str:
    found = connection.execute(_UNDATED, {"snapshot": snapshot}).fetchone()
    return str(found[0])


_KNOWN = "FROM known WHERE number IN (SELECT document FROM member WHERE snapshot = :snapshot)"

# Few rows are given, as SQLite can find them: for each of them Python's lock is handed around, and
# another thread imports what renders meanwhile.
_COUNTS = (
    "SELECT count(*), count(published_s), max(published_s),"  # noqa: S608
    f" (SELECT documents FROM snapshot WHERE snapshot.number = :snapshot) {_KNOWN}"
)

_UNDATED = f"SELECT id {_KNOWN} AND published_s IS NULL LIMIT 1"

_PUBLISHED = (
    f"SELECT published_s, id {_KNOWN} AND (:since_s IS NULL OR published_s >= :since_s)"
    " AND (:before_s IS NULL OR published_s < :before_s) ORDER BY published_s, id"
)

_SOME = (
    "SELECT known.id, published_s, digest FROM member"
    " JOIN known ON known.number = member.document WHERE snapshot = ?"
)

# Other snapshots have nearly the same documents: to ask first which are of this one is twice the
# time.
_NAMING = (
    "SELECT known.id FROM known CROSS JOIN member"
    " ON snapshot = ? AND member.id = known.id AND member.document = known.number WHERE TRUE"
)

# In the order of the file, see base_snapshots.
_UNKNOWN = """
SELECT document.number, id, digest, envelope, json FROM (
    SELECT document AS place, id FROM member
    WHERE snapshot = ? AND document NOT IN (SELECT number FROM known)
    ORDER BY document LIMIT -1)
CROSS JOIN document ON document.number = place CROSS JOIN body ON body.number = place"""
