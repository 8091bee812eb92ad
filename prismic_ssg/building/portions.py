"""Which pages are rendered next, and by whom: those that show the same documents together.

What several pages show of a document is read and made once in each process, and kept for a while.
Pages of listings that are as far on as each other (the first third of a blog, of each tag, of each
category) are likely to show the same documents; the pages of those come just before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from prismic_ssg.engine.page import Page

# Pages handed over at once, as long as there are many left.
PORTION = 25

# Then of what is left, for each worker, one in so many: whoever has the last ones, and a page may
# take as long as ten others, is not waited for.
_OF_WHAT_IS_LEFT = 4


def in_order(pages: Sequence[Page]) -> tuple[list[Page], int]:
    """Pages of listings, by how far on they are, each behind those of its documents; then all
    others. And how many the first are."""
    # By what is before each: a feed, which shows the newest, is the only page of its kind.
    far_on = [
        ((each.number - 1) / each.total_pages, page) for page in pages if (each := page.listing)
    ]
    far_on.sort(key=itemgetter(0))
    places: dict[str | None, float] = {}
    for number, (_, page) in reversed([*enumerate(far_on)]):
        if page.listing is not None:
            places.update(dict.fromkeys(page.listing.document_ids, number))
        places[page.path] = number + 0.5
    nowhere: float = len(far_on)

    def place(page: Page) -> float:
        return places.get(page.document_id if page.listing is None else page.path, nowhere)

    ordered = sorted(pages, key=place)
    return ordered, bisect_left(ordered, nowhere, key=place)


class Portions:
    """Ranges of pages for a number of workers, each range given to one of them.

    Of the pages that come first, `listed` of them, each has a stretch of its own: what one has made
    no other makes again. Where it is through with that it does what all share, then what is left of
    another one's, from the end.
    """

    def __init__(self, listed: int, total: int, workers: int) -> None:
        ends = [listed * number // workers for number in range(workers + 1)]
        self._own = [range(*each) for each in pairwise(ends)]
        self._shared = range(listed, total)

    def next(self, worker: int) -> range:
        """What a worker is to do next; an empty range where nothing is left."""
        left = len(self._shared) + sum(map(len, self._own))
        size = max(1, min(PORTION, left // (_OF_WHAT_IS_LEFT * len(self._own))))
        own = self._own[worker]
        if own:
            self._own[worker] = own[size:]
            return own[:size]
        if self._shared:
            portion, self._shared = self._shared[:size], self._shared[size:]
            return portion
        longest = max(range(len(self._own)), key=lambda each: len(self._own[each]))
        others = self._own[longest]
        self._own[longest] = others[:-size]
        return others[-size:]
