"""What a snapshot may have beside its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from prismic_ssg.content.document import Document, DocumentId

T = TypeVar("T")


class FulltextIndex(Protocol):
    """What answers the two filters that rank by all documents' words. Scores: higher is nearer."""

    def search(self, path: str, text: str) -> Mapping[DocumentId, float]:
        """The score of each document with every word of `text` at a path: `document`, a field."""
        ...

    def similar(self, document_id: str, max_documents: int) -> Mapping[DocumentId, float]:
        """The score of each document like one, by words that at most `max_documents` have."""
        ...


class FieldColumns(Protocol):
    """What gives one field of many documents without their texts."""

    def column(
        self, name: str, documents: Sequence[Document], read: Callable[[Any], T]
    ) -> Iterator[T]:
        """What `read` makes of the field of each document, decoded; of None for one without it.

        Fields that are equal may be read once: what comes of it is not to be changed.
        """
        ...
