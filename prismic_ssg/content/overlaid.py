"""A snapshot with some documents in the place of others: drafts over what is published."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from prismic_ssg.content.document import Document
from prismic_ssg.content.indexes import FieldColumns
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import original_of

T = TypeVar("T")

Changes = Mapping[str, Document | None]
"""Documents by id, None for one that is not there any more."""


def differences(base: Snapshot, other: Snapshot) -> dict[str, Document | None]:
    """What has to be put over one snapshot to have the documents of another."""
    changed: dict[str, Document | None] = {
        document.id: document
        for document in other
        if (was := base.get(document.id)) is None or not _same(was, document)
    }
    changed.update((document.id, None) for document in base if document.id not in other)
    return changed


def overlaid(base: Snapshot, ref: str, changes: Changes) -> Snapshot:
    """The snapshot with other documents over it. What is kept of the others' fields is used."""
    documents = [document for document in base if document.id not in changes]
    documents += [document for document in changes.values() if document is not None]
    fields = None if base.fields is None else _Fields(base.fields, frozenset(changes))
    return Snapshot(ref, documents, fields=fields)


def _same(one: Document, other: Document) -> bool:
    return one is other or one.digest == other.digest


class _Fields:
    """One field of many documents: what was kept, but for those that were put over, by id, and what
    stands in for these."""

    def __init__(self, base: FieldColumns, others: Collection[str]) -> None:
        self._base = base
        self._others = others

    def column(
        self, name: str, documents: Sequence[Document], read: Callable[[Any], T]
    ) -> Iterator[T]:
        are_others = [original_of(document).id in self._others for document in documents]
        kept = [each for each, other in zip(documents, are_others, strict=True) if not other]
        known = iter(self._base.column(name, kept, read))
        for document, is_other in zip(documents, are_others, strict=True):
            yield read(document.field(name)) if is_other else next(known)
