"""The snapshot before the one that is pulled, as far as asked for.

Most documents are the same there; after an edit no more of it is read than one page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from prismic_ssg.content.changes import Place
from prismic_ssg.store.database import Database
from prismic_ssg.store.sums import checked, with_sum

# A statement takes a thousand values at most, on old systems.
_MOST_IDS = 900


class Stored(NamedTuple):
    """One document of an earlier snapshot: its JSON has this `digest` and this `size` in bytes;
    `number` is that of its row."""

    id: str
    digest: bytes
    size: int
    number: int


class StoredPage(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A page of a snapshot: the ids of its documents, and what its results are known by when they
    come again, if they can be."""

    ids: tuple[str, ...]
    outline: bytes | None

    def packed(self) -> bytes:
        """As it is stored."""
        return with_sum(_encode(self))


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(StoredPage).decode


def read_page(packed: bytes) -> StoredPage:
    """The page that was packed. Raises sqlite3.DatabaseError where it is damaged."""
    content = checked(packed)
    if content is None:
        raise sqlite3.DatabaseError("a page of a snapshot is damaged")
    return _decode(content)


class BaseSnapshot:
    """An earlier snapshot of a store; what it is known again by is its number and its time.

    `pages` are its pages as they are stored, by number: 30 kB of 1,000 documents. Threads that read
    one each would hand Python's lock around at every step.
    """

    def __init__(
        self, store: Database, number: int, pulled_at_s: float, pages: Mapping[int, bytes]
    ) -> None:
        self.number = number
        self._store = store
        self._pulled_at_s = pulled_at_s
        self._pages = pages

    def is_there(self, connection: sqlite3.Connection) -> bool:
        """Whether the snapshot is the one that it was: the file may have been made anew."""
        found = connection.execute(
            "SELECT pulled_at_s FROM snapshot WHERE number = ? AND is_complete", (self.number,)
        ).fetchone()
        return bool(found == (self._pulled_at_s,))

    def page(self, number: int) -> StoredPage | None:
        """A page as it was pulled; None where there was none of this number."""

        packed = self._pages.get(number)
        if packed is None:
            return None
        return self._store.read(lambda _: read_page(packed), otherwise=None)

    @cached_property
    def documents(self) -> Mapping[str, Stored]:
        """All of its documents, by id."""
        return self._documents("")

    def on_page(self, ids: Sequence[str]) -> Mapping[str, Stored]:
        """Some of its documents, as many as a page has, by id; or all of them, if they are here."""
        if "documents" in vars(self) or len(ids) > _MOST_IDS:
            return self.documents
        return self._documents(f" AND id IN ({','.join('?' * len(ids))})", ids)

    def others(
        self,
        connection: sqlite3.Connection,
        documents: Iterable[Stored],
        pages: Sequence[PageBefore],
    ) -> set[str]:
        """The ids of its documents but for these, and those of these pages.

        Raises sqlite3.DatabaseError where it is not whole: of the pages nothing else is looked at.
        """
        there = {document.id for document in documents}
        if not pages:
            return self.documents.keys() - there
        counted, found = connection.execute(_COUNTS, (self.number,)).fetchone()
        if counted != found:
            raise sqlite3.DatabaseError(f"{found} of {counted} documents are there")
        numbers = {page.number for page in pages}
        elsewhere = [
            read_page(content).ids
            for number, content in self._pages.items()
            if number not in numbers
        ]
        return set().union(*elsewhere) - there

    def _documents(self, where: str, ids: Sequence[str] = ()) -> dict[str, Stored]:
        def ask(connection: sqlite3.Connection) -> dict[str, Stored]:
            rows = connection.execute(
                "SELECT id, digest, size, number FROM"  # noqa: S608
                f" (SELECT id, document FROM member WHERE snapshot = ?{where}"
                " ORDER BY document LIMIT -1) CROSS JOIN document ON number = document",
                (self.number, *ids),
            ).fetchall()
            return {row[0]: Stored._make(row) for row in rows}

        return self._store.read(ask, otherwise={})


# Here and above documents are looked for in the order of the file, for which a subquery of a join
# needs the limit. In that of ids each is on another page than the last: 100,000 take 0.5 s more.
_COUNTS = """
SELECT documents, (
    SELECT count(*) FROM document
    WHERE number IN (SELECT document FROM member WHERE member.snapshot = snapshot.number))
FROM snapshot WHERE number = ?"""


class PageBefore:
    """The page of some number in an earlier snapshot, if there is one: its `outline` as it was
    added, the `ids` of its documents."""

    def __init__(self, base: BaseSnapshot | None, number: int) -> None:
        page = None if base is None else base.page(number)
        self.number = number
        self.outline = None if page is None else page.outline
        self.ids = () if page is None else page.ids
        self.base_number = 0 if base is None else base.number
        self._base = base

    def __len__(self) -> int:
        return len(self.ids)

    def document(self, id_: str) -> Stored | None:
        """The document of this id in the earlier snapshot: mostly one of this page, but where some
        came or went it was on another."""
        if self._base is None:
            return None
        return self._near.get(id_) or self._base.documents.get(id_)

    @cached_property
    def _near(self) -> Mapping[str, Stored]:
        return {} if self._base is None else self._base.on_page(self.ids)


def base_of(connection: sqlite3.Connection, store: Database, place: Place) -> BaseSnapshot | None:
    """The newest whole snapshot that one at a place may be like: best one of the same query."""
    found = connection.execute(
        "SELECT number, pulled_at_s FROM snapshot WHERE repository = ? AND is_complete"
        " ORDER BY query = ? DESC, number DESC LIMIT 1",
        (place.repository, place.query),
    ).fetchone()
    if found is None:
        return None
    number, pulled_at_s = found
    pages = connection.execute("SELECT number, content FROM page WHERE snapshot = ?", (number,))
    return BaseSnapshot(store, number, pulled_at_s, dict(pages.fetchall()))
