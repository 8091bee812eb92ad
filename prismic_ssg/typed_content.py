"""A project's models → the text of a Python module that says what its documents have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prismic_ssg.content.model_files import parse_models
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.origin import is_folder
from prismic_ssg.scaffold.typed_module import typed_module
from prismic_ssg.store.configuration import FILE, load_site
from prismic_ssg.store.models import read_models


def typed_content(project: Path, environment: Mapping[str, str]) -> str:
    """The module for the models of a project, in its `src`, or in its local repository.

    Raises ConfigurationError where there are none, BuildFailed with all that can't be read.
    """
    folders = [project, project / "src"]
    named = environment.get("PRISMIC_ENVIRONMENT") or environment.get("PRISMIC_REPOSITORY_NAME")
    if named is None and (project / FILE).is_file():
        named = load_site(project).repository
    if named and is_folder(named, project):
        folders.append(project / named)
    models = parse_models(read_models(folders))
    if not models.types and not models.shared:
        raise ConfigurationError(
            f"there are no models in {', '.join(repr(str(each)) for each in folders)}",
            hint="models are customtypes/*/index.json and slices/*/model.json; Prismic's own "
            "command line writes them",
        )
    return typed_module(models)
