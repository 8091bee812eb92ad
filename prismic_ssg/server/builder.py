"""One thread that builds: never two builds at once, and no cause is lost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from prismic_ssg.api.waiting import Stopped
from prismic_ssg.server.causes import Cause, Gathering, together

_log = logging.getLogger("prismic_ssg.server")

# After what nobody thought of.
_AGAIN_IN_S = 60.0

Build = Callable[[Cause], float | None]
"""Builds for a cause, and raises nothing but Stopped. Gives the seconds after which to try again by
itself, None where that is not needed."""


class Builder:
    """Runs `build` in a thread for whatever is asked for.

    `stop` ends it after the build in hand; what waits is then left to the next start, which builds
    in any case.
    """

    def __init__(
        self,
        build: Build,
        *,
        name: str = "prismic-ssg-builds",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._build = build
        self._clock = clock
        self._gathering = Gathering()
        self._changed = threading.Condition()
        self._is_stopping = False
        self._again: tuple[float, Cause] | None = None
        # A daemon: Ctrl-C does not wait for a build. What it leaves half done the next one mends.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, cause: Cause) -> None:
        """Build soon, after whatever is running. From any thread."""
        with self._changed:
            self._gathering.add(cause, self._clock())
            self._changed.notify_all()

    def stop(self) -> None:
        """Begin no further build."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end of the build in hand; whether it ended in time."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        # What is broken off at the end of the process is left to the next start.
        with suppress(Stopped):
            while (cause := self._next()) is not None:
                try:
                    again_in_s = self._build(cause)
                except Exception as error:  # noqa: BLE001  (or nothing would be built any more)
                    _log.exception("the builder broke off: %s: %s", type(error).__name__, error)
                    again_in_s = _AGAIN_IN_S
                if again_in_s is not None:
                    self._again = (self._clock() + again_in_s, cause)

    def _next(self) -> Cause | None:
        """The next cause, once there is one and it has been quiet for a while; None at the end."""
        with self._changed:
            while not self._is_stopping:
                now = self._clock()
                due_in_s = self._gathering.due_in_s(now)
                if due_in_s == 0:
                    return together([*self._failed(), self._gathering.take(now)])
                if due_in_s is None and self._again is not None:
                    due_in_s = self._again[0] - now
                    if due_in_s <= 0:
                        return together(self._failed())
                self._changed.wait(due_in_s)
            return None

    def _failed(self) -> list[Cause]:
        """The cause of a build that is to be tried again, which then counts as tried."""
        again, self._again = self._again, None
        return [] if again is None else [again[1]]
