"""docs/tutorial.md, followed word for word in an empty folder.

What it says to type is typed, what it says to change is changed, and what it says is printed must
be. There is no network.

`…` in an expected line is any text, a line of its own any number of lines. Seconds, refs, clock
times, ports and lines of HTML may be others.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from docs_files import DOCS, ROOT
from processes import heed_ctrl_c

PAGE = DOCS / "tutorial.md"
_STEP = re.compile(
    r"(?:^<!-- (?P<how>file|change): (?P<file>\S+) -->\n)?"
    r"^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_WITHIN_S = 120


class Step(NamedTuple):
    """One block: commands with their output, or a file that is written or changed."""

    kind: str
    file: str
    text: str


def steps() -> Iterator[Step]:
    for found in _STEP.finditer(PAGE.read_text("utf-8")):
        if found["how"] or found["language"] == "console":
            yield Step(found["how"] or "console", found["file"] or "", found["text"])


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, with the lines that it is to print."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed.splitlines()


def without_what_differs(text: str) -> str:
    text = re.sub(r"\b\d+\.\d+\b", "N.N", text)
    text = re.sub(r"\bref(=| )[\w-]{16}(?![\w-])", r"ref\1REF", text)
    text = re.sub(r"(?<=\.html:)\d+", "LINE", text)
    return re.sub(r"localhost:\d+", "localhost:PORT", text)


def pattern_of(lines: list[str]) -> re.Pattern[str]:
    parts = []
    for line in lines:
        if line == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            escaped = [re.escape(each) for each in without_what_differs(line).split("…")]
            parts.append(".*".join(escaped) + r"[ ]*\n")
    return re.compile("".join(parts))


def changed(text: str, diff: str) -> str:
    """A text by the lines of a diff, which must fit it in one place."""
    before = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " -")
    after = "".join(line[1:] for line in diff.splitlines(keepends=True) if line[0] in " +")
    assert text.count(before) == 1, f"not in one place: {before!r}"
    return text.replace(before, after)


class Terminal:
    """What somebody who follows the page has before them."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "empty"
        self.folder.mkdir()
        programs = home / "bin"
        programs.mkdir()
        program = programs / "prismic-ssg"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m prismic_ssg "$@"\n')
        program.chmod(0o755)
        self.code = 0
        self.environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PRISMIC_SSG_SERVE_PORT": "0",
            # Whatever would ask the network ends at once.
            "HTTPS_PROXY": "http://127.0.0.1:1",
        }

    def type(self, command: str, expected: list[str]) -> str:
        """Run a command, and give what it prints."""
        if command.startswith("cd "):
            self.folder = (self.folder / command.removeprefix("cd ")).resolve(strict=True)
            return ""
        if " serve " in command:
            return self._until_seen(command, expected)
        done = subprocess.run(
            ["/bin/sh", "-c", f"(exit {self.code}); {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_WITHIN_S,
            check=False,
        )
        self.code = done.returncode
        return done.stdout

    def _until_seen(self, command: str, expected: list[str]) -> str:
        """Run what does not end by itself, and interrupt it when it has printed what it should."""
        with subprocess.Popen(
            shlex.split(command),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=heed_ctrl_c,
        ) as process:
            assert process.stdout is not None
            said, until = "", time.monotonic() + _WITHIN_S
            while len(said.splitlines()) < len(expected) and time.monotonic() < until:
                said += process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=_WITHIN_S)
        return said


@pytest.mark.slow
def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    typed = 0
    for step in steps():
        file = terminal.folder / step.file
        match step.kind:
            case "file":
                file.parent.mkdir(exist_ok=True)
                file.write_text(step.text, "utf-8")
            case "change":
                file.write_text(changed(file.read_text("utf-8"), step.text), "utf-8")
            case "console":
                for command, expected in commands(step.text):
                    said = terminal.type(command, expected)
                    fits = pattern_of(expected).fullmatch(without_what_differs(said))
                    assert fits, f"$ {command}\n{said}\n--- is not ---\n" + "\n".join(expected)
                    typed += 1
    assert typed > 12
    assert (tmp_path / "empty/www/index.html").is_file()


def test_what_is_printed_otherwise_is_noticed() -> None:
    expected = pattern_of(["0.31 s (sync 0.01)", "…", "end of …"])
    assert expected.fullmatch(without_what_differs("1.99 s (sync 2.03)\na\nb\nend of it\n"))
    assert not expected.fullmatch(without_what_differs("1.99 s (sink 2.03)\nend of it\n"))
    assert not expected.fullmatch(without_what_differs("1.99 s (sync 2.03)\nend of it\nmore\n"))


def test_a_change_that_does_not_fit_is_noticed() -> None:
    assert changed("a\nb\n", " a\n-b\n+c\n") == "a\nc\n"
    with pytest.raises(AssertionError, match="not in one place"):
        changed("a\nb\n", "-c\n+d\n")
