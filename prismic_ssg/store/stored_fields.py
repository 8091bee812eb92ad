"""Single fields of many documents, kept apart from their texts.

Listings and queries read one field of every document. Out of the texts that is all of the content,
150 MB for 10,000 posts; kept by themselves the fields are 1 MB. A stored document never changes, so
what was once read of it is good as long as it is there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.errors import ContentError, OutputError
from prismic_ssg.store.briefs import LONGEST_BYTES
from prismic_ssg.store.database import Database
from prismic_ssg.store.fresh_fields import FreshFields
from prismic_ssg.store.packed_columns import packed_column, read_column
from prismic_ssg.store.stored_documents import Texts

# Texts that are in memory at once.
_TEXTS_AT_ONCE = 200

T = TypeVar("T")

_decode = msgspec.json.Decoder().decode
_ABSENT = msgspec.Raw(b"null")


class StoredFields:
    """Fields of a store's documents, out of their `texts` at first, unless they are `fresh`."""

    def __init__(self, store: Database, texts: Texts, fresh: FreshFields | None = None) -> None:
        self._store = store
        self._texts = texts
        self._fresh = fresh or FreshFields()
        self._known: dict[str, dict[bytes, bytes]] = {}

    def column(
        self, name: str, documents: Sequence[Document], read: Callable[[Any], T]
    ) -> Iterator[T]:
        """What `read` makes of the field of each of these documents, of None for one without it.

        Fields that are equal are read once. Raises ContentError where a document's data can't be
        read.
        """
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._stored(name)
            fresh = self._fresh.take(name)
            if any(digest not in known for digest in fresh):
                known.update(fresh)
                self._keep(name, known)
        return _each_read(self._fields(name, documents, known), read)

    def _fields(
        self, name: str, documents: Sequence[Document], known: dict[bytes, bytes]
    ) -> Iterator[Sequence[bytes]]:
        """The field of each document, in parts: many may have to be read out of texts first.

        Links to one category are one text: 100,000 of them take 7 MB instead of 36.
        """
        are_new = False
        one: dict[bytes, bytes] = {}
        for start in range(0, len(documents), _TEXTS_AT_ONCE):
            part = documents[start : start + _TEXTS_AT_ONCE]
            digests = [document.digest for document in part]
            missing = [document for document in part if document.digest not in known]
            read = self._read_out(name, missing)
            short = {
                digest: one.setdefault(value, value)
                for digest, value in read.items()
                if len(value) <= LONGEST_BYTES
            }
            known.update(short)
            are_new = are_new or bool(short)
            yield [known[digest] if digest in known else read[digest] for digest in digests]
        if are_new:
            self._keep(name, known)

    def _read_out(self, name: str, documents: Sequence[Document]) -> dict[bytes, bytes]:
        """The field out of the documents' briefs, or texts where it is not in those, by digest."""
        if not documents:
            return {}
        briefs = self._texts.briefs([document.digest for document in documents])
        in_brief, in_text = _brief_decoder(name), _field_decoder(name)
        read, others = {}, []
        for document in documents:
            brief = briefs.get(document.digest)
            found = None if brief is None else in_brief(brief)
            if found is None or name in found.long:
                others.append(document)
            else:
                read[document.digest] = bytes(found.fields.value)
        texts = self._texts.bodies([document.digest for document in others]) if others else {}
        for document in others:
            digest = document.digest
            text = texts.get(digest) or self._texts.body(digest)
            try:
                read[digest] = bytes(in_text(text).data.value)
            except msgspec.DecodeError as error:
                raise ContentError(
                    f"document {document.id!r} ({document.type}) has broken data: {error}",
                    document_id=document.id,
                    field=name,
                ) from None
        return read

    def _stored(self, name: str) -> dict[bytes, bytes]:
        def ask(connection: sqlite3.Connection) -> dict[bytes, bytes]:
            found = connection.execute("SELECT packed FROM field WHERE name = ?", (name,))
            row = found.fetchone()
            return {} if row is None else read_column(row[0])

        return self._store.read(ask, otherwise={})

    def _keep(self, name: str, fields: Mapping[bytes, bytes]) -> None:
        """Store the field of documents, by digest, instead of what is stored of it.

        What another process has stored meanwhile is read out again by whoever needs it.
        """
        fields = dict(fields)  # Another thread may add to them.
        try:
            with self._store.transaction() as connection:
                (count,) = connection.execute("SELECT count(*) FROM document").fetchone()
                if len(fields) > count:
                    # Of some the documents are gone.
                    there = {row[0] for row in connection.execute("SELECT digest FROM document")}
                    fields = {key: value for key, value in fields.items() if key in there}
                row = (name, packed_column(fields))
                connection.execute("INSERT OR REPLACE INTO field VALUES (?, ?)", row)
        except (OutputError, ValueError):
            # It is known here all the same; only the next build has to read it out again.
            return


def _each_read(parts: Iterable[Sequence[bytes]], read: Callable[[Any], T]) -> Iterator[T]:
    """What `read` makes of each value, in JSON. Those that are equal are read once."""
    known: dict[bytes, T] = {}
    for part in parts:
        new = [value for value in dict.fromkeys(part) if value not in known]
        # All at once: to decode each by itself takes five times as long.
        known.update(zip(new, map(read, _decode(b"[%b]" % b",".join(new))), strict=True))
        yield from map(known.__getitem__, part)
        for value in new:
            if len(value) > LONGEST_BYTES:
                del known[value]


@lru_cache(maxsize=256)
def _field_decoder(name: str) -> Callable[[bytes], Any]:
    """Reads one field out of a document's text, and skips the rest of it."""
    data = _struct_of(name)
    whole = msgspec.defstruct("Whole", [("data", data, msgspec.field(default_factory=data))])
    return msgspec.json.Decoder(whole).decode


@lru_cache(maxsize=256)
def _brief_decoder(name: str) -> Callable[[memoryview], Any]:
    """Likewise out of a document's brief."""
    members = [("fields", _struct_of(name)), ("long", frozenset[str])]
    return msgspec.json.Decoder(msgspec.defstruct("OfBrief", members, array_like=True)).decode


def _struct_of(name: str) -> Any:
    return msgspec.defstruct("Data", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
