"""The documentation as tests read it: its Markdown files, their blocks of code, headings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
# Files outside of the folder that are pages of the site, and the way in for who reads on GitHub.
ALL = [*PAGES, ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "prismic_ssg/emulator/FIDELITY.md"]

_FENCE = re.compile(r"^( *)(```+)(\w*)[ ]*\n(.*?)^ *\2$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)\]\(<?([^()\s>]+)>?\)")


class Block(NamedTuple):
    """A fenced block of code."""

    file: Path
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}"


def blocks(file: Path) -> Iterator[Block]:
    text = file.read_text("utf-8")
    for found in _FENCE.finditer(text):
        indent = len(found[1])
        code = "".join(line[indent:] or "\n" for line in found[4].splitlines(keepends=True))
        yield Block(file, found[3], code, text.count("\n", 0, found.start()) + 1)


def prose(file: Path) -> str:
    """The file without its blocks of code."""
    return _FENCE.sub("", file.read_text("utf-8"))


def links(file: Path) -> Iterator[str]:
    """Targets of Markdown links, as they are written."""
    without_code = re.sub(r"`[^`\n]*`", "``", prose(file))
    return (found[1] for found in _LINK.finditer(without_code))


def github_anchors(file: Path) -> set[str]:
    """The ids that GitHub gives to headings."""
    taken: set[str] = set()
    for title in re.findall(r"^#{1,6} +(.+?) *#*$", prose(file), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        unique, number = slug, 1
        while unique in taken:
            unique, number = f"{slug}-{number}", number + 1
        taken.add(unique)
    return taken
