"""What to call a document that names itself nowhere in particular."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from prismic_ssg.content.document import Document

# The names that models give to a title, most telling first.
_NAMES = ("title", "name", "heading", "headline", "label")


def title_of(document: Document) -> str:
    """The title field, or else the first heading, or the first short text; then UID or type.

    A field counts by its name, in any spelling of `title` or `name` (`siteTitle` does too).
    """
    for name in _candidates(document):
        text = _plain(document.field(name))
        if text:
            return text
    for name in document.names:
        for text in _headings(document.field(name)):
            return text
    return document.uid or document.type.replace("_", " ").replace("-", " ").capitalize()


def title_field(document: Document) -> str | None:
    """The name of the field that `title_of` found its text in, None for a heading deeper down."""
    for name in _candidates(document):
        if _plain(document.field(name)):
            return name
    for name in document.names:
        value = document.field(name)
        if _is_rich_text(value) and any(True for _ in _headings(value)):
            return name if len(value) == 1 else None
    return None


def _candidates(document: Document) -> Iterator[str]:
    """Names under which a title may be, the likeliest first: most documents need one."""
    yield from _NAMES
    yield from _alike(document.names)


def likely_title(names: Iterable[str]) -> str | None:
    """Which of a model's fields its documents are called by, as far as names say that."""
    known = list(names)
    return next((name for name in (*_NAMES, *_alike(known)) if name in known), None)


def _alike(names: Iterable[str]) -> list[str]:
    """Fields such as `site_title` or `fullName`; `meta_title` is for search engines only."""
    return [
        name
        for name in names
        if name.lower().endswith(("title", "name")) and not name.lower().startswith(("meta", "sub"))
    ]


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if _is_rich_text(value) and len(value) == 1:
        return str(value[0].get("text") or "").strip()
    return ""


def _is_rich_text(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(block, dict) and "type" in block for block in value)
    )


def _headings(value: Any) -> Iterator[str]:
    """Texts of the headings in a field's value: of rich text, and of slices and groups in it."""
    if isinstance(value, dict):
        if str(value.get("type", "")).startswith("heading") and value.get("text"):
            yield str(value["text"]).strip()
            return
        for inner in value.values():
            yield from _headings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _headings(inner)
