"""The output folder: everything is prepared beside it first, then put in its place file by file.

What must never happen: a reader sees half a file; a failed build changes anything; a file is
written outside of the folder; a file that is not ours is removed.

A build stages what differs in `.prismic-ssg-staging/` inside of the output (the same disk, so that
putting in place is a rename) and lists its files in `.prismic-ssg-output`, sorted, one a line,
pages apart from copied files. Before the first rename the list is that of the old and the new files
together: after a crash the next build still knows which files are ours.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from prismic_ssg.errors import ConfigurationError, OutputError

MANIFEST = ".prismic-ssg-output"
STAGING = ".prismic-ssg-staging"


class Kind(StrEnum):
    """What a file of the output is: a page that was rendered, or a copy of a static file."""

    PAGE = "page"
    COPY = "copy"


@dataclass(frozen=True)
class Published:
    """How many pages a build wrote, found as they were, and removed; `copies` counts static files
    that were written."""

    written: int
    unchanged: int
    removed: int
    copies: int


def check_output(output: Path, project: Path, sources: Iterable[Path]) -> None:
    """Refuse an output folder in which a build would write over what it is made from.

    Raises ConfigurationError where the folder is the project, around it, or one of its sources.
    """
    output = _real(output)
    for source in (project, *sources):
        real = _real(source)
        inside_source = real in output.parents and source != project
        if output == real or output in real.parents or inside_source:
            raise ConfigurationError(
                f"the output folder {str(output)!r} and {str(source)!r} are not apart",
                hint="give the output a folder of its own, such as 'dist'",
            )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


class OutputTree:
    """One build's writing of an output folder: `add` every file, then `publish` once.

    A context manager: leaving it without having published removes what was staged. Raises
    OutputError where the folder can't be written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / STAGING
        self._new: list[tuple[str, Path]] = []
        self._changed: list[tuple[str, Path]] = []
        self._files: dict[str, Kind] = {}
        self._folders: dict[str, bool] = {}
        self._made_root = False
        self._published = False
        self._lock: int | None = None

    def __enter__(self) -> Self:
        with _explained(self._root):
            if not self._root.exists():
                self._root.mkdir(parents=True)
                self._made_root = True
            self._lock = _locked(self._root)
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
        if self._made_root and not self._published:
            # Nothing came into a folder that was not there: leave no empty one behind.
            try:
                self._root.rmdir()
            except OSError:
                return

    def add(self, file: str, content: bytes) -> None:
        """Stage a page, unless the output has it with this very content."""
        with _explained(self._root / file):
            there = self._claim(file, Kind.PAGE)
            if there is not None and there == len(content):
                with (self._root / file).open("rb", buffering=0) as current:
                    if current.read() == content:
                        return
            staged = self._next(file, is_new=there is None)
            with staged.open("wb", buffering=0) as out:
                out.write(content)

    def add_copy(self, file: str, source: Path) -> None:
        """Stage a copy of a static file, unless the output has it already."""
        with _explained(self._root / file):
            there = self._claim(file, Kind.COPY)
            same_size = there is not None and there == source.stat().st_size
            if same_size and _same(self._root / file, source):
                return
            shutil.copyfile(source, self._next(file, is_new=there is None))

    def _next(self, file: str, *, is_new: bool) -> Path:
        waiting = self._new if is_new else self._changed
        staged = self._staging / f"{len(self._new)}-{len(self._changed)}"
        waiting.append((file, staged))
        return staged

    def _claim(self, file: str, kind: Kind) -> int | None:
        """Note that `file` is part of the build; its size where it is there already."""
        parts = file.split("/")
        if not file or any(part in ("", ".", "..") for part in parts) or file.startswith("/"):
            raise OutputError(f"refused to write {file!r}: it is not inside the output folder")
        if file in self._files:
            raise OutputError(f"two parts of the site are one file: {file!r}")
        self._files[file] = kind
        if not self._is_real_folder("/".join(parts[:-1])):
            return None
        try:
            found = os.lstat(self._root / file)
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else -1

    def _is_real_folder(self, folder: str) -> bool:
        """Whether a folder of the output is there.

        Raises OutputError where a link on the way would lead out of it.
        """
        if not folder:
            return True
        known = self._folders.get(folder)
        if known is None:
            parent = folder.rpartition("/")[0]
            path = self._root / folder
            known = self._is_real_folder(parent) and path.is_dir()
            if known and path.is_symlink():
                raise OutputError(
                    f"refused to write into {folder!r}: it is a link, and leads out of the output "
                    "folder",
                    hint="remove the link",
                )
            self._folders[folder] = known
        return known

    def publish(self) -> Published:
        """Put everything in place: new files, then changed ones, then remove what is gone."""
        with _explained(self._root):
            self._published = True
            before = self._listed()
            gone = {file: kind for file, kind in before.items() if file not in self._files}
            self._list({**before, **self._files})
            for file, staged in (*self._new, *self._changed):
                self._put(file, staged)
            removed = [kind for file, kind in gone.items() if self._remove(file)]
            self._list(self._files)
        return self._counted(removed)

    def preview(self) -> Published:
        """What `publish` would do, without doing it."""
        with _explained(self._root):
            return self._counted(
                [
                    kind
                    for file, kind in self._listed().items()
                    if file not in self._files and (self._root / file).is_file()
                ]
            )

    def _counted(self, removed: list[Kind]) -> Published:
        staged = [self._files[file] for file, _ in (*self._new, *self._changed)]
        pages = sum(kind is Kind.PAGE for kind in self._files.values())
        written = staged.count(Kind.PAGE)
        return Published(
            written, pages - written, removed.count(Kind.PAGE), staged.count(Kind.COPY)
        )

    def _put(self, file: str, staged: Path) -> None:
        target = self._root / file
        try:
            os.replace(staged, target)  # noqa: PTH105  (half the time of Path.replace)
        except (FileNotFoundError, NotADirectoryError):
            self._make_folders(target.parent)
            staged.replace(target)
        except (IsADirectoryError, PermissionError):
            if not target.is_dir() or target.is_symlink():
                raise
            self._remove_folder(target)
            staged.replace(target)

    def _make_folders(self, folder: Path) -> None:
        """Make a file's folders; where an old file of ours stands in the way, it goes first."""
        for ancestor in reversed([folder, *folder.parents]):
            if self._root not in ancestor.parents or not ancestor.is_file():
                continue
            name = ancestor.relative_to(self._root).as_posix()
            if name not in self._listed():
                raise _in_the_way(name)
            ancestor.unlink()
        folder.mkdir(parents=True, exist_ok=True)

    def _remove_folder(self, folder: Path) -> None:
        """Remove a folder that a page of the same name replaces, if nothing in it is another's."""
        ours = self._listed()
        for path in sorted(folder.rglob("*"), reverse=True):
            name = path.relative_to(self._root).as_posix()
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif name in ours:
                path.unlink()
            else:
                raise _in_the_way(name)
        folder.rmdir()

    def _remove(self, file: str) -> bool:
        if not self._is_real_folder("/".join(file.split("/")[:-1])):
            return False
        path = self._root / file
        if path.is_dir() and not path.is_symlink():
            return False
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        for parent in path.parents:
            if parent == self._root:
                break
            try:
                parent.rmdir()
            except OSError:
                break
        return True

    def _listed(self) -> dict[str, Kind]:
        """The files that the last build wrote. A name that leads out is no name of ours."""
        try:
            text = (self._root / MANIFEST).read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return {}
        files = {}
        for line in text.split("\n"):
            kind, _, name = line.partition(" ")
            if kind in set(Kind) and name and not set(name.split("/")) & {"", ".", ".."}:
                files[name] = Kind(kind)
        return files

    def _list(self, files: Mapping[str, Kind]) -> None:
        text = "".join(f"{kind} {name}\n" for name, kind in sorted(files.items())).encode()
        target = self._root / MANIFEST
        if not target.is_file() or target.read_bytes() != text:
            staged = self._staging / "list"
            staged.write_bytes(text)
            staged.replace(target)


def _in_the_way(name: str) -> OutputError:
    return OutputError(
        f"{name!r} is in the way, and prismic-ssg did not write it",
        hint="move it out of the output folder",
    )


def _locked(folder: Path) -> int | None:
    """Wait until no other build writes this folder, and keep others waiting until it is closed.

    The folder itself is locked, so that nothing is left behind. Where a system (Windows) or a disk
    (some of those on a network) has no such locks, two builds at once are the user's to avoid.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        return None
    return handle


class _explained:  # noqa: N801  (used as a function)
    """Turns the system's refusals into OutputError, which says what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError):
            path = error.filename or self._path
            raise OutputError(
                f"can't write the output: {error.strerror or error}: {str(path)!r}",
                file=str(path),
                hint="is there room on the disk, and may this user write there?",
            ) from error


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            chunk, twin = first.read(1 << 20), second.read(1 << 20)
            if chunk != twin:
                return False
            if not chunk:
                return True
