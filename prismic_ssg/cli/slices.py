"""`prismic-ssg slices`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.console import OK, Console
from prismic_ssg.cli.options import content_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prismic_ssg.slice_types import SliceTypes, SliceUse

_HEADER = ("slice type", "variation", "slices", "documents", "template", "for example")


@click.command()
@click.option("--stubs", is_flag=True, help="Begin a template for each slice type without one.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@content_options
@click.pass_obj
def command(console: Console, /, stubs: bool, as_json: bool, **options: Any) -> int:
    """List slice types: where they are used, and which template shows them.

    Slices are found in content and in models: in slices/ and customtypes/ of the project, and of a
    local repository. A template that is there is never written over.
    """
    from prismic_ssg.slice_types import find_slice_types

    types = find_slice_types(console.project, os.environ, **options)
    if as_json:
        click.echo(json.dumps(_members(types), ensure_ascii=False, indent=2))
    elif not stubs:
        console.result(_table(types.uses) if types.uses else "no slices, in content or in models")
    if stubs:
        written = types.write_stubs()
        for file in written:
            console.note(f"wrote {file}")
        if not written:
            console.note("every slice type has a template: nothing was written")
        return OK
    for note in _notes(types):
        console.note(note)
    return OK


def _table(uses: Sequence[SliceUse]) -> str:
    rows = [_HEADER, *(row for use in uses for row in _rows(use))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in (2, 3) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _rows(use: SliceUse) -> Iterator[tuple[str, ...]]:
    for number, each in enumerate(use.variations):
        yield (
            "" if number else use.id,
            each.id,
            str(each.slices),
            str(each.documents),
            each.template or "none",
            ", ".join(each.examples) or "-",
        )


def _notes(types: SliceTypes) -> Iterator[str]:
    bare = [use.id for use in types.uses if use.is_without_template]
    if bare:
        yield (
            f"without a template, so that the theme's default shows them: {', '.join(bare)}; "
            "`prismic-ssg slices --stubs` begins one for each"
        )
    has_models = any(use.model for use in types.uses)
    strange = [use.id for use in types.uses if use.model is None]
    if has_models and strange:
        yield f"in content, and in no model: {', '.join(strange)}"


def _members(types: SliceTypes) -> dict[str, Any]:
    return {
        "ref": types.ref,
        "slices": [
            {
                "id": use.id,
                "name": use.shape.name,
                "has_model": use.model is not None,
                "variations": [asdict(each) for each in use.variations],
            }
            for use in types.uses
        ],
    }
