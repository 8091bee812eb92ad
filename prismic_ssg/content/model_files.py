"""Files with models, by name → the models in them, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from prismic_ssg.content.models import (
    SliceModel,
    TypeModel,
    parse_slice_model,
    parse_type_model,
    slices_of_type,
)
from prismic_ssg.errors import BuildFailed, ContentError, PrismicSsgError


@dataclass(frozen=True)
class Models:
    """The models of custom types and of slices, by id. `shared` are the slices of files of their
    own; `slices` has those that are written into custom types as well."""

    types: Mapping[str, TypeModel]
    slices: Mapping[str, SliceModel]
    shared: Mapping[str, SliceModel]


def parse_models(files: Mapping[str, bytes]) -> Models:
    """The models in files named as Prismic names them: `slices/Hero/model.json`.

    Raises BuildFailed with all of those that can't be read.
    """
    types: dict[str, TypeModel] = {}
    slices: dict[str, SliceModel] = {}
    shared: dict[str, SliceModel] = {}
    problems: list[PrismicSsgError] = []
    for file in sorted(files):
        try:
            if file.startswith("slices/"):
                model = parse_slice_model(files[file], file=file)
                shared.setdefault(model.id, model)
                continue
            for model in slices_of_type(files[file], file=file):
                slices.setdefault(model.id, model)
            own = parse_type_model(files[file])
            types.setdefault(own.id, own)
        except ContentError as error:
            problems.append(error)
        except msgspec.DecodeError as error:
            problems.append(ContentError(f"{file} is no model: {error}", file=file))
    if problems:
        raise BuildFailed("some models can't be read", problems)
    # A custom type that still holds a slice with the name of a shared one is older.
    return Models(types, {**slices, **shared}, shared)
