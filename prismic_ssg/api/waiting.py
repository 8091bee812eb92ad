"""Waiting for the network in a way that can be left.

No thread can be broken off while it looks up a name or reads an answer. So where somebody may have
to leave before, another thread does that, and nothing waits for it any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_STEP_S = 0.1


class Stopped(BaseException):
    """The end of this process, or somebody else's failure, made a request pointless.

    Nothing is wrong, so what looks for what is wrong does not catch it.
    """


class _Ending:
    """The end of this process: whether threads look out for it, and whether it has begun."""

    is_looked_for = False
    has_begun = False


_ending = _Ending()
_news = threading.Condition()


def look_for_the_end() -> None:
    """From now on every thread waits so that it can leave, not the first one alone.

    It costs 0.1 ms a request. A command that is just left leaves its threads behind, too.
    """
    _ending.is_looked_for = True


def leave() -> None:
    """Nobody in this process waits for the network any more, now and later: they get Stopped."""
    with _news:
        _ending.has_begun = True
        _news.notify_all()


def sleep(seconds: float, stop: threading.Event | None = None) -> None:
    """Wait. Raises Stopped at the end of this process, and once `stop` is set."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not _ending.has_begun:
        if stop is None:
            with _news:
                _news.wait_for(lambda: _ending.has_begun, left)
        elif stop.wait(min(left, _STEP_S)):
            raise Stopped
    if _ending.has_begun:
        raise Stopped


def answered(ask: Callable[[], T], *, last_s: float = 0.0) -> T:
    """What `ask()` gives or raises. Raises Stopped at the end of this process, for so many seconds
    of which it is still waited."""
    if not _ending.is_looked_for and threading.current_thread() is not threading.main_thread():
        return ask()
    asking = _Asking(ask)
    with _news:
        _news.wait_for(lambda: asking.is_done or _ending.has_begun)
        _news.wait_for(lambda: asking.is_done, last_s)
    if not asking.is_done:
        raise Stopped
    return asking.outcome()


class _Asking(Generic[T]):
    """Something that is asked in a thread of its own, which nothing waits for."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self.is_done = False
        self._ask = ask
        self._values: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="prismic-ssg-asks", daemon=True)
        self._thread.start()

    def outcome(self) -> T:
        # It is at its end. No copy is made of a process that has another thread.
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._values[0]

    def _run(self) -> None:
        try:
            self._values.append(self._ask())
        except BaseException as error:  # noqa: BLE001  (it is raised over there)
            self._error = error
        with _news:
            self.is_done = True
            _news.notify_all()
