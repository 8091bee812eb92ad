"""The files that a site is made from, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.site import Site
from prismic_ssg.store.sources import StaticFile, TextFile, read_static, read_texts, theme_folder

_STATIC = "static/"
_PAGES = "pages/"


@dataclass(frozen=True)
class Sources:
    """The files that a site is made from: its own, and the theme's below them."""

    templates: Mapping[str, TextFile]
    markdown: Mapping[str, TextFile]
    static: Mapping[str, StaticFile]
    theme_static: Mapping[str, StaticFile]
    own_template_pages: Mapping[str, str]
    theme_template_pages: Mapping[str, str]

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
        return cls(
            templates={**named, **theme, **own},
            markdown=read_texts(project / site.pages, site.pages, suffix=".md"),
            static=read_static(project / site.static),
            theme_static=read_static(theme_root / "static"),
            own_template_pages=_template_pages(own),
            theme_template_pages=_template_pages(theme),
        )

    @property
    def assets(self) -> dict[str, StaticFile]:
        """Static files by name; the site's own win over the theme's."""
        return {**self.theme_static, **self.static}

    @property
    def digests(self) -> tuple[list[tuple[str, str]], ...]:
        """Name and digest of every file, kind by kind: equal where all files are."""
        kinds: tuple[Mapping[str, TextFile | StaticFile], ...] = (
            self.templates,
            self.markdown,
            self.static,
            self.theme_static,
        )
        return tuple([(name, file.digest) for name, file in kind.items()] for kind in kinds)


def _template_pages(templates: Mapping[str, TextFile]) -> dict[str, str]:
    return {name.removeprefix(_PAGES): name for name in templates if name.startswith(_PAGES)}
