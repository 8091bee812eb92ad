"""What becomes of the output folder: nothing half, nothing foreign, nothing outside."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from prismic_ssg import ConfigurationError, OutputError
from prismic_ssg.store import staging

TWO = """
-- templates/page.html --
{{ doc.data.title }}
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
-- content/b.json --
{"type": "page", "uid": "b", "data": {"title": "B"}}
"""


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.html")}


def test_a_second_build_writes_nothing(site):
    built = site(TWO)
    before = times(built.dist)
    report = built.build()
    assert (report.written, report.removed) == (0, 0)
    assert times(built.dist) == before


def test_only_what_differs_is_written(site):
    built = site(TWO)
    report = built.edit("a", title="changed")
    assert report.written == 1
    assert built.text("/a") == "changed"


def test_more_folders_than_are_remembered_are_all_written(site, monkeypatch):
    monkeypatch.setattr(staging, "_MOST_FOLDERS", 2)
    places = ("a/b/c", "a/b/d", "e", "a/b/f", "g/h", "a/i", "g/j/k")
    pages = "".join(f"-- templates/pages/{place}/index.html --\n{place}\n" for place in places)
    built = site(pages)
    assert [built.text(f"/{place}/") for place in places] == list(places)
    built.write("templates/pages/a/i/index.html", "changed")
    assert built.build().changed_files == {"a/i/index.html"}
    assert built.from_scratch() == built.files


def test_a_link_is_not_followed_whatever_folders_came_before(site, monkeypatch):
    monkeypatch.setattr(staging, "_MOST_FOLDERS", 2)
    built = site("".join(f"-- templates/pages/{name}/index.html --\n{name}\n" for name in "abcd"))
    elsewhere = built.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(built.dist / "d")
    (built.dist / "d").symlink_to(elsewhere)
    for name in "abcd":
        built.write(f"templates/pages/{name}/index.html", "changed")
    with pytest.raises(OutputError, match="it is a link"):
        built.build()
    assert list(elsewhere.iterdir()) == []


def test_pages_of_the_same_length_are_told_apart_without_reading_them(site, monkeypatch):
    built = site(TWO)
    read = []

    def noted(file, mode, **how):
        read.append(file)
        return Path(file).open(mode, **how)

    monkeypatch.setattr(staging, "open", noted, raising=False)
    report = built.edit("a", title="Z")
    assert (report.rendered, report.written) == ({"/a"}, 1)
    assert not any("/a/" in file for file in read)
    assert built.text("/a") == "Z"


def test_a_page_that_stands_already_though_its_time_is_another_one_stays(site):
    built = site(TWO)
    before = times(built.dist)
    os.utime(built.dist / "a/index.html", ns=(1, 1))
    shutil.rmtree(built.folder / ".prismic-ssg")
    assert built.build().written == 0
    assert times(built.dist) == {**before, built.dist / "a/index.html": 1}


def test_the_page_of_a_document_that_is_gone_is_removed_with_its_folder(site):
    built = site(TWO)
    (built.folder / "content/documents/b.json").unlink()
    assert built.build().removed == 1
    assert not (built.dist / "b").exists()


def test_the_page_goes_even_if_the_cache_is_gone(site):
    built = site(TWO)
    shutil.rmtree(built.folder / ".prismic-ssg", ignore_errors=True)
    (built.folder / "content/documents/b.json").unlink()
    assert built.build().removed == 1


def test_the_page_goes_even_if_the_list_of_our_files_is_gone(site):
    built = site(TWO)
    (built.dist / ".prismic-ssg-output").unlink()
    (built.dist / "mine.txt").write_text("mine")
    (built.folder / "content/documents/b.json").unlink()
    built.build()
    assert "b/index.html" not in built.files
    assert built.files["mine.txt"] == b"mine"


def test_the_page_goes_from_an_older_output_that_was_put_back(site):
    built = site(TWO)
    older = built.folder / "older"
    shutil.copytree(built.dist, older)
    (built.folder / "content/documents/b.json").unlink()
    built.build()
    shutil.rmtree(built.dist)
    shutil.copytree(older, built.dist)
    assert built.build().removed == 1
    assert built.files == built.from_scratch()


@pytest.mark.parametrize("kept", [0, 1])
def test_the_page_goes_even_if_the_list_of_our_files_was_cut_short(site, kept):
    built = site(TWO)
    path = built.dist / ".prismic-ssg-output"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:kept]))
    (built.folder / "content/documents/b.json").unlink()
    built.build()
    assert built.files == built.from_scratch()


def test_a_folder_in_the_place_of_the_list_of_our_files_is_an_error_that_says_so(site):
    built = site(TWO)
    path = built.dist / ".prismic-ssg-output"
    path.unlink()
    path.mkdir()
    with pytest.raises(OutputError, match=r"\.prismic-ssg-output"):
        built.build()


def test_a_file_that_is_not_ours_stays(site):
    built = site(TWO)
    (built.dist / "b" / "notes.txt").write_text("mine")
    (built.folder / "content/documents/b.json").unlink()
    built.build()
    assert (built.dist / "b" / "notes.txt").read_text() == "mine"


def test_a_failed_build_leaves_the_output_as_it_was(site):
    built = site(TWO)
    before = dict(built.files)
    built.write("templates/page-b.html", "{{ nope }}")
    built.write("content/a.json", '{"type": "page", "uid": "a", "data": {"title": "changed"}}')
    built.failure()
    assert dict(built.files) == before


def test_a_dry_run_says_what_it_would_do_and_does_nothing(site):
    built = site(TWO)
    built.write("content/a.json", '{"type": "page", "uid": "a", "data": {"title": "changed"}}')
    (built.folder / "content/documents/b.json").unlink()
    report = built.build(dry_run=True)
    assert (report.written, report.removed) == (1, 1)
    assert built.text("/a") == "A"


def test_a_dry_run_that_is_to_forget_everything_forgets_nothing(site):
    built = site(TWO)
    cache = built.folder / ".prismic-ssg"
    before = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    assert len(built.build(force=True, dry_run=True).rendered) == 4
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()} == before
    assert not built.build().rendered


def test_a_dry_run_makes_no_output_folder(unbuilt):
    made = unbuilt(TWO)
    made.build(dry_run=True)
    assert not made.dist.exists()


def test_two_builds_of_the_same_site_are_the_same_bytes(site, tmp_path):
    built = site(TWO)
    built.build(output=tmp_path / "elsewhere")
    again = {
        path.relative_to(tmp_path / "elsewhere").as_posix(): path.read_bytes()
        for path in (tmp_path / "elsewhere").rglob("*")
        if path.is_file()
    }
    manifest = again.pop(".prismic-ssg-output")
    assert again == dict(built.files)
    assert manifest == (built.dist / ".prismic-ssg-output").read_bytes()


def test_what_a_crash_left_half_done_is_finished_by_the_next_build(site, monkeypatch):
    built = site(TWO)
    (built.folder / "content/documents/b.json").unlink()
    built.write("content/a.json", '{"type": "page", "uid": "a", "data": {"title": "changed"}}')
    built.write("content/c.json", '{"type": "page", "uid": "c", "data": {"title": "C"}}')

    def killed(source, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            built.build()
    built.build()
    assert (built.text("/a"), built.text("/c")) == ("changed", "C")
    assert "b/index.html" not in built.files


def test_a_link_in_the_output_is_not_followed_out_of_it(site, tmp_path):
    built = site(TWO)
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.rmtree(built.dist / "a")
    (built.dist / "a").symlink_to(outside)
    with pytest.raises(OutputError, match="'a'"):
        built.build()
    assert not list(outside.iterdir())


def test_a_page_that_was_a_file_can_become_a_folder_and_back(site):
    built = site(TWO)
    built.write("templates/pages/x.html", "a file")
    built.build()
    (built.folder / "templates/pages/x.html").unlink()
    built.write("templates/pages/x.html/y.html", "inside")
    built.build()
    assert built.files["x.html/y.html"] == b"inside"
    shutil.rmtree(built.folder / "templates/pages/x.html")
    built.write("templates/pages/x.html", "a file")
    built.build()
    assert built.files["x.html"] == b"a file"


@pytest.mark.parametrize("output", [".", "..", "content", "templates/out", "static"])
def test_an_output_folder_among_the_sources_is_refused(unbuilt, output):
    made = unbuilt(TWO)
    with pytest.raises(ConfigurationError, match="overlap"):
        made.build(output=made.folder / output)


def test_a_repository_named_on_the_command_line_is_no_output_either(unbuilt):
    made = unbuilt(TWO)
    (made.folder / "content").rename(made.folder / "other")
    with pytest.raises(ConfigurationError, match="overlap"):
        made.build(repository=str(made.folder / "other"), output=made.folder / "other" / "dist")


def test_a_build_waits_for_another_one_into_the_same_folder(site):
    fcntl = pytest.importorskip("fcntl", reason="no such locks on this system")
    built = site(TWO)
    handle = os.open(built.dist, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    waiting = threading.Thread(target=built.build)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    os.close(handle)
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_disk_without_locks_is_built_on_all_the_same(site, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="no such locks on this system")

    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert site(TWO).text("/a") == "A"


def test_an_output_that_is_a_file_is_an_error_that_says_so(unbuilt):
    made = unbuilt(TWO)
    made.write("dist", "a file")
    with pytest.raises(OutputError, match="dist"):
        made.build()
    assert (made.folder / "dist").read_text() == "a file"
