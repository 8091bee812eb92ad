"""The addresses in feeds, site maps and drawings, and whether they can be read at all.

Source: sitemaps.org, "Sitemaps XML format"; RSS 2.0; RFC 4287 (Atom); SVG 2; W3C, "Associating
Style Sheets with XML documents". Other XML holds addresses of its own kinds: of that no more is
looked at than whether it is well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.parsers import expat

from prismic_ssg.checks.css import addresses_in_css
from prismic_ssg.checks.feed_html import FileAddress, addresses_in_html
from prismic_ssg.checks.html_page import Use, tag_addresses

_FEEDS = frozenset({"rss", "RDF", "feed"})
_ROOTS = frozenset({"urlset", "sitemapindex", *_FEEDS})
_DRAWING = "svg"

# Elements whose text is an address, and attributes that are one, by element.
_TEXTS = {
    "loc": Use.LINK,
    "link": Use.LINK,
    "comments": Use.LINK,
    "guid": Use.LINK,
    "uri": Use.LINK,
    "url": Use.NAME,
    "icon": Use.NAME,
    "logo": Use.NAME,
}
_ATTRIBUTES = {"link": "href", "enclosure": "url", "content": "url", "thumbnail": "url"}
# What RSS has HTML in; Atom says so by `type`.
_HTML = frozenset({"description", "encoded"})
# What the mark at the beginning of UTF-16 is read as in UTF-8: such a file is left alone.
_OTHER_ENCODING = "\ufffd\ufffd"

# `<url>` in a site map holds other elements.
_WITHOUT_TEXT = {"urlset": frozenset({"url"})}

_XHTML = "http://www.w3.org/1999/xhtml "
_BASE = "http://www.w3.org/XML/1998/namespace base"
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass
class XmlReading:
    """What a file has: its addresses, and (line, what is wrong) where it can't be read."""

    addresses: list[FileAddress] = field(default_factory=list)
    problem: tuple[int, str] | None = None


def read_xml(text: str) -> XmlReading:
    """The addresses in a feed, a site map or a drawing, up to where it is no XML any more."""
    if text.startswith(_OTHER_ENCODING):
        return XmlReading()
    reading = _Reading()
    try:
        reading.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        reading.found.problem = (error.lineno, expat.ErrorString(error.code) or "no XML")
    return reading.found


class _Reading:
    """Parser's events → XmlReading."""

    def __init__(self) -> None:
        self.found = XmlReading()
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.ProcessingInstructionHandler = self._instruction
        self._root: str | None = None
        self._pieces: list[str] = []
        self._line = 0
        self._is_only_a_name = False
        self._is_html = False
        self._bases: list[str] = [""]

    def _instruction(self, target: str, text: str) -> None:
        match = _HREF.search(text) if target == "xml-stylesheet" else None
        if match is not None:
            self._line = self.parser.CurrentLineNumber
            self._add(match[1] or match[2] or "", Use.LOAD)

    def _start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        name = full_name.rpartition(" ")[2]
        self._root = self._root or name
        self._pieces.clear()
        self._line = self.parser.CurrentLineNumber
        base = self._bases[-1]
        with suppress(ValueError):
            base = urljoin(base, attributes.get(_BASE, ""))
        self._bases.append(base)
        if self._root == _DRAWING or (self._root in _FEEDS and full_name.startswith(_XHTML)):
            self._markup(name.lower(), attributes)
        if self._root not in _ROOTS:
            return
        address = attributes.get(_ATTRIBUTES.get(name, ""))
        if address is not None:
            self._add(address, Use.LINK if name == "link" else Use.NAME)
        self._is_only_a_name = attributes.get("isPermaLink") == "false"
        self._is_html = attributes.get("type") == "html" or (
            name in _HTML and self._root in _FEEDS - {"feed"}
        )

    def _markup(self, name: str, attributes: Mapping[str, str]) -> None:
        """Addresses in an element of a drawing, or of XHTML in a feed."""
        # `xlink:href` is the older name of `href`, which wins.
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items() if " " in key}
        plain |= {key: value for key, value in attributes.items() if " " not in key}
        for address, use in tag_addresses(name, plain):
            if not address.startswith("#"):
                self._add(address, use, stands_alone=self._root != _DRAWING)

    def _text(self, text: str) -> None:
        self._pieces.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        whole = "".join(self._pieces)
        text = whole.strip()
        self._pieces.clear()
        root = self._root or ""
        if root == _DRAWING and name == "style":
            for address, _ in addresses_in_css(text):
                if not address.startswith("#"):
                    self._add(address, Use.LOAD)
        if root in _ROOTS and name in _TEXTS and name not in _WITHOUT_TEXT.get(root, ()):
            is_only_a_name = name == "guid" and (
                self._is_only_a_name or not text.startswith(("http:", "https:"))
            )
            if text and not is_only_a_name:
                self._add(text, _TEXTS[name])
        elif self._is_html:
            for found in addresses_in_html(whole, self._line):
                self._add(found.address, found.use, line=found.line, stands_alone=True)
        self._is_html = False
        self._bases.pop()

    def _add(
        self, address: str, use: Use, *, line: int | None = None, stands_alone: bool = False
    ) -> None:
        base = self._bases[-1]
        if base:
            with suppress(ValueError):
                address = urljoin(base, address)
        self.found.addresses.append(
            FileAddress(address, line or self._line, use, stands_alone and not base)
        )
