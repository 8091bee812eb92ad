"""The previews that editors look at, each at its ref: few at a time, and none for ever."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock, Semaphore
from typing import TYPE_CHECKING

from prismic_ssg.content.document import Ref
from prismic_ssg.live import Edition, LiveSite
from prismic_ssg.previewed import Preview, PreviewEnded, edition_of

if TYPE_CHECKING:
    from prismic_ssg.api.client import Client

# Previews at once; the one that nobody looked at for longest makes room. One costs a page table.
MOST_PREVIEWS = 8
_KEPT_S = 3600.0

# Refs that were refused are not asked for again for a while.
_REFUSED_FOR_S = 30.0
_REFUSED_KEPT = 500
_AT_ONCE = 4
_PULLS_AT_ONCE = 2


class Previews:
    """The previews that editors look at, each at its ref. Thread-safe.

    `clock` gives seconds. Only so many are kept, and none longer than an hour after its last page.
    """

    def __init__(
        self,
        site: LiveSite,
        environment: Mapping[str, str],
        clock: Callable[[], float],
        *,
        most: int = MOST_PREVIEWS,
    ) -> None:
        self.site = site
        self._environment = environment
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[str, Preview] = OrderedDict()
        self._refused: OrderedDict[str, float] = OrderedDict()
        self._clients: tuple[object, Client] | None = None
        self._beginning = Semaphore(_AT_ONCE)
        self._pulls = Semaphore(_PULLS_AT_ONCE)

    def __len__(self) -> int:
        return len(self._kept)

    def at(self, ref: str) -> Preview:
        """The preview at a ref. Raises PreviewEnded, PrismicError where it can't be had."""
        return self._kept_at(ref) or self._begun(ref, None)

    def anew(self, ref: str, first: str | None) -> Preview:
        """The preview at a ref as it is now: an editor has just asked for it, and for the document
        `first` if it is one. Raises as `at` does."""
        found = self._kept_at(ref)
        if found is None:
            return self._begun(ref, first)
        found.renew()
        with self._beginning:
            found.begin(first)
        return found

    def _kept_at(self, ref: str) -> Preview | None:
        with self._lock:
            self._forget_old()
            found = self._kept.get(ref)
            if found is not None:
                self._kept.move_to_end(ref)
                return found
            if self._clock() - self._refused.get(ref, float("-inf")) < _REFUSED_FOR_S:
                raise PreviewEnded("the preview has ended, or never was")
        return None

    def _begun(self, ref: str, first: str | None) -> Preview:
        with self._beginning:
            preview = Preview(Ref(ref), self.site, self._client(), self._clock, self._pulls)
            try:
                preview.begin(first)
            except PreviewEnded:
                self.end(ref)
                raise
        with self._lock:
            # Two requests of one browser may have begun it at the same time.
            preview = self._kept.setdefault(ref, preview)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return preview

    def close(self) -> None:
        """Let go of all, and end all connections."""
        with self._lock:
            self._kept.clear()
            if self._clients is not None:
                self._clients[1].close()
                self._clients = None

    def edition(self) -> Edition:
        """What previews are over. Raises what refresh() does where nothing was ever there."""
        return edition_of(self.site)

    def end(self, ref: str) -> None:
        """Let go of a preview that is over."""
        with self._lock:
            self._kept.pop(ref, None)
            self._refused[ref] = self._clock()
            while len(self._refused) > _REFUSED_KEPT:
                self._refused.popitem(last=False)

    def _forget_old(self) -> None:
        now = self._clock()
        for ref in [ref for ref, each in self._kept.items() if now - each.seen_at_s > _KEPT_S]:
            del self._kept[ref]

    def _client(self) -> Client:
        edition = self.edition()
        with self._lock:
            if self._clients is None or self._clients[0] is not edition.origin:
                if self._clients is not None:
                    self._clients[1].close()
                self._clients = (edition.origin, edition.origin.client(self._environment))
            return self._clients[1]
