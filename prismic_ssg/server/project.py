"""What the server has to know of a project: its folders, and where it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from prismic_ssg.api.endpoints import is_repository_endpoint, repository_name
from prismic_ssg.origin import chosen_repository, is_folder
from prismic_ssg.site import Site
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import attempt
from prismic_ssg.store.sources import theme_folder


@dataclass(frozen=True)
class Project:
    """A project as `prismicio.py` and the command line say.

    `content` is the folder of a local repository, None for a hosted one; `hosted_as` a repository's
    name on Prismic's servers. `modules` are the files beside `prismicio.py` that it imports.
    """

    folder: Path
    site: Site
    output: Path
    content: Path | None = None
    hosted_as: str | None = None
    modules: tuple[Path, ...] = ()

    @classmethod
    def read(
        cls,
        folder: Path,
        options: Mapping[str, Any],
        environment: Mapping[str, str],
        before: Self | None = None,
    ) -> Self:
        """The project as it is now. Where `prismicio.py` can't be read, as it was `before`, with
        the modules that were seen on the way to the error."""
        loaded, modules = attempt(folder)
        if loaded is None:
            site = before.site if before else Site()
            modules = tuple(dict.fromkeys((*modules, *(before.modules if before else ()))))
        else:
            site = loaded.site
        base_url = options.get("base_url")
        if base_url is not None and loaded is not None:
            site = replace(site, base_url=base_url)
        output = options.get("output")
        given = options.get("repository")
        relative_to = folder if given is None else Path()
        chosen = chosen_repository(site, given, environment) or ""
        local = bool(chosen) and is_folder(chosen, relative_to)
        hosted_as = None
        if chosen and not local:
            hosted_as = repository_name(chosen) if is_repository_endpoint(chosen) else chosen
        return cls(
            folder,
            site,
            Path(output) if output is not None else folder / site.output,
            relative_to / chosen if local else None,
            hosted_as,
            modules,
        )

    @property
    def templates(self) -> Path:
        return self.folder / self.site.templates

    @property
    def source_folders(self) -> Sequence[Path]:
        """The folders whose files are templates, assets or pages; the theme's is the last."""
        site = self.site
        own = [self.folder / each for each in (site.templates, site.static, site.pages)]
        return [*own, theme_folder()]

    @property
    def cache(self) -> Path:
        return self.folder / CACHE

    def shown(self, path: Path) -> str:
        """A path as messages name it: relative to the project, where it is in there."""
        for folder, prefix in ((self.folder, ""), (theme_folder(), "theme/")):
            try:
                return prefix + path.resolve().relative_to(folder.resolve()).as_posix()
            except ValueError:
                continue
        return str(path)

    def file_named(self, shown: str) -> Path | None:
        """The file that a message names, if it is a file of this project, its content or the theme.

        Nothing outside of those is ever given, whatever a message says.
        """
        roots = [self.folder, *([self.content] if self.content else [])]
        places = [(root, shown) for root in roots]
        if shown.startswith("theme/"):
            places.append((theme_folder(), shown.removeprefix("theme/")))
        for root, name in places:
            path = (root / name).resolve()
            if path.is_file() and path.is_relative_to(root.resolve()):
                return path
        return None
