"""Requests that the official client was recorded to send: a third opinion beside ours and its."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from emulator.conftest import GOLDEN, ORIGIN, emulated

from prismic_ssg.content.filter_syntax import FilterSyntaxError, parse_query
from prismic_ssg.emulator.endpoints import answer

RECORDED = [json.loads(line) for line in (GOLDEN / "wire.jsonl").read_bytes().splitlines()]
FILTERS = [each for each in RECORDED if "wire" in each]
URLS = [each["url"] for each in RECORDED if "url" in each]

REPOSITORY = emulated(
    {"type": "page", "uid": "a", "data": {"n": 1}}, {"type": "product", "id": "b"}
)
# What JavaScript makes of no value.
NOTHING = ("NaN", "null", "undefined")
REFUSALS = (
    "unexpected field",
    "Unknown type",
    "must be",
    "Invalid access token",
    "NaN",
    "undefined",
)


def is_plain(recorded: dict[str, Any]) -> bool:
    """Whether the arguments are what JSON has: no dates, nothing that is absent."""
    return not any(isinstance(each, dict) or each is None for each in recorded["args"])


@pytest.mark.parametrize("recorded", FILTERS, ids=lambda recorded: recorded["wire"])
def test_a_recorded_filter_is_read_as_it_was_meant(recorded: dict[str, Any]) -> None:
    if any(word in recorded["wire"] for word in NOTHING):
        with pytest.raises(FilterSyntaxError):
            parse_query(f"[{recorded['wire']}]")
        return
    (parsed,) = parse_query(f"[{recorded['wire']}]")
    path = [parsed.filter.path] if parsed.filter.path else []
    read = path + [list(arg) if isinstance(arg, tuple) else arg for arg in parsed.filter.args]
    assert not is_plain(recorded) or read == recorded["args"]


@pytest.mark.parametrize("url", URLS)
def test_a_recorded_url_is_answered_or_refused_for_its_content(url: str) -> None:
    query = urlsplit(url).query
    ref = parse_qs(query).get("ref", [""])[0]
    asked = query.replace(f"ref={ref}", f"ref={REPOSITORY.ref}")
    status, _, body = answer(
        REPOSITORY.repository, "GET", "/api/v2/documents/search", asked, origin=ORIGIN
    )
    message = json.loads(body).get("message", "")
    assert status == 200 or any(word in message for word in REFUSALS), (status, message)
