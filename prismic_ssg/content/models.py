"""Models of slices and custom types, as `slices/*/model.json` and `customtypes/*/index.json` say.

Three generations of slices are in use: shared ones, with variations and a file of their own;
composite ones, written into a custom type; and single fields used as a slice, the oldest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from prismic_ssg.errors import ContentError

_Definitions = dict[str, dict[str, Any]]

# What models call a slice zone, now and in the oldest ones.
_ZONES = ("Slices", "Choice")


@dataclass(frozen=True)
class FieldModel:
    """One field: its id, its type as models write it (`StructuredText`), and what editors call it.

    `fields` are those of a group; `is_repeatable` is a link of which there may be several; `config`
    is what the model says besides.
    """

    id: str
    type: str
    label: str | None = None
    fields: tuple[FieldModel, ...] = ()
    is_repeatable: bool = False
    config: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

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
    fields: tuple[FieldModel, ...]

    def field(self, *names: str) -> FieldModel | None:
        """The field at a path into groups, None where the model has none."""
        fields, found = self.fields, None
        for name in names:
            found = next((each for each in fields if each.id == name), None)
            if found is None:
                return None
            fields = found.fields
        return found


@dataclass(frozen=True)
class Variation:
    """One variation of a slice. `items` are the fields of its rows."""

    id: str
    name: str
    primary: tuple[FieldModel, ...] = ()
    items: tuple[FieldModel, ...] = ()


@dataclass(frozen=True)
class SliceModel:
    """A slice type. `value` is the field that the oldest kind of slice is, None for others."""

    id: str
    name: str
    variations: tuple[Variation, ...]
    value: FieldModel | None = None


class _WrittenVariation(msgspec.Struct, frozen=True):
    id: str
    name: str | None = None
    primary: _Definitions | None = None
    items: _Definitions | None = None


class _WrittenSlice(msgspec.Struct, frozen=True):
    id: str
    name: str | None = None
    variations: tuple[_WrittenVariation, ...] = ()


class _WrittenType(msgspec.Struct, frozen=True):
    id: str
    label: str | None = None
    repeatable: bool = True
    format: str = "page"
    tabs: dict[str, _Definitions] = msgspec.field(default_factory=dict, name="json")


def parse_type_model(content: bytes) -> TypeModel:
    """The model of a custom type. Raises msgspec.DecodeError where the bytes hold none."""
    written = msgspec.json.decode(content, type=_WrittenType)
    fields = tuple(each for tab in written.tabs.values() for each in _fields(tab))
    return TypeModel(
        written.id, written.label or written.id, written.repeatable, written.format, fields
    )


def parse_slice_model(content: bytes, *, file: str) -> SliceModel:
    """The model of a shared slice. Raises ContentError where the file holds none."""
    written = _decoded(content, _WrittenSlice, file)
    variations = tuple(
        Variation(each.id, each.name or each.id, _fields(each.primary), _fields(each.items))
        for each in written.variations
    )
    return SliceModel(written.id, written.name or written.id, variations)


def slices_of_type(content: bytes, *, file: str) -> Iterator[SliceModel]:
    """The slices that a custom type's model defines in itself, and not only names.

    Raises ContentError where the file holds no model.
    """
    for tab in _decoded(content, _WrittenType, file).tabs.values():
        for definition in tab.values():
            if definition.get("type") in _ZONES:
                choices = _members(definition, "choices")
                for name, choice in choices.items():
                    if isinstance(choice, Mapping) and choice.get("type") != "SharedSlice":
                        yield _own_slice(name, choice)


def slices_of_zone(zone: FieldModel) -> tuple[SliceModel | str, ...]:
    """The slices that a slice zone takes: the ids of shared ones, the models of its own."""
    choices = zone.config.get("choices")
    return tuple(
        name if choice.get("type") == "SharedSlice" else _own_slice(name, choice)
        for name, choice in (choices.items() if isinstance(choices, Mapping) else ())
        if isinstance(choice, Mapping)
    )


def _own_slice(name: str, choice: Mapping[str, Any]) -> SliceModel:
    label = str(choice.get("fieldset") or name)
    if choice.get("type") == "Slice":
        primary = _fields(choice.get("non-repeat"))
        items = _fields(choice.get("repeat"))
        return SliceModel(name, label, (Variation("default", "Default", primary, items),))
    return SliceModel(name, label, (Variation("default", "Default"),), _field("value", choice))


def _decoded(content: bytes, into: type[Any], file: str) -> Any:
    try:
        return msgspec.json.decode(content, type=into)
    except msgspec.DecodeError as error:
        raise ContentError(f"{file} is no model: {error}", file=file) from None


def _fields(definitions: Any) -> tuple[FieldModel, ...]:
    if not isinstance(definitions, Mapping):
        return ()
    return tuple(
        _field(name, definition)
        for name, definition in definitions.items()
        if isinstance(definition, Mapping) and definition.get("type") != "Separator"
    )


def _field(name: str, definition: Mapping[str, Any]) -> FieldModel:
    config = _members(definition, "config")
    label = config.get("label")
    if definition.get("type") in _ZONES and "choices" not in config:
        config = {**config, "choices": _members(definition, "choices")}
    return FieldModel(
        name,
        str(definition.get("type")),
        label if isinstance(label, str) and label else None,
        _fields(config.get("fields")),
        config.get("repeat") is True,
        config,
    )


def _members(definition: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The choices or the configuration: inside of `config`, or beside it in the oldest models."""
    found = definition.get(name)
    if found is None and isinstance(definition.get("config"), Mapping):
        found = definition["config"].get(name)
    return found if isinstance(found, Mapping) else {}
