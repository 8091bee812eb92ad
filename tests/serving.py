"""A real `prismic-ssg serve` in a process of its own, for tests of the server and of browsers."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes import heed_ctrl_c

ROOT = Path(__file__).parents[1]
_WITHIN_S = 30.0


class Serving:
    """A running server. What it prints is in `lines`, standard error too."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        where = self.said(r"^\s+(http://\S+)$|\"url\": \"(http:[^\"]+)")
        self.url = (where[1] or where[2]).rstrip("/")
        self.port = int(self.url.partition("://")[2].partition("/")[0].rpartition(":")[2])

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def said(self, pattern: str, *, times: int = 1) -> re.Match[str]:
        """The line that matches, once it was printed so many times."""
        deadline = time.monotonic() + _WITHIN_S
        with self._news:
            while True:
                found = [match for line in self.lines if (match := re.search(pattern, line))]
                if len(found) >= times:
                    return found[times - 1]
                left = deadline - time.monotonic()
                ended = self.process.poll() is not None and not self._reader.is_alive()
                if left <= 0 or ended:
                    raise AssertionError(f"never said {pattern!r}:\n" + "\n".join(self.lines))
                self._news.wait(min(left, 0.5))

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request, its path as it is: status, headers in lower case, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_WITHIN_S)
        try:
            connection.putrequest(method, path, skip_host="host" in (headers or {}))
            given = {**(headers or {})}
            if body is not None:
                given.setdefault("content-length", str(len(body)))
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return response.status, received, response.read()
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        _, _, body = self.ask("/_prismic/status", headers={"accept": "application/json"})
        return json.loads(body)

    def webhook(self, secret: str | None, **members: Any) -> int:
        """The status that a webhook is answered with."""
        body = {"type": "api-update", "masterRef": "x", "documents": [], "secret": secret}
        text = json.dumps({**body, **members}).encode()
        headers = {"content-type": "application/json"}
        return self.ask("/_prismic/webhook", "POST", text, headers)[0]

    def until(self, what: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + _WITHIN_S
        while not what():
            assert time.monotonic() < deadline, "\n".join(self.lines)
            time.sleep(0.01)

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, float]:
        """Send a signal: the exit code, and how many seconds it took."""
        began = time.perf_counter()
        self.process.send_signal(number)
        code = self.process.wait(_WITHIN_S)
        took_s = time.perf_counter() - began
        self._reader.join(_WITHIN_S)
        return code, took_s


@contextmanager
def serving(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    port: str | None = "0",
) -> Iterator[Serving]:
    """`prismic-ssg serve` of a project on a free port, which ends with the block."""
    if port is not None:
        arguments = ("-p", port, *arguments)
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PRISMIC_")
    }
    variables |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(environment or {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "prismic_ssg", "-C", str(folder), "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=variables,
        preexec_fn=heed_ctrl_c,
    )
    try:
        yield Serving(process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
