"""Pages rendered by several processes, each with the world that this one has.

What must never happen: a worker that died is waited for; an interrupt leaves one behind; the
output depends on how many there are. So every worker is watched beside its pipe, ends when the pipe
does, and gives back what the pages are, which the build puts in order.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from prismic_ssg.api.collector import give_back
from prismic_ssg.building.page_work import Done, PageWork
from prismic_ssg.building.portions import PORTION, Portions, in_order
from prismic_ssg.building.processes import signals_later, signals_now, way_to_begin
from prismic_ssg.engine.facts import Fact
from prismic_ssg.engine.page import Page
from prismic_ssg.errors import PageError, PrismicSsgError
from prismic_ssg.render.renderer import Rendered

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess


class Failed(NamedTuple):
    """A page that can't be rendered, by its path, and why."""

    path: str
    error: PrismicSsgError


Outcome = Done | Rendered | Failed

# A copy of this process costs a few hundredths of a second, a fresh one most of a second: fewer
# pages than this are done before.
WORTH_A_WORKER = {"fork": 60, "spawn": 800}

# How far back workers stand, as `nice` counts, behind a process that has other threads: those of a
# server answer readers.
_BEHIND_READERS = 10

# So many portions are always under way that no worker waits for more.
_PORTIONS_AHEAD = 2


Begin = Callable[[], PageWork]


class Workers(msgspec.Struct, frozen=True):
    """Up to `jobs` processes that do pages.

    `begin()` makes the PageWork of this process or of a copy of it, `elsewhere()` that of a fresh
    one: it can be pickled, and is None where there is none. `answers` gathers what all pages have
    read, once they are done. `meanwhile` is run in a thread of this process while others are at
    work, and has ended when all pages are done; it raises nothing.
    """

    begin: Begin
    elsewhere: Begin | None
    jobs: int
    answers: dict[Fact, bytes]
    meanwhile: Callable[[], None] = lambda: None

    def do(self, pages: Sequence[Page]) -> Iterator[Outcome]:
        """What became of each page, in whatever order they are done.

        Raises PageError where a worker dies, with the page that it was doing.
        """
        way = way_to_begin()
        begin = self.begin if way == "fork" else self.elsewhere
        count = min(self.jobs, len(pages) // WORTH_A_WORKER.get(way or "", 1))
        if count <= 1 or way is None or begin is None:
            yield from self._here(pages)
            return
        # What the first page of a kind works out (compiled templates, answers of queries over all
        # documents) every copy of this process has from then on.
        first, rest = _one_of_each_kind(pages)
        done = list(self._here(first))
        if way == "fork":
            # What is free here would stay until the last copy has written on it.
            give_back()
        team = _Team(way, begin, rest, count)
        aside = threading.Thread(target=self.meanwhile, daemon=True)
        try:
            # Threads not before: copies are made of a process that has one. Who takes what is done
            # may begin some for their images.
            aside.start()
            yield from done
            yield from team.outcomes(self.answers)
        finally:
            team.end()
            if aside.ident is not None:
                aside.join()

    def _here(self, pages: Sequence[Page]) -> Iterator[Outcome]:
        work = self.begin()
        ordered, _ = in_order(pages)
        for start in range(0, len(ordered), PORTION):
            portion = ordered[start : start + PORTION]
            work.expect(portion)
            for page in portion:
                yield _outcome(work, page)
        self.answers.update(work.answers)


def _one_of_each_kind(pages: Sequence[Page]) -> tuple[list[Page], list[Page]]:
    """The first page of those that have the same template, and all others."""
    first: dict[tuple[str, ...], Page] = {}
    # A document's own template comes before that of its type.
    rest = [page for page in pages if first.setdefault(page.templates[-2:], page) is not page]
    return list(first.values()), rest


def _outcome(work: PageWork, page: Page) -> Outcome:
    try:
        return work.do(page)
    except PrismicSsgError as error:
        # Not the traceback: it holds all that a template had at hand.
        return Failed(page.path, error.with_traceback(None))


class _Team:
    """Workers, the pipe to each, and what each is doing."""

    def __init__(self, way: str, begin: Begin, pages: Sequence[Page], count: int) -> None:
        import multiprocessing

        context: Any = multiprocessing.get_context(way)
        self._pages, listed = in_order(pages)
        self._portions = Portions(listed, len(pages), count)
        self._told: set[Connection] = set()
        self._at = [context.RawValue("q", -1) for _ in range(count)]
        self._members: dict[Connection, tuple[int, BaseProcess]] = {}
        for number in range(count):
            ours, theirs = context.Pipe()
            inherited = [*self._members, ours] if way == "fork" else []
            behind = 0 if way == "fork" else _BEHIND_READERS
            arguments = (begin, self._pages, theirs, self._at[number], inherited, behind)
            process = context.Process(target=_serve, args=arguments, daemon=True)
            with signals_later() if way == "fork" else nullcontext():
                process.start()
            theirs.close()
            self._members[ours] = (number, process)

    def outcomes(self, answers: dict[Fact, bytes]) -> Iterator[Outcome]:
        from multiprocessing.connection import wait

        for member in self._members:
            for _ in range(_PORTIONS_AHEAD):
                self._hand_out(member)
        working = set(self._members)
        while working:
            for ready in wait(list(working)):
                pipe: Any = ready
                try:
                    portion, more_answers = pipe.recv()
                except (EOFError, OSError):
                    raise self._died(pipe) from None
                if more_answers is not None:
                    answers.update(more_answers)
                    working.discard(pipe)
                    continue
                self._hand_out(pipe)
                yield from portion

    def _hand_out(self, pipe: Connection) -> None:
        """Give a worker its next portion, or tell it, once, that there is none."""
        if pipe in self._told:
            return
        portion = self._portions.next(self._members[pipe][0])
        if not portion:
            self._told.add(pipe)
        try:
            pipe.send((portion.start, portion.stop))
        except OSError:
            raise self._died(pipe) from None

    def _died(self, pipe: Connection) -> PageError:
        number, process = self._members[pipe]
        process.join(5)
        code = process.exitcode or 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        at = self._at[number].value
        page = self._pages[at] if at >= 0 else None
        where = f" while it rendered {page.path!r} ({page.origin})" if page else ""
        error = PageError(
            f"a worker process {how}{where}",
            page=page.path if page else None,
            document_id=page.document_id if page else None,
            hint="is there enough memory? --jobs 1 renders without workers",
        )
        error.__cause__ = ChildProcessError(how)
        return error

    def end(self) -> None:
        """End every worker, whatever it is doing, and wait until it has."""
        for pipe, (_, process) in self._members.items():
            pipe.close()
            if process.is_alive():
                process.terminate()
        for _, process in self._members.values():
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()


def _serve(
    begin: Begin,
    pages: Sequence[Page],
    pipe: Connection,
    at: Any,
    not_ours: Sequence[Connection],
    behind: int,
) -> None:
    """A worker: do portions until there are none, then give the answers that were read."""
    # An interrupt, and a terminal's end, reach every process there: the build's own ends workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals_now()
    if behind and hasattr(os, "nice"):
        os.nice(behind)
    for other in not_ours:
        # With these ends open here, no worker would notice that the build is gone.
        other.close()
    work: PageWork | None = None
    answers: Mapping[Fact, bytes] = {}
    try:
        while True:
            start, end = pipe.recv()
            if start == end:
                break
            work = work or begin()
            work.expect(pages[start:end])
            done = []
            for number in range(start, end):
                at.value = number
                done.append(_outcome(work, pages[number]))
            at.value = -1
            pipe.send((done, None))
            answers = work.answers
        pipe.send(((), dict(answers)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(1)
