"""The addresses in feeds and site maps, and whether they can be read at all.

Source: sitemaps.org, "Sitemaps XML format"; RSS 2.0; RFC 4287 (Atom). Other XML holds addresses of
its own kinds: of that no more is looked at than whether it is well-formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from prismic_ssg.checks.html_page import Use

_ROOTS = frozenset({"urlset", "sitemapindex", "rss", "RDF", "feed"})

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
# What the mark at the beginning of UTF-16 is read as in UTF-8: such a file is left alone.
_OTHER_ENCODING = "\ufffd\ufffd"

# `<url>` in a site map holds other elements.
_WITHOUT_TEXT = {"urlset": frozenset({"url"})}


class XmlAddress(NamedTuple):
    """An address, with the line that it begins in, counted from 1."""

    address: str
    line: int
    use: Use


@dataclass
class XmlReading:
    """What a file has: its addresses, and (line, what is wrong) where it can't be read."""

    addresses: list[XmlAddress] = field(default_factory=list)
    problem: tuple[int, str] | None = None


def read_xml(text: str) -> XmlReading:
    """The addresses in a feed or a site map, up to where it is no XML any more."""
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
        self._root: str | None = None
        self._pieces: list[str] = []
        self._line = 0
        self._is_only_a_name = False

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self._root = self._root or name
        self._pieces.clear()
        self._line = self.parser.CurrentLineNumber
        if self._root not in _ROOTS:
            return
        address = attributes.get(_ATTRIBUTES.get(name, ""))
        if address is not None:
            self._add(address, Use.LINK if name == "link" else Use.NAME)
        self._is_only_a_name = attributes.get("isPermaLink") == "false"

    def _text(self, text: str) -> None:
        self._pieces.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        root = self._root or ""
        if root in _ROOTS and name in _TEXTS and name not in _WITHOUT_TEXT.get(root, ()):
            is_only_a_name = name == "guid" and (
                self._is_only_a_name or not text.startswith(("http:", "https:"))
            )
            if text and not is_only_a_name:
                self._add(text, _TEXTS[name])

    def _add(self, address: str, use: Use) -> None:
        self.found.addresses.append(XmlAddress(address, self._line, use))
