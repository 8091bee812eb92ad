"""`fetch` and `fetchLinks`: which fields of which custom types are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prismic_ssg.content.fields import is_block

# Field → None for all of it, or the names of a group's fields.
Wanted = Mapping[str, frozenset[str] | None]


def parse_paths(text: str) -> Mapping[str, Wanted]:
    """Custom type → what is wanted of it, from `post.title,post.rows.label`, perhaps in brackets.

    What is no such path is left out, as the API does.
    """
    wanted: dict[str, dict[str, frozenset[str] | None]] = {}
    for path in text.strip().removeprefix("[").removesuffix("]").split(","):
        match path.strip().split("."):
            case [type_, name]:
                wanted.setdefault(type_, {})[name] = None
            case [type_, group, name]:
                of_type = wanted.setdefault(type_, {})
                before = of_type.get(group, frozenset())
                of_type[group] = None if before is None else before | {name}
            case _:
                pass
    return wanted


def fetched(wanted: Wanted, fields: Mapping[str, Any], *, linked: bool) -> dict[str, Any]:
    """The wanted ones among a document's fields. In a linked one, rich text is cut to one block."""
    shown = _summary if linked else _whole
    found = {}
    for name, value in fields.items():
        if name not in wanted:
            continue
        inner = wanted[name]
        if inner is not None and isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            found[name] = [{key: shown(row[key]) for key in row if key in inner} for row in rows]
        else:
            found[name] = shown(value)
    return found


def _whole(value: Any) -> Any:
    return value


def _summary(value: Any) -> Any:
    """Of rich text the first heading, or else the first block with text; anything else as it is.

    Source: `renderSummaryJson` of @prismicio/api-renderer 7.1.3.
    """
    if not (isinstance(value, list) and all(isinstance(e, dict) and is_block(e) for e in value)):
        return value
    headings = [block for block in value if block["type"].startswith("heading")]
    texts = [block for block in value if block["type"] not in ("image", "embed")]
    return (headings or texts)[:1]
