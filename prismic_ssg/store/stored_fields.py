"""Single fields of many documents, kept apart from their texts.

Listings and queries read one field of every document. Out of the texts that is all of the content,
150 MB for 10,000 posts; kept by themselves the fields are 1 MB. A stored document never changes, so
what was once read of it is good as long as it is there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from prismic_ssg.content.document import Document, digest_of
from prismic_ssg.errors import ContentError, OutputError
from prismic_ssg.store.database import Database

# A field that is longer is read out of its document's text each time: bodies are not stored twice.
_LONGEST_BYTES = 1000

# Texts that are in memory at once.
_TEXTS_AT_ONCE = 200

T = TypeVar("T")

_decode = msgspec.json.Decoder().decode
_ABSENT = msgspec.Raw(b"null")


class StoredFields:
    """Fields of a store's documents. `read(digest)` gives a text, or raises where it is gone."""

    def __init__(self, store: Database, read: Callable[[bytes], bytes]) -> None:
        self._store = store
        self._read = read
        self._known: dict[str, dict[bytes, bytes]] = {}

    def known(self, name: str, digest: bytes) -> bytes | None:
        """A document's field in JSON, None where `column` has not given it."""
        column = self._known.get(name)
        return None if column is None else column.get(digest)

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
        return _each_read(self._fields(name, documents, known), read)

    def _fields(
        self, name: str, documents: Sequence[Document], known: dict[bytes, bytes]
    ) -> Iterator[Sequence[bytes]]:
        """The field of each document, in parts: many may have to be read out of texts first."""
        for start in range(0, len(documents), _TEXTS_AT_ONCE):
            part = documents[start : start + _TEXTS_AT_ONCE]
            missing = [each for each in part if each.digest not in known]
            read = self._newly_read(name, missing, known)
            digests = [document.digest for document in part]
            yield [known[digest] if digest in known else read[digest] for digest in digests]

    def _newly_read(
        self, name: str, documents: Sequence[Document], known: dict[bytes, bytes]
    ) -> dict[bytes, bytes]:
        """The field out of the documents' texts, by digest; a short one is known from now on."""
        read = self._read_out(name, documents)
        short = {digest: value for digest, value in read.items() if len(value) <= _LONGEST_BYTES}
        known.update(short)
        self._keep([(name, value, digest) for digest, value in short.items()])
        return read

    def _read_out(self, name: str, documents: Sequence[Document]) -> dict[bytes, bytes]:
        """The field out of the documents' own texts, by digest."""
        if not documents:
            return {}
        texts = self._texts([document.digest for document in documents])
        decode, read = _field_decoder(name), {}
        for document in documents:
            digest = document.digest
            text = texts.get(digest)
            if text is None or digest_of(text) != digest:
                text = self._read(digest)
            try:
                read[digest] = bytes(decode(text).data.value)
            except msgspec.DecodeError as error:
                raise ContentError(
                    f"document {document.id!r} ({document.type}) has broken data: {error}",
                    document_id=document.id,
                    field=name,
                ) from None
        return read

    def _texts(self, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        marks = ",".join("?" * len(digests))
        texts = "SELECT digest, json FROM document JOIN body USING (number)"
        query = f"{texts} WHERE digest IN ({marks})"
        return self._store.read(
            lambda connection: dict(connection.execute(query, digests).fetchall()), otherwise={}
        )

    def _stored(self, name: str) -> dict[bytes, bytes]:
        def ask(connection: sqlite3.Connection) -> dict[bytes, bytes]:
            rows = connection.execute(
                "SELECT digest, json FROM field JOIN document ON number = document WHERE name = ?",
                (name,),
            )
            # Links to one category are one text: 100,000 of them take 7 MB instead of 36.
            one: dict[bytes, bytes] = {}
            return {digest: one.setdefault(value, value) for digest, value in rows}

        return self._store.read(ask, otherwise={})

    def _keep(self, fields: Sequence[tuple[str, bytes, bytes]]) -> None:
        if not fields:
            return
        try:
            with self._store.transaction() as connection:
                # By digest: another process may have removed a document, and its number is another
                # document's now.
                connection.executemany(
                    "INSERT OR IGNORE INTO field"
                    " SELECT ?, number, ? FROM document WHERE digest = ?",
                    fields,
                )
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
            if len(value) > _LONGEST_BYTES:
                del known[value]


@lru_cache(maxsize=256)
def _field_decoder(name: str) -> Callable[[bytes], Any]:
    """Reads one field out of a document's text, and skips the rest of it."""
    data = msgspec.defstruct("Data", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
    whole = msgspec.defstruct("Whole", [("data", data, msgspec.field(default_factory=data))])
    return msgspec.json.Decoder(whole).decode
