"""What the page being rendered has read: the whole dependency graph of a site is made of these.

What several pages share is worked out once. Its reads are written into a notebook of its own, kept
beside it as `Noted`, and added to the notebook of each page that it is shown on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

import msgspec

from prismic_ssg.engine.facts import Fact, Read, packed
from prismic_ssg.errors import PrismicSsgError

# What a warning is about: a build says it once for each.
NoteKey = tuple[str, ...]

_Result = TypeVar("_Result")


class Noticed(msgspec.Struct, frozen=True):
    """What is seldom there beside facts: see Notebook for the members."""

    notes: Mapping[NoteKey, PrismicSsgError]
    assets: AbstractSet[str]
    images: AbstractSet[str]
    is_of_page: bool


class Noted(msgspec.Struct, frozen=True):
    """What working something out has read and noticed. Of the facts it has the keys, packed: there
    may be 10,000 of these in memory."""

    facts: bytes
    more: Noticed | None = None

    @property
    def is_of_page(self) -> bool:
        return self.more is not None and self.more.is_of_page

    def as_of_page(self) -> Noted:
        """The same, told to be of the page itself."""
        more = self.more or Noticed({}, frozenset(), frozenset(), is_of_page=True)
        return Noted(self.facts, msgspec.structs.replace(more, is_of_page=True))


class Notebook:
    """What was read since the last `turn`: facts, static files, images, and what was noticed.

    Views hold it and write into `facts`, which is a plain set so that a read costs next to nothing.
    `shared` are those that `Noted` of other pages had as well, packed.
    `values` are the lists and objects that were read, by their fact: they can be changed, so each
    page has its own. Whatever tells a template of the page itself sets `is_of_page`; its language,
    `lang`, does not count as such.
    """

    __slots__ = ("assets", "facts", "images", "is_of_page", "lang", "notes", "shared", "values")

    def __init__(self) -> None:
        self.turn("")

    def turn(self, lang: str) -> None:
        """Begin with the next page. What was taken from here before stays as it is."""
        self.lang = lang
        self.facts: set[Read] = set()
        self.shared: set[bytes] = set()
        self.notes: dict[NoteKey, PrismicSsgError] = {}
        self.assets: set[str] = set()
        self.images: set[str] = set()
        self.values: dict[Fact, Any] = {}
        self.is_of_page = False

    def apart(self, work: Callable[..., _Result], *arguments: Any) -> tuple[_Result, Noted]:
        """What `work` gives, with what it read. That counts as read by the page as well."""
        facts, shared, values = self.facts, self.shared, self.values
        notes, assets, images, is_of_page = self.notes, self.assets, self.images, self.is_of_page
        self.facts, self.shared, self.values, self.is_of_page = set(), set(), {}, False
        # Those that are empty, as they are on most pages, are of use in there as well.
        is_lent = not (notes or assets or images)
        if not is_lent:
            self.notes, self.assets, self.images = {}, set(), set()
        try:
            result = work(*arguments)
        finally:
            more = None
            if self.notes or self.assets or self.images or self.is_of_page:
                more = Noticed(self.notes, self.assets, self.images, self.is_of_page)
            noted = Noted(self.reads(), more)
            self.facts, self.shared, self.values = facts, shared, values
            if more is not None and is_lent:
                # They are in `noted` now.
                notes, assets, images = {}, set(), set()
            self.notes, self.assets, self.images, self.is_of_page = (
                notes,
                assets,
                images,
                is_of_page,
            )
            self.add(noted)
        return result, noted

    def anew(self, work: Callable[..., _Result], *arguments: Any) -> _Result:
        """What `work` gives that finds lists and objects of content as they are, as it does apart:
        whatever is done to them around it, or by it."""
        around, self.values = self.values, {}
        try:
            return work(*arguments)
        finally:
            self.values = around

    def add(self, noted: Noted) -> None:
        """Count as read what `noted` has read."""
        self.shared.add(noted.facts)
        more = noted.more
        if more is not None:
            self.assets |= more.assets
            self.images |= more.images
            self.is_of_page = self.is_of_page or more.is_of_page
            for key, note in more.notes.items():
                self.notes.setdefault(key, note)

    def reads(self) -> bytes:
        """All facts that were read, packed."""
        return packed(self.facts, self.shared)
