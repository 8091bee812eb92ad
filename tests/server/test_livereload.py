"""What a browser is told, by the stream's texts; browsers themselves are in tests/browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from prismic_ssg.server.files import Seen
from prismic_ssg.server.livereload import LiveReload


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(limited())


def live_for(pages: dict[bytes, bytes]) -> LiveReload:
    live = LiveReload(lambda path: Seen.of(pages[path]) if path in pages else None)
    live.start()
    return live


async def following(stream: AsyncIterator[str]) -> dict[str, Any]:
    return json.loads(await anext(stream))


def test_a_browser_hears_the_present_state_at_once() -> None:
    async def test() -> None:
        live = live_for({b"/": b"home"})
        live.announce(problems=[{"message": "boom"}])
        state = await following(live.stream(b"/", live.epoch, 0))
        assert state["digest"] == Seen.of(b"home").digest
        assert (state["problems"], state["count"]) == ([{"message": "boom"}], 1)

    run(test)


def test_a_page_that_changed_has_another_digest_and_others_keep_theirs() -> None:
    async def test() -> None:
        pages = {b"/": b"home", b"/a/": b"a"}
        live = live_for(pages)
        home, other = live.stream(b"/", live.epoch, 0), live.stream(b"/a/", live.epoch, 0)
        before = [await following(home), await following(other)]
        pages[b"/a/"] = b"new"
        live.announce()
        after = [await following(home), await following(other)]
        assert before[0]["digest"] == after[0]["digest"]
        assert before[1]["digest"] != after[1]["digest"] == Seen.of(b"new").digest

    run(test)


def test_problems_are_gone_with_the_next_good_build() -> None:
    async def test() -> None:
        live = live_for({})
        stream = live.stream(b"/", live.epoch, 0)
        await following(stream)
        live.announce(problems=[{"message": "boom"}], problem_count=70)
        assert (await following(stream))["count"] == 70
        live.announce()
        assert (await following(stream))["problems"] == []

    run(test)


def test_changed_files_are_told_once_and_to_whoever_was_away() -> None:
    async def test() -> None:
        live = live_for({})
        stream = live.stream(b"/", live.epoch, 0)
        assert (await following(stream))["files"] == []
        live.announce(["a.css"])
        assert (await following(stream))["files"] == ["a.css"]
        live.announce(["b.css"])
        assert (await following(stream))["files"] == ["b.css"]
        returned = await following(live.stream(b"/", live.epoch, 1))
        assert returned["files"] == ["b.css"]
        assert (await following(live.stream(b"/", live.epoch, 0)))["files"] == ["a.css", "b.css"]

    run(test)


def test_who_was_away_for_too_long_is_told_that_anything_may_have_changed() -> None:
    async def test() -> None:
        live = live_for({})
        for number in range(300):
            live.announce([f"{number}.css"])
        assert (await following(live.stream(b"/", live.epoch, 3)))["files"] == ["*"]
        live.announce([f"{number}.css" for number in range(1000)])
        assert (await following(live.stream(b"/", live.epoch, 300)))["files"] == ["*"]

    run(test)


def test_a_slow_reader_hears_the_last_state_and_not_all_of_them() -> None:
    async def test() -> None:
        live = live_for({})
        stream = live.stream(b"/", live.epoch, 0)
        await following(stream)
        for number in range(50):
            live.announce([f"{number % 3}.css"])
        state = await following(stream)
        assert state["number"] == 50
        assert state["files"] == ["0.css", "1.css", "2.css"]

    run(test)


def test_a_server_that_was_restarted_has_another_epoch() -> None:
    async def test() -> None:
        first, second = live_for({}), live_for({})
        state = await following(second.stream(b"/", first.epoch, 7))
        assert state["epoch"] == second.epoch != first.epoch

    run(test)


def test_a_stream_that_ends_is_forgotten() -> None:
    async def test() -> None:
        live = live_for({})
        stream = live.stream(b"/", live.epoch, 0)
        await following(stream)
        assert live.streams == 1
        await stream.aclose()  # type: ignore[attr-defined]
        assert live.streams == 0

    run(test)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<body>a</body></html>", b"<body>a#</body></html>"),
        (b"<body>a</BODY ></html>", b"<body>a#</BODY ></html>"),
        (b"<p>'</body>'</p></body>", b"<p>'</body>'</p>#</body>"),
        (b"no end", b"no end#"),
        (b"", b"#"),
    ],
)
def test_the_script_stands_at_the_end_of_the_body(body: bytes, expected: bytes) -> None:
    live = LiveReload(lambda _: None)
    decorated = live.decorate(body, Seen.of(body))
    start = decorated.index(b"<script")
    end = decorated.index(b"</script>") + len(b"</script>")
    assert decorated[:start] + b"#" + decorated[end:] == expected
    assert f'data-epoch="{live.epoch}"'.encode() in decorated
