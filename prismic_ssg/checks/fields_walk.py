"""The links and images in a document, each with the path to its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prismic_ssg.content.document import Document


@dataclass(frozen=True)
class Found:
    """A link to a document or an image, at `path` (`body[2].primary.link`).

    `is_hyperlink` is a link of rich text or of an image, which stands in a page as such; other
    links may be there to fetch something by. `model_path` is where a model has the field: names
    without numbers; in a slice first its type, variation and part.
    """

    value: Mapping[str, Any]
    path: str
    is_hyperlink: bool
    model_path: tuple[str, ...]
    is_in_slice: bool = False

    @property
    def is_link(self) -> bool:
        return self.value.get("link_type") == "Document" and isinstance(self.value.get("id"), str)

    @property
    def is_image(self) -> bool:
        return isinstance(self.value.get("url"), str) and "dimensions" in self.value


def found_in(document: Document) -> Iterator[Found]:
    """Every filled link to a document and every filled image: fields, groups, slices, rich text.

    An image's other crops are left out: they share its text.
    """
    for name, raw in document.fields.items():
        text = bytes(raw)
        if b'"Document"' in text or b'"dimensions"' in text:
            for found in _walk(document.field(name), name, (name,)):
                if found.is_link or found.is_image:
                    yield found


def _walk(
    value: Any, path: str, model: tuple[str, ...], *, hyperlink: bool = False, sliced: bool = False
) -> Iterator[Found]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _walk(each, f"{path}[{index}]", model, hyperlink=hyperlink, sliced=sliced)
        return
    if not isinstance(value, dict):
        return
    if "link_type" in value or "dimensions" in value:
        yield Found(value, path, hyperlink, model, sliced)
        if isinstance(value.get("linkTo"), dict):
            yield from _walk(value["linkTo"], path, model, hyperlink=True, sliced=sliced)
        return
    if "slice_type" in value:
        kind = str(value["slice_type"]), str(value.get("variation") or "default")
        for part in ("primary", "items", "value"):
            inner = value.get(part)
            prefix = f"{path}.{part}"
            if isinstance(inner, dict) and part == "primary":
                for name, each in inner.items():
                    yield from _walk(each, f"{prefix}.{name}", (*kind, part, name), sliced=True)
            elif isinstance(inner, list) and part == "items":
                for index, row in enumerate(inner):
                    for name, each in row.items() if isinstance(row, dict) else ():
                        at = f"{prefix}[{index}].{name}"
                        yield from _walk(each, at, (*kind, part, name), sliced=True)
            else:
                yield from _walk(inner, prefix, (*kind, part), sliced=True)
        return
    if isinstance(value.get("spans"), list):
        # A block of rich text: its place is what an editor looks for, not that of the span in it.
        for span in value["spans"]:
            if isinstance(span, dict) and isinstance(span.get("data"), dict):
                yield from _walk(span["data"], path, model, hyperlink=True, sliced=sliced)
        return
    for name, each in value.items():
        if isinstance(each, (dict, list)):
            at = f"{path}.{name}"
            yield from _walk(each, at, (*model, name), hyperlink=hyperlink, sliced=sliced)
