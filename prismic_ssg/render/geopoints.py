"""Geopoints as text and as addresses."""

from __future__ import annotations

from typing import Any

from prismic_ssg.content import is_filled
from prismic_ssg.content.js_text import js_text
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.shown_fields import object_of

_STYLES = ("decimal", "degrees", "geo", "map")


def format_geopoint(field: Any, style: str = "decimal") -> str:
    """A geopoint as `48.8566, 2.3522`; nothing for an empty one.

    Other styles: `degrees` is `48°51′24″N 2°21′8″E`, `geo` an address that opens a map on phones
    (`geo:48.8566,2.3522`), `map` that of the place on OpenStreetMap.
    """
    if style not in _STYLES:
        raise PrismicSsgError(
            f"a geopoint has no style {style!r}", hint=f"it has {', '.join(_STYLES)}"
        )
    place = object_of(field, "a geopoint", "doc.data.place|geopoint")
    if place is None or not is_filled.geo_point(place):
        return ""
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    north, east = js_text(latitude), js_text(longitude)
    if style == "degrees":
        return f"{_degrees(latitude, 'NS')} {_degrees(longitude, 'EW')}"
    if style == "geo":
        return f"geo:{north},{east}"
    if style == "map":
        return f"https://www.openstreetmap.org/?mlat={north}&mlon={east}#map=15/{north}/{east}"
    return f"{north}, {east}"


def _degrees(angle: float, letters: str) -> str:
    seconds = round(abs(angle) * 3600)
    letter = letters[angle < 0]
    return f"{seconds // 3600}°{seconds // 60 % 60}′{seconds % 60}″{letter}"
