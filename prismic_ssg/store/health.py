"""What is installed, how much is in a folder, and how much more its disk would take."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from prismic_ssg.store.output import MANIFEST

# What an extra of another library brings along.
_BRINGS = {"httpx[http2]": "h2"}


@dataclass(frozen=True)
class Library:
    """A library that prismic-ssg asks for, always or with an extra of its own. `version` is the
    one that is installed, None where none is; `least` the one that it must be at least."""

    name: str
    least: str
    version: str | None
    extra: str | None = None

    @property
    def is_old(self) -> bool:
        return self.version is not None and _numbers(self.version) < _numbers(self.least)


def libraries() -> tuple[Library, ...]:
    """What prismic-ssg asks for, by its checkout, or by the metadata of its installation."""
    return tuple(_library(*each) for each in _requirements())


def _requirements() -> Iterator[tuple[str, str | None]]:
    checkout = Path(__file__).resolve().parents[2] / "pyproject.toml"
    if checkout.is_file():
        project = tomllib.loads(checkout.read_text("utf-8"))["project"]
        yield from ((each, None) for each in project["dependencies"])
        for extra, those in project["optional-dependencies"].items():
            yield from ((each, extra) for each in those)
        return
    for each in metadata.requires("prismic-ssg") or ():
        requirement, _, marker = each.partition(";")
        extra = re.search(r"""extra\s*==\s*["']([^"']+)""", marker)
        yield requirement, extra[1] if extra else None


def _library(requirement: str, extra: str | None) -> Library:
    wanted, _, least = requirement.replace(" ", "").partition(">=")
    name = _BRINGS.get(wanted, wanted.partition("[")[0])
    if wanted in _BRINGS:
        least = ""
    try:
        return Library(name, least, metadata.version(name), extra)
    except metadata.PackageNotFoundError:
        return Library(name, least, None, extra)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version))


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
