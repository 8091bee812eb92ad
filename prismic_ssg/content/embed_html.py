"""The html of embeds from providers that are not trusted, cut down to what can do no harm.

An allow-list of tags, for each an allow-list of attributes; all text is escaped anew, so that
whatever a browser would read differently is text to it. The result is also well-formed wherever a
`<div>` may stand: every tag is closed, no `<a>` is inside another, a `<p>` ends before the next
block.

Imported where it is asked for, which few sites do: to load the parser takes 4 ms.
"""

from __future__ import annotations

from html.parser import HTMLParser

from prismic_ssg.content.html_text import (
    attributes_html,
    escape,
    is_safe_url,
    without_blanks,
    without_cut_tag,
)

_BARE = [
    "b",
    "br",
    "cite",
    "code",
    "div",
    "em",
    "figcaption",
    "figure",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
]
_ATTRIBUTES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_BARE, frozenset()),
    "a": frozenset({"href", "title"}),
    "blockquote": frozenset({"cite"}),
    "iframe": frozenset({"src", "title", "width", "height", "allowfullscreen"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "time": frozenset({"datetime"}),
}
_BLOCKS = frozenset("blockquote div figcaption figure hr li ol p pre ul".split())  # noqa: SIM905
_LISTS = frozenset({"ol", "ul"})
_VOID = frozenset({"br", "hr", "img"})
_NOT_FOR_READERS = [
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
]
# Browsers nest no deeper than 512, and nobody that deep means well.
_DEEPEST = 256
_URLS = frozenset({"cite", "href"})

# A framed page may run its own scripts and open its own links, but not move the page around it.
_SANDBOX = "allow-scripts allow-same-origin allow-popups allow-presentation allow-forms"


def sanitised(html: str) -> str:
    """`html` with what is not on the allow-list left out; "" where it can't be read at all.

    The text of other tags stays, except of those that hold no text for readers (`script`, `style`
    …). Frames and images must come over https; frames are sandboxed. Handlers, styles, classes and
    ids go.
    """
    cleaner = _Cleaner()
    try:
        cleaner.feed(without_cut_tag(_without_cut_comment(html)))
        cleaner.close()
    except AssertionError:  # html.parser's way to give up on a malformed `<![…`
        return ""
    return cleaner.finished()


def _without_cut_comment(html: str) -> str:
    """`html` up to a comment that never ends: the parser would look for its end from each."""
    cut = html.find("<!--", max(html.rfind("-->"), 0))
    return html if cut < 0 else html[:cut]


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[str] = []
        self._open: list[str] = []
        self._dropping: list[str] = []

    def finished(self) -> str:
        self._close_down_to(0)
        return "".join(self._written)

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self._written.append(escape(data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping:
            if tag == self._dropping[0]:
                self._dropping.append(tag)
            return
        if tag == "iframe":
            self._frame(attrs)
        if tag in _NOT_FOR_READERS:
            self._dropping.append(tag)
        elif tag in _ATTRIBUTES and len(self._open) < _DEEPEST and self._make_room(tag):
            allowed = _allowed(tag, attrs)
            if tag == "img" and "src" not in allowed:
                return
            if "href" in allowed:
                allowed["rel"] = "noopener noreferrer"
            self._written.append(f"<{tag}{attributes_html(allowed.items(), kept_empty='alt')}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML knows no self-closing tags: `<p/>` opens a paragraph.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[0]:
                self._dropping.pop()
        elif tag in self._open:
            self._close_down_to(_last(self._open, tag))

    def _frame(self, attrs: list[tuple[str, str | None]]) -> None:
        allowed = _allowed("iframe", attrs)
        if "src" in allowed:
            allowed["sandbox"] = _SANDBOX
            allowed["loading"] = "lazy"
            self._written.append(f"<iframe{attributes_html(allowed.items())}></iframe>")

    def _make_room(self, tag: str) -> bool:
        """Close what can't hold `tag`; False where `tag` has no place at all."""
        if tag == "a" and "a" in self._open:
            return False
        if tag == "li":
            lists = [at for at, each in enumerate(self._open) if each in _LISTS]
            if not lists:
                return False
            self._close_down_to(lists[-1] + 1)
        elif tag in _BLOCKS and "p" in self._open:
            self._close_down_to(self._open.index("p"))
        return True

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._written.append(f"</{self._open.pop()}>")


def _last(values: list[str], value: str) -> int:
    return len(values) - 1 - values[::-1].index(value)


def _allowed(tag: str, attrs: list[tuple[str, str | None]]) -> dict[str, str | bool]:
    """The attributes that `tag` may keep; the first of two with one name, as browsers do."""
    kept: dict[str, str | bool] = {}
    for name, value in attrs:
        if name not in _ATTRIBUTES[tag] or name in kept:
            continue
        text = value or ""
        if name == "allowfullscreen":
            kept[name] = True
        elif name == "src":
            address = without_blanks(text)
            if address.startswith("//"):
                address = f"https:{address}"
            if address[:8].lower() == "https://":
                kept[name] = address
        elif name in {"width", "height"}:
            if text.isascii() and text.isdigit():
                kept[name] = text
        elif name not in _URLS or is_safe_url(text):
            kept[name] = text
    if tag == "img":
        kept.setdefault("alt", "")
    return kept
