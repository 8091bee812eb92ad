"""Which of the two readers see: what is rendered on request, or the output."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.live import Changed, LiveSite
from prismic_ssg.server.causes import Cause
from prismic_ssg.server.front import Front
from prismic_ssg.server.livereload import LiveReload

pytestmark = pytest.mark.slow

TEMPLATE = Cause(("templates/page.html",))
CONTENT = Cause(("webhook",), content=True)

SITE = """
-- templates/page.html --
<h1>{{ doc.data.title }}</h1>
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "First"}}
"""


@pytest.fixture
def live(tmp_path: Path) -> LiveSite:
    site = BuiltSite(tmp_path / "site", SITE)
    made = LiveSite(site.folder, {}, lambda: date(2026, 1, 1), lambda: None)
    made.refresh(Changed())
    return made


def front_of(
    live: LiveSite,
    browsers: LiveReload | None = None,
    build: Callable[[Cause], None] = lambda _: None,
    look: Callable[[bytes], object] = lambda _: None,
) -> Front:
    def failed(error: PrismicSsgError) -> None:
        raise error

    return Front(
        live,
        browsers,
        build=build,
        look=look,
        names=lambda _: (),
        on_failed=failed,
    )


def test_a_change_is_shown_until_a_build_that_began_after_it_has_ended(live: LiveSite) -> None:
    front = front_of(live)
    before = front.beginning()
    live.refresh(Changed(content=False, configuration=False))
    front.built(before, TEMPLATE)
    assert front.is_ahead
    front.built(front.beginning(), TEMPLATE)
    assert not front.is_ahead


def test_a_build_shows_what_could_not_be_shown_before_it(live: LiveSite) -> None:
    front = front_of(live)
    front.built(front.beginning(), TEMPLATE)
    path = live.project / "prismicio.py"
    text = path.read_text("utf-8")
    path.write_text("nothing.is_here", "utf-8")
    with pytest.raises(PrismicSsgError):
        live.refresh(Changed(configuration=True))
    path.write_text(text, "utf-8")
    front.built(front.beginning(), TEMPLATE)
    assert not front.is_ahead


def test_what_follows_a_build_does_not_hide_the_next_one(live: LiveSite) -> None:
    front = front_of(live)
    next_one = front.beginning()
    front.start()
    front.built(front.beginning(), CONTENT)
    deadline = time.monotonic() + 30
    while live.edition is next_one or front.is_ahead:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    front.stop()
    front.built(next_one, TEMPLATE)
    assert not front.is_ahead


def test_a_filter_that_ends_the_program_keeps_no_change_from_being_built(live: LiveSite) -> None:
    asked: list[Cause] = []
    came = threading.Semaphore(0)

    def build(cause: Cause) -> None:
        asked.append(cause)
        came.release()

    async def with_a_browser() -> None:
        browsers = LiveReload(lambda _: None)
        browsers.start()
        stream = browsers.stream(b"/first/", "", 0)
        await anext(stream)
        front = front_of(live, browsers, build, lambda _: sys.exit(3))
        front.start()
        for _ in range(2):
            front.ask(TEMPLATE)
            assert await asyncio.to_thread(came.acquire, timeout=10)
        front.stop()
        await stream.aclose()

    asyncio.run(with_a_browser())
    assert [cause.reasons for cause in asked] == [TEMPLATE.reasons, TEMPLATE.reasons]
