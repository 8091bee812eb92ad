"""Flags that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from prismic_ssg.cli import completion

Command = TypeVar("Command", bound=Callable[..., Any])


def output_option(help: str) -> Callable[[Command], Command]:  # noqa: A002  (as click calls it)
    return click.option(
        "-o",
        "--output",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"{help}  [default: what Site(output=…) says, dist]",
    )


base_url_option = click.option(
    "--base-url", metavar="URL", help="Where the site will be: https://example.org."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that render.  [default: one for each processor, where there is work for it]",
)
strict_option = click.option("-s", "--strict", is_flag=True, help="Let warnings fail the build.")


def content_options(command: Command) -> Command:
    """The flags of every command that reads content."""
    for option in (
        click.option("--offline", is_flag=True, help="Use what was pulled last, without network."),
        click.option(
            "--release",
            metavar="LABEL|ID",
            shell_complete=completion.releases,
            help="Use a release instead of master.",
        ),
        click.option(
            "--ref",
            metavar="REF",
            shell_complete=completion.refs,
            help="Use the content at one ref.",
        ),
        click.option(
            "-r",
            "--repo",
            "repository",
            metavar="NAME|URL|DIR",
            shell_complete=completion.repositories,
            help="Repository's name or endpoint, or the folder of a local one.",
        ),
    ):
        command = option(command)
    return command
