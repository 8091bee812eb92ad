"""Whatever is killed when, and whatever is full or gone: the next build leaves a right tree.

python tests/test_crashes.py --rounds 500 --seed 3
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_incremental_equals_scratch import Rounds

from prismic_ssg import OutputError
from prismic_ssg.building.standing import state_file
from prismic_ssg.store import staging
from prismic_ssg.store.addresses import Addresses
from prismic_ssg.store.output import MANIFEST, OutputTree
from prismic_ssg.store.state import BuildState

BUILD = (
    "import sys\nfrom datetime import date\nfrom prismic_ssg import build\n"
    "from prismic_ssg.building import workers\nworkers.WORTH_A_WORKER['fork'] = 1\n"
    "print('ready', flush=True)\n"
    "build(sys.argv[1], jobs=2, environment={}, today=date.fromisoformat(sys.argv[2]))"
)


def kill_a_build(rounds: Rounds, after_s: float) -> bool:
    """Begin a build of what is there now and kill it; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(rounds.site.folder), str(rounds.site.options["today"])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after_s)
    was_at_work = process.poll() is None
    if was_at_work:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return was_at_work


def half_deleted(folder: Path, chance: random.Random) -> None:
    for path in sorted(folder.rglob("*")):
        # The list of our files stays: without it nobody knows what a killed build has added.
        if path.is_file() and path.name != MANIFEST and chance.random() < 0.5:
            path.unlink()


def crash_rounds(folder: Path, seed: int, count: int) -> Iterator[bool]:
    """Edit, kill, edit back or further, build, compare; gives whether the kill met a build."""
    rounds = Rounds(folder, seed)
    rounds.round()
    chance = random.Random(seed)  # noqa: S311
    for _ in range(count):
        before = dict(rounds.documents)
        for _ in range(chance.randint(1, 3)):
            rounds.edit()
        was_at_work = kill_a_build(rounds, chance.random() * 0.25)
        if chance.random() < 0.4:
            # An editor reverts: the content is that of the last build that was whole.
            for document in rounds.documents.keys() - before.keys():
                (rounds.site.folder / f"content/documents/{document}.json").unlink()
            rounds.documents = {}
            for document in before.values():
                rounds.put(document)
        if chance.random() < 0.15:
            half_deleted(rounds.site.dist, chance)
        rounds.round()
        yield was_at_work


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills a group of processes")
def test_after_a_kill_at_any_moment_the_next_build_leaves_a_right_tree(tmp_path):
    assert sum(crash_rounds(tmp_path, seed=1, count=20)) > 3


@pytest.fixture
def rounds(tmp_path):
    made = Rounds(tmp_path, 5)
    made.round()
    return made


@pytest.mark.parametrize("writes_left", [0, 1, 3])
def test_a_full_disk_changes_nothing_and_is_made_good_later(rounds, writes_left, monkeypatch):
    before = rounds.site.files
    rounds.asset()
    left = writes_left
    real = os.write

    def write(handle: int, content: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, content)

    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "write", write)
        with pytest.raises(OutputError, match="No space left"):
            rounds.site.build(jobs=1)
    assert rounds.site.files == before
    rounds.round()


def test_a_page_that_can_not_be_put_in_its_place_is_named(rounds, monkeypatch):
    """Not what it was prepared as, which is gone when somebody looks."""
    page = rounds.site.dist / "index.html"
    page.write_text("something else")

    def refused(source: str, target: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), source, None, target)

    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "replace", refused)
        with pytest.raises(OutputError, match=f"Permission denied: '{page}'"):
            rounds.site.build(jobs=1)
    rounds.round()


def test_a_disk_that_takes_a_file_in_pieces_has_all_of_it(rounds, monkeypatch):
    rounds.asset()
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "write", lambda handle, content: real(handle, content[:100]))
        rounds.site.build(jobs=1)
    assert rounds.site.files == rounds.site.from_scratch()


def test_a_disk_with_no_room_for_the_state_is_published_and_warned_of(rounds, monkeypatch):
    rounds.asset()

    def full(self: BuildState) -> None:
        raise OutputError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(BuildState, "transaction", full)
        report = rounds.site.build()
    assert "can't be remembered: database or disk is full" in report.warnings[-1].message
    assert rounds.site.from_scratch() == rounds.site.files
    assert len(rounds.site.build().rendered) == report.pages
    rounds.round()


def test_addresses_with_no_room_are_warned_of_once_and_kept_by_the_next_build(rounds):
    """Else a document that moves later would leave an address that leads nowhere."""
    kept = rounds.site.folder / ".prismic-ssg/addresses.db"
    kept.unlink()
    # Nothing can be made at the end of this link, until there is its folder.
    kept.symlink_to(rounds.site.folder / "room/addresses.db")
    rounds.edit()
    assert any("addresses.db" in str(each) for each in rounds.site.build().warnings)
    (rounds.site.folder / "room").mkdir()
    assert not any("addresses.db" in str(each) for each in rounds.site.build().warnings)
    with Addresses(kept.parent, "") as addresses:
        assert "/" in addresses.all


def test_an_output_that_is_half_deleted_is_made_whole(rounds):
    half_deleted(rounds.site.dist, random.Random(0))  # noqa: S311
    rounds.round()


def test_a_list_of_files_that_ends_in_zeros_is_no_harm(rounds):
    """So a file may be after the system lost its power."""
    listed = rounds.site.dist / MANIFEST
    text = listed.read_bytes()
    in_a_name = text.rindex(b"index.html") + 3
    listed.write_bytes(text[:in_a_name] + bytes(len(text) - in_a_name))
    rounds.edit()
    rounds.round()
    assert listed.read_bytes().count(b"\0") == 0


@pytest.mark.parametrize("name", ["snapshots.db", "state"])
@pytest.mark.parametrize("at", [101, 32768, -32000, -20000, -1])
@pytest.mark.parametrize("is_cut_off", [True, False])
def test_a_cache_that_is_damaged_anywhere_is_no_harm(rounds, name, at, is_cut_off):
    cache = rounds.site.folder / ".prismic-ssg"
    state = state_file(cache, rounds.site.folder, rounds.site.dist)
    file = state if name == "state" else cache / name
    content = file.read_bytes()
    at = at % len(content)
    end = b"" if is_cut_off else bytes(512) + content[at + 512 :]
    file.write_bytes((content[:at] + end)[: len(content)])
    rounds.edit()
    rounds.round()


def test_a_cache_that_is_half_deleted_is_no_harm(rounds):
    for name in ("snapshots.db", "state-*.db"):
        for path in (rounds.site.folder / ".prismic-ssg").glob(name):
            path.unlink()
        rounds.edit()
        rounds.round()


def test_a_build_killed_between_the_output_and_the_state_is_repaired(rounds, monkeypatch):
    """Then an editor reverts: the old world is the new one, and yet the output is not."""
    home = rounds.documents["home"]
    rounds.put({**home, "data": {"tagline": "a mistake"}})
    with monkeypatch.context() as patch:
        patch.setattr("prismic_ssg.store.state.BuildState.commit", _killed)
        with pytest.raises(KeyboardInterrupt):
            rounds.site.build()
    rounds.put(home)
    rounds.round()


def test_a_page_that_a_killed_build_has_put_in_place_can_go_again(rounds, monkeypatch):
    """It is in no list of a build that was whole."""
    rounds.site.write("pages/mistake.md", "---\ntitle: A mistake\n---\n")
    put = OutputTree._put_new

    def put_and_killed(self: OutputTree, staged: str, target: str) -> None:
        put(self, staged, target)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(OutputTree, "_put_new", put_and_killed)
        with pytest.raises(KeyboardInterrupt):
            rounds.site.build(jobs=1)
    assert "mistake/index.html" in rounds.site.files
    (rounds.site.folder / "pages/mistake.md").unlink()
    rounds.site.build(jobs=1)
    assert rounds.site.files == rounds.site.from_scratch()


def test_a_folder_that_a_killed_build_has_emptied_goes_too(rounds, monkeypatch):
    """Else a host has something there: it answers 403, or lists nothing, where no page is."""
    rounds.site.write("pages/mistake/deep.md", "---\ntitle: A mistake\n---\n")
    rounds.site.build(jobs=1)
    assert (rounds.site.dist / "mistake/deep/index.html").exists()
    (rounds.site.folder / "pages/mistake/deep.md").unlink()

    def killed(folder: Path) -> None:
        if any(folder.iterdir()):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rmdir", killed)
        with pytest.raises(KeyboardInterrupt):
            rounds.site.build(jobs=1)
    assert (rounds.site.dist / "mistake/deep").is_dir()
    rounds.site.build(jobs=1)
    assert not (rounds.site.dist / "mistake").exists()


def test_a_page_that_can_not_be_looked_at_does_not_stay_for_good(rounds, monkeypatch):
    rounds.site.write("pages/mistake.md", "---\ntitle: A mistake\n---\n")
    rounds.site.build(jobs=1)
    (rounds.site.folder / "pages/mistake.md").unlink()
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if str(path).endswith("dist/mistake"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(staging.os, "lstat", lstat)
        with pytest.raises(OutputError, match=r"Input/output error: '.*dist/mistake'"):
            rounds.site.build(jobs=1)
    rounds.site.build(jobs=1)
    assert not (rounds.site.dist / "mistake").exists()


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    met = 0
    for number in range(0, chosen.rounds, 25):
        folder = Path(tempfile.mkdtemp())
        met += sum(crash_rounds(folder, chosen.seed + number, min(25, chosen.rounds - number)))
        shutil.rmtree(folder)
    print(f"{chosen.rounds} rounds, {met} of them met a build at work; none left a wrong tree")


if __name__ == "__main__":
    main()
