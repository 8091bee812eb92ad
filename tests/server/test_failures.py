"""Builds that fail one after another: what is tried again, and what is said of it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from image_server import image_server
from jinja2 import TemplateNotFound
from serving import ROOT, serving
from site_harness import BuiltSite

from prismic_ssg.errors import (
    ConfigurationError,
    ConnectionFailed,
    ContentError,
    OutputError,
    PageError,
    PrismicSsgError,
    memory_error,
    refusal_in,
    system_error,
)
from prismic_ssg.server.failures import Failures, may_pass
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

SITE = """
-- templates/page.html --
<html><body>{{ doc.data.title }}</body></html>
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "Home"}}
"""


def caused(error: PrismicSsgError, cause: Exception) -> PrismicSsgError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "problem",
    [
        ConnectionFailed("no answer"),
        OutputError("no space left"),
        system_error(OSError(24, "Too many open files")),
        system_error(refusal_in(RuntimeError("can't start new thread")) or OSError()),
        caused(PageError("the image can't be fetched", page="/a/"), ConnectionFailed("no answer")),
        memory_error(),
        caused(ConfigurationError("a hook: no answer"), ConnectionError()),
    ],
)
def test_what_may_pass_by_itself_is_tried_again(problem: PrismicSsgError) -> None:
    assert may_pass(problem)
    assert Failures(lambda: NIGHT).failed([problem]).again_in_s == 5.0


@pytest.mark.parametrize(
    "problem",
    [
        ConfigurationError("routes are wrong"),
        ContentError("a document is wrong"),
        PageError("no such filter", page="/a/", template="page.html", line=3),
        caused(PageError("there is no template 'a.html'", page="/a/"), TemplateNotFound("a.html")),
        PrismicSsgError("the build broke off: KeyError: 'a'"),
    ],
)
def test_what_somebody_has_to_mend_is_not(problem: PrismicSsgError) -> None:
    assert not may_pass(problem)
    assert Failures(lambda: NIGHT).failed([problem]).again_in_s is None


def test_a_night_without_prismic_is_news_once() -> None:
    clock = iter(NIGHT + timedelta(minutes=each) for each in range(1000))
    failures = Failures(lambda: next(clock))
    told = [
        failures.failed([ConnectionFailed(f"no answer (asked {each} times in 60 s)")])
        for each in range(1, 9)
    ]
    assert [each.is_news for each in told] == [True, *[False] * 7]
    assert [each.again_in_s for each in told] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert (told[-1].times, told[-1].since) == (8, NIGHT)
    assert failures.failed([OutputError("no space left")]).is_news
    before = failures.worked()
    assert before is not None
    assert (before.times, before.since) == (9, NIGHT)
    assert failures.worked() is None
    assert failures.failed([OutputError("no space left")]).is_news


def test_a_month_without_prismic_is_still_tried_every_five_minutes() -> None:
    failures = Failures(lambda: NIGHT)
    for _ in range(9000):
        failing = failures.failed([ConnectionFailed("no answer")])
    assert (failing.again_in_s, failing.times) == (300, 9000)


@pytest.mark.slow
def test_an_output_that_can_not_be_written_is_tried_again(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    with serving(site.folder, "--watch") as running:
        (site.dist / ".prismic-ssg-output").unlink()
        (site.dist / ".prismic-ssg-output").mkdir()
        site.write("content/documents/first.json", _home("New"))
        running.said(r"failed cause=.* again_in_s=5")
        status = running.status()
        assert (len(status["errors"]), "failing_since" in status) == (1, True)
        assert b"failing since" in running.ask("/_prismic/status")[2]
        (site.dist / ".prismic-ssg-output").rmdir()
        running.said(r"built cause=content\S* .* failed_since=\d{4}-")
        assert "failing_since" not in running.status()
    assert site.text("/first") == "<html><body>New</body></html>"


IMAGES = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("page", "/:uid")], images="download")
-- templates/page.html --
{{ doc.data.title }}<img src="{{ doc.data.image.url }}" alt="">
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "Home", "image": {"url": "URL", "alt": null,
 "dimensions": {"width": 1, "height": 1}}}}
"""


@pytest.mark.slow
def test_an_image_whose_host_is_down_is_asked_for_again(tmp_path: Path) -> None:
    with image_server() as images:
        images.answers["/a.png"] = (404, b"")
        site = BuiltSite(tmp_path, IMAGES.replace("URL", f"{images.url}/a.png"))
        with serving(site.folder, "--watch") as running:
            running.said(r"failed cause=start .* again_in_s=5")
            del images.answers["/a.png"]
            running.said(r"built cause=start .* failed_since=")
    assert site.text("/first").startswith('Home<img src="/images/')


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["its reader", "its disk"])
def test_a_log_that_nobody_reads_is_no_reason_to_stop(tmp_path: Path, gone: str) -> None:
    site = BuiltSite(tmp_path, SITE)
    reading, writing = os.pipe()
    out = writing if gone == "its reader" else os.open("/dev/full", os.O_WRONLY)
    process = subprocess.Popen(
        [sys.executable, "-m", "prismic_ssg", "-C", site.folder, "serve", "--watch", "-p", "0"],
        stdout=out,
        stderr=out,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    os.close(writing)
    os.close(reading)
    try:
        for title in ("One", "Two", "Three"):
            site.write("content/documents/first.json", _home(title))
            _until(lambda: title in _text(site))  # noqa: B023  (called here)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_letters_that_a_log_does_not_have_are_no_reason_to_stop(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    with serving(site.folder, "--watch", environment={"PYTHONIOENCODING": "latin-1"}) as running:
        site.write("templates/page.html", "{{ doc.data.title | 大きさ }}")
        running.said(r"failed cause=.*'\\u5927\\u304d\\u3055'")
        site.write("templates/page.html", "{{ doc.data.title }}, again")
        running.said("built cause=templates/page.html")
        assert b"Home, again" in running.ask("/first/")[2]


@pytest.mark.slow
def test_a_webhook_is_followed_where_the_trigger_file_can_not_be_written(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    secret = {"PRISMIC_WEBHOOK_SECRET": "s3cret"}
    with serving(site.folder, "--watch", environment=secret) as running:
        (site.folder / ".prismic-ssg/trigger").unlink(missing_ok=True)
        (site.folder / ".prismic-ssg/trigger").symlink_to(tmp_path / "no" / "such" / "folder")
        assert running.webhook("s3cret") == 200
        running.said("trigger-failed error=")
        running.said(r"built cause=\"?webhook")


@pytest.mark.slow
def test_too_many_connections_are_a_line_and_over_when_they_are(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    with serving(site.folder, "--watch") as running:
        resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        address = ("127.0.0.1", running.port)
        connections = [socket.create_connection(address) for _ in range(60)]
        running.said("trouble what=.*Too many open files")
        site.write("content/documents/first.json", _home("New"))
        running.said("failed cause=")
        for each in connections:
            each.close()
        running.said(r"built cause=.*failed_since=")
        assert b"New" in running.ask("/first/")[2]
    said = "\n".join(running.lines)
    assert ("Traceback" not in said, said.count("trouble"), "made anew" in said) == (True, 1, False)


@pytest.mark.slow
def test_the_status_tells_that_prismic_can_not_be_asked(
    tmp_path: Path, prismic_repository: Callable[..., RunningRepository]
) -> None:
    document = {**json.loads(_home("One")), "id": "a"}
    repository = prismic_repository(documents=[document])
    site = BuiltSite(tmp_path, "-- templates/page.html --\n{{ doc.data.title }}")
    shutil.rmtree(site.folder / "content", ignore_errors=True)
    arguments = ("--watch", "--poll", "1", "-r", repository.endpoint)
    with serving(site.folder, *arguments) as running:
        assert "poll_error" not in running.status()
        repository.fail(403, match="/api/v2?", body='{"error": "closed"}')
        running.said("poll-failed")
        assert running.status()["poll_error"] == "closed"
        assert b"closed" in running.ask("/_prismic/status")[2]
        running.said("poll-works-again")
        running.until(lambda: "poll_error" not in running.status())


def _home(title: str) -> str:
    return json.dumps(
        {"id": "first", "type": "page", "uid": "first", "lang": "en-us", "data": {"title": title}}
    )


def _text(site: BuiltSite) -> str:
    page = site.dist / "first/index.html"
    return page.read_text("utf-8") if page.exists() else ""


def _until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
