"""Phases of a build: how long each takes, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prismic_ssg.report import PHASES

Progress = Callable[[str, int, int], None]
"""Called with a phase ("documents", "pages", "images"), how many are done and how many it has."""


class Phases:
    """Measures the phases of one build by a clock, which gives seconds from any moment on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = clock()
        self._seconds = dict.fromkeys(PHASES, 0.0)

    @contextmanager
    def measured(self, phase: str) -> Iterator[None]:
        """Count what is done inside to a phase."""
        start = self._clock()
        try:
            yield
        finally:
            self._seconds[phase] += self._clock() - start

    @property
    def seconds(self) -> dict[str, float]:
        """Each phase, and all of them so far as `total`."""
        return {**self._seconds, "total": self._clock() - self._start}


def counted(on_progress: Progress | None, phase: str) -> Callable[[int, int], None] | None:
    """Tells `on_progress` how far one phase has come."""
    if on_progress is None:
        return None
    return lambda done, total: on_progress(phase, done, total)
