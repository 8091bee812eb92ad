"""Compiled templates are kept for the next build, and a file that is no good harms nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from prismic_ssg.store.bytecode import read_bytecode, write_bytecode

CODES = {"a.html": b"code of a", "b.html": b""}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "templates.bin"
    assert read_bytecode(path, "us") == {}
    write_bytecode(path, "us", CODES)
    assert read_bytecode(path, "us") == CODES
    assert [each.name for each in tmp_path.iterdir()] == ["templates.bin"]


def test_another_python_or_version_reads_nothing(tmp_path: Path) -> None:
    write_bytecode(tmp_path / "x", "us", CODES)
    assert read_bytecode(tmp_path / "x", "u") == {}


@pytest.mark.parametrize("place", [0, 31, 32, 40, -1])
def test_a_damaged_file_reads_as_none(tmp_path: Path, place: int) -> None:
    path = tmp_path / "x"
    write_bytecode(path, "us", CODES)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert read_bytecode(path, "us") == {}
    path.write_bytes(content[:20])
    assert read_bytecode(path, "us") == {}


def test_where_nothing_can_be_written_the_build_goes_on(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    write_bytecode(tmp_path / "x", "us", CODES)
    write_bytecode(tmp_path / "no" / "x", "us", CODES)
    assert [each.name for each in tmp_path.iterdir()] == ["x"]
