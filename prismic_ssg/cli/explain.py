"""`prismic-ssg explain`."""

from __future__ import annotations

import os
from typing import Any

import click

from prismic_ssg.cli.console import OK, Console
from prismic_ssg.cli.options import content_options, output_option


@click.command()
@click.argument("path")
@output_option("Folder that the site was built into.")
@content_options
@click.pass_obj
def command(console: Console, /, path: str, offline: bool, **options: Any) -> int:  # noqa: ARG001
    """Say what a page read, and why it was last rendered.

    PATH is the page's place in the site, /blog/spring/, or its whole address. Nothing is asked of
    the network.
    """
    from prismic_ssg.explain import explain

    found = explain(console.project, path, os.environ, **options)
    console.result(f"{found.path}  {found.file}")
    console.result(f"rendered: {found.why}")
    console.result(f"made from {found.facts} facts:")
    for fact in found.reads:
        console.result(f"  {fact}")
    if found.gone:
        console.result(f"  … and {found.gone} about templates or documents that are not there")
    for image in found.images:
        console.result(f"  image {image}")
    return OK
