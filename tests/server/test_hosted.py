"""`serve --watch` of a repository that is elsewhere: what is asked of it, and when."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from serving import ROOT, serving
from site_harness import BuiltSite

from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

pytestmark = pytest.mark.slow

Start = Callable[..., RunningRepository]

HOME = {"id": "a", "type": "page", "uid": "first", "lang": "en-us"}
SECRET = {"PRISMIC_WEBHOOK_SECRET": "s3cret"}


def titled(title: str) -> dict[str, object]:
    return {**HOME, "data": {"title": title}}


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    return BuiltSite(tmp_path / "site", "-- templates/page.html --\n<h1>{{ doc.data.title }}</h1>")


def test_a_template_that_is_saved_asks_for_no_content(
    site: BuiltSite, prismic_repository: Start
) -> None:
    repository = prismic_repository(documents=[titled("One")])
    with serving(site.folder, "--watch", "-r", repository.endpoint) as running:
        before = len(repository.requests)
        site.write("templates/page.html", "<h2>{{ doc.data.title }}</h2>")
        running.until(lambda: b"<h2>One</h2>" in running.ask("/first/")[2])
        assert len(repository.requests) == before
        site.write("prismicio.py", "from prismic_ssg import Site\nsite = Site(lang='en-us')\n")
        running.said(r"built cause=prismicio\.py")
        assert len(repository.requests) > before


def test_a_webhook_is_built_at_its_own_ref_while_the_api_names_the_old_one(
    site: BuiltSite, prismic_repository: Start
) -> None:
    repository = prismic_repository(documents=[titled("One")])
    with urlopen(repository.endpoint) as response:
        old = response.read().decode()
    with serving(site.folder, "--watch", "-r", repository.endpoint, environment=SECRET) as running:
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        ref = repository.publish({**titled("Two"), "last_publication_date": now})
        json_type = {"content-type": "application/json"}
        repository.fail(200, times=1000, match="/api/v2?", body=old, headers=json_type)
        assert running.webhook("s3cret", masterRef=ref, documents=["a"]) == 200
        running.until(lambda: b"<h1>Two</h1>" in running.ask("/first/")[2])
        site.write("templates/page.html", "<h2>{{ doc.data.title }}</h2>")
        running.until(lambda: b"<h2>Two</h2>" in running.ask("/first/")[2])
        assert running.status()["ref"] == ref


def test_a_repository_that_is_down_is_asked_again_until_it_is_up(
    site: BuiltSite, prismic_repository: Start
) -> None:
    repository = prismic_repository(documents=[titled("One")])
    with serving(site.folder, "--watch", "-r", repository.endpoint, environment=SECRET) as running:
        repository.publish(titled("Two"))
        repository.fail(403, match="/api/v2?", body='{"error": "closed"}')
        assert running.webhook("s3cret") == 200
        running.said(r"failed cause=webhook .* again_in_s=")
        assert b"<h1>One</h1>" in running.ask("/first/")[2]
        running.until(lambda: b"<h1>Two</h1>" in running.ask("/first/")[2])


def test_after_a_publish_the_site_does_what_it_was_told(
    site: BuiltSite, prismic_repository: Start
) -> None:
    count = [sys.executable, "-c", "open('published', 'a').write('x')"]
    site.write(
        "prismicio.py", f"from prismic_ssg import Site\nsite = Site(on_publish=[{count!r}])\n"
    )
    repository = prismic_repository(documents=[titled("One")])
    with serving(site.folder, "--watch", "-r", repository.endpoint, environment=SECRET) as running:
        running.said("on-publish action=")
        assert running.webhook("s3cret") == 200
        running.said(r"built cause=webhook")
        repository.publish(titled("Two"))
        assert running.webhook("s3cret") == 200
        running.said("on-publish action=", times=2)
    assert (site.folder / "published").read_text("utf-8") == "xx"


def test_the_command_sends_what_prismic_would(site: BuiltSite, prismic_repository: Start) -> None:
    repository = prismic_repository(documents=[titled("One")])
    with serving(site.folder, "--watch", "-r", repository.endpoint, environment=SECRET) as running:

        def send(secret: str, *arguments: str) -> subprocess.CompletedProcess[str]:
            url = f"http://localhost:{running.port}/_prismic/webhook"
            return subprocess.run(
                [sys.executable, "-m", "prismic_ssg", "webhook", "send", *arguments, url],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PRISMIC_WEBHOOK_SECRET": secret},
            )

        repository.publish(titled("Two"))
        sent = send("s3cret", "--document", "a")
        assert (sent.returncode, sent.stdout) == (0, "answered with 200: a build is coming\n")
        running.until(lambda: b"<h1>Two</h1>" in running.ask("/first/")[2])
        assert send("s3cret", "--test").stdout == "answered with 200: the webhook works\n"
        wrong = send("wr0ng")
        assert wrong.returncode == 1
        assert "answered with status 403" in wrong.stderr
        assert "wr0ng" not in wrong.stdout + wrong.stderr
