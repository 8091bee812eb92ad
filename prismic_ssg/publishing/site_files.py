"""The files that a site has besides its pages, its static files and its images.

They are made again by every build that has anything to do: what they are made from need not be
noted as facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import MappingProxyType

import msgspec

from prismic_ssg.content.changes import Change
from prismic_ssg.engine.page import file_of, folders_of
from prismic_ssg.engine.sitemap import sitemap_after, sitemap_files
from prismic_ssg.engine.world import World
from prismic_ssg.errors import ContentError, PrismicSsgError
from prismic_ssg.publishing.headers import headers_file
from prismic_ssg.publishing.redirects import (
    Redirects,
    is_file,
    nginx_map,
    redirect_pages,
    redirects_of,
)
from prismic_ssg.publishing.redirects_file import rules_file
from prismic_ssg.site import Site
from prismic_ssg.sources import Sources
from prismic_ssg.store.images import FOLDER as IMAGES
from prismic_ssg.store.sources import StaticFile

SITEMAP = "sitemap.xml"
REDIRECTS = "_redirects"
NGINX = "_redirects.nginx"
HEADERS = "_headers"
# The folder of the search index. Here, as builds without a search need not load its module.
SEARCH = "pagefind"


def own_files(site: Site) -> Mapping[str, str]:
    """The files that a build may make for a site besides its pages, and what they are."""
    every = (
        (SITEMAP, "the site map", bool(site.base_url)),
        (REDIRECTS, "the list of redirects", REDIRECTS in site.redirects_as),
        (NGINX, "the list of redirects for nginx", "nginx" in site.redirects_as),
        (HEADERS, "the list of headers", site.headers),
    )
    return {name: what for name, what, is_wanted in every if is_wanted}


def own_folders(site: Site) -> Mapping[str, str]:
    """The folders of the output in which a build puts files of its own, and what those are."""
    every = (
        (SEARCH, "the search index", site.search),
        (IMAGES, "the images of content", site.images == "download"),
    )
    return {name: what for name, what, is_wanted in every if is_wanted}


class SiteFiles(msgspec.Struct, frozen=True, dict=True):
    """What to write for one world. `had` is the document last seen at each path, by path;
    `changes` are the documents that differ from those of the build before, where the pages are the
    same, else None."""

    world: World
    sources: Sources
    had: Mapping[str, str]
    changes: Sequence[Change] | None = None

    @cached_property
    def redirects(self) -> Redirects:
        world = self.world
        pages = world.pages.pages
        if not self.had and not self.sources.redirects:
            return Redirects()
        return redirects_of(
            self.sources.redirects,
            self.had,
            {id_: url for id_, url in world.pages.urls.items() if url in pages},
            self._taken,
            are_saved=isinstance(world.site.redirects, str),
        )

    @property
    def _taken(self) -> list[str]:
        """The paths of all pages and static files, and of the site map."""
        own = [f"/{SITEMAP}"] if self._has_sitemap else []
        return [*self.world.pages.pages, *(f"/{name}" for name in self.sources.static), *own]

    @cached_property
    def _rules(self) -> tuple[str, list[PrismicSsgError]]:
        return rules_file(self.redirects, self._own(REDIRECTS), self.world.site.base_path)

    @cached_property
    def _redirect_pages(self) -> tuple[dict[str, str], list[PrismicSsgError]]:
        """The pages that stand for redirects, where nothing else is in their place."""
        site = self.world.site
        if "html" not in site.redirects_as:
            return {}, []
        files = {page.file for page in self.world.pages.pages.values()}.union(
            self.sources.static, own_files(site)
        )
        folders = {folder for file in files for folder in folders_of(file)}
        pages: dict[str, str] = {}
        problems: list[PrismicSsgError] = []
        for redirect, text in redirect_pages(self.redirects, site.origin, site.base_path):
            source = redirect.source
            try:
                file = file_of(source, has_extension=is_file(redirect))
            except ContentError as error:
                problems.append(ContentError(f"no page can stand for a redirect: {error.message}"))
                continue
            if file in files or file in folders or not files.isdisjoint(folders_of(file)):
                problems.append(
                    ContentError(
                        f"no page can stand for the redirect from {source!r}: "
                        "there are files of the site in its place",
                        hint="take the redirect out, or let the host redirect",
                    )
                )
                continue
            # A file of one can't be the folder of another.
            files.add(file)
            folders.update(folders_of(file))
            pages[file] = text
        return pages, problems

    def prepare(self) -> None:
        """Work out what can be before any page is rendered. It takes 0.1 s for 10,000 pages."""
        len(self.warnings)
        if self._has_sitemap and self.changes is None and not self.world.site.sitemap_images:
            len(self._plain_sitemap)

    @property
    def warnings(self) -> tuple[PrismicSsgError, ...]:
        """What is to be said about redirects."""
        return (
            *self.redirects.warnings,
            *(self._rules[1] if REDIRECTS in self.world.site.redirects_as else ()),
            *self._redirect_pages[1],
        )

    def _own(self, name: str) -> str:
        return self.sources.host_files.get(name, "")

    def all(
        self,
        hashed: Iterable[str],
        images: Mapping[str, object],
        shown: Mapping[str, Sequence[str]] = MappingProxyType({}),
        hidden: Collection[str] = (),
        sitemap: str | None = None,
    ) -> Iterator[tuple[str, str]]:
        """Every file with its text. `hashed` are files with a content hash in their name, `images`
        those of content, which have one too; `shown` the addresses of images by page, for the site
        map, and `hidden` the pages that it leaves out; `sitemap` is that of the build before, where
        it is at hand."""
        yield from self._sitemap(shown, hidden, sitemap)
        pages, site = self.world.pages.pages, self.world.site
        if REDIRECTS in site.redirects_as and f"/{REDIRECTS}" not in pages:
            rules = self._rules[0]
            if rules and rules != self._own(REDIRECTS):
                yield REDIRECTS, rules
        if "nginx" in site.redirects_as and NGINX not in self.sources.static:
            yield NGINX, nginx_map(self.redirects, site.base_path, self._taken)
        yield from self._redirect_pages[0].items()
        if site.headers and f"/{HEADERS}" not in pages:
            kept = [*hashed, *_folders(images, self.sources.static)]
            if site.search:
                # The files of its index have a hash in their names.
                kept += ["pagefind/fragment/*", "pagefind/index/*"]
            headers = headers_file(kept, self._own(HEADERS), site.base_path)
            if headers and headers != self._own(HEADERS):
                yield HEADERS, headers

    def _sitemap(
        self, shown: Mapping[str, Sequence[str]], hidden: Collection[str], before: str | None
    ) -> Iterator[tuple[str, str]]:
        if not self._has_sitemap:
            return
        site, pages = self.world.site, self.world.pages
        base_url = site.base_url.rstrip("/")
        is_plain = not (hidden or site.sitemap_images)
        if before is not None and self.changes is not None and is_plain:
            after = sitemap_after(before, self.changes, pages, base_url, site.languages)
            if after is not None:
                yield SITEMAP, after
                return
        made = self._sitemap_of(shown, hidden) if shown or hidden else self._plain_sitemap
        yield from made.items()

    @property
    def _has_sitemap(self) -> bool:
        """Whether there is one of ours: not where the site has its own."""
        has_own = SITEMAP in self.sources.static or f"/{SITEMAP}" in self.world.pages.pages
        return bool(self.world.site.base_url) and not has_own

    @cached_property
    def _plain_sitemap(self) -> dict[str, str]:
        return self._sitemap_of({}, ())

    def _sitemap_of(
        self, images: Mapping[str, Sequence[str]], hidden: Collection[str]
    ) -> dict[str, str]:
        world, site = self.world, self.world.site
        base_url = site.base_url.rstrip("/")
        return sitemap_files(
            world.pages,
            world.snapshot,
            base_url,
            codes=site.languages,
            images=images,
            hidden=hidden,
            is_taken=lambda name: name in self._names_at_top,
        )

    @cached_property
    def _names_at_top(self) -> frozenset[str]:
        """Every file and folder right in the output that another part of the site has there."""
        files = chain(
            (page.file for page in self.world.pages.pages.values()),
            self.sources.static,
            self._redirect_pages[0],
        )
        return frozenset(file.partition("/")[0] for file in files)


def _folders(images: Mapping[str, object], static: Mapping[str, StaticFile]) -> list[str]:
    """The folders of images as a whole, where nothing else is in them; else each image."""
    folders = {name.rpartition("/")[0] for name in images}
    found: list[str] = []
    for folder in sorted(folders):
        if any(name.startswith(f"{folder}/") for name in static):
            found += [name for name in images if name.rpartition("/")[0] == folder]
        else:
            found.append(f"{folder}/*")
    return found
