"""`prismic-ssg emulate`, as a process: what it says, serves, watches, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from processes import heed_ctrl_c

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def write(folder: Path, name: str, document: Any) -> None:
    path = folder / "documents" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else json.dumps({"id": name, **document})
    path.write_text(text, "utf-8")


class Running:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        self.said = [self.line(), self.line()]
        self.origin = self.said[0].partition("/api/v2")[0]

    def line(self) -> str:
        """The next line on standard output: it is there, or comes."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read() if self.process.stderr else ""
        return line.rstrip("\n")

    def error_line(self) -> str:
        assert self.process.stderr
        return self.process.stderr.readline().rstrip("\n")

    def ids(self) -> list[str]:
        with urlopen(f"{self.origin}/api/v2") as response:
            ref = json.load(response)["refs"][0]["ref"]
        with urlopen(f"{self.origin}/api/v2/documents/search?ref={ref}&lang=*") as response:
            return sorted(each["id"] for each in json.load(response)["results"])


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "prismic_ssg", "emulate", str(folder), *arguments]


@contextmanager
def emulating(folder: Path, *arguments: str) -> Iterator[Running]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command(folder, "-p", "0", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=heed_ctrl_c,
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    write(tmp_path, "a", {"type": "page", "lang": "en-us"})
    return tmp_path


def test_it_says_where_it_serves_what(content: Path) -> None:
    with emulating(content) as running:
        assert f"/api/v2 serves 1 document of {content} at ref " in running.said[0]
        assert running.origin in running.said[1]
        assert running.ids() == ["a"]


def test_what_changes_in_the_folder_is_published(content: Path) -> None:
    with emulating(content) as running:
        write(content, "b", {"type": "page", "lang": "en-us"})
        assert running.line().startswith("published 1 document: ref ")
        assert running.ids() == ["a", "b"]
        (content / "documents" / "a.json").unlink()
        assert running.line().startswith("published 1 document: ref ")
        assert running.ids() == ["b"]


def test_a_file_that_breaks_is_told_and_its_last_good_version_served(content: Path) -> None:
    with emulating(content) as running:
        write(content, "a", '{\n"id": ,')
        assert "documents/a.json:2: broken JSON" in running.error_line()
        assert running.ids() == ["a"]
        write(content, "a", {"id": "z", "type": "page", "lang": "en-us"})
        running.line()
        assert running.ids() == ["z"]


def test_a_bad_file_is_told_at_the_start_and_the_others_are_served(content: Path) -> None:
    write(content, "broken", "{\n\n")
    with emulating(content) as running:
        assert "documents/broken.json:3: broken JSON" in running.error_line()
        assert running.ids() == ["a"]


def test_ctrl_c_ends_it_at_once(content: Path) -> None:
    with emulating(content, "--latency", "60000") as running:
        host, port = running.origin.removeprefix("http://").split(":")
        waiting = socket.create_connection((host, int(port)))
        waiting.sendall(b"GET /api/v2 HTTP/1.1\r\nhost: x\r\n\r\n")
        began = time.perf_counter()
        running.process.send_signal(signal.SIGINT)
        _, err = running.process.communicate(timeout=20)
        waiting.close()
    assert time.perf_counter() - began < 3
    assert running.process.returncode == 130
    assert "Traceback" not in err


def test_tokens_open_and_are_never_printed(content: Path) -> None:
    flags = ("--access", "private", "--token", "s3cret", "--webhook-secret", "h1dden")
    with emulating(content, *flags) as running:
        said = "\n".join(running.said)
        with urlopen(f"{running.origin}/api/v2?access_token=s3cret") as response:
            assert response.status == 200
        running.process.send_signal(signal.SIGINT)
        out, err = running.process.communicate(timeout=20)
    for secret in ("s3cret", "h1dden"):
        assert secret not in said + out + err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--access", "private"], 2, "--access private needs a --token"),
        (["--access", "secret"], 2, "Invalid value for '--access'"),
        (["--rate-limit", "0"], 2, "Invalid value for '--rate-limit'"),
    ],
)
def test_wrong_flags_are_told(content: Path, arguments: list[str], code: int, message: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command(content, *arguments), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == code
    assert message in done.stderr


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command(tmp_path / "nothing"), capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 2
    assert "is not a folder" in done.stderr


def test_a_port_that_is_taken_is_told(content: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command(content, "-p", port),
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    assert done.returncode == 2
    assert f"can't listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
