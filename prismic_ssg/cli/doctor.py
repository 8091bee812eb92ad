"""`prismic-ssg doctor`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from prismic_ssg.cli import completion
from prismic_ssg.cli.console import FAILED, OK, Console
from prismic_ssg.content.visible_text import visible

if TYPE_CHECKING:
    from prismic_ssg.doctor import Check

_COLORS = {"ok": "green", "warn": "yellow", "bad": "red"}


@click.command()
@click.option(
    "-r",
    "--repo",
    "repository",
    metavar="NAME|URL|DIR",
    shell_complete=completion.repositories,
    help="Repository to look at.  [default: the project's]",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(console: Console, /, repository: str | None, as_json: bool) -> int:
    """Look for what builds need, and say what to do where it is missing.

    Looks at versions, the configuration, the repository and what the access token opens, the clock,
    folders and disk. Nothing is written. Ends with 1 where something is bad.
    """
    from prismic_ssg.doctor import examine

    now = datetime.now(UTC)
    checks = examine(console.project, os.environ, now=now, repository=repository)
    is_well = all(check.status != "bad" for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": is_well, "checks": [_members(each) for each in checks]}))
    else:
        for check in checks:
            _print(console, check)
    return OK if is_well else FAILED


def _members(check: Check) -> dict[str, str]:
    return {name: value for name, value in asdict(check).items() if value is not None}


def _print(console: Console, check: Check) -> None:
    """A line for what was looked at, and one for what to do; with `--quiet` only what is wrong."""
    is_wrong = check.status != "ok"
    if console.quiet and not is_wrong:
        return
    label = click.style(check.status.ljust(4), fg=_COLORS[check.status], bold=is_wrong)
    click.echo(f"{label}  {check.name}: {visible(check.says)}", color=console.color)
    if check.hint:
        click.echo(f"      {visible(check.hint)}", color=console.color)
