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
        own, theme = _templates(project, site)
        digests = StaticDigests(project / CACHE)
        static = read_static(project / site.static, digests)
        theme_static = read_static(theme_folder() / "static", digests)
        digests.keep()
        return cls(
            templates=_by_name(own, theme),
            markdown=read_texts(project / site.pages, site.pages, suffix=".md"),
            static=static,
            theme_static=theme_static,
            own_template_pages=_template_pages(own),
            theme_template_pages={
                file: name for file, name in _template_pages(theme).items() if file not in static
            },
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


def read_templates(project: Path, site: Site) -> tuple[Mapping[str, TextFile], list[str]]:
    """A site's templates and the theme's by name, and the names of those that any build needs, or
    may: the site's own, and the theme's that are pages."""
    own, theme = _templates(project, site)
    return _by_name(own, theme), [*own, *_template_pages(theme).values()]


def source_folders(project: Path, site: Site, content: Path | None) -> list[Path]:
    """The folders that a site is made from, with that of its local `content`."""
    folders = [project / site.templates, project / site.static, project / site.pages]
    return folders if content is None else [*folders, content]


def _templates(project: Path, site: Site) -> tuple[Mapping[str, TextFile], Mapping[str, TextFile]]:
    """The site's templates, and the theme's."""
    texts = read_texts(theme_folder(), "theme").items()
    theme = {name: text for name, text in texts if not name.startswith(_STATIC)}
    return read_texts(project / site.templates, site.templates), theme


def _by_name(own: Mapping[str, TextFile], theme: Mapping[str, TextFile]) -> Mapping[str, TextFile]:
    # What a site overrides it can still extend: {% extends "theme/base.html" %}.
    return {**{f"theme/{name}": text for name, text in theme.items()}, **theme, **own}


def _template_pages(templates: Mapping[str, TextFile]) -> dict[str, str]:
    return {name.removeprefix(_PAGES): name for name in templates if name.startswith(_PAGES)}


def _redirects(project: Path, site: Site) -> Mapping[str, Target]:
    if isinstance(site.redirects, str):
        return read_redirect_file(project, site.redirects)
    return site.redirects
