"""What fails one time after another: when to try again, and what is said of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from prismic_ssg.api.retries import backing_off_s
from prismic_ssg.errors import OutputError, PrismicError, PrismicSsgError, memory_error

_log = logging.getLogger("prismic_ssg.server")

_PASSING = (PrismicError, OutputError, OSError, MemoryError)

# Tried again after so many seconds, then after twice as many.
_FROM_S = 5.0
_UP_TO_S = 300.0


@contextmanager
def told_in_our_words(what: str) -> Iterator[None]:
    """Raises PrismicSsgError for what nobody thought of, in the site's own code or in ours."""
    try:
        yield
    except PrismicSsgError:
        raise
    except MemoryError as error:
        raise memory_error() from error
    except (Exception, SystemExit) as error:
        _log.debug(what, exc_info=True)
        raise PrismicSsgError(
            f"{what}: {type(error).__name__}: {error}",
            hint="prismic-ssg build --traceback shows where",
        ) from error


@dataclass(frozen=True)
class Failing:
    """The last try failed: since when, how many times by now, and whether for another reason than
    the time before. `again_in_s` is when to try again, None where somebody has to mend it."""

    since: datetime
    times: int
    is_news: bool
    again_in_s: float | None


class Failures:
    """Counts those of one thing that is tried: a build, what is done after one. For one thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tries = 0
        self._said: tuple[object, ...] = ()
        self.failing: Failing | None = None

    def failed(self, problems: Sequence[PrismicSsgError], *, passes: bool = False) -> Failing:
        """It failed once more, for these reasons; `passes` where they may be over by themselves,
        whatever they are."""
        before, said = self.failing, tuple(_said(each) for each in problems)
        self._tries = self._tries + 1 if passes or any(map(may_pass, problems)) else 0
        self.failing = Failing(
            since=before.since if before else self._now(),
            times=before.times + 1 if before else 1,
            is_news=before is None or said != self._said,
            again_in_s=backing_off_s(_FROM_S, self._tries - 1, _UP_TO_S) if self._tries else None,
        )
        self._said = said
        return self.failing

    def worked(self) -> Failing | None:
        """It did not fail; gives what came before, None where that did not fail either."""
        before, self.failing, self._tries = self.failing, None, 0
        return before


def may_pass(problem: PrismicSsgError) -> bool:
    """Whether a problem, or what it comes from, may be over without anybody changing the site:
    Prismic is down, or another server; the disk is full, or memory; a process was ended."""
    cause: BaseException | None = problem
    while cause is not None:
        # A template that is not there is an OSError to Jinja.
        if isinstance(cause, _PASSING) and not isinstance(cause, LookupError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _said(problem: PrismicSsgError) -> tuple[object, ...]:
    """What a reader would know again: without what was counted, as the seconds of all tries."""
    said = problem.message.rpartition(" (asked ")[0] or problem.message
    return type(problem), said, problem.page, problem.line
