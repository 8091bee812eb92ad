"""Code in the documentation: it can be read by what reads its language, and configurations load."""

from __future__ import annotations

import configparser
import json
import tomllib
from pathlib import Path

import pytest
import yaml
from docs_files import ALL, Block, blocks

from prismic_ssg import Site

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
