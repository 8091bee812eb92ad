"""GraphQuery: text → selection, and selection × fields → fields.

Prismic's own notation, which is no GraphQL: ids have hyphens, `...blogFields` stands for all fields
of the set that it is in, and a text may have lost its white space (`{blog{title...on x{y}}}`).

    { blog { title author { ...on author { name } } body { ...on text { repeat { a } } } } }

What is selected is told by the shape of a field's value, models are not needed.
Source: Prismic's documentation of GraphQuery; where it is silent, the rule is named at its code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from prismic_ssg.content.fields import is_block
from prismic_ssg.errors import ContentError

# Deeper than anyone links, shallow enough for Python's stack.
_DEEPEST = 60

_SKIPPED = re.compile(r"[\s,]*")
_NAME = re.compile(r"[\w-]+")
_UNION = re.compile(r"\.\.\.\s*on(?:\s+([\w-]+)|([\w-]+)(?=\s*\{))")
_SPREAD = re.compile(r"\.\.\.\s*([\w-]+)")

_PARTS = {"primary": ("primary", "non-repeat"), "items": ("items", "repeat")}


@dataclass(frozen=True)
class Selection:
    """What is wanted of a set of fields.

    `fields` are those named, each with what is wanted inside of it, None for all. `everything` is
    whether the set's other fields are wanted too. `unions` are what is wanted of each custom type
    of a linked document, of each slice, or of each variation.
    """

    everything: bool = False
    fields: Mapping[str, Selection | None] = field(default_factory=dict)
    unions: Mapping[str, Selection] = field(default_factory=dict)


class GraphQuerySyntaxError(ContentError):
    """A text is no GraphQuery. The message ends with the place, counted from 1."""


# Gets a link to a document and what is wanted inside; gives the link with its `data`.
Expand = Callable[[dict[str, Any], Selection], Any]


def parse_graph_query(text: str) -> Mapping[str, Selection]:
    """What is wanted of the documents of each custom type. Raises GraphQuerySyntaxError."""
    parser = _Parser(text)
    parser.expect("{")
    blocks: dict[str, Selection] = {}
    while not parser.next_is("}"):
        name = parser.name("a custom type")
        if name in blocks:
            parser.fail(f"the custom type '{name}' is selected twice")
        blocks[name] = parser.braces(name)
    parser.expect("}")
    parser.end()
    return blocks


def select(selection: Selection, fields: Mapping[str, Any], expand: Expand) -> dict[str, Any]:
    """The selected ones among fields, in their own order. Nothing given is changed."""
    selected: dict[str, Any] = {}
    for name, value in fields.items():
        inside = selection.fields.get(name)
        if inside is not None:
            selected[name] = _inside(inside, value, expand)
        elif name in selection.fields or selection.everything:
            selected[name] = value
    return selected


def _inside(selection: Selection, value: Any, expand: Expand) -> Any:
    if isinstance(value, dict):
        return expand(value, selection) if value.get("link_type") == "Document" else value
    if not isinstance(value, list):
        return value
    rows = (_row(selection, row, expand) for row in value)
    return [row for row in rows if row is not None]


def _row(selection: Selection, row: Any, expand: Expand) -> Any:
    """One of a group's rows, slices or links as selected; None for a slice that is left out."""
    if not isinstance(row, dict) or is_block(row):
        return row  # a block of rich text has nothing to choose from
    if "slice_type" in row:
        return _slice(selection, row, expand)
    if "link_type" in row:
        return _inside(selection, row, expand)
    return select(selection, row, expand)


def _slice(selection: Selection, row: dict[str, Any], expand: Expand) -> dict[str, Any] | None:
    """A slice that no union names is left out; a variation that none names is there whole.

    Source: `SlicesRenderer` and `SharedSliceRenderer` of @prismicio/api-renderer 7.1.3.
    """
    wanted = selection.unions.get(row["slice_type"])
    if wanted is None:
        return row if selection.everything else None
    if "variation" in row and "variation" in wanted.fields:
        variations = wanted.fields["variation"]
        if variations is None:
            return row
        wanted = variations.unions.get(row["variation"])
        if wanted is None:
            return row
    return {
        name: _part(wanted, name, value, expand) if name in _PARTS else value
        for name, value in row.items()
    }


def _part(wanted: Selection, name: str, value: Any, expand: Expand) -> Any:
    for called in _PARTS[name]:
        if called in wanted.fields:
            inside = wanted.fields[called]
            if inside is None:
                return value
            if isinstance(value, dict):
                return select(inside, value, expand)
            return [select(inside, row, expand) for row in value if isinstance(row, dict)]
    if wanted.everything:
        return value
    return {} if isinstance(value, dict) else [{} for _ in value]


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.skip()

    def braces(self, name: str) -> Selection:
        """The set in braces that belongs to `name`."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"braces are nested more than {_DEEPEST} deep")
        self.expect("{")
        everything = False
        fields: dict[str, Selection | None] = {}
        unions: dict[str, Selection] = {}
        while not self.next_is("}"):
            if union := _UNION.match(self.text, self.position):
                self.move_to(union.end())
                called = union[1] or union[2]
                _put(unions, called, self.braces(called))
            elif spread := _SPREAD.match(self.text, self.position):
                if spread[1] != f"{name}Fields":
                    self.fail(
                        f"unknown spread '...{spread[1]}', in '{name}' it is '...{name}Fields'"
                    )
                self.move_to(spread.end())
                everything = True
            else:
                called = self.name("a field")
                inside = self.braces(called) if self.next_is("{") else None
                fields[called] = _merged(fields.get(called), inside)
        self.expect("}")
        self.depth -= 1
        return Selection(everything, fields, unions)

    def name(self, what: str) -> str:
        found = _NAME.match(self.text, self.position)
        if found is None:
            self.fail(f"expected {what}")
        self.move_to(found.end())
        return found[0]

    def next_is(self, character: str) -> bool:
        return self.text.startswith(character, self.position)

    def expect(self, character: str) -> None:
        if not self.next_is(character):
            self.fail(f"expected '{character}'")
        self.move_to(self.position + 1)

    def end(self) -> None:
        if self.position < len(self.text):
            self.fail("expected the end of the graphQuery")

    def move_to(self, position: int) -> None:
        self.position = position
        self.skip()

    def skip(self) -> None:
        skipped = _SKIPPED.match(self.text, self.position)
        self.position = skipped.end() if skipped else self.position

    def fail(self, problem: str) -> NoReturn:
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text.count("\n", 0, self.position) + 1
        raise GraphQuerySyntaxError(
            f"{problem} on line:{line} col:{self.position - start + 1} in graphQuery '{self.text}'",
            line=line,
        )


def _put(into: dict[str, Selection], name: str, selection: Selection) -> None:
    into[name] = _merged(into.get(name), selection) or selection


def _merged(one: Selection | None, other: Selection | None) -> Selection | None:
    """Both of two selections of one field; a selection inside refines the whole field."""
    if one is None or other is None:
        return one or other
    fields = dict(one.fields)
    for name, inside in other.fields.items():
        fields[name] = _merged(fields.get(name), inside)
    unions = dict(one.unions)
    for name, union in other.unions.items():
        _put(unions, name, union)
    return Selection(one.everything or other.everything, fields, unions)
