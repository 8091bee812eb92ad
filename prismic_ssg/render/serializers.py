"""Several serializers of rich text as one: for each kind of node the first that has a word for it.

A call's come first, then the templates in `rich_text/`, then the site's. A serializer that gives
nothing for a node leaves it to the next; what none has is written as usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from prismic_ssg.content.richtext import NODE_TYPES, Json, Part, by_node_type
from prismic_ssg.content.richtext_html import as_html

AnySerializer: TypeAlias = Mapping[str, Any] | Callable[..., Any]

_RENAMED = {
    "list-item": "list_item",
    "o-list-item": "o_list_item",
    "group-list-item": "list",
    "group-o-list-item": "o_list",
}
NAMES: Mapping[str, str] = {each: _RENAMED.get(each, each) for each in sorted(NODE_TYPES)}
"""Node type → the name that serializers and templates have for it: `list-item` → `list_item`."""

_BLOCKS = frozenset(
    {"paragraph", "list-item", "o-list-item"} | {f"heading{n}" for n in range(1, 7)}
)
_GROUPS = frozenset({"group-list-item", "group-o-list-item"})
_SPANS = frozenset({"strong", "em", "label", "hyperlink"})


class Kept(str):
    """HTML that stands even if it is empty: to a map of functions, empty text means "as usual"."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def layered(*serializers: AnySerializer | None) -> AnySerializer | None:
    """One serializer out of several, the first of which wins."""
    given = [each for each in serializers if each]
    if len(given) < 2:
        return given[0] if given else None
    chosen: dict[str, Any] = {}
    for serializer in reversed(given):
        if isinstance(serializer, Mapping):
            own = {NAMES[each]: entry for each, entry in by_node_type(serializer).items()}
        else:
            own = dict.fromkeys(NAMES.values(), _of_part(serializer))
        for name, entry in own.items():
            chosen[name] = _first(entry, chosen[name]) if name in chosen else entry
    return chosen


def _of_part(serializer: Callable[..., Any]) -> Callable[[Part], Any]:
    """A function of five arguments as one of a Part; from it, only None means "as usual"."""

    def serialized(part: Part) -> Any:
        result = serializer(part.type, part.node, part.text, part.children, part.key)
        return None if result is None else Kept(result)

    return serialized


def _first(entry: Any, otherwise: Any) -> Any:
    """One entry of a map out of two. Attributes leave nothing to the next."""
    if not callable(entry):
        return entry
    if callable(otherwise):
        return lambda part: entry(part) or otherwise(part)
    return lambda part: entry(part) or with_attributes(part, otherwise)


def with_attributes(part: Part, attributes: Json) -> str | None:
    """A node with its usual tag, attributes added, around children that are HTML already.

    The node is written in a field of its own, with one letter in the place of its children: only
    where a function is asked first and then attributes, so its price is not paid elsewhere.
    """
    inside = Kept(part.children)
    serializers: dict[str, Any] = {NAMES[part.type]: attributes, "span": lambda _part: inside}
    shell: Json = part.node
    if part.type in _BLOCKS:
        shell = {**part.node, "text": "x", "spans": []}
        # An item is put into a list of its own, which is not wanted: it is in one already.
        serializers["list"] = serializers["o_list"] = lambda outer: Kept(outer.children)
    elif part.type in _GROUPS:
        items = [{"type": "paragraph", "text": "x", "spans": []}]
        shell = {"type": part.type, "items": items}
        serializers["paragraph"] = lambda _part: inside
    elif part.type in _SPANS:
        shell = {"type": "paragraph", "text": "x", "spans": [{**part.node, "start": 0, "end": 1}]}
        serializers["paragraph"] = lambda outer: Kept(outer.children)
    elif part.type == "span":
        return None
    written = as_html([shell], serializer=serializers, quirks=False)
    return None if written is None else Kept(written)
