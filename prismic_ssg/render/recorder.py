"""What the page being rendered has read: the whole dependency graph of a site is made of these.

What several pages share is worked out once. Its reads are written into a notebook of its own, kept
beside it as `Noted`, and added to the notebook of each page that it is shown on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

import msgspec

from prismic_ssg.engine.facts import Fact, Read, key_of
from prismic_ssg.errors import PrismicSsgError

# What a warning is about: a build says it once for each.
NoteKey = tuple[str, ...]

_NO_NOTES: Mapping[NoteKey, PrismicSsgError] = {}

_NOTHING: frozenset[str] = frozenset()

_Result = TypeVar("_Result")


class Noted(msgspec.Struct, frozen=True):
    """What working something out has read and noticed: see Notebook for the members.

    Of the facts it has the keys, worked out once for all pages that share this. `has_more` says
    whether there is anything but facts.
    """

    facts: AbstractSet[int]
    notes: Mapping[NoteKey, PrismicSsgError]
    assets: AbstractSet[str]
    images: AbstractSet[str]
    is_of_page: bool
    has_more: bool


class Notebook:
    """What was read since the last `turn`: facts, static files, images, and what was noticed.

    Views hold it and write into `facts`, which is a plain set so that a read costs next to nothing.
    `values` are the lists and objects that were read, by their fact: they can be changed, so each
    page has its own. Whatever tells a template of the page itself sets `is_of_page`; its language,
    `lang`, does not count as such.
    """

    __slots__ = ("assets", "facts", "images", "is_of_page", "lang", "notes", "values")

    def __init__(self) -> None:
        self.turn("")

    def turn(self, lang: str) -> None:
        """Begin with the next page. What was taken from here before stays as it is."""
        self.lang = lang
        self.facts: set[Read] = set()
        self.notes: dict[NoteKey, PrismicSsgError] = {}
        self.assets: set[str] = set()
        self.images: set[str] = set()
        self.values: dict[Fact, Any] = {}
        self.is_of_page = False

    def apart(self, work: Callable[..., _Result], *arguments: Any) -> tuple[_Result, Noted]:
        """What `work` gives, with what it read. That counts as read by the page as well."""
        facts, values, is_of_page = self.facts, self.values, self.is_of_page
        notes, assets, images = self.notes, self.assets, self.images
        self.facts, self.values, self.is_of_page = set(), {}, False
        # Those that are empty, as they are on most pages, are of use in there as well.
        is_lent = not (notes or assets or images)
        if not is_lent:
            self.notes, self.assets, self.images = {}, set(), set()
        try:
            result = work(*arguments)
        finally:
            has_more = bool(self.notes or self.assets or self.images or self.is_of_page)
            noted = Noted(
                # A plain set: of those a frozen copy would be another one.
                {each if type(each) is int else key_of(each) for each in self.facts},  # type: ignore[arg-type]
                self.notes if has_more else _NO_NOTES,
                self.assets if has_more else _NOTHING,
                self.images if has_more else _NOTHING,
                self.is_of_page,
                has_more,
            )
            self.facts, self.values, self.is_of_page = facts, values, is_of_page
            if has_more and is_lent:
                # They are in `noted` now.
                notes, assets, images = {}, set(), set()
            self.notes, self.assets, self.images = notes, assets, images
            self.add(noted)
        return result, noted

    def add(self, noted: Noted) -> None:
        """Count as read what `noted` has read."""
        self.facts |= noted.facts
        if noted.has_more:
            self.assets |= noted.assets
            self.images |= noted.images
            self.is_of_page = self.is_of_page or noted.is_of_page
            for key, note in noted.notes.items():
                self.notes.setdefault(key, note)
