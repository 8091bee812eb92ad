"""How fast a pull is, as a ratio to what others take in the same run.

    python benchmarks/pull.py --documents 10000 --latency-ms 40 --rounds 5

Each program is a whole process, measured from outside: it starts, pulls everything into a file on
disk, checks that every document is there once, and ends. `loop` is what a good programmer writes
with httpx in ten minutes: 16 connections, lines into a file. `official` is the JavaScript client's
getAll (with --official; needs node and tests/official/node), which keeps nothing on disk.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

HERE = Path(__file__).parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Measured:
    wall_s: float
    cpu_s: float
    peak_mb: float


class Named(msgspec.Struct):
    id: str


class Page(msgspec.Struct):
    results: list[msgspec.Raw]
    total_results_size: int
    total_pages: int


def ours(endpoint: str, folder: Path) -> None:
    from prismic_ssg.api.client import Client
    from prismic_ssg.api.sync import pull
    from prismic_ssg.store.snapshots import SnapshotStore

    with SnapshotStore(folder / "snapshots.db") as store, Client(endpoint) as client:
        pulled = pull(client, store=store)
    print(len(pulled.snapshot), pulled.requests)


def loop(endpoint: str, folder: Path) -> None:
    import httpx

    read = msgspec.json.Decoder(Page).decode
    name = msgspec.json.Decoder(Named).decode

    async def run() -> None:
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
        async with httpx.AsyncClient(limits=limits, timeout=30) as client:
            repository = msgspec.json.decode((await client.get(endpoint)).content)
            ref = repository["refs"][0]["ref"]
            at_once = asyncio.Semaphore(16)

            async def page(number: int) -> Page:
                async with at_once:
                    params = {"ref": ref, "pageSize": 100, "page": number}
                    answer = await client.get(f"{endpoint}/documents/search", params=params)
                    answer.raise_for_status()
                    return read(answer.content)

            seen = set()
            first = await page(1)
            with (folder / "documents.jsonl").open("wb") as file:
                tasks = [asyncio.ensure_future(page(k)) for k in range(2, first.total_pages + 1)]
                for each in [first, *await asyncio.gather(*tasks)]:
                    for raw in each.results:
                        seen.add(name(raw).id)
                        file.write(raw)
                        file.write(b"\n")
            if len(seen) != first.total_results_size:
                sys.exit("documents are missing")
            print(len(seen))

    asyncio.run(run())


OFFICIAL = """
import { createClient } from "@prismicio/client";
const client = createClient("almanac", { documentAPIEndpoint: process.argv[1] });
console.log((await client.dangerouslyGetAll({ lang: "*" })).length);
"""


def measure(program: str, endpoint: str, folder: Path) -> Measured:
    """One whole process: seconds on the clock, seconds of CPU, peak memory."""
    command = [sys.executable, __file__, "--run", program, endpoint, str(folder)]
    where = ROOT
    if program == "official":
        command = ["node", "--input-type=module", "-e", OFFICIAL, endpoint]
        where = ROOT / "tests" / "official" / "node"
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=where, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{program} failed")
    return Measured(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@contextmanager
def server(documents: Path, latency_ms: float) -> Iterator[str]:
    command = [sys.executable, HERE / "api_server.py", documents, "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--documents", type=int, nargs="+", default=[10_000])
    arguments.add_argument("--latency-ms", type=float, nargs="+", default=[40.0, 0.0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--official", action="store_true", help="once each: it takes a minute")
    arguments.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.run:
        program, endpoint, folder = given.run
        {"ours": ours, "loop": loop}[program](endpoint, Path(folder))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for count in given.documents:
            content = Path(scratch) / f"{count}.jsonl"
            subprocess.run([sys.executable, HERE / "content.py", str(count), content], check=True)
            for latency_ms in given.latency_ms:
                with server(content, latency_ms) as endpoint:
                    compare(endpoint, count, latency_ms, given.rounds, official=given.official)


def compare(endpoint: str, count: int, latency_ms: float, rounds: int, *, official: bool) -> None:
    """Runs by turns, so that a busy moment of the machine hits all alike."""
    taken: dict[str, list[Measured]] = {"ours": [], "again": [], "loop": []}
    for _ in range(rounds):
        for program in ("ours", "loop"):
            with tempfile.TemporaryDirectory() as folder:
                taken[program].append(measure(program, endpoint, Path(folder)))
                if program == "ours":
                    taken["again"].append(measure("ours", endpoint, Path(folder)))
    if official:
        taken["official"] = [measure("official", endpoint, ROOT)]
    base_s = statistics.median(each.wall_s for each in taken["ours"])
    print(f"\n{count:,} documents, {latency_ms:g} ms: median of {rounds} whole processes")
    for program, runs in taken.items():
        wall_s, cpu_s, peak_mb = (
            statistics.median(getattr(each, name) for each in runs)
            for name in ("wall_s", "cpu_s", "peak_mb")
        )
        print(
            f"  {program:9} {wall_s:6.2f} s  {wall_s / base_s:6.2f} of ours  "
            f"CPU {cpu_s:5.2f} s  {peak_mb:4.0f} MB"
        )


if __name__ == "__main__":
    main()
