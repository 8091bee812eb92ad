"""Commands that a site's configuration says to run, each to its end and without a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from prismic_ssg.unbroken import unbroken

RUN_WITHIN_S = 900.0

_running: set[subprocess.Popen[bytes]] = set()


class Ended(NamedTuple):
    """How a command ended: its exit code, and all it said, standard error too."""

    code: int
    output: str

    def said(self, most_characters: int) -> str:
        """The end of what it said, to be shown."""
        return self.output[-most_characters:] or "it said nothing"


def run_command(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run a command in a folder. It is ended, with all that it began, where it takes longer than
    RUN_WITHIN_S, and where this process is interrupted.

    Raises subprocess.TimeoutExpired then, OSError where it can't be run.
    """
    # Else an end that comes in the middle would leave behind what nobody knows of.
    with unbroken():
        process = subprocess.Popen(  # noqa: S603  (the site's own configuration says what to run)
            words,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own, which can be ended as one.
            process_group=None if sys.platform == "win32" else 0,
        )
        _running.add(process)
    with process:
        try:
            said, _ = process.communicate(timeout=RUN_WITHIN_S)
        except BaseException:
            _end(process)
            raise
        finally:
            _running.discard(process)
    return Ended(process.returncode, said.decode("utf-8", "replace").strip())


def end_commands() -> None:
    """End every command that runs, with all that it began: this process ends."""
    for process in tuple(_running):
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
