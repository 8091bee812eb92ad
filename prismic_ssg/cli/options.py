"""Flags that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from prismic_ssg.cli import completion

Command = TypeVar("Command", bound=Callable[..., Any])


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
