"""Fields as a template that knows no model sees them: what kind they are, and whether filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from prismic_ssg.content import is_filled
from prismic_ssg.content.fields import kind
from prismic_ssg.errors import FieldError, PrismicSsgError
from prismic_ssg.render.empty import Empty
from prismic_ssg.render.views import Fields

# By the name of the official helper, and by the kind of a value.
_IS_FILLED: Mapping[str, Callable[[Any], bool]] = {
    name: getattr(is_filled, name)
    for name in (
        *("rich_text", "title", "image", "image_thumbnail", "link", "link_to_media"),
        *("content_relationship", "key_text", "embed", "geo_point", "number", "select", "date"),
        *("timestamp", "color", "table", "integration", "integration_field"),
        *("integration_fields", "repeatable", "group", "slice_zone"),
    )
} | {"geopoint": is_filled.geo_point, "slices": is_filled.slice_zone}

_NO_SLUG = (None, "", "-")


def json_of(value: Any) -> Any:
    """The value as the helpers take it: None for an empty field."""
    return None if isinstance(value, Empty) else value


def object_of(value: Any, what: str, example: str) -> Mapping[str, Any] | None:
    """The value as an object that a field of one kind is, None for an empty field.

    Raises FieldError for anything else: it would be shown as nothing, with nobody knowing why.
    """
    value = json_of(value)
    # An abstract class takes ten times as long to ask.
    if value is None or type(value) is dict or isinstance(value, Mapping):
        return value or None
    if not value:
        return None
    raise FieldError(f"not {what}: {value!r:.60}", hint=f"give a field: {{{{ {example} }}}}")


def filled(value: Any, kind_of_field: str | None = None) -> bool:
    """Whether a field is filled, judged as its kind is: `doc.data.photo|is_filled`.

    The kind is inferred from the value; `is_filled("link")` says it, by the name of the helper.
    """
    value = json_of(value)
    if kind_of_field is not None and kind_of_field not in _IS_FILLED:
        raise PrismicSsgError(
            f"there is no kind of field {kind_of_field!r}",
            hint=f"there are {', '.join(sorted(_IS_FILLED))}",
        )
    inferred = kind_of_field or kind(value)
    check = _IS_FILLED.get(inferred)
    if check is not None:
        return bool(check(value))
    return inferred != "empty" and value is not None


def humanize(name: Any) -> str:
    """A field's or type's id as a label: `published_on` → `Published on`."""
    return _label(str(name))


@cache
def _label(name: str) -> str:
    words: list[str] = []
    for part in name.replace("-", "_").split("_"):
        start = 0
        for index in range(1, len(part)):
            if part[index].isupper() and part[index - 1].islower():
                words.append(part[start:index])
                start = index
        words.append(part[start:])
    text = " ".join(word if word.isupper() else word.lower() for word in words if word)
    return text[:1].upper() + text[1:]


def fields(container: Any, *leave_out: str) -> list[SimpleNamespace]:
    """The fields of a document's data, a slice's primary or a group's row that show something.

    In order; each has `name`, `label`, `kind` and `value`. Those named in `leave_out` are left out,
    as are groups of which no row shows anything.
    """
    container = json_of(container)
    if not isinstance(container, (Mapping, Fields)):
        return []
    found = []
    for name in container:
        value = json_of(container[name])
        if name in leave_out or not _shows(value):
            continue
        entry = SimpleNamespace(name=name, label=humanize(name), kind=kind(value), value=value)
        found.append(entry)
    return found


def _shows(value: Any) -> bool:
    """Whether a reader would see anything of a field: a link's text too, but no empty rows."""
    if kind(value) == "group":
        return any(fields(row) for row in value)
    if kind(value) == "link":
        return _says_something(value)
    return filled(value)


def _says_something(link: Mapping[str, Any]) -> bool:
    """Whether a link leads somewhere, or at least has a name: a dead one may be a bare id."""
    named = (
        link.get("text") or link.get("data") or link.get("uid") or link.get("slug") not in _NO_SLUG
    )
    return bool(link.get("url") or named)
