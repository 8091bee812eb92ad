"""A file that is there or not, which outlives the process that says something by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.store.cache import make_folder


@dataclass(frozen=True)
class Mark:
    """A mark at a path, in a folder that need not be there yet."""

    path: Path

    @property
    def is_set(self) -> bool:
        return self.path.exists()

    def set(self) -> None:
        """Raises OSError where that can't be written."""
        make_folder(self.path.parent)
        self.path.touch()

    def clear(self) -> None:
        """Raises OSError where it can't be removed."""
        self.path.unlink(missing_ok=True)
