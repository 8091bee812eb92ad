"""The folder `.prismic-ssg/`: everything in it can be made again."""

from __future__ import annotations

import shutil
from pathlib import Path

CACHE = ".prismic-ssg"


def forget(cache: Path) -> None:
    """Remove what earlier builds left for later ones: a folder, or one file of it."""
    if cache.is_file():
        cache.unlink()
    else:
        shutil.rmtree(cache, ignore_errors=True)
