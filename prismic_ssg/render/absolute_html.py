"""HTML with every address in it made absolute."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from prismic_ssg.content.html_text import without_cut_tag

_ADDRESSES = frozenset(
    {"href", "src", "poster", "cite", "data", "action", "formaction", "longdesc"}
)
_SRCSETS = frozenset({"srcset", "imagesrcset"})
_CANDIDATE = re.compile(r"(\s*,?\s*)([^\s,]\S*[^\s,]|[^\s,])(\s+[^,]*)?")


def absolute_html(html: str, base: str) -> str:
    """HTML as it was, but for the addresses in its tags, which are joined to `base`."""
    writer = _Absolute(base)
    writer.feed(without_cut_tag(html))
    writer.close()
    return "".join(writer.pieces)


class _Absolute(HTMLParser):
    """Writes HTML as it was, but for the addresses in its tags."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self._base = base
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        if not any(name in _ADDRESSES or name in _SRCSETS for name, _ in attrs):
            self.pieces.append(written)
            return
        self.pieces.append(f"<{tag}")
        for name, value in attrs:
            if value is None:
                self.pieces.append(f" {name}")
                continue
            if name in _ADDRESSES:
                value = urljoin(self._base, value)
            elif name in _SRCSETS:
                value = _CANDIDATE.sub(self._candidate, value)
            self.pieces.append(f' {name}="{escape(value)}"')
        self.pieces.append("/>" if written.endswith("/>") else ">")

    handle_startendtag = handle_starttag

    def _candidate(self, match: re.Match[str]) -> str:
        return f"{match[1]}{urljoin(self._base, match[2])}{match[3] or ''}"

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_entityref(self, name: str) -> None:
        self.pieces.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.pieces.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        # Nobody reads a feed's comments.
        return

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(f"<!{decl}>")
