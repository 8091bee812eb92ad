"""`prismic-ssg init`."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from prismic_ssg.cli import completion
from prismic_ssg.cli.console import OK, Console, counted

if TYPE_CHECKING:
    from prismic_ssg.store.starter import Begun


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "-r",
    "--repo",
    "repository",
    metavar="NAME|URL|DIR",
    shell_complete=completion.repositories,
    help="Repository to begin a site for.  [default: the one that DIR names, else a small one]",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.pass_obj
def command(console: Console, /, directory: Path, repository: str | None, force: bool) -> int:
    """Begin a site in DIR: one that builds at once.

    With a repository, its types, languages and documents say which routes and templates the site
    needs; it is named by --repo, or in DIR by a prismicio.py, prismic.config.json or
    slicemachine.config.json. Without one, the site gets a small local one with some content. Files
    that are there are kept.
    """
    from prismic_ssg.new_site import new_site
    from prismic_ssg.store.cache import CACHE, make_folder
    from prismic_ssg.store.starter import write_site

    folder = console.project / directory
    with tempfile.TemporaryDirectory() as temporary, console.progress() as progress:
        cache = Path(temporary) / CACHE
        site = new_site(
            folder,
            os.environ,
            repository=repository,
            cache=cache,
            on_progress=(
                None if progress is None else lambda done, all_: progress("documents", done, all_)
            ),
        )
        begun = write_site(folder, site.files, force=force)
        # What was pulled to look at is what the first build needs.
        for kept in cache.iterdir() if cache.is_dir() else ():
            place = folder / CACHE / kept.name
            if not place.exists():
                make_folder(place.parent)
                shutil.move(kept, place)
    console.result(_summary(folder, site.says, begun))
    return OK


def _summary(folder: Path, says: str, begun: Begun) -> str:
    lines = [says, f"{counted(len(begun.written), 'file')} written to {folder}"]
    if begun.kept:
        lines += ["kept as they were (--force writes over them):"]
        lines += [f"  {name}" for name in begun.kept]
    where = "" if folder == Path() else f" -C {shlex.quote(str(folder))}"
    lines += ["", "next:", f"  prismic-ssg{where} build", f"  prismic-ssg{where} serve --watch"]
    return "\n".join(lines)
