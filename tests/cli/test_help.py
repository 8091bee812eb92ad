"""Help where one looks: examples, "did you mean", completion."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from prismic_ssg.cli import group
from prismic_ssg.cli.examples import EXAMPLES

CHECKOUT = Path(__file__).parents[2]
COMMANDS = group.list_commands(click.Context(group))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_ends_with_examples(cli, name):
    said = cli(name, "--help")
    assert said.code == 0
    _, heading, examples = said.out.partition("\n  Examples:\n")
    assert heading, "add them to cli/examples.py"
    assert examples.startswith("    ")
    assert f"prismic-ssg {name}" in examples
    assert max(map(len, said.out.splitlines())) <= 100


@pytest.mark.parametrize(
    "typed", [typed for name in COMMANDS for typed, _ in EXAMPLES.get(name, ())]
)
def test_every_example_is_a_command_line_that_is_understood(typed):
    line = typed.partition("$(prismic-ssg ")[2].rstrip(')"') if typed.startswith("eval") else typed
    name, *arguments = shlex.split(line.partition(">")[0].partition("|")[0])
    command = group.get_command(click.Context(group), name)
    assert command is not None
    command.make_context(name, arguments, parent=click.Context(group))


def test_a_command_that_does_not_exist_is_a_typing_mistake(cli):
    said = cli("biuld")
    assert said.code == 2
    assert "there is no command 'biuld': did you mean 'prismic-ssg build'?" in said.err


def test_a_command_like_no_other_gets_the_list(cli):
    said = cli("xyzzy")
    assert said.code == 2
    assert "there are: build, " in said.err


def test_a_flag_that_does_not_exist_is_a_typing_mistake(cli):
    said = cli("build", "--ofline")
    assert said.code == 2
    assert "--offline" in said.err


def test_a_flag_of_all_commands_that_stands_behind_one_is_told_its_place(cli):
    said = cli("build", "-q")
    assert said.code == 2
    assert "-q is a flag of all commands, and stands before them: prismic-ssg -q …" in said.err
    assert "stands before" not in cli("build", "--nonsense").err


# -- completion


@pytest.fixture
def project(folder):
    return folder("""
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}]}
    -- content/releases/Spring/a.json --
    {"id": "a", "type": "page", "uid": "a", "lang": "en-us", "data": {}}
    """)


def completed(*words: str) -> list[str]:
    """What a shell would offer for the last of these words."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "_PRISMIC_SSG_COMPLETE": "bash_complete",
        "COMP_WORDS": "\n".join(["prismic-ssg", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-m", "prismic_ssg"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.mark.slow
def test_commands_and_flags_are_completed():
    assert completed("bu") == ["build"]
    assert "--offline" in completed("build", "--o")


@pytest.mark.slow
def test_languages_releases_and_refs_are_those_of_the_repository(project):
    before = sorted(project.rglob("*"))
    assert completed("-C", str(project), "query", "--lang", "") == ["en-us", "fr-fr", "*"]
    assert completed("-C", str(project), "query", "--lang", "f") == ["fr-fr"]
    assert completed("-C", str(project), "build", "--release", "") == ["Spring"]
    assert len(completed("-C", str(project), "build", "--ref", "")) == 2
    assert sorted(project.rglob("*")) == before


@pytest.mark.slow
def test_a_project_that_is_wrong_completes_nothing_and_says_nothing(tmp_path):
    assert completed("-C", str(tmp_path), "build", "--release", "") == []
    (tmp_path / "prismicio.py").write_text("(")
    assert completed("-C", str(tmp_path), "build", "--release", "") == []
    (tmp_path / "prismicio.py").write_text(
        "from prismic_ssg import Site\nsite = Site(repository='my-repo')\n"
    )
    assert completed("-C", str(tmp_path), "build", "--release", "") == []
    assert [path.name for path in tmp_path.iterdir()] == ["prismicio.py"]


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_the_shell(cli, shell):
    said = cli("completion", shell)
    assert said.code == 0
    assert "_PRISMIC_SSG_COMPLETE" in said.out
    program = shutil.which(shell)
    if program:
        subprocess.run([program, "-n"], input=said.out, text=True, check=True)


@pytest.mark.slow
def test_bash_completes_by_the_script(cli, tmp_path):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    program = tmp_path / "prismic-ssg"
    python = shlex.quote(sys.executable)
    program.write_text(f'#!/bin/sh\nexec {python} -m prismic_ssg "$@"\n')
    program.chmod(0o755)
    script = cli("completion", "bash").out
    script += """
COMP_WORDS=(prismic-ssg sli); COMP_CWORD=1
_prismic_ssg_completion prismic-ssg sli prismic-ssg
printf '%s\\n' "${COMPREPLY[@]}"
"""
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [bash, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["slices"], json.dumps([done.stdout, done.stderr])
