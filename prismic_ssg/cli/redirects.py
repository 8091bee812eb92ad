"""`prismic-ssg redirects`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.console import OK, Console
from prismic_ssg.cli.options import content_options

if TYPE_CHECKING:
    from prismic_ssg.publishing.redirects import Redirect


@click.command()
@click.option(
    "--save", is_flag=True, help="Write those learned from moved documents to the project's file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@content_options
@click.pass_obj
def command(console: Console, /, save: bool, as_json: bool, **options: Any) -> int:
    """List where addresses lead that are no page any more.

    Builds learn them: a document that is elsewhere than it was leaves its old address behind.
    --save keeps them in the file that Site(redirects="redirects.json") names, to be committed.
    """
    from prismic_ssg.redirect_list import list_redirects

    found = list_redirects(console.project, os.environ, **options)
    if save:
        count = found.save(console.project)
        console.note(f"{count} saved in {found.file}" if count else "there is nothing to save")
        return OK
    if as_json:
        members = [_members(each) for each in found.redirects]
        click.echo(json.dumps(members, ensure_ascii=False, indent=2))
    elif found.redirects:
        console.result("\n".join(_line(each) for each in found.redirects))
    else:
        console.result("no redirects: no document has moved since the first build, and none given")
    for warning in found.warnings:
        console.note(warning.message)
    return OK


def _line(redirect: Redirect) -> str:
    where = "is gone" if redirect.target is None else f"→ {redirect.target}"
    learned = "  (a document was there)" if redirect.is_learned else ""
    return f"{redirect.status}  {redirect.source} {where}{learned}"


def _members(redirect: Redirect) -> dict[str, Any]:
    return {
        "from": redirect.source,
        "to": redirect.target,
        "status": redirect.status,
        "learned": redirect.is_learned,
    }
