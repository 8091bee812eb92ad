"""What is not broken off in the middle: a site put in its place, a command begun."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Those that end a process.
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_at_work = threading.Lock()


@contextmanager
def unbroken() -> Iterator[None]:
    """Signals that would end this process do so after what is done inside; and who ends it without
    one waits by `is_over`."""
    if threading.current_thread() is not threading.main_thread():
        with _at_work:
            yield
        return
    came: list[int] = []

    def later(number: int, _: FrameType | None) -> None:
        came.append(number)

    # What is ignored stays so, and a handler that is none of Python's can't be put back.
    heeded = [each for each in ENDING if signal.getsignal(each) not in (signal.SIG_IGN, None)]
    before = {each: signal.signal(each, later) for each in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def is_over(within_s: float) -> bool:
    """Whether nothing of that kind is under way in another thread, now or within so many seconds.

    Nothing begins any more after that: only who ends this process may ask.
    """
    return _at_work.acquire(timeout=within_s)
