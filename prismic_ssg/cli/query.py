"""`prismic-ssg query`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli import completion
from prismic_ssg.cli.console import OK, Console
from prismic_ssg.cli.options import content_options
from prismic_ssg.content.visible_text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismic_ssg.content.document import Document
    from prismic_ssg.query import Answer

_COLUMNS = ("id", "type", "uid", "lang", "title")


@click.command()
@click.argument("filters", nargs=-1, metavar="[FILTER]...")
@click.option("--order", metavar="PATH [desc],...", help="Order by these paths.")
@click.option(
    "--lang",
    metavar="LOCALE",
    shell_complete=completion.languages,
    help="A locale, or * for all.  [default: the master]",
)
@click.option("--page-size", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--fields", metavar="NAME,...", help="Fields of the documents to show as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the documents as JSON, one a line.")
@click.option(
    "--url", "show_url", is_flag=True, help="Print the request's URL, at the present ref."
)
@content_options
@click.pass_obj
def command(
    console: Console,
    /,
    fields: str | None,
    as_json: bool,
    show_url: bool,
    **asked: Any,
) -> int:
    """Try a query in the terminal.

    A FILTER is written as the Content API takes it: 'at(document.type, "blog_post")'. All of them
    must hold.
    """
    from prismic_ssg.query import ask, request_url

    if show_url:
        click.echo(request_url(console.project, os.environ, **asked))
        return OK
    answer = ask(console.project, os.environ, **asked)
    if as_json:
        for document in answer.documents:
            click.echo(bytes(document.raw).decode())
        return OK
    names = [name.strip() for name in (fields or "").split(",") if name.strip()]
    click.echo(visible(_table(answer.documents, names)))
    console.note(_counted(answer))
    for each in answer.unknown:
        console.note(each)
    return OK


def _counted(answer: Answer) -> str:
    if not answer.documents:
        if not answer.total:
            return f"no documents, at ref {answer.ref}"
        return f"none of {answer.total} documents is on page {answer.page}, at ref {answer.ref}"
    return (
        f"{len(answer.documents)} of {answer.total} documents, "
        f"page {answer.page} of {answer.total_pages}, at ref {answer.ref}"
    )


def _table(documents: Sequence[Document], fields: Sequence[str]) -> str:
    """Columns as wide as what is in them; on a terminal, lines end where it ends."""
    header = (*_COLUMNS, *fields)
    rows: list[tuple[str, ...]] = [header, *(_row(document, fields) for document in documents)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if sys.stdout.isatty():
        width = max(20, os.get_terminal_size().columns)
        lines = [line if len(line) <= width else line[: width - 1] + "…" for line in lines]
    return "\n".join(lines)


def _row(document: Document, fields: Sequence[str]) -> tuple[str, ...]:
    from prismic_ssg.content.titles import title_of

    known = (document.id, document.type, document.uid or "-", document.lang, title_of(document))
    return tuple(_one_line(text) for text in (*known, *(_shown(document, f) for f in fields)))


def _shown(document: Document, field: str) -> str:
    from prismic_ssg.content.fields import kind
    from prismic_ssg.content.richtext import as_text

    value = document.field(field)
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if kind(value) == "rich_text":
        return as_text(value) or "-"
    return json.dumps(value, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
