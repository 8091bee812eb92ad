"""Commands that a site's configuration says to run, each to its end and without a terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

RUN_WITHIN_S = 900.0


class Ended(NamedTuple):
    """How a command ended: its exit code, and all it said, standard error too."""

    code: int
    output: str

    def said(self, most_characters: int) -> str:
        """The end of what it said, to be shown."""
        return self.output[-most_characters:] or "it said nothing"


def run_command(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run a command in a folder.

    Raises subprocess.TimeoutExpired after RUN_WITHIN_S, OSError where it can't be run.
    """
    done = subprocess.run(  # noqa: S603  (the site's own configuration says what to run)
        words,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=RUN_WITHIN_S,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace").strip())
