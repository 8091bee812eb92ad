"""Whole processes measured from outside: seconds on the clock, seconds of CPU, peak memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from children import tree

SAMPLE_S = 0.05


@dataclass(frozen=True)
class Measured:
    """`cpu_s` is user and system time of the process and all it has waited for.

    `peak_mb` is the most that all its processes had at one time, as proportional set size, so that
    what forked workers share counts once. It is None where it was not asked for, because asking
    slows down what is measured: for a process of 1 GB the kernel takes 15 ms an answer.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float | None

    def __str__(self) -> str:
        peak = "" if self.peak_mb is None else f"  {self.peak_mb:5.0f} MB"
        return f"{self.wall_s:7.2f} s  CPU {self.cpu_s:6.2f} s{peak}"


def measure(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    *,
    memory: bool,
) -> Measured:
    """Run a command to its end. What earlier runs left to write is written before it starts."""
    os.sync()
    with (folder / "benchmark.log").open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        sampler = _Sampler(process.pid) if memory else None
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
    peak_mb = sampler.stopped() if sampler else None
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = " ".join(map(str, command))
        sys.exit(f"{words}\n\n{(folder / 'benchmark.log').read_text()[-3000:]}")
    return Measured(wall_s, used.ru_utime + used.ru_stime, peak_mb)


class _Sampler(threading.Thread):
    """Asks every SAMPLE_S for the memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._end = threading.Event()
        self._peak_kb = 0
        self.start()

    def run(self) -> None:
        while not self._end.wait(SAMPLE_S):
            self._peak_kb = max(self._peak_kb, sum(map(_pss_kb, tree(self._pid))))

    def stopped(self) -> float:
        self._end.set()
        self.join()
        return self._peak_kb / 1000


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def write_floor(files: Mapping[str, bytes], folder: Path) -> float:
    """Seconds to write the same files into an empty folder, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    os.sync()
    started = time.perf_counter()
    made = set()
    for name, content in files.items():
        path = os.path.join(folder, name)  # noqa: PTH118  (pathlib would be a third of the time)
        parent = os.path.dirname(path)  # noqa: PTH120
        if parent not in made:
            os.makedirs(parent, exist_ok=True)  # noqa: PTH103
            made.add(parent)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(file, content)
        os.close(file)
    seconds = time.perf_counter() - started
    shutil.rmtree(folder)
    return seconds
