"""What the models of a repository say about the fields of its documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prismic_ssg.checks.fields_walk import Found
from prismic_ssg.content.models import FieldModel, SliceModel, TypeModel


@dataclass(frozen=True)
class Models:
    """Models by id; those of slices and of types that no file describes are absent."""

    types: Mapping[str, TypeModel] = field(default_factory=dict)
    slices: Mapping[str, SliceModel] = field(default_factory=dict)

    def field_of(self, type_: str, found: Found) -> FieldModel | None:
        """The model of the field that something was found in, None where none is known."""
        if found.is_in_slice:
            return self._in_slice(found.model_path)
        model = self.types.get(type_)
        return model.field(*found.model_path) if model else None

    def _in_slice(self, path: tuple[str, ...]) -> FieldModel | None:
        kind, variation, part, *names = path
        model = self.slices.get(kind)
        if model is None or not names:
            return model.value if model and part == "value" else None
        for each in model.variations:
            if each.id == variation:
                fields = each.primary if part == "primary" else each.items
                found: FieldModel | None = None
                for name in names:
                    found = next((one for one in fields if one.id == name), None)
                    if found is None:
                        return None
                    fields = found.fields
                return found
        return None
