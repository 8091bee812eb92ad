"""How long from saving a template to the page that a reader has open being new.

    python benchmarks/live_reload.py SITE --repo ENDPOINT [--template NAME] [--page PATH]

Copies the site to a temporary folder, runs `prismic-ssg serve --watch` there as a process of its
own, opens the event stream that a browser would open for the page, and changes the template so many
times, each change by saving the file. Printed are medians, and the slowest, in milliseconds:

    told    from the file being saved to the event that tells of the page's new bytes
    shown   from there to the last byte of the page, which holds what was written

With --busy the next change comes while the whole site is being built after the one before, which
is when readers would have to wait; without it each build is waited for.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SCRIPT = re.compile(r'reload\.js" data-epoch="(\w+)" data-number="(\d+)" data-digest="(\w+)"')


class Server:
    """A `serve --watch` that has done its first build."""

    def __init__(self, folder: Path, repo: str | None) -> None:
        command = [sys.executable, "-m", "prismic_ssg", "-C", str(folder), "serve", "--watch"]
        command += ["-p", "0", "--log-format", "json"]
        if repo:
            command += ["--repo", repo]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self.port = 0
        for line in self.process.stdout or ():
            event = json.loads(line)
            if event["event"] == "serving":
                self.port = int(event["url"].rpartition(":")[2].strip("/").partition("/")[0])
                break

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        return body

    def idle(self) -> None:
        """Wait for the build in hand and the one that may wait behind it."""
        quiet = 0
        while quiet < 8:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
            connection.request("GET", "/_prismic/status", headers={"accept": "application/json"})
            building = json.loads(connection.getresponse().read())["building"]
            connection.close()
            quiet = 0 if building else quiet + 1
            time.sleep(0.1)


def saved_to_shown(
    server: Server, template: Path, original: str, page: str, mark: str
) -> tuple[float, float]:
    """Seconds until the event, and from there until the page."""
    found = _SCRIPT.search(server.get(page).decode())
    assert found, "the page has no reload script"
    epoch, number, digest = found.groups()
    stream = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    stream.request("GET", f"/_prismic/events?path={page}&epoch={epoch}&number={number}")
    events = stream.getresponse()
    _next_state(events)
    # Writing takes its time on a slow disk: the clock begins when the new file is in its place.
    unfinished = template.with_name(template.name + "~")
    unfinished.write_text(original.replace("</body>", f"<!-- {mark} --></body>"))
    began = time.perf_counter()
    unfinished.replace(template)
    while _next_state(events)["digest"] == digest:
        pass
    told = time.perf_counter()
    body = server.get(page)
    shown = time.perf_counter()
    assert mark.encode() in body, "the page is the old one"
    stream.close()
    return told - began, shown - told


def _next_state(events: http.client.HTTPResponse) -> dict[str, str]:
    while True:
        line = events.readline()
        if line.startswith(b"data: "):
            return json.loads(line[6:])
        assert line, "the stream has ended"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--repo")
    parser.add_argument("--template", default="templates/base.html")
    parser.add_argument("--page", default="/")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--busy", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="live-", ignore_cleanup_errors=True) as folder:
        site = Path(folder) / "site"
        shutil.copytree(asked.site, site, symlinks=True)
        server = Server(site, asked.repo)
        try:
            template = site / asked.template
            original = template.read_text()
            server.idle()
            rounds = []
            for number in range(asked.times):
                if not asked.busy:
                    server.idle()
                else:
                    time.sleep(3)
                mark = f"round {number} of {time.time_ns()}"
                rounds.append(saved_to_shown(server, template, original, asked.page, mark))
                print(" ".join(f"{1000 * each:.0f}" for each in rounds[-1]), flush=True)
        finally:
            server.process.kill()
            server.process.wait()
    told, shown = zip(*rounds, strict=True)
    for name, values in (
        ("told", told),
        ("shown", shown),
        ("together", [sum(each) for each in rounds]),
    ):
        print(f"{name:9} {1000 * statistics.median(values):6.0f} ms  {1000 * max(values):6.0f} ms")


if __name__ == "__main__":
    main()
