import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hosted import Answer, Hosted
from processes import heed_ctrl_c
from site_harness import BuiltSite

from prismic_ssg.cli import group
from prismic_ssg.cli.console import run


class Said(NamedTuple):
    code: int
    out: str
    err: str


Cli = Callable[..., Said]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command line in this process: its exit code, and what it printed where."""
    for name in ("PRISMIC_ENVIRONMENT", "PRISMIC_REPOSITORY_NAME", "PRISMIC_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["prismic-ssg", *map(str, arguments)])
        capsys.readouterr()
        code = run(group)
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    """A site's folder from one text, not built."""
    return lambda text: BuiltSite(tmp_path, text).folder


@pytest.fixture
def host() -> Iterator[Callable[[Answer], Hosted]]:
    servers: list[Hosted] = []

    def start(respond: Answer) -> Hosted:
        servers.append(Hosted(respond))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def begun(project: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Begins a command for the test's own `project`, or another program that takes the same
    arguments, in a session of its own."""
    processes = []

    def begin(
        *arguments: str, program: tuple[str, str] = ("-m", "prismic_ssg")
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *program, "-C", str(project), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_ctrl_c,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
