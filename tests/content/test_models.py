"""Models of slices, of all three generations."""

import json
from typing import Any

import pytest

from prismic_ssg.content.models import (
    FieldModel,
    SliceModel,
    Variation,
    parse_slice_model,
    slices_of_type,
)
from prismic_ssg.errors import ContentError


def in_type(choices: dict[str, Any], kind: str = "Slices") -> list[SliceModel]:
    zone = {"type": kind, "config": {"choices": choices}}
    model = {"id": "page", "json": {"Main": {"uid": {"type": "UID"}, "body": zone}}}
    return list(slices_of_type(json.dumps(model).encode(), file="customtypes/page/index.json"))


def test_a_shared_slice_has_variations_with_fields() -> None:
    fields = {
        "title": {"type": "StructuredText", "config": {"label": "Title"}},
        "line": {"type": "Separator"},
        "links": {"type": "Link", "config": {"repeat": True}},
        "rows": {"type": "Group", "config": {"fields": {"text": {"type": "Text"}}}},
    }
    written = {
        "id": "hero",
        "name": "Hero",
        "variations": [{"id": "default", "primary": fields, "items": {"icon": {"type": "Image"}}}],
    }

    model = parse_slice_model(json.dumps(written).encode(), file="slices/Hero/model.json")

    assert model == SliceModel(
        "hero",
        "Hero",
        (
            Variation(
                "default",
                "default",
                (
                    FieldModel("title", "StructuredText", "Title"),
                    FieldModel("links", "Link", is_repeatable=True),
                    FieldModel("rows", "Group", fields=(FieldModel("text", "Text"),)),
                ),
                (FieldModel("icon", "Image"),),
            ),
        ),
    )


def test_a_custom_type_only_names_its_shared_slices() -> None:
    assert in_type({"hero": {"type": "SharedSlice"}}) == []


def test_a_composite_slice_is_in_its_custom_type() -> None:
    quote = {
        "type": "Slice",
        "fieldset": "A quote",
        "non-repeat": {"text": {"type": "Text"}},
        "repeat": {"name": {"type": "Text"}},
    }
    (model,) = in_type({"quote": quote})
    (variation,) = model.variations
    assert (model.id, model.name, model.value) == ("quote", "A quote", None)
    assert [field.id for field in (*variation.primary, *variation.items)] == ["text", "name"]


@pytest.mark.parametrize("kind", ["Slices", "Choice"])
def test_the_oldest_slices_are_one_field(kind: str) -> None:
    (model,) = in_type({"text": {"type": "StructuredText", "config": {"label": "Text"}}}, kind)
    assert model.value == FieldModel("value", "StructuredText", "Text")


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"name": "no id"}', b'{"id": 1}'])
def test_a_file_that_holds_no_model_is_an_error_with_its_name(content: bytes) -> None:
    with pytest.raises(ContentError, match=r"slices/A/model\.json is no model: ") as caught:
        parse_slice_model(content, file="slices/A/model.json")
    assert caught.value.file == "slices/A/model.json"
