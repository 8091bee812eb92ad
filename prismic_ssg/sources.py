"""The files that a site is made from, read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from prismic_ssg.content.redirects import Target
from prismic_ssg.site import Site
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.redirect_file import read_redirect_file
from prismic_ssg.store.sources import (
    StaticFile,
    TextFile,
    read_static,
    read_texts,
    text_of,
    theme_folder,
)
from prismic_ssg.store.static_digests import StaticDigests
from prismic_ssg.store.stylesheets import Stylesheets

_STATIC = "static/"

# Static files that hosts read. What the site's own say wins over what is added to them.
_HOST_FILES = ("_redirects", "_headers")

_PAGES = "pages/"


class Sources(msgspec.Struct, frozen=True):
    """The files that a site is made from: its own, and the theme's below them."""

    templates: Mapping[str, TextFile]
    markdown: Mapping[str, TextFile]
    static: Mapping[str, StaticFile]
    theme_static: Mapping[str, StaticFile]
    own_template_pages: Mapping[str, str]
    theme_template_pages: Mapping[str, str]
    redirects: Mapping[str, Target]
    host_files: Mapping[str, str]
    stylesheets: Stylesheets

    @classmethod
    def read(cls, project: Path, site: Site) -> Sources:
        theme_root = theme_folder()
        theme = {
            name: text
            for name, text in read_texts(theme_root, "theme").items()
            if not name.startswith(_STATIC)
        }
        own = read_texts(project / site.templates, site.templates)
        # What a site overrides it can still extend: {% extends "theme/base.html" %}.
        named = {f"theme/{name}": text for name, text in theme.items()}
        digests = StaticDigests(project / CACHE)
        static = read_static(project / site.static, digests)
        theme_static = read_static(theme_root / "static", digests)
        digests.keep()
        return cls(
            templates={**named, **theme, **own},
            markdown=read_texts(project / site.pages, site.pages, suffix=".md"),
            static=static,
            theme_static=theme_static,
            own_template_pages=_template_pages(own),
            theme_template_pages=_template_pages(theme),
            redirects=_redirects(project, site),
            host_files={
                name: text_of(static[name].path, f"{site.static}/{name}")
                for name in _HOST_FILES
                if name in static
            },
            stylesheets=Stylesheets(
                {**theme_static, **static}, base_path=site.base_path, minify=site.minify
            ),
        )

    @property
    def assets(self) -> dict[str, StaticFile]:
        """Static files by name, as they are under their hashed names; the site's own win over the
        theme's."""
        return self.stylesheets.linked

    @property
    def changed_static(self) -> dict[str, StaticFile]:
        """Those of the site's own that are published otherwise than they lie there."""
        changed = self.stylesheets.plain
        return {name: file for name, file in changed.items() if name in self.static}

    @property
    def template_pages(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The templates that are pages by the files that they make: the site's, the theme's."""
        return self.own_template_pages, self.theme_template_pages

    @property
    def digests(self) -> tuple[object, ...]:
        """Name and digest of every file, kind by kind: equal where all files are."""
        kinds: tuple[Mapping[str, TextFile | StaticFile], ...] = (
            self.templates,
            self.markdown,
            self.static,
            self.theme_static,
        )
        digests = ([(name, file.digest) for name, file in kind.items()] for kind in kinds)
        return (*digests, list(self.redirects.items()))


def source_folders(project: Path, site: Site, content: Path | None) -> list[Path]:
    """The folders that a site is made from, with that of its local `content`."""
    folders = [project / site.templates, project / site.static, project / site.pages]
    return folders if content is None else [*folders, content]


def _template_pages(templates: Mapping[str, TextFile]) -> dict[str, str]:
    return {name.removeprefix(_PAGES): name for name in templates if name.startswith(_PAGES)}


def _redirects(project: Path, site: Site) -> Mapping[str, Target]:
    if isinstance(site.redirects, str):
        return read_redirect_file(project, site.redirects)
    return site.redirects
