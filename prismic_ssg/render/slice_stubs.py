"""The template that somebody begins with: every field of a slice, laid out as the theme would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prismic_ssg.content.models import FieldModel, SliceModel
from prismic_ssg.content.titles import likely_title
from prismic_ssg.render.template_text import is_name, member, said

# The first slice of a page is what readers see first: its picture is not to wait for the layout.
_SOON = 'img(loading="eager" if first else "lazy")'

# How a field of each type is shown; `{}` is where its value is.
_SHOWN = {
    "Embed": "{{{{ show.embed({}) }}}}",
    "Table": "{{{{ {}|table }}}}",
    "GeoPoint": "<p>{{{{ {}|geopoint }}}}</p>",
    "Date": '<p><time datetime="{{{{ {0} }}}}">{{{{ {0}|date("%-d %B %Y") }}}}</time></p>',
    "Timestamp": '<p><time datetime="{{{{ {0} }}}}">{{{{ {0}|date("%-d %B %Y") }}}}</time></p>',
    "Color": '<p><span style="background: {{{{ {0} }}}}">{{{{ {0} }}}}</span></p>',
    "IntegrationFields": "<pre>{{{{ {}|tojson(indent=2) }}}}</pre>",
}
_AS_TEXT = "<p>{{{{ {} }}}}</p>"

# The others give nothing for an empty field by themselves.
_GUARDED = frozenset(_SHOWN) - {"Table"}

_TEXTS = frozenset({"Text", "StructuredText"})
_EYEBROWS = frozenset({"eyebrow", "kicker", "overline", "surtitle", "tagline"})
_CAPTIONS = frozenset({"caption", "legend", "credit", "credits", "copyright"})

# The last word in the name of a switch for templates, which is no text for readers.
_OPTIONS = frozenset(
    {"side", "align", "alignment", "position", "layout", "variant", "variation", "theme", "style"}
    | {
        "background",
        "size",
        "width",
        "height",
        "icon",
        "anchor",
        "orientation",
        "columns",
        "accent",
    }
    | {"padding", "spacing", "reverse", "inverted"}
)


def slice_stub(model: SliceModel, *, source: str) -> str:
    """A template for a slice, its fields in the model's order; those of all variations together.

    The classes are the theme's: one picture stands beside what is said about it. `source` says what
    it was made from: "its model", "its content".
    """
    head = f"{{# {said(model.name)}: begun by `prismic-ssg slices --stubs` from {source}. #}}"
    primary = _united(each.primary for each in model.variations)
    items = _united(each.items for each in model.variations)
    pictures = [each for each in primary if each.type == "Image"]
    beside = pictures[0] if len(pictures) == 1 and _has_words(primary) else None
    words = list(_fields([each for each in primary if each is not beside], "slice.primary", 2))
    is_quote = _has_words(primary) and any(
        word in model.id.lower() for word in ("quote", "testimonial")
    )
    layout = " quote" if is_quote else ""
    if beside is not None and _is_figure(primary):
        layout, words = "", list(_figure(primary))
    elif beside is not None:
        picture = member("slice.primary", beside.id)
        layout = f'{{{{ " beside" if {picture} is filled }}}}'
        words = [*_picture(picture), '<div class="words">', *words, "</div>"]
    elif is_quote:
        words = list(_quote(primary))
    level = 3 if _title(primary) else 2
    lines = [f'<section class="slice{layout}" data-slice="{{{{ slice.slice_type }}}}">']
    if model.value is not None:
        lines += _field(model.value, "slice", 2)
    lines += words
    lines += _rows(items, "slice.items", "item", level)
    imports = (
        ['{% import "fields.html" as show %}'] if any("show." in each for each in lines) else []
    )
    return "\n".join([head, *imports, *lines, "</section>", ""])


def _united(fields: Iterable[Sequence[FieldModel]]) -> list[FieldModel]:
    """The fields of several variations, each once."""
    found: dict[str, FieldModel] = {}
    for each in fields:
        for field in each:
            found.setdefault(field.id, field)
    return list(found.values())


def _has_words(fields: Sequence[FieldModel]) -> bool:
    return any(each.type in _TEXTS for each in fields)


def _is_option(field: FieldModel) -> bool:
    is_short = field.type in ("Text", "Select", "Boolean", "Number", "Color")
    return is_short and _words(field.id)[-1] in _OPTIONS


def _title(fields: Sequence[FieldModel]) -> str | None:
    return likely_title(each.id for each in fields if each.type in _TEXTS and not _is_option(each))


def _fields(fields: Sequence[FieldModel], owner: str, level: int) -> Iterator[str]:
    """Fields one below the other. `level` is that of the first heading among them."""
    title = _title(fields)
    labels = _labels(fields)
    for field in fields:
        value = member(owner, field.id)
        if field.id in labels.values():
            continue
        if _is_option(field):
            yield f"{{# {said(field.label or field.id)}: {value} #}}"
        elif field.id == title and field.type == "Text":
            yield from _guarded(value, f"<h{level}>{{{{ {value} }}}}</h{level}>")
        elif field.type == "StructuredText":
            below = level if title in (None, field.id) else level + 1
            yield f"{{{{ {value}|prose{f'({below})' if below != 2 else ''} }}}}"
        elif field.type == "Text" and _words(field.id)[-1] in _EYEBROWS:
            yield from _guarded(value, f'<p class="eyebrow">{{{{ {value} }}}}</p>')
        elif field.type == "Link" and not field.is_repeatable:
            text = f"{owner}.{labels[field.id]}, " if field.id in labels else ""
            tag = f'{{{{ {value}|link_tag({text}class_="action") }}}}'
            yield from _guarded(value, f'<p class="actions">{tag}</p>')
        else:
            yield from _field(field, owner, level + (title is not None))


def _is_figure(fields: Sequence[FieldModel]) -> bool:
    """Whether a picture has nothing with it but what is said below one."""
    others = [each for each in fields if each.type != "Image" and not _is_option(each)]
    return all(each.type in _TEXTS and _words(each.id)[-1] in _CAPTIONS for each in others)


def _figure(fields: Sequence[FieldModel]) -> Iterator[str]:
    [picture] = (member("slice.primary", each.id) for each in fields if each.type == "Image")
    yield f"{{% if {picture} is filled %}}"
    yield f'<figure class="picture wide">{{{{ {picture}|{_SOON} }}}}'
    yield "<figcaption>"
    yield from _fields([each for each in fields if each.type != "Image"], "slice.primary", 2)
    yield "</figcaption>"
    yield "</figure>"
    yield "{% endif %}"


def _quote(fields: Sequence[FieldModel]) -> Iterator[str]:
    """What is said, and below it who said it."""
    said = [each for each in fields if each.type == "StructuredText"] or list(fields[:1])
    yield "<blockquote>"
    for field in said:
        yield from _field(field, "slice.primary", 2)
    others = [each for each in fields if each not in said]
    if others:
        yield "<footer>"
        for field in others:
            yield from _field(field, "slice.primary", 2)
        yield "</footer>"
    yield "</blockquote>"


def _labels(fields: Sequence[FieldModel]) -> Mapping[str, str]:
    """Which text says what which link is: `button_label` for `button_link`."""

    def stem(field: FieldModel, *endings: str) -> str:
        text = "".join(_words(field.id))
        for ending in endings:
            text = text.replace(ending, "")
        return text

    links = [each for each in fields if each.type == "Link" and not each.is_repeatable]
    texts = [each for each in fields if each.type == "Text" and is_name(each.id)]
    return {
        link.id: text.id
        for link in links
        for text in texts
        if stem(link, "link", "url") == stem(text, "text", "label")
        and _words(text.id)[-1] in ("text", "label")
    }


def _rows(fields: Sequence[FieldModel], value: str, name: str, level: int) -> Iterator[str]:
    """Rows side by side, where there is room and they are more than one field."""
    if not fields:
        return
    is_pictured = any(each.type == "Image" for each in fields)
    layout = " grid pictured" if is_pictured else " grid" if len(fields) > 1 else ""
    yield f"{{% if {value} %}}"
    yield f'<ul class="rows{layout}">'
    yield f"{{% for {name} in {value} %}}"
    yield "<li>"
    yield from _fields(fields, name, level)
    yield "</li>"
    yield "{% endfor %}"
    yield "</ul>"
    yield "{% endif %}"


def _field(field: FieldModel, owner: str, level: int) -> Iterator[str]:
    value = member(owner, field.id)
    match field.type:
        case "Group":
            name = "row" if owner != "row" else "inner"
            yield from _rows(field.fields, value, name, level)
        case "Image":
            yield from _picture(value)
        case "StructuredText":
            yield f"{{{{ {value}|prose }}}}"
        case "Link" if field.is_repeatable:
            yield f"{{% for link in {value} %}}"
            yield "<p>{{ link|link_tag }}</p>"
            yield "{% endfor %}"
        case "Link":
            yield from _guarded(value, f"<p>{{{{ {value}|link_tag }}}}</p>")
        case "Boolean":
            yield f"{{% if {value} %}}"
            yield f"{{# {said(field.label or field.id)} #}}"
            yield "{% endif %}"
        case _:
            shown = _SHOWN.get(field.type, _AS_TEXT).format(value)
            if field.type in _SHOWN and field.type not in _GUARDED:
                yield shown
            else:
                yield from _guarded(value, shown)


def _picture(value: str) -> Iterator[str]:
    image = _SOON if value.startswith("slice.primary") else "img"
    yield from _guarded(value, f'<figure class="picture plain">{{{{ {value}|{image} }}}}</figure>')


def _guarded(value: str, shown: str) -> Iterator[str]:
    yield f"{{% if {value} is filled %}}"
    yield shown
    yield "{% endif %}"


def _words(name: str) -> list[str]:
    """`imageSide`, `image_side` → image, side."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-_]", " ", name).lower().split() or [name]
