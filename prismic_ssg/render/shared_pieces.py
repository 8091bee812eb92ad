"""Loops of a template that give the same on every page: found while compiling, worked out once.

The menu of a site, its latest posts, its categories: on 10,000 pages they are 10,000 times the same
loop over the same documents. Such a loop needs nothing but what all pages have (`site`, `asset`,
macros of an imported template), so it is compiled to a function, which `Environment.piece` calls
only if it does not have its text yet. What it read is kept beside the text, and read by each page.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from jinja2 import nodes
from jinja2.environment import Environment
from jinja2.filters import FILTERS
from jinja2.utils import _PassArg

# What a loop may be made of. What sets something, or brings in another template, is none of these.
_HARMLESS = (
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Call,
    nodes.Keyword,
    nodes.Filter,
    nodes.Test,
    nodes.Const,
    nodes.BinExpr,
    nodes.UnaryExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.CondExpr,
    nodes.Concat,
    nodes.Slice,
    nodes.Tuple,
    nodes.List,
    nodes.Dict,
    nodes.Pair,
)

# Names that mean the same on every page, unless a template gives them another meaning: then their
# value is another one, and so is the piece.
OF_ALL_PAGES = frozenset({"site", "asset", "filter", "range"})


class CommonNames:
    """The names of one template that have the same value on every page of a language."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._names = set(OF_ALL_PAGES)

    def add_import(self, node: nodes.Import) -> None:
        """Take note of a template that is imported: its names are common ones too."""
        if not node.with_context:
            self._names.add(node.target)

    def add_assignment(self, node: nodes.Assign) -> None:
        """Take note of a name that is set at the top of a template."""
        if isinstance(node.target, nodes.Name):
            if self.in_piece(node.node) is None:
                self._names.discard(node.target.name)
            else:
                self._names.add(node.target.name)

    def in_piece(self, node: nodes.Node) -> tuple[str, ...] | None:
        """The names that a piece takes from around it, None where it is not the same everywhere."""
        try:
            names = sorted(set(self._free(node, frozenset())))
        except _NotCommonError:
            return None
        return tuple(names) if self._names.issuperset(names) else None

    def _free(self, node: nodes.Node, bound: AbstractSet[str]) -> Iterator[str]:
        """Names that are used in a node without being bound there."""
        if not isinstance(node, _HARMLESS) or not self._is_harmless(node):
            raise _NotCommonError
        if isinstance(node, nodes.Name):
            if node.name not in bound:
                yield node.name
        elif isinstance(node, nodes.For):
            yield from self._free_in_loop(node, bound)
        else:
            for child in node.iter_child_nodes():
                yield from self._free(child, bound)

    def _free_in_loop(self, node: nodes.For, bound: AbstractSet[str]) -> Iterator[str]:
        yield from self._free(node.iter, bound)
        inside = {*bound, "loop", *(name.name for name in _targets(node.target))}
        for child in (*node.body, *([node.test] if node.test else ())):
            yield from self._free(child, inside)
        for child in node.else_:
            yield from self._free(child, bound)

    def _is_harmless(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.For):
            return not node.recursive
        if isinstance(node, nodes.Filter):
            return not sees_context(self._environment, node)
        return True


def sees_context(environment: Environment, node: nodes.Filter) -> bool:
    """Whether a filter may look at all variables around it, as one of the site's may that takes
    the context. Jinja's own do not look there, but `map` asks the filter that it is told by name.
    """
    if node.name != "map" or not (node.args or node.dyn_args):
        return _takes_context(environment, node.name)
    named = node.args[0] if node.args else None
    return not isinstance(named, nodes.Const) or _takes_context(environment, named.value)


def _takes_context(environment: Environment, filter_name: str) -> bool:
    """Whether a filter does. One that is not there is an error anyway."""
    found = environment.filters.get(filter_name)
    if found is None:
        return True
    return FILTERS.get(filter_name) is not found and _PassArg.from_obj(found) is _PassArg.context


class _NotCommonError(Exception):
    """A node has something that may differ from page to page."""


def _targets(target: nodes.Node) -> list[nodes.Name]:
    """The names that a loop binds."""
    if isinstance(target, nodes.Name):
        return [target]
    return list(target.find_all(nodes.Name))
