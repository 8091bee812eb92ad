"""A pull by a copy of this process, so that this one has its hands free.

Python runs one thread at a time. To pull 10,000 documents of which most are as they were takes
0.35 s, to load what renders and read what the last build left 0.2 s: side by side, no more than the
first.

What must never happen: a copy that is gone is waited for; one goes on when its build has ended; a
second one asks for what the first one does. What a copy does once it has told what came, which is
to drop what is old, nobody waits for before the build is done.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import traceback
from collections.abc import Callable
from threading import Thread
from typing import NoReturn, Self

from prismic_ssg.api.pulled import Came, Progress, Puller
from prismic_ssg.building.processes import signals_later, signals_now, way_to_begin
from prismic_ssg.errors import PrismicError

Work = Callable[[Progress | None], Came]

# What arrived until then is kept by a copy that is told to end: the next pull goes on from there.
_LONGEST_END_MS = 5_000


class PullProcess:
    """Has pulls done by copies of this process; `begin()` begins, in a thread, what is done here
    meanwhile. A context manager: leaving it ends every copy, when it is done or, with an error, at
    once."""

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin = begin
        self._copies: list[_Copy] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        for copy in self._copies:
            copy.end(at_once=error is not None)

    @property
    def puller(self) -> Puller | None:
        """None where no process can be copied."""
        return self._pull if way_to_begin() == "fork" else None

    def _pull(
        self, work: Work, afterwards: Callable[[], None], on_progress: Progress | None
    ) -> Came:
        if way_to_begin() != "fork":
            # What was begun for an earlier ref is still under way.
            came = work(on_progress)
            afterwards()
            return came
        copy = _Copy(work, afterwards)
        self._copies.append(copy)
        self._begin()
        return copy.outcome(on_progress)


class _Copy:
    """A process that does some work, what it tells, and something afterwards."""

    def __init__(self, work: Work, afterwards: Callable[[], None]) -> None:
        reading, writing = os.pipe()
        # Nothing is written there. It ends when this process does, however that is.
        life, ours = os.pipe()
        with signals_later():
            self._process = os.fork()
            if not self._process:
                os.close(reading)
                os.close(ours)
                _serve(work, afterwards, writing, life)
        os.close(writing)
        os.close(life)
        self._ours = ours
        self._told = os.fdopen(reading, "rb")

    def outcome(self, on_progress: Progress | None) -> Came:
        """What the work gave. Raises what it raised, and PrismicError where the copy is gone."""
        while True:
            try:
                told = pickle.load(self._told)  # noqa: S301  (of this program)
            except (EOFError, pickle.UnpicklingError):
                raise self._died() from None
            if isinstance(told, Came):
                return told
            if isinstance(told, BaseException):
                raise told
            if on_progress is not None:
                on_progress(*told)

    def _died(self) -> PrismicError:
        code = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        self._process = 0
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return PrismicError(
            f"the process that pulls the content {how}",
            hint="is there enough memory? what arrived is kept: the next build goes on from there",
        )

    def end(self, *, at_once: bool) -> None:
        """Wait until it has ended; have it end before, whatever it is doing, where it takes long or
        is to end `at_once`."""
        if self._process and not at_once:
            self._has_ended()
        os.close(self._ours)
        if self._process:
            if not self._has_ended():
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        self._told.close()

    def _has_ended(self) -> bool:
        """Whether it has, or does in a while."""
        ended = select.poll()
        ended.register(self._told, 0)
        return bool(ended.poll(_LONGEST_END_MS))


def _serve(work: Work, afterwards: Callable[[], None], writing: int, life: int) -> NoReturn:
    """Be the copy: do the work, tell how far it is, and what it gave or raised."""
    # An interrupt, and a terminal's end, reach every process there: the build's own ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    code = 1
    # Whatever happens, nothing of the build's own may run here, such as what its `with` leaves.
    try:
        signals_now()
        Thread(target=_end_with, args=(life,), daemon=True).start()
        with os.fdopen(writing, "wb") as pipe:

            def tell(what: object) -> None:
                pickle.dump(what, pipe)
                pipe.flush()

            told = _done(work, lambda done, total: tell((done, total)))
            tell(told)
            if isinstance(told, Came):
                afterwards()
            code = 0
    finally:
        os._exit(code)


def _done(work: Work, on_progress: Progress) -> Came | Exception:
    try:
        return work(on_progress)
    except Exception as error:  # noqa: BLE001  (it is raised over there)
        error.add_note("".join(traceback.format_exception(error)))
        return error


def _interrupt(*_: object) -> NoReturn:
    # A second one would be in the way of what is kept.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_with(life: int) -> None:
    """End this process when the other one has."""
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)
