"""Links of the documentation, read on GitHub: each leads to a file, and to a heading in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from docs_files import ALL, ROOT, github_anchors, links


def lost(file: Path, target: str) -> str | None:
    """What a link does not find, None where all is there."""
    if urlsplit(target).scheme:
        return None
    name, _, anchor = target.partition("#")
    goal = (file.parent / unquote(name)).resolve() if name else file
    if not goal.is_relative_to(ROOT) or not goal.exists():
        return f"{target}: there is no {name}"
    if anchor and goal.suffix == ".md" and anchor not in github_anchors(goal):
        return f"{target}: {goal.name} has no heading for #{anchor}"
    return None


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_relative_links_lead_somewhere(file: Path) -> None:
    assert [problem for target in links(file) if (problem := lost(file, target))] == []


@pytest.mark.parametrize(
    ("target", "is_lost"),
    [
        ("deploy.md#from-prismics-webhook-to-github", False),
        ("../prismic_ssg/emulator/FIDELITY.md", False),
        ("https://example.org/nothing", False),
        ("deploy.md#nothing-of-that-name", True),
        ("nothing.md", True),
        ("../../etc/passwd", True),
    ],
)
def test_a_link_is_lost_where_its_file_or_heading_is_not_there(target: str, is_lost: bool) -> None:
    assert (lost(ROOT / "docs/index.md", target) is not None) == is_lost


def test_there_are_links_to_look_at() -> None:
    assert sum(len(list(links(file))) for file in ALL) > 30
