"""The pages of one world, each rendered when somebody wants to see it."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING

from msgspec.structs import replace

from prismic_ssg.building.page_work import encoded
from prismic_ssg.content.file_names import hashed_name
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.world import World
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.publishing.shown_images import are_shown, images_of
from prismic_ssg.publishing.site_files import SiteFiles
from prismic_ssg.render.renderer import Renderer
from prismic_ssg.store.images import FOLDER
from prismic_ssg.store.sources import StaticFile, static_bytes

if TYPE_CHECKING:
    from prismic_ssg.render.renderer import Rendered
    from prismic_ssg.sources import Sources

_SITE_MAP = re.compile(r"sitemap(?:-\d+)?\.xml", re.ASCII)

_KEPT_PAGES = 300
_KEPT_BYTES = 32 << 20

# The site map has the images of every page: so many are rendered for it, at up to 6 ms each.
# Nobody would wait for more of them.
_MOST_LOOKED_THROUGH = 300

# Larger files are answered from the output, once a build has put them there.
_MOST_STATIC_BYTES = 16 << 20


@dataclass(frozen=True)
class Shown:
    """A page as it is in its world: its bytes, or what keeps it from being rendered."""

    body: bytes | None = None
    problem: PrismicSsgError | None = None


class RenderedWorld:
    """The files of the output that a build of this world would make, one at a time. Thread-safe.

    Pages have the same bytes as in a build, but that an image which was never downloaded is shown
    from where it is. What was rendered is kept as long as there is room. The site map of a large
    site is without images: they are known once all pages are rendered.
    """

    def __init__(self, world: World, sources: Sources, cache: Path) -> None:
        self.world = world
        self.sources = sources
        self._cache = cache
        self._lock = RLock()
        self._mapping = Lock()
        self._kept: OrderedDict[str, Shown] = OrderedDict()
        self._kept_bytes = 0

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.world)

    @cached_property
    def _images(self) -> PageImages:
        return PageImages(self.world.site, self._cache, offline=True)

    @cached_property
    def _pages(self) -> dict[str, Page]:
        return {page.file: page for page in self.world.pages.pages.values()}

    @cached_property
    def _static(self) -> dict[str, StaticFile]:
        hashed = {
            hashed_name(name, file.digest): file for name, file in self.sources.assets.items()
        }
        return {**hashed, **self.sources.static, **self.sources.changed_static}

    @cached_property
    def _site_maps(self) -> dict[str, str]:
        made = SiteFiles(self.world, self.sources, {}).all((), {}, self._shown_images())
        return {name: text for name, text in made if _SITE_MAP.fullmatch(name)}

    def _shown_images(self) -> dict[str, tuple[str, ...]]:
        """The images that pages show, by path, for the site map; none of pages with a problem."""
        site = self.world.site
        pages = [page for page in self.world.pages.pages.values() if are_shown(page)]
        if not site.sitemap_images or len(pages) > _MOST_LOOKED_THROUGH:
            return {}
        shown: dict[str, tuple[str, ...]] = {}
        for page in pages:
            try:
                with self._lock:
                    text = self._finished(page).text
            except PrismicSsgError:
                # Whoever opens the page is told.
                continue
            shown[page.path] = images_of(page, text, site.base_url)
        return shown

    def page_of(self, file: str) -> Page | None:
        """The page that is this file of the output, None where it is none."""
        return self._pages.get(file)

    def page(self, file: str) -> Shown | None:
        """The page that is this file of the output; None for what is no page."""
        page = self._pages.get(file)
        if page is None:
            return None
        with self._lock:
            shown = self._kept.get(file)
            if shown is None:
                shown = self._rendered(page)
                self._keep(file, shown)
            else:
                self._kept.move_to_end(file)
            return shown

    def problem(self, file: str) -> PrismicSsgError | None:
        """What kept this page from being rendered, if somebody wanted to see it."""
        shown = self._kept.get(file)
        return None if shown is None else shown.problem

    def other(self, file: str) -> bytes | None:
        """A file of the output that is no page: a static file, an image that was downloaded, the
        site map."""
        static = self._static.get(file)
        if static is not None:
            if static.content is not None:
                return static.content
            return static_bytes(static.path, _MOST_STATIC_BYTES)
        if file.startswith(f"{FOLDER}/"):
            with self._lock:
                image = self._images.files.get(file)
            if image is not None:
                return static_bytes(image.path, _MOST_STATIC_BYTES)
        if _SITE_MAP.fullmatch(file):
            with self._mapping:
                text = self._site_maps.get(file)
            return None if text is None else text.encode()
        return None

    def _rendered(self, page: Page) -> Shown:
        try:
            return Shown(encoded(self._finished(page), minify=self.world.site.minify))
        except PrismicSsgError as error:
            # Not the traceback: it holds all that a template had at hand.
            return Shown(problem=error.with_traceback(None))

    def _finished(self, page: Page) -> Rendered:
        rendered = self._renderer.render(page)
        here = frozenset(url for url in rendered.images if self._images.has((url,)))
        return self._images.finished(replace(rendered, images=here)) or rendered

    def _keep(self, file: str, shown: Shown) -> None:
        self._kept[file] = shown
        self._kept_bytes += len(shown.body or b"")
        while len(self._kept) > _KEPT_PAGES or self._kept_bytes > _KEPT_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._kept_bytes -= len(dropped.body or b"")
