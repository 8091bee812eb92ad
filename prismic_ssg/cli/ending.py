"""How a command ends that a signal ends."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

# As a shell counts: 128 and the number of the signal.
BY_SIGNAL = 128
TERMINAL_GONE, INTERRUPTED, TERMINATED = 129, 130, 143

_SAID = {
    TERMINAL_GONE: "the terminal is gone",
    INTERRUPTED: "interrupted",
    TERMINATED: "terminated",
}

# To put 100,000 files in their place takes less.
_IN_PLACE_WITHIN_S = 5.0


class Told(KeyboardInterrupt):
    """A signal that ends this process, as Ctrl-C does."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does: in order, with a word, and as the first
    process of a container, too, where the system would keep SIGTERM from it. With `nohup` the end
    of a terminal stays ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _tell)


def _tell(number: int, _: FrameType | None) -> NoReturn:
    raise Told(number)


def said_of(end: BaseException | None) -> tuple[str, int]:
    """What to say of an end, and its exit code."""
    code = BY_SIGNAL + end.number if isinstance(end, Told) else INTERRUPTED
    return _SAID[code], code


def leave(code: int) -> NoReturn:
    """End this process now: not its threads, some of which wait for a server, are waited for, but
    what is being put in its place. None of its own processes stays."""
    if "prismic_ssg.unbroken" in sys.modules:
        from prismic_ssg.unbroken import is_over

        is_over(_IN_PLACE_WITHIN_S)
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for process in multiprocessing.active_children():
            process.kill()
    if "prismic_ssg.site_commands" in sys.modules:
        from prismic_ssg.site_commands import end_commands

        end_commands()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        # Whoever read it may be gone.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
