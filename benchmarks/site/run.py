"""Builds of one magazine by prismic-ssg, Hugo and Eleventy, side by side.

    python benchmarks/site/run.py --pages 10000 --runs 5

For each number of posts: a round that warms up, takes memory and checks that all made the same
site; then `--runs` rounds that are timed. In a round every tool builds in each of four cases, one
after the other, so that a busy moment of the machine hits all alike.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from measuring import measure, write_floor
from same_pages import differences, files_of
from tables import Results, markdown, this_machine
from tools import COMPARED, TOOLS, Tool, get

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from content import document_id, magazine  # noqa: E402


class Repository:
    """The stand-in for the Content API, and the editor who publishes in it."""

    def __init__(self, endpoint: str, posts: int) -> None:
        self.endpoint = endpoint
        self._edited = {"body": posts // 2, "title": posts - 1}
        self._round = 0

    @property
    def edited_files(self) -> list[str]:
        """The pages of the posts that are edited."""
        return [f"blog/article-{number}/index.html" for number in self._edited.values()]

    def publish(self, case: str) -> None:
        """What happens between the builds before and those of `case`."""
        match case:
            case "body":
                # One more sentence at the end of a post in the middle of the archive.
                old, new = (f"See also article.{mark}" for mark in self._marks(" Edit {}."))
                self._edit(case, old, new)
            case "title":
                # The newest post is in every page's list of latest posts.
                start = '"type":"heading1","text":"'
                old, new = (start + mark for mark in self._marks("Edit {}: "))
                self._edit(case, old, new)
            case "cold":
                self._round += 1

    def _marks(self, form: str) -> tuple[str, str]:
        before = form.format(self._round - 1) if self._round > 1 else ""
        return before, form.format(self._round)

    def _edit(self, case: str, old: str, new: str) -> None:
        identity = document_id("article", self._edited[case])
        wanted = {"id": identity, "old": old, "new": new}
        get(f"{self.endpoint.removesuffix('/api/v2')}/__edit?{urlencode(wanted)}")


@contextmanager
def served(posts: int, work: Path, latency_ms: float) -> Iterator[Repository]:
    """A magazine of so many posts, served as the Content API serves it."""
    lines = work / f"{posts}.jsonl"
    with lines.open("wb") as file:
        for document in magazine(posts):
            file.write(msgspec.json.encode(document) + b"\n")
    server = HERE.parent / "api_server.py"
    command = [sys.executable, server, lines, "--latency-ms", str(latency_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Repository(process.stdout.readline().strip(), posts)
        finally:
            process.terminate()


def compare(repository: Repository, posts: int, tools: Sequence[Tool], runs: int) -> Results:
    """All rounds of one magazine."""
    results = Results(posts, {tool.name: tool.version() for tool in tools})
    for round_ in range(runs + 1):
        for case in results.cases:
            repository.publish(case)
            for tool in tools:
                if case == "cold":
                    tool.forget()
                tool.prepare()
                measured = measure(
                    tool.command(), tool.folder, tool.environment, memory=round_ == 0
                )
                if case not in tool.cases:
                    continue
                results.add(tool.name, case, measured, tool.counts())
                print(f"{posts:,} round {round_} {case:8} {tool.name:12} {measured}", flush=True)
            if round_ == 0 and case != "nothing":
                check(tools, results, repository.edited_files)
        written = files_of(tools[0].output)
        results.write_floor_s.append(write_floor(written, tools[0].work / "floor"))
    return results


def check(tools: Sequence[Tool], results: Results, always: Sequence[str]) -> None:
    """End here if the tools did not make the same site."""
    sites = {tool.name: files_of(tool.output) for tool in tools}
    found = differences(sites, always=always)
    if found:
        sys.exit("not the same site:\n" + "\n".join(found[:20]))
    results.files = {name: len(files) for name, files in sites.items()}
    results.megabytes = {name: sum(map(len, files.values())) / 1e6 for name, files in sites.items()}


def tool_names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - TOOLS.keys():
        message = f"no tool {', '.join(sorted(unknown))}: there are {', '.join(TOOLS)}"
        raise argparse.ArgumentTypeError(message)
    return names


def numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--pages", type=numbers, default=[10_000], help="1000,10000,30000")
    arguments.add_argument("--runs", type=int, default=5, help="rounds that are timed")
    compared = [tool.name for tool in COMPARED]
    arguments.add_argument("--only", type=tool_names, default=compared, help=",".join(TOOLS))
    arguments.add_argument("--latency-ms", type=float, default=0.0, help="of the Content API")
    arguments.add_argument("--work", type=Path, help="where peers are installed and sites built")
    arguments.add_argument("--json", type=Path, default=Path("site-benchmark.json"))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = (given.work or Path(scratch)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        every = []
        for posts in given.pages:
            with served(posts, work, given.latency_ms) as repository:
                tools = [TOOLS[name](work, repository.endpoint) for name in given.only]
                every.append(compare(repository, posts, tools, given.runs))
    machine = this_machine(work, given.latency_ms)
    given.json.write_bytes(msgspec.json.format(msgspec.json.encode([machine, *every])))
    print(f"\n{markdown(every, machine)}\n\nraw figures: {given.json}")


if __name__ == "__main__":
    main()
