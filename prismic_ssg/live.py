"""A site as it is now, in memory, its pages rendered when asked for.

A world is made anew whenever something changed, of what did not: with a new template, content and
page table stay what they are, and the first page is there in some hundredths of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from prismic_ssg.api.collector import collector_off
from prismic_ssg.building.engine_key import engine_key
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.rendered_world import RenderedWorld, Shown
from prismic_ssg.sources import Sources
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import LoadedSite, load
from prismic_ssg.worlds import make_world

if TYPE_CHECKING:
    from prismic_ssg.api.pulled import Pulled
    from prismic_ssg.errors import PrismicSsgError
    from prismic_ssg.site import Site
    from prismic_ssg.store.sources import StaticFile


@dataclass(frozen=True)
class Edition:
    """A site at one moment: what it is made from, and its pages. `number` counts from 1."""

    number: int
    loaded: LoadedSite
    site: Site
    origin: Origin
    pulled: Pulled
    sources: Sources
    pages: RenderedWorld


@dataclass(frozen=True)
class LiveOptions:
    """What the command line says of the site, as build() takes it."""

    repository: str | None = None
    base_url: str | None = None
    ref: str | None = None
    release: str | None = None
    offline: bool = False


@dataclass(frozen=True)
class Changed:
    """What may have changed since the last time; `ref` is where the content is to be taken from,
    if not from where the options say. With `pulled`, somebody has just pulled it into the cache."""

    content: bool = True
    configuration: bool = True
    ref: str | None = None
    pulled: bool = False

    def __or__(self, other: Changed) -> Changed:
        return Changed(
            self.content or other.content,
            self.configuration or other.configuration,
            other.ref or self.ref,
            self.pulled and other.pulled,
        )


@dataclass
class LiveSite:
    """The site of a project. Thread-safe: readers see the newest edition that could be made.

    `today` stands for the clock; `wait` lets somebody who has emptied a file write it.
    """

    project: Path
    environment: Mapping[str, str]
    today: Callable[[], date]
    wait: Callable[[], None]
    options: LiveOptions = LiveOptions()
    edition: Edition | None = None
    _missed: Changed | None = None
    _refreshing: Lock = field(default_factory=Lock)

    @property
    def cache(self) -> Path:
        return self.project / CACHE

    @property
    def is_behind(self) -> bool:
        """Whether the last change could not be followed."""
        return self._missed is not None

    def refresh(self, changed: Changed) -> Edition:
        """The site as it is after a change.

        Raises what build() raises before the first page is rendered; then readers keep the edition
        that they have, and the next refresh follows this change, too.
        """
        with self._refreshing, collector_off():
            whole = changed if self._missed is None else self._missed | changed
            self._missed = whole
            self.edition = self._next(self.edition, whole)
            self._missed = None
            return self.edition

    def _next(self, old: Edition | None, changed: Changed) -> Edition:
        if old is None:
            changed = replace(changed, content=True, configuration=True)
        loaded = load(self.project) if changed.configuration or old is None else old.loaded
        site, options = loaded.site, self.options
        if options.base_url is not None:
            site = replace(site, base_url=options.base_url)
        origin = Origin.of(site, self.project, options.repository, self.environment)
        if old is None or changed.content or not _is_same_content(old, origin, site):
            pulled = self._pulled(origin, site, changed)
            if old is not None and pulled.place == old.pulled.place:
                # With all that queries have found out about its documents.
                pulled = _known(pulled, old.pulled)
        else:
            origin, pulled = old.origin, old.pulled
        sources = self._read(site, old)
        key = engine_key(loaded, site, pulled.repository, origin.hosted_as)
        before = old.pages.world if old else None
        world, _, _ = make_world(site, pulled, sources, origin, self.today(), key, before=before)
        pages = RenderedWorld(world, sources, self.cache)
        return Edition(old.number + 1 if old else 1, loaded, site, origin, pulled, sources, pages)

    def _read(self, site: Site, old: Edition | None) -> Sources:
        sources = Sources.read(self.project, site)
        if old is not None and _emptied(old.sources, sources):
            self.wait()
            sources = Sources.read(self.project, site)
        return sources

    def _pulled(self, origin: Origin, site: Site, changed: Changed) -> Pulled:
        options = self.options
        ref = options.ref or changed.ref
        is_there = options.offline or (changed.pulled and changed.content)
        wanted = Wanted(ref, options.release, is_there)
        return origin.pull(site, wanted, self.environment, self.cache)

    # -- what readers see

    def page(self, file: str) -> Shown | None:
        """A page by its file in the output; None for what is no page, or before there is any."""
        edition = self.edition
        return None if edition is None else edition.pages.page(file)

    def file(self, name: str) -> bytes | None:
        """Any file of the output as it is now; None where it is not known here."""
        edition = self.edition
        if edition is None:
            return None
        shown = edition.pages.page(name)
        return shown.body if shown is not None else edition.pages.other(name)

    def problem(self, name: str) -> PrismicSsgError | None:
        """What keeps this page from being shown as it is now, if somebody wanted to see it."""
        edition = self.edition
        return None if edition is None else edition.pages.problem(name)


def _is_same_content(old: Edition, origin: Origin, site: Site) -> bool:
    """Whether the configuration asks for the documents that the edition has."""
    asked = (origin.repository, site.lang, site.fetch_links, site.graph_query)
    before = old.site
    was = (old.origin.repository, before.lang, before.fetch_links, before.graph_query)
    return asked == was


def _known(new: Pulled, old: Pulled) -> Pulled:
    """The pull with the snapshot of another one of the same documents."""
    new.__dict__["snapshot"] = old.snapshot
    return new


def _published_static(edition: Edition) -> Mapping[str, StaticFile]:
    return {**edition.sources.static, **edition.sources.changed_static}


def _emptied(old: Sources, new: Sources) -> bool:
    """Whether a file has no text any more: most likely it is being written."""
    return any(
        not text.text and name in before and before[name].text
        for before, now in ((old.templates, new.templates), (old.markdown, new.markdown))
        for name, text in now.items()
    )


def changed_static(old: Edition | None, new: Edition) -> Collection[str]:
    """The static files that differ between two editions, by name."""
    before = _published_static(old) if old else {}
    now = _published_static(new)
    return [
        name
        for name in before.keys() | now.keys()
        if name not in before or name not in now or before[name].digest != now[name].digest
    ]
