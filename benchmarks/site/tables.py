"""What was measured, as values, and as Markdown to paste into the README."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from measuring import Measured
from tools import Counts

CASES = {
    "cold": "from nothing",
    "nothing": "nothing changed",
    "body": "one post's body edited",
    "title": "a title on every page edited",
}


@dataclass
class Results:
    """Every run of one magazine of `posts` posts; the first of each is the one with memory."""

    posts: int
    versions: dict[str, str]
    files: dict[str, int] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    runs: dict[str, dict[str, list[Measured]]] = field(default_factory=dict)
    counts: dict[str, dict[str, Counts]] = field(default_factory=dict)
    write_floor_s: list[float] = field(default_factory=list)

    @property
    def cases(self) -> Sequence[str]:
        return tuple(CASES)

    def add(self, tool: str, case: str, measured: Measured, counts: Counts | None) -> None:
        self.runs.setdefault(tool, {}).setdefault(case, []).append(measured)
        if counts is not None:
            self.counts.setdefault(tool, {})[case] = counts

    def wall_s(self, tool: str, case: str) -> float:
        """Median of the timed runs."""
        return statistics.median(each.wall_s for each in self.runs[tool][case][1:])

    def spread_s(self, tool: str, case: str) -> tuple[float, float]:
        walls = [each.wall_s for each in self.runs[tool][case][1:]]
        return min(walls), max(walls)

    def cpu_s(self, tool: str, case: str) -> float:
        return statistics.median(each.cpu_s for each in self.runs[tool][case][1:])

    def peak_mb(self, tool: str, case: str) -> float:
        return self.runs[tool][case][0].peak_mb or 0.0

    def fastest_peer(self, case: str) -> str | None:
        """Of those that are not ours, which count nothing."""
        peers = [tool for tool in self.runs if tool not in self.counts]
        return min(peers, key=lambda peer: self.wall_s(peer, case), default=None)


def this_machine(folder: Path, latency_ms: float) -> dict[str, str]:
    """Where it was measured, and when."""
    disk = _file_system(folder)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": f"{os.cpu_count()} × {_processor()}",
        "system": f"{platform.system()} {platform.release()}, files on {disk}",
        "python": platform.python_version(),
        "latency of the Content API": f"{latency_ms:g} ms",
        "load": f"{os.getloadavg()[2]:.1f} in the last 15 minutes",
    }


def markdown(every: Sequence[Results], machine: dict[str, str]) -> str:
    """The tables of all magazines, and where there are several, what a page costs in each."""
    lines = [", ".join(f"{name}: {value}" for name, value in machine.items()) + "."]
    lines.append(f"{'; '.join(every[0].versions.values())}.")
    for results in every:
        lines += ["", *_table(results)]
    if len(every) > 1:
        lines += ["", *_growth(every)]
    return "\n".join(lines)


def _table(results: Results) -> Iterator[str]:
    tool = next(iter(results.files))
    floor_s = statistics.median(results.write_floor_s)
    yield (
        f"{results.posts:,} posts: {results.files[tool]:,} files, "
        f"{results.megabytes[tool]:.0f} MB; writing them alone takes {floor_s:.2f} s."
    )
    yield ""
    yield "| case | tool | wall | least–most | of the faster peer | CPU | peak memory | rendered |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for case, title in CASES.items():
        peer = results.fastest_peer(case)
        for name in (name for name, runs in results.runs.items() if case in runs):
            least_s, most_s = results.spread_s(name, case)
            ratio = f"{results.wall_s(name, case) / results.wall_s(peer, case):.2f}" if peer else ""
            counts = results.counts.get(name)
            rendered = f"{counts[case].rendered:,}" if counts else "all"
            yield (
                f"| {title} | {name} | {results.wall_s(name, case):.2f} s "
                f"| {least_s:.2f}–{most_s:.2f} | {ratio} | {results.cpu_s(name, case):.1f} s "
                f"| {results.peak_mb(name, case):.0f} MB | {rendered} |"
            )
            title = ""


def _growth(every: Sequence[Results]) -> Iterator[str]:
    yield "Milliseconds a file, from nothing:"
    yield ""
    yield f"| tool | {' | '.join(f'{each.posts:,} posts' for each in every)} |"
    yield "|---|" + "--:|" * len(every)
    for tool in (tool for tool, runs in every[0].runs.items() if "cold" in runs):
        costs = [each.wall_s(tool, "cold") / each.files[tool] * 1000 for each in every]
        yield f"| {tool} | {' | '.join(f'{cost:.2f}' for cost in costs)} |"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _file_system(folder: Path) -> str:
    """The kind of file system that a folder is on."""
    best, kind = "", "?"
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, found, *_ = line.split()
        if folder.is_relative_to(place) and len(place) >= len(best):
            best, kind = place, found
    return kind
