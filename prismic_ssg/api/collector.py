"""Python's garbage collector, off while many objects are made, and what it left to do then."""

from __future__ import annotations

import gc
import sys
from contextlib import AbstractContextManager
from threading import Lock

# Python's own measure of when a look at all that stays is worth while.
_MUCH_MORE = 1.25


class _CollectorOff:
    """Who is at work without the collector: the last one to end turns it on again, if it was on.

    Counted, because a server pulls in one thread while it builds in another.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_work = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._at_work:
                self._was_on = gc.isenabled()
                gc.disable()
            self._at_work += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work and self._was_on:
                gc.enable()


_collector = _CollectorOff()


def collector_off() -> AbstractContextManager[None]:
    """Without the garbage collector, which looks at all that stays, again and again: a pull and a
    build make millions of objects and hardly a circle, and it took 0.4 to 3 s of them."""
    return _collector


class _Leavings:
    """What is left in circles by those at work without the collector, as far as memory shows it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._blocks_kept = 0

    def collect(self) -> bool:
        with self._lock:
            if sys.getallocatedblocks() <= _MUCH_MORE * self._blocks_kept:
                return False
            gc.collect()
            self._blocks_kept = sys.getallocatedblocks()
            give_back()
            return True


def give_back() -> None:
    """Hand the pages that are free to the system, where its C library can: glibc keeps those of
    every thread that ever had one, behind whatever is still in use."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


_leavings = _Leavings()


def collect_leavings() -> bool:
    """Look for garbage, if there may be a quarter more in memory than after the last time, and give
    back what is free; whether that was done.

    For processes that go on: what is made while the collector is off is not looked at before it
    has been on for 70,000 more objects, and each world of a site that is replaced leaves a Jinja
    environment with all of its templates. It takes 0.1 s for half a million objects, and some
    hundredths to give back, for which other threads need not wait.
    """
    return _leavings.collect()
