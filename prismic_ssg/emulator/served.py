"""A snapshot with what answering needs beside its documents: fields, words, links, former UIDs.

All of it is made when first asked for, and kept as long as the snapshot is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.field_paths import FieldPath, values_at
from prismic_ssg.content.models import TypeModel
from prismic_ssg.content.operators import PathKind
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.word_index import WordIndex

Made = TypeVar("Made")

# Ways of writing results (routes, fetchLinks …) that are kept; a site asks in one or two.
_KEPT_WRITERS = 8


class ServedSnapshot(Snapshot):
    """Documents at one ref, as the emulator answers from them.

    `former_uids` are UIDs that documents had before and are still found by: (type, UID) → ids.
    `words` is an index that an earlier snapshot needs no more.
    """

    def __init__(
        self,
        ref: str,
        documents: Iterable[Document],
        *,
        models: Mapping[str, TypeModel] | None = None,
        former_uids: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
        words: WordIndex | None = None,
    ) -> None:
        super().__init__(ref, documents)
        self.models = models or {}
        self.former_uids = former_uids or {}
        self._words_before = words
        self._known: dict[FieldPath, bool] = {}
        self._writers: dict[Hashable, Any] = {}

    @cached_property
    def fulltext(self) -> WordIndex:
        before, self._words_before = self._words_before, None
        return WordIndex(self.documents, before)

    @property
    def words(self) -> WordIndex | None:
        """The index of words as far as there is one: its own, or that of an earlier snapshot."""
        return self.__dict__.get("fulltext", self._words_before)

    @cached_property
    def by_type(self) -> Mapping[str, tuple[Document, ...]]:
        """The documents of each type that has any, last published first."""
        found: dict[str, list[Document]] = {}
        for document in self.documents:
            found.setdefault(document.type, []).append(document)
        return {type_: tuple(documents) for type_, documents in found.items()}

    def without_indexes(self) -> ServedSnapshot:
        """The same documents, without what was made from them here: that is let go."""
        # Writers know their snapshot. Without this the two would keep each other alive, for ever
        # where the snapshot was there when the garbage collector was told to leave all alone.
        self._writers.clear()
        return ServedSnapshot(
            self.ref, self.documents, models=self.models, former_uids=self.former_uids
        )

    def knows(self, path: FieldPath) -> bool:
        """Whether a filter or an ordering may name the path at this ref.

        A type with nothing published is unknown, with a model or without: Prismic's schema is that
        of published content. Without a model the fields are those that any document of it has.
        """
        if path.type is None or (path.kind is PathKind.UID and self._has_uids(path.type)):
            return path.kind is not PathKind.UNKNOWN
        if path not in self._known:
            self._known[path] = self._has_field(path)
        return self._known[path]

    def _has_uids(self, type_: str) -> bool:
        model = self.models.get(type_)
        if model is not None and model.fields:
            uids = any(each.type == "UID" for each in model.fields)
            return uids and type_ in self.by_type
        return any(document.uid is not None for document in self.by_type.get(type_, ()))

    def _has_field(self, path: FieldPath) -> bool:
        documents = self.by_type.get(path.type or "", ())
        model = self.models.get(path.type or "")
        if documents and model is not None and model.fields:
            return model.field(*path.names) is not None
        return any(_has(document, path.names) for document in documents)

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gave for this key, made again when it was not asked for in a while."""
        made: Made = self._writers.pop(key) if key in self._writers else make()
        self._writers[key] = made
        while len(self._writers) > _KEPT_WRITERS:
            self._writers.pop(next(iter(self._writers)))
        return made

    def called(self, type_: str, uid: str) -> tuple[DocumentId, ...]:
        """The documents of a type that have a UID in any locale, then those that had it before."""
        present = [self.documents[row].id for row in self._rows_by_uid.get((type_, uid), ())]
        former = map(DocumentId, self.former_uids.get((type_, uid), ()))
        return (*present, *(id_ for id_ in former if id_ in self and id_ not in present))


def _has(document: Document, names: tuple[str, ...]) -> bool:
    if len(names) == 1:
        return names[0] in document.fields
    rows = values_at(FieldPath("", PathKind.FIELD, document.type, names[:-1]), document)
    return any(
        names[-1] in row
        for value in rows
        for row in (value if isinstance(value, list) else ())
        if isinstance(row, dict)
    )
