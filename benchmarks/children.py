"""Child processes of the benchmarks: started, asked over HTTP, measured from outside, ended."""

from __future__ import annotations

import http.client
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

_STARTS_WITHIN_S = 300.0
_ENDS_WITHIN_S = 15.0


class Child:
    """A process whose lines, standard error too, are kept.

    `environment` is all it gets, but for where this checkout is.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **(os.environ if environment is None else environment),
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
            },
            # Ctrl-C is for this script, which then ends its children itself.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def said(self, pattern: str) -> re.Match[str]:
        """The first line that matches. Ends the script where the process ended without it."""
        deadline = time.monotonic() + _STARTS_WITHIN_S
        seen = 0
        while True:
            with self._news:
                while seen == len(self.lines):
                    if not self._reader.is_alive() or time.monotonic() > deadline:
                        sys.exit(f"never said {pattern!r}:\n" + "\n".join(self.lines[-40:]))
                    self._news.wait(0.5)
                new = self.lines[seen:]
                seen = len(self.lines)
            for line in new:
                if found := re.search(pattern, line):
                    return found

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int | None, float]:
        """Its exit code after a signal, None where it had to be killed, and the seconds it took."""
        began = time.perf_counter()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code: int | None = self.process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            code = None
        took_s = time.perf_counter() - began
        self._reader.join(_ENDS_WITHIN_S)
        return code, took_s

    def kill(self) -> None:
        """End it and what it started, whatever they do."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def child(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """A process that ends with the block, however that ends."""
    started = Child(command, environment)
    try:
        yield started
    finally:
        started.kill()


def prismic_ssg(*arguments: str | Path) -> list[str]:
    """The command, of this checkout."""
    return [sys.executable, "-m", "prismic_ssg", *map(str, arguments)]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def ended_like_ctrl_c() -> None:
    """Let SIGTERM end this script as Ctrl-C does, so that its children are ended too."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    # What runs in the background of a shell ignores Ctrl-C, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# -- over HTTP


def request(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 60.0,
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers with lower-case names, body. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return response.status, received, response.read()
    finally:
        connection.close()


def ask_json(port: int, path: str, body: Any = None, *, method: str | None = None) -> Any:
    """A GET, or a POST with a JSON body, that is answered with JSON and 200."""
    sent = None if body is None else json.dumps(body).encode()
    method = method or ("GET" if sent is None else "POST")
    headers = {"content-type": "application/json", "accept": "application/json"}
    status, _, received = request(port, path, method=method, body=sent, headers=headers)
    if status != 200:
        raise OSError(f"{method} {path}: {status} {received[:300]!r}")
    return json.loads(received)


class Events:
    """The event stream of a browser that shows a page, read in the thread that asks."""

    def __init__(self, port: int, path: str, timeout_s: float = 120.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        self._connection.request("GET", f"/_prismic/events?path={path}")
        self._response = self._connection.getresponse()
        self.last = self.next()

    def next(self) -> Mapping[str, Any]:
        """The next state that the browser is told."""
        while line := self._response.readline():
            if line.startswith(b"data: "):
                self.last = json.loads(line.removeprefix(b"data: "))
                return self.last
        raise OSError("the event stream ended")

    def until_changed(self) -> Mapping[str, Any]:
        """The next state in which the page's bytes are others."""
        before = self.last["digest"]
        while self.next()["digest"] == before:
            pass
        return self.last

    def close(self) -> None:
        self._connection.close()


# -- from outside


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [
            each for thread in threads for each in (thread / "children").read_text().split()
        ]
    except OSError:
        return  # it has ended
    for each in children:
        yield from tree(int(each))


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident and proportional set size of one process, in MB."""
    found = {"Rss:": 0, "Pss:": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        words = line.split()
        if words[0] in found:
            found[words[0]] = int(words[1])
    return found["Rss:"] / 1000, found["Pss:"] / 1000


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  (names are enough)


def thread_count(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208


def cpu_s(pid: int) -> float:
    """User and system time of a process and of those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def load() -> float:
    """How many processes wanted to run, on average of the last minute."""
    return os.getloadavg()[0]


def children_cpu_s() -> float:
    """CPU time of this script's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
