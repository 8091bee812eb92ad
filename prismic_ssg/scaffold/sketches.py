"""What can be known of a repository's types: from models, or else from documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prismic_ssg.content.document import Document
from prismic_ssg.content.field_paths import PATH
from prismic_ssg.content.models import FieldModel, TypeModel
from prismic_ssg.content.routes import single_types
from prismic_ssg.content.shapes import fields_of

# How many documents of a type are looked into: more would hardly have other fields.
_LOOKED_INTO = 100

# Words in the names of single types that are content for every page, and no page themselves.
_PARTS = frozenset(
    {"settings", "setting", "config", "configuration", "globals", "global", "navigation", "menu"}
    | {"nav", "header", "footer", "layout", "banner", "seo", "site", "redirects", "translations"}
)


_PLAIN = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class TypeSketch:
    """A custom type as a new site must know it. `uids` are those of the documents that there are.

    `is_page` says whether its documents have pages of their own. `fields` are the model's, or what
    documents show; `source` is which: "its model", "its documents". `rare_fields` are those that
    most of the documents lack.
    """

    id: str
    label: str
    is_repeatable: bool
    has_uid: bool
    is_page: bool
    fields: tuple[FieldModel, ...]
    source: str
    uids: frozenset[str] = frozenset()
    rare_fields: frozenset[str] = frozenset()

    @property
    def askable_fields(self) -> tuple[FieldModel, ...]:
        """The fields that a query or a route can name."""
        return tuple(
            each for each in self.fields if PATH.fullmatch(f"my.{self.id}.{each.id}") is not None
        )

    @property
    def relationships(self) -> tuple[FieldModel, ...]:
        """The fields that lead to documents of one type, and to no other."""
        return tuple(
            each
            for each in self.askable_fields
            if each.is_relationship and not each.is_repeatable and len(each.linked_types) == 1
        )


def sketch_types(
    documents: Sequence[Document], models: Mapping[str, TypeModel], labels: Mapping[str, str]
) -> tuple[TypeSketch, ...]:
    """Every type that has a model or a document, sorted; `labels` are the repository's."""
    by_type: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_type[document.type].append(document)
    single = single_types(documents, {model.id: model.repeatable for model in models.values()})
    return tuple(
        _sketch(name, by_type[name], models.get(name), labels.get(name), single=name in single)
        for name in sorted({*by_type, *models})
    )


def _sketch(
    name: str,
    documents: Sequence[Document],
    model: TypeModel | None,
    label: str | None,
    *,
    single: bool,
) -> TypeSketch:
    uids = frozenset(document.uid for document in documents if document.uid)
    # A name that could lead out of a folder is none for a route or a template.
    is_plain = _PLAIN.fullmatch(name) is not None
    if model is not None:
        has_uid = any(each.type == "UID" for each in model.fields)
        return TypeSketch(
            name,
            model.label,
            is_repeatable=model.repeatable,
            has_uid=has_uid,
            is_page=is_plain and model.format != "custom" and (has_uid or not model.repeatable),
            fields=tuple(each for each in model.fields if each.type != "UID"),
            source="its model",
            uids=uids,
            rare_fields=_rare(documents, (each.id for each in model.fields)),
        )
    fields = _fields(documents)
    is_part = not _PARTS.isdisjoint(name.lower().replace("-", "_").split("_"))
    return TypeSketch(
        name,
        label or name,
        is_repeatable=not single,
        has_uid=bool(uids),
        is_page=is_plain and (bool(uids) or (single and not is_part)),
        fields=fields,
        source="its documents",
        uids=uids,
        rare_fields=_rare(documents, (each.id for each in fields)),
    )


def _rare(documents: Sequence[Document], names: Iterable[str]) -> frozenset[str]:
    some = documents[:_LOOKED_INTO]
    return frozenset(
        name
        for name in names
        if sum(document.field(name) is not None for document in some) * 2 < len(some)
    )


def _fields(documents: Iterable[Document]) -> tuple[FieldModel, ...]:
    """The fields of a type in the order of its fullest document: the API leaves empty ones out."""
    looked_into = sorted(
        list(documents)[:_LOOKED_INTO], key=lambda each: (-len(each.fields), each.id)
    )
    return fields_of(
        {name: document.field(name) for name in document.fields} for document in looked_into
    )
