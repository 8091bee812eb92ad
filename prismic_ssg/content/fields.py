"""Dates, and what kind of field a JSON value is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prismic_ssg.errors import FieldError

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def as_date(value: str | None) -> datetime | None:
    """A date or timestamp field as a point in time, in UTC; None for None and "".

    A date is its midnight, and a time without an offset is taken as UTC, so that no result depends
    on the machine's time zone.

    Raises FieldError for anything else, where the official helper gives an Invalid Date: None means
    that the field is empty, never that it could not be read.
    """
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise FieldError(
            f"neither a date nor a timestamp: {value!r}",
            hint="dates look like 2021-02-14, timestamps like 2021-02-14T03:22:26+0000",
        ) from None


def kind(value: Any) -> str:
    """What kind of field a value is, judged by its JSON alone.

    One of rich_text, image, embed, link, links, group, slices, table, geopoint, date, timestamp,
    color, number, boolean, text, integration, empty. An empty link is still a link, as it says so
    itself; other empty fields look all alike. A select and a key text are both text.
    """
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return _kind_of_text(value)
    if isinstance(value, Mapping):
        return _kind_of_object(value)
    if isinstance(value, (list, tuple)):
        return _kind_of_list(value)
    return "empty"


def _kind_of_text(text: str) -> str:
    if _DATE.fullmatch(text):
        return "date"
    if _TIMESTAMP.fullmatch(text):
        return "timestamp"
    if _COLOR.fullmatch(text):
        return "color"
    return "text" if text else "empty"


def _kind_of_object(value: Mapping[str, Any]) -> str:
    if "link_type" in value:
        return "link"
    if "embed_url" in value:
        return "embed"
    if "url" in value and isinstance(value.get("dimensions"), Mapping):
        return "image"
    if "latitude" in value and "longitude" in value:
        return "geopoint"
    body = value.get("body")
    if isinstance(body, Mapping) and isinstance(body.get("rows"), list):
        return "table"
    return "empty" if is_empty_object(value) else "integration"


def is_empty_object(value: Mapping[str, Any]) -> bool:
    """Whether it is `{}`, or an empty image that has views: each is `{}` in its turn.

    Source: `ImageRenderer` of @prismicio/api-renderer 7.1.3, and the type of empty images in
    @prismicio/client 7.22.0.
    """
    return all(each == {} for each in value.values())


def _kind_of_list(values: list[Any] | tuple[Any, ...]) -> str:
    if not values:
        return "empty"
    if not all(isinstance(each, Mapping) for each in values):
        return "integration"
    if all(is_block(each) for each in values):
        return "rich_text"
    if all("slice_type" in each for each in values):
        return "slices"
    if all("link_type" in each for each in values):
        return "links"
    return "group"


def is_block(value: Mapping[str, Any]) -> bool:
    """Whether it is a block of rich text: a group's row may well have a field called `type`."""
    if not isinstance(value.get("type"), str):
        return False
    if "text" in value:
        return isinstance(value.get("spans"), list)
    return isinstance(value.get("oembed"), Mapping) or (
        value["type"] == "image" and "url" in value and "dimensions" in value
    )
