"""Documents by content, snapshots as rows that name them.

A ref never changes, so what is stored for it is good for ever. Two refs share the documents that
are equal in both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prismic_ssg.content.changes import Change, History, Place
from prismic_ssg.content.document import Document, DocumentId, Text, digest_of
from prismic_ssg.errors import ContentError
from prismic_ssg.store.base_snapshots import base_of
from prismic_ssg.store.database import Database
from prismic_ssg.store.fresh_fields import FreshFields
from prismic_ssg.store.partial_snapshots import PartialSnapshot, drop_oldest, row_of
from prismic_ssg.store.stored_documents import Bodies, StoredDocument
from prismic_ssg.store.stored_fields import StoredFields
from prismic_ssg.store.sums import checked

# Whether a snapshot is there is known without them.
if TYPE_CHECKING:
    from prismic_ssg.content.snapshot import Snapshot
    from prismic_ssg.store.derived_snapshots import EarlierDocuments

_VERSION = 12

_SCHEMA = """
CREATE TABLE IF NOT EXISTS snapshot(
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    repository TEXT NOT NULL, ref TEXT NOT NULL, query TEXT NOT NULL, page_size INTEGER NOT NULL,
    documents INTEGER, pages INTEGER, is_complete INTEGER NOT NULL DEFAULT 0,
    pulled_at_s REAL, deltas INTEGER NOT NULL DEFAULT 0,
    UNIQUE(repository, ref, query, page_size));
CREATE TABLE IF NOT EXISTS page(
    snapshot INTEGER, number INTEGER, content BLOB NOT NULL, PRIMARY KEY(snapshot, number)
    ) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document(
    number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
    envelope BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS body(number INTEGER PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS brief(number INTEGER PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS known(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, digest BLOB NOT NULL, published_s INTEGER,
    names BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS field(name TEXT PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS member(
    snapshot INTEGER, id TEXT, document INTEGER, PRIMARY KEY(snapshot, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest(
    repository TEXT, query TEXT, asked TEXT, ref TEXT NOT NULL, answer BLOB NOT NULL,
    PRIMARY KEY(repository, query, asked)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept(
    holder TEXT PRIMARY KEY, repository TEXT, ref TEXT, query TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folder(
    repository TEXT PRIMARY KEY, listing TEXT NOT NULL, answer BLOB NOT NULL) WITHOUT ROWID
"""


class SnapshotStore(Database):
    """Snapshots in one SQLite file. Thread-safe, and safe with other processes at the same file.

    Documents of a snapshot outlive close(): reading their texts opens the file again. `fresh` are
    fields that a pull has left in this process for whoever loads its snapshot next.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, schema=_SCHEMA, version=_VERSION)
        self.fresh: FreshFields | None = None

    def has(self, place: Place) -> bool:
        """Whether the whole snapshot was stored. It may be damaged, which load() finds out."""
        return self.read(lambda connection: _number(connection, place), otherwise=None) is not None

    def load(self, place: Place) -> Snapshot | None:
        """The whole snapshot, None where it was never completed."""
        from prismic_ssg.content.snapshot import Snapshot

        fresh, self.fresh = self.fresh, None

        def ask(connection: sqlite3.Connection) -> Snapshot | None:
            number = _number(connection, place)
            if number is None:
                return None
            (count,) = connection.execute(
                "SELECT documents FROM snapshot WHERE number = ?", (number,)
            ).fetchone()
            documents = self._documents(connection, number)
            snapshot = Snapshot(place.ref, documents, fields=StoredFields(self, self, fresh))
            if len(snapshot) != count:
                raise sqlite3.DatabaseError(f"{len(snapshot)} of {count} documents are there")
            return snapshot

        return self.read(ask, otherwise=None)

    def opened(self, place: Place) -> Snapshot | None:
        """The whole snapshot, its documents read when asked for; None where it is not there whole.

        They raise ContentError where it is gone or damaged meanwhile.
        """
        from prismic_ssg.store.opened_snapshot import OpenedSnapshot

        bodies = Bodies(self)

        def counts(connection: sqlite3.Connection) -> tuple[int, int] | None:
            found: tuple[int, int] | None = connection.execute(
                "SELECT documents, (SELECT count(*) FROM member WHERE snapshot = number)"
                " FROM snapshot WHERE number = ?",
                (_number(connection, place),),
            ).fetchone()
            return found

        def row(connection: sqlite3.Connection, id_: str) -> tuple[bytes, bytes] | tuple[()]:
            number = _number(connection, place)
            if number is None:
                raise self._gone()
            return connection.execute(_ONE_DOCUMENT, (number, id_)).fetchone() or ()

        def one(id_: str) -> Document | None:
            found = self.read(lambda connection: row(connection, id_), otherwise=None)
            if found is None:
                raise self._gone()
            return StoredDocument(*found, bodies) if found else None

        def every() -> Iterable[Document]:
            snapshot = self.load(place)
            if snapshot is None:
                raise self._gone()
            return snapshot

        found = self.read(counts, otherwise=None)
        if found is None or found[0] != found[1]:
            return None
        return OpenedSnapshot(place.ref, found[0], one, every, fields=StoredFields(self, self))

    def changes(self, old: Place, new: Place) -> tuple[Change, ...] | None:
        """The documents that differ between two snapshots, by id; None where one is not stored.

        About 10 ms for 10,000 documents of which few differ: texts are read when asked for.
        """

        def ask(connection: sqlite3.Connection) -> tuple[Change, ...] | None:
            before, after = _number(connection, old), _number(connection, new)
            if before is None or after is None:
                return None
            bodies = Bodies(self)
            rows = connection.execute(_CHANGES, {"before": before, "after": after})
            return tuple(
                Change(
                    DocumentId(id_),
                    None if was is None else StoredDocument(was, old_envelope, bodies),
                    None if now is None else StoredDocument(now, new_envelope, bodies),
                )
                for id_, was, old_envelope, now, new_envelope in rows
            )

        return self.read(ask, otherwise=None)

    def keep(self, holder: str, place: Place | None) -> None:
        """Never drop this snapshot for newer ones, until the same holder keeps another, or None."""
        wanted = None if place is None else tuple(place)

        def ask(connection: sqlite3.Connection) -> tuple[str, ...] | None:
            found: tuple[str, ...] | None = connection.execute(
                "SELECT repository, ref, query FROM kept WHERE holder = ?", (holder,)
            ).fetchone()
            return found

        if self.read(ask, otherwise=None) == wanted:
            return
        with self.transaction() as connection:
            connection.execute("DELETE FROM kept WHERE holder = ?", (holder,))
            if place is not None:
                connection.execute("INSERT INTO kept VALUES (?, ?, ?, ?)", (holder, *place))

    def begin(self, place: Place, page_size: int, *, anew: bool = False) -> PartialSnapshot:
        """What has arrived of a snapshot by now; goes on where an interrupted pull stopped.

        Of what was the same in the snapshot before nothing is read, unless `anew`.
        """
        key = (*place, page_size)
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
            base = None if anew else base_of(connection, self, place)
        self.fresh = FreshFields()
        return PartialSnapshot(self, number, (documents, pages), there, base, self.fresh)

    def history(self, place: Place) -> History | None:
        """Where a snapshot comes from, None where it is not stored whole."""

        def ask(connection: sqlite3.Connection) -> tuple[float, int] | None:
            number = _number(connection, place)
            found: tuple[float, int] | None = connection.execute(
                "SELECT pulled_at_s, deltas FROM snapshot WHERE number = ?", (number,)
            ).fetchone()
            return found

        found = self.read(ask, otherwise=None)
        return None if found is None else History(*found)

    def earlier(self, place: Place) -> EarlierDocuments:
        """The documents of a snapshot that another one is to be made of.

        Raises ValueError where it is not stored whole.
        """
        from prismic_ssg.store.derived_snapshots import EarlierDocuments

        return EarlierDocuments(self, lambda connection: _number(connection, place))

    def put_over(
        self,
        old: Place,
        new: Place,
        texts: Iterable[Text],
        *,
        without: Collection[str],
    ) -> bool:
        """Make a snapshot of another one: `texts` instead of its documents', and `without` some.

        Texts are as PartialSnapshot.prepare() takes them. False where the old one is not there any
        more. A new one that is there already stays as it is.
        """
        from prismic_ssg.store.derived_snapshots import put_over

        rows = [row_of(text) for text in texts]
        with self.transaction() as connection:
            number = _number(connection, old)
            if number is None:
                return False
            if _number(connection, new) is None:
                put_over(connection, number, new, rows, without)
        return True

    def tidy(self) -> None:
        """Drop the oldest snapshots, but for those that somebody keeps."""
        # Where that finds the file damaged it is gone, which whoever reads there finds out.
        with suppress(ValueError), self.transaction() as connection:
            drop_oldest(connection)

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

    def remember_folder(self, repository: str, listing: str, answer: bytes) -> None:
        """What a local repository says of itself as long as its folder lists like this."""
        with self.transaction() as connection:
            row = (repository, listing, answer)
            connection.execute("REPLACE INTO folder VALUES (?, ?, ?)", row)

    def recall_folder(self, repository: str, listing: str) -> bytes | None:
        """What a local repository said of itself when its folder listed like this."""

        def ask(connection: sqlite3.Connection) -> tuple[bytes] | None:
            found: tuple[bytes] | None = connection.execute(
                "SELECT answer FROM folder WHERE repository = ? AND listing = ?",
                (repository, listing),
            ).fetchone()
            return found

        found = self.read(ask, otherwise=None)
        return None if found is None else found[0]

    # Inside.

    def _documents(self, connection: sqlite3.Connection, snapshot: int) -> Iterator[Document]:
        bodies = Bodies(self)
        for digest, envelope in connection.execute(_DOCUMENTS, (snapshot,)):
            yield StoredDocument(digest, envelope, bodies)

    def body(self, digest: bytes) -> bytes:
        """A document's text. Raises ContentError where it is no longer what was stored, or gone."""
        body = self.bodies((digest,)).get(digest)
        if body is None:
            # Documents are removed with their texts.
            raise self._damaged() if self._has_document(digest) else self._gone()
        return body

    def _has_document(self, digest: bytes) -> bool:
        query = "SELECT 1 FROM document WHERE digest = ?"
        row = self.read(lambda opened: opened.execute(query, (digest,)).fetchone(), otherwise=None)
        return row is not None

    def _gone(self) -> ContentError:
        return ContentError(
            f"a document is no longer in the cache {str(self.path)!r}",
            file=str(self.path),
            hint="run the command again: what is missing is pulled anew",
        )

    def bodies(self, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """Documents' texts, of those that are there. Raises ContentError for a damaged one."""
        found = self._texts("body", digests)
        for digest, body in found.items():
            if digest_of(body) != digest:
                raise self._damaged()
        return found

    def briefs(self, digests: Collection[bytes]) -> dict[bytes, memoryview]:
        """The briefs of documents that are there and have one, in JSON, by digest.

        Raises ContentError for damaged ones.
        """
        briefs = {}
        for digest, packed in self._texts("brief", digests).items():
            json = checked(packed, digest)
            if json is None:
                raise self._damaged()
            briefs[digest] = json
        return briefs

    def _texts(self, table: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """By digest: another process may have made the file anew, with other numbers."""
        of_documents = f"SELECT digest, json FROM document JOIN {table} USING (number)"  # noqa: S608
        marks = ",".join("?" * len(digests))
        query = f"{of_documents} WHERE digest IN ({marks})"
        return self.read(
            lambda connection: dict(connection.execute(query, tuple(digests)).fetchall()),
            otherwise={},
        )

    def _damaged(self) -> ContentError:
        self.rebuild("a document in it is damaged")
        return ContentError(
            f"the cache {str(self.path)!r} was damaged, and is removed now",
            file=str(self.path),
            hint="run the command again: everything is pulled anew",
        )


def _number(connection: sqlite3.Connection, place: Place) -> int | None:
    """The number of a complete snapshot, None where there is none."""
    found = connection.execute(
        "SELECT number FROM snapshot"
        " WHERE repository = ? AND ref = ? AND query = ? AND is_complete LIMIT 1",
        place,
    ).fetchone()
    return None if found is None else int(found[0])


# As they came, which is about by date, as lists show them: what a page shows lies together in
# memory, and of what a process was copied with it writes only to that. Read so they take a third of
# the time, too.
_DOCUMENTS = (
    "SELECT digest, envelope FROM document"
    " WHERE number IN (SELECT document FROM member WHERE snapshot = ?) ORDER BY number"
)

_ONE_DOCUMENT = (
    "SELECT digest, envelope FROM member"
    " JOIN document ON document.number = member.document WHERE snapshot = ? AND id = ?"
)

# Equal documents have one number: nothing but numbers is compared.
_CHANGES = """
SELECT id, was.digest, was.envelope, now.digest, now.envelope FROM (
    SELECT a.id AS id, a.document AS before, b.document AS after
    FROM member a LEFT JOIN member b ON b.snapshot = :after AND b.id = a.id
    WHERE a.snapshot = :before AND b.document IS NOT a.document
    UNION ALL
    SELECT b.id, NULL, b.document
    FROM member b LEFT JOIN member a ON a.snapshot = :before AND a.id = b.id
    WHERE b.snapshot = :after AND a.id IS NULL)
LEFT JOIN document was ON was.number = before
LEFT JOIN document now ON now.number = after
ORDER BY id"""
