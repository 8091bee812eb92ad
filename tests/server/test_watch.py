"""Changes of files are told, whatever the system allows."""

import threading
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from prismic_ssg.server import watch
from prismic_ssg.server.watch import Watcher

WITHIN_S = 20


class Told:
    """What a watcher told: paths, and events of the journal."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()
        self.events: list[str] = []
        self._news = threading.Condition()

    def changed(self, paths: set[Path]) -> None:
        with self._news:
            self.paths |= paths
            self._news.notify_all()

    def journal(self, event: str, **_members: Any) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def until(self, path: Path) -> bool:
        with self._news:
            return self._news.wait_for(lambda: path in self.paths, WITHIN_S)


def full(*folders: Path, force_polling: bool = False, **options: Any) -> Any:
    """A system that watches no more folders, as inotify with all its places taken."""
    if not force_polling:
        raise OSError(28, "OS file watch limit reached")
    return watchfiles.watch(*folders, force_polling=True, **options)


def gone(*folders: Path, **_options: Any) -> Any:
    raise FileNotFoundError(2, "No such file or directory", str(folders[0]))


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    told = Told()
    watcher = Watcher(told.changed, told.journal)
    watcher.watch((tmp_path,), ())
    (tmp_path / "page.html").write_text("new")
    assert told.until(tmp_path / "page.html")
    assert not told.events
    watcher.stop()


@pytest.mark.slow
def test_where_the_system_watches_no_more_folders_they_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "watch", full)
    monkeypatch.setattr(watch, "_LOOK_MS", 50)
    told = Told()
    watcher = Watcher(told.changed, told.journal)
    watcher.watch((), (tmp_path,))
    trigger = tmp_path / "trigger"
    trigger.write_text("{}")
    assert told.until(trigger)
    assert told.events == ["watching-by-looking"]
    watcher.stop()


def test_a_folder_that_went_is_watched_when_it_is_there_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    watcher = Watcher(told.changed, told.journal)
    with monkeypatch.context() as patched:
        patched.setattr(watch, "watch", gone)
        watcher.watch((tmp_path,), ())
    assert told.events[-1] == "watching-failed"
    watcher.watch((tmp_path,), ())
    (tmp_path / "page.html").write_text("new")
    assert told.until(tmp_path / "page.html")
    watcher.stop()
