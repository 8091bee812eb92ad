"""The tags of rich text in HTML, by type of block and span."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from prismic_ssg.content.richtext import GROUPS

TAGS = {
    **{f"heading{level}": f"h{level}" for level in range(1, 7)},
    "paragraph": "p",
    "preformatted": "pre",
    "list-item": "li",
    "o-list-item": "li",
    "group-list-item": "ul",
    "group-o-list-item": "ol",
    "strong": "strong",
    "em": "em",
    "label": "span",
}
INLINE = frozenset(TAGS) - {"preformatted", *GROUPS.values()}
_BLOCKS = sorted(INLINE - {"strong", "em", "label"})

Tags: TypeAlias = tuple[str, str]
"""An opening tag, and the closing one."""

BlockTags: TypeAlias = tuple[Tags | None, str | None, str]
"""The tags of the list that a block belongs to, its own opening one, and its closing one. One that
has no opening one here is written by `block`."""

OTHER_BLOCK: BlockTags = (None, None, "")


def _plain_tags(node_type: str) -> Tags:
    return f"<{TAGS[node_type]}>", f"</{TAGS[node_type]}>"


def block_tags(tags: Callable[[str], Tags]) -> dict[str, BlockTags]:
    lists = {item: tags(group) for item, group in GROUPS.items()}
    return {each: (lists.get(each), *tags(each)) for each in _BLOCKS}


def span_tags(tags: Callable[[str], Tags]) -> dict[str, Tags]:
    return {each: tags(each) for each in ("strong", "em")}


BLOCK_TAGS = block_tags(_plain_tags)
SPAN_TAGS = span_tags(_plain_tags)
