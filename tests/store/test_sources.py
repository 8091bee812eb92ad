"""The files of a site, as templates and pages get them."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from prismic_ssg import ConfigurationError
from prismic_ssg.store.sources import (
    installed_versions,
    read_local_repository,
    read_static,
    text_of,
    walk,
)
from prismic_ssg.store.static_digests import StaticDigests

MARK = b"\xef\xbb\xbf"


def test_a_byte_order_mark_and_returns_are_no_part_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "post.html"
    path.write_bytes(MARK + "ä\r\nb\n".encode())
    assert text_of(path, "post.html") == "ä\nb\n"


@pytest.mark.parametrize(("before", "byte"), [(b"", 2), (MARK, 5)])
def test_what_is_no_text_is_refused_with_the_byte_of_the_file(
    tmp_path: Path, before: bytes, byte: int
) -> None:
    path = tmp_path / "post.html"
    path.write_bytes(before + b"ab\xff")
    with pytest.raises(ConfigurationError, match=rf"post.html is not a UTF-8 text .byte {byte}."):
        text_of(path, "post.html")


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = [f"{folder}/{name}" for folder in ("b", "a.b", "a") for name in ("2", "10", "1")]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [name for name, _ in walk(tmp_path)] == sorted(names)


@pytest.mark.skipif(sys.platform == "win32", reason="links want rights there")
def test_what_nobody_means_to_publish_is_left_out(tmp_path: Path) -> None:
    litter = (".DS_Store", "deep/Thumbs.db", ".prismic-ssg-output", ".prismic-ssg/state.db")
    own = (".well-known/security.txt", "deep/a.txt")
    for name in (*own, *litter):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "to-nowhere").symlink_to(tmp_path / "gone")
    assert [name for name, _ in walk(tmp_path)] == list(own)


@pytest.mark.skipif(sys.platform == "win32", reason="links want rights there")
def test_a_link_to_a_folder_is_followed_and_one_to_its_own_parent_is_not(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    static = tmp_path / "static"
    for folder in (shared, static / "deep"):
        folder.mkdir(parents=True)
        (folder / "a.txt").touch()
    (static / "linked").symlink_to(shared)
    (static / "deep/again").symlink_to(static)
    assert [name for name, _ in walk(static)] == ["deep/a.txt", "linked/a.txt"]


def test_of_a_local_repository_its_own_files_are_read_and_no_others(tmp_path: Path) -> None:
    own = ("documents/a.json", "documents/b.jsonl", "releases/r/c.json", "repository.json")
    for name in (*own, "README.md", "package.json", "documents/notes.txt", "more/d.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [name for name, _ in read_local_repository(tmp_path)] == list(own)


def test_versions_of_libraries_are_those_that_are_installed() -> None:
    names = ("jinja2", "markdown-it-py", "pygments", "no-such-library")
    there = tuple(map(metadata.version, names[:3]))
    assert installed_versions(names) == (*there, None)


def test_a_static_file_may_have_characters_that_nobody_sees(tmp_path: Path) -> None:
    (tmp_path / "soft\u00adhyphen and\u00a0space.txt").touch()
    files = read_static(tmp_path, StaticDigests(None))
    assert list(files) == ["soft\u00adhyphen and\u00a0space.txt"]
