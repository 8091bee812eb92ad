"""Routes: which URL path a document has, evaluated here over the whole snapshot.

Prismic evaluates routes on its servers, for one query at a time. Here every document of every
locale is at hand, so that `alternates` and links of any depth get their path as well.
Rules and their sources: Prismic's route resolver documentation; where it is silent, the rule is
named at the code that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.errors import ConfigurationError, did_you_mean

Lookup = Callable[[DocumentId], Document | None]

_EXTENSION = re.compile(r"\.[A-Za-z0-9]+$")
_KEYWORD = re.compile(r":([A-Za-z0-9_]+)")


class Keyword(msgspec.Struct, frozen=True):
    """`:name` or `:name?` in a route's path."""

    name: str
    optional: bool


Segment = tuple[str | Keyword, ...]


@dataclass(frozen=True)
class Route:
    """The URL path of the documents of one type: `Route("post", "/:lang?/blog/:uid")`.

    `path` begins with `/` and may hold `:uid`, `:lang`, and a keyword for each of `resolvers`. A
    `?` makes a keyword optional: with its value missing, its segment is left out together with its
    slash. `:lang?` is left out in the master locale only. `resolvers` maps a keyword to a content
    relationship field, or a chain of them (`"category.section"`), whose target's UID it stands for.
    With `uid` or `lang` the route is for that document, or that locale, alone.

    Raises ConfigurationError where the path does not begin with `/` or has a keyword that is
    neither `uid`, `lang` nor in `resolvers`.
    """

    type: str
    path: str
    uid: str | None = field(default=None, kw_only=True)
    lang: str | None = field(default=None, kw_only=True)
    resolvers: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    segments: tuple[Segment, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        where = f"Route({self.type!r}, {self.path!r})"
        for name in ("type", "path"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise ConfigurationError(f"{where}: {name} must be a text that is not empty")
        if not isinstance(self.resolvers, Mapping) or not all(
            isinstance(part, str) for pair in self.resolvers.items() for part in pair
        ):
            raise ConfigurationError(
                f"{where}: resolvers must map keywords to fields, was given {self.resolvers!r}",
                hint='write resolvers={"category": "category"}',
            )
        if not self.path.startswith("/"):
            raise ConfigurationError(
                f"{where}: the path does not begin with '/'", hint=f"write {'/' + self.path!r}"
            )
        known = {"uid", "lang", *self.resolvers}
        parts = self.path[1:].split("/")
        segments = tuple(_parse_segment(part, known, where) for part in parts)
        static = "".join(part for segment in segments for part in segment if isinstance(part, str))
        if any(character in "?#\\" or ord(character) < 32 for character in static):
            raise ConfigurationError(
                f"{where}: a path has no query, fragment, backslash or control character",
                hint="a '?' stands only behind a keyword, as in ':lang?'",
            )
        object.__setattr__(self, "segments", segments)

    @property
    def has_extension(self) -> bool:
        """Whether the path ends in static text with an extension, as `/feeds/:uid.xml` does."""
        last = self.segments[-1]
        return bool(last) and isinstance(last[-1], str) and _EXTENSION.search(last[-1]) is not None

    def path_for(
        self,
        document: Document,
        lookup: Lookup,
        master_language: str,
        codes: Mapping[str, str] = MappingProxyType({}),
    ) -> str | None:
        """The document's path by this route, None where a keyword that must have a value has none.

        `codes` are what `:lang` stands for, by locale; a locale that is not in it, for its id. Does
        not ask whether the route is for this document: see `RouteTable.path_for`.
        """
        written: list[str] = []
        for segment in self.segments:
            text = ""
            for part in segment:
                if isinstance(part, str):
                    text += part
                    continue
                value = self._value(part, document, lookup, master_language, codes)
                if value is None and not part.optional:
                    return None
                text += value or ""
            if text or not segment:
                written.append(text)
        path = "/" + "/".join(written)
        return re.sub(r"//+", "/", path) if "//" in path else path

    def _value(
        self,
        keyword: Keyword,
        document: Document,
        lookup: Lookup,
        master_language: str,
        codes: Mapping[str, str],
    ) -> str | None:
        chain = self.resolvers.get(keyword.name)
        if chain is not None:
            return _resolve(document, chain, lookup)
        if keyword.name == "uid":
            return document.uid or None
        if keyword.optional and document.lang == master_language:
            return None
        return codes.get(document.lang, document.lang) or None


def _parse_segment(text: str, known: set[str], where: str) -> Segment:
    parts: list[str | Keyword] = []
    position = 0
    while position < len(text):
        colon = text.find(":", position)
        if colon < 0:
            parts.append(text[position:])
            break
        if colon > position:
            parts.append(text[position:colon])
        name = _keyword_at(text, colon, known, where)
        position = colon + 1 + len(name)
        optional = text[position : position + 1] == "?"
        position += optional
        parts.append(Keyword(name, optional))
    return tuple(parts)


def _keyword_at(text: str, colon: int, known: set[str], where: str) -> str:
    match = _KEYWORD.match(text, colon)
    if match and match[1] in known:
        return match[1]
    # A resolver may be named with characters that end a keyword elsewhere: the longest one wins.
    rest = text[colon + 1 :]
    for name in sorted(known, key=len, reverse=True):
        if not _KEYWORD.fullmatch(":" + name) and rest.startswith(name):
            return name
    name = match[1] if match else ""
    add = f'it is neither :uid nor :lang; add resolvers={{"{name}": "the_field"}}'
    raise ConfigurationError(
        f"{where}: the keyword ':{name}' has no value",
        hint=did_you_mean(name, sorted(known), add, shown="':{}'"),
    )


def _resolve(document: Document, chain: str, lookup: Lookup) -> str | None:
    """UID of the document at the end of a chain of content relationships."""
    current: Document | None = document
    link: Any = None
    for name in chain.split("."):
        if current is None:
            return None
        link = current.field(name)
        if not isinstance(link, dict) or not link.get("id"):
            return None
        # What a link says of its target, broken or not, is as old as the document.
        current = lookup(DocumentId(link["id"]))
    if current is not None:
        return current.uid or None
    # Unless the API calls the link broken, the target is published, but not in this snapshot (a
    # site of one language, say): its UID is on the link.
    uid = None if link.get("isBroken") is True else link.get("uid")
    return uid if isinstance(uid, str) and uid else None


class RouteTable:
    """All routes of a site, asked for the path of a document.

    Which of several routes for a type applies is not documented by Prismic. Here: those with `uid`
    first, then those with `lang`, else in the order given; the first that gives a path. (A general
    route written before a specific one occurs in real sites, whose authors expect the specific one
    to win.)
    """

    def __init__(
        self,
        routes: Iterable[Route],
        master_language: str,
        codes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._by_type: dict[str, list[Route]] = {}
        for route in routes:
            self._by_type.setdefault(route.type, []).append(route)
        for candidates in self._by_type.values():
            candidates.sort(key=lambda route: (route.uid is None, route.lang is None))
        self._master_language = master_language
        self._codes = codes

    @property
    def resolved_fields(self) -> frozenset[tuple[str, str]]:
        """Type and name of each field in which a route begins to look for a value."""
        return frozenset(
            (type_, chain.split(".")[0])
            for type_, candidates in self._by_type.items()
            for route in candidates
            for chain in route.resolvers.values()
        )

    def path_for(self, document: Document, lookup: Lookup) -> tuple[str, Route] | None:
        """The document's path and the route that gave it; None where no route gives one."""
        for route in self._by_type.get(document.envelope.type, ()):
            if route.uid is not None and route.uid != document.uid:
                continue
            if route.lang is not None and route.lang != document.lang:
                continue
            path = route.path_for(document, lookup, self._master_language, self._codes)
            if path is not None:
                return path, route
        return None


def shadowed(routes: Sequence[Route]) -> tuple[tuple[Route, Route], ...]:
    """Pairs of a general route and a more specific one for the same type that stands behind it.

    The specific one wins here. Elsewhere the first that matches might: the order misleads a reader.
    """
    return tuple(
        (general, specific)
        for index, general in enumerate(routes)
        if general.uid is None and general.lang is None
        for specific in routes[index + 1 :]
        if specific.type == general.type and (specific.uid is not None or specific.lang is not None)
    )


def single_types(documents: Iterable[Document], repeatable: Mapping[str, bool]) -> frozenset[str]:
    """The types of which each locale has one document only.

    `repeatable` says so as far as models do. A type without a model is single where none of its
    documents has a UID and no locale has two of them.
    """
    several: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for document in documents:
        if document.uid or (document.type, document.lang) in seen:
            several.add(document.type)
        seen.add((document.type, document.lang))
    inferred = {type_: type_ in several for type_, _ in seen}
    return frozenset(name for name, many in {**inferred, **repeatable}.items() if not many)


def default_routes(types: Collection[str], single: frozenset[str]) -> tuple[Route, ...]:
    """Routes for a site that names none: those that Prismic's own CLI writes, for every locale.

    A repeatable type `blog_post` is at `/blog-post/:uid`, `page` at `/:uid`; a single type at its
    name, `homepage` at `/`. Without a homepage, a page with the UID `home` is at `/`.
    """
    routes = []
    if "page" in types and "homepage" not in types:
        routes.append(Route("page", "/:lang?", uid="home"))
    for name in sorted(types):
        top = "homepage" if name in single else "page"
        folder = "" if name == top else "/" + name.replace("_", "-")
        routes.append(Route(name, f"/:lang?{folder}{'' if name in single else '/:uid'}"))
    return tuple(routes)
