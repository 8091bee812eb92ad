"""The models beside a site and in its local repository."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from prismic_ssg.checks.findings import Finding, as_findings
from prismic_ssg.checks.models import Models
from prismic_ssg.content.models import parse_slice_model, parse_type_model, slices_of_type
from prismic_ssg.errors import ContentError
from prismic_ssg.store.models import read_models


def read_model_files(folders: Iterable[Path]) -> tuple[Models, list[Finding]]:
    """The models in folders, and what is wrong with those that are none."""
    types, slices, problems = {}, {}, []
    for file, content in read_models(folders).items():
        try:
            if file.startswith("slices/"):
                model = parse_slice_model(content, file=file)
                slices[model.id] = model
            else:
                type_ = parse_type_model(content)
                types[type_.id] = type_
                for each in slices_of_type(content, file=file):
                    slices.setdefault(each.id, each)
        except msgspec.DecodeError as error:
            problem = ContentError(f"{file} is no model: {error}", file=file)
            problems += as_findings("build-error", (problem,))
        except ContentError as problem:
            problems += as_findings("build-error", (problem,))
    return Models(types, slices), problems
