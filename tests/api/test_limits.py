"""How fast requests go out, and how long a refused one waits."""

from __future__ import annotations

import io
import logging
import threading
from datetime import UTC, datetime

import pytest
from fault_server import FakeTime, FaultyApi, answers, client_of

from prismic_ssg.api.limiter import Limiter
from prismic_ssg.api.retries import Refused, Retries, retry_after_s
from prismic_ssg.errors import ConnectionFailed, PrismicError

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_no_second_sees_more_requests_than_the_limit() -> None:
    time = FakeTime()
    limiter = Limiter(per_second=5, clock=time.clock)
    moments = []
    for _ in range(23):
        with limiter.admitted(time.sleep):
            moments.append(time.clock())
    assert all(later - earlier >= 1 for earlier, later in zip(moments, moments[5:], strict=False))


def test_requests_below_the_limit_do_not_wait() -> None:
    time = FakeTime()
    limiter = Limiter(per_second=190, clock=time.clock)
    for _ in range(190):
        with limiter.admitted(time.sleep):
            pass
    assert time.slept == []


def test_a_pause_holds_for_everybody_and_a_shorter_one_does_not_end_it() -> None:
    time = FakeTime()
    limiter = Limiter(clock=time.clock)
    limiter.pause(10)
    limiter.pause(1)
    with limiter.admitted(time.sleep):
        assert time.clock() == 1010


def test_no_more_requests_than_allowed_are_under_way() -> None:
    limiter = Limiter(at_once=2)
    entered = threading.Semaphore(0)
    release = threading.Event()

    def use() -> None:
        with limiter.admitted():
            entered.release()
            release.wait(5)

    threads = [threading.Thread(target=use) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert entered.acquire(timeout=5)
    assert entered.acquire(timeout=5)
    assert not entered.acquire(timeout=0.02)
    release.set()
    for thread in threads:
        thread.join(5)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Fri, 01 May 2026 12:00:30 GMT", 30.0),
        ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
        ("Fri, 01 May 2026 12:00:30", 30.0),
        ("Fri, 01 May 2026 12:00:30 -0000", 30.0),
        ("Fri, 01 May 99999999999999999999 12:00:30 GMT", None),
        ("Fri, 01 May 2026 12:00:30 +99999999999999999999", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize("year", [1970, 2025, 2027])
def test_a_moment_to_wait_for_is_by_the_clock_that_named_it(year: int) -> None:
    headers = {
        "retry-after": "Fri, 01 May 2026 12:00:07 GMT",
        "date": "Fri, 01 May 2026 12:00:00 GMT",
    }
    assert retry_after_s(headers, NOW.replace(year=year)) == 7.0
    assert retry_after_s({**headers, "date": "noon"}, NOW) == 7.0


@pytest.mark.parametrize(
    ("fault", "least_s"),
    [(answers(429, retry_after="7"), 7.0), (answers(429), 1.0), (answers(503), 0.1)],
)
def test_a_refused_request_waits_at_least_as_long_as_asked(fault: object, least_s: float) -> None:
    time = FakeTime()
    client_of(FaultyApi(faults={0: [fault]}), time).get_repository()  # type: ignore[list-item]
    assert least_s <= sum(time.slept) <= least_s + 0.5


@pytest.mark.parametrize(("status", "paused_s"), [(429, [7.0]), (503, [])])
def test_a_rate_limit_holds_for_everybody_and_a_busy_server_for_one(
    status: int, paused_s: list[float]
) -> None:
    time = FakeTime()
    answers_left = [Refused(status, {"retry-after": "7"}, PrismicError("refused"))]
    paused: list[float] = []

    def attempt() -> str:
        for refused in answers_left:
            answers_left.clear()
            raise refused
        return "answered"

    retries = Retries(clock=time.clock, sleep=time.sleep, random=lambda: 0.0)
    assert retries.call(attempt, pause_all=paused.append) == "answered"
    assert paused == paused_s


def test_a_process_that_was_stopped_for_long_asks_once_more() -> None:
    time = FakeTime()
    asked: list[float] = []

    def attempt() -> str:
        asked.append(time.clock())
        if len(asked) == 1:
            time.sleep(600)  # Ctrl-Z, `docker pause`: the connection is dead when it goes on
            raise ConnectionFailed("no answer")
        return "answered"

    retries = Retries(clock=time.clock, sleep=time.sleep)
    assert retries.call(attempt, pause_all=lambda _: None) == "answered"


def test_tries_that_take_longer_than_there_is_time_are_two() -> None:
    time = FakeTime()

    def attempt() -> str:
        time.sleep(100)
        raise ConnectionFailed("no answer")

    with pytest.raises(ConnectionFailed, match="asked 2 times in 200 s"):
        Retries(clock=time.clock, sleep=time.sleep, random=lambda: 0.0).call(
            attempt, pause_all=lambda _: None
        )


def test_asking_again_prints_nothing_where_logging_is_not_set_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging, "lastResort", logging.StreamHandler(printed))
    client_of(FaultyApi(faults={0: [answers(500)] * 3})).get_repository()
    assert printed.getvalue() == ""


def test_waits_grow_from_try_to_try() -> None:
    time = FakeTime()
    with pytest.raises(PrismicError):
        client_of(FaultyApi(always={0: answers(500)}), time).get_repository()
    assert time.slept == sorted(time.slept)
    assert time.slept[-1] > 10 * time.slept[0]


def test_who_wants_to_go_on_for_days_can() -> None:
    time = FakeTime()
    api = FaultyApi(faults={0: [answers(500)] * 1100})
    client_of(api, time, give_up_after_s=1_000_000.0).get_repository()
    assert len(time.slept) == 1100
    assert max(time.slept) <= 8


def test_how_long_to_go_on_can_be_set() -> None:
    time = FakeTime()
    client = client_of(FaultyApi(always={0: answers(500)}), time, give_up_after_s=5.0)
    with pytest.raises(PrismicError):
        client.get_repository()
    assert 2 < time.clock() - 1000 <= 5
