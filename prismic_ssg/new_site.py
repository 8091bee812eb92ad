"""A new site: what is known of a repository → the files to begin with. Nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.content.model_files import parse_models
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.scaffold.configuration import Beginning, configuration
from prismic_ssg.scaffold.page_templates import page_template
from prismic_ssg.scaffold.readme import GITIGNORE, readme
from prismic_ssg.scaffold.sketches import TypeSketch, sketch_types
from prismic_ssg.site import Site
from prismic_ssg.slice_types import slice_types_in
from prismic_ssg.store.configuration import FILE, load_site
from prismic_ssg.store.models import read_models
from prismic_ssg.store.starter import (
    ProjectFiles,
    hosting_files,
    read_project_files,
    starter_files,
)

# What of the starter any site begins with: a place for colours, and a sign for the tab.
_OF_ANY_SITE = ("templates/base.html", "static/site.css", "static/favicon.svg")


@dataclass(frozen=True)
class NewSite:
    """The files of a new site by name, and in one line what it is of."""

    files: Mapping[str, bytes]
    says: str


def new_site(
    folder: Path,
    environment: Mapping[str, str],
    *,
    repository: str | None,
    cache: Path,
    on_progress: Callable[[int, int], None] | None = None,
) -> NewSite:
    """The files that a site of this repository begins with, in this folder.

    The repository is the one given, else the one that the folder's files name; without any, the
    site has a small one inside. A hosted one's content is kept in `cache`.

    Raises PrismicError where it can't be read, ConfigurationError and BuildFailed for files in the
    folder that are wrong.
    """
    # What is given wins: what the folder says need not even be right.
    found = ProjectFiles(repository) if repository else _found(folder)
    chosen = found.repository or _of_environment(environment)
    if chosen is None:
        return _starter()
    origin = Origin.of(Site(repository=chosen), folder, repository, environment)
    if repository is not None and origin.folder is not None:
        chosen = _relative(origin.folder, folder)
    pulled = origin.pull(Site(), Wanted(), environment, cache, on_progress)
    looked_at = [folder, folder / "src", *([origin.folder] if origin.folder else ())]
    models = parse_models(read_models(looked_at))
    types = sketch_types(pulled.snapshot.documents, models.types, pulled.repository.types)
    languages = tuple(each.id for each in pulled.repository.languages)
    is_in_config = repository is None and found.named_in == "prismic.config.json"
    site = Beginning(
        repository=None if is_in_config else chosen,
        types=types,
        languages=languages,
        has_routes=is_in_config and found.has_routes,
    )
    texts = {
        FILE: configuration(site),
        "README.md": readme(chosen, is_local=origin.local is not None),
        ".gitignore": GITIGNORE,
        **_templates(types),
        **slice_types_in(pulled, models.slices, Site(), folder).stubs(),
    }
    common = starter_files()
    files = {
        **hosting_files(),
        **{name: common[name] for name in _OF_ANY_SITE},
        **{name: text.encode() for name, text in texts.items()},
    }
    documents = len(pulled.snapshot)
    return NewSite(
        files,
        f"{chosen}: {documents} document{'' if documents == 1 else 's'} of {len(types)} "
        f"type{'' if len(types) == 1 else 's'}, in {', '.join(languages)}",
    )


def _found(folder: Path) -> ProjectFiles:
    """What the folder says of its repository: by `prismicio.py` first, where there is one."""
    files = read_project_files(folder)
    if (folder / FILE).is_file():
        site = load_site(folder)
        if site.repository and site.repository != files.repository:
            return ProjectFiles(site.repository, FILE)
    return files


def _of_environment(environment: Mapping[str, str]) -> str | None:
    for name in ("PRISMIC_REPOSITORY_NAME", "PRISMIC_ENVIRONMENT"):
        if environment.get(name):
            return environment[name]
    return None


def _relative(repository: Path, folder: Path) -> str:
    """A local repository as the site's own folder names it, wherever both of them are moved."""
    relative = Path(os.path.relpath(repository.resolve(), folder.resolve())).as_posix()
    return relative if relative.startswith("..") else f"./{relative}"


def _starter() -> NewSite:
    texts = {"README.md": readme("./content", is_local=True), ".gitignore": GITIGNORE}
    files = {
        **hosting_files(),
        **starter_files(),
        **{name: text.encode() for name, text in texts.items()},
    }
    return NewSite(files, "a small site with its own content, in content/")


def _templates(types: tuple[TypeSketch, ...]) -> dict[str, str]:
    """A template for each type whose documents have pages, with what links to them."""
    pages = [each for each in types if each.is_page]
    templates = {}
    for sketch in pages:
        related = [
            (other, field)
            for other in pages
            for field in other.relationships
            if other.is_repeatable and sketch.is_repeatable and field.linked_types == (sketch.id,)
        ]
        templates[f"templates/{sketch.id}.html"] = page_template(sketch, related)
    return templates
