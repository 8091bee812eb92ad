"""The templates that a template names: `extends`, `include`, `import`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jinja2
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
