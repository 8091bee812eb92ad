"""Rich text as HTML: to the byte as the official client writes it, or as a reader is better served.

A block whose spans do not overlap, which is nearly every block, is written straight from its JSON;
only overlaps, and serializers that are functions, need the tree. What is not quite usual ends in
the same `_default` both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, TypeAlias

from prismic_ssg.content.html_text import (
    attributes_html,
    escape,
    has_markup,
    is_safe_url,
    text_html,
    texts_html,
    valid_html,
)
from prismic_ssg.content.js_text import js_text, member_text
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
from prismic_ssg.content.richtext_tags import (
    BLOCK_TAGS,
    INLINE,
    OTHER_BLOCK,
    SPAN_TAGS,
    TAGS,
    Tags,
    block_tags,
    span_tags,
)
from prismic_ssg.content.utf16 import by_characters, writable

SerializerMap: TypeAlias = Mapping[str, "Callable[[Part], Any] | Mapping[str, Any]"]
"""Official key or snake_case → a function, or attributes to add to the usual tag."""

_WITH_URL = frozenset({"Web", "Media", "Document"})
_TREE_ONLY = frozenset({"hyperlink", "span"})
_NO_ATTRIBUTES: Json = {}


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
    return HtmlWriter(link_resolver, serializer, quirks, safe).html(field)


@lru_cache(maxsize=1024)
def _plain_anchor(link_type: str | None, href: str) -> str:
    rel = ' rel="noopener noreferrer"' if link_type == "Web" else ""
    return f'<a href="{escape(href)}"{rel}>'


class HtmlWriter:
    """The choices of a call of as_html, worked out once for many fields."""

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
        self.fill: Callable[[dict[str, Any]], None] | None = None
        self.custom: Serializer | None = None
        self.attributes = _NO_ATTRIBUTES
        self.block_tags, self.span_tags = BLOCK_TAGS, SPAN_TAGS
        if isinstance(serializer, Mapping):
            self._use_map(serializer)
        else:
            self.custom = serializer
        self.link_attributes = self.attributes.get("hyperlink")
        self.links_are_plain = not (safe or self.link_attributes)

    def _use_map(self, serializers: SerializerMap) -> None:
        functions: dict[str, Callable[[Part], Any]] = {}
        attributes: dict[str, Json] = {}
        for node_type, chosen in by_node_type(serializers).items():
            if callable(chosen):
                functions[node_type] = chosen
            else:
                attributes[node_type] = chosen
        if functions:
            self.custom = _of_functions(functions)
        if attributes:
            self.attributes = attributes
            self.block_tags, self.span_tags = block_tags(self._tags), span_tags(self._tags)

    def _tags(self, node_type: str, node: Json = _NO_ATTRIBUTES) -> Tags:
        tag = TAGS[node_type]
        return f"<{tag}{self._attributes(node_type, node)}>", f"</{tag}>"

    def html(
        self,
        field: Sequence[Json] | None,
        fill: Callable[[dict[str, Any]], None] | None = None,
    ) -> str | None:
        """A field as HTML, see as_html.

        `fill` gets each link to a document before it is written, to put into it where that is.
        """
        if field is None:
            return None
        # A serializer may write another field before it is done with its own.
        around = self.keys, self.fill
        self.keys, self.fill = count(1), fill
        try:
            html = self._field(field)
        except NOT_RICH_TEXT as error:
            explain(field, error)
            raise
        finally:
            self.keys, self.fill = around
        return writable(html) if self.quirks else valid_html(html)

    def _field(self, blocks: Sequence[Json]) -> str:
        """All blocks, each run of items of one list in that list."""
        if self.custom is not None:
            return "".join([self.block(block) for block in grouped(blocks)])
        if not isinstance(blocks, (list, tuple)):
            raise TypeError("a rich text field is a list of blocks")
        pieces: list[str] = []
        add = pieces.append
        tags = self.block_tags
        around: Tags | None = None
        for block in blocks:
            list_tags, opening, closing = tags.get(block.get("type", ""), OTHER_BLOCK)
            if list_tags is not around:
                if around is not None:
                    add(around[1])
                if list_tags is not None:
                    add(list_tags[0])
                around = list_tags
            if (
                opening is None
                or "text" not in block
                or "data" in block
                or block.get("direction") == "rtl"
            ):
                add(self.block(block))
                continue
            text, spans = block["text"], block["spans"]
            add(opening)
            if spans:
                self._add_spans(pieces, text, spans)
            elif text is not None:
                add(text_html(text) if has_markup(text) else text)
            add(closing)
        if around is not None:
            add(around[1])
        return "".join(pieces)

    def block(self, block: Json) -> str:
        """One block or list."""
        block_type = block.get("type", "")
        if self.custom is not None or (block_type in _TREE_ONLY and "text" in block):
            return self.node(block_node(block, self.keys))
        children = ""
        if block_type in INLINE and "text" in block:
            text, spans = block["text"], block["spans"]
            if spans:
                pieces: list[str] = []
                self._add_spans(pieces, text, spans)
                children = "".join(pieces)
            elif text is not None:
                children = text_html(text)
        elif block_type in GROUPS.values():
            children = "".join([self.block(each) for each in block["items"]])
        return self._default(block_type, block, block.get("text"), children)

    def _add_spans(self, pieces: list[str], text: str | None, spans: Sequence[Json]) -> None:
        """Add a text with its spans."""
        before = len(pieces)
        if text is not None:
            simple = by_characters(text, spans)
            if simple is not None and self._add_flat(pieces, text, simple):
                if has_markup(text):
                    pieces[before::2] = texts_html(pieces[before::2])
                return
            del pieces[before:]
        pieces += [self.node(node) for node in text_nodes(text, spans, self.keys)]

    def _add_flat(self, pieces: list[str], text: str, spans: Sequence[Json]) -> bool:
        """Add a text with its spans: by turns a text, not escaped, and a tag. False, and perhaps
        some of it, if that needs the tree: two overlap, or one is not simply inside the text.

        Half the time of a body is spent here: spans that have nothing unusual about them, which the
        number of their members shows, are written without another call.
        """
        tags = self.span_tags
        links_are_plain = self.links_are_plain
        length = len(text)
        at = 0
        for span in spans:
            start, end = span["start"], span["end"]
            if not at <= start < end <= length:
                return False
            span_type = span["type"]
            if span_type in tags and len(span) == 3:
                opening, closing = tags[span_type]
            elif span_type == "hyperlink":
                link, closing = span["data"], "</a>"
                if (
                    links_are_plain
                    and len(link) == 2
                    and len(span) == 4
                    and link.get("link_type") == "Web"
                    and link.get("url")
                ):
                    opening = _plain_anchor("Web", link["url"])
                else:
                    opening = self._anchor(link, span, self.link_attributes)
                if not opening:
                    closing = ""
            elif span_type in INLINE:
                opening, closing = self._tags(span_type, span)
            else:
                return False
            pieces += text[at:start], opening, text[start:end], closing
            at = end
        pieces.append(text[at:])
        return True

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
        tag = TAGS.get(node_type)
        if tag is not None:
            if node_type == "preformatted":
                children = self._preformatted(node)
            if not self.attributes and "data" not in node and node.get("direction") != "rtl":
                return f"<{tag}>{children}</{tag}>"
            return f"<{tag}{self._attributes(node_type, node)}>{children}</{tag}>"
        if node_type == "hyperlink":
            return self._linked(node["data"], node, children, self.link_attributes)
        if node_type == "span":
            return text_html(text or "")
        if node_type == "image":
            return self._image(node)
        return self._embed(node) if node_type == "embed" else ""

    def _preformatted(self, node: Json) -> str:
        """A parser drops one line break that follows `<pre>`, so a reader needs two to see one."""
        if self.quirks:
            return escape(member_text(node, "text"))
        text = node.get("text") or ""
        return ("\n" if text.startswith("\n") else "") + escape(text)

    def _attributes(self, node_type: str, node: Json, usual: Json = _NO_ATTRIBUTES) -> str:
        return self._attributes_with(self.attributes.get(node_type), node, usual)

    def _attributes_with(self, configured: Json | None, node: Json, usual: Json) -> str:
        """The attributes of one tag: a configured one keeps its place, not its value."""
        attributes = {**configured, **usual} if configured else usual
        if node.get("direction") == "rtl":
            attributes = {**attributes, "dir": "rtl"}
        data = node.get("data")
        label = data.get("label") if data else None
        if label:
            given = attributes.get("class")
            attributes = {**attributes, "class": f"{js_text(given)} {label}" if given else label}
        return attributes_html(attributes.items(), kept_empty="" if self.quirks else "alt")

    def _linked(self, link: Json, node: Json, inner: str, configured: Json | None) -> str:
        """`inner` as a link, or itself."""
        opening = self._anchor(link, node, configured)
        return f"{opening}{inner}</a>" if opening else inner

    def _anchor(self, link: Json, node: Json, configured: Json | None) -> str:
        """The opening tag of a link, nothing for one that leads readers nowhere."""
        link_type = link.get("link_type")
        href = None
        if link_type == "Web":
            href = link.get("url")
        elif link_type in _WITH_URL:
            if self.fill is not None and link_type == "Document":
                self.fill(link)  # type: ignore[arg-type]  # (decoded for this)
            href = as_link(link, link_resolver=self.link_resolver)
        href = self._safe_url(href)
        if not (self.quirks or href):
            return ""
        if href and not (configured or "target" in link or "label" in link or "direction" in node):
            return _plain_anchor(link_type, href)
        usual: dict[str, Any] = {"href": href} if link_type in _WITH_URL else {}
        if link_type == "Web":
            usual["target"] = link.get("target")
            usual["rel"] = "noopener noreferrer"
        return f"<a{self._attributes_with(configured, node, usual)}>"

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
            html = self._linked(link, {"data": link}, html, None)
        return f'<p class="block-img">{html}</p>'

    def _embed(self, block: Json) -> str:
        oembed = block["oembed"]
        usual = {
            "data-oembed": self._safe_url(oembed.get("embed_url")),
            "data-oembed-type": oembed.get("type"),
            "data-oembed-provider": oembed.get("provider_name"),
        }
        inner = self._embed_inner(oembed)
        if not (inner or self.quirks):
            return ""
        return f"<div{self._attributes('embed', block, usual)}>{inner}</div>"

    def _embed_inner(self, oembed: Json) -> str:
        html = member_text(oembed, "html") if self.quirks else js_text(oembed.get("html") or "")
        if self.safe:
            from prismic_ssg.content.embed_html import sanitised

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
