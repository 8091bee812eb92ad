"""What a template's text names: other templates, members of what it is given, and in queries types
and fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def asked_in(templates: Iterable[Text]) -> Iterator[tuple[str, str, int]]:
    """The types, and the paths of fields, that queries name; each with its file and line. Those
    that are worked out are not known."""
    environment = make_environment({}, Notebook())
    for source in templates:
        try:
            tree = environment.parse(source.text)
        except jinja2.TemplateSyntaxError:
            continue
        for call in tree.find_all(nodes.Call):
            for name in _asked_by(call):
                yield name, source.file, call.lineno


def _asked_by(call: nodes.Call) -> Iterator[str]:
    callee = call.node
    if not isinstance(callee, nodes.Getattr) or not isinstance(callee.node, nodes.Name):
        return
    given: dict[str | int, nodes.Expr] = {**dict(enumerate(call.args))}
    given |= {each.key: each.value for each in call.kwargs}
    match callee.node.name, callee.attr:
        case "site", "query" | "get_single" | "get_by_uid":
            yield from _constants(given.get("type", given.get(0)))
            for ordering in _constants(given.get("orderings", given.get(2))):
                yield from (
                    each.strip(" []").split()[0] for each in ordering.split(",") if _is_field(each)
                )
        case "filter", _:
            for path in _constants(given.get(0)):
                if path == "document.type":
                    yield from _constants(given.get(1))
                elif _is_field(path):
                    yield path


def _is_field(path: str) -> bool:
    return path.lstrip(" [").startswith("my.")


def _constants(given: nodes.Expr | None) -> Iterator[str]:
    """A text as it is written, or the texts of a list."""
    if isinstance(given, nodes.Const) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, (nodes.List, nodes.Tuple)):
        for each in given.items:
            yield from _constants(each)
