"""Which ref to build at after a webhook: the Repository API may name the one before for a minute.

A webhook says which ref the publish made. Where the API still names the ref that is built already,
the webhook's is used, until the API has moved on. A webhook that arrives late, for something older
than what is built, is told by the dates of the documents and not followed. Where those can't tell
(an unpublished document leaves none), the API is asked again until it has moved on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from prismic_ssg.errors import PrismicError

# Prismic's CDN has been seen to lag for a minute.
LONGEST_S = 180.0
LOOK_AGAIN_S = 15.0

_REFS_REMEMBERED = 200


@dataclass(frozen=True)
class _Ahead:
    """`ref` is built though the API names `behind`, until a time at most."""

    ref: str
    behind: str
    until: float


class Lag:
    """What is known of refs that the API does not name yet. For one thread.

    `master()` asks for the master ref, `newest(ref)` for the latest publication date at a ref; both
    raise PrismicError. Times are seconds of one clock.
    """

    def __init__(self, master: Callable[[], str], newest: Callable[[str], str]) -> None:
        self._master = master
        self._newest = newest
        self._ahead: _Ahead | None = None
        self._unsure_until: float | None = None
        self._learned = "", ""
        self._seen: deque[str] = deque(maxlen=_REFS_REMEMBERED)

    @property
    def ahead(self) -> str | None:
        """The ref that is built though the API does not name it yet."""
        return self._ahead.ref if self._ahead else None

    @property
    def looks_again(self) -> bool:
        """Whether the API is to be asked again soon, for it may be behind."""
        return self._ahead is not None or self._unsure_until is not None

    def built(self, ref: str, at: str) -> None:
        """This ref was built: a webhook that names it is no news.

        `at` is when it was asked for, as text like the API's dates.
        """
        if ref != self._learned[0]:
            self._learned = ref, at
        if ref not in self._seen:
            self._seen.append(ref)

    def ref_for(self, named: Sequence[str], built: str | None, now: float) -> str | None:
        """The ref to build at, None for whichever the API names.

        `named` are those of webhooks, the last one last; `built` is what is shown now. Raises
        PrismicError where the API can't be asked.
        """
        if self._ahead is not None and now >= self._ahead.until:
            self._ahead = None
        if self._unsure_until is not None and now >= self._unsure_until:
            self._unsure_until = None
        news = [ref for ref in named if ref not in self._seen]
        if built is None or not (news or self.looks_again):
            return None
        master = self._master()
        behind = self._ahead.behind if self._ahead else built
        if master != behind:
            self._ahead = self._unsure_until = None
            return None
        for ref in reversed(news):
            if self._is_newer(ref, built):
                self._ahead = _Ahead(ref, behind, now + LONGEST_S)
                self._unsure_until = None
                break
            self._seen.append(ref)
            self._unsure_until = now + LONGEST_S
        return self.ahead

    def _is_newer(self, ref: str, built: str) -> bool:
        """Whether a ref is surely of a later publish than what is built.

        A document that only the ref has may be one that was unpublished since. So its date must
        also be later than the time at which the API named what is built.
        """
        try:
            newest = self._newest(ref)
            # Of ISO dates in one zone the later one is the greater text.
            if newest <= self._newest(built):
                return False
        except PrismicError:
            return False
        known, at = self._learned
        return known != built or newest >= at
