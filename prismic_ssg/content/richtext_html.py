"""Rich text as HTML: to the byte as the official client writes it, or as a reader is better served.

A block whose spans do not overlap, which is nearly every block, is written straight from its JSON;
only overlaps, and serializers that are functions, need the tree. Both ways end in the same
`_default`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

from prismic_ssg.content.embed_html import sanitised
from prismic_ssg.content.html_text import (
    attributes_html,
    escape,
    has_markup,
    is_safe_url,
    text_html,
)
from prismic_ssg.content.js_text import js_text
from prismic_ssg.content.links import LinkResolver, as_link
from prismic_ssg.content.richtext import (
    GROUPS,
    Json,
    Node,
    Part,
    Serializer,
    block_node,
    by_node_type,
    grouped,
    text_nodes,
)
from prismic_ssg.content.richtext_check import NOT_RICH_TEXT, explain
from prismic_ssg.content.utf16 import units, writable

SerializerMap: TypeAlias = Mapping[str, "Callable[[Part], Any] | Mapping[str, Any]"]
"""Official key or snake_case → a function, or attributes to add to the usual tag."""

_TAGS = {
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
_INLINE = frozenset(_TAGS) - {"preformatted", *GROUPS.values()}
_PLAIN_SPANS = {"strong": "strong", "em": "em"}
_WITH_URL = frozenset({"Web", "Media", "Document"})
_TREE_ONLY = frozenset({"hyperlink", "span"})
_NO_ATTRIBUTES: Json = {}

# What the HTML standard calls a parse error wherever it stands: control characters but white space,
# and noncharacters.
_NOT_IN_HTML = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_NOT_IN_LATIN = bytes(each for each in range(256) if _NOT_IN_HTML.match(chr(each)))


def as_html(
    field: Sequence[Json] | None,
    *,
    link_resolver: LinkResolver | None = None,
    serializer: SerializerMap | Serializer | None = None,
    quirks: bool = True,
    safe: bool = False,
) -> str | None:
    """A rich text field as HTML, None for None.

    `serializer` is a function called with (type, node, text, children, key), where None means "as
    usual"; or a map from the kind of node to a function called with one Part, where anything empty
    means "as usual", or to attributes for the usual tag. `children` is HTML; what is returned goes
    out as it is.

    With `quirks`, which are the default, output is the official client's to the byte. Without, it
    is valid HTML with the same meaning: `alt=""` stays and a missing one becomes it, `copyright`
    (no attribute of HTML) goes, an embed that has no html is a link to its page, links do not
    nest, a link or image that has no URL leaves only its text, and characters that HTML forbids
    are dropped.

    `safe` is for content that is not trusted: URLs of other schemes than http, https, mailto and
    tel are dropped, and the html of embeds is cut down to an allow-list. Serializers are trusted.

    Raises FieldError, with the path in `.field`, where `field` is no rich text.
    """
    if field is None:
        return None
    writer = _Writer(link_resolver, serializer, quirks, safe)
    try:
        html = "".join([writer.block(block) for block in grouped(field)])
    except NOT_RICH_TEXT as error:
        explain(field, error)
        raise
    if quirks:
        return writable(html)
    return html if _is_valid(html) else _NOT_IN_HTML.sub("", writable(html))


def _is_valid(text: str) -> bool:
    """Whether there is surely nothing in `text` that HTML forbids."""
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        # Line breaks and hard spaces are in most texts, and all else that is not printable in few.
        return text.replace("\n", "").replace("\xa0", "").isprintable()
    # A sixth of the time of `isprintable`, which was a fifth of a long text's.
    return len(latin.translate(None, _NOT_IN_LATIN)) == len(latin)


class _Writer:
    """The choices of one call of as_html."""

    def __init__(
        self,
        link_resolver: LinkResolver | None,
        serializer: SerializerMap | Serializer | None,
        quirks: bool,
        safe: bool,
    ) -> None:
        self.link_resolver = link_resolver
        self.quirks = quirks
        self.safe = safe
        self.keys = count(1)
        self.attributes: dict[str, Json] = {}
        self.custom: Serializer | None = None
        if isinstance(serializer, Mapping):
            self._use_map(serializer)
        else:
            self.custom = serializer
        self.is_bare = not self.attributes

    def _use_map(self, serializers: SerializerMap) -> None:
        functions: dict[str, Callable[[Part], Any]] = {}
        for node_type, chosen in by_node_type(serializers).items():
            if callable(chosen):
                functions[node_type] = chosen
            else:
                self.attributes[node_type] = chosen
        if functions:
            self.custom = _of_functions(functions)

    def block(self, block: Json) -> str:
        """One block or list."""
        block_type = block.get("type", "")
        if self.custom is not None or (block_type in _TREE_ONLY and "text" in block):
            return self.node(block_node(block, self.keys))
        children = ""
        if block_type in _INLINE and "text" in block:
            children = self._inline(block["text"], block["spans"])
            if self.is_bare and "data" not in block and block.get("direction") != "rtl":
                # The usual end of `_default`, for nearly every block there is.
                tag = _TAGS[block_type]
                return f"<{tag}>{children}</{tag}>"
        elif block_type in GROUPS.values():
            children = "".join([self.block(each) for each in block["items"]])
        return self._default(block_type, block, block.get("text"), children)

    def _inline(self, text: str | None, spans: Sequence[Json]) -> str:
        """The inside of a text block."""
        if not spans:
            return "" if text is None else text_html(text)
        html = None if text is None else self._flat(units(text), spans)
        if html is None:
            html = "".join([self.node(node) for node in text_nodes(text, spans, self.keys)])
        return html

    def _flat(self, text: str, spans: Sequence[Json]) -> str | None:
        """A text with its spans; None if two overlap, or one is not simply inside the text."""
        pieces: list[str] = []
        add = pieces.append
        at = 0
        length = len(text)
        # Six looks at the whole save six for each piece: 8 % of a page of long texts.
        has_escapes = has_markup(text)
        plain_tags = _PLAIN_SPANS if self.is_bare else _NO_ATTRIBUTES
        configured_link = self.attributes.get("hyperlink")
        for span in spans:
            start, end = span["start"], span["end"]
            if not at <= start < end <= length:
                return None
            span_type = span["type"]
            before, inner = text[at:start], text[start:end]
            if has_escapes:
                before, inner = text_html(before), text_html(inner)
            tag = plain_tags.get(span_type)
            if tag is not None and "data" not in span:
                add(f"{before}<{tag}>{inner}</{tag}>")
            elif span_type == "hyperlink":
                add(before + self._link(span["data"], span, inner, configured_link))
            else:
                add(before + self._default(span_type, span, None, inner))
            at = end
        add(text_html(text[at:]) if has_escapes else text[at:])
        return "".join(pieces)

    def node(self, node: Node, *, in_link: bool = False) -> str:
        """One node of the tree and all below it. `in_link`: an `<a>` is around it already."""
        is_link = node.type == "hyperlink"
        within = in_link or is_link
        children = "".join([self.node(child, in_link=within) for child in node.children])
        if is_link and in_link and not self.quirks:
            return children
        if self.custom is not None:
            result = self.custom(node.type, node.node, node.text, children, node.key)
            if result is not None:
                return str(result)
        return self._default(node.type, node.node, node.text, children)

    def _default(self, node_type: str, node: Json, text: str | None, children: str) -> str:
        """A block, span or list as it is written where no serializer says otherwise.

        `children` is the HTML inside; only preformatted and plain text are written from `text`.
        """
        tag = _TAGS.get(node_type)
        if tag is not None:
            if node_type == "preformatted":
                children = self._preformatted(text or "")
            if not self.attributes and "data" not in node and node.get("direction") != "rtl":
                return f"<{tag}>{children}</{tag}>"
            return f"<{tag}{self._attributes(node_type, node)}>{children}</{tag}>"
        if node_type == "hyperlink":
            return self._link(node["data"], node, children, self.attributes.get("hyperlink"))
        if node_type == "span":
            return text_html(text or "")
        if node_type == "image":
            return self._image(node)
        return self._embed(node) if node_type == "embed" else ""

    def _preformatted(self, text: str) -> str:
        """A parser drops one line break that follows `<pre>`, so a reader needs two to see one."""
        lost = "\n" if text.startswith("\n") and not self.quirks else ""
        return lost + escape(text)

    def _attributes(self, node_type: str, node: Json, usual: Json = _NO_ATTRIBUTES) -> str:
        return self._attributes_with(self.attributes.get(node_type), node, usual)

    def _attributes_with(self, configured: Json | None, node: Json, usual: Json) -> str:
        """The attributes of one tag: a configured one keeps its place, not its value."""
        attributes = {**configured, **usual} if configured else dict(usual)
        if node.get("direction") == "rtl":
            attributes["dir"] = "rtl"
        label = (node.get("data") or _NO_ATTRIBUTES).get("label")
        if label:
            given = attributes.get("class")
            attributes["class"] = f"{js_text(given)} {label}" if given else label
        return attributes_html(attributes.items(), kept_empty="" if self.quirks else "alt")

    def _link(self, link: Json, node: Json, inner: str, configured: Json | None) -> str:
        link_type = link.get("link_type")
        href = None
        if link_type == "Web":
            href = link.get("url")
        elif link_type in _WITH_URL:
            href = as_link(link, link_resolver=self.link_resolver)
        if self.safe:
            href = self._safe_url(href)
        if not (self.quirks or href):
            return inner
        if href and not (configured or "target" in link or "label" in link or "direction" in node):
            rel = ' rel="noopener noreferrer"' if link_type == "Web" else ""
            return f'<a href="{escape(href)}"{rel}>{inner}</a>'
        usual: dict[str, Any] = {"href": href} if link_type in _WITH_URL else {}
        if link_type == "Web":
            usual["target"] = link.get("target")
            usual["rel"] = "noopener noreferrer"
        return f"<a{self._attributes_with(configured, node, usual)}>{inner}</a>"

    def _image(self, image: Json) -> str:
        source = self._safe_url(image.get("url"))
        usual = {"src": source, "alt": image.get("alt") or ""}
        if self.quirks:
            usual["copyright"] = image.get("copyright")
        elif not source:
            return ""
        html = f"<img{self._attributes('image', image, usual)} />"
        link = image.get("linkTo")
        if link:
            html = self._link(link, {"data": link}, html, None)
        return f'<p class="block-img">{html}</p>'

    def _embed(self, block: Json) -> str:
        oembed = block["oembed"]
        usual = {
            "data-oembed": oembed.get("embed_url"),
            "data-oembed-type": oembed.get("type"),
            "data-oembed-provider": oembed.get("provider_name"),
        }
        inner = self._embed_inner(oembed)
        if not (inner or self.quirks):
            return ""
        return f"<div{self._attributes('embed', block, usual)}>{inner}</div>"

    def _embed_inner(self, oembed: Json) -> str:
        html = js_text(oembed["html"]) if "html" in oembed else "undefined"
        if not self.quirks:
            html = js_text(oembed.get("html") or "")
        if self.safe:
            html = sanitised(html)
        if html.strip() or self.quirks:
            return html
        url = self._safe_url(oembed.get("embed_url"))
        if not url:
            return ""
        return f'<a href="{escape(url)}">{escape(js_text(oembed.get("title") or url))}</a>'

    def _safe_url(self, url: str | None) -> str | None:
        return None if self.safe and url and not is_safe_url(url) else url


def _of_functions(functions: Mapping[str, Callable[[Part], Any]]) -> Serializer:
    """The map's functions as one serializer: from them, anything empty means "as usual"."""

    def serializer(node_type: str, node: Json, text: str | None, children: Any, key: str) -> Any:
        function = functions.get(node_type)
        if function is None:
            return None
        return function(Part(node_type, node, text, children, key)) or None

    return serializer
