"""How the last build left the files of pages that are rendered again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prismic_ssg.engine.page import Page
from prismic_ssg.store.staging import Left
from prismic_ssg.store.state import BuildState


class LeftFiles:
    """Each looked up when its page is due: of 100,000 pages all would take 45 MB, and more where
    they are between what other processes have written on.

    Not thread-safe: a worker has its own.
    """

    def __init__(self, state: BuildState) -> None:
        self._state = state
        self._expected: Sequence[str] = ()
        self._found: Mapping[str, Left] = {}

    def expect(self, pages: Sequence[Page]) -> None:
        """Look up the pages that are rendered next."""
        self._expected = [page.path for page in pages]
        self._found = self._state.left(self._expected)

    def of(self, page: Page) -> Left | None:
        """How a page's file was left, None for a page that was not there."""
        # One that waited for its images comes when others are expected.
        found = self._found if page.path in self._expected else self._state.left([page.path])
        return found.get(page.path)
