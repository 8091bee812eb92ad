"""The folder `.prismic-ssg/`: everything in it can be made again, but for one file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CACHE = ".prismic-ssg"

# The addresses that documents had: links to them lead somewhere only as long as they are known.
ADDRESSES = "addresses.db"


def make_folder(folder: Path) -> None:
    """Make a folder, which may be a cache or in one. A cache can hold content of a private
    repository: it is for its owner, and for the group where the umask says so."""
    for each in (folder.parent, folder):
        if each.name == CACHE:
            each.mkdir(mode=0o770, parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def forget(cache: Path) -> None:
    """Remove what earlier builds left for later ones: a folder, or one file of it.

    The addresses that documents had are kept.
    """
    if cache.is_file():
        cache.unlink()
        return
    if not (cache / ADDRESSES).is_file():
        shutil.rmtree(cache, ignore_errors=True)
        return
    for entry in cache.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        elif not entry.name.startswith(ADDRESSES):
            entry.unlink()


@contextmanager
def forgotten(cache: Path) -> Iterator[Path]:
    """A folder to use in place of a cache as `forget` would leave it, which is not touched."""
    # Hardly a build has use for it.
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        for file in cache.glob(f"{ADDRESSES}*") if cache.is_dir() else ():
            shutil.copy2(file, folder)
        yield Path(folder)
