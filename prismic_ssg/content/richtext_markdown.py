"""Rich text as Markdown (CommonMark), for feeds, READMEs and language models.

Emphasis is written with asterisks where they are sure to be read as such, and as `<strong>` and
`<em>` elsewhere: next to punctuation or to each other, what asterisks mean depends on what
surrounds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from prismic_ssg.content.links import LinkResolver, as_link
from prismic_ssg.content.richtext import GROUPS, Json, Node, as_tree
from prismic_ssg.content.richtext_check import NOT_RICH_TEXT, explain
from prismic_ssg.content.utf16 import writable

_MARKS = {"strong": "**", "em": "*"}
_BLANK = " \t\n"
# Within a text, wherever it stands. "&" only where it begins an entity, or may.
_SPECIAL = re.compile(r"[\\`*\[\]<~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;|#?\w*\Z)")
_AT_LINE_START = re.compile(r"^([ \t]*)([-+=>#|:]|\d{1,9}(?=[.)]))", re.MULTILINE)
_FINAL_HASHES = re.compile(r"(?<=\s)(#+)$")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f<>()\\]")
_ENTITY = re.compile(r"&(?=#?\w+;)")

_Resolve: TypeAlias = Callable[[Json], "str | None"]


def as_markdown(
    field: Sequence[Json] | None, *, link_resolver: LinkResolver | None = None
) -> str | None:
    """A rich text field as Markdown, None for None.

    Blocks are a blank line apart, without a line break at the end. What Markdown has no word for is
    left out: labels, direction, empty blocks. An embed is a link to its page.

    Raises FieldError, with the path in `.field`, where `field` is no rich text.
    """
    if field is None:
        return None

    def resolve(link: Json) -> str | None:
        return as_link(link, link_resolver=link_resolver)

    try:
        blocks = _blocks(as_tree(field).children, resolve)
    except NOT_RICH_TEXT as error:
        explain(field, error)
        raise
    return writable("\n\n".join(blocks))


def _blocks(nodes: Sequence[Node], resolve: _Resolve) -> list[str]:
    blocks: list[str] = []
    list_before = ("", 0)
    for node in nodes:
        if node.type in GROUPS.values():
            # A list right behind one of its kind would continue it: another marker begins a new
            # one.
            alternate = 1 - list_before[1] if list_before[0] == node.type else 0
            markdown = _list(node, "-*"[alternate], ".)"[alternate], resolve)
            if markdown:
                list_before = (node.type, alternate)
        else:
            markdown = _block(node, resolve)
            if markdown:
                list_before = ("", 0)
        if markdown:
            blocks.append(markdown)
    return blocks


def _block(node: Node, resolve: _Resolve) -> str:
    if node.type == "preformatted":
        return _code(node.text or "")
    if node.type == "image":
        return _image(node.node, resolve)
    if node.type == "embed":
        oembed = node.node["oembed"]
        url = oembed.get("embed_url")
        return _link(url, _escaped(str(oembed.get("title") or url))) if url else ""
    if node.type.startswith("heading"):
        text = _FINAL_HASHES.sub(r"\\\1", _lines(node, resolve).replace("\\\n", " "))
        return f"{'#' * int(node.type[7:])} {text}" if text else ""
    return _lines(node, resolve) if node.type in {"paragraph", "list-item", "o-list-item"} else ""


def _list(node: Node, bullet: str, delimiter: str, resolve: _Resolve) -> str:
    written = []
    for number, each in enumerate(node.children, 1):
        marker = bullet if node.type == GROUPS["list-item"] else f"{number}{delimiter}"
        indented = _lines(each, resolve).replace("\n", "\n" + " " * (len(marker) + 1))
        written.append(f"{marker} {indented}".rstrip())
    return "\n".join(written)


def _lines(node: Node, resolve: _Resolve) -> str:
    """The inside of a block. A line must not look like the start of another kind of block."""
    text = _inline(node.children, resolve, in_link=False).strip(_BLANK)
    # A "[" that is not escaped begins a link: an exclamation mark before it would make it an image.
    text = _AT_LINE_START.sub(_defused, text).replace("![", "\\![")
    return text.replace("\n", "\\\n")


def _defused(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}\\" if match[2].isdigit() else f"{match[1]}\\{match[2]}"


def _inline(nodes: Sequence[Node], resolve: _Resolve, *, in_link: bool) -> str:
    pieces = []
    shown = [node for node in nodes if node.text]
    for at, node in enumerate(shown):
        if node.type == "span":
            pieces.append(_escaped(node.text or ""))
            continue
        if node.type == "hyperlink" and not in_link:
            inner = _inline(node.children, resolve, in_link=True)
            url = resolve(node.node["data"])
            pieces.append(_link(url, inner) if url else inner)
            continue
        inner = _inline(node.children, resolve, in_link=in_link)
        if node.type in _MARKS:
            beside = shown[max(at - 1, 0) : at] + shown[at + 1 : at + 2]
            is_apart = all(each.type == "span" for each in beside)
            inner = _emphasised(node.type, inner, is_apart)
        elif node.type not in {"hyperlink", "label"}:
            inner = ""
        pieces.append(inner)
    return "".join(pieces)


def _emphasised(tag: str, inner: str, is_apart: bool) -> str:
    """`inner` in strong or em. `is_apart`: no other span touches it."""
    core = inner.strip(_BLANK)
    if not core:
        return inner
    before, _, after = inner.partition(core)
    mark = _MARKS[tag]
    if is_apart and core[0].isalnum() and core[-1].isalnum():
        return f"{before}{mark}{core}{mark}{after}"
    return f"{before}<{tag}>{core}</{tag}>{after}"


def _escaped(text: str) -> str:
    """`text` with nothing in it that means something; its line breaks are left to `_lines`."""
    return _SPECIAL.sub(r"\\\g<0>", text.replace("\r\n", "\n").replace("\r", "\n"))


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _link(url: str, inner: str) -> str:
    core = inner.strip(_BLANK)
    if not core:
        return inner
    before, _, after = inner.partition(core)
    return f"{before}[{core}]({_url(url)}){after}"


def _image(image: Json, resolve: _Resolve) -> str:
    url = image.get("url")
    if not url:
        return ""
    alt = _escaped(image.get("alt") or "").replace("\n", " ")
    markdown = f"![{alt}]({_url(url)})"
    href = resolve(image["linkTo"]) if image.get("linkTo") else None
    return f"[{markdown}]({_url(href)})" if href else markdown


def _url(url: str) -> str:
    encoded = _NOT_IN_URL.sub(lambda match: f"%{ord(match[0]):02X}", url)
    return _ENTITY.sub("&amp;", encoded)
