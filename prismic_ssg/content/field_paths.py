"""Paths of filters and orderings: `document.tags`, `my.blog_post.title`, `my.page.rows.label`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.content.operators import PathKind
from prismic_ssg.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prismic_ssg.content.document import Document

# Identifiers have hyphens: type ids such as `kitchen-sink` are legal.
PATH = re.compile(r"document(?:\.[\w-]+)?|my(?:\.[\w-]+){2,}")

_KINDS = {
    "document": PathKind.DOCUMENT,
    "document.type": PathKind.TYPE,
    "document.id": PathKind.ID,
    "document.tags": PathKind.TAGS,
    "document.first_publication_date": PathKind.PUBLICATION_DATE,
    "document.last_publication_date": PathKind.PUBLICATION_DATE,
}


class FieldPath(msgspec.Struct, frozen=True):
    """A path, taken apart. `type` is the custom type it is limited to, None for `document…`.

    `names` are the field and then the names inside of groups: `("rows", "label")`.
    """

    text: str
    kind: PathKind
    type: str | None = None
    names: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def parse_path(text: str) -> FieldPath:
    """The path that `text` spells. Raises ValueError where it is none."""
    if not PATH.fullmatch(text):
        raise ValueError(f"no path: {text!r}")
    first, *rest = text.split(".")
    if first == "document":
        return FieldPath(text, _KINDS.get(text, PathKind.UNKNOWN))
    type_, *names = rest
    kind = PathKind.UID if names == ["uid"] else PathKind.FIELD
    return FieldPath(text, kind, type_, tuple(names))


def values_at(path: FieldPath, document: Document) -> list[Any]:
    """What the document has at the path: one value, or one for each row of the groups on the way.

    Nothing for a document of another type. Values are decoded JSON, and None where a row lacks the
    field. Splits the document's data into its fields and keeps that, as Document.fields does.
    """
    if path.kind is not PathKind.FIELD:
        return _outside_of_data(path, document)
    if document.type != path.type:
        return []
    return _inside(document.field(path.names[0]), path.names[1:])


def values_in(path: FieldPath, value: Any) -> list[Any]:
    """`values_at` for one whose field, the first of the path's names, is `value`."""
    return _inside(value, path.names[1:])


def column_reader(path: FieldPath) -> Callable[[Document], list[Any]]:
    """`values_at` for one path and many documents of its type, keeping nothing in any of them.

    Skips over all other fields: 4 times faster than splitting, and no memory stays behind.
    """
    if path.kind is not PathKind.FIELD:
        in_envelope = _IN_ENVELOPE.get(path.text)
        return in_envelope or (lambda document: _outside_of_data(path, document))
    decode, names = _field_decoder(path.names[0]), path.names[1:]

    def read(document: Document) -> list[Any]:
        try:
            return _inside(decode(document.envelope.data), names)
        except msgspec.DecodeError as error:
            raise ContentError(
                f"document {document.id!r} ({document.type}) has broken data: {error}",
                document_id=document.id,
                field=path.names[0],
            ) from None

    return read


@lru_cache(maxsize=1024)
def _field_decoder(name: str) -> Callable[[msgspec.Raw], Any]:
    struct = msgspec.defstruct("OneField", [("value", Any, None)], rename={"value": name})
    decode = msgspec.json.Decoder(struct).decode
    return lambda data: decode(data).value  # type: ignore[attr-defined]


_IN_ENVELOPE: Mapping[str, Callable[[Document], list[Any]]] = {
    "document.type": lambda document: [document.envelope.type],
    "document.id": lambda document: [document.envelope.id],
    "document.tags": lambda document: list(document.envelope.tags),
    "document.first_publication_date": lambda document: [document.envelope.first_publication_date],
    "document.last_publication_date": lambda document: [document.envelope.last_publication_date],
}


def _outside_of_data(path: FieldPath, document: Document) -> list[Any]:
    read = _IN_ENVELOPE.get(path.text)
    if read is not None:
        return read(document)
    if path.kind is PathKind.UID and document.envelope.type == path.type:
        return [document.envelope.uid]
    return []


def _inside(value: Any, names: tuple[str, ...]) -> list[Any]:
    if not names:
        return [value]
    if not isinstance(value, list):
        return []
    inner: list[Any] = []
    for row in value:
        if isinstance(row, dict):
            inner += _inside(row.get(names[0]), names[1:])
    return inner
