"""What a system says of a project's files, without their being read."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from prismic_ssg.store.cache import make_folder

# What programs say while they run, a build among them, and what editors leave for a moment.
_NO_SOURCES = (".log", ".out", ".pid", ".tmp", ".swp", "~")

Listing = dict[str, tuple[int, int, int, int]]
"""Size, inode, and the times (ns) of the last change of content and of anything, of each file, by
its path in the project. What copies a file may set back the first of the two."""

# Made by programs, for programs: as big as they are, nobody writes in there.
_NOT_WRITTEN = frozenset({"node_modules", "__pycache__", "venv"})


def list_project(project: Path, leave_out: Collection[Path]) -> Listing:
    """The files of a project, but for hidden ones, logs, what package managers install, and the
    folders that are to be left out."""
    root = os.path.realpath(project)
    out = {os.path.realpath(folder) for folder in leave_out}
    listing: Listing = {}

    def visit(folder: str, prefix: str) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name in _NOT_WRITTEN or entry.path in out:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    visit(entry.path, f"{prefix}{entry.name}/")
                elif entry.is_file() and not entry.name.endswith(_NO_SOURCES):
                    found = entry.stat()
                    times = found.st_mtime_ns, found.st_ctime_ns
                    listing[prefix + entry.name] = (found.st_size, found.st_ino, *times)

    visit(root, "")
    return listing


class CommandsRun(msgspec.Struct, frozen=True):
    """Which commands were run, the files that they left, and those of them that they wrote."""

    commands: list[list[str]]
    files: Listing
    written: list[str]


_decoder = msgspec.json.Decoder(CommandsRun)


def read_commands_run(file: Path) -> CommandsRun | None:
    """What `write_commands_run` has written; None where nothing of use is there."""
    try:
        return _decoder.decode(file.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def write_commands_run(file: Path, done: CommandsRun) -> None:
    """Keep for the next build what was run. Where it can't be kept, that runs it again."""
    try:
        make_folder(file.parent)
        file.write_bytes(msgspec.json.encode(done))
    except OSError:
        file.unlink(missing_ok=True)
