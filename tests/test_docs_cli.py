"""docs/cli.md: every command, option, environment variable and exit code is there, as it is now."""

from __future__ import annotations

import re

from cli_reference import MARK, PAGE, commands, parts, reference, variables_of, with_global_options
from docs_files import ROOT

from prismic_ssg.cli import console, ending

TEXT = PAGE.read_text("utf-8")


def test_the_page_is_what_the_commands_say() -> None:
    above, below = parts()
    hint = "bring it up to date: .venv/bin/python tests/cli_reference.py"
    assert below == f"\n{reference()}", hint
    assert above == with_global_options(above), hint


def test_it_has_every_command_and_every_option() -> None:
    found = list(commands())
    assert {"build", "webhook", "webhook send"} <= {name for name, _, _ in found}
    for name, command, context in found:
        section = TEXT.partition(f"## `prismic-ssg {name}`\n")[2].partition("\n## ")[0]
        for option in command.params:
            assert section
            for flag in (*option.opts, *option.secondary_opts):
                assert flag in section or not flag.startswith("-"), (name, flag)
            for variable in variables_of(option, context):
                assert f"`{variable}`" in section, (name, variable)
    assert "`PRISMIC_SSG_WEBHOOK_SEND_REF`" in TEXT


def test_it_has_every_environment_variable_that_is_read() -> None:
    by_hand = TEXT.partition(MARK)[0]
    read = {
        name
        for file in (ROOT / "prismic_ssg").rglob("*.py")
        for name in re.findall(
            r'"(PRISMIC_[A-Z_]+|NO_COLOR|CI|PORT|GITHUB_TOKEN|SSL_CERT_[A-Z]+)"',
            file.read_text("utf-8"),
        )
    } - {"PRISMIC_SSG"}
    assert {"PRISMIC_ACCESS_TOKEN", "NO_COLOR"} <= read
    assert {name for name in read if f"`{name}`" not in TEXT} == set()
    assert "`PRISMIC_ACCESS_TOKEN`" in by_hand


def test_it_has_every_exit_code() -> None:
    table = TEXT.partition("## Exit codes")[2].partition(MARK)[0]
    documented = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert documented == [
        console.OK,
        console.FAILED,
        console.USAGE,
        console.NOTHING_TO_DO,
        console.UNREACHABLE,
        ending.TERMINAL_GONE,
        ending.INTERRUPTED,
        ending.TERMINATED,
    ]


def test_examples_of_the_help_are_there() -> None:
    assert "$ prismic-ssg build --report -    # what was done, as JSON" in TEXT
