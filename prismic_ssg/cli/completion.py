"""`prismic-ssg completion`, and what completes the values of flags."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from prismic_ssg.cli.console import OK

# Every command with such flags loads this module; click's part only when a shell asks.
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from prismic_ssg.content.repository import Repository


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print what lets a shell complete commands, flags and their values.

    Languages, refs and releases are those of a local repository, or of what was pulled last.
    """
    from click.shell_completion import get_completion_class

    from prismic_ssg.cli import group

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"there is no completion for {shell!r}")
    made = completion(group, {}, "prismic-ssg", "_PRISMIC_SSG_COMPLETE")
    click.echo(made.source())
    return OK


def repositories(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Folders, of which one may be a local repository."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


def languages(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The locales of the repository."""
    known = _known(ctx)
    found = [(each.id, each.name) for each in known.languages] if known else []
    return _matching(incomplete, [*found, ("*", "all languages")])


def releases(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The releases of the repository, by label."""
    known = _known(ctx)
    found = [(each.label or each.id, each.id) for each in known.releases] if known else []
    return _matching(incomplete, found)


def refs(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The refs of the repository: the master's, and those of releases."""
    known = _known(ctx)
    found = [(each.ref, each.label) for each in known.refs] if known else []
    return _matching(incomplete, found)


def _matching(incomplete: str, found: list[tuple[str, str]]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value, help=says) for value, says in found if value.startswith(incomplete)
    ]


def _known(ctx: click.Context) -> Repository | None:
    """What is known of the repository without a request; nothing where anything is wrong: whoever
    presses the tab key wants no error."""
    from prismic_ssg.errors import PrismicSsgError
    from prismic_ssg.origin import Origin, Wanted, site_for
    from prismic_ssg.store.cache import CACHE

    project = ctx.find_root().params["project"]
    given = ctx.params.get("repository")
    try:
        site = site_for(project, given)
        origin = Origin.of(site, project, given, os.environ)
        if origin.local is not None:
            with origin.client(os.environ) as client:
                return client.get_repository()
        cache = project / CACHE
        if not cache.is_dir():
            return None
        return origin.pull(site, Wanted(offline=True), os.environ, cache).repository
    except PrismicSsgError:
        return None
