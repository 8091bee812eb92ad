"""Asking for the master ref now and then."""

from __future__ import annotations

from prismic_ssg.errors import ConnectionFailed
from prismic_ssg.server.polling import Poller


class Polled:
    def __init__(self, known: str | None = "r1") -> None:
        self.known = known
        self.says: str | Exception = "r1"
        self.new: list[str] = []
        self.events: list[str] = []
        self.poller = Poller(
            10.0,
            self.ask,
            lambda: self.known,
            self.new.append,
            lambda event, **_: self.events.append(event),
        )

    def ask(self) -> str:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def test_a_ref_that_did_not_move_starts_nothing() -> None:
    polled = Polled()
    assert [polled.poller.poll() for _ in range(3)] == [10.0] * 3
    assert polled.new == []


def test_a_ref_that_moved_is_told_once() -> None:
    polled = Polled()
    polled.says = "r2"
    polled.poller.poll()
    polled.poller.poll()
    assert polled.new == ["r2"]
    polled.known = "r2"
    polled.poller.poll()
    polled.says = "r1"
    polled.poller.poll()
    assert polled.new == ["r2", "r1"]


def test_before_the_first_build_there_is_nothing_to_compare_with() -> None:
    polled = Polled(known=None)
    polled.poller.poll()
    assert polled.new == []


def test_a_repository_that_does_not_answer_is_asked_less_often_and_told_of_once() -> None:
    polled = Polled()
    polled.says = ConnectionFailed("no answer")
    waits = [polled.poller.poll() for _ in range(9)]
    assert waits[:4] == [20.0, 40.0, 80.0, 160.0]
    assert waits[-1] == 300.0
    polled.says = "r2"
    assert polled.poller.poll() == 10.0
    assert polled.events == ["poll-failed", "poll-works-again"]
    assert polled.new == ["r2"]


def test_a_month_without_an_answer_is_polled_through() -> None:
    polled = Polled()
    polled.says = ConnectionFailed("no answer")
    assert [polled.poller.poll() for _ in range(9000)][-1] == 300.0


def test_what_nobody_thought_of_does_not_end_the_polling() -> None:
    polled = Polled()
    for error in (RuntimeError("can't start new thread"), MemoryError(), OSError(24, "no more")):
        polled.says = error
        polled.poller.poll()
        assert polled.poller.error is not None
    polled.says = "r2"
    polled.poller.poll()
    assert (polled.new, polled.poller.error) == (["r2"], None)
    assert polled.events == ["poll-failed", "poll-works-again"]
