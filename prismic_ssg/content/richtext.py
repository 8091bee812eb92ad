"""Rich text as a tree: list items grouped, spans nested as the official client nests them.

The order of nodes, the empty texts between adjacent spans and the cutting of a span at its parent's
end are the official ones (`@prismicio/client` 7.22.0), because a serializer can see all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import count, dropwhile
from typing import Any, TypeAlias

import msgspec

from prismic_ssg.content.richtext_check import NOT_RICH_TEXT, explain
from prismic_ssg.content.utf16 import paired, units, writable

Json: TypeAlias = Mapping[str, Any]
Serializer: TypeAlias = Callable[[str, Json, "str | None", Any, str], Any]
"""Called with type, node, text, children, key. None means "as usual"."""

_Range: TypeAlias = tuple[int, int, Json]

GROUPS = {"list-item": "group-list-item", "o-list-item": "group-o-list-item"}
"""The type of a block that is a list's item → that of the list."""

_MAP_KEYS = {
    "list-item": ("listItem", "list_item"),
    "o-list-item": ("oListItem", "o_list_item"),
    "group-list-item": ("list",),
    "group-o-list-item": ("oList", "o_list"),
}
NODE_TYPES = frozenset(
    {f"heading{level}" for level in range(1, 7)}
    | {"paragraph", "preformatted", "strong", "em", "image", "embed", "hyperlink", "label", "span"}
    | set(_MAP_KEYS)
)


class Node(msgspec.Struct, frozen=True):
    """One node of the tree.

    `node` is the block or span as the API gave it; a span's has its `text` added, a plain text's is
    `{"type": "span", "text", "spans": []}`, a list's `{"type", "items"}`. `text` is None for lists,
    images and embeds. `key` is unique in its tree.
    """

    type: str
    node: Json
    text: str | None
    children: tuple[Node, ...]
    key: str


class Tree(msgspec.Struct, frozen=True):
    """A rich text field's nodes. `key` comes after those of all nodes."""

    children: tuple[Node, ...]
    key: str


class Part(msgspec.Struct, frozen=True):
    """What a function in a serializer map is called with. `part["text"]` is `part.text`.

    `children` is what the nodes inside gave: one string in `as_html`, a list in `serialize`.
    """

    type: str
    node: Json
    text: str | None
    children: Any
    key: str

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


def as_tree(field: Sequence[Json]) -> Tree:
    """The tree of a rich text field.

    Keys count from "1" in each tree, children before parents: the official client counts on from
    call to call, which would make output depend on what was rendered before.

    Raises FieldError where `field` is no rich text.
    """
    try:
        keys = count(1)
        children = tuple(block_node(block, keys) for block in grouped(field))
        return Tree(children, str(next(keys)))
    except NOT_RICH_TEXT as error:
        explain(field, error)
        raise


def grouped(field: Sequence[Json]) -> list[Json]:
    """The blocks, with each run of items of one list as one `{"type": "group-…", "items": […]}`."""
    if not isinstance(field, (list, tuple)):
        raise TypeError("a rich text field is a list of blocks")
    blocks: list[Json] = []
    items: list[Json] = []
    group = None
    for block in field:
        block_type = block.get("type")
        wanted = GROUPS.get(block_type)
        if wanted is None:
            group = None
            blocks.append(block)
        elif wanted == group:
            items.append(block)
        else:
            group, items = wanted, [block]
            blocks.append({"type": wanted, "items": items})
    return blocks


def block_node(block: Json, keys: count[int]) -> Node:
    """The node of one block or group, with all below it."""
    text = block.get("text")
    children: tuple[Node, ...] = ()
    if "items" in block and block["type"] in GROUPS.values():
        children = tuple(block_node(child, keys) for child in block["items"])
    elif "text" in block:
        children = text_nodes(text, block["spans"], keys)
    return Node(block.get("type", ""), block, text, children, str(next(keys)))


def text_nodes(text: str | None, spans: Sequence[Json], keys: count[int]) -> tuple[Node, ...]:
    """The nodes inside of a block: its text, and its spans nested as far as they overlap."""
    if text is None and spans:
        raise TypeError("spans without a text")
    ranges = [(span["start"], span["end"], span) for span in spans]
    return _nested(units(text or ""), ranges, 0, keys)


def _nested(text: str, ranges: list[_Range], offset: int, keys: count[int]) -> tuple[Node, ...]:
    """The nodes of `text`, whose first unit is at `offset` in its block.

    Wider ranges come first among those of one start, and the API's order decides between equals.
    What sticks out of a range is cut off and comes again behind it, before what starts there
    anyway: remainders are not sorted anew.
    """
    if not ranges:
        return (_plain(text, keys),)
    rest = sorted(ranges, key=lambda each: (each[0], -each[1]))
    nodes: list[Node] = []
    if rest[0][0] > offset:
        nodes.append(_plain(text[: rest[0][0] - offset], keys))
    while rest:
        start, end, span = rest[0]
        inside, rest = _split(start, end, rest[1:])
        piece = text[start - offset : end - offset]
        children = _nested(piece, inside, start, keys)
        node = {**span, "start": start, "end": end, "text": paired(piece)}
        nodes.append(Node(span.get("type", ""), node, node["text"], children, str(next(keys))))
        if end - offset < len(text):
            until = rest[0][0] - offset if rest else None
            nodes.append(_plain(text[end - offset : until], keys))
    return tuple(nodes)


def _split(start: int, end: int, others: list[_Range]) -> tuple[list[_Range], list[_Range]]:
    """What of the other ranges is inside of start…end, and what comes after it."""
    inside: list[_Range] = []
    after: list[_Range] = []
    for other in others:
        other_start, other_end, span = other
        if other_start >= start and other_end <= end:
            inside.append(other)
        elif other_start < end and other_end > start:
            inside.append((other_start, end, span))
            after.append((end, other_end, span))
        else:
            after.append(other)
    return inside, after


def _plain(text: str, keys: count[int]) -> Node:
    text = paired(text)
    return Node("span", {"type": "span", "text": text, "spans": []}, text, (), str(next(keys)))


def serialize(field: Sequence[Json], serializer: Serializer) -> list[Any]:
    """What `serializer` makes of each top-level node, without the Nones.

    It is called depth first with type, node, text, children, key, where `children` is the list of
    what it made of the nodes inside, again without the Nones.

    Raises FieldError where `field` is no rich text.
    """
    return _serialized(as_tree(field).children, serializer)


def _serialized(nodes: Sequence[Node], serializer: Serializer) -> list[Any]:
    made = []
    for node in nodes:
        children = _serialized(node.children, serializer)
        result = serializer(node.type, node.node, node.text, children, node.key)
        if result is not None:
            made.append(result)
    return made


def wrap_map_serializer(functions: Mapping[str, Callable[[Part], Any]]) -> Serializer:
    """A serializer out of a function for each kind of node, each called with one Part.

    Keys are the official names (`heading1`, `listItem`, `oList` …) or theirs in snake_case. Other
    keys, `list-item` among them, are for nothing, as in the official client.
    """
    by_type = by_node_type(functions)

    def serializer(node_type: str, node: Json, text: str | None, children: Any, key: str) -> Any:
        function = by_type.get(node_type)
        return None if function is None else function(Part(node_type, node, text, children, key))

    return serializer


def by_node_type(serializers: Mapping[str, Any]) -> dict[str, Any]:
    """A serializer map by node type (`list-item`), not by official key (`listItem`)."""
    chosen = {}
    for node_type in NODE_TYPES:
        for name in _MAP_KEYS.get(node_type, (node_type,)):
            if serializers.get(name) is not None:
                chosen[node_type] = serializers[name]
    return chosen


def serializer_names() -> frozenset[str]:
    """Every name that a serializer map may have for a kind of node."""
    return frozenset(name for each in NODE_TYPES for name in _MAP_KEYS.get(each, (each,)))


def compose_serializers(*serializers: Serializer | None) -> Serializer:
    """A serializer that gives the first result that is not None; None among them is skipped."""

    def composed(node_type: str, node: Json, text: str | None, children: Any, key: str) -> Any:
        for serializer in serializers:
            if serializer is not None:
                result = serializer(node_type, node, text, children, key)
                if result is not None:
                    return result
        return None

    return composed


def as_text(
    field: Sequence[Json] | None, *, separator: str = " ", quirks: bool = True
) -> str | None:
    """The text of all blocks, with `separator` between them; None for None.

    Images and embeds have no text. With `quirks`, exactly as the official helper: an empty block
    adds a separator unless nothing came before it, and a null text is the word `null`. Without,
    blocks that have no text are left out.

    Raises FieldError where `field` is no rich text.
    """
    if field is None:
        return None
    try:
        return writable(separator.join(_texts(field, quirks)))
    except NOT_RICH_TEXT as error:
        explain(field, error)
        raise


def _texts(field: Sequence[Json], quirks: bool) -> list[str]:
    if not isinstance(field, (list, tuple)):
        raise TypeError("a rich text field is a list of blocks")
    if not quirks:
        return [block["text"] for block in field if block.get("text")]
    texts = [
        "null" if text is None else text
        for block in field
        if (text := block.get("text", ...)) is not ...
    ]
    return texts if texts and texts[0] else list(dropwhile(operator.not_, texts))
