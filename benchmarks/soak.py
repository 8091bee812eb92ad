"""`prismic-ssg serve --watch` for ten minutes of whatever happens to it, and what came of it.

    python benchmarks/soak.py --minutes 10 --json soak.json

A real server follows a real emulator while, at random: documents are published, with their
webhooks; templates, styles, static files, Markdown and `prismicio.py` are edited, broken and
mended; the emulator answers with errors, late, or not at all; webhooks come in bursts, replayed and
with wrong secrets; editors preview; browsers connect and hang up; and somebody always reads.

After every few edits all is mended, and then: the output must equal a build from nothing of the
same files, every page that is served must equal the output, the status must name the right ref and
no errors. The seed that is printed repeats the order of the edits, not their timing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from children import (
    ROOT,
    Child,
    ask_json,
    child,
    cpu_s,
    ended_like_ctrl_c,
    free_port,
    load,
    memory_mb,
    open_files,
    prismic_ssg,
    request,
    thread_count,
)
from soak_world import SECRET, WEBHOOK, Folder, Repository, send_burst, weighted

CACHE, ADDRESSES = ".prismic-ssg", "addresses.db"

_SETTLES_WITHIN_S = 150.0
_LATE_S = 20.0
_SAMPLE_S = 2.0
_PAGES_COMPARED = 40
_RELOAD = re.compile(rb'<script src="/_prismic/reload\.js"[^>]*></script>')
_JSON = {"accept": "application/json"}


class Run:
    """What is running, and what was found out about it. Lists and counters are only added to."""

    def __init__(self, port: int, server: Child, repository: Repository, folder: Folder) -> None:
        self.port = port
        self.server = server
        self.repository = repository
        self.folder = folder
        self.wrong: list[str] = []
        self.counts: Counter[str] = Counter()
        self.latencies_s: list[float] = []
        self.samples: list[Mapping[str, float]] = []
        self.paths: Sequence[str] = ("/",)
        self.ends = threading.Event()
        self.faulty = threading.Event()
        self.began = time.monotonic()

    def complain(self, text: str) -> None:
        line = f"[{time.monotonic() - self.began:.0f} s] {text}"
        self.wrong.append(line)
        print(f"WRONG {line}", flush=True)

    def status(self) -> Mapping[str, Any]:
        _, _, body = request(self.port, "/_prismic/status", headers=_JSON)
        found: Mapping[str, Any] = json.loads(body)
        return found

    def events(self) -> list[Mapping[str, Any]]:
        """What the server has noted so far."""
        return [json.loads(line) for line in list(self.server.lines) if line.startswith("{")]

    def guarded(self, what: Callable[[], None]) -> None:
        """Do something over and over, until the end. What goes wrong is noted."""
        while not self.ends.is_set():
            try:
                what()
            except (OSError, HTTPException, ValueError) as error:
                if not self.ends.is_set():
                    self.complain(f"{what.__name__}: {type(error).__name__}: {error}")
                    self.ends.wait(1)


# -- what goes on all the time


def read_pages(run: Run, rng: random.Random) -> None:
    """Be a reader, for a page."""
    path = rng.choice((rng.choice(run.paths), rng.choice(run.paths), "/gone/", "/site.css"))
    headers = rng.choice(({}, {"accept-encoding": "gzip"}, {"range": "bytes=0-99"}))
    began = time.perf_counter()
    status, _, _ = request(run.port, path, headers=headers)
    run.latencies_s.append(time.perf_counter() - began)
    run.counts[f"pages answered with {status}"] += 1
    # 404: the page may have been unpublished since the list was made.
    if status not in (200, 206, 404):
        run.complain(f"GET {path}: {status}")
    run.ends.wait(rng.uniform(0.01, 0.06))


def watch_pages(run: Run, rng: random.Random, open_streams: list[HTTPConnection]) -> None:
    """Be one more browser that listens, or one that hangs up."""
    if len(open_streams) < 4 or (len(open_streams) < 30 and rng.random() < 0.6):
        stream = HTTPConnection("127.0.0.1", run.port, timeout=30)
        stream.request("GET", "/_prismic/events?" + urlencode({"path": rng.choice(run.paths)}))
        # Some wait for the answer, some hang up before; none reads on, which must harm nobody.
        if rng.random() < 0.8:
            stream.getresponse()
        run.counts["event streams"] += 1
        open_streams.append(stream)
    else:
        open_streams.pop(rng.randrange(len(open_streams))).close()
    run.ends.wait(rng.uniform(0.05, 0.5))


def preview(run: Run, rng: random.Random) -> None:
    """Be an editor: begin a preview, look around, and leave, or stay until it has ended."""
    repository = run.repository
    (id_,) = repository.some(1)
    mark = f"DRAFT-{rng.getrandbits(40):x}"
    title = [{"type": "heading1", "text": mark, "spans": [], "direction": "ltr"}]
    draft = {"id": id_, "data": {**repository.fields(id_), "title": title}}
    try:
        begun = ask_json(repository.port, "/_emulator/previews", {"documents": [draft]})
    except OSError as error:
        # It was unpublished a moment ago.
        run.counts[f"previews not begun: {str(error)[:60]}"] += 1
        return
    asked = urlencode({"token": begun["token"], "documentId": id_})
    status, headers, _ = request(run.port, f"/_prismic/preview?{asked}")
    if status == 404:
        run.counts["previews: not there"] += 1
        run.ends.wait(60)
        return
    run.counts[f"previews begun: {status}"] += 1
    _expect_preview(run, "begin", status, (302,))
    if status == 302:
        cookie = {"cookie": headers["set-cookie"].partition(";")[0]}
        for path in (headers["location"], "/blog/", rng.choice(run.paths)):
            status, received, body = request(run.port, path, headers=cookie)
            if status == 301:  # to the slash at its end
                path = received["location"]
                status, received, body = request(run.port, path, headers=cookie)
            run.counts[f"preview pages: {status}"] += 1
            _expect_preview(run, path, status, (200, 404, 307))
            if "no-store" not in received.get("cache-control", ""):
                run.complain(f"preview of {path} may be stored: {status}")
            is_drafted = path.rstrip("/") == headers["location"].rstrip("/")
            if status == 200 and is_drafted and mark.encode() not in body:
                run.complain(f"the preview of {path} does not show the draft")
            run.ends.wait(rng.uniform(0, 0.5))
        ask_json(
            repository.port,
            f"/_emulator/previews/{quote(begun['id'], safe='')}",
            {"gone": rng.random() < 0.5},
            method="DELETE",
        )
        if rng.random() < 0.5:
            status, _, _ = request(run.port, "/_prismic/exit-preview?to=/blog/", headers=cookie)
            _expect_preview(run, "exit", status, (303,))
        status, _, _ = request(run.port, "/blog/", headers=cookie)
        run.counts[f"previews that have ended: {status}"] += 1
        _expect_preview(run, "/blog/ after the end", status, (200, 307))
    run.ends.wait(rng.uniform(0.5, 4))


def _expect_preview(run: Run, what: str, status: int, expected: tuple[int, ...]) -> None:
    # While Prismic does not answer, or a template is broken, that is what an editor is told. One of
    # its faults is a 403, which is how it says that a preview has ended.
    excused = (410, 500, 503) if run.faulty.is_set() else ()
    if status not in (*expected, *excused):
        run.complain(f"preview, {what}: {status}")


def take_sample(run: Run) -> None:
    pid = run.server.process.pid
    rss_mb, pss_mb = memory_mb(pid)
    run.samples.append(
        {
            "at_s": time.monotonic() - run.began,
            "rss_mb": rss_mb,
            "pss_mb": pss_mb,
            "open_files": open_files(pid),
            "threads": thread_count(pid),
        }
    )
    run.ends.wait(_SAMPLE_S)


# -- edits, and the quiet after them


def make_edits(run: Run, rng: random.Random) -> None:
    """A few edits, some at once, some with builds between them."""
    weights, edits = zip(*weighted(run.repository, run.folder), strict=True)
    for edit in rng.choices(edits, weights, k=rng.randint(1, 7)):
        if edit.__name__.startswith("break_"):
            run.faulty.set()
        run.counts[f"edits: {edit.__name__}"] += 1
        edit()
        time.sleep(rng.choice((0, 0, 0.05, 0.3, 1.5)))
    if rng.random() < 0.25:
        count = rng.choice((5, 30, 100))
        run.counts["webhooks sent besides"] += count
        for text, times in send_burst(run.port, rng, run.repository, count).items():
            run.complain(f"{times} times {text}")
    if rng.random() < 0.4 and run.folder.broken:
        wait_until(run, "the mistake is told", lambda status: bool(status["errors"]))
        run.counts["mistakes waited for"] += 1


def wait_until(
    run: Run, what: str, is_so: Callable[[Mapping[str, Any]], bool], settled_s: float = 0.0
) -> Mapping[str, Any] | None:
    """The status once something is so, and has been for a while without a build."""
    deadline = time.monotonic() + _SETTLES_WITHIN_S
    since, builds = time.monotonic(), -1
    while time.monotonic() < deadline:
        status = run.status()
        if not is_so(status) or status["building"] or status["builds"] != builds:
            since, builds = time.monotonic(), status["builds"]
            if is_so(status) and not settled_s:
                return status
        elif time.monotonic() - since >= settled_s:
            return status
        time.sleep(0.05)
    run.complain(f"never came: {what}; {json.dumps(run.status())[:1500]}")
    return None


def check_all(run: Run, rng: random.Random, scratch: Path) -> None:
    """Mend everything, wait for quiet, and compare all there is to compare."""
    run.counts["faults that met no request"] += run.repository.mend()
    run.counts["broken files mended"] += run.folder.mend()
    began = time.monotonic()
    ref = run.repository.ref
    wait_until(
        run,
        f"no errors at ref {ref}",
        lambda status: status["ref"] == ref and not status["errors"],
        settled_s=1.0,
    )
    run.faulty.clear()
    run.counts["quiet moments"] += 1
    right = build_from_nothing(run, scratch)
    output = run.folder.path / "dist"
    deadline = time.monotonic() + _LATE_S
    while (differing := differences(right, files_of(output))) and time.monotonic() < deadline:
        time.sleep(0.1)
    if differing:
        run.counts["lost changes"] += 1
        run.complain(f"the output is not what a build from nothing makes: {differing[:5]}")
    elif time.monotonic() - deadline + _LATE_S > 1:
        run.counts["late changes"] += 1
        run.complain("the output came right only after the server had been quiet for a second")
    run.paths = [url_of(name) for name in right if name.endswith((".html", ".xml", ".txt"))]
    # What begins with a dot is not for readers.
    served = sorted(name for name in right if not name.startswith("."))
    for name in rng.sample(served, min(len(served), _PAGES_COMPARED)):
        if wrong := served_otherwise(run, name, right[name]):
            time.sleep(_LATE_S / 4)
            still = "and still is" if served_otherwise(run, name, right[name]) else "for a while"
            run.complain(f"not served as in the output {still}: {url_of(name)}: {wrong}")
        run.counts["pages compared"] += 1
    run.counts["seconds waited for quiet"] += round(time.monotonic() - began)


def served_otherwise(run: Run, name: str, right: bytes) -> str | None:
    """What is other about a page that is served than in the output."""
    status, _, body = request(run.port, url_of(name))
    body = _RELOAD.sub(b"", body)
    if status not in (200, 404 if name == "404.html" else 200):
        return f"status {status}"
    if body == right:
        return None
    pairs = zip(body.splitlines(), right.splitlines(), strict=False)
    lines = next((pair for pair in pairs if pair[0] != pair[1]), (body[-200:], right[-200:]))
    return f"{lines[0][:300]!r} in place of {lines[1][:300]!r}"


def build_from_nothing(run: Run, scratch: Path) -> Mapping[str, bytes]:
    """What a build of the same files makes where nothing was built before."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(
        run.folder.path,
        scratch,
        ignore=shutil.ignore_patterns(CACHE, "dist", "__pycache__"),
    )
    # What documents were called before is all that a build can't find out from nothing.
    (scratch / CACHE).mkdir()
    for path in (run.folder.path / CACHE).glob(f"{ADDRESSES}*"):
        shutil.copy2(path, scratch / CACHE)
    endpoint = f"http://127.0.0.1:{run.repository.port}/api/v2"
    done = subprocess.run(
        prismic_ssg("-C", scratch, "-q", "build", "-r", endpoint, "-j", "1"),
        env={**child_environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        run.complain(f"the build from nothing failed: {done.stderr[-1500:]}")
        return {}
    return files_of(scratch / "dist")


def child_environment() -> dict[str, str]:
    """As a shell gives it: with bytecode kept, which has hidden edits of modules before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRISMIC_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def files_of(folder: Path) -> Mapping[str, bytes]:
    found = {}
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
        except FileNotFoundError:
            continue  # replaced or removed meanwhile: looked at again
    return found


def differences(right: Mapping[str, bytes], found: Mapping[str, bytes]) -> list[str]:
    names = sorted(right.keys() | found.keys())
    return [
        f"{name} ({'missing' if name not in found else 'left' if name not in right else 'other'})"
        for name in names
        if right.get(name) != found.get(name)
    ]


def url_of(name: str) -> str:
    return "/" + quote(name.removesuffix("index.html"))


# -- the whole


def end_server(run: Run, scratch: Path) -> Mapping[str, Any]:
    """SIGTERM while a build is under way; then the next build must make all of it right."""
    right = build_from_nothing(run, scratch)
    (run.folder.path / "templates" / "base.html").touch()
    time.sleep(0.2)
    code, took_s = run.server.end()
    if code != 0:
        run.complain(f"SIGTERM: exit code {code} after {took_s:.1f} s")
    if left := differences(right, files_of(run.folder.path / "dist")):
        run.complain(f"after SIGTERM the output is not right: {left[:5]}")
    return {"exit_code": code, "seconds": round(took_s, 2)}


def results(run: Run, given: argparse.Namespace, loads: Sequence[float]) -> dict[str, Any]:
    events = run.events()
    counted = Counter(event["event"] for event in events)
    built = [event for event in events if event["event"] == "built"]
    failed = [event for event in events if event["event"] == "failed"]
    tracebacks = [line for line in run.server.lines if "Traceback" in line]
    if tracebacks:
        run.complain(f"{len(tracebacks)} tracebacks in the log")
    # The first minute fills caches that are there to be filled.
    warm = [each for each in run.samples if each["at_s"] > 60] or run.samples
    latencies = sorted(run.latencies_s)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "load": [round(statistics.mean(loads), 1), max(loads)],
        "minutes": given.minutes,
        "seed": given.seed,
        "documents": len(run.repository.initial),
        "pages": len(run.paths),
        "builds": len(built) + len(failed),
        "builds_failed": len(failed),
        "first_problems": dict(Counter(event["first"][:80] for event in failed).most_common(12)),
        "build_s": percentiles([event["seconds"] for event in built]),
        "request_ms": percentiles([each * 1000 for each in latencies]),
        "requests": len(latencies),
        "publishes": run.repository.publishes,
        "lost_changes": run.counts["lost changes"],
        "memory": {
            name: {
                "first": round(statistics.median(each[name] for each in warm[:15]), 1),
                "last": round(statistics.median(each[name] for each in warm[-15:]), 1),
                "most": round(max(each[name] for each in run.samples), 1),
                "slope_an_hour": round(slope_an_hour(warm, name), 1),
                "by_minute": by_minute(run.samples, name),
            }
            for name in ("rss_mb", "pss_mb", "open_files", "threads")
        },
        "journal": dict(sorted(counted.items())),
        "counts": dict(sorted(run.counts.items())),
        "wrong": run.wrong,
    }


def percentiles(values: Sequence[float]) -> Mapping[str, float]:
    ordered = sorted(values) or [float("nan")]
    at = {"50": 0.5, "95": 0.95, "99": 0.99, "most": 1.0}
    return {
        name: round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 3)
        for name, part in at.items()
    }


def by_minute(samples: Sequence[Mapping[str, float]], name: str) -> list[float]:
    """The median of every minute."""
    minutes: dict[int, list[float]] = {}
    for each in samples:
        minutes.setdefault(int(each["at_s"] // 60), []).append(each[name])
    return [round(statistics.median(values), 1) for values in minutes.values()]


def slope_an_hour(samples: Sequence[Mapping[str, float]], name: str) -> float:
    """By how much something grows in an hour: the line through the samples."""
    if len(samples) < 3:
        return float("nan")
    times = [each["at_s"] / 3600 for each in samples]
    return statistics.linear_regression(times, [each[name] for each in samples]).slope


def soak(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    rng = random.Random(given.seed)
    repository = Repository(random.Random(rng.random()), given.documents)
    repository.write(folder / "content")
    site = Folder(random.Random(rng.random()), folder / "site")
    port = free_port()
    hook = f"http://127.0.0.1:{port}{WEBHOOK}"
    environment = {**child_environment(), "PRISMIC_WEBHOOK_SECRET": SECRET}
    with ExitStack() as ending:
        emulator = ending.enter_context(
            child(
                prismic_ssg(
                    *("emulate", folder / "content", "-p", 0, "--rate-limit", 40),
                    *("--webhook", hook, "--webhook-secret", SECRET),
                ),
                environment,
            )
        )
        repository.port = int(emulator.said(r"http://[^/]*:(\d+)/api/v2")[1])
        endpoint = f"http://127.0.0.1:{repository.port}/api/v2"
        serving = prismic_ssg(
            *("-C", site.path, "serve", "--watch", "-r", endpoint, "-p", port, "--strict-port"),
            *("--log-format", "json"),
        )
        server = ending.enter_context(child(serving, environment))
        server.said(r'"event": "serving"')
        run = Run(port, server, repository, site)
        streams: list[HTTPConnection] = []
        kinds: Sequence[Callable[[], None]] = (
            named(read_pages, run, random.Random(rng.random())),
            named(watch_pages, run, random.Random(rng.random()), streams),
            named(preview, run, random.Random(rng.random())),
            named(take_sample, run),
        )
        threads = [threading.Thread(target=run.guarded, args=[kind], daemon=True) for kind in kinds]
        check_all(run, rng, folder / "scratch")
        if run.wrong:
            sys.exit("the site is wrong before anything was edited")
        for thread in threads:
            thread.start()
        loads = [load()]
        try:
            while time.monotonic() - run.began < given.minutes * 60:
                make_edits(run, rng)
                check_all(run, rng, folder / "scratch")
                loads.append(load())
                if server.process.poll() is not None:
                    run.complain(f"the server ended: {server.process.returncode}")
                    break
        finally:
            run.ends.set()
            for thread in threads:
                thread.join(30)
        server_cpu_s = cpu_s(server.process.pid)
        shutdown = end_server(run, folder / "scratch")
        for stream in streams:
            stream.close()
        found = results(run, given, loads) | {"shutdown": shutdown, "cpu_s": server_cpu_s}
        if given.log:
            given.log.write_text("\n".join(server.lines) + "\n", "utf-8")
        return found


def named(what: Callable[..., None], *arguments: Any) -> Callable[[], None]:
    def once() -> None:
        what(*arguments)

    once.__name__ = what.__name__
    return once


def shown(found: Mapping[str, Any]) -> str:
    """The result for people."""
    loads, builds = found["load"], found["build_s"]
    heads = {
        "when": f"{found['date']}, {found['minutes']} minutes, seed {found['seed']}",
        "machine": f"{found['machine']}, load {loads[0]} (at most {loads[1]})",
        "site": f"{found['documents']} documents, {found['pages']} pages",
        "publishes": found["publishes"],
        "builds": f"{found['builds']}, of which {found['builds_failed']} failed; seconds {builds}",
        "page requests": f"{found['requests']}; milliseconds {found['request_ms']}",
        "lost changes": found["lost_changes"],
        "shutdown": found["shutdown"],
        "CPU": f"{found['cpu_s']:.0f} s",
    }
    lines = [f"{name}: {value}" for name, value in heads.items()]
    for name, values in found["memory"].items():
        lines.append(f"{name}: {values}")
    lines += [f"{name}: {count}" for name, count in found["counts"].items()]
    lines += [f"journal {name}: {count}" for name, count in found["journal"].items()]
    lines += [f"{count} x {name}" for name, count in found["first_problems"].items()]
    lines += [f"WRONG {text}" for text in found["wrong"]] or ["nothing wrong"]
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--documents", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    arguments.add_argument("--json", type=Path, help="write the result there, too")
    arguments.add_argument("--log", type=Path, help="write the server's log there")
    given = arguments.parse_args()
    ended_like_ctrl_c()
    print(f"seed {given.seed}", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            found = soak(given, Path(folder))
    except KeyboardInterrupt:
        sys.exit(130)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(shown(found))
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
