"""The words of documents, for `fulltext` and `similar`: by SQLite's FTS5.

Words match by their English stems (porter), without case and accents. A table is made for the whole
document, and for each field that is searched on its own, when it is first needed: 10,000 documents
of 12 kB take about a second, once per ref. All of it is in memory; nothing is read or written.

Not as Prismic does: it stems by the document's language, and cuts Chinese and Japanese into words.
"""

from __future__ import annotations

import math
import re
import sqlite3
import weakref
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.field_paths import column_reader, parse_path
from prismic_ssg.content.fields import is_block
from prismic_ssg.errors import ContentError

if TYPE_CHECKING:
    from prismic_ssg.content.document import Document

_TOKENIZER = "porter unicode61 remove_diacritics 2"
_HEADING_WEIGHT, _TEXT_WEIGHT = 10.0, 1.0
_HEADINGS = re.compile(r"heading[1-6]")
# A text that is one of these is a date, a time or a colour, not what an editor wrote.
_NO_TEXT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d{4})?|#[0-9a-fA-F]{6}")
_WORD = re.compile(r"\w")
_MOST_TERMS = 64
# Words that so many documents have at most are listed for all documents at once: a site may ask for
# what is like each of its posts. Of 2,000 it takes 0.1 ms where words in 10 documents count, 2 ms
# for 100; to look up the words of each post by themselves takes 65 ms.
_RARE = 1_000
# Documents of which the texts are read together.
_AT_ONCE = 200
_WHOLE = "document"
_decode = msgspec.json.Decoder().decode
_INSERT = "INSERT INTO {}(rowid, headings, body) VALUES (?, ?, ?)"


class _Rare(NamedTuple):
    """Words that few documents have: the weight of each with the rows that have it, and by row the
    numbers of its words."""

    words: list[tuple[float, array[int]]]
    of: dict[int, array[int]]


class WordIndex:
    """A FulltextIndex of all documents at one ref. Threads take turns; a copy of the process has a
    copy of it.

    `before` is the index of an earlier ref: what it knows of whole documents is taken over,
    and it begins anew where it is asked again. One edit in 10,000 documents costs 10 ms then.
    """

    def __init__(self, documents: Iterable[Document], before: WordIndex | None = None) -> None:
        self._documents = dict(enumerate(documents))
        self._lock = RLock()
        self._tables: dict[str, str] = {}
        self._tables_made = 0
        self._rare: dict[int, _Rare] = {}
        self._open()
        if before is not None:
            self._take_over(before)
        self._id_of = {row: document.id for row, document in self._documents.items()}
        self._row_of = {id_: row for row, id_ in self._id_of.items()}

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
        self._tables, self._rare = {}, {}
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
        return {self._id_of[row]: _told(-score) for row, score in rows}

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
        scores: dict[int, float] = {}
        for weight, rows in self._shared_words(row, max_documents):
            for other in rows:
                scores[other] = scores.get(other, 0.0) + weight
        scores.pop(row, None)
        ids = self._id_of
        return {ids[row]: score for row, score in scores.items()}

    def _shared_words(self, row: int, most: int) -> Iterable[tuple[float, array[int]]]:
        """The words of a document that at most so many have, in one order."""
        if most > _RARE:
            found = (self._having(term, most) for term in self._stems(self._documents[row]))
            return [(self._weight(rows), rows) for rows in found if len(rows) <= most]
        if most not in self._rare:
            self._rare[most] = self._listed(most)
        rare = self._rare[most]
        return [rare.words[number] for number in rare.of.get(row, ())]

    def _listed(self, most: int) -> _Rare:
        rare = _Rare([], {})
        terms = self._database.execute(
            f"SELECT term FROM {self._table(_WHOLE)}_counts WHERE doc BETWEEN 2 AND ?",  # noqa: S608
            (most,),
        ).fetchall()
        for number, (term,) in enumerate(terms):
            rows = self._having(term, most)
            rare.words.append((self._weight(rows), rows))
            for row in rows:
                rare.of.setdefault(row, array("I")).append(number)
        return rare

    def _having(self, term: str, most: int) -> array[int]:
        """The rows of the documents that have a word; of one that more have, one more than that."""
        found = self._database.execute(
            f"SELECT DISTINCT doc FROM {self._table(_WHOLE)}_words WHERE term = ? LIMIT ?",  # noqa: S608
            (term, most + 1),
        )
        return array("I", [row for (row,) in found])

    def _weight(self, rows: Sequence[int]) -> float:
        return math.log(1 + len(self._documents) / len(rows))

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
        try:
            self._database.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5("
                f"headings, body, content='', tokenize='{_TOKENIZER}')"
            )
        except sqlite3.OperationalError as error:
            if "no such module" not in str(error):
                raise
            raise ContentError(
                "words can't be searched: this Python's SQLite has no FTS5",
                hint="another Python has it, such as those of python.org, Debian and conda",
            ) from None
        # Written once, in one go: nothing to merge on the way. 10,000 documents: 1.2 s → 1.0 s.
        for option, value in (("hashsize", 64 << 20), ("automerge", 0)):
            self._database.execute(
                f"INSERT INTO {table}({table}, rank) VALUES (?, ?)",  # noqa: S608
                (option, value),
            )
        self._database.execute(
            f"CREATE VIRTUAL TABLE {table}_words USING fts5vocab({table}, 'instance')"
        )
        self._database.execute(
            f"CREATE VIRTUAL TABLE {table}_counts USING fts5vocab({table}, 'row')"
        )

    def _drop(self, table: str) -> None:
        self._database.execute(f"DROP TABLE {table}_words")
        self._database.execute(f"DROP TABLE {table}_counts")
        self._database.execute(f"DROP TABLE {table}")

    def _rows(self, path: str) -> Iterator[tuple[int, str, str]]:
        if path == _WHOLE:
            rows = iter(self._documents.items())
            while portion := list(islice(rows, _AT_ONCE)):
                for _, document in portion:
                    document.expect(whole=True)
                for row, document in portion:
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


def _told(score: float) -> float:
    """A score without the last digits, which depend on the order in which documents came."""
    return float(f"{score:.9g}")


def _terms(text: str) -> list[str]:
    words = text.replace('"', " ").replace("\0", " ").split()
    return [word for word in words if _WORD.search(word)][:_MOST_TERMS]


def _whole_texts(document: Document) -> tuple[str, str]:
    return _texts([document.uid, *map(_decode, document.fields.values())])


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
