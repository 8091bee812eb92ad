"""The output folder: everything is prepared beside it first, then put in its place file by file.

What must never happen: a reader sees half a file; a failed build changes anything; a file is
written outside of the folder; a file that is not ours is removed.

A build stages what differs in `.prismic-ssg-staging/` inside of the output (the same disk, so that
putting in place is a rename; see staging.py) and lists its files in `.prismic-ssg-output`, sorted,
one a line, pages apart from copied files. Before the first rename the list is that of the old and
the new files together: after a crash the next build still knows which files are ours.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec

from prismic_ssg.errors import ConfigurationError, OutputError
from prismic_ssg.store.folder_lock import locked
from prismic_ssg.store.refusals import explained
from prismic_ssg.store.staging import (
    CHANGED,
    STAGING,
    Difference,
    Staged,
    Stager,
    digest_of_file,
)

MANIFEST = ".prismic-ssg-output"


class Kind(StrEnum):
    """What a file of the output is: a page that was rendered, or a copy of a static file."""

    PAGE = "page"
    COPY = "copy"


class Published(msgspec.Struct, frozen=True):
    """How many pages a build wrote, found as they were, and removed; `copies` counts static files
    that were written. `files` are all whose bytes are others now, or that are gone."""

    written: int
    unchanged: int
    removed: int
    copies: int
    files: frozenset[str]


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
                f"the output folder {str(output)!r} and {str(source)!r} overlap",
                hint="give the output a folder of its own, such as 'dist'",
            )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


class OutputTree:
    """One build's writing of an output folder: tell every file, then `publish` once.

    A context manager: it holds the folder's lock, and leaving it without having published removes
    what was staged. `on_wait` is called where another build holds the lock. Raises OutputError
    where the folder can't be written.
    """

    def __init__(self, root: Path, *, on_wait: Callable[[], None] | None = None) -> None:
        self.root = root
        self._on_wait = on_wait
        self._staging = root / STAGING
        self._stager = Stager(root)
        self._files: dict[str, Kind] = {}
        self._staged: dict[str, Difference] = {}
        self._known: dict[str, Kind] = {}
        self._made_root = False
        self._published = False
        self._lock: int | None = None

    def __enter__(self) -> Self:
        with explained(self.root):
            if not self.root.exists():
                self.root.mkdir(parents=True)
                self._made_root = True
            self._lock = locked(self.root, self._on_wait)
            # What a build left that was killed.
            shutil.rmtree(self._staging, ignore_errors=True)
            is_listable = not (self.root / MANIFEST).is_dir()
            if not is_listable or os.path.lexists(self._staging):
                self.__exit__()
                raise _in_the_way(STAGING if is_listable else MANIFEST)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
        if self._made_root and not self._published:
            # Nothing came into a folder that was not there: leave no empty one behind.
            try:
                self.root.rmdir()
            except OSError:
                return

    def add(self, file: str, content: bytes, kind: Kind = Kind.PAGE) -> Staged:
        """Stage a page, or what is made of a static file, unless it is there with this content."""
        with explained(self.root / file):
            staged = self._stager.stage(file, content)
        self.accept(file, staged.difference, kind)
        return staged

    def text(self, file: str) -> str:
        """What a page will be once all of this is published."""
        place = self.root / file
        if file in self._staged:
            place = Path(self._stager.staged(file, is_new=self._staged[file] is Difference.NEW))
        with explained(place):
            return place.read_text("utf-8")

    def accept(self, file: str, difference: Difference, kind: Kind = Kind.PAGE) -> None:
        """Take note of a file that a Stager of this folder has prepared, or found to be right."""
        self._claim(file, kind)
        if difference is not Difference.NONE:
            self._staged[file] = difference

    def keep(self, file: str, kind: Kind = Kind.PAGE) -> None:
        """Leave a file as it is: the caller knows what is in it."""
        self._claim(file, kind)

    def keep_all(self, files: Collection[str]) -> None:
        """Leave pages as they are: many, of which none was told yet."""
        before = len(self._files)
        self._files.update(dict.fromkeys(files, Kind.PAGE))
        if len(self._files) != before + len(files):
            twice = [file for file, times in Counter(files).items() if times > 1]
            raise OutputError(f"two parts of the site are one file: {twice or 'of others'!r}")

    def add_copy(self, file: str, source: Path) -> Staged:
        """Stage a copy of a static file, unless the output has it already."""
        with explained(self.root / file):
            there = self._stager.found(file)
            if (
                there is not None
                and stat.S_ISREG(there.st_mode)
                and there.st_size == source.stat().st_size
                and _same(self.root / file, source)
            ):
                self._claim(file, Kind.COPY)
                return Staged(Difference.NONE, there.st_size, there.st_mtime_ns, b"")
            target = Path(self._stager.place(file, is_new=there is None))
            shutil.copyfile(source, target)
            written = target.stat()
        difference = Difference.NEW if there is None else Difference.CONTENT
        self.accept(file, difference, Kind.COPY)
        return Staged(difference, written.st_size, written.st_mtime_ns, b"")

    def stand(self, files: Iterable[str]) -> Iterator[tuple[int, int] | None]:
        """The size and the time (ns) of each file as it stands in the output now; None for what is
        not a file there."""
        root = str(self.root)
        for file in files:
            try:
                found = os.lstat(f"{root}/{file}")
            except OSError:
                yield None
            else:
                is_file = stat.S_ISREG(found.st_mode)
                yield (found.st_size, found.st_mtime_ns) if is_file else None

    def stands_as(self, files: Iterable[tuple[str, int, int]]) -> bool:
        """Whether the output has all these files, each of this size and time (ns)."""
        root, lstat, is_file = f"{self.root}/", os.lstat, stat.S_ISREG
        try:
            for file, size, mtime_ns in files:
                found = lstat(root + file)
                if found.st_mtime_ns != mtime_ns or found.st_size != size:
                    return False
                if not is_file(found.st_mode):
                    return False
        except OSError:
            return False
        return True

    def read(self, file: str) -> bytes:
        """What a file of the output has in it now. Raises OutputError where it can't be read."""
        with explained(self.root / file):
            return (self.root / file).read_bytes()

    def _claim(self, file: str, kind: Kind) -> None:
        if file in self._files:
            raise OutputError(f"two parts of the site are one file: {file!r}")
        self._files[file] = kind

    def publish(self) -> Published:
        """Put everything in place: new files, then changed ones, then remove what is gone."""
        with explained(self.root):
            self._published = True
            listing = _listing(self._files)
            is_as_listed = self._listing() == listing
            before = self._files if is_as_listed else self._listed()
            gone = {} if is_as_listed else _without(before, self._files)
            if (self._staged or gone) and not is_as_listed:
                self._list(_listing({**before, **self._files}))
            if self._staged:
                self._put_new(str(self._staging), str(self.root))
            for file, difference in self._staged.items():
                if difference is Difference.CONTENT:
                    self._put(self._stager.staged(file, is_new=False), f"{self.root}/{file}")
            removed = {file: kind for file, kind in gone.items() if self._remove(file)}
            self._list(listing)
        return self._counted(removed)

    def preview(self) -> Published:
        """What `publish` would do, without doing it."""
        with explained(self.root):
            return self._counted(
                {
                    file: kind
                    for file, kind in self._listed().items()
                    if file not in self._files and (self.root / file).is_file()
                }
            )

    def _counted(self, removed: Mapping[str, Kind]) -> Published:
        staged = [self._files[file] for file in self._staged]
        pages = sum(kind is Kind.PAGE for kind in self._files.values())
        written = staged.count(Kind.PAGE)
        return Published(
            written,
            pages - written,
            list(removed.values()).count(Kind.PAGE),
            staged.count(Kind.COPY),
            frozenset({*self._staged, *removed}),
        )

    def _put_new(self, staged: str, target: str) -> None:
        """Put what has no counterpart in its place, whole folders at once."""
        with os.scandir(staged) as entries:
            new = [entry for entry in entries if entry.name != CHANGED]
        for entry in sorted(new, key=lambda entry: entry.name):
            place = f"{target}/{entry.name}"
            try:
                there = os.lstat(place).st_mode
            except FileNotFoundError:
                os.rename(entry.path, place)  # noqa: PTH104  (half the time of Path.rename)
                continue
            if not entry.is_dir():
                self._put(entry.path, place)
            elif stat.S_ISDIR(there):
                self._put_new(entry.path, place)
            else:
                self._clear(place)
                os.rename(entry.path, place)  # noqa: PTH104

    def _put(self, staged: str, target: str) -> None:
        try:
            os.replace(staged, target)  # noqa: PTH105  (half the time of Path.replace)
        except (IsADirectoryError, PermissionError):
            folder = Path(target)
            if not folder.is_dir() or folder.is_symlink():
                raise
            self._remove_folder(folder)
            os.replace(staged, target)  # noqa: PTH105

    def _clear(self, place: str) -> None:
        """Remove an old file of ours that stands where a folder is to be."""
        path = Path(place)
        name = path.relative_to(self.root).as_posix()
        if name not in self._listed():
            raise _in_the_way(name)
        path.unlink()

    def _remove_folder(self, folder: Path) -> None:
        """Remove a folder that a page of the same name replaces, if nothing in it is another's."""
        ours = self._listed()
        for path in sorted(folder.rglob("*"), reverse=True):
            name = path.relative_to(self.root).as_posix()
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif name in ours:
                path.unlink()
            else:
                raise _in_the_way(name)
        folder.rmdir()

    def _remove(self, file: str) -> bool:
        path = self.root / file
        is_there = self._stager.found(file) is not None
        if is_there:
            if path.is_dir() and not path.is_symlink():
                return False
            path.unlink(missing_ok=True)
        # Also where a build that was killed has removed the file, and not what it was in.
        for parent in path.parents:
            if parent == self.root:
                break
            try:
                parent.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                break
        return is_there

    @property
    def is_ours(self) -> bool:
        """Whether an earlier build has left its list here."""
        return (self.root / MANIFEST).is_file()

    @property
    def list_digest(self) -> str:
        """One text for the list that is here, empty where there is none."""
        return digest_of_file(self._listing() or b"").hex() if self.is_ours else ""

    def know(self, files: Mapping[str, Kind]) -> None:
        """Count files as ours also where no list has them: the caller knows that a build wrote
        them."""
        self._known = dict(files)

    def _listed(self) -> dict[str, Kind]:
        """The files that the last build wrote. A name that leads out is no name of ours."""
        try:
            text = (self._listing() or b"").decode()
        except UnicodeDecodeError:
            return self._known
        kinds = {str(kind): kind for kind in Kind}
        files = dict(self._known)
        for line in text.split("\n"):
            kind, _, name = line.partition(" ")
            # Of a system that lost its power a file may be zeros from somewhere on.
            if kind in kinds and "\0" not in name and not {"", ".", ".."} & set(name.split("/")):
                files[name] = kinds[kind]
        return files

    def _listing(self) -> bytes | None:
        """The list that the last build left, None where there is none."""
        try:
            return (self.root / MANIFEST).read_bytes()
        except FileNotFoundError:
            return None

    def _list(self, text: bytes) -> None:
        target = self.root / MANIFEST
        if self._listing() != text:
            staged = self._staging / MANIFEST
            self._staging.mkdir(exist_ok=True)
            staged.write_bytes(text)
            staged.replace(target)


def _listing(files: Mapping[str, Kind]) -> bytes:
    """Files as the list has them."""
    # What a member of an enumeration is called takes as long to ask it as all of the rest.
    names = {id(kind): kind.value for kind in Kind}
    return "".join([f"{names[id(files[name])]} {name}\n" for name in sorted(files)]).encode()


def _without(files: Mapping[str, Kind], others: Collection[str]) -> dict[str, Kind]:
    return {file: kind for file, kind in files.items() if file not in others}


def _in_the_way(name: str) -> OutputError:
    return OutputError(
        f"{name!r} is in the way, and prismic-ssg did not write it",
        hint="move it out of the output folder",
    )


def _same(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            chunk, twin = first.read(1 << 20), second.read(1 << 20)
            if chunk != twin:
                return False
            if not chunk:
                return True
