"""When to ask again, how long to wait before, and when to give up.

stamina runs the loop; what it waits and for how long is decided here, on an injected clock.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from prismic_ssg.api.exchange import http_date
from prismic_ssg.api.responses import UnusableAnswer
from prismic_ssg.api.waiting import sleep
from prismic_ssg.errors import ConnectionFailed, PrismicError

T = TypeVar("T")

# stamina logs every retry as a warning; where nobody set up logging, Python would print it.
logging.getLogger("stamina").addHandler(logging.NullHandler())

_BACK_OFF_FROM_S = 0.25
_BACK_OFF_UP_TO_S = 8.0
_RATE_LIMITED_FROM_S = 1.0

# A wrong address fails at once and for ever: nobody should wait a minute to hear of it.
_UNREACHABLE_ATTEMPTS = 4
_UNUSABLE_ATTEMPTS = 3


class Refused(Exception):  # noqa: N818  (an answer, not yet an error)
    """An answer that may be another one later: 429 or 5xx. `error` is what it is if it stays."""

    def __init__(self, status: int, headers: Mapping[str, str], error: PrismicError) -> None:
        super().__init__(error.message)
        self.status = status
        self.headers = headers
        self.error = error


class Retries(msgspec.Struct, frozen=True):
    """How a failing request is repeated. `sleep` and `clock` in seconds, `random` from 0 to 1."""

    give_up_after_s: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = sleep
    random: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def call(
        self,
        attempt: Callable[[], T],
        *,
        pause_all: Callable[[float], None],
        was_reached: Callable[[], bool] = lambda: True,
        sleep: Callable[[float], None] | None = None,
    ) -> T:
        """The attempt's value, or the last error with what was tried.

        `pause_all(seconds)` is told of a rate limit: it holds for everybody. While `was_reached()`
        is false, a connection that fails is given up early.
        """
        failures = _Failures(self, pause_all, was_reached, sleep or self.sleep)
        try:
            return attempt()
        except (Refused, ConnectionFailed, UnusableAnswer) as error:
            if not failures.may_retry(error):
                raise failures.final(error) from None
        # Imported only now: it takes 80 ms, and nearly every request succeeds at once.
        import stamina

        loop = stamina.retry_context(on=failures.back_off, attempts=None, timeout=None)
        try:
            for each in loop:
                with each:
                    return attempt()
        except (Refused, ConnectionFailed, UnusableAnswer) as error:
            raise failures.final(error) from None
        raise AssertionError("stamina raises the last error")


class _Failures:
    """What went wrong with one request so far."""

    def __init__(
        self,
        retries: Retries,
        pause_all: Callable[[float], None],
        was_reached: Callable[[], bool],
        sleep: Callable[[float], None],
    ) -> None:
        self._retries = retries
        self._pause_all = pause_all
        self._was_reached = was_reached
        self._sleep = sleep
        self._since = retries.clock()
        self._count = 0

    def back_off(self, error: Exception) -> bool | float:
        """stamina's hook: has waited already, or gives False."""
        return 0.0 if self.may_retry(error) else False

    def may_retry(self, error: Exception) -> bool:
        """Whether to ask again; if so, has waited."""
        if not isinstance(error, Refused | ConnectionFailed | UnusableAnswer):
            return False
        self._count += 1
        if isinstance(error, UnusableAnswer) and self._count >= _UNUSABLE_ATTEMPTS:
            return False
        if (
            isinstance(error, ConnectionFailed)
            and self._count >= _UNREACHABLE_ATTEMPTS
            and not self._was_reached()
        ):
            return False
        wait_s = self._wait_s(error)
        # How long the first try took says nothing: this process may have been stopped meanwhile,
        # and its connections are dead.
        elapsed_s = self._elapsed_s() if self._count > 1 else 0.0
        if elapsed_s + wait_s > self._retries.give_up_after_s:
            return False
        if isinstance(error, Refused) and error.status == 429:
            self._pause_all(wait_s)
        self._sleep(wait_s)
        return True

    def final(self, error: Refused | ConnectionFailed | UnusableAnswer) -> PrismicError:
        """The error to raise, saying what was tried."""
        last: PrismicError = error if not isinstance(error, Refused) else error.error
        if isinstance(error, Refused):
            asked_s = retry_after_s(error.headers, self._retries.now())
            wait = f"in {asked_s:.0f} s, as it asks" if asked_s else "in a few minutes"
            last.hint = last.hint or f"the Content API is busy or down; try again {wait}"
        times = "once" if self._count == 1 else f"{self._count} times"
        tried = f"asked {times} in {self._elapsed_s():.0f} s"
        last.message = f"{last.message} ({tried})"
        last.args = (last.message,)
        return last

    def _elapsed_s(self) -> float:
        return self._retries.clock() - self._since

    def _wait_s(self, error: Exception) -> float:
        backing_off = backing_off_s(_BACK_OFF_FROM_S, self._count - 1, _BACK_OFF_UP_TO_S)
        if not isinstance(error, Refused):
            return backing_off * (0.5 + self._retries.random() / 2)
        asked_s = retry_after_s(error.headers, self._retries.now())
        if error.status == 429:
            # The official client takes a missing header for 0 and hammers; 1 s is documented.
            least_s = max(_RATE_LIMITED_FROM_S, backing_off) if asked_s is None else asked_s
            return least_s + self._retries.random() * 0.25
        backing_off *= 0.5 + self._retries.random() / 2
        return backing_off if asked_s is None else max(asked_s, backing_off)


def backing_off_s(from_s: float, times: int, up_to_s: float) -> float:
    """How long to wait after so many times in vain: twice as long each time, within bounds."""
    # The thousandth power of two, which days without an answer come to, is none of Python's floats.
    return min(from_s * 2.0 ** min(times, 64), up_to_s)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a `Retry-After` asks for, None where it is absent or makes no sense.

    A moment in it is by the clock of the server, whose now is in `Date`: the one here may be off by
    hours. `now` is in its stead where the server does not say.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    moment = http_date(value)
    if moment is None:
        return None
    return max((moment - (http_date(headers.get("date", "")) or now)).total_seconds(), 0.0)
