"""What the page being rendered has read: the whole dependency graph of a site is made of these."""

from __future__ import annotations

from prismic_ssg.engine.facts import Fact
from prismic_ssg.errors import PrismicSsgError

# What a warning is about: a build says it once for each.
NoteKey = tuple[str, ...]


class Notebook:
    """Facts that were read since the last `turn`, and what was noticed meanwhile.

    Views hold it and write into `facts`, which is a plain set so that a read costs next to nothing.
    """

    __slots__ = ("facts", "notes")

    def __init__(self) -> None:
        self.turn()

    def turn(self) -> None:
        """Begin with the next page. What was taken from here before stays as it is."""
        self.facts: set[Fact] = set()
        self.notes: dict[NoteKey, PrismicSsgError] = {}
