"""The words of a snapshot, in SQLite's FTS5: what answers `fulltext` and `similar`.

Words match by their English stems (porter), without case and accents. A table is made for the whole
document, and for each field that is searched on its own, when it is first needed: 10,000 documents
of 12 kB take about a second, once per ref.

Not as Prismic does: it stems by the document's language, and cuts Chinese and Japanese into words.
"""

from __future__ import annotations

import math
import re
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.field_paths import column_reader, parse_path
from prismic_ssg.content.fields import is_block

if TYPE_CHECKING:
    from prismic_ssg.content.document import Document
    from prismic_ssg.content.snapshot import Snapshot

_TOKENIZER = "porter unicode61 remove_diacritics 2"
_HEADING_WEIGHT, _TEXT_WEIGHT = 10.0, 1.0
_HEADINGS = re.compile(r"heading[1-6]")
# A text that is one of these is a date, a time or a colour, not what an editor wrote.
_NO_TEXT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d{4})?|#[0-9a-fA-F]{6}")
_WORD = re.compile(r"\w")
_MOST_TERMS = 64
_WHOLE = "document"
_INSERT = "INSERT INTO {}(rowid, headings, body) VALUES (?, ?, ?)"


class WordIndex:
    """A FulltextIndex, as content/snapshot.py has it, of one snapshot. Threads take turns.

    `before` is the index of an earlier snapshot: what it knows of whole documents is taken over,
    and it begins anew where it is asked again. One edit in 10,000 documents costs 10 ms then.
    """

    def __init__(self, snapshot: Snapshot, before: WordIndex | None = None) -> None:
        self._documents = dict(enumerate(snapshot.documents))
        self._lock = RLock()
        self._tables: dict[str, str] = {}
        self._tables_made = 0
        self._open()
        if before is not None:
            self._take_over(before)
        self._row_of = {document.id: row for row, document in self._documents.items()}

    def _open(self) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        # An index goes with its snapshot; nobody is there to close it.
        self._closing = weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA journal_mode = OFF")

    def _take_over(self, before: WordIndex) -> None:
        with before._lock:
            table = before._tables.get(_WHOLE)
            if table is None:
                return
            self._closing()
            of_fields = [name for name in before._tables.values() if name != table]
            self._tables_made = before._tables_made
            self._database, self._closing = before._hand_over(self)
            old = {each.id: (row, each) for row, each in before._documents.items()}
        for name in of_fields:
            self._drop(name)
        self._tables[_WHOLE] = table
        free = max((row for row, _ in old.values()), default=-1) + 1
        documents: dict[int, Document] = {}
        for document in self._documents.values():
            row, stored = old.pop(document.id, (free, None))
            free += stored is None
            documents[row] = document
            if stored is not document:
                if stored is not None:
                    self._forget(table, row, stored)
                self._database.execute(_INSERT.format(table), (row, *_whole_texts(document)))
        for row, stored in old.values():
            self._forget(table, row, stored)
        self._documents = documents

    def _hand_over(self, to: WordIndex) -> tuple[sqlite3.Connection, weakref.finalize[..., Any]]:
        """The database, for another index to keep; this one has an empty one from then on."""
        database = self._database
        self._closing.detach()
        self._tables = {}
        self._open()
        return database, weakref.finalize(to, database.close)

    def _forget(self, table: str, row: int, document: Document) -> None:
        # A table without contents is told what it had of the row.
        self._database.execute(
            f"INSERT INTO {table}({table}, rowid, headings, body) VALUES ('delete', ?, ?, ?)",  # noqa: S608
            (row, *_whole_texts(document)),
        )

    def search(self, path: str, text: str) -> Mapping[DocumentId, float]:
        """The score of each document with every word of `text` at a path; higher is nearer.

        A text without a word finds nothing.
        """
        terms = [f'"{term}"' for term in _terms(text)]
        if not terms:
            return {}
        with self._lock:
            table = self._table(path)
            rows = self._database.execute(
                f"SELECT rowid, bm25({table}, {_HEADING_WEIGHT}, {_TEXT_WEIGHT})"  # noqa: S608
                f" FROM {table} WHERE {table} MATCH ?",
                (" ".join(terms),),
            ).fetchall()
        documents = self._documents
        return {documents[row].id: -score for row, score in rows}

    def similar(self, document_id: str, max_documents: int) -> Mapping[DocumentId, float]:
        """The score of each other document that shares a word with one; only words count that are
        in at most `max_documents` documents."""
        row = self._row_of.get(DocumentId(document_id))
        if row is None:
            return {}
        with self._lock:
            return self._like(row, max_documents)

    def prepare(self) -> None:
        """Make the index of whole documents now, so that no search waits for it."""
        with self._lock:
            self._table(_WHOLE)

    def _like(self, row: int, max_documents: int) -> Mapping[DocumentId, float]:
        table = self._table(_WHOLE)
        scores: dict[int, float] = {}
        for term in self._stems(self._documents[row]):
            rows = self._database.execute(
                f"SELECT DISTINCT doc FROM {table}_words WHERE term = ? LIMIT ?",  # noqa: S608
                (term, max_documents + 1),
            ).fetchall()
            if len(rows) > max_documents:
                continue
            weight = math.log(1 + len(self._documents) / len(rows))
            for (other,) in rows:
                scores[other] = scores.get(other, 0.0) + weight
        scores.pop(row, None)
        return {self._documents[row].id: score for row, score in scores.items()}

    def _table(self, path: str) -> str:
        """The name of the table of the words at a path, which is made where it is not there yet."""
        if path in self._tables:
            return self._tables[path]
        table = f"words{self._tables_made}"
        self._tables_made += 1
        self._create(table)
        self._database.executemany(_INSERT.format(table), self._rows(path))
        self._tables[path] = table
        return table

    def _create(self, table: str) -> None:
        # Contentless: the words are indexed and not kept, the documents have them already.
        self._database.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5("
            f"headings, body, content='', tokenize='{_TOKENIZER}')"
        )
        # Written once, in one go: nothing to merge on the way. 10,000 documents: 1.2 s → 1.0 s.
        for option, value in (("hashsize", 64 << 20), ("automerge", 0)):
            self._database.execute(
                f"INSERT INTO {table}({table}, rank) VALUES (?, ?)",  # noqa: S608
                (option, value),
            )
        self._database.execute(
            f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab({table}, 'instance')"
        )

    def _drop(self, table: str) -> None:
        self._database.execute(f"DROP TABLE {table}_words")
        self._database.execute(f"DROP TABLE {table}")

    def _rows(self, path: str) -> Iterator[tuple[int, str, str]]:
        if path == _WHOLE:
            for row, document in self._documents.items():
                yield row, *_whole_texts(document)
            return
        parsed = parse_path(path)
        read = column_reader(parsed)
        for row, document in self._documents.items():
            if document.type == parsed.type:
                yield row, *_texts(read(document))

    def _stems(self, document: Document) -> Sequence[str]:
        """The document's own words, as the index has them."""
        self._create("one")
        try:
            self._database.execute(_INSERT.format("one"), (1, *_whole_texts(document)))
            rows = self._database.execute("SELECT DISTINCT term FROM one_words").fetchall()
        finally:
            self._drop("one")
        return [term for (term,) in rows]


def _terms(text: str) -> list[str]:
    words = text.replace('"', " ").replace("\0", " ").split()
    return [word for word in words if _WORD.search(word)][:_MOST_TERMS]


def _whole_texts(document: Document) -> tuple[str, str]:
    fields: dict[str, Any] = msgspec.json.decode(document.envelope.data)
    return _texts([document.uid, *fields.values()])


def _texts(values: Sequence[Any]) -> tuple[str, str]:
    """What editors wrote in fields, groups and slices: in headings, and elsewhere."""
    headings: list[str] = []
    body: list[str] = []
    for value in values:
        _collect(value, headings, body)
    return "\n".join(headings), "\n".join(body)


def _collect(value: Any, headings: list[str], body: list[str]) -> None:
    if isinstance(value, str):
        if not _NO_TEXT.fullmatch(value):
            body.append(value)
        return
    if not isinstance(value, list):
        return  # an image, a link, an embed, a geopoint, an object of an integration, a table
    for row in value:
        if not isinstance(row, dict):
            continue
        if isinstance(text := row.get("text"), str) and "spans" in row:
            (headings if _HEADINGS.match(str(row.get("type"))) else body).append(text)
        elif "slice_type" in row:
            for inside in (row.get("primary"), *_list(row.get("items")), row.get("value")):
                _collect_row(inside, headings, body)
        elif "link_type" not in row and not is_block(row):
            _collect_row(row, headings, body)


def _collect_row(row: Any, headings: list[str], body: list[str]) -> None:
    if isinstance(row, dict):
        for value in row.values():
            _collect(value, headings, body)
    else:
        _collect(row, headings, body)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
