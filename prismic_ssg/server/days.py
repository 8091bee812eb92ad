"""Whether it is another day, for pages that show it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

from prismic_ssg.server.causes import Cause

ANOTHER_DAY = Cause(("another day",))

_LOOK_S = 30.0


class Days:
    """Asks for a build once for every day by `today()` that is not the one before, from a thread.

    It looks now and then and does not wait for midnight: a clock is set, and a machine sleeps. The
    first day is that of the start.
    """

    def __init__(self, today: Callable[[], date], ask: Callable[[Cause], None]) -> None:
        self._today = today
        self._ask = ask
        self._day = today()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prismic-ssg-days", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            self.look()

    def look(self) -> None:
        """Look once."""
        day = self._today()
        if day != self._day:
            self._day = day
            self._ask(ANOTHER_DAY)
