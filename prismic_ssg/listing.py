"""Listing, of what `prismicio.py` is written with: pages that list documents, and their feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from prismic_ssg.content.filters import Filter
from prismic_ssg.content.query import Query
from prismic_ssg.errors import ConfigurationError, ContentError

_FEED = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.(xml|atom|json)", re.ASCII)
_PLACEHOLDER = re.compile(r":([A-Za-z0-9_]+)(\??)")


@dataclass(frozen=True)
class Listing:
    """Pages that list documents: `/blog/`, `/blog/page/2/`, …

    `page_size` documents a page, in the order of `orderings`, of those that match `filters` and
    have a URL. With `by="tags"` or `by="my.type.field"` there is one listing per value, and the
    path's placeholder, whatever its name, stands for the value as a slug. With `:lang` or `:lang?`
    in the path there is one per locale; without, it lists the master locale. `feed` names the feeds
    below it, Atom or, with `.json`, JSON Feed; True is "feed.xml". Each has the first `feed_size`
    documents, with all of their texts unless `feed_content` is "excerpt".

    Raises ConfigurationError where path, `by` and placeholders do not fit each other.
    """

    path: str
    template: str = field(kw_only=True)
    page_size: int = field(default=10, kw_only=True)
    filters: Sequence[Filter] = field(default=(), kw_only=True)
    orderings: str | Sequence[Any] | None = field(default=None, kw_only=True)
    by: str | None = field(default=None, kw_only=True)
    title: str | None = field(default=None, kw_only=True)
    feed: bool | str | Sequence[str] = field(default=False, kw_only=True)
    feed_size: int = field(default=20, kw_only=True)
    feed_content: str = field(default="full", kw_only=True)
    query: Query = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        where = f"Listing({self.path!r})"
        if not isinstance(self.path, str) or not self.path.startswith("/"):
            raise ConfigurationError(f"{where}: the path does not begin with '/'")
        if not isinstance(self.page_size, int) or self.page_size < 1:
            raise ConfigurationError(
                f"{where}: page_size is a number from 1, was given {self.page_size!r}"
            )
        try:
            query = Query.of(self.filters, self.orderings or ())
        except (TypeError, ValueError, ContentError) as error:
            raise ConfigurationError(
                f"{where}: {error}",
                hint='write filters=[filter.at("document.type", "blog_post")], '
                'orderings="my.blog_post.date desc"',
            ) from None
        object.__setattr__(self, "query", query)
        self._check_feed(where)
        placeholders = [name for name, _ in _PLACEHOLDER.findall(self.path) if name != "lang"]
        if len(placeholders) != (self.by is not None):
            raise ConfigurationError(
                f"{where}: by={self.by!r} and {len(placeholders)} placeholders besides :lang",
                hint="a listing by a value has one placeholder for it, any other listing none",
            )
        if self.by is not None and self.by != "tags" and not _is_field_path(self.by):
            raise ConfigurationError(
                f"{where}: by={self.by!r} is not something that documents are listed by",
                hint='write by="tags" or by="my.type.field"',
            )

    @property
    def asks_for(self) -> tuple[str, ...]:
        """The types and the paths of fields that its query names."""
        by = (self.by,) if self.by is not None and self.by != "tags" else ()
        return (*self.query.asks_for, *by)

    def _check_feed(self, where: str) -> None:
        named = isinstance(self.feed, (bool, str, Sequence))
        if not named or not all(
            isinstance(each, str) and _FEED.fullmatch(each) for each in self.feeds
        ):
            raise ConfigurationError(
                f"{where}: feed={self.feed!r} is no name of a feed",
                hint='write feed=True, feed="atom.xml" or feed=["feed.xml", "feed.json"]',
            )
        if self.feed_content not in ("full", "excerpt"):
            raise ConfigurationError(
                f"{where}: feed_content={self.feed_content!r}", hint='it is "full" or "excerpt"'
            )
        if not isinstance(self.feed_size, int) or self.feed_size < 1:
            raise ConfigurationError(
                f"{where}: feed_size is a number from 1, was given {self.feed_size!r}"
            )

    @property
    def feeds(self) -> tuple[str, ...]:
        """The names of its feeds, none for none."""
        if isinstance(self.feed, bool):
            return ("feed.xml",) if self.feed else ()
        return (self.feed,) if isinstance(self.feed, str) else tuple(self.feed)

    def path_for(
        self,
        lang: str,
        master_language: str,
        value_slug: str | None,
        codes: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """The path of the listing's first page, for one locale and one value. `codes` are what
        `:lang` stands for, by locale."""

        def fill(match: re.Match[str]) -> str:
            if match[1] != "lang":
                return value_slug or ""
            return "" if match[2] and lang == master_language else codes.get(lang, lang)

        return re.sub(r"//+", "/", _PLACEHOLDER.sub(fill, self.path))

    @property
    def has_lang(self) -> bool:
        """Whether there is one listing per locale."""
        return any(name == "lang" for name, _ in _PLACEHOLDER.findall(self.path))


def _is_field_path(text: str) -> bool:
    return text.startswith("my.") and len(text.split(".")) >= 3
