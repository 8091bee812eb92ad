"""What a template's text names: other templates, and members of what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jinja2
from jinja2 import nodes
from jinja2.meta import find_referenced_templates

from prismic_ssg.engine.world import Text
from prismic_ssg.render.environment import make_environment
from prismic_ssg.render.recorder import Notebook


@dataclass(frozen=True)
class TemplateReferences:
    """Names as they are written. `are_all` is False where one is worked out while it runs."""

    names: frozenset[str]
    are_all: bool


def template_references(templates: Mapping[str, Text]) -> dict[str, TemplateReferences]:
    """What every template names. One that can't be read names nothing."""
    environment = make_environment(templates, Notebook())
    found = {}
    for name, source in templates.items():
        try:
            names = set(find_referenced_templates(environment.parse(source.text, name)))
        except jinja2.TemplateSyntaxError:
            names = set()
        constant = frozenset(each for each in names if each is not None)
        found[name] = TemplateReferences(constant, None not in names)
    return found


def members_named(templates: Iterable[Text]) -> dict[str, tuple[str, int]]:
    """Every name behind a dot or in brackets, with the file and the line that have it first."""
    environment = make_environment({}, Notebook())
    found: dict[str, tuple[str, int]] = {}
    for source in templates:
        try:
            tree = environment.parse(source.text)
        except jinja2.TemplateSyntaxError:
            continue
        for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
            name = _name_in(node)
            if name is not None:
                found.setdefault(name, (source.file, node.lineno))
    return found


def _name_in(node: nodes.Expr) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return node.arg.value if isinstance(node.arg.value, str) else None
    return None
