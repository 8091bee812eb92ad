"""What counts as filled. Recorded cases of the official client are in tests/data/golden."""

from typing import Any

import pytest

from prismic_ssg.content import is_filled

EMPTY_TEXT = {"type": "paragraph", "text": "", "spans": []}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("rich_text", [{**EMPTY_TEXT, "text": " "}]),
        ("rich_text", [EMPTY_TEXT, EMPTY_TEXT]),
        ("rich_text", [{"type": "image"}]),
        ("title", [{**EMPTY_TEXT, "text": "T"}]),
        ("image", {"url": "u"}),
        ("image_thumbnail", {"url": "u"}),
        ("link", {"link_type": "Web", "url": ""}),
        ("link", {"link_type": "Document", "id": "i", "isBroken": True}),
        ("link_to_media", {"link_type": "Media", "id": None}),
        ("content_relationship", {"link_type": "Document", "id": "i"}),
        ("key_text", " "),
        ("embed", {"embed_url": "u"}),
        ("geo_point", {"longitude": None}),
        ("number", 0),
        ("select", ""),
        ("date", "2021-02-14"),
        ("timestamp", "2021-02-14T03:22:26+0000"),
        ("color", "#000000"),
        ("table", {}),
        ("integration", {}),
        ("integration_field", {}),
        ("integration_fields", {}),
        ("repeatable", [{}]),
        ("group", [{}]),
        ("slice_zone", [{}]),
    ],
)
def test_a_field_with_a_value_is_filled(kind: str, field: Any) -> None:
    assert getattr(is_filled, kind)(field)


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("rich_text", [EMPTY_TEXT]),
        ("rich_text", [{**EMPTY_TEXT, "text": None}]),
        ("rich_text", []),
        ("image", {}),
        ("image", {"url": ""}),
        ("link", {"link_type": "Web", "text": "only a text"}),
        ("key_text", ""),
        ("embed", {"embed_url": None}),
        ("geo_point", {}),
        ("group", []),
        ("slice_zone", []),
    ],
)
def test_a_field_without_a_value_is_not_filled(kind: str, field: Any) -> None:
    assert not getattr(is_filled, kind)(field)


@pytest.mark.parametrize(
    "kind",
    [
        name
        for name in vars(is_filled)
        if name.islower() and name[0] != "_" and name != "annotations"
    ],
)
def test_a_field_that_is_not_there_is_not_filled(kind: str) -> None:
    assert not getattr(is_filled, kind)(None)
