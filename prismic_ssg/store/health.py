"""How much is in a folder, and how much more its disk would take."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.store.output import MANIFEST


@dataclass(frozen=True)
class FolderState:
    """What is in a folder: files, their bytes, and when the newest of them changed, in seconds
    since the epoch. `is_ours` says whether a build has put them there."""

    files: int
    bytes: int
    newest_s: float
    is_ours: bool


def folder_state(folder: Path) -> FolderState | None:
    """The state of a folder, None where there is none. Raises OSError where it can't be read."""
    if not folder.is_dir():
        return None
    files, size, newest = 0, 0, 0.0
    for parent, _, names in os.walk(folder, onerror=_raise):
        for name in names:
            stat = (Path(parent) / name).lstat()
            files, size, newest = files + 1, size + stat.st_size, max(newest, stat.st_mtime)
    return FolderState(files, size, newest, (folder / MANIFEST).is_file())


def is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or it can be made itself."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def free_bytes(folder: Path) -> int:
    """What the disk of a folder, or of where it would be, has left."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _raise(error: OSError) -> None:
    raise error
