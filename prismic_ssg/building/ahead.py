"""What a build will need, loaded and read while its content is on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Self

from prismic_ssg.building import engine_key
from prismic_ssg.building.standing import checked

if TYPE_CHECKING:
    from pathlib import Path

    from prismic_ssg.building.page_table import LastTable
    from prismic_ssg.site import Site
    from prismic_ssg.store.output import OutputTree
    from prismic_ssg.store.state import BuildState, PageRow, Remembered

# All that renders hangs from it.
_RENDERS = "prismic_ssg.building.run"

# For so long files count as they were seen. Rendering takes longer, and nobody looks again after
# that: what is changed meanwhile is found by the next build.
_SEEN_FOR_S = 2.0


class Ahead:
    """Loads what renders and reads what the last build left, once it is known that there is new
    content: of 10,000 pages that takes 0.2 s. Where there was no build, compiles templates: those
    of a site with 40 take 0.4 s. In a thread: an interrupt that comes while the main one imports
    may be lost, as Python ignores what is raised in some callbacks.

    The output of that build, `tree`, is locked, so that nothing else changes its `state` meanwhile.
    `clock` counts seconds. A context manager: no thread is left behind.
    """

    def __init__(
        self,
        state: BuildState,
        tree: OutputTree,
        clock: Callable[[], float],
        project: Path,
        site: Site,
    ) -> None:
        self._state = state
        self._tree = tree
        self._clock = clock
        self._project = project
        self._site = site
        self._is_waited_for = False
        self._thread: Thread | None = None
        self._remembered: Remembered | None = None
        self._table: LastTable | None = None
        self._seen_at_s: float | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def begin(self) -> None:
        """Load and read it in a thread, unless that was begun before."""
        if self._thread is None:
            thread = Thread(target=self._load, name="prismic-ssg-loads", daemon=True)
            # Where the system has none left this raises, and there is none to be waited for.
            thread.start()
            self._thread = thread

    def remembered(self) -> Remembered | None:
        """What is known of the last build, None for nothing. Asked once."""
        self._end()
        found, self._remembered = self._remembered, None
        if found is None:
            self._seen_at_s = None
            found = self._state.remembered()
        return found

    def table(self) -> LastTable | None:
        """The page table of the last build, None where it kept none. Asked once."""
        from prismic_ssg.building.page_table import last_table

        self._end()
        found, self._table = self._table, None
        return found or last_table(self._state)

    def pages(self, remembered: Remembered, *, again: bool) -> dict[str, PageRow]:
        """The pages of the last build, see `checked`. Files are looked at now where they were not a
        moment ago, or `again`: something else may have written there since."""
        seen = self._seen_at_s
        if seen is not None and not again and self._clock() - seen < _SEEN_FOR_S:
            return dict(remembered.pages)
        return checked(tuple(remembered.pages.values()), self._tree, self._state)

    def _load(self) -> None:
        # Who needs it meets the error again, and where it can be told.
        with suppress(Exception):
            import_module(_RENDERS)
            self._remembered = self._state.remembered()
            if self._remembered is not None:
                from prismic_ssg.building.page_table import last_table

                self._table = last_table(self._state)
                self._look(self._remembered)
            engine_key.prepare()
            if self._remembered is None:
                self._compile()

    def _compile(self) -> None:
        from prismic_ssg.render.compiled_ahead import compile_ahead
        from prismic_ssg.sources import read_templates

        templates, first = read_templates(self._project, self._site)
        compile_ahead(self._site, templates, first, lambda: not self._is_waited_for)

    def _look(self, remembered: Remembered) -> None:
        now_s = self._clock()
        rows = remembered.pages.values()
        if self._tree.stands_as((row.file, row.size, row.mtime_ns) for row in rows):
            self._seen_at_s = now_s

    def _end(self) -> None:
        self._is_waited_for = True
        if self._thread is not None:
            self._thread.join()
