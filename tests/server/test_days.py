"""A server that runs over midnight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg.server.days import Days
from prismic_ssg.server.options import Options
from prismic_ssg.server.service import Service

SITE = """
-- templates/page.html --
{{ doc.data.title }} on {{ site.today }}
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "First"}}
"""
NEW_YEARS_EVE = date(2026, 12, 31)


class Calendar:
    """A clock that shows a day until it is set."""

    def __init__(self) -> None:
        self.day = NEW_YEARS_EVE

    def today(self) -> date:
        return self.day


@contextmanager
def served(site: BuiltSite, calendar: Calendar) -> Iterator[Service]:
    service = Service(Options(site.folder, environment={}, reloads=False), today=calendar.today)
    service.start()
    try:
        yield service
    finally:
        service.stop()
        service.join(30.0)


def until_published(site: BuiltSite, text: str) -> None:
    deadline = time.monotonic() + 30
    page = site.folder / "dist/first/index.html"
    while not (page.is_file() and text in page.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
def test_pages_that_show_the_day_are_published_anew_after_midnight(tmp_path: Path) -> None:
    site, calendar = BuiltSite(tmp_path / "site", SITE), Calendar()
    with served(site, calendar) as service:
        until_published(site, "First on 2026-12-31")
        calendar.day += timedelta(days=1)
        service.days.look()
        until_published(site, "First on 2027-01-01")
        calendar.day -= timedelta(days=1)
        service.days.look()
        until_published(site, "First on 2026-12-31")


def test_a_day_is_told_of_once_however_the_clock_is_set() -> None:
    calendar, told = Calendar(), list[date]()
    days = Days(calendar.today, lambda _cause: told.append(calendar.day))
    for step in (0, 0, 1, 0, 0, 400, 0, -500, 0):
        calendar.day += timedelta(days=step)
        days.look()
    assert [day - NEW_YEARS_EVE for day in told] == [timedelta(days=days) for days in (1, 401, -99)]
