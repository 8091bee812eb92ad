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
    """The wanted ones among a document's fields. In a linked one, rich text is its first block."""
    found = {}
    for name, value in fields.items():
        if name not in wanted:
            continue
        inner = wanted[name]
        kept = value
        if inner is not None and isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            kept = [{key: row[key] for key in row if key in inner} for row in rows]
        found[name] = _first_blocks(kept) if linked else kept
    return found


def _first_blocks(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and is_block(value[0]):
        return value[:1]
    return value
