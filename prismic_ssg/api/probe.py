"""One look at a Repository API: whether it answers, how fast, and what its clock says. No retry."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from prismic_ssg.api.exchange import Answer, http_date
from prismic_ssg.api.opening import open_exchange
from prismic_ssg.api.requests import with_token
from prismic_ssg.api.responses import error_of, read_repository
from prismic_ssg.api.waiting import answered
from prismic_ssg.content.repository import Repository
from prismic_ssg.errors import PrismicError

# Somebody waits for this; a build is more patient.
_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Probe:
    """What came of it: a repository, or the error in its place. `server_time` is what the server
    took for now, None where it did not say."""

    seconds: float
    repository: Repository | None = None
    error: PrismicError | None = None
    server_time: datetime | None = None


def probe(
    endpoint: str,
    access_token: str | None,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Probe:
    """Ask once, with or without a token."""
    exchange = open_exchange(timeout_s=_TIMEOUT_S)
    url = with_token(endpoint, access_token)
    started = clock()
    try:
        answer = answered(lambda: exchange.get(url, {}))
        seconds = clock() - started
        if answer.status != 200:
            error = error_of(answer.status, answer.body, url, api="repository")
            return Probe(seconds, error=error, server_time=_server_time(answer))
        repository = read_repository(answer.body, url)
        return Probe(seconds, repository, server_time=_server_time(answer))
    except PrismicError as error:
        return Probe(clock() - started, error=error)
    finally:
        exchange.close()


def _server_time(answer: Answer) -> datetime | None:
    """The server's now: an answer out of a cache has a date that is as old as its age."""
    date = http_date(answer.headers.get("date", ""))
    try:
        return date and date + timedelta(seconds=int(answer.headers.get("age", "0")))
    except (ValueError, OverflowError):
        return None
