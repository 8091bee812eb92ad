"""Dates, and the kind of a field by its JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prismic_ssg.content.fields import as_date, kind
from prismic_ssg.errors import FieldError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-02-14", datetime(2021, 2, 14, tzinfo=UTC)),
        ("2021-02-14T03:22:26+0000", datetime(2021, 2, 14, 3, 22, 26, tzinfo=UTC)),
        ("2021-02-14T03:22:26-0530", datetime(2021, 2, 14, 8, 52, 26, tzinfo=UTC)),
        ("2021-02-14T03:22:26+00:00", datetime(2021, 2, 14, 3, 22, 26, tzinfo=UTC)),
        ("2021-02-14T03:22:26.5Z", datetime(2021, 2, 14, 3, 22, 26, 500_000, tzinfo=UTC)),
        ("2021-02-14T03:22:26", datetime(2021, 2, 14, 3, 22, 26, tzinfo=UTC)),
    ],
)
def test_a_date_is_a_point_in_time(value: str, expected: datetime) -> None:
    assert as_date(value) == expected


def test_a_date_is_in_utc_whatever_its_offset() -> None:
    date = as_date("2021-02-14T03:22:26-0530")

    assert date is not None
    assert date.utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", [None, ""])
def test_no_date_is_none(value: str | None) -> None:
    assert as_date(value) is None


@pytest.mark.parametrize("value", ["x", "2021-13-01", "2021-02-30", 5, {}])
def test_what_is_no_date_is_an_error(value: Any) -> None:
    with pytest.raises(FieldError, match="neither a date nor a timestamp"):
        as_date(value)


PARAGRAPH = {"type": "paragraph", "text": "a", "spans": []}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([PARAGRAPH], "rich_text"),
        ([{"type": "embed", "oembed": {}}, PARAGRAPH], "rich_text"),
        ([{"type": "image", "url": "u", "dimensions": {}}], "rich_text"),
        ([{"type": "sofa", "text": "a group's row"}], "group"),
        ([{"a": None}], "group"),
        ([{"link_type": "Web", "url": "u", "key": "k"}], "links"),
        ([{"slice_type": "hero", "primary": {}, "items": []}], "slices"),
        ({"link_type": "Any"}, "link"),
        ({"link_type": "Media", "url": "u", "name": "n"}, "link"),
        ({"url": "u", "dimensions": {"width": 1, "height": 1}, "alt": None}, "image"),
        ({"embed_url": "u", "type": "photo", "url": "x"}, "embed"),
        ({"latitude": 1, "longitude": 2}, "geopoint"),
        ({"body": {"rows": []}}, "table"),
        ({"id": "1", "title": "T"}, "integration"),
        ("2021-02-14", "date"),
        ("2021-02-14T03:22:26+0000", "timestamp"),
        ("#ff00aa", "color"),
        ("#ff00a", "text"),
        ("words", "text"),
        (0, "number"),
        (1.5, "number"),
        (False, "boolean"),
        (None, "empty"),
        ("", "empty"),
        ({}, "empty"),
        ({"square": {}, "16:9": {}}, "empty"),
        ({"variant": {}, "id": "1"}, "integration"),
        ([], "empty"),
    ],
)
def test_a_field_shows_its_kind(value: Any, expected: str) -> None:
    assert kind(value) == expected
