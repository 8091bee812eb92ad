"""Documents by their ids, and their numbers by what the documents have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import count
from typing import TypeVar

from prismic_ssg.content.document import Document
from prismic_ssg.errors import ContentError

# A document's number in the default order. Columns and indexes hold numbers, not documents.
Row = int

Key = TypeVar("Key", bound=Hashable)


def rows_by(
    keys: Iterable[Iterable[Key]], rows: Iterable[Row] | None = None
) -> dict[Key, list[Row]]:
    """The rows that have each key, in order. `keys` are those of each row: of all, or of `rows`."""
    index: defaultdict[Key, list[Row]] = defaultdict(list)
    for row, own in zip(count() if rows is None else rows, keys, strict=False):
        for key in own:
            index[key].append(row)
    return dict(index)


def by_id(documents: Iterable[Document]) -> dict[str, Document]:
    """Documents by their ids. Raises ContentError where two have the same."""
    found: dict[str, Document] = {}
    for document in documents:
        if found.setdefault(document.id, document) is not document:
            raise ContentError(
                f"two documents have the id {document.id!r}",
                document_id=document.id,
                hint="remove one of them, or give it an id of its own",
            )
    return found
