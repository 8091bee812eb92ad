"""The reference of commands in docs/cli.md: compared by a test, written by running this file.

    .venv/bin/python tests/cli_reference.py

What stands above the first command is written by hand, and stays. The rest is what `--help` says:
who wants it otherwise changes the command.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from prismic_ssg.cli import group
from prismic_ssg.cli.examples import EXAMPLES

PAGE = Path(__file__).parents[1] / "docs/cli.md"
MARK = "<!-- From here on written by tests/cli_reference.py -->\n"


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command by what is typed after `prismic-ssg`; those of a group after it."""
    top = click.Context(group, info_name="prismic-ssg", **group.context_settings)
    pending = [(name, top, group) for name in group.list_commands(top)]
    while pending:
        name, parent, parent_command = pending.pop(0)
        assert isinstance(parent_command, click.Group)
        command = parent_command.get_command(parent, name.rpartition(" ")[2])
        assert command is not None
        last = name.rpartition(" ")[2]
        context = click.Context(
            command, info_name=last, parent=parent, **(command.context_settings or {})
        )
        yield name, command, context
        if isinstance(command, click.Group):
            inner = [(f"{name} {each}", context, command) for each in command.commands]
            pending = [*inner, *pending]


def variables_of(option: click.Parameter, context: click.Context) -> list[str]:
    """The environment variables that an option can be set by."""
    if not isinstance(option, click.Option) or option.is_eager:
        return []
    named = option.envvar
    if named is not None:
        return [named] if isinstance(named, str) else list(named)
    prefix = context.auto_envvar_prefix
    return (
        [f"{prefix}_{(option.name or '').upper()}"] if prefix and option.allow_from_autoenv else []
    )


def reference() -> str:
    """Everything below the mark."""
    parts = [_section(*each) for each in commands()]
    return "\n".join(parts)


def global_options() -> str:
    """The table of options that stand before any command."""
    context = click.Context(group, info_name="prismic-ssg", **group.context_settings)
    return "".join(_table(group, context))


def _section(name: str, command: click.Command, context: click.Context) -> str:
    usage = " ".join([*command.collect_usage_pieces(context)])
    lines = [
        f"## `prismic-ssg {name}`\n",
        "\n",
        f"```text\nprismic-ssg {name} {usage}\n```\n",
        "\n",
    ]
    for paragraph in (command.help or "").strip().split("\n\n"):
        lines += [" ".join(paragraph.split()), "\n\n"]
    lines += _table(command, context)
    examples = EXAMPLES.get(name, ())
    if examples:
        lines += ["```console\n" if lines[-1].endswith("\n\n") else "\n```console\n"]
        for typed, says in examples:
            whole = typed if typed.startswith("eval ") else f"prismic-ssg {typed}"
            lines.append(f"$ {whole}    # {says}\n")
        lines.append("```\n")
    return "".join(lines)


def _table(command: click.Command, context: click.Context) -> Iterator[str]:
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    if all("--help" in each.opts for each in options):
        return
    yield "| option | what it does | in the environment |\n|---|---|---|\n"
    for option in options:
        record = option.get_help_record(context)
        if record is None or "--help" in option.opts:
            continue
        written, says = record
        cells = [f"`{written}`", says, "<br>".join(f"`{v}`" for v in variables_of(option, context))]
        cells = [" ".join(cell.replace("|", "\\|").replace("*", "\\*").split()) for cell in cells]
        cells[0] = cells[0].replace("\\*", "*")
        yield f"| {' | '.join(cells)} |\n"


def parts() -> tuple[str, str]:
    """The page above and below the mark."""
    above, mark, below = PAGE.read_text("utf-8").partition(MARK)
    assert mark, f"{PAGE} has no line that says from where on it is written by this file"
    return above, below


_BEGIN, _END = "<!-- global options -->\n", "<!-- end of global options -->\n"


def with_global_options(above: str) -> str:
    """The page's beginning with the table of global options as it is now."""
    before, begin, rest = above.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert begin
    assert end
    return f"{before}{begin}\n{global_options()}\n{end}{after}"


def main() -> None:
    """Write the page anew."""
    above, _ = parts()
    PAGE.write_text(f"{with_global_options(above)}{MARK}\n{reference()}", "utf-8")


if __name__ == "__main__":
    main()
