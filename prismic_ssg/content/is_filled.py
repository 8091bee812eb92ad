"""Whether a field has a value, for each kind of field: `is_filled.rich_text(document_field)`.

What counts is what the official helpers count. Some of it surprises: a text of one space is
filled, so are a link whose document is gone and a number 0; a geopoint needs only the key
`longitude`. All take None for a field that the document does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rich_text(field: Any) -> bool:
    """More than one block, or one that is no empty text."""
    if not isinstance(field, (list, tuple)) or not field:
        return False
    only = field[0]
    return len(field) > 1 or "text" not in only or bool(only["text"])


def image(field: Any) -> bool:
    """It has a URL."""
    # An abstract class takes ten times as long to ask, and a page has many images.
    return (type(field) is dict or isinstance(field, Mapping)) and bool(field.get("url"))


def link(field: Any) -> bool:
    """It has the key `id` or `url`, even with nothing in it; a text alone does not count."""
    return isinstance(field, Mapping) and ("id" in field or "url" in field)


def key_text(field: Any) -> bool:
    """It is a text that is not empty."""
    return bool(field)


def embed(field: Any) -> bool:
    """It has an `embed_url`."""
    return isinstance(field, Mapping) and bool(field.get("embed_url"))


def geo_point(field: Any) -> bool:
    """It has the key `longitude`."""
    return isinstance(field, Mapping) and "longitude" in field


def number(field: Any) -> bool:
    """It is there at all: 0, False, "" and {} count."""
    return field is not None


def repeatable(field: Any) -> bool:
    """It is a list with something in it."""
    return isinstance(field, (list, tuple)) and bool(field)


title = rich_text
image_thumbnail = image
link_to_media = content_relationship = link
select = date = timestamp = color = table = number
integration = integration_field = integration_fields = number
group = slice_zone = repeatable
