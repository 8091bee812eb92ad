"""Live reload: what a browser has to know, whenever that changes, as server-sent events.

An event is the whole present state as one page sees it, never a step from one to the next. So there
is no queue that a slow reader could fill, an event that is missed is made up for by the next, and a
browser that comes back after a restart hears at once what it missed. Which page a browser shows is
told by its path: it is for the browser to compare what it shows with what is there now.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from secrets import token_hex
from typing import Any

from prismic_ssg.server.files import Seen

EVENTS = "/_prismic/events"
SCRIPT = "/_prismic/reload.js"

# A browser that lost its connection asks again after so many milliseconds.
RETRY_MS = 500

# Streams at once; who comes later is told to come back. A stream costs 30 kB or so.
MOST_STREAMS = 4000

# Builds whose changed files are remembered. A browser that was away for longer reloads.
_BUILDS_REMEMBERED = 100
_MOST_FILES = 200

_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)

Look = Callable[[bytes], Seen | None]
"""What a GET of a path, still encoded, shows now."""

Trouble = Callable[[bytes], Collection[Mapping[str, Any]]]
"""What keeps the page at a path from being shown as it is now."""


def _no_trouble(_: bytes) -> Collection[Mapping[str, Any]]:
    return ()


class LiveReload:
    """The state that browsers are told, and the streams that wait for the next.

    `announce` may be called from any thread, the rest from the event loop. `look` and `trouble` are
    called in threads of their own: they may render a page.
    """

    def __init__(self, look: Look, trouble: Trouble = _no_trouble) -> None:
        self.epoch = token_hex(4)
        self._look = look
        self._trouble = trouble
        self._number = 0
        self._changed: deque[tuple[int, tuple[str, ...]]] = deque(maxlen=_BUILDS_REMEMBERED)
        self._problems: tuple[Mapping[str, Any], ...] = ()
        self._problem_count = 0
        self._waiting: dict[asyncio.Event, bytes] = {}
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Tell browsers from now on. To be called in the event loop."""
        self._loop = asyncio.get_running_loop()

    @property
    def streams(self) -> int:
        """How many browsers listen."""
        return len(self._waiting)

    @property
    def paths(self) -> tuple[bytes, ...]:
        """The paths that browsers show, each once."""
        return tuple(dict.fromkeys(tuple(self._waiting.values())))

    def announce(
        self,
        changed: Collection[str] = (),
        problems: Collection[Mapping[str, Any]] = (),
        problem_count: int = 0,
    ) -> None:
        """A build has ended: these files that are no pages changed; or it failed for these reasons.

        `problem_count` counts also those that are not among them.
        """
        files = tuple(sorted(changed))
        with self._lock:
            self._number += 1
            self._changed.append((self._number, files if len(files) <= _MOST_FILES else ("*",)))
            self._problems = tuple(problems)
            self._problem_count = max(problem_count, len(self._problems))
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for waiting in tuple(self._waiting):
            waiting.set()

    def decorate(self, body: bytes, seen: Seen) -> bytes:
        """A page's HTML with the script that reloads it."""
        tag = (
            f'<script src="{SCRIPT}" data-epoch="{self.epoch}" data-number="{self._number}" '
            f'data-digest="{seen.digest}" data-shape="{seen.shape}" defer></script>'
        )
        ends = list(_BODY_END.finditer(body))
        place = ends[-1].start() if ends else len(body)
        return body[:place] + tag.encode() + body[place:]

    async def stream(self, path: bytes, epoch: str, number: int) -> AsyncIterator[str]:
        """The events of one browser as JSON texts: the present state at once, then each other one.

        The browser shows what is at `path`, as it was in `epoch` after `number` builds.
        """
        woken = asyncio.Event()
        self._waiting[woken] = path
        since = number if epoch == self.epoch else None
        try:
            while True:
                woken.clear()
                state = await asyncio.to_thread(self._state, path, since)
                since = state["number"]
                yield json.dumps(state, ensure_ascii=False, separators=(",", ":"))
                await woken.wait()
        finally:
            self._waiting.pop(woken, None)

    def _state(self, path: bytes, since: int | None) -> dict[str, Any]:
        with self._lock:
            number, files = self._number, self._changed_since(since)
            problems, count = self._problems, self._problem_count
        # After the number: what is announced meanwhile is told once more.
        seen = self._look(path)
        own = tuple(self._trouble(path))
        return {
            "epoch": self.epoch,
            "number": number,
            "digest": seen.digest if seen else "",
            "shape": seen.shape if seen else "",
            "styles": seen.styles if seen else (),
            "files": files,
            "problems": problems or own,
            "count": count or len(own),
        }

    def _changed_since(self, since: int | None) -> list[str]:
        """Names of changed files that are no pages; `*` where that is not known any more."""
        if since is None or since == self._number:
            return []
        if not self._changed or self._changed[0][0] > since + 1:
            return ["*"]
        return sorted({name for number, names in self._changed if number > since for name in names})
