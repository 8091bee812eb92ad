"""Where rendering spends its time: by template and by query, for `build --profile`.

A template's time has that of what it includes, extends and calls in it. What several pages share is
worked out once: a query that every page asks is answered once, and so counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jinja2

from prismic_ssg.content.query import Query
from prismic_ssg.engine.facts import Fact


@dataclass
class Timing:
    """How long something took: `count` times, together and at most."""

    kind: str
    name: str
    count: int = 0
    total_s: float = 0.0
    longest_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.count += 1
        self.total_s += seconds
        self.longest_s = max(self.longest_s, seconds)

    @property
    def average_s(self) -> float:
        return self.total_s / self.count if self.count else 0.0


@dataclass
class Timings:
    """Timings of one renderer. `clock` gives seconds from any moment on."""

    clock: Callable[[], float]
    _by_name: dict[tuple[str, str], Timing] = field(default_factory=dict)

    def all(self) -> tuple[Timing, ...]:
        """Every timing, those that took most first."""
        found = self._by_name.values()
        return tuple(sorted(found, key=lambda each: (-each.total_s, each.kind, each.name)))

    def of(self, kind: str, name: str) -> Timing:
        timing = self._by_name.get((kind, name))
        if timing is None:
            timing = self._by_name[kind, name] = Timing(kind, name)
        return timing

    def watch_template(self, template: jinja2.Template) -> None:
        """Time a template that was loaded, from now on."""
        timing = self.of("template", template.name or "")
        template.root_render_func = self._timed(template.root_render_func, timing)

    def _timed(
        self, render: Callable[[Any], Iterator[str]], timing: Timing
    ) -> Callable[[Any], Iterator[str]]:
        def timed(context: Any) -> Iterator[str]:
            seconds = 0.0
            pieces = render(context)
            while True:
                # Not while whoever takes the pieces does something else with them.
                began = self.clock()
                piece = next(pieces, None)
                seconds += self.clock() - began
                if piece is None:
                    break
                yield piece
            timing.add(seconds)

        return timed

    def answered(
        self, answer: Callable[[Query], tuple[Fact, Any]]
    ) -> Callable[[Query], tuple[Fact, Any]]:
        """`answer`, each query of which is timed."""

        def timed(query: Query) -> tuple[Fact, Any]:
            began = self.clock()
            fact, ids = answer(query)
            self.of("query", fact[1]).add(self.clock() - began)
            return fact, ids

        return timed

    def asked(self, query: Callable[..., Any]) -> Callable[..., Any]:
        """`site.query`, of which each call is counted."""
        every = self.of("query", "(all together)")

        def timed(*arguments: Any, **options: Any) -> Any:
            began = self.clock()
            found = query(*arguments, **options)
            every.add(self.clock() - began)
            return found

        return timed
