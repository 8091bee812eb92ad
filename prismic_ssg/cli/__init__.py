"""The command line. Commands parse and print; what they do is imported when they run."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from prismic_ssg._version import __version__
from prismic_ssg.cli.console import Console
from prismic_ssg.cli.examples import epilog
from prismic_ssg.errors import did_you_mean

# Command → the first line of its help, so that the list of commands loads none of them.
_COMMANDS = {
    "build": "Build the site: content → dist/.",
    "check": "What is wrong with this site, before readers find out.",
    "completion": "Print what lets a shell complete commands and flags.",
    "doctor": "Look for what builds need, and say what to do where it is missing.",
    "emulate": "Serve a local repository as Prismic's Content API does.",
    "explain": "Say what a page read, and why it was last rendered.",
    "init": "Begin a site: one that builds at once.",
    "pull": "Write a repository to a folder: a backup, or to work offline.",
    "query": "Try a query in the terminal.",
    "redirects": "List where addresses lead that are no page any more.",
    "serve": "Build the site and serve it; --watch rebuilds and reloads.",
    "slices": "List slice types: where they are used, and which template shows them.",
    "types": "Write the types of models as Python, for type checkers.",
    "webhook": "Send webhooks as Prismic does, to try what receives them.",
}


class _Commands(click.Group):
    """Commands by name, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"prismic_ssg.cli.{cmd_name}")
        if cmd_name != "build":
            gc.enable()
        command: click.Command = module.command
        command.epilog = epilog(cmd_name)
        _name_variables(command, f"PRISMIC_SSG_{cmd_name.upper()}")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            known = f"there are: {', '.join(_COMMANDS)}"
            hint = did_you_mean(args[0], _COMMANDS, known, shown="'prismic-ssg {}'")
            raise click.UsageError(f"there is no command {args[0]!r}: {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _name_variables(command: click.Command, prefix: str) -> None:
    """Let options be set in the environment by the name of their flag, `PRISMIC_SSG_BUILD_REPO`:
    click would take that of the parameter, which nobody sees."""
    for option in command.params:
        if isinstance(option, click.Option) and option.envvar is None:
            flag = max(option.opts, key=len).lstrip("-")
            option.envvar = f"{prefix}_{flag.replace('-', '_').upper()}"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            _name_variables(inner, f"{prefix}_{name.upper()}")


@click.group(
    cls=_Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "PRISMIC_SSG",
        "max_content_width": 100,
    },
)
@click.option(
    "-C",
    "--project",
    default=".",
    show_default=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the site, where prismicio.py is.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but warnings and errors.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Print every request, and every page that has a warning."
)
@click.option(
    "--color/--no-color", default=None, help="Colour the output (by default on a terminal)."
)
@click.option("--traceback", is_flag=True, help="Print Python's traceback with an error.")
@click.version_option(__version__, "-V", "--version", package_name="prismic-ssg")
@click.pass_context
def group(ctx: click.Context, /, **options: Any) -> None:
    """Turn a Prismic repository into a static site."""
    begun, project = ctx.obj, options.pop("project")
    ctx.obj = Console(project=project, **options)
    if begun is not None:
        begun.append(ctx.obj)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What is imported stays: to look for garbage in it takes a tenth of the time. A build does
    # without it until it ends, see collector_off.
    gc.disable()
    from prismic_ssg.cli.console import run
    from prismic_ssg.cli.ending import BY_SIGNAL, heed_signals, leave

    heed_signals()
    for stream in (sys.stdout, sys.stderr):
        # What a terminal or a log has no letters for is no reason to break off.
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    code = run(group)
    if code > BY_SIGNAL:
        # Python would wait for threads that wait for a server. What was begun is undone by now.
        leave(code)
    # What is in memory goes with the process: to look for circles in it first takes 0.1 s after a
    # build of 10,000 pages.
    gc.freeze()
    sys.exit(code)
