"""For how many processes there are processors, and how this one can begin them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from prismic_ssg.unbroken import ENDING


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def way_to_begin() -> str | None:
    """How this process can begin workers: `fork`, `spawn`, or not at all.

    A copy of a process is safe only where no other thread may hold a lock in it. A fresh one
    imports what runs here first, which must be ours: a script that calls `build` would call it
    again.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return "fork"
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    name = spec.name if spec else os.path.basename(getattr(main, "__file__", None) or "")  # noqa: PTH119
    return "spawn" if name.partition(".")[0] in ("prismic_ssg", "prismic-ssg") else None


@contextmanager
def signals_later() -> Iterator[None]:
    """Around the making of a copy: a signal that comes meanwhile reaches this process afterwards,
    and the copy once it says by `signals_now` that it heeds its own rules: what they make this
    process do before it ends is not for a copy to do."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def signals_now() -> None:
    """Let signals come again in a copy that was made while they were to come later."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
