"""Models → a Python module that says to type checkers what documents have."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prismic_ssg import field_types
from prismic_ssg.content.model_files import Models
from prismic_ssg.content.models import FieldModel, SliceModel, TypeModel, Variation, slices_of_zone
from prismic_ssg.scaffold.python_text import python_text

_HEAD = '''\
"""The content of this project, for type checkers: made by `prismic-ssg types`, not to be edited."""

from __future__ import annotations

'''

_NULLABLE = {
    **dict.fromkeys(("Text", "Color", "Date", "Timestamp", "Select"), "str | None"),
    **dict.fromkeys(("Number", "Range"), "float | None"),
    "Table": "Table | None",
    "IntegrationFields": "dict[str, Any] | None",
    "Boolean": "bool",
    "StructuredText": "RichText",
    "Embed": "Embed",
    "GeoPoint": "GeoPoint",
}
_OBJECT = "dict[str, Any]"
_WIDTH = 88


def typed_module(models: Models) -> str:
    """A module with a class for each type, each slice, and each part of them."""
    module = _Module(models)
    for slice_ in sorted(models.shared.values(), key=lambda each: each.id):
        module.shared_slice(slice_)
    for type_ in sorted(models.types.values(), key=lambda each: each.id):
        module.document(type_)
    return module.text()


class _Module:
    """Collects definitions, each after those that it needs, under names that are there once."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._taken = {*field_types.__all__, *_BUILTIN}
        self._shared: dict[str, str] = {}
        self._definitions: list[str] = []
        self._documents: list[str] = []

    def text(self) -> str:
        body = "\n\n\n".join(self._definitions)
        used = set(re.findall(r"\w+", body))
        lines = [_HEAD]
        if self._documents:
            lines.append("from dataclasses import dataclass\n")
        typing = [name for name in ("Any", "ClassVar", "Literal", "TypedDict") if name in used]
        lines.append(_import("typing", typing))
        lines.append("\n")
        lines.append(_import("prismic_ssg.field_types", sorted(used & set(field_types.__all__))))
        return "".join(lines).replace("\n\n\n", "\n\n") + f"\n\n{body}\n"

    # -- documents

    def document(self, model: TypeModel) -> None:
        name = _camel(model.id)
        data = self._typed_dict(
            self._name(f"{name}Data"), model.fields, f"The fields of {_said(model.label)}."
        )
        document = self._name(f"{name}Document")
        self._documents.append(document)
        has_uid = any(each.type == "UID" for each in model.fields)
        self._definitions.append(
            "\n".join(
                [
                    "@dataclass(frozen=True)",
                    f"class {document}(TypedDocument):",
                    f'    """{_said(model.label)}: a document of type {_said(model.id)}."""',
                    "",
                    f"    TYPE: ClassVar[str] = {python_text(model.id)}",
                    "",
                    *(["    uid: str"] if has_uid else []),
                    f"    data: {data}",
                ]
            )
        )

    # -- slices

    def shared_slice(self, model: SliceModel) -> None:
        name = f"{_camel(model.id)}Slice"
        variations = []
        only_one = len(model.variations) == 1
        for each in model.variations:
            own = name if only_one else f"{name}{_camel(each.id)}"
            variations.append(self._slice(own, model, each, base="SharedSlice"))
        if only_one:
            self._shared[model.id] = variations[0]
        elif variations:
            self._shared[model.id] = self._name(name)
            self._definitions.append(_alias(self._shared[model.id], variations))

    def _slice(self, name: str, model: SliceModel, variation: Variation, *, base: str) -> str:
        own = self._name(name)
        primary, items = _OBJECT, _OBJECT
        if variation.primary:
            primary = self._typed_dict(
                self._name(f"{own}Primary"), variation.primary, f"The fields of {own}."
            )
        if variation.items:
            items = self._typed_dict(self._name(f"{own}Item"), variation.items, f"A row of {own}.")
        members = {"slice_type": f"Literal[{python_text(model.id)}]"}
        if base == "SharedSlice":
            members["variation"] = f"Literal[{python_text(variation.id)}]"
        members |= {"primary": primary, "items": f"list[{items}]"}
        about = (
            model.name if variation.name in ("Default", "") else f"{model.name}: {variation.name}"
        )
        self._class(own, members, bases=[base], about=f"{_said(about)}.")
        return own

    def _zone(self, field: FieldModel, owner: str) -> str:
        slices = []
        for each in slices_of_zone(field):
            if isinstance(each, str):
                slices.append(self._shared.get(each, "AnySlice"))
                continue
            name = f"{owner}{_camel(each.id)}Slice"
            if each.value is None:
                slices.append(self._slice(name, each, each.variations[0], base="CompositeSlice"))
            else:
                own = self._name(name)
                members = {
                    "slice_type": f"Literal[{python_text(each.id)}]",
                    "value": self._field(each.value, own),
                }
                self._class(own, members, bases=["CompositeSlice"], about=f"{_said(each.name)}.")
                slices.append(own)
        found = list(dict.fromkeys(slices))
        if len(found) < 2:
            return f"list[{''.join(found) or 'AnySlice'}]"
        choice = self._name(f"{owner}Choice")
        self._definitions.append(_alias(choice, found))
        return f"list[{choice}]"

    # -- fields

    def _field(self, field: FieldModel, owner: str) -> str:
        """The type of a field's value; what it needs is defined before."""
        name = f"{owner}{_camel(field.id)}"
        match field.type:
            case "Slices" | "Choice":
                return self._zone(field, name)
            case "Group":
                if not field.fields:
                    return f"list[{_OBJECT}]"
                row = self._name(f"{name}Row")
                return f"list[{self._typed_dict(row, field.fields, 'A row of the group.')}]"
            case "Image":
                return self._image(field, name)
            case "Link":
                link = self._link(field, name)
                return f"list[{link}]" if field.is_repeatable else link
            case "Select":
                options = _texts(field.config.get("options"))
                return f"{self._options(options, name)} | None" if options else "str | None"
        return _NULLABLE.get(field.type, "Any")

    def _options(self, options: Sequence[str], name: str) -> str:
        """The texts of a list, under a name where they are many."""
        literal = _literal(options)
        if len(literal) <= _WIDTH // 2:
            return literal
        own = self._name(f"{name}Option")
        lines = [f"{own} = Literal[", *(f"    {python_text(each)}," for each in options), "]"]
        self._definitions.append("\n".join(lines))
        return own

    def _image(self, field: FieldModel, name: str) -> str:
        views = [
            each["name"]
            for each in field.config.get("thumbnails") or ()
            if isinstance(each, Mapping)
            and isinstance(each.get("name"), str)
            and each["name"]
            # One called `url` is in nobody's way: the API has no place for it.
            and each["name"] not in field_types.Image.__annotations__
        ]
        if not views:
            return "Image"
        own = self._name(f"{name}Image")
        self._class(
            own,
            dict.fromkeys(views, "Image"),
            bases=["Image"],
            about="An image with its responsive views.",
            total=False,
        )
        return own

    def _link(self, field: FieldModel, name: str) -> str:
        variants = _texts(field.config.get("variants"))
        kind = {"document": "Document", "media": "Media", "web": "Web"}.get(
            str(field.config.get("select")), ""
        )
        selected = self._selected(field, name) if kind == "Document" else []
        if selected:
            own = self._name(f"{name}Link")
            members = {"data": " | ".join(selected)}
            about = "A content relationship, with the fields that the model selects."
            variant = _literal(variants) if variants else "str"
            bases = [f"Relationship[{variant}]"]
            self._class(own, members, bases=bases, about=about, total=False)
            return own
        return f"Variant{kind}Link[{_literal(variants)}]" if variants else f"{kind}Link"

    def _selected(self, field: FieldModel, name: str) -> list[str]:
        """The types of `data` of a relationship, one for each type that it selects fields of."""
        found = []
        for each in field.config.get("customtypes") or ():
            if isinstance(each, Mapping) and each.get("fields"):
                target = self._models.types.get(str(each.get("id")))
                fields = _selection(target.fields if target else (), each["fields"])
                own = self._name(f"{name}{_camel(str(each.get('id')))}Data")
                about = f"What the relationship selects of {each.get('id')}."
                found.append(self._typed_dict(own, fields, _said(about)))
        return found

    # -- definitions

    def _typed_dict(self, name: str, fields: Sequence[FieldModel], about: str) -> str:
        owner = re.sub(r"(Data|Primary)$", "", name)
        members = {each.id: self._field(each, owner) for each in fields if each.type != "UID"}
        self._class(name, members, bases=[], about=about, total=False)
        return name

    def _class(
        self,
        name: str,
        members: Mapping[str, str],
        *,
        bases: Sequence[str],
        about: str,
        total: bool = True,
    ) -> None:
        """A TypedDict. Members that are no names in Python are in one written as a call."""
        odd = {each: of for each, of in members.items() if not _is_name(each)}
        bases = list(bases)
        if odd:
            call = self._name(f"_{name}Members")
            lines = [f"{call} = TypedDict(", f"    {python_text(call)},", "    {"]
            lines += [f"        {python_text(each)}: {of}," for each, of in odd.items()]
            lines += ["    },", *([] if total else ["    total=False,"]), ")"]
            self._definitions.append("\n".join(lines))
            bases.append(call)
        arguments = ", ".join([*(bases or ["TypedDict"]), *([] if total else ["total=False"])])
        lines = [f"class {name}({arguments}):", f'    """{about}"""']
        plain = {each: of for each, of in members.items() if each not in odd}
        if plain:
            lines += ["", *(_member(each, of) for each, of in plain.items())]
        self._definitions.append("\n".join(lines))

    def _name(self, wanted: str) -> str:
        """The name, or where it is taken the first free one with a number."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}{number}", number + 1
        self._taken.add(name)
        return name


_BUILTIN = ("Any", "ClassVar", "Literal", "TypedDict", "dataclass", "dict", "list", "str", "float")


def _selection(fields: Iterable[FieldModel], selected: Any) -> list[FieldModel]:
    """The fields of a type that a relationship selects; of groups the fields that it names."""
    known = {each.id: each for each in fields}
    found = []
    for each in selected if isinstance(selected, list) else ():
        name = (
            each if isinstance(each, str) else each.get("id") if isinstance(each, Mapping) else ""
        )
        field = known.get(str(name))
        if field is None:
            continue
        config: Mapping[str, Any] = field.config
        inner = field.fields
        if isinstance(each, Mapping):
            if each.get("customtypes"):
                config = {**config, "customtypes": each["customtypes"]}
            inner = tuple(_selection(inner, each.get("fields")))
        found.append(
            FieldModel(field.id, field.type, field.label, inner, field.is_repeatable, config=config)
        )
    return found


def _import(module: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= _WIDTH + 1:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _alias(name: str, of: Sequence[str]) -> str:
    line = f"{name} = {' | '.join(of)}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{name} = (", f"    {of[0]}", *(f"    | {each}" for each in of[1:]), ")"])


def _member(name: str, of: str) -> str:
    return f"    {name}: {of}"


def _literal(texts: Sequence[str]) -> str:
    return f"Literal[{', '.join(python_text(each) for each in texts)}]"


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _is_name(text: str) -> bool:
    # Python reads names in their compatibility form: a `ﬁ` in one is `fi`, another key.
    is_read_so = text.isidentifier() and unicodedata.normalize("NFKC", text) == text
    return is_read_so and not keyword.iskeyword(text) and not text.startswith("__")


def _camel(text: str) -> str:
    """`blog_post`, `blogPost` and `blog-post` as part of a class's name: `BlogPost`."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))
    name = "".join(word[0].upper() + word[1:] for word in words)
    name = "".join(letter for letter in name if f"x{letter}".isidentifier())
    return name if name.isidentifier() else f"X{name}"


def _said(text: str) -> str:
    """A text inside of a docstring."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).replace("\\", "/").replace('"', "'").strip()
