"""How fast the emulator is: from its start to its first answer, by kind of query, by requests.

    python benchmarks/emulator.py --documents 10000 --folder /tmp/emulated

The documents are those of content.py, made 12 kB long, as files that a pull would have written: one
each, indented, with links that are current. The server is a process of its own, started as users
start it. Times of queries are the server's own: each query is asked in one process without HTTP,
with other parameters every time, so that no answer is one that was kept. Requests are counted over
HTTP, by a client in another process.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import msgspec
from content import documents

HERE = Path(__file__).parent
ROOT = HERE.parent
SIZE = 12_000
SEARCH = "/api/v2/documents/search"
ROUTES = '[{"type":"article","path":"/:c/:uid","resolvers":{"c":"category"}}]'

sys.path.insert(0, str(ROOT))


def write_folder(folder: Path, count: int) -> None:
    """The documents as files; nothing where they are there already."""
    done = folder / f".written-{count}"
    if done.exists():
        return
    by_id = {each["id"]: each for each in documents(count)}
    for document in by_id.values():
        missing = SIZE - len(msgspec.json.encode(document))
        words = document["data"].setdefault("body", [])
        filler = "The estuary keeps its own time. " * (max(0, missing - 60) // 32)
        words.append({"type": "paragraph", "text": filler, "spans": [], "direction": "ltr"})
    for document in by_id.values():
        make_current(document["data"], by_id)
        path = folder / "documents" / document["lang"] / document["type"]
        path.mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, indent=2, ensure_ascii=False)
        (path / f"{document['uid'] or document['id']}.json").write_text(text, "utf-8")
    done.touch()


def make_current(value: object, by_id: dict[str, dict]) -> None:
    """Let links say what their target says, as the API does."""
    if isinstance(value, list):
        for each in value:
            make_current(each, by_id)
    elif isinstance(value, dict):
        target = by_id.get(value.get("id", "")) if "link_type" in value else None
        if target is not None:
            names = ("type", "tags", "lang", "first_publication_date", "last_publication_date")
            value.update({name: target[name] for name in names}, slug=target["slugs"][0])
        for each in value.values():
            make_current(each, by_id)


def start(folder: Path) -> tuple[subprocess.Popen[str], str, float]:
    """The process, its origin, and the seconds until it had answered once."""
    command = [sys.executable, "-m", "prismic_ssg", "emulate", str(folder), "-p", "0"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline() if process.stdout else ""
    origin = line.split("/api/v2")[0]
    with urlopen(f"{origin}/api/v2") as response:
        response.read()
    return process, origin, time.perf_counter() - began


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return float("nan")


def queries() -> dict[str, tuple[float, Callable[[int], list[tuple[str, str]]]]]:
    """Name → (goal in milliseconds, round → parameters)."""
    words = ["harbour", "lanterns", "orchard", "meadow", "ferry", "compass", "kettle", "archive"]
    by_type = ("q", '[[at(document.type, "article")]]')
    return {
        "at(document.type), page of 100": (
            15,
            lambda n: [by_type, ("pageSize", "100"), ("page", str(n + 1))],
        ),
        "two filters, ordered": (
            40,
            lambda n: [
                by_type,
                ("q", f'[[date.after(my.article.published_on, "20{15 + n % 5}-0{n % 9 + 1}-01")]]'),
                ("orderings", "[my.article.title,document.first_publication_date desc]"),
                ("pageSize", "100"),
            ],
        ),
        "fulltext": (
            50,
            lambda n: [
                ("q", f'[[fulltext(document, "{words[n % 8]} {words[n // 8 % 8]}")]]'),
                ("pageSize", "100"),
            ],
        ),
        "by UID": (
            15,
            lambda n: [by_type, ("q", f'[[at(my.article.uid, "article-{n}")]]')],
        ),
        "fetchLinks, page of 100": (
            float("inf"),
            lambda n: [by_type, ("fetchLinks", "author.name"), ("pageSize", "100"),
                       ("page", str(n + 1))],
        ),
        "routes, page of 100": (
            float("inf"),
            lambda n: [
                by_type,
                ("routes", ROUTES),
                ("pageSize", "100"),
                ("page", str(n + 1)),
            ],
        ),
    }  # fmt: skip


def ask_in_process(folder: Path, rounds: int) -> Iterator[tuple[str, float, float, float]]:
    """(query, first in ms, median in ms, goal in ms)."""
    from prismic_ssg.emulator.endpoints import answer
    from prismic_ssg.emulator.seed import seed
    from prismic_ssg.store.sources import read_local_repository

    gc.disable()
    repository, problems = seed(read_local_repository(folder), name="x")
    gc.freeze()
    gc.enable()
    assert not problems, problems[0]
    ref = ("ref", repository.master.ref)
    for name, (goal, parameters) in queries().items():
        times = []
        for n in range(rounds):
            query = urlencode([*parameters(n), ref])
            began = time.perf_counter()
            status, _, body = answer(repository, "GET", SEARCH, query, origin="http://x")
            times.append((time.perf_counter() - began) * 1000)
            assert status == 200, body
        yield name, times[0], statistics.median(times[1:]), goal


async def requests_a_second(origin: str, query: str, headers: str, seconds: float) -> float:
    host, port = origin.removeprefix("http://").split(":")
    ends = time.perf_counter() + seconds
    request = f"GET {SEARCH}?{query} HTTP/1.1\r\nhost: {host}:{port}\r\n{headers}\r\n".encode()

    async def ask() -> int:
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 22)
        count = 0
        while time.perf_counter() < ends:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            count += 1
        writer.close()
        return count

    return sum(await asyncio.gather(*(ask() for _ in range(8)))) / seconds


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--documents", type=int, default=10_000)
    arguments.add_argument("--folder", type=Path, required=True)
    arguments.add_argument("--rounds", type=int, default=31)
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    write_folder(given.folder, given.documents)

    process, origin, _ = start(given.folder)
    process.kill()
    process.wait()
    seconds = []
    for _ in range(3):
        process, origin, took = start(given.folder)
        seconds.append(took)
        if len(seconds) < 3:
            process.kill()
            process.wait()
    print(f"start to first answer: {statistics.median(seconds):.2f} s (goal 2)")
    try:
        print(f"memory after the start: {memory_mb(process.pid):.0f} MB (goal 400)")
        ref = json.load(urlopen(f"{origin}/api/v2"))["refs"][0]["ref"]
        for _, parameters in queries().values():
            urlopen(f"{origin}{SEARCH}?{urlencode([*parameters(1), ('ref', ref)])}").read()
        print(f"memory after each query once: {memory_mb(process.pid):.0f} MB (goal 400)")
        for size in (20, 100):
            query = urlencode([("ref", ref), ("pageSize", str(size))])
            for coding in ("", "accept-encoding: gzip\r\n"):
                rate = asyncio.run(requests_a_second(origin, query, coding, 3.0))
                how = "gzip" if coding else "plain"
                print(f"kept page of {size}, {how}: {rate:.0f} requests/s (goal 300)")
    finally:
        process.kill()
        process.wait()
    for name, first, median, goal in ask_in_process(given.folder, given.rounds):
        print(f"{name}: {median:.1f} ms (first {first:.0f} ms, goal {goal:g} ms)")


if __name__ == "__main__":
    main()
