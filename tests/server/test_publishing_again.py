"""What a site does after a build, where that fails or is broken off: it is done later."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from serving import serving
from site_harness import BuiltSite

from prismic_ssg import GitHubDispatch, Site
from prismic_ssg.server.publishing import Publisher, Publishing
from prismic_ssg.store.mark import Mark

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

# Says so in a file each time, and works from the third time on.
THIRD_TIME = """
open("done", "a").write("x")
raise SystemExit("nobody answers" if len(open("done").read()) < 3 else 0)
"""
WORKS = 'open("done", "a").write("x")'


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Server:
    """One life of a server in a folder: its builds, and what it wrote into its log. Its clock goes
    an hour on each time that somebody looks at it, unless it stands."""

    def __init__(self, folder: Path, *code: str, stands: bool = False) -> None:
        hours = count()
        self.folder = folder
        self.log: list[dict[str, Any]] = []
        self.publisher = Publisher(
            {},
            lambda event, **members: self.log.append({"event": event, **members}),
            clock=lambda: 0.0 if stands else next(hours) * 3600.0,
            now=lambda: NIGHT,
        )
        self.does(*code)

    def does(self, *code: str) -> None:
        """What its configuration says from now on."""
        self.site = Site(on_publish=[[sys.executable, "-c", each] for each in code])

    @property
    def mark(self) -> Mark:
        return Mark(self.folder / ".prismic-ssg" / "state.owed")

    def build(self, *, has_changed: bool) -> None:
        publishing = Publishing(self.site, self.folder, self.mark)
        self.publisher.expect(publishing)
        assert self.mark.is_set == bool(self.site.on_publish)
        self.publisher.built(publishing, has_changed=has_changed)

    def end(self) -> None:
        self.publisher.stop()
        assert self.publisher.join(20)

    @property
    def done(self) -> int:
        """How often its commands were run, by this one and those before."""
        path = self.folder / "done"
        return len(path.read_text("utf-8")) if path.exists() else 0


def test_a_command_that_fails_is_run_again_until_it_works(tmp_path: Path) -> None:
    server = Server(tmp_path, THIRD_TIME)
    server.build(has_changed=True)
    until(lambda: not server.mark.is_set)
    assert server.done == 3
    assert not server.publisher.failing
    server.end()
    failed = {
        "event": "on-publish-failed",
        "action": sys.executable,
        "error": "ended with code 1: nobody answers",
    }
    first, second, last = server.log
    assert first == {**failed, "again_in_s": 5.0}
    assert second == {**failed, "again_in_s": 10.0, "times": 2, "since": "2026-11-22T03:00:00Z"}
    assert (last["event"], last["failed_since"]) == ("on-publish", "2026-11-22T03:00:00Z")


def test_what_was_done_is_not_done_again_with_what_failed(tmp_path: Path) -> None:
    server = Server(tmp_path, WORKS, "raise SystemExit(1)")
    server.build(has_changed=True)
    until(lambda: len(server.log) > 4)
    server.end()
    assert server.done == 1


def test_who_ends_the_server_waits_for_what_was_published_and_for_no_further_try(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path, WORKS, "raise SystemExit(1)")
    server.publisher.stop()
    server.build(has_changed=True)
    assert server.publisher.join(20)
    assert server.done == 1
    assert len(server.log) == 2
    assert server.mark.is_set


def test_who_fails_is_named_until_it_works(tmp_path: Path) -> None:
    server = Server(tmp_path, "raise SystemExit(1)", stands=True)
    server.build(has_changed=True)
    until(lambda: bool(server.publisher.failing))
    assert server.publisher.failing == {sys.executable: NIGHT}
    # Nothing is waited for: it would be tried again in five seconds only.
    server.end()


def test_of_a_later_publish_all_is_done_at_once(tmp_path: Path) -> None:
    server = Server(tmp_path, WORKS, "raise SystemExit(1)", stands=True)
    server.build(has_changed=True)
    until(lambda: bool(server.publisher.failing))
    server.build(has_changed=True)
    until(lambda: len(server.log) == 4)
    server.end()
    assert server.done == 2
    assert server.log[-1]["times"] == 2


def test_a_mended_configuration_is_followed_at_once(tmp_path: Path) -> None:
    server = Server(tmp_path, "raise SystemExit(1)", stands=True)
    server.build(has_changed=True)
    until(lambda: bool(server.publisher.failing))
    server.does(WORKS)
    server.build(has_changed=False)
    until(lambda: not server.mark.is_set)
    server.end()
    assert server.done == 1


def test_what_is_no_longer_wanted_is_not_tried_again(tmp_path: Path) -> None:
    server = Server(tmp_path, "raise SystemExit(1)", stands=True)
    server.build(has_changed=True)
    until(lambda: bool(server.publisher.failing))
    server.does()
    server.publisher.built(Publishing(server.site, tmp_path, server.mark), has_changed=True)
    assert not server.publisher.failing
    assert not server.mark.is_set
    server.end()


def test_where_somebody_has_to_mend_something_it_waits_for_that(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.site = Site(on_publish=[GitHubDispatch("octo/site")])
    server.build(has_changed=True)
    until(lambda: bool(server.publisher.failing))
    time.sleep(0.1)
    server.end()
    (told,) = server.log
    assert told["error"] == "GITHUB_TOKEN is not set, or is no token"
    assert "again_in_s" not in told
    # The token is set, and the server started again: nothing is to be built.
    again = Server(tmp_path, WORKS)
    again.build(has_changed=False)
    until(lambda: not again.mark.is_set)
    again.end()
    assert again.done == 1


def test_what_has_to_be_mended_is_not_tried_again_with_what_may_pass(tmp_path: Path) -> None:
    server = Server(tmp_path, "raise SystemExit(1)")
    server.site = Site(on_publish=[*server.site.on_publish, GitHubDispatch("octo/site")])
    server.build(has_changed=True)
    until(lambda: len(server.log) > 5)
    server.end()
    assert [told["action"] for told in server.log].count("GitHubDispatch octo/site") == 1
    assert server.publisher.failing.keys() == {sys.executable, "GitHubDispatch octo/site"}


def test_what_failed_is_done_by_the_next_server(tmp_path: Path) -> None:
    first = Server(tmp_path, "raise SystemExit(1)", stands=True)
    first.build(has_changed=True)
    until(lambda: bool(first.publisher.failing))
    first.end()
    second = Server(tmp_path, WORKS)
    second.build(has_changed=False)
    until(lambda: not second.mark.is_set)
    second.end()
    third = Server(tmp_path, WORKS)
    third.build(has_changed=False)
    third.end()
    assert third.done == 1


def test_a_build_that_was_cut_short_may_have_changed_something(tmp_path: Path) -> None:
    killed = Server(tmp_path, WORKS)
    killed.publisher.expect(Publishing(killed.site, tmp_path, killed.mark))
    server = Server(tmp_path, WORKS)
    server.build(has_changed=False)
    until(lambda: not server.mark.is_set)
    server.end()
    assert server.done == 1


def test_where_no_thread_can_be_begun_the_next_build_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    # The second one finds by the mark what the first one owes.
    for has_changed in (True, False):
        server = Server(tmp_path, WORKS)
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError):
                server.build(has_changed=has_changed)
    server.build(has_changed=False)
    until(lambda: not server.mark.is_set)
    server.end()
    assert server.done == 1


def test_after_a_build_that_changes_nothing_nothing_is_done_or_owed(tmp_path: Path) -> None:
    server = Server(tmp_path, WORKS)
    server.build(has_changed=False)
    server.end()
    assert server.done == 0
    assert not server.mark.is_set


def test_where_the_mark_cannot_be_set_all_is_done_and_said(tmp_path: Path) -> None:
    server = Server(tmp_path, WORKS)
    (tmp_path / ".prismic-ssg").write_text("in the way")
    publishing = Publishing(server.site, tmp_path, server.mark)
    server.publisher.expect(publishing)
    server.publisher.built(publishing, has_changed=True)
    server.end()
    assert server.done == 1
    assert server.log[0]["event"] == "on-publish-not-noted"


@pytest.mark.slow
def test_a_server_that_is_killed_does_it_after_its_next_start(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, '-- content/first.json --\n{"type": "page", "uid": "first"}')
    text = (site.folder / "prismicio.py").read_text().rstrip().removesuffix(")")
    fails = [sys.executable, "-c", "raise SystemExit('nobody answers')"]
    site.write("prismicio.py", f"{text}, on_publish=[{fails!r}])\n")
    with serving(site.folder, "--watch") as running:
        running.said("on-publish-failed action=")
        assert list(running.status()["on_publish_failing"]) == [sys.executable]
        running.process.kill()
    site.write("prismicio.py", f"{text}, on_publish=[{[sys.executable, '-c', WORKS]!r}])\n")
    with serving(site.folder, "--watch") as running:
        running.said("on-publish action=")
        running.until(lambda: not list(site.folder.glob(".prismic-ssg/*.owed")))
        assert "on_publish_failing" not in running.status()
    with serving(site.folder, "--watch") as running:
        running.said("built cause=start")
        running.end()
    assert (site.folder / "done").read_text("utf-8") == "x"
