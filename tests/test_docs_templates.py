"""docs/templates.md: every example gives the output beside it, and no name is left out.

An example is a block of ```jinja and, next below it, its output in a block of ```html. Blocks of
```json at the top are the documents that all of them are about; a block of any language whose first
line is `# FILE` or `{# FILE #}` is a file of that one site.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from site_harness import BuiltSite

PAGE = Path(__file__).parents[1] / "docs/templates.md"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"\A(?:# |\{# )([\w./-]+)(?: #\})?\n")


class Block(NamedTuple):
    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        found = _FILE.match(self.text)
        return found[1] if found else None


def blocks() -> list[Block]:
    text = PAGE.read_text("utf-8")
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]


class Example(NamedTuple):
    template: str
    output: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line}"


def examples() -> Iterator[Example]:
    found = blocks()
    for block, after in itertools.pairwise(found):
        if block.language == "jinja" and block.file is None and after.language == "html":
            yield Example(block.text, after.text, block.line)


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What each example gives, by its line: all of them are pages of one site."""
    site = BuiltSite(tmp_path_factory.mktemp("templates"), "")
    for block in blocks():
        if block.language == "json" and '"type"' in block.text:
            for document in json.loads(block.text):
                site.write(f"content/{document['id']}.json", json.dumps(document))
        elif block.file:
            site.write(block.file, _FILE.sub("", block.text))
    for example in EXAMPLES:
        named = "{% set doc = site.get('heron') %}"
        site.write(f"templates/pages/{example.line}.html", named + example.template)
    # This page stands for the document's own.
    site.write("templates/loom-heron.html", "the loom")
    site.build(today=date(2026, 3, 2))
    return {example.line: site.text(f"/{example.line}.html") for example in EXAMPLES}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_gives_the_output_beside_it(example: Example, outputs: dict[int, str]) -> None:
    assert one_line(outputs[example.line]) == one_line(example.output)


def one_line(html: str) -> str:
    """HTML without the line breaks that are only there to be read."""
    return re.sub(r"\s*\n\s*", "", html.strip())


NAMES = """
-- prismicio.py --
from jinja2 import pass_environment
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE, DEFAULT_TESTS
from prismic_ssg import Site

USUAL = {"filters": DEFAULT_FILTERS, "tests": DEFAULT_TESTS, "globals": DEFAULT_NAMESPACE}

@pass_environment
def ours(environment, what):
    return sorted(set(getattr(environment, what)) - set(USUAL[what]) - {"ours"})

site = Site(repository="./content", globals={"ours": ours})
-- templates/pages/names.txt --
{{ ours("filters")|join(" ") }}
{{ ours("tests")|join(" ") }}
{{ ours("globals")|join(" ") }}
"""


def test_every_name_that_templates_have_has_a_heading(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, NAMES)
    site.build()
    filters, tests, ours = (set(line.split()) for line in site.text("/names.txt").splitlines())
    headings = re.findall(r"^#+ (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    documented = set(re.findall(r"`(?:is )?(\w+)[^`]*`", "\n".join(headings)))

    assert {"as_html", "img"} <= filters
    assert tests == {"filled"}
    assert {"site", "slice_zone"} <= ours
    assert filters | tests | ours <= documented
