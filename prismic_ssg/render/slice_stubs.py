"""The template that somebody begins with: every field of a slice, as its type is usually shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from prismic_ssg.content.models import FieldModel, SliceModel

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# How a field of each type is shown; `{}` is where its value is.
_SHOWN = {
    "StructuredText": "{{{{ {}|as_html }}}}",
    "Image": "{{{{ {}|img }}}}",
    "Embed": "{{{{ {}|embed }}}}",
    "Table": "{{{{ {}|table }}}}",
    "GeoPoint": "<p>{{{{ {}|geopoint }}}}</p>",
    "Date": '<p><time datetime="{{{{ {0} }}}}">{{{{ {0}|date("%-d %B %Y") }}}}</time></p>',
    "Timestamp": '<p><time datetime="{{{{ {0} }}}}">{{{{ {0}|date("%-d %B %Y") }}}}</time></p>',
    "Color": '<p><span style="background: {{{{ {0} }}}}">{{{{ {0} }}}}</span></p>',
    "IntegrationFields": "<pre>{{{{ {}|tojson(indent=2) }}}}</pre>",
}
_AS_TEXT = "<p>{{{{ {} }}}}</p>"

# These filters give nothing for an empty field by themselves.
_GUARDED = frozenset(_SHOWN) - {"StructuredText", "Image", "Embed", "Table"}


def slice_stub(model: SliceModel, *, source: str) -> str:
    """A template for a slice, its fields in the model's order; those of all variations together.

    `source` says what it was made from: "its model", "its content".
    """
    name = model.name.replace("#}", "# }")
    head = f"{{# {name}: begun by `prismic-ssg slices --stubs` from {source}. #}}"
    lines = [head, '<section class="slice {{ slice.slice_type }}">']
    if model.value is not None:
        lines += _field(model.value, "slice")
    lines += _fields(_united(each.primary for each in model.variations), "slice.primary")
    lines += _rows(_united(each.items for each in model.variations), "slice.items", "item")
    return "\n".join([*lines, "</section>", ""])


def _united(fields: Iterable[Sequence[FieldModel]]) -> list[FieldModel]:
    """The fields of several variations, each once."""
    found: dict[str, FieldModel] = {}
    for each in fields:
        for field in each:
            found.setdefault(field.id, field)
    return list(found.values())


def _fields(fields: Iterable[FieldModel], owner: str) -> Iterator[str]:
    for field in fields:
        yield from _field(field, owner)


def _rows(fields: Sequence[FieldModel], value: str, name: str) -> Iterator[str]:
    if fields:
        yield f"{{% for {name} in {value} %}}"
        yield "<div>"
        yield from _fields(fields, name)
        yield "</div>"
        yield "{% endfor %}"


def _field(field: FieldModel, owner: str) -> Iterator[str]:
    value = f"{owner}.{field.id}" if _NAME.fullmatch(field.id) else f'{owner}["{field.id}"]'
    match field.type:
        case "Group":
            name = "row" if owner != "row" else "inner"
            yield from _rows(field.fields, value, name)
        case "Link" if field.is_repeatable:
            yield f"{{% for link in {value} %}}"
            yield "<p>{{ link|link_tag }}</p>"
            yield "{% endfor %}"
        case "Link":
            yield from _guarded(value, f"<p>{{{{ {value}|link_tag }}}}</p>")
        case "Boolean":
            label = (field.label or field.id).replace("#}", "# }")
            yield f"{{% if {value} %}}"
            yield f"{{# {label} #}}"
            yield "{% endif %}"
        case _:
            shown = _SHOWN.get(field.type, _AS_TEXT).format(value)
            if field.type in _SHOWN and field.type not in _GUARDED:
                yield shown
            else:
                yield from _guarded(value, shown)


def _guarded(value: str, shown: str) -> Iterator[str]:
    yield f"{{% if {value} is filled %}}"
    yield shown
    yield "{% endif %}"
