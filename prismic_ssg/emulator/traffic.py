"""What happens to requests on their way: faults that were asked for, a rate limit, a log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import msgspec

# The log is for tests, which ask about what they have just sent.
_LOGGED = 5000


class Fault(msgspec.Struct, omit_defaults=True, rename="camel", forbid_unknown_fields=True):
    """Something that goes wrong, for the next `times` requests whose URL contains `match`.

    `status` with `body` replaces the answer; `delay_ms` keeps it waiting; `truncate` cuts it off
    after so many bytes; `reset` closes the connection instead of answering. `headers` are added.
    """

    status: int | None = None
    body: str = ""
    headers: dict[str, str] = {}
    delay_ms: float = 0.0
    truncate: int | None = None
    reset: bool = False
    times: int = 1
    match: str = ""


class Logged(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request of the log. `query` is decoded, with the access token masked."""

    method: str
    path: str
    query: list[tuple[str, str]]
    status: int
    fault: bool = False


class Traffic:
    """The faults, the limit and the log of one emulator.

    `clock` gives seconds that only grow. `rate_limit` is requests a second, None for no limit.
    """

    def __init__(self, clock: Callable[[], float], *, rate_limit: int | None = None) -> None:
        self._clock = clock
        self._rate_limit = rate_limit
        self._admitted: deque[float] = deque()
        self.faults: list[Fault] = []
        self.log: deque[Logged] = deque(maxlen=_LOGGED)

    def clear(self) -> None:
        """Forget faults and log."""
        self.faults.clear()
        self.log.clear()
        self._admitted.clear()

    def retry_after_s(self) -> int | None:
        """None where one more request is within the limit, which it then counts for; else the whole
        seconds to wait."""
        if self._rate_limit is None:
            return None
        now = self._clock()
        while self._admitted and self._admitted[0] <= now - 1.0:
            self._admitted.popleft()
        if len(self._admitted) >= self._rate_limit:
            return 1
        self._admitted.append(now)
        return None

    def next_fault(self, url: str) -> Fault | None:
        """The fault that this request meets, and one time less of it."""
        decoded = unquote_plus(url)
        for fault in self.faults:
            if fault.match in url or fault.match in decoded:
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    def note(self, method: str, path: str, query: Any, status: int, *, fault: bool) -> None:
        masked = [(name, "***" if name == "access_token" else value) for name, value in query]
        self.log.append(Logged(method, path, masked, status, fault))
