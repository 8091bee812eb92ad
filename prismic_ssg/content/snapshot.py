"""All documents at one ref, and the answers to queries about them.

Immutable to its users. Indexes and columns (what a reading makes of one path in every document of
a type) are built when first needed and kept: 10,000 documents are decoded once for each path, not
once for each query.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.document import Document, DocumentId, Ref
from prismic_ssg.content.field_paths import (
    FieldPath,
    column_reader,
    parse_path,
    values_at,
    values_in,
)
from prismic_ssg.content.matching import (
    RANKED,
    atoms,
    check_path,
    condition_of,
    distance_km,
    points,
)
from prismic_ssg.content.operators import PathKind
from prismic_ssg.content.orderings import in_default_order, sort_value
from prismic_ssg.content.query import RANKING, Query
from prismic_ssg.content.result_page import ResultPage
from prismic_ssg.content.rows import Row, by_id, rows_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prismic_ssg.content.filters import Filter
    from prismic_ssg.content.indexes import FieldColumns, FulltextIndex
    from prismic_ssg.content.matching import Reading
    from prismic_ssg.content.orderings import Ordering, SortValue

# Templates ask the same few questions on every page. 256 answers of 10,000 rows are 20 MB.
_KEPT_ANSWERS = 256

# Each way of ordering that is kept is a number for every document: 40 kB for 10,000.
_KEPT_PLACES = 32

# Up to here it is cheaper to read the rows alone than to read a column of all.
_FEW_ROWS = 20


class Snapshot:
    """Documents at one ref. Raises ContentError, with `document_id`, where two have one id.

    Where there are `fields`, columns are read from those instead of from the documents.
    """

    def __init__(
        self, ref: str, documents: Iterable[Document], *, fields: FieldColumns | None = None
    ) -> None:
        self._begin(ref, fields)
        self._by_id = by_id(documents)

    def _begin(self, ref: str, fields: FieldColumns | None) -> None:
        self.ref = Ref(ref)
        self.fields = fields
        self._columns: dict[tuple[FieldPath, Reading], dict[Row, Any]] = {}
        self._indexes: dict[FieldPath, Mapping[str, list[Row]]] = {}
        self._answers: dict[Query, tuple[Document, ...]] = {}
        self._given: Mapping[str, tuple[str, ...]] = {}
        self._places: dict[tuple[Ordering, ...], array[int]] = {}
        self._levels: dict[tuple[tuple[Ordering, ...], tuple[SortValue, ...]], list[Document]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._by_id

    def __repr__(self) -> str:
        return f"<Snapshot {self.ref} of {len(self)} documents>"

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """All documents, last published first."""
        return tuple(in_default_order(list(self._by_id.values())))

    def get(self, document_id: str) -> Document | None:
        """The document with this id, None where there is none."""
        return self._by_id.get(document_id)

    def by_uid(self, type_: str, uid: str, lang: str = "*") -> Document | None:
        """The document of this type and UID in a locale; of any locale, the last published."""
        for row in self._rows_by_uid.get((type_, uid), ()):
            document = self.documents[row]
            if lang in ("*", document.lang):
                return document
        return None

    def readings(self, path: FieldPath, reading: Reading) -> Mapping[DocumentId, Any]:
        """What a reading makes of the values at a path, of every document of its type, by id."""
        ids = self._ids
        return {ids[row]: read for row, read in self._column(path, reading).items()}

    def level_with(
        self, orderings: tuple[Ordering, ...], document: Document
    ) -> tuple[Document, ...]:
        """The other documents that these orderings do not tell from this one."""
        values = tuple(
            sort_value(values_at(ordering.field_path, document)) for ordering in orderings
        )
        # The same of many queries, as of one document that was edited.
        level = self._levels.get((orderings, values))
        if level is None:
            rows: Sequence[Row] = range(len(self.documents))
            for ordering, value in zip(orderings, values, strict=True):
                column = self._column(ordering.field_path, sort_value)
                rows = [row for row in rows if column.get(row) == value]
            level = self._levels[orderings, values] = [self.documents[row] for row in rows]
        return tuple(each for each in level if each.id != document.id)

    def ties(self, orderings: tuple[Ordering, ...]) -> Iterator[tuple[SortValue, ...]]:
        """What several documents have that these orderings do not tell from one another."""
        columns = [self._column(each.field_path, sort_value) for each in orderings]
        rows = range(len(self.documents))
        counts = Counter([tuple([column.get(row) for column in columns]) for row in rows])
        self._drop_columns(orderings)
        return (values for values, times in counts.items() if times > 1)

    @cached_property
    def fulltext(self) -> FulltextIndex:
        """The words of all documents, indexed when somebody first searches them."""
        from prismic_ssg.content.word_index import WordIndex

        return WordIndex(self.documents)

    def run(self, query: Query) -> tuple[Document, ...]:
        """The whole answer in its order, without `limit`, `offset` and paging. Raises ContentError
        for a query that can't be asked."""
        query = query.whole
        answer = self._answers.get(query)
        if answer is None:
            if len(self._answers) >= _KEPT_ANSWERS:
                self._answers.clear()
            answer = self._answers[query] = self._answer(query)
        return answer

    def select(self, query: Query) -> tuple[Document, ...]:
        """The piece of the answer that `offset` and `limit` cut out."""
        if self._given and (ids := self._given.get(query.to_text())) is not None:
            found = [self.get(id_) for id_ in ids]
            if None not in found:
                return tuple(document for document in found if document is not None)
        end = None if query.limit is None else query.offset + query.limit
        return self.run(query)[query.offset : end]

    def know(self, answers: Mapping[str, tuple[str, ...]]) -> None:
        """What `select` gives for some queries, by their texts: ids that were found before, in
        content of which nothing that has changed since touches these answers."""
        self._given = answers

    def page(self, query: Query) -> ResultPage:
        """The answer's page `query.page`, empty past the end. Page sizes are not capped here."""
        answer = self.run(query)
        start = (query.page - 1) * query.page_size
        return ResultPage(
            answer[start : start + query.page_size], query.page, query.page_size, len(answer)
        )

    def _answer(self, query: Query) -> tuple[Document, ...]:
        scores = {
            filter_: self._scores(filter_) for filter_ in query.filters if filter_.name in RANKED
        }
        rows = self._candidates(query.filters, scores.values())
        for filter_ in query.filters:
            rows = self._passing(filter_, rows, scores.get(filter_))
        documents = self.documents
        if query.lang != "*":
            langs, lang = self._langs, query.lang
            rows = [row for row in rows if langs[row] == lang]
        rows = self._ordered(query, rows, scores)
        answer = tuple(documents[row] for row in rows)
        for position, document in enumerate(answer if query.after else ()):
            if document.id == query.after:
                return answer[position + 1 :]
        return answer

    # Which rows.

    def _candidates(
        self, filters: tuple[Filter, ...], scores: Iterable[Mapping[DocumentId, float]]
    ) -> list[Row]:
        """The shortest list that an index has for one of the filters, in the default order."""
        indexed = [rows for filter_ in filters if (rows := self._indexed(filter_)) is not None]
        indexed += [sorted(self._rows_by_id[id_][0] for id_ in found) for found in scores]
        return min(indexed, key=len) if indexed else list(range(len(self.documents)))

    def _indexed(self, filter_: Filter) -> list[Row] | None:
        """All rows that can pass, where an index tells; None where none does."""
        if filter_.path is None:
            return None
        path = parse_path(filter_.path)
        wanted: Any = None
        if filter_.name in ("at", "any", "in"):
            (given,) = filter_.args
            wanted = given if isinstance(given, tuple) else (given,)
        index: Mapping[Any, list[Row]]
        match path.kind:
            case PathKind.ID if wanted is not None:
                index = self._rows_by_id
            case PathKind.TYPE if wanted is not None:
                index = self._rows_by_type
            case PathKind.UID if wanted is not None:
                index = self._rows_by_uid
                wanted = [(path.type, uid) for uid in wanted]
            case PathKind.TAGS if wanted:
                index = self._rows_by_tag
                if filter_.name == "at":
                    wanted = (min(wanted, key=lambda tag: len(index.get(tag, ()))),)
            case PathKind.FIELD if self._is_indexed(path, wanted):
                index = self._rows_by_text(path)
            case PathKind.UID | PathKind.FIELD:
                index, wanted = self._rows_by_type, (path.type,)
            case _:
                return None
        if len(wanted) == 1:
            return index.get(wanted[0], [])
        return sorted({row for key in wanted for row in index.get(key, ())})

    def _is_indexed(self, path: FieldPath, wanted: Sequence[Any] | None) -> bool:
        """Whether `_rows_by_text` answers at once. Not before the column is there: where another
        filter leaves few rows, to read those alone is cheaper."""
        return (
            wanted is not None
            and (path, atoms) in self._columns
            and all(isinstance(value, str) for value in wanted)
        )

    def _passing(
        self, filter_: Filter, rows: list[Row], scores: Mapping[DocumentId, float] | None
    ) -> list[Row]:
        if scores is not None:
            ids = self._ids
            return [row for row in rows if ids[row] in scores]
        condition = condition_of(filter_)
        path, reading, holds = condition.path, condition.reading, condition.holds
        if filter_.name == "at" and path.kind is PathKind.TYPE:
            return self._of_type(filter_.args[0], rows)
        if path.type is not None:
            rows = self._of_type(path.type, rows)
        if len(rows) <= _FEW_ROWS and (path, reading) not in self._columns:
            read, documents = column_reader(path), self.documents
            return [row for row in rows if holds(reading(read(documents[row])))]
        column = self._column(path, reading)
        return [row for row in rows if holds(column[row])]

    def _of_type(self, type_: str, rows: list[Row]) -> list[Row]:
        """Those of these rows, each looked at: a column of 100,000 documents would be 20 MB."""
        if rows is self._rows_by_type.get(type_):
            return rows
        documents = self.documents
        return [row for row in rows if documents[row].type == type_]

    # In which order.

    def _ordered(
        self, query: Query, rows: list[Row], scores: Mapping[Filter, Mapping[DocumentId, float]]
    ) -> list[Row]:
        if not query.orderings:
            return self._ranked(query, rows, scores)
        places = self._places.get(query.orderings)
        if places is None:
            count = len(self.documents)
            if len(rows) < count // 8:
                return self._sorted(query.orderings, rows)
            # Many rows: sorting them by their places in the order of all is sorting numbers.
            if len(self._places) >= _KEPT_PLACES:
                self._places.clear()
            places = array("I", range(count))
            for place, row in enumerate(self._sorted(query.orderings, list(places))):
                places[row] = place
            self._places[query.orderings] = places
            self._drop_columns(query.orderings)
        return sorted(rows, key=places.__getitem__)

    def _drop_columns(self, orderings: tuple[Ordering, ...]) -> None:
        """Forget what documents are ordered by: nearly all who ask again have the places, and it is
        a fifth of what a document takes."""
        for ordering in orderings:
            self._columns.pop((ordering.field_path, sort_value), None)

    def _sorted(self, orderings: tuple[Ordering, ...], rows: list[Row]) -> list[Row]:
        """Sorted by the last ordering first: sorts are stable, and rows begin in default order."""
        for ordering in reversed(orderings):
            column = self._column(ordering.field_path, sort_value)
            there = [row for row in rows if column.get(row) is not None]
            absent = [row for row in rows if column.get(row) is None]
            there.sort(key=column.__getitem__, reverse=ordering.descending)
            rows = there + absent
        return rows

    def _ranked(
        self, query: Query, rows: list[Row], scores: Mapping[Filter, Mapping[DocumentId, float]]
    ) -> list[Row]:
        filter_ = next((f for f in query.filters if f.name in RANKING), None)
        if filter_ is None:
            return rows
        documents = self.documents
        if filter_ in scores:
            score, ids = scores[filter_], self._ids
            # Stable also in reverse: equal scores stay in the default order.
            return sorted(rows, key=lambda row: score[ids[row]], reverse=True)
        path = parse_path(filter_.path or "")
        if filter_.name == "in":
            (wanted,) = filter_.args
            place = {value: number for number, value in reversed(list(enumerate(wanted)))}
            if path.kind is PathKind.ID:
                return sorted(rows, key=lambda row: place[documents[row].id])
            return sorted(rows, key=lambda row: place[documents[row].uid])
        column = self._column(path, points)
        centre = (filter_.args[0], filter_.args[1])
        return sorted(rows, key=lambda row: min(distance_km(centre, at) for at in column[row]))

    def _scores(self, filter_: Filter) -> Mapping[DocumentId, float]:
        if filter_.name == "similar":
            return self.fulltext.similar(*filter_.args)
        check_path(filter_)
        return self.fulltext.search(filter_.path or "", *filter_.args)

    # Indexes and columns.

    def _column(self, path: FieldPath, reading: Reading) -> Mapping[Row, Any]:
        """The reading at a path for every row of the path's type; for all rows if it has none."""
        column = self._columns.get((path, reading))
        if column is None:
            documents = self.documents
            if path.type is None:
                rows: Sequence[Row] = range(len(documents))
            else:
                rows = self._rows_by_type.get(path.type, ())
            column = dict(zip(rows, self._read(path, rows, reading), strict=True))
            self._columns[path, reading] = column
        return column

    def _read(self, path: FieldPath, rows: Sequence[Row], reading: Reading) -> Iterator[Any]:
        """The reading at a path of each of these rows, which are all of the path's type."""
        documents = [self.documents[row] for row in rows]
        if self.fields is None or path.kind is not PathKind.FIELD:
            return map(reading, map(column_reader(path), documents))
        return self.fields.column(
            path.names[0], documents, lambda value: reading(values_in(path, value))
        )

    @cached_property
    def _langs(self) -> list[str]:
        return [document.envelope.lang for document in self.documents]

    @cached_property
    def _ids(self) -> list[DocumentId]:
        return [document.id for document in self.documents]

    @cached_property
    def _rows_by_id(self) -> dict[str, list[Row]]:
        return {document.id: [row] for row, document in enumerate(self.documents)}

    @cached_property
    def _rows_by_type(self) -> dict[str, list[Row]]:
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        for row, document in enumerate(self.documents):
            rows[document.type].append(row)
        return dict(rows)

    @cached_property
    def _rows_by_uid(self) -> dict[tuple[str, str], list[Row]]:
        return rows_by(
            () if document.uid is None else ((document.type, document.uid),)
            for document in self.documents
        )

    @cached_property
    def _rows_by_tag(self) -> dict[str, list[Row]]:
        return rows_by(frozenset(document.tags) for document in self.documents)

    def _rows_by_text(self, path: FieldPath) -> Mapping[str, list[Row]]:
        """The rows that have a text at a path, or a link to the document with this id.

        A site asks for the posts of each of its authors: each time all would be looked at.
        """
        index = self._indexes.get(path)
        if index is None:
            column = self._column(path, atoms)
            texts = ({each for each in found if isinstance(each, str)} for found in column.values())
            index = self._indexes[path] = rows_by(texts, column)
        return index
