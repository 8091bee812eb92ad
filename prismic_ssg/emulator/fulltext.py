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


class WordIndex:
    """A FulltextIndex, as content/snapshot.py has it, of one snapshot. Threads take turns."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._documents = snapshot.documents
        self._ids = [document.id for document in self._documents]
        self._number = {identity: at for at, identity in enumerate(self._ids)}
        self._lock = RLock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._tables: dict[str, str] = {}
        # An index goes with its snapshot; nobody is there to close it.
        weakref.finalize(self, self._database.close)

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
        ids = self._ids
        return {ids[row]: -score for row, score in rows}

    def similar(self, document_id: str, max_documents: int) -> Mapping[DocumentId, float]:
        """The score of each other document that shares a word with one; only words count that are
        in at most `max_documents` documents."""
        number = self._number.get(DocumentId(document_id))
        if number is None:
            return {}
        with self._lock:
            return self._like(number, max_documents)

    def prepare(self) -> None:
        """Make the index of whole documents now, so that no search waits for it."""
        with self._lock:
            self._table("document")

    def _like(self, number: int, max_documents: int) -> Mapping[DocumentId, float]:
        table = self._table("document")
        scores: dict[int, float] = {}
        for term in self._stems(self._documents[number]):
            rows = self._database.execute(
                f"SELECT DISTINCT doc FROM {table}_words WHERE term = ? LIMIT ?",  # noqa: S608
                (term, max_documents + 1),
            ).fetchall()
            if len(rows) > max_documents:
                continue
            weight = math.log(1 + len(self._documents) / len(rows))
            for (row,) in rows:
                scores[row] = scores.get(row, 0.0) + weight
        scores.pop(number, None)
        return {self._ids[row]: score for row, score in scores.items()}

    def _table(self, path: str) -> str:
        """The name of the table of the words at a path, which is made where it is not there yet."""
        if path in self._tables:
            return self._tables[path]
        table = f"words{len(self._tables)}"
        self._create(table)
        self._database.executemany(
            f"INSERT INTO {table}(rowid, headings, body) VALUES (?, ?, ?)",  # noqa: S608
            self._rows(path),
        )
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

    def _rows(self, path: str) -> Iterator[tuple[int, str, str]]:
        if path == "document":
            for row, document in enumerate(self._documents):
                yield row, *_texts([document.uid, *_decode_fields(document)])
            return
        parsed = parse_path(path)
        read = column_reader(parsed)
        for row, document in enumerate(self._documents):
            if document.type == parsed.type:
                yield row, *_texts(read(document))

    def _stems(self, document: Document) -> Sequence[str]:
        """The document's own words, as the index has them."""
        self._create("one")
        try:
            texts = _texts([document.uid, *_decode_fields(document)])
            self._database.execute("INSERT INTO one(rowid, headings, body) VALUES (1, ?, ?)", texts)
            rows = self._database.execute("SELECT DISTINCT term FROM one_words").fetchall()
        finally:
            self._database.execute("DROP TABLE one_words")
            self._database.execute("DROP TABLE one")
        return [term for (term,) in rows]


def _terms(text: str) -> list[str]:
    words = text.replace('"', " ").replace("\0", " ").split()
    return [word for word in words if _WORD.search(word)][:_MOST_TERMS]


def _decode_fields(document: Document) -> list[Any]:
    decoded: dict[str, Any] = msgspec.json.decode(document.envelope.data)
    return list(decoded.values())


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
        elif "link_type" not in row and "oembed" not in row and "url" not in row:
            _collect_row(row, headings, body)


def _collect_row(row: Any, headings: list[str], body: list[str]) -> None:
    if isinstance(row, dict):
        for value in row.values():
            _collect(value, headings, body)
    else:
        _collect(row, headings, body)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
