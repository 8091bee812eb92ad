"""Table fields as HTML, as the official component packages write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.html_text import attributes_html
from prismic_ssg.content.richtext_html import as_html
from prismic_ssg.errors import FieldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismic_ssg.content.links import LinkResolver
    from prismic_ssg.content.richtext import Json, Serializer
    from prismic_ssg.content.richtext_html import SerializerMap

# The tags of a table, for which a serializer map may hold attributes.
TABLE_TAGS = ("table", "thead", "tbody", "tr", "th", "td")


def table_html(
    table: Json | None,
    *,
    link_resolver: LinkResolver | None = None,
    serializer: SerializerMap | Serializer | None = None,
    quirks: bool = False,
    safe: bool = False,
) -> str | None:
    """A table field as `<table>`, with `<thead>` where it has a head; None for None.

    Header cells are `<th>`, others `<td>`; what is in them is rich text, for which the arguments
    are those of `as_html`. A serializer map may also hold attributes for `table`, `thead`,
    `tbody`, `tr`, `th` and `td`.

    Raises FieldError, with the path in `.field`, where `table` is none.
    """
    if table is None:
        return None
    attributes = _tag_attributes(serializer)

    def tag(name: str, inner: str) -> str:
        return f"<{name}{attributes.get(name, '')}>{inner}</{name}>"

    def cell(path: str, value: Any) -> str:
        try:
            content = as_html(
                _member(path, value, "content"),
                link_resolver=link_resolver,
                serializer=serializer,
                quirks=quirks,
                safe=safe,
            )
        except FieldError as error:
            if error.field is None or not error.field.startswith(path):
                error.field = f"{path}.content{error.field or ''}"
            raise
        return tag("th" if value.get("type") == "header" else "td", content or "")

    parts = []
    for name, tag_name in (("head", "thead"), ("body", "tbody")):
        if _member("", table, name) is not None:
            rows = [
                tag("tr", "".join([cell(*each) for each in _each(path, row, "cells")]))
                for path, row in _each(name, table[name], "rows")
            ]
            parts.append(tag(tag_name, "".join(rows)))
    return tag("table", "".join(parts))


def _each(path: str, owner: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The members of the list `owner[name]`, each with its path."""
    members = _member(path, owner, name)
    if not isinstance(members, (list, tuple)):
        raise _malformed(f"{path}.{name}", "there is no list")
    return ((f"{path}.{name}[{at}]", member) for at, member in enumerate(members))


def _member(path: str, owner: Any, name: str) -> Any:
    if not isinstance(owner, Mapping):
        raise _malformed(path, "there is no object")
    return owner.get(name)


def _malformed(path: str, fault: str) -> FieldError:
    return FieldError(
        f"not a table field: {fault}" + (f" · {path}" if path else ""),
        field=path or None,
        hint="give the field's value as the Content API sends it",
    )


def _tag_attributes(serializer: Any) -> dict[str, str]:
    if not isinstance(serializer, Mapping):
        return {}
    return {
        name: attributes_html(serializer[name].items())
        for name in TABLE_TAGS
        if isinstance(serializer.get(name), Mapping)
    }
