"""Code in the documentation: it can be read by what reads its language, and configurations load."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from docs_files import ALL, PAGES, Block, blocks

import prismic_ssg
from prismic_ssg import GitHubDispatch, Listing, PostHook, Route, Site

EVERY = [block for file in ALL for block in blocks(file)]
LANGUAGES = {
    *(
        "console",
        "css",
        "diff",
        "dockerfile",
        "dotenv",
        "html",
        "ini",
        "javascript",
        "jinja",
        "js",
        "json",
        "jsx",
    ),
    *("liquid", "markdown", "nginx", "python", "sh", "text", "toml", "yaml", "njk"),
}


def of(*languages: str) -> list[Block]:
    return [block for block in EVERY if block.language in languages]


def test_every_block_says_its_language() -> None:
    assert [str(block) for block in EVERY if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("block", of("python"), ids=str)
def test_python_compiles(block: Block) -> None:
    compile(block.text, str(block), "exec")


CONFIGURATIONS = [
    block
    for block in of("python")
    if "\nsite = Site(" in f"\n{block.text}"
    and "import" in block.text
    and "prismic_ssg" in block.text
]


@pytest.mark.parametrize("block", CONFIGURATIONS, ids=str)
def test_a_configuration_is_accepted(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__file__": str(tmp_path / "prismicio.py")}
    exec(compile(block.text, str(block), "exec"), names)  # noqa: S102  (that is what is tested)
    assert isinstance(names["site"], Site)


def test_there_are_configurations() -> None:
    assert len(CONFIGURATIONS) > 3


@pytest.mark.parametrize("block", of("json"), ids=str)
def test_json_can_be_read(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", of("toml", "yaml", "ini"), ids=str)
def test_settings_can_be_read(block: Block) -> None:
    match block.language:
        case "toml":
            assert tomllib.loads(block.text)
        case "yaml":
            assert yaml.safe_load(block.text)
        case _:
            unit = configparser.ConfigParser(strict=False, interpolation=None)
            unit.read_string(block.text)
            assert unit.sections()


SHOWN = [block for block in of("python") if "  # → " in block.text]


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_an_expression_gives_what_stands_behind_it(block: Block) -> None:
    names: dict[str, object] = {}
    lines = block.text.splitlines()
    for statement in ast.parse(block.text).body:
        code = ast.unparse(statement)
        expected = lines[(statement.end_lineno or 1) - 1].partition("  # → ")[2]
        if expected:
            assert repr(eval(code, names)) == expected  # noqa: S307  (the code of the page)
        else:
            exec(code, names)  # noqa: S102


def test_there_are_expressions() -> None:
    assert SHOWN


def test_every_public_name_and_every_option_of_a_site_is_somewhere() -> None:
    text = "\n".join(file.read_text("utf-8") for file in PAGES)
    options = {
        entry.name
        for kind in (Site, Listing, Route, PostHook, GitHubDispatch)
        for entry in fields(kind)
        if entry.init
    }
    public = set(prismic_ssg.__all__) - {"__version__"}
    assert {name for name in public if not re.search(rf"\b{name}\b", text)} == set()
    assert {name for name in options if not re.search(rf"`{name}`|\b{name}=", text)} == set()
