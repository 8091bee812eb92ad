"""`prismic-ssg types`."""

from __future__ import annotations

import os
from pathlib import Path
from shlex import quote

import click

from prismic_ssg.cli.console import FAILED, OK, Console

_FILE = "prismic_types.py"


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default=_FILE,
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, in the project; - for standard output.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail where the file is out of date.")
@click.pass_obj
def command(console: Console, /, output: Path, check: bool) -> int:
    """Write the types of models as Python, for type checkers.

    For each model in customtypes/ and slices/, of the project or of its local repository, the file
    has classes that say what documents have, so that mypy finds a field that does not exist in
    hooks and scripts. To get models from Prismic is the job of Prismic's own command line.
    """
    from prismic_ssg.store.starter import write_site
    from prismic_ssg.typed_content import typed_content

    if check and output == Path("-"):
        raise click.UsageError("--check compares a file: it does not go with -o -")
    text = typed_content(console.project, os.environ)
    if output == Path("-"):
        click.echo(text, nl=False)
        return OK
    file = console.project / output
    if check:
        own = "" if output == Path(_FILE) else f" -o {quote(str(output))}"
        return _check(console, file, text, f"prismic-ssg types{own}")
    begun = write_site(file.parent, {file.name: text.encode()}, force=True)
    console.result(f"{file} {'written' if begun.written else 'is up to date'}")
    return OK


def _check(console: Console, file: Path, text: str, made_by: str) -> int:
    """Whether the file says what the models say, on whatever system it was checked out."""
    from prismic_ssg.errors import ContentError

    try:
        is_same = file.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        is_same = False
    if is_same:
        console.result(f"{file} is up to date")
        return OK
    state = "is not what the models say" if file.exists() else "is not there"
    hint = f"run `{made_by}`, and commit what it writes"
    console.problem("error", ContentError(f"{file} {state}", file=str(file), hint=hint))
    return FAILED
