"""What a page says of itself: its links, ids, title, images, and what is wrong with its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from prismic_ssg.checks.css import addresses_in_css
from prismic_ssg.checks.html_tokens import attributes_of, tokens
from prismic_ssg.checks.nesting import Nesting


class Use(IntEnum):
    """What a page does with an address: leads there, loads it, or names it for machines."""

    LINK = 1
    LOAD = 2
    NAME = 3


class Link(NamedTuple):
    """An address in a page as it is written, without white space around it."""

    address: str
    offset: int
    use: Use


@dataclass
class PageMarkup:
    """One page, read. Offsets count characters.

    `title`, `description`, `lang`, `base`, `canonical` and `refresh` (where the page sends its
    readers) are None where it has none. `bare_images` are the offsets of images without `alt`;
    `unnamed_images` the addresses of those whose `alt` is absent or empty. `ids` are those that a
    link can lead to, `<a name>` among them; `twice` are ids that come again. What is inside of a
    `<template>` is not in the page.
    """

    links: list[Link] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    twice: list[tuple[str, int]] = field(default_factory=list)
    title: str | None = None
    description: str | None = None
    lang: str | None = None
    has_html: bool = False
    base: str | None = None
    canonical: str | None = None
    refresh: str | None = None
    is_hidden: bool = False
    bare_images: list[tuple[str, int]] = field(default_factory=list)
    unnamed_images: set[str] = field(default_factory=set)
    problems: list[tuple[int, str]] = field(default_factory=list)


# Attributes with one address, by element.
_ADDRESSES: Mapping[str, tuple[tuple[str, Use], ...]] = {
    "a": (("href", Use.LINK), ("xlink:href", Use.LINK)),
    "area": (("href", Use.LINK),),
    "form": (("action", Use.LINK),),
    "button": (("formaction", Use.LINK),),
    "img": (("src", Use.LOAD),),
    "script": (("src", Use.LOAD), ("href", Use.LOAD), ("xlink:href", Use.LOAD)),
    "iframe": (("src", Use.LOAD),),
    "source": (("src", Use.LOAD),),
    "video": (("src", Use.LOAD), ("poster", Use.LOAD)),
    "audio": (("src", Use.LOAD),),
    "track": (("src", Use.LOAD),),
    "embed": (("src", Use.LOAD),),
    "input": (("src", Use.LOAD), ("formaction", Use.LINK)),
    "object": (("data", Use.LOAD),),
    "use": (("href", Use.LOAD), ("xlink:href", Use.LOAD)),
    "image": (("href", Use.LOAD), ("xlink:href", Use.LOAD)),
    "feimage": (("href", Use.LOAD), ("xlink:href", Use.LOAD)),
    "blockquote": (("cite", Use.NAME),),
    "q": (("cite", Use.NAME),),
    "del": (("cite", Use.NAME),),
    "ins": (("cite", Use.NAME),),
}
_SETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}

# What a `<link>` loads; the other kinds name a page, or a host to make ready for.
_LOADED = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest"}
    | {"preload", "modulepreload", "prefetch"}
)
_ONLY_HOSTS = frozenset({"preconnect", "dns-prefetch"})

_NAMING_METAS = frozenset(
    {"og:url", "og:image", "og:image:url", "og:image:secure_url", "og:video", "og:audio"}
    | {"twitter:image", "twitter:image:src"}
)

# Source: HTML standard, "parse a srcset attribute". What stands in parentheses may hold commas.
_IN_SET = re.compile(r"[\s,]*+(\S++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?)*+,?")
_REFRESH = re.compile(r"""\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']*)""", re.IGNORECASE)
_ONLY_CLASS = re.compile(r'\s*class="[^"]*"\s*')

_attributes = lru_cache(1 << 15)(attributes_of)


def read_page(html: str) -> PageMarkup:
    """Everything that the checks ask of a page, in one pass."""
    page = PageMarkup()
    nesting = Nesting()
    start, end = nesting.start, nesting.end
    templates, names = 0, set[str]()
    for name, is_end, attributes, offset, text in tokens(html):
        if is_end:
            end(name, offset)
            if name == "template":
                templates = max(0, templates - 1)
            continue
        if not name:
            page.problems.append((offset, text or ""))
            continue
        start(name, offset, closes_itself=attributes.endswith("/") and _is_bare_slash(attributes))
        if name in _READERS or (attributes and not _ONLY_CLASS.fullmatch(attributes)):
            found = _read_tag(page, name, attributes, offset, text)
            if not templates:
                _note_ids(page, names, name, found, offset)
        if name == "template":
            templates += 1
    page.ids |= names
    nesting.finish()
    page.problems = sorted([*page.problems, *nesting.problems])
    return page


def _is_bare_slash(attributes: str) -> bool:
    """Whether the slash at the end is one of the tag, and not of an address without quotes."""
    return attributes == "/" or attributes[-2] in "\t\n\f\r \"'/" or "=" not in attributes


_READERS = frozenset({"img", "title", "html", "style", "script"})


def _read_tag(
    page: PageMarkup, name: str, attributes: str, offset: int, text: str | None
) -> Mapping[str, str]:
    found, twice = _attributes(attributes)
    for each in twice:
        page.problems.append((offset, f"<{name}> has the attribute {each!r} twice"))
    for address, use in tag_addresses(name, found):
        _add(page, address, offset, use)
    special = _SPECIAL.get(name)
    if special is not None:
        special(page, _Tag(found, offset, text))
    return found


def tag_addresses(name: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, Use]]:
    """The addresses in the attributes of an element, of which `name` is in lower case; those of
    `<link>` and `<meta>`, which depend on their other attributes, are left out."""
    for attribute, use in _ADDRESSES.get(name, ()):
        if attribute in attributes:
            yield attributes[attribute], use
    if name in _SETS and _SETS[name] in attributes:
        for address in _in_set(attributes[_SETS[name]]):
            yield address, Use.LOAD
    if "style" in attributes and "url(" in attributes["style"].lower():
        for address, _ in addresses_in_css(attributes["style"]):
            yield address, Use.LOAD


def _note_ids(
    page: PageMarkup, names: set[str], name: str, found: Mapping[str, str], offset: int
) -> None:
    identity = found.get("id")
    if identity:
        if identity in page.ids:
            page.twice.append((identity, offset))
        page.ids.add(identity)
    # The id of old: `<a name="…">` is still a place that can be linked to.
    if name == "a" and found.get("name"):
        names.add(found["name"])


class _Tag(NamedTuple):
    """A start tag with its attributes, and the text inside of it where it holds nothing else."""

    found: Mapping[str, str]
    offset: int
    text: str | None


def _add(page: PageMarkup, address: str, offset: int, use: Use) -> None:
    page.links.append(Link(address.strip(" \t\n\f\r"), offset, use))


def _in_set(candidates: str) -> Iterator[str]:
    """The addresses in a `srcset`."""
    position = 0
    while match := _IN_SET.match(candidates, position):
        address, position = match[1], match.end()
        if not address.endswith(","):
            described = _DESCRIPTORS.match(candidates, position)
            position = described.end() if described else position
        yield address.rstrip(",")


def _image(page: PageMarkup, tag: _Tag) -> None:
    address = tag.found.get("src", "").strip()
    hidden = tag.found.get("aria-hidden") == "true" or tag.found.get("role") in (
        "presentation",
        "none",
    )
    if "alt" not in tag.found and not hidden:
        page.bare_images.append((address, tag.offset))
    if not tag.found.get("alt", "").strip():
        page.unnamed_images.add(address)


def _title(page: PageMarkup, tag: _Tag) -> None:
    # That of a drawing is an element like others, and no text.
    if page.title is None and tag.text is not None:
        page.title = " ".join(unescape(tag.text).split())


def _html(page: PageMarkup, tag: _Tag) -> None:
    page.has_html = True
    page.lang = tag.found.get("lang") or None


def _meta(page: PageMarkup, tag: _Tag) -> None:
    name, content = tag.found.get("name", "").lower(), tag.found.get("content", "")
    if name == "description":
        page.description = " ".join(content.split())
    elif name == "robots" and "noindex" in content.lower():
        page.is_hidden = True
    elif tag.found.get("http-equiv", "").lower() == "refresh":
        match = _REFRESH.match(content)
        if match and match[1].strip():
            page.refresh = match[1].strip()
            _add(page, page.refresh, tag.offset, Use.LINK)
    if (tag.found.get("property") or name) in _NAMING_METAS and content:
        _add(page, content, tag.offset, Use.NAME)


def _link(page: PageMarkup, tag: _Tag) -> None:
    relations = set(tag.found.get("rel", "").lower().split())
    href = tag.found.get("href")
    if href is None or relations & _ONLY_HOSTS:
        return
    if "canonical" in relations:
        page.canonical = href
    _add(page, href, tag.offset, Use.LOAD if relations & _LOADED else Use.NAME)


def _base(page: PageMarkup, tag: _Tag) -> None:
    if page.base is None:
        page.base = tag.found.get("href")


def _style(page: PageMarkup, tag: _Tag) -> None:
    for address, _ in addresses_in_css(tag.text or ""):
        _add(page, address, tag.offset, Use.LOAD)


_SPECIAL = {
    "img": _image,
    "title": _title,
    "html": _html,
    "meta": _meta,
    "link": _link,
    "base": _base,
    "style": _style,
}
