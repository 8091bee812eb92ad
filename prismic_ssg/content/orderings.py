"""Orderings: `[my.product.price,document.first_publication_date desc]`, and a document's place.

A document that has nothing at the path comes last in both directions. What is equal by all
orderings is in the default order: last published first, then by id. Prismic leaves both open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.field_paths import FieldPath, parse_path, values_at
from prismic_ssg.content.matching import atoms
from prismic_ssg.content.operators import PathKind

if TYPE_CHECKING:
    from prismic_ssg.content.document import Document

OrderingsInput = str | Mapping[str, str] | Sequence[str | Mapping[str, str]]
# A number or a text with its rank before it, so that the two can be compared; None has no place.
SortValue = tuple[int, float] | tuple[int, str] | None

_UNORDERABLE = frozenset({PathKind.DOCUMENT, PathKind.TAGS, PathKind.UNKNOWN})


class Ordering(msgspec.Struct, frozen=True):
    """One path to order by. `str()` is the API's text, where ascending is not written."""

    path: str
    descending: bool = False

    def __post_init__(self) -> None:
        if parse_path(self.path).kind in _UNORDERABLE:
            raise ValueError(f"orderings: can't order by {self.path!r}: {_ALLOWED}")

    def __str__(self) -> str:
        return f"{self.path} desc" if self.descending else self.path

    @property
    def field_path(self) -> FieldPath:
        return parse_path(self.path)


_ALLOWED = (
    "use 'my.TYPE.FIELD', 'document.first_publication_date' or 'document.last_publication_date', "
    "with ' desc' after it for descending"
)


def parse_orderings(given: OrderingsInput) -> tuple[Ordering, ...]:
    """The orderings in the API's text, in a Python string or mapping, or in a list of those.

    Text may be in brackets, also twice: the official client wraps what the user wrapped. A mapping
    is `{"field": …, "direction": "asc" or "desc"}`, direction optional.

    Raises TypeError or ValueError.
    """
    if isinstance(given, str):
        return tuple(_parse_one(part) for part in _unwrap(given).split(",") if part.strip())
    if isinstance(given, Mapping):
        return (_from_mapping(given),)
    if not isinstance(given, Sequence):
        raise TypeError(f"orderings: must be a string, a mapping or a list, not {given!r}")
    orderings: list[Ordering] = []
    for element in given:
        if isinstance(element, Ordering):
            orderings.append(element)
        elif isinstance(element, str):
            orderings += parse_orderings(element)
        elif isinstance(element, Mapping):
            orderings.append(_from_mapping(element))
        else:
            raise TypeError(f"orderings: an element must be a string or mapping, not {element!r}")
    return tuple(orderings)


def orderings_to_wire(orderings: Sequence[Ordering]) -> str:
    """The text of the `orderings` parameter; `[]` for none."""
    return f"[{','.join(map(str, orderings))}]"


def _unwrap(text: str) -> str:
    for _ in range(2):
        text = text.strip()
        if text.startswith("[") and text.endswith("]"):
            text = text[1:-1]
    return text


def _parse_one(text: str) -> Ordering:
    match text.split():
        case [path]:
            return _ordering(path, "asc", text)
        case [path, direction]:
            return _ordering(path, direction, text)
        case _:
            raise ValueError(f"orderings: no ordering: {text.strip()!r}: {_ALLOWED}")


def _from_mapping(given: Mapping[str, str]) -> Ordering:
    unknown = given.keys() - {"field", "direction"}
    if unknown or not isinstance(given.get("field"), str):
        raise ValueError(f"orderings: keys must be 'field' and perhaps 'direction', not {given!r}")
    return _ordering(given["field"], given.get("direction", "asc"), given)


def _ordering(path: str, direction: str, given: object) -> Ordering:
    if direction not in ("asc", "desc"):
        raise ValueError(f"orderings: direction must be 'asc' or 'desc' in {given!r}")
    try:
        return Ordering(path, descending=direction == "desc")
    except ValueError:
        raise ValueError(f"orderings: can't order by {path!r}: {_ALLOWED}") from None


def sort_value(values: list[Any]) -> SortValue:
    """What a document is ordered by: the first value that has an order; a reading, as in matching.

    Numbers come before text. Text is compared by code points, as are dates, which are text that
    sorts by time; rich text by its plain text, a link to a document by the id.
    """
    for value in values:
        if isinstance(value, int | float):
            return (0, value)
        text = value if isinstance(value, str) else _plain_text(value)
        if text:
            return (1, text)
    return None


def _plain_text(value: Any) -> str:
    if isinstance(value, list):
        blocks = [block.get("text") for block in value if isinstance(block, dict)]
        if text := " ".join(block for block in blocks if isinstance(block, str) and block):
            return text
    return str(next(iter(atoms([value])), ""))


def in_default_order(documents: Sequence[Document]) -> list[Document]:
    """Last published first, drafts without a date at the end; equal dates by id."""
    by_id = sorted(documents, key=lambda document: document.envelope.id)
    return sorted(
        by_id, key=lambda document: document.envelope.last_publication_date or "", reverse=True
    )


def ordering_key(orderings: Sequence[Ordering], document: Document) -> tuple[Any, ...]:
    """What decides a document's place among others: two versions with one key have one place.

    Keys are for comparing with `==` only: they do not know directions.
    """
    return (
        *(sort_value(values_at(ordering.field_path, document)) for ordering in orderings),
        document.envelope.last_publication_date,
        document.id,
    )
