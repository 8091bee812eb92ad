"""What a model would say of fields, as far as their values show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from prismic_ssg.content.fields import kind
from prismic_ssg.content.models import FieldModel

# What models call a field that looks as it does.
_TYPES = {
    "rich_text": "StructuredText",
    "image": "Image",
    "link": "Link",
    "links": "Link",
    "embed": "Embed",
    "table": "Table",
    "geopoint": "GeoPoint",
    "date": "Date",
    "timestamp": "Timestamp",
    "color": "Color",
    "number": "Number",
    "boolean": "Boolean",
    "group": "Group",
    "slices": "Slices",
    "integration": "IntegrationFields",
}


def fields_of(containers: Iterable[Any]) -> tuple[FieldModel, ...]:
    """The fields that objects have, each as the first value of it that is not empty shows it.

    A link to a document counts as one to documents of that type.
    """
    found: dict[str, FieldModel] = {}
    for container in containers:
        if isinstance(container, Mapping):
            for name, value in container.items():
                known = found.get(name)
                seen = _field(name, value)
                if known is None and seen is not None:
                    found[name] = seen
                elif known is not None and seen is not None and known.fields:
                    found[name] = replace(known, fields=_more(known.fields, seen.fields))
    return tuple(found.values())


def _more(fields: tuple[FieldModel, ...], others: tuple[FieldModel, ...]) -> tuple[FieldModel, ...]:
    known = {each.id for each in fields}
    return (*fields, *(each for each in others if each.id not in known))


def _field(name: str, value: Any) -> FieldModel | None:
    what = kind(value)
    if what == "empty":
        return None
    inner: Iterator[Any] = iter(value) if what == "group" else iter(())
    config: dict[str, Any] = {}
    if what == "link" and value.get("link_type") == "Document" and "type" in value:
        config = {"select": "document", "customtypes": [value["type"]]}
    return FieldModel(
        name,
        _TYPES.get(what, "Text"),
        None,
        fields_of(inner),
        is_repeatable=what == "links",
        config=config,
    )
