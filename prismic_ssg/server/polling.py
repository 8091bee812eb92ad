"""Asks the repository now and then whether something was published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from prismic_ssg.api.retries import backing_off_s
from prismic_ssg.api.waiting import Stopped
from prismic_ssg.errors import PrismicSsgError, os_told
from prismic_ssg.server.failures import told_in_our_words
from prismic_ssg.server.journal import Journal

# A repository that does not answer is asked less and less often, but as often as a build that fails
# is tried again: a machine that wakes up may be asked before its network is there.
_RARELY_S = 300.0


class Poller:
    """Calls `ask_ref` every `every_s` seconds in a thread, and `on_new` with each ref that is not
    the one before.

    `known` gives the ref of what is built, None before the first build. `error` is what the last
    question came to, where there was no answer.
    """

    def __init__(
        self,
        every_s: float,
        ask_ref: Callable[[], str],
        known: Callable[[], str | None],
        on_new: Callable[[str], None],
        journal: Journal,
    ) -> None:
        self._every_s = every_s
        self._ask_ref = ask_ref
        self._known = known
        self._on_new = on_new
        self._journal = journal
        self._last: str | None = None
        self._failures = 0
        self.error: PrismicSsgError | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prismic-ssg-poll", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        wait_s = self._every_s
        with suppress(Stopped):
            while not self._stopped.wait(wait_s):
                wait_s = self.poll()

    def poll(self) -> float:
        """Ask once; the seconds until the next time."""
        try:
            with told_in_our_words("the repository can't be asked"), os_told():
                ref = self._ask_ref()
        except PrismicSsgError as error:
            self._failures += 1
            self.error = error
            rarer_s = backing_off_s(self._every_s, self._failures, _RARELY_S)
            wait_s = max(self._every_s, rarer_s)
            if self._failures == 1:
                self._journal("poll-failed", error=error.message, again_in_s=wait_s)
            return wait_s
        if self._failures:
            self._journal("poll-works-again")
        self._failures, self.error = 0, None
        known = self._known()
        # Asked for once: if that build fails, it is tried again by itself.
        if known is not None and ref not in (known, self._last):
            self._last = ref
            self._on_new(ref)
        elif ref == known:
            self._last = None
        return self._every_s
