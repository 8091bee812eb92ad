"""Commands that are told to end before their time: soon, with a word, and nothing left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import heed_ctrl_c, needs_proc, processes_of
from silent_server import SilentServer, silent_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there"),
]

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="REPOSITORY", routes=[Route("page", "/:uid")]MORE)
-- content/one.json --
{"type": "page", "uid": "one", "data": {"title": "One"}}
-- templates/page.html --
{{ doc.data.title }}
"""

SOON_S = 5.0

TOLD = [
    (signal.SIGTERM, 143, "terminated"),
    (signal.SIGINT, 130, "interrupted"),
    (signal.SIGHUP, 129, "the terminal is gone"),
]


@pytest.fixture(params=["it never answers", "its answer trickles in"])
def server(request: pytest.FixtureRequest) -> Iterator[SilentServer]:
    with silent_server(trickles="trickles" in request.param) as server:
        yield server


@pytest.fixture
def project(folder: Callable[[str], Path], request: pytest.FixtureRequest) -> Path:
    endpoint = "./content"
    if "server" in request.fixturenames:
        endpoint = request.getfixturevalue("server").endpoint
    return folder(SITE.replace("REPOSITORY", endpoint).replace("MORE", ""))


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """How a process ends that gets a signal, soon: its exit code, and the last that it said."""
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - began < SOON_S
    assert "Traceback" not in out + err
    return process.returncode, err.strip().rpartition("\n")[2]


@needs_proc
@pytest.mark.parametrize(("number", "code", "said"), TOLD)
def test_a_build_ends_soon_whatever_prismic_does(begun, project, server, number, code, said):
    process = begun("build")
    assert server.asked.wait(30)
    assert ended(process, number) == (code, said)
    assert processes_of(process.pid) == []
    assert not (project / "dist").exists()


@needs_proc
@pytest.mark.parametrize(
    "command", [["check"], ["pull"], ["query"], ["doctor"], ["serve", "-p", "0"]]
)
def test_every_command_that_asks_prismic_ends_soon(begun, project, server, command):
    process = begun(*command)
    assert server.asked.wait(30)
    assert ended(process, signal.SIGTERM) == (143, "terminated")
    assert processes_of(process.pid) == []


def test_a_name_that_is_looked_up_for_long_is_not_waited_for(begun, project):
    """The system's resolver takes its time, and can't be broken off."""
    slow = (
        "import socket, sys, time\n"
        "def slow(*_, **__):\n    print('looks', flush=True)\n    began = time.monotonic()\n"
        "    while time.monotonic() - began < 60:\n"
        "        try: time.sleep(60)\n"
        "        except KeyboardInterrupt: pass\n"
        "socket.getaddrinfo = slow\nfrom prismic_ssg.cli import main\nmain()"
    )
    process = begun("build", "-r", "http://api.test/api/v2", program=("-c", slow))
    assert process.stdout.readline() == "looks\n"
    assert ended(process, signal.SIGTERM) == (143, "terminated")


def test_with_nohup_the_end_of_a_terminal_is_no_reason_to_end(project, server):
    process = subprocess.Popen(
        [sys.executable, "-m", "prismic_ssg", "-C", str(project), "build"],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    assert server.asked.wait(30)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.terminate()
    assert process.communicate(timeout=30)[1].strip() == "terminated"


# A busy machine lets a command begin and run before who began it is told so.
BEGINS_SLOWLY = """
import subprocess, time
begin = subprocess.Popen.__init__
def slowly(*arguments, **options):
    begin(*arguments, **options)
    time.sleep(1)
subprocess.Popen.__init__ = slowly
from prismic_ssg.cli import main
main()
"""


@needs_proc
@pytest.mark.parametrize("program", [("-m", "prismic_ssg"), ("-c", BEGINS_SLOWLY)])
def test_what_a_site_has_run_before_its_build_ends_with_it(folder, program):
    begins = [sys.executable, "-c", "import os; open('begun', 'w'); os.system('sleep 600; true')"]
    text = SITE.replace("REPOSITORY", "./content").replace("MORE", f", before_build=[{begins!r}]")
    project = folder(text)
    process = subprocess.Popen(
        [sys.executable, *program, "-C", str(project), "build"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,
    )
    deadline = time.monotonic() + 30
    while not (project / "begun").exists() or len(processes_of(process.pid)) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert ended(process, signal.SIGTERM) == (143, "terminated")
    assert processes_of(process.pid) == []


# It gets its signal when the first file has been put in its place.
IN_THE_MIDDLE = """
import os, signal
from prismic_ssg.store import output
replace, done = os.replace, []

def replaced(source, target):
    replace(source, target)
    if "staging" in str(source) and not done:
        done.append(target)
        os.kill(os.getpid(), signal.SIGTERM)

output.os.replace = replaced
from prismic_ssg.cli import main
main()
"""


def test_a_site_is_put_in_its_place_as_a_whole(begun, project):
    for number in range(20):
        document = f'{{"id": "m{number}", "type": "page", "uid": "more-{number}", "data": {{}}}}'
        (project / f"content/documents/{number}.json").write_text(document)
    process = begun("build", program=("-c", IN_THE_MIDDLE))
    assert process.communicate(timeout=60)[1].splitlines()[-1] == "terminated"
    assert process.returncode == 143
    assert len(list((project / "dist").glob("more-*/index.html"))) == 20
    again = begun("build").communicate(timeout=60)[0]
    assert "0 pages rendered, 0 written" in again


WITHOUT_MEMORY = """
from prismic_ssg.sources import Sources

def read(*_):
    raise MemoryError

Sources.read = read
from prismic_ssg.cli import main
main()
"""


@pytest.mark.parametrize("command", [["build"], ["serve", "--watch", "-p", "0"]])
def test_memory_that_runs_out_is_no_crash(begun, project, command):
    process = begun(*command, program=("-c", WITHOUT_MEMORY))
    assert process.stderr.readline().endswith("error: there is not enough memory\n")
    assert "--jobs 1" in process.stderr.readline()
    if command == ["build"]:
        assert process.wait(20) == 1
    else:
        process.terminate()
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        assert "failed cause=start" in out
        assert "again_in_s=5" in out


# Its worker is told to end when it has only just begun, and has not said yet what it heeds.
TOLD_AT_ONCE = """
import os, signal
from prismic_ssg.building import workers
from prismic_ssg.cli import main

workers.WORTH_A_WORKER["fork"] = 1
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no process is copied on this system")
def test_a_worker_that_ends_as_soon_as_it_begins_says_nothing_itself(begun, project):
    for number in range(20):
        document = f'{{"id": "m{number}", "type": "page", "uid": "more-{number}", "data": {{}}}}'
        (project / f"content/documents/{number}.json").write_text(document)
    process = begun("build", "-j", "2", program=("-c", TOLD_AT_ONCE))
    _, err = process.communicate(timeout=60)
    assert err.splitlines()[0] == "error: a worker process was ended by signal 15"
    assert "Traceback" not in err
    assert process.returncode == 1


WITHOUT_THREADS = """
import threading
from prismic_ssg.cli import main

def start(_):
    raise RuntimeError("can't start new thread")

threading.Thread.start = start
main()
"""


def test_threads_that_run_out_are_no_crash(begun, project):
    process = begun("build", program=("-c", WITHOUT_THREADS))
    _, err = process.communicate(timeout=60)
    assert err.splitlines()[0] == "error: the system refused: no more threads can be begun"
    assert "ulimit -u" in err.splitlines()[1]
    assert process.returncode == 1
