"""Fields as the Content API gives them, for type checkers: what `prismic-ssg types` builds on.

An image, an embed, a place or a link that is empty lacks the members that a filled one has, so that
all of them may be absent: `image.get("url")` is None for an empty image.
"""

# Without `annotations` from __future__: Required and NotRequired are not seen in texts, so that a
# library that validates by these types at run time would take every member for optional.
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Literal, Required, Self, TypedDict, TypeVar

import msgspec

from prismic_ssg.content.document import Document

__all__ = [
    "AnySlice",
    "CompositeSlice",
    "DocumentLink",
    "Embed",
    "GeoPoint",
    "Image",
    "Link",
    "MediaLink",
    "Relationship",
    "RichText",
    "SharedSlice",
    "Table",
    "TypedDocument",
    "VariantDocumentLink",
    "VariantLink",
    "VariantMediaLink",
    "VariantWebLink",
    "WebLink",
]

V = TypeVar("V", bound=str)


class Dimensions(TypedDict):
    """Width and height, in pixels."""

    width: int
    height: int


class Edit(TypedDict):
    """How an editor cropped an image."""

    x: float
    y: float
    zoom: float
    background: str


class Image(TypedDict, total=False):
    """An image. Its responsive views are members beside these, by their names."""

    dimensions: Dimensions
    alt: str | None
    copyright: str | None
    url: str
    id: str
    edit: Edit


class Embed(TypedDict, total=False):
    """What a provider said by oEmbed; providers may say more, and leave out anything."""

    embed_url: str
    type: str
    version: str | None
    title: str | None
    author_name: str | None
    author_url: str | None
    provider_name: str | None
    provider_url: str | None
    cache_age: str | float | None
    thumbnail_url: str | None
    thumbnail_width: float | None
    thumbnail_height: float | None
    html: str | None
    width: float | None
    height: float | None


class GeoPoint(TypedDict, total=False):
    """A place, in degrees."""

    latitude: float
    longitude: float


class _LinkMembers(TypedDict, Generic[V], total=False):
    key: str
    text: str
    variant: V


class VariantWebLink(_LinkMembers[V], total=False):
    """A link to an address."""

    link_type: Required[Literal["Web"]]
    url: str
    target: str


class VariantMediaLink(_LinkMembers[V], total=False):
    """A link to a file. `size`, `width` and `height` are numbers as text."""

    link_type: Required[Literal["Media"]]
    id: str
    url: str
    name: str
    kind: str
    size: str
    width: str | None
    height: str | None
    target: str


class _Relationship(_LinkMembers[V], total=False):
    link_type: Required[Literal["Document"]]
    id: str
    type: str
    tags: list[str]
    lang: str | None
    slug: str
    first_publication_date: str | None
    last_publication_date: str | None
    uid: str
    url: str | None
    isBroken: bool
    target: str


class VariantDocumentLink(_Relationship[V], total=False):
    """A link to a document; `data` has what `fetchLinks` or a GraphQuery asked for."""

    data: dict[str, Any]


class _EmptyLink(_LinkMembers[V], total=False):
    link_type: Required[Literal["Any"]]


class Relationship(_Relationship[V], total=False):
    """A content relationship of whose `data` a model says what is in it."""


WebLink = VariantWebLink[str]
MediaLink = VariantMediaLink[str]
DocumentLink = VariantDocumentLink[str]

# A link to anything; `link["link_type"]` says to what.
VariantLink = VariantWebLink[V] | VariantMediaLink[V] | VariantDocumentLink[V] | _EmptyLink[V]
Link = VariantLink[str]


class HyperlinkSpan(TypedDict):
    """Text that is a link. `start` and `end` count UTF-16 units."""

    start: int
    end: int
    type: Literal["hyperlink"]
    data: Link


class Label(TypedDict):
    """What a label is called."""

    label: str


class LabelSpan(TypedDict):
    """Text with a label."""

    start: int
    end: int
    type: Literal["label"]
    data: Label


class StyleSpan(TypedDict):
    """Text that is strong or emphasised."""

    start: int
    end: int
    type: Literal["strong", "em"]


Span = StyleSpan | HyperlinkSpan | LabelSpan


class TextBlock(TypedDict, total=False):
    """A block of rich text that has text."""

    type: Required[
        Literal[
            "heading1",
            "heading2",
            "heading3",
            "heading4",
            "heading5",
            "heading6",
            "paragraph",
            "preformatted",
            "list-item",
            "o-list-item",
        ]
    ]
    text: Required[str]
    spans: Required[list[Span]]
    direction: Literal["ltr", "rtl"]
    label: str


class ImageBlock(Image, total=False):
    """An image in rich text."""

    type: Required[Literal["image"]]
    linkTo: Link | None
    direction: Literal["ltr", "rtl"]
    label: str


class EmbedBlock(TypedDict, total=False):
    """An embed in rich text."""

    type: Required[Literal["embed"]]
    oembed: Required[Embed]
    direction: Literal["ltr", "rtl"]
    label: str


RichText = list[TextBlock | ImageBlock | EmbedBlock]


class Cell(TypedDict):
    """A cell of a table."""

    key: str
    type: Literal["header", "data"]
    content: RichText


class Row(TypedDict):
    """A row of a table."""

    key: str
    cells: list[Cell]


class Rows(TypedDict):
    """The head or the body of a table."""

    rows: list[Row]


class Table(TypedDict, total=False):
    """A table."""

    head: Rows | None
    body: Required[Rows]


class SharedSlice(TypedDict, total=False):
    """What all shared slices have."""

    id: str
    version: str
    slice_label: str | None


class CompositeSlice(TypedDict, total=False):
    """What all slices have that are written into a custom type."""

    id: str
    slice_label: str | None


class AnySlice(TypedDict, total=False):
    """A slice of which no model is known."""

    slice_type: Required[str]
    variation: str
    version: str
    id: str
    slice_label: str | None
    primary: dict[str, Any]
    items: list[dict[str, Any]]
    value: Any


@dataclass(frozen=True)
class TypedDocument:
    """What every document has. Its fields are `data`, in the class for its type."""

    TYPE: ClassVar[str]

    id: str
    uid: str | None
    lang: str
    tags: tuple[str, ...]
    first_publication_date: str | None
    last_publication_date: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        """A document that a Client gave, typed. Raises TypeError for one of another type."""
        if document.type != cls.TYPE:
            raise TypeError(
                f"document {document.id!r} is a {document.type!r}, and {cls.__name__} is for "
                f"{cls.TYPE!r}"
            )
        members: dict[str, Any] = {"data": msgspec.json.decode(document.envelope.data)}
        for each in fields(cls):
            if each.name != "data":
                members[each.name] = getattr(document.envelope, each.name)
        return cls(**members)
