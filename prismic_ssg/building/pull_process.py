"""A pull by a copy of this process, so that this one has its hands free.

Python runs one thread at a time. To pull 10,000 documents of which most are as they were takes
0.35 s, to load what renders and read what the last build left 0.2 s: side by side, no more than the
first.

What must never happen: a copy that is gone is waited for; one goes on when its build has ended; a
second one asks for what the first one does.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import traceback
from collections.abc import Callable
from threading import Thread
from typing import NoReturn

from prismic_ssg.api.pulled import Came, Progress, Puller
from prismic_ssg.building.processes import way_to_begin
from prismic_ssg.errors import PrismicError

Work = Callable[[Progress | None], Came]

# What arrived until then is kept by a copy that is told to end: the next pull goes on from there.
_LONGEST_END_MS = 5_000


def puller(begin: Callable[[], None]) -> Puller | None:
    """Has work done by a copy; `begin()` begins, in a thread, what is done here meanwhile. None
    where no process can be copied."""
    if way_to_begin() != "fork":
        return None

    def pull(work: Work, on_progress: Progress | None) -> Came:
        if way_to_begin() != "fork":
            # What was begun for an earlier ref is still under way.
            return work(on_progress)
        copy = _Copy(work)
        try:
            begin()
            return copy.outcome(on_progress)
        finally:
            copy.end()

    return pull


class _Copy:
    """A process that does some work, and what it tells."""

    def __init__(self, work: Work) -> None:
        reading, writing = os.pipe()
        # Nothing is written there. It ends when this process does, however that is.
        life, ours = os.pipe()
        self._process = os.fork()
        if not self._process:
            os.close(reading)
            os.close(ours)
            _serve(work, writing, life)
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

    def end(self) -> None:
        """Have it end, whatever it is doing, and wait until it has."""
        os.close(self._ours)
        if self._process:
            ended = select.poll()
            ended.register(self._told, 0)
            if not ended.poll(_LONGEST_END_MS):
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        self._told.close()


def _serve(work: Work, writing: int, life: int) -> NoReturn:
    """Be the copy: do the work, tell how far it is, and what it gave or raised."""
    # An interrupt reaches every process at the terminal: the build's own ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    Thread(target=_end_with, args=(life,), daemon=True).start()
    code = 1
    # Whatever happens, nothing of the build's own may run here, such as what its `with` leaves.
    try:
        with os.fdopen(writing, "wb") as pipe:

            def tell(what: object) -> None:
                pickle.dump(what, pipe)
                pipe.flush()

            tell(_done(work, lambda done, total: tell((done, total))))
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
