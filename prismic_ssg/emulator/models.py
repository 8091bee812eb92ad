"""Models: which fields a custom type has, as `customtypes/ID/index.json` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from prismic_ssg.content.graph_query import Selection


@dataclass(frozen=True)
class FieldModel:
    """One field: its type as models write it (`StructuredText`), its configuration, and what is
    inside where it is a group."""

    type: str
    config: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, FieldModel] = field(default_factory=dict)

    @property
    def linked_types(self) -> tuple[str, ...]:
        """The custom types that a content relationship is limited to; empty for any, or no link."""
        allowed = self.config.get("customtypes")
        if not isinstance(allowed, list):
            return ()
        names = (each.get("id") if isinstance(each, dict) else each for each in allowed)
        return tuple(name for name in names if isinstance(name, str))

    @property
    def is_relationship(self) -> bool:
        return self.type == "Link" and self.config.get("select") == "document"


@dataclass(frozen=True)
class TypeModel:
    """A custom type. `format` is `page`, or `custom` for content of other pages."""

    id: str
    label: str
    repeatable: bool
    format: str
    fields: Mapping[str, FieldModel]

    def field(self, *names: str) -> FieldModel | None:
        """The field at a path into groups, None where the model has none."""
        fields, found = self.fields, None
        for name in names:
            found = fields.get(name)
            if found is None:
                return None
            fields = found.fields
        return found


class _Written(msgspec.Struct, frozen=True):
    id: str
    label: str | None = None
    repeatable: bool = True
    format: str = "page"
    tabs: dict[str, dict[str, dict[str, Any]]] = msgspec.field(default_factory=dict, name="json")


_decoder = msgspec.json.Decoder(_Written)


def parse_model(content: bytes) -> TypeModel:
    """The model in a file's bytes. Raises msgspec.DecodeError where it is none."""
    written = _decoder.decode(content)
    fields = {
        name: _field(definition)
        for tab in written.tabs.values()
        for name, definition in tab.items()
    }
    return TypeModel(
        written.id, written.label or written.id, written.repeatable, written.format, fields
    )


def _field(written: Mapping[str, Any]) -> FieldModel:
    config = written.get("config")
    config = config if isinstance(config, dict) else {}
    inner = config.get("fields")
    fields = {
        name: _field(each)
        for name, each in (inner.items() if isinstance(inner, dict) else ())
        if isinstance(each, dict)
    }
    kind = written.get("type")
    return FieldModel(kind if isinstance(kind, str) else "", config, fields)


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


def _implicit(fields: Mapping[str, FieldModel]) -> Selection | None:
    named: dict[str, Selection | None] = {}
    for name, model in fields.items():
        inside = _implicit(model.fields)
        if model.type == "Link":
            inside = _linked_selection(model.config.get("customtypes"))
        if inside is not None:
            named[name] = inside
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
