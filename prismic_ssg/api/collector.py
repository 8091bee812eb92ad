"""Python's garbage collector, off while many objects are made."""

from __future__ import annotations

import gc
from contextlib import AbstractContextManager
from threading import Lock


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
