"""Why to build: values, and how they are gathered into one build. Pure; time is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from prismic_ssg.store.trigger import Hint

# A save is several events: what follows within this time belongs to it.
QUIET_S = 0.03
_LONGEST_WAIT_S = 0.3

# One editing session sends many webhooks. The first is followed at once; those that come within
# this time of it wait for the end of the burst, so that a burst of any length is two builds.
BURST_S = 1.0
_BURST_QUIET_S = 0.3
_BURST_LONGEST_WAIT_S = 5.0

_NAMED = 3


@dataclass(frozen=True)
class Cause:
    """Why to build. `content` may have changed, or the `configuration`. What is a `message` (a
    webhook, a touch) comes in bursts. `refs` and `documents` are what messages named."""

    reasons: tuple[str, ...]
    content: bool = False
    configuration: bool = False
    message: bool = False
    refs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    def __add__(self, other: Cause) -> Cause:
        """Both at once."""
        return Cause(
            _both(self.reasons, other.reasons),
            self.content or other.content,
            self.configuration or other.configuration,
            self.message or other.message,
            _both(self.refs, other.refs),
            _both(self.documents, other.documents),
        )

    def __str__(self) -> str:
        """One line for people: `templates/post.html and 4 more`."""
        shown = ", ".join(self.reasons[:_NAMED])
        left = len(self.reasons) - _NAMED
        return f"{shown} and {left} more" if left > 0 else shown


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def together(causes: Iterable[Cause]) -> Cause:
    """All causes as one; there is at least one."""
    return reduce(Cause.__add__, causes)


def cause_of(hints: Sequence[Hint]) -> Cause:
    """What hints of the trigger file ask for; without any it was touched."""
    return Cause(
        tuple(dict.fromkeys(hint.cause for hint in hints)) or ("trigger",),
        content=True,
        message=True,
        refs=tuple(dict.fromkeys(hint.ref for hint in hints if hint.ref)),
        documents=tuple(dict.fromkeys(id_ for hint in hints for id_ in hint.documents)),
    )


@dataclass
class Gathering:
    """Causes that wait for the next build, and when that may begin. Times are seconds of one clock.

    Nothing is lost: what is added while a build runs waits for the one after it.
    """

    _waiting: list[Cause] = field(default_factory=list)
    _first_at: float = 0.0
    _last_at: float = 0.0
    _message_taken_at: float = float("-inf")
    _in_burst: bool = False

    def add(self, cause: Cause, now: float) -> None:
        if not self._waiting:
            self._first_at = now
            self._in_burst = now - self._message_taken_at < BURST_S
        self._last_at = now
        self._waiting.append(cause)
        if len(self._waiting) > 1:
            self._waiting = [together(self._waiting)]

    def due_in_s(self, now: float) -> float | None:
        """The seconds until a build may begin, 0 for at once; None where there is nothing."""
        if not self._waiting:
            return None
        burst = self._in_burst and self._waiting[0].message
        quiet_s = _BURST_QUIET_S if burst else QUIET_S
        longest_s = _BURST_LONGEST_WAIT_S if burst else _LONGEST_WAIT_S
        return max(0.0, min(self._last_at + quiet_s, self._first_at + longest_s) - now)

    def take(self, now: float) -> Cause:
        """Everything that waits, as one cause."""
        cause = together(self._waiting)
        self._waiting = []
        if cause.message:
            self._message_taken_at = now
        return cause
