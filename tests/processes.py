"""Processes that tests start."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def heed_ctrl_c() -> None:
    """Undo what a shell does for what it runs in the background: it lets that ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(process: subprocess.Popen[str], *, with_all: bool = False) -> tuple[int, str]:
    """How a process ends that gets Ctrl-C: its exit code, and what it said. `with_all`, its whole
    group gets it, as at a terminal."""
    (os.killpg if with_all else os.kill)(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=10)
    return process.returncode, said.strip()


def processes_of(session: int) -> list[str]:
    """The ids of a session's processes that are at work."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found
