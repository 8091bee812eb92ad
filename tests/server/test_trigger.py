"""The trigger file: touched by anything, read without losing a hint."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

from prismic_ssg.store.trigger import Hint, Trigger

HINT = Hint("webhook", "r1", ("a", "b"))


def touch(path: Path, at_ns: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, ns=(at_ns, at_ns))


def test_a_file_that_nobody_touches_is_no_news(tmp_path: Path) -> None:
    touch(tmp_path / "trigger", 1)
    trigger = Trigger(tmp_path / "trigger")
    assert trigger.news() is None
    assert Trigger(tmp_path / "not" / "there").news() is None


def test_a_touch_is_news_once_and_no_hint(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "new" / "trigger")
    touch(trigger.path, 1)
    assert trigger.news() == ()
    assert trigger.news() is None
    touch(trigger.path, 2)
    assert trigger.news() == ()


def test_whatever_a_script_writes_is_a_touch(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    for text in ("deploy\n", '{"ref": 5}\n', "\x00\xff", "[]\n"):
        trigger.path.write_text(text, "latin-1")
        assert trigger.news() == ()


def test_hints_are_read_in_order_and_once(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    trigger.append(HINT)
    trigger.append(Hint("webhook", "r2"))
    assert trigger.news() == (HINT, Hint("webhook", "r2"))
    trigger.append(Hint("webhook", "r3"))
    assert trigger.news() == (Hint("webhook", "r3"),)
    assert trigger.news() is None


def test_hints_from_before_the_start_are_no_news(tmp_path: Path) -> None:
    Trigger(tmp_path / "trigger").append(HINT)
    trigger = Trigger(tmp_path / "trigger")
    assert trigger.news() is None
    trigger.append(Hint("webhook", "r2"))
    assert trigger.news() == (Hint("webhook", "r2"),)


def test_a_file_that_is_replaced_or_shortened_is_read_from_its_start(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    trigger.append(HINT)
    trigger.news()
    other = Trigger(tmp_path / "other")
    other.append(Hint("webhook", "replaced", ("longer than the one before",)))
    other.path.replace(trigger.path)
    assert trigger.news() == (Hint("webhook", "replaced", ("longer than the one before",)),)
    trigger.path.write_bytes(b"")
    assert trigger.news() == ()
    trigger.append(HINT)
    assert trigger.news() == (HINT,)


def test_a_file_that_goes_is_no_touch_and_one_that_comes_back_is(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    trigger.append(HINT)
    trigger.news()
    trigger.path.unlink()
    assert trigger.news() is None
    trigger.append(HINT)
    assert trigger.news() == (HINT,)


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    seen: list[Hint] = []

    def write(name: int) -> None:
        own = Trigger(tmp_path / "trigger")
        for number in range(50):
            own.append(Hint("webhook", f"{name}-{number}"))

    writers = [Thread(target=write, args=(name,)) for name in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen += trigger.news() or ()
    for writer in writers:
        writer.join()
    seen += trigger.news() or ()
    assert len(seen) == len({hint.ref for hint in seen}) == 200


def test_months_of_hints_do_not_fill_the_disk(tmp_path: Path) -> None:
    trigger = Trigger(tmp_path / "trigger")
    large = Hint("webhook", "r", tuple(f"document-{n}" for n in range(1000)))
    last = Hint("webhook", "last")
    for _ in range(40):
        trigger.append(large)
        assert trigger.news()
    trigger.append(last)
    assert trigger.news() == (last,)
    assert trigger.path.stat().st_size < 300_000
