"""`prismic-ssg pull`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.console import FAILED, OK, Console, counted
from prismic_ssg.cli.options import content_options

if TYPE_CHECKING:
    from prismic_ssg.pull import PullReport


@click.command()
@click.option(
    "--to",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to.  [default: content]",
)
@click.option("--assets", is_flag=True, help="Keep images and media files in it, too.")
@content_options
@click.pass_obj
def command(console: Console, /, **asked: Any) -> int:
    """Write a repository to a folder, one document a file: a backup, or to work offline.

    With --release, what that release changes is written beside the published documents.
    """
    from prismic_ssg.pull import pull_to_folder

    with console.progress() as progress:
        report = pull_to_folder(console.project, os.environ, on_progress=progress, **asked)
    console.result(_summary(report))
    problems = report.assets.problems if report.assets else ()
    console.problems("error", problems)
    return FAILED if problems else OK


def _summary(report: PullReport) -> str:
    files = report.files
    documents = counted(report.documents, "document")
    kept = f"{files.unchanged:,} unchanged, {files.removed:,} removed"
    lines = [
        f"ref {report.ref}: {documents} in {counted(report.requests, 'request')}",
        f"{counted(files.written, 'file')} written, {kept} in {report.folder}",
    ]
    if report.assets is not None:
        lines.append(
            f"images and media: {report.assets.downloaded} downloaded, "
            f"{report.assets.unchanged} already there"
        )
    return "\n".join(lines)
