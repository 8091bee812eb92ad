"""Everything that one build can see, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from prismic_ssg.content.repository import Language
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.site import Site


class Text(Protocol):
    """A template's source; `file` is how messages name it."""

    @property
    def file(self) -> str: ...

    @property
    def text(self) -> str: ...


class Markdown(Protocol):
    """A Markdown page's front matter, and the text below it."""

    @property
    def meta(self) -> Mapping[str, Any]: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class World:
    """One content snapshot, the pages it makes, and what they are made with.

    `languages` has the master locale first. `templates` holds the site's and the theme's by name;
    `assets` the content hash of each static file by name. `today` is in the reader's stead of a
    clock: nothing below may ask one. `hosted_as` is the name of a repository on Prismic's servers,
    None for a local one.
    """

    site: Site
    snapshot: Snapshot
    pages: PageTable
    languages: tuple[Language, ...]
    templates: Mapping[str, Text]
    markdown: Mapping[str, Markdown]
    assets: Mapping[str, str]
    today: date
    hosted_as: str | None = None
