"""Which pages are rendered next, and by whom: those that show the same documents together.

What several lists show of a document is made once in each process, and kept for a while. Pages of
listings that are as far on as each other (the first third of a blog, of each tag, of each category)
are likely to show the same documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from prismic_ssg.engine.page import Page

# Pages handed over at once.
PORTION = 25


def in_order(pages: Sequence[Page]) -> tuple[list[Page], int]:
    """Pages of listings, by how far on they are, then all others; and how many the first are."""
    far_on = [(each.number / each.total_pages, page) for page in pages if (each := page.listing)]
    far_on.sort(key=lambda each: each[0])
    others = (page for page in pages if page.listing is None)
    return [*(page for _, page in far_on), *others], len(far_on)


class Portions:
    """Ranges of pages for a number of workers, each range given to one of them.

    Of the pages of listings, which come first and are `listed`, each has a stretch of its own: what
    one has made no other makes again. Where it is through with that, it does what all share.
    """

    def __init__(self, listed: int, total: int, workers: int) -> None:
        ends = [listed * number // workers for number in range(workers + 1)]
        self._own = [range(*each) for each in pairwise(ends)]
        self._shared = range(listed, total)

    def next(self, worker: int) -> range:
        """What a worker is to do next; an empty range where nothing is left."""
        if self._own[worker]:
            return self._taken_from(worker)
        if self._shared:
            portion, self._shared = self._shared[:PORTION], self._shared[PORTION:]
            return portion
        return self._taken_from(max(range(len(self._own)), key=lambda each: len(self._own[each])))

    def _taken_from(self, owner: int) -> range:
        stretch = self._own[owner]
        self._own[owner] = stretch[PORTION:]
        return stretch[:PORTION]
