"""How `prismic-ssg serve` ends, whatever it is waiting for."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from processes import heed_ctrl_c, needs_proc, processes_of
from serving import ROOT, serving
from silent_server import silent_server
from site_harness import BuiltSite

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there"),
]

SITE = """
-- templates/page.html --
<html><body>{{ doc.data.title }}</body></html>
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "Home"}}
"""

SOON_S = 5.0


@contextmanager
def begun(
    folder: Path, *arguments: str, program: tuple[str, str] = ("-m", "prismic_ssg")
) -> Iterator[subprocess.Popen[str]]:
    """`serve --watch` in a session of its own, which may never come to its first build's end."""
    process = subprocess.Popen(
        [sys.executable, *program, "-C", folder, "serve", "--watch", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        preexec_fn=heed_ctrl_c,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """How it ends, soon: its exit code, and all that it said since it began."""
    began = time.monotonic()
    process.send_signal(number)
    said, _ = process.communicate(timeout=90)
    assert time.monotonic() - began < SOON_S, said
    assert processes_of(process.pid) == []
    return process.returncode, said.strip()


@needs_proc
@pytest.mark.parametrize("trickles", [False, True])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, 130)]
)
def test_it_does_not_wait_for_prismic(
    tmp_path: Path, number: int, code: int, trickles: bool
) -> None:
    folder = BuiltSite(tmp_path, SITE).folder
    with (
        silent_server(trickles=trickles) as server,
        begun(folder, "-p", "0", "-r", server.endpoint) as process,
    ):
        assert server.asked.wait(30)
        assert ended(process, number)[0] == code


@needs_proc
def test_it_says_nothing_but_that_it_stopped(tmp_path: Path) -> None:
    folder = BuiltSite(tmp_path, SITE).folder
    with silent_server() as server, begun(folder, "-p", "0", "-r", server.endpoint) as process:
        assert server.asked.wait(30)
        code, said = ended(process, signal.SIGTERM)
    assert (code, said.partition(" ")[2]) == (0, "stopped")


SOON_TOLD = "from prismic_ssg.cli import main, serve; serve._LONG_S = 0.2; main()"


def test_a_first_build_that_takes_long_is_told_of(tmp_path: Path) -> None:
    folder = BuiltSite(tmp_path, SITE).folder
    program = ("-c", SOON_TOLD)
    with (
        silent_server() as server,
        begun(folder, "-p", "0", "-r", server.endpoint, program=program) as process,
    ):
        _said(process, "building cause=start url=http://localhost:")
        assert ended(process, signal.SIGTERM)[0] == 0


@needs_proc
def test_it_does_not_wait_for_a_preview_that_somebody_looks_at(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    with (
        silent_server() as server,
        begun(site.folder, "--strict-port", "-p", str(port := _free_port())) as process,
    ):
        _said(process, f":{port}/")
        text = (site.folder / "prismicio.py").read_text()
        new = text.replace("./content", server.endpoint)
        (site.folder / "prismicio.py").write_text(new)
        assert server.asked.wait(30)
        with socket.create_connection(("127.0.0.1", port)) as editor:
            token = f"{server.origin}/previews/x"
            editor.sendall(
                f"GET /_prismic/preview?token={token}&documentId=d HTTP/1.1\r\n"
                "host: localhost\r\n\r\n".encode()
            )
            time.sleep(0.3)
            assert ended(process, signal.SIGTERM)[0] == 0


@needs_proc
def test_it_does_not_wait_for_another_build_of_the_output(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    site.build()
    other = os.open(site.dist, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with begun(site.folder, "-p", "0") as process:
            _said(process, "waiting until=")
            assert ended(process, signal.SIGTERM)[0] == 0
    finally:
        os.close(other)


@needs_proc
def test_a_hook_that_is_not_answered_is_told_of_and_given_up(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    with silent_server() as server:
        text = (site.folder / "prismicio.py").read_text()
        hook = f'on_publish=[PostHook("{server.origin}/hook")])'
        text = text.replace("import ", "import PostHook, ").rstrip().removesuffix(")")
        (site.folder / "prismicio.py").write_text(f"{text}, {hook}")
        with begun(site.folder, "-p", "0") as process:
            assert server.asked.wait(30)
            code, said = ended(process, signal.SIGTERM)
    assert code == 0
    assert 'on-publish-failed action=PostHook error="the server was stopped before"' in said


@needs_proc
@pytest.mark.parametrize("numbers", [[signal.SIGINT], [signal.SIGTERM, signal.SIGTERM]])
def test_who_insists_waits_for_no_command_and_leaves_none_behind(
    tmp_path: Path, numbers: list[signal.Signals]
) -> None:
    site = BuiltSite(tmp_path, SITE)
    text = (site.folder / "prismicio.py").read_text().rstrip().removesuffix(")")
    command = '["sh", "-c", "touch begun; sleep 600; true"]'
    (site.folder / "prismicio.py").write_text(f"{text}, on_publish=[{command}])")
    with begun(site.folder, "-p", "0") as process:
        deadline = time.monotonic() + 30
        while not (site.folder / "begun").exists() or len(processes_of(process.pid)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        *first, last = numbers
        for number in first:
            process.send_signal(number)
            _said(process, "stopping after=on_publish")
        code, said = ended(process, last)
    assert code == 128 + last
    assert said.endswith("stopped")


def test_a_build_that_has_its_content_is_finished(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    site.write(
        "prismicio.py",
        "import time\nfrom prismic_ssg import Route, Site\n"
        'site = Site(repository="./content", routes=[Route("page", "/:uid")],\n'
        '    globals={"slow": lambda: time.sleep(2) or ""})\n',
    )
    with serving(site.folder, "--watch") as running:
        site.write("templates/page.html", "{{ slow() }}finished")
        running.until(lambda: running.status()["building"])
        assert running.end(signal.SIGTERM)[0] == 0
    assert site.text("/first") == "finished"
    assert any('stopping after="the build in hand"' in line for line in running.lines)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _said(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"never said {text!r}")
