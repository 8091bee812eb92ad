"""Changes of files, as they happen. The only importer of watchfiles here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from watchfiles import watch

from prismic_ssg.server.journal import Journal, no_journal

# How often the system is asked for what it has gathered, and for how long a change waits for more.
# At 10 ms a watcher that waits takes 0.3 % of a core.
_STEP_MS = 10
_DEBOUNCE_MS = 100
_OVERLAP_S = 0.5

# How often files are looked at where the system does not tell of changes.
_LOOK_MS = 1_000

OnChange = Callable[[set[Path]], None]


class Watcher:
    """Watches folders in threads; `on_change` gets the paths that changed, from one of those.

    `watch` may be called again with other folders. It returns once they are watched: whatever
    changes from then on is told.
    """

    def __init__(self, on_change: OnChange, journal: Journal = no_journal) -> None:
        self._lock = threading.Lock()
        self._deep = _Watching(on_change, recursive=True, journal=journal)
        self._flat = _Watching(on_change, recursive=False, journal=journal)

    def watch(self, deep: tuple[Path, ...], flat: tuple[Path, ...]) -> None:
        """Watch these folders from now on, and no others."""
        with self._lock:
            self._deep.watch(deep)
            self._flat.watch(flat)

    def stop(self) -> None:
        self.watch((), ())


class _Stop:
    """What watchfiles asks whether to stop: only once it is watching. So it says both."""

    def __init__(self) -> None:
        self._is_set = False
        self.began = threading.Event()

    def is_set(self) -> bool:
        self.began.set()
        return self._is_set

    def set(self) -> None:
        self._is_set = True


class _Watching:
    """One set of folders that is watched."""

    def __init__(self, on_change: OnChange, *, recursive: bool, journal: Journal) -> None:
        self._on_change = on_change
        self._recursive = recursive
        self._journal = journal
        self._watched: tuple[tuple[Path, int], ...] = ()
        self._stop: _Stop | None = None

    def watch(self, folders: tuple[Path, ...]) -> None:
        # A folder that was replaced by another of its name has to be watched anew.
        wanted = tuple((folder, inode) for folder in folders if (inode := _inode(folder)))
        if wanted == self._watched:
            return
        folders = tuple(folder for folder, _ in wanted)
        before, self._stop, self._watched = self._stop, None, wanted
        if folders:
            stop = self._stop = _Stop()
            thread = threading.Thread(
                target=self._run,
                args=(folders, stop),
                name="prismic-ssg-watch",
                daemon=True,
            )
            thread.start()
            # Not of `self`: where it fails, it is gone from there.
            stop.began.wait()
        # The old watching ends after the new one began, once it has told what it knows: nothing
        # is missed between the two. Some changes are told twice.
        if before is not None and not folders:
            before.set()
        elif before is not None:
            ending = threading.Timer(_OVERLAP_S, before.set)
            ending.daemon = True
            ending.start()

    def _run(self, folders: tuple[Path, ...], stop: _Stop) -> None:
        try:
            self._tell_changes(folders, stop)
        except (OSError, RuntimeError, MemoryError) as error:
            # Too many folders for the system, which tells of no more: it is asked from then on.
            self._journal("watching-by-looking", error=str(error) or type(error).__name__)
            self._look_for_changes(folders, stop)
        finally:
            stop.began.set()

    def _look_for_changes(self, folders: tuple[Path, ...], stop: _Stop) -> None:
        try:
            self._tell_changes(folders, stop, force_polling=True, poll_delay_ms=_LOOK_MS)
        except (OSError, RuntimeError, MemoryError) as error:
            # A folder went: they are chosen anew after the next build.
            if self._stop is stop:
                self._watched, self._stop = (), None
            self._journal("watching-failed", error=str(error) or type(error).__name__)

    def _tell_changes(self, folders: tuple[Path, ...], stop: _Stop, **how: Any) -> None:
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=stop,
            raise_interrupt=False,
            recursive=self._recursive,
            ignore_permission_denied=True,
            **how,
        ):
            self._on_change({Path(path) for _, path in changes})


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino
    except OSError:
        return None
