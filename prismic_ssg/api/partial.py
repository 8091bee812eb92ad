"""What a pull needs of a store, and the same in memory where there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from prismic_ssg.content.document import Document, Text

if TYPE_CHECKING:
    from prismic_ssg.api.ingest import Known
    from prismic_ssg.content.changes import History, Place
    from prismic_ssg.content.publication import Dated
    from prismic_ssg.content.snapshot import Snapshot


class Before(Protocol):
    """A page of an earlier snapshot, which may come again as it was."""

    @property
    def outline(self) -> bytes | None:
        """What was added with it, None for nothing."""
        ...

    def document(self, id_: str) -> Known | None:
        """A document of the whole of that snapshot, None where it had none of this id."""
        ...


class Partial(Protocol):
    """The pages of one snapshot that have arrived. The totals are None before the first one."""

    @property
    def pages(self) -> Collection[int]: ...
    @property
    def added(self) -> int:
        """How many came that are not as they were before."""
        ...

    @property
    def total_documents(self) -> int | None: ...
    @property
    def total_pages(self) -> int | None: ...

    def before(self, number: int) -> Any:
        """The page of this number in an earlier snapshot, as Before says it."""
        ...

    def prepare(self, texts: Iterable[Text], before: Any) -> Any:
        """The `rows` that add() takes: the part of its work that any thread can do.

        Raises ContentError for a text that is no document.
        """
        ...

    def add(
        self, page: int, rows: Any, *, documents: int, pages: int, outline: bytes | None = None
    ) -> None:
        """Keep a page. Of one that came as it was, `rows` is that, or its documents as they were
        known. Raises ValueError where one of its documents was on another one."""
        ...

    def flush(self) -> None:
        """Keep what add() may have put off. Raises ValueError as it does."""
        ...

    def __len__(self) -> int: ...

    def finish(self, at_s: float) -> None:
        """All is there and adds up, at this time in seconds since the epoch."""
        ...

    def discard(self) -> None: ...


class Store(Protocol):
    """Where pulled documents stay; `store.snapshots.SnapshotStore` is one.

    What its methods give is said there.
    """

    def has(self, place: Place) -> bool: ...

    def load(self, place: Place) -> Snapshot | None: ...

    def begin(self, place: Place, page_size: int, *, anew: bool = False) -> Partial: ...

    def remember(
        self, repository: str, query: str, asked: str, ref: str, answer: bytes
    ) -> None: ...

    def recall(self, repository: str, query: str, asked: str) -> tuple[str, bytes] | None: ...


class Earlier(Protocol):
    """The documents of a snapshot; `store.derived_snapshots.EarlierDocuments` are such.

    Everything raises ValueError where it is gone meanwhile.
    """

    @property
    def count(self) -> int: ...
    @property
    def newest_s(self) -> int: ...
    @property
    def undated(self) -> str | None: ...

    def some(self, ids: Collection[str]) -> Mapping[str, Dated]: ...

    def published(
        self, *, since_s: int | None = None, before_s: int | None = None
    ) -> Sequence[tuple[int, str]]: ...

    def naming(self, ids: Collection[str]) -> Collection[str]: ...


class LastingStore(Store, Protocol):
    """A store that still has what was pulled before.

    `fresh` is what a pull leaves in its process until the snapshot is loaded; it can be pickled.
    """

    fresh: Any

    def history(self, place: Place) -> History | None: ...

    def earlier(self, place: Place) -> Earlier: ...

    def put_over(
        self, old: Place, new: Place, texts: Iterable[Text], *, without: Collection[str]
    ) -> bool: ...

    def tidy(self) -> None: ...


class MemoryStore:
    """Keeps one snapshot while it is pulled. Of documents that are equal `over` there, it keeps
    those."""

    def __init__(self, over: Snapshot | None = None) -> None:
        self._over = over
        self._partial = MemoryPartial()

    def has(self, place: Place) -> bool:
        return self._partial.is_finished

    def load(self, place: Place) -> Snapshot | None:
        from prismic_ssg.content.snapshot import Snapshot

        return Snapshot(place.ref, self._partial.documents) if self.has(place) else None

    def begin(self, place: Place, page_size: int, *, anew: bool = False) -> MemoryPartial:
        self._partial = MemoryPartial(self._over)
        return self._partial

    def remember(self, repository: str, query: str, asked: str, ref: str, answer: bytes) -> None:
        pass

    def recall(self, repository: str, query: str, asked: str) -> tuple[str, bytes] | None:
        return None


class _Nothing:
    """No page of an earlier snapshot: documents in memory are not known by their digests."""

    outline = None

    def document(self, id_: str) -> None:
        return None


class MemoryPartial:
    """Documents that have arrived, by id."""

    pages: Collection[int] = ()
    total_documents: int | None = None
    total_pages: int | None = None

    def __init__(self, over: Snapshot | None = None) -> None:
        self.is_finished = False
        self._over = over
        self._found: dict[str, Document] = {}

    @property
    def documents(self) -> Iterable[Document]:
        return self._found.values()

    def before(self, number: int) -> _Nothing:
        return _Nothing()

    def prepare(self, texts: Iterable[Text], before: object) -> list[Document]:
        return [self._known(Document.from_json(text.json)) for text in texts]

    @property
    def added(self) -> int:
        return len(self._found)

    def _known(self, document: Document) -> Document:
        known = None if self._over is None else self._over.get(document.id)
        return known if known is not None and known.digest == document.digest else document

    def add(
        self,
        page: int,
        rows: Sequence[Document],
        *,
        documents: int,
        pages: int,
        outline: bytes | None = None,
    ) -> None:
        for document in rows:
            if self._found.setdefault(document.id, document) is not document:
                raise ValueError(f"document {document.id!r} came twice")

    def flush(self) -> None:
        return

    def __len__(self) -> int:
        return len(self._found)

    def finish(self, at_s: float) -> None:
        self.is_finished = True

    def discard(self) -> None:
        self._found.clear()
