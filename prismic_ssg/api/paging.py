"""All pages of one query: the first tells how many there are, the others come concurrently."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Protocol, TypeVar

from prismic_ssg.errors import PrismicError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from prismic_ssg.api.responses import SearchPage

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

WORKERS = 12


class Inconsistent(PrismicError):  # noqa: N818  (what the pages are)
    """The pages of one query at one ref do not add up."""


class FetchPage(Protocol[T_co]):
    def __call__(self, number: int, stop: threading.Event | None) -> tuple[SearchPage, T_co]:
        """Page `number`, counted from 1, and what is made of it; gives up once `stop` is set."""
        ...


def pages(
    fetch: FetchPage[T],
    *,
    workers: int = WORKERS,
    up_to: int | None = None,
    without: Collection[int] = (),
    first: tuple[SearchPage, T] | None = None,
) -> Iterator[tuple[SearchPage, T]]:
    """Every page but those in `without`, the first one first, the others as they arrive.

    `up_to` limits how many pages are of interest; `first` is page 1 where it is known already.
    At most twice as many pages as workers are under way or waiting here, so that memory does not
    grow with the repository. Raises Inconsistent for a page of another total or number.
    """
    if first is None:
        first = fetch(1, None)
    if 1 not in without:
        _check(first[0], 1, first[0])
        yield first
    head = first[0]
    # Whatever else arrives is let go: the first page need not stay for what its numbers say.
    first = None
    last = min(head.total_pages, up_to or head.total_pages)
    # Not a list: whoever says to have a billion pages has it found out by the first that is not.
    numbers = (number for number in range(2, last + 1) if number not in without)
    stop = threading.Event()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="prismic-pages")
    under_way: set[Future[tuple[SearchPage, T]]] = set()
    is_wanted = True
    try:
        while True:
            while len(under_way) < 2 * workers and (number := next(numbers, None)):
                under_way.add(pool.submit(_checked, fetch, number, head, stop))
            if not under_way:
                return
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()
    except (KeyboardInterrupt, GeneratorExit):
        # Nobody waits for what is still to come, and a silent server may take its time-out.
        is_wanted = False
        raise
    finally:
        stop.set()
        pool.shutdown(wait=is_wanted, cancel_futures=True)


def _checked(
    fetch: FetchPage[T], number: int, first: SearchPage, stop: threading.Event
) -> tuple[SearchPage, T]:
    arrived = fetch(number, stop)
    _check(arrived[0], number, first)
    return arrived


def _check(page: SearchPage, number: int, first: SearchPage) -> None:
    if page.page != number:
        raise Inconsistent(f"page {page.page} came where page {number} was asked for")
    if page.total_results_size != first.total_results_size:
        raise Inconsistent(
            f"page {number} counts {page.total_results_size:,} documents, page 1 counts "
            f"{first.total_results_size:,}"
        )
