"""How fast the loop of writing and publishing is with `serve --watch`: from a save to the page.

    python benchmarks/serve.py --pages 10000 --runs 5

A real server, a real event stream as a browser holds it, a page asked for as soon as that says so:
(a) a template is saved, and the reader's page shows it; (b) a document is published, a webhook
comes, and its page shows it; (c) memory over many builds; (d) 200 webhooks in two seconds. (a) and
(b) are of the magazine of `site/`, (c) and (d) of a small one. Each figure has the machine's load
beside it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from children import (
    Child,
    Events,
    ask_json,
    child,
    cpu_s,
    ended_like_ctrl_c,
    free_port,
    load,
    memory_mb,
    prismic_ssg,
    request,
    tree,
)
from content import document_id, documents, magazine
from soak_world import SECRET, SITE, WEBHOOK, webhook_body

HERE = Path(__file__).parent
_JSON = {"content-type": "application/json"}

# What a reader looks at: an old article, which is in no list of the latest.
_ARTICLE = 7
_PAGE = f"/blog/article-{_ARTICLE}/"
_ID = document_id("article", _ARTICLE)


class Loop:
    """A server that watches, and the API that it follows."""

    def __init__(self, site: Path, port: int, server: Child, api_port: int) -> None:
        self.site = site
        self.port = port
        self.server = server
        self.api_port = api_port

    @property
    def pid(self) -> int:
        return self.server.process.pid

    def status(self) -> Mapping[str, object]:
        found: Mapping[str, object] = ask_json(self.port, "/_prismic/status")
        return found

    def builds(self) -> list[Mapping[str, object]]:
        return [json.loads(line) for line in list(self.server.lines) if '"event": "built"' in line]

    def quiet(self, settled_s: float = 1.0) -> None:
        """Wait until nothing is built, and nothing was for a while."""
        since, builds = time.monotonic(), None
        while time.monotonic() - since < settled_s:
            status = self.status()
            if status["errors"]:
                sys.exit(f"the build failed: {status['errors']}")
            if status["building"] or status["builds"] != builds:
                since, builds = time.monotonic(), status["builds"]
            time.sleep(0.02)

    def page(self) -> bytes:
        status, _, body = request(self.port, _PAGE)
        if status != 200:
            sys.exit(f"{_PAGE}: {status}")
        return body

    def publish(self, number: int) -> str:
        """Publish another excerpt of the article; gives the new ref."""
        found = b'"excerpt":"'
        asked = urlencode({"id": _ID, "old": found, "new": f'"excerpt":"Edit {number}. '})
        status, _, ref = request(self.api_port, f"/__edit?{asked}")
        if status != 200:
            sys.exit(f"the edit failed: {ref!r}")
        return ref.decode()

    def webhook(self, ref: str, ids: Sequence[str] = (_ID,)) -> None:
        body = webhook_body(SECRET, ref, list(ids))
        status, _, _ = request(self.port, WEBHOOK, method="POST", body=body, headers=_JSON)
        if status != 200:
            sys.exit(f"the webhook was answered with {status}")


@contextmanager
def loop(folder: Path, lines: Iterator[bytes], sync: str = "full") -> Iterator[Loop]:
    """A site in a folder, served and watched, at the end of its first build."""
    site = folder / "site"
    shutil.copytree(SITE, site)
    configuration = site / "prismicio.py"
    text = configuration.read_text("utf-8")
    configuration.write_text(text.replace("Site(", f'Site(\n    sync="{sync}",', 1), "utf-8")
    shutil.copytree(HERE / "site" / "static", site / "static")
    source = folder / "documents.jsonl"
    with source.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)
    with child([sys.executable, str(HERE / "api_server.py"), str(source)]) as api:
        api_port = int(api.said(r"http://[^/]*:(\d+)/api/v2")[1])
        port = free_port()
        endpoint = f"http://127.0.0.1:{api_port}/api/v2"
        serving = prismic_ssg(
            *("-C", site, "serve", "--watch", "-r", endpoint, "-p", port, "--strict-port"),
            *("--log-format", "json"),
        )
        environment = {"PRISMIC_WEBHOOK_SECRET": SECRET}
        with child(serving, {**_environment(), **environment}) as server:
            server.said(r'"event": "serving"')
            yield Loop(site, port, server, api_port)
            # At once: a build of a large site may be under way.
            code, took_s = server.end(signal.SIGINT)
            if code != 130:
                sys.exit(f"the server ended with {code} after {took_s:.1f} s")


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PRISMIC_")}


# -- what is measured


def save_template(running: Loop, name: str, runs: int) -> Iterator[Mapping[str, float]]:
    """Milliseconds from a save to the event, and to the page.

    From the second save on, the site is still being built after the one before it: that is how
    somebody works on a large site, and what the cores are busy with.
    """
    path = running.site / "templates" / name
    text = path.read_text("utf-8")
    place = "</footer>" if "</footer>" in text else "</article>"
    running.quiet()
    for number in range(runs):
        # The page is one that a browser shows: it was asked for.
        running.page()
        events = Events(running.port, _PAGE)
        mark = f"saved {number} {time.time_ns()}"
        time.sleep(1.0)
        before_s = cpu_s(running.pid)
        began = time.perf_counter()
        path.write_text(text.replace(place, f"<p>{mark}</p>{place}"), "utf-8")
        events.until_changed()
        told = time.perf_counter()
        while mark.encode() not in running.page():
            time.sleep(0.002)
        shown = time.perf_counter()
        events.close()
        figures = {
            "told": (told - began) * 1000,
            "get": (shown - told) * 1000,
            "shown": (shown - began) * 1000,
            "CPU": (cpu_s(running.pid) - before_s) * 1000,
            "load": load(),
        }
        report(f"    {name}, save {number + 1}", figures)
        yield figures


def publish(running: Loop, runs: int) -> Iterator[Mapping[str, float]]:
    """Milliseconds from a publish to the webhook's answer, the end of the build, event and page."""
    for number in range(runs):
        running.quiet()
        running.page()
        events = Events(running.port, _PAGE)
        ref = running.publish(number)
        before_s = cpu_s(running.pid)
        began = time.perf_counter()
        running.webhook(ref)
        answered = time.perf_counter()
        events.until_changed()
        told = time.perf_counter()
        while f"Edit {number}. ".encode() not in running.page():
            time.sleep(0.002)
        shown = time.perf_counter()
        events.close()
        used_s = cpu_s(running.pid) - before_s
        running.quiet(0.2)
        last = running.builds()[-1]
        figures = {
            "webhook": (answered - began) * 1000,
            "told": (told - began) * 1000,
            "get": (shown - told) * 1000,
            "shown": (shown - began) * 1000,
            "build": float(str(last["seconds"])) * 1000,
            "rendered": float(str(last["rendered"])),
            "CPU": used_s * 1000,
            "load": load(),
        }
        report(f"    publish {number + 1}", figures)
        yield figures


def rebuild(running: Loop, count: int) -> Mapping[str, float]:
    """Memory of the server after the first 50 builds and after all, in MB."""
    kinds = itertools.cycle(("publish", "template", "style"))
    template = running.site / "templates" / "base.html"
    style = running.site / "static" / "site.css"
    text = template.read_text("utf-8")
    after: dict[int, tuple[float, float]] = {}
    began, before_s = time.perf_counter(), cpu_s(running.pid)
    for number in range(1, count + 1):
        built = int(str(running.status()["builds"]))
        match next(kinds):
            case "publish":
                running.webhook(running.publish(number))
            case "template":
                template.write_text(f"{text}<!-- {number} -->", "utf-8")
            case _:
                style.write_text(f"body {{ margin: {number}px }}", "utf-8")
        while int(str(running.status()["builds"])) == built or running.status()["building"]:
            time.sleep(0.01)
        if number == 50 or number % 100 == 0 or number == count:
            running.quiet(0.3)
            after[number] = memory_mb(running.pid)
            rss_mb, pss_mb = after[number]
            print(f"    {number} builds: {rss_mb:.1f} MB resident, {pss_mb:.1f} MB proportional")
    first = after[min(after)]
    last = after[count]
    return {
        "builds": float(count),
        "first_rss_mb": first[0],
        "last_rss_mb": last[0],
        "growth_percent": (last[0] / first[0] - 1) * 100,
        "growth_pss_percent": (last[1] / first[1] - 1) * 100,
        "seconds": time.perf_counter() - began,
        "CPU_s": cpu_s(running.pid) - before_s,
        "processes": float(len(list(tree(running.pid)))),
        "load": load(),
    }


def burst(running: Loop, count: int = 200, within_s: float = 2.0) -> Mapping[str, float]:
    """Webhooks in two seconds, every tenth after another publish: builds, and what was lost."""
    running.quiet()
    built = len(running.builds())
    began = time.perf_counter()
    late_s = 0.0
    ref = ""
    senders: list[threading.Thread] = []
    for number in range(count):
        if number % 10 == 0:
            ref = running.publish(10_000 + number)
        due = began + number * within_s / count
        late_s = max(late_s, time.perf_counter() - due)
        time.sleep(max(0.0, due - time.perf_counter()))
        sender = threading.Thread(target=running.webhook, args=[ref])
        sender.start()
        senders.append(sender)
    for sender in senders:
        sender.join()
    sent_s = time.perf_counter() - began
    while running.status()["ref"] != ref and time.perf_counter() - began < 60:
        time.sleep(0.01)
    shown_s = time.perf_counter() - began - sent_s
    running.quiet(2.0)
    is_shown = f"Edit {10_000 + count - 10}. ".encode() in running.page()
    return {
        "webhooks": float(count),
        "builds": float(len(running.builds()) - built),
        "lost": 0.0 if is_shown and running.status()["ref"] == ref else 1.0,
        "sent_s": sent_s,
        "shown_after_s": shown_s,
        "most_late_s": late_s,
        "load": load(),
    }


# -- the whole


def medians(rounds: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def report(title: str, figures: Mapping[str, float]) -> None:
    parts = ", ".join(
        f"{name} {value:.1f}" if value % 1 else f"{name} {value:.0f}"
        for name, value in figures.items()
    )
    print(f"{title}: {parts}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--pages", type=int, default=10_000)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--rebuilds", type=int, default=1000)
    arguments.add_argument("--only", default="abcd", help="of a, b, c and d, those to measure")
    arguments.add_argument("--sync", default="full", choices=("full", "delta"))
    arguments.add_argument("--json", type=Path, help="write the result there, too")
    given = arguments.parse_args()
    ended_like_ctrl_c()
    found: dict[str, object] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "pages": given.pages,
        "sync": given.sync,
    }
    try:
        with tempfile.TemporaryDirectory(prefix="serve-") as folder:
            measured(given, Path(folder), found)
    except KeyboardInterrupt:
        sys.exit(130)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def measured(given: argparse.Namespace, folder: Path, found: dict[str, object]) -> None:
    if set("ab") & set(given.only):
        (folder / "large").mkdir()
        lines = map(msgspec.json.encode, magazine(given.pages))
        with loop(folder / "large", lines, given.sync) as running:
            if "b" in given.only:
                rounds = list(publish(running, given.runs))
                found["publish"] = {"median": medians(rounds), "rounds": rounds}
                report("(b) published, ms", medians(rounds))
            if "a" in given.only:
                for name in ("base.html", "article.html"):
                    rounds = list(save_template(running, name, given.runs))
                    found[f"save {name}"] = {"median": medians(rounds), "rounds": rounds}
                    report(f"(a) {name} saved, ms", medians(rounds))
    if set("cd") & set(given.only):
        (folder / "small").mkdir()
        with loop(folder / "small", map(msgspec.json.encode, documents(60))) as running:
            if "d" in given.only:
                found["burst"] = burst(running)
                report("(d) webhooks", found["burst"])  # type: ignore[arg-type]
            if "c" in given.only:
                found["rebuilds"] = rebuild(running, given.rebuilds)
                report("(c) rebuilds", found["rebuilds"])  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
