"""Filters for what is read outside of the site: feeds, social networks, search engines.

Addresses are absolute there, texts are XML, dates are those of RFC 3339.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup

from prismic_ssg.render.dates import moment_of

# What no XML may hold, escaped or not. Source: "Extensible Markup Language 1.0", production Char.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_ADDRESSES = frozenset(
    {"href", "src", "poster", "cite", "data", "action", "formaction", "longdesc"}
)
_SRCSETS = frozenset({"srcset", "imagesrcset"})
_CANDIDATE = re.compile(r"(\s*,?\s*)([^\s,]\S*[^\s,]|[^\s,])(\s+[^,]*)?")


class Outside:
    """The filters of one site, of which `base_url` may be empty: then addresses stay as they are.

    `page_url` gives the path of the page that is being rendered.
    """

    def __init__(self, base_url: str, page_url: Callable[[], str | None]) -> None:
        self._origin = f"{base_url.rstrip('/')}/" if base_url else ""
        self._page_url = page_url

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        return {
            "absolute_url": self.absolute_url,
            "absolute_urls": self.absolute_urls,
            "cdata": cdata,
            "rfc3339": rfc3339,
            "xml_text": xml_text,
        }

    def absolute_url(self, url: Any) -> Any:
        """A URL with scheme and host: `/blog/spring/` → `https://example.org/blog/spring/`."""
        return urljoin(self._origin, str(url)) if url else url

    def absolute_urls(self, html: Any, page_url: Any = None) -> Markup:
        """HTML in which every address is absolute. Those without a slash in front are relative to
        `page_url`, the page being rendered if none is given."""
        base = urljoin(self._origin, str(page_url or self._page_url() or "/"))
        writer = _Absolute(base)
        writer.feed(str(html))
        writer.close()
        return Markup("".join(writer.pieces))  # noqa: S704  (as safe as what was given)


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


def xml_text(value: Any) -> Markup:
    """A text as XML: markup in it is shown, characters that XML can't have are left out."""
    return Markup(escape(_NOT_XML.sub("", "" if value is None else str(value))))  # noqa: S704


def cdata(value: Any) -> Markup:
    """Text or HTML as a CDATA section of XML."""
    text = _NOT_XML.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return Markup(f"<![CDATA[{text}]]>")  # noqa: S704


def rfc3339(value: Any) -> str | None:
    """A date, timestamp or datetime as feeds want it: `2026-03-02T09:30:00Z`; None for none."""
    moment = moment_of(value)
    if moment is None:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z" if moment.year >= 1000 else None
