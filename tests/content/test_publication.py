"""Dates of documents, as deltas go by them."""

import pytest

from prismic_ssg.content.publication import seconds_of


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("2026-01-01T00:00:00+0000", 1767225600),
        ("1969-12-31T23:59:59+0000", -1),
        ("2024-02-29T12:30:01+0000", 1709209801),
    ],
)
def test_a_date_as_the_api_writes_it_is_read(date: str, seconds: int) -> None:
    assert seconds_of(date) == seconds


@pytest.mark.parametrize(
    "date",
    [
        *(None, "", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+0100"),
        *("2026-01-01T00:00:00.123+0000", "2026-13-01T00:00:00+0000", "2025-02-29T00:00:00+0000"),
        *("2026-01-01T25:00:00+0000", "٢026-01-01T00:00:00+0000", "2026-01-01T00:00:00+0000\n"),
    ],
)
def test_any_other_text_is_no_date_to_rely_on(date: str | None) -> None:
    assert seconds_of(date) is None
