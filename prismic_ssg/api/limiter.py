"""How many requests may go out: per second, and at once. One limiter serves the whole process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Limiter:
    """Admits at most `per_second` requests in any second and `at_once` at the same time.

    A window, not a pace: a pull of 100 pages is not slowed down at all. After `pause`, nobody is
    admitted until the pause is over: a rate limit is the repository's, not one worker's.

    Prismic allows 200 uncached requests a second; ten are left for clocks that disagree.
    """

    def __init__(
        self,
        *,
        per_second: int = 190,
        at_once: int = 16,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.at_once = at_once
        self._per_second = per_second
        self._clock = clock
        self._slots = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._admitted: deque[float] = deque(maxlen=per_second)
        self._paused_until = float("-inf")

    @contextmanager
    def admitted(self, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
        """A place among the requests under way; waits by `sleep(seconds)` until there is one."""
        while (wait_s := self._reserve()) > 0:
            sleep(wait_s)
        with self._slots:
            yield

    def pause(self, seconds: float) -> None:
        """Admit nobody for so long; a pause that ends later stays."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _reserve(self) -> float:
        """Take a place and give 0, or give the seconds after which to ask again."""
        with self._lock:
            now = self._clock()
            wait_s = self._paused_until - now
            if len(self._admitted) == self._per_second:
                wait_s = max(wait_s, self._admitted[0] + 1.0 - now)
            if wait_s <= 0:
                self._admitted.append(now)
            return max(wait_s, 0.0)


PROCESS_LIMITER = Limiter()
