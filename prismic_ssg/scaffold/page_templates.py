"""The template that a type's pages begin with: each field where the theme would have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from prismic_ssg.content.models import FieldModel
from prismic_ssg.content.titles import likely_title
from prismic_ssg.render.template_text import member, quoted, said
from prismic_ssg.scaffold.sketches import TypeSketch

_LEDES = (
    *("subtitle", "tagline", "standfirst", "summary", "excerpt", "intro", "introduction"),
    *("lead", "lede", "strapline", "description", "role"),
)
_SLICES = frozenset({"Slices", "Choice"})

# Fields that are short enough for a list of facts; `{}` is where the value is.
_FACTS = {
    "Text": "{{{{ {} }}}}",
    "Select": "{{{{ {} }}}}",
    "Number": "{{{{ {} }}}}",
    "Range": "{{{{ {} }}}}",
    "Boolean": '{{{{ say("yes", page.lang) }}}}',
    "Date": "{{{{ day({}, page.lang) }}}}",
    "Timestamp": "{{{{ day({}, page.lang) }}}}",
    "Color": "{{{{ show.color({}) }}}}",
    "GeoPoint": "{{{{ show.geopoint({}) }}}}",
    "Link": "{{{{ {}|link_tag }}}}",
}
# A link to what is not published is filled, and shows nothing.
_IS_THERE = {"Boolean": "{}", "Link": "{}|link_tag"}


def page_template(sketch: TypeSketch, related: Sequence[tuple[TypeSketch, FieldModel]] = ()) -> str:
    """A template that shows every field of a type.

    `related` are the types that link to this one, each with the field that does: a page of a topic
    ends with the posts about it.
    """
    fields = [each for each in sketch.fields if not _is_for_search_engines(each.id)]
    title = likely_title(each.id for each in fields if each.type in ("Text", "StructuredText"))
    fields = [each for each in fields if each.id != title]
    lede = next((each for each in fields if _is_lede(each)), None)
    picture = next((each for each in fields if each.type == "Image"), None)
    facts = [each for each in fields if _is_fact(each) and each is not lede]
    flow = [each for each in fields if each not in (lede, picture, *facts)]
    main = [
        '<header class="title">',
        "<h1>{{ doc.title }}</h1>",
        *(_lede(lede) if lede else ()),
        "</header>",
        *(_picture(picture) if picture else ()),
        *_facts(facts),
        *_flow(flow),
        *(line for other, field in related for line in _related(other, field)),
    ]
    body = "\n".join(main)
    imports = _imports(body)
    return "\n".join(
        [
            f"{{# {said(sketch.label)}: begun by `prismic-ssg init` from {sketch.source}. #}}",
            '{% extends "base.html" %}',
            *imports,
            "",
            "{% block main %}",
            "<article>",
            body,
            "</article>",
            "{% endblock %}",
            "",
        ]
    )


def _imports(body: str) -> Iterator[str]:
    """What of the theme a template needs."""
    if "show." in body:
        yield '{% import "fields.html" as show %}'
    words = [name for name in ("day", "say") if f"{name}(" in body]
    if words:
        yield f'{{% from "words.html" import {", ".join(words)} %}}'


def _is_for_search_engines(name: str) -> bool:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[-_]", " ", name).lower()
    return f"{words} ".startswith(("meta ", "metadata ", "seo ", "og ", "open graph "))


def _is_lede(field: FieldModel) -> bool:
    return field.type in ("Text", "StructuredText") and field.id.lower().endswith(_LEDES)


def _is_fact(field: FieldModel) -> bool:
    return field.type in _FACTS and not field.is_repeatable


def _value(field: FieldModel, owner: str) -> str:
    return member(owner, field.id)


def _label(field: FieldModel) -> str:
    """What editors call a field."""
    return _escaped(field.label or field.id.replace("_", " ").replace("-", " ").capitalize())


def _lede(field: FieldModel) -> Iterator[str]:
    value = _value(field, "doc.data")
    is_rich = field.type == "StructuredText"
    shown = f"{{{{ {value}|as_html }}}}" if is_rich else f"<p>{{{{ {value} }}}}</p>"
    yield f"{{% if {value} %}}"
    yield f'<div class="lede">{shown}</div>'
    yield "{% endif %}"


def _picture(field: FieldModel) -> Iterator[str]:
    yield f'{{{{ show.picture({_value(field, "doc.data")}, loading="eager") }}}}'


def _facts(fields: Sequence[FieldModel]) -> Iterator[str]:
    """Short fields, in the margin where there is room: nothing where all of them are empty."""
    if not fields:
        return
    yield "{% set facts %}"
    for field in fields:
        value = _value(field, "doc.data")
        is_there = _IS_THERE.get(field.type, "{} is filled").format(value)
        shown = _FACTS[field.type].format(value)
        row = f"<div><dt>{_label(field)}</dt><dd>{shown}</dd></div>"
        yield f"{{% if {is_there} %}}{row}{{% endif %}}"
    yield "{% endset %}"
    yield "{% if facts|trim %}"
    yield '<aside class="facts beside"><dl class="pairs">{{ facts }}</dl></aside>'
    yield "{% endif %}"


def _flow(fields: Sequence[FieldModel]) -> Iterator[str]:
    """What is long, in the model's order. The first text needs no heading to say what it is."""
    first = next((each for each in fields if each.type == "StructuredText"), None)
    for field in fields:
        value = _value(field, "doc.data")
        headed = field is not first and field.type not in {"Image", "Embed", *_SLICES}
        shown = list(_shown(field, value, 3 if headed else 2))
        if field.type in _SLICES or field.type == "Image":
            yield from shown
            continue
        yield (
            f"{{% if {value} %}}"
            if field.type == "Group" or field.is_repeatable
            else (f"{{% if {value} is filled %}}")
        )
        heading = [f"<h2>{_label(field)}</h2>"] if headed else []
        if field.type == "Table":
            # As wide as the page, and its heading with it.
            yield from ('<section class="wide">', *heading, *shown, "</section>")
        else:
            yield from (*heading, *shown)
        yield "{% endif %}"


def _shown(field: FieldModel, value: str, level: int) -> Iterator[str]:
    match field.type:
        case "Slices" | "Choice":
            yield f"{{{{ slice_zone({value}) }}}}"
        case "StructuredText":
            argument = f"({level})" if level != 2 else ""
            yield f'<div class="prose">{{{{ {value}|prose{argument} }}}}</div>'
        case "Image":
            yield f"{{{{ show.picture({value}) }}}}"
        case "Embed":
            yield f"{{{{ show.embed({value}) }}}}"
        case "Table":
            yield f"{{{{ show.table({value}, {_argument(field)}) }}}}"
        case "Link":
            yield '<ul class="links">'
            yield f"{{% for link in {value} %}}<li>{{{{ link|link_tag }}}}</li>{{% endfor %}}"
            yield "</ul>"
        case "Group":
            # The theme lays rows out by what is in them: a table, a grid, a list of links.
            yield f"{{{{ show.rows({value}, {level}, page.lang, {_argument(field)}) }}}}"
        case "IntegrationFields":
            yield f"{{{{ show.integration({value}) }}}}"
        case _:
            yield f"<p>{{{{ {value} }}}}</p>"


def _argument(field: FieldModel) -> str:
    """A field's label as an argument."""
    return quoted(field.label or field.id)


def _related(other: TypeSketch, field: FieldModel) -> Iterator[str]:
    path = quoted(f"my.{other.id}.{field.id}")
    query = f"site.query(type={quoted(other.id)}, filters=[filter.at({path}, doc.id)])"
    yield f"{{% set others = {query} %}}"
    yield "{% if others %}"
    yield f"<h2>{_escaped(other.label)}</h2>"
    yield '<ul class="links">'
    yield "{% for other in others %}"
    yield "<li>{{ other|link_tag }}</li>"
    yield "{% endfor %}"
    yield "</ul>"
    yield "{% endif %}"


def _escaped(text: str) -> str:
    """A text as one of a template, of which neither Jinja nor a browser makes something else."""
    return re.sub(r"\{(?=[{%#])", "&#123;", text.replace("&", "&amp;").replace("<", "&lt;"))
