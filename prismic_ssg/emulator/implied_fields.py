"""The fields that links bring along unasked, because a model selects them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prismic_ssg.content.graph_query import Selection
from prismic_ssg.content.models import FieldModel, TypeModel


def implicit_selections(models: Mapping[str, TypeModel]) -> Mapping[str, Selection]:
    """What models say that links bring along unasked: custom type → selection, where there is any.

    Those of relationships in fields and groups; in slices they are not read.
    """
    found = {}
    for model in models.values():
        selection = _implicit(model.fields)
        if selection is not None:
            found[model.id] = selection
    return found


def _implicit(fields: Iterable[FieldModel]) -> Selection | None:
    named: dict[str, Selection | None] = {}
    for model in fields:
        inside = _implicit(model.fields)
        if model.type == "Link":
            inside = _linked_selection(model.config.get("customtypes"))
        if inside is not None:
            named[model.id] = inside
    return Selection(everything=True, fields=named) if named else None


def _linked_selection(custom_types: Any) -> Selection | None:
    unions = {}
    for each in custom_types if isinstance(custom_types, list) else ():
        if isinstance(each, dict) and isinstance(each.get("fields"), list):
            unions[str(each.get("id"))] = Selection(fields=dict(map(_selected, each["fields"])))
    return Selection(unions=unions) if unions else None


def _selected(written: Any) -> tuple[str, Selection | None]:
    """One selected field: its name; a group's with `fields`; one more link with `customtypes`."""
    if not isinstance(written, dict):
        return str(written), None
    name = str(written.get("id"))
    if isinstance(written.get("fields"), list):
        return name, Selection(fields=dict(map(_selected, written["fields"])))
    return name, _linked_selection(written.get("customtypes"))
