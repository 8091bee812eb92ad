"""`prismic_ssg.server:app` under a real uvicorn: a site elsewhere gets its previews from it."""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from docs_files import DOCS, blocks
from site_harness import BuiltSite

from prismic_ssg.errors import ConfigurationError
from prismic_ssg.server.deployed import _Keeping, deployed
from prismic_ssg.server.options import Options
from prismic_ssg.server.service import Service
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

ROOT = Path(__file__).parents[2]

SITE = """
-- templates/page.html --
<html><body><h1>{{ doc.data.title }}</h1></body></html>
"""


def titled(title: str) -> dict[str, object]:
    return {"id": "a", "type": "page", "uid": "a", "lang": "en-us", "data": {"title": title}}


class Deployed:
    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return response.status, received, response.read().decode()
        finally:
            connection.close()

    def until(self, path: str, text: str, **headers: str) -> str:
        deadline = time.monotonic() + 30
        while text not in (shown := self.get(path, **headers)[2]):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return shown


UVICORN = (sys.executable, "-m", "uvicorn", "prismic_ssg.server:app", "--port", "0")


@contextmanager
def running(
    folder: Path, command: Sequence[str] = UVICORN, **environment: str
) -> Iterator[Deployed]:
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if "PRISMIC" not in name},
            "PYTHONPATH": str(ROOT),
            **environment,
        },
    )
    try:
        assert process.stderr
        said = []
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"running on http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", line):
                yield Deployed(int(found[1]))
                break
        else:
            raise AssertionError("".join(said))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_previews_are_shown_where_nothing_was_ever_built(
    tmp_path: Path, prismic_repository: Callable[..., RunningRepository]
) -> None:
    repository = prismic_repository(documents=[titled("One")])
    site = BuiltSite(tmp_path / "site", SITE)
    config = f"from prismic_ssg import Site\nsite = Site(repository={repository.endpoint!r})\n"
    site.write("prismicio.py", config)
    preview = repository.preview(titled("Draft"))
    with running(tmp_path, PRISMIC_SSG_PROJECT=str(site.folder), PRISMIC_SSG_POLL="1") as app:
        app.until("/a/", "<h1>One</h1>")
        token = quote(preview.token, safe="")
        status, headers, _ = app.get(f"/_prismic/preview?token={token}&documentId=a")
        assert (status, headers["location"]) == (302, "/a")
        cookie = headers["set-cookie"].partition(";")[0]
        assert "<h1>Draft</h1>" in app.get("/a/", cookie=cookie)[2]
        assert "<h1>One</h1>" in app.get("/a/")[2]
        repository.publish(titled("Two"))
        app.until("/a/", "<h1>Two</h1>")
        assert app.get("/a/", host="evil.example")[0] == 421
        assert app.get("/_prismic/webhook")[0] == 404
        assert not (site.folder / "dist").exists()


def test_a_wrong_environment_is_an_error_that_helps(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path / "site", SITE)
    with pytest.raises(ConfigurationError, match="PRISMIC_SSG_POLL is 'often'"):
        deployed({"PRISMIC_SSG_PROJECT": str(site.folder), "PRISMIC_SSG_POLL": "often"})


@pytest.mark.slow
def test_what_is_wrong_is_in_the_status_and_in_the_log(
    tmp_path: Path,
) -> None:
    nowhere = tmp_path / "nowhere"
    with running(tmp_path, PRISMIC_SSG_PROJECT=str(nowhere), PRISMIC_SSG_POLL="1") as app:
        app.until("/_prismic/status", "there is nothing to show yet")
        app.until("/_prismic/status", "does not exist")
        site = BuiltSite(nowhere, SITE + "-- content/a.json --\n" + json.dumps(titled("One")))
        app.until("/a/", "<h1>One</h1>")
        # The pages are there a moment before the status tells so.
        told = app.until("/_prismic/status", '"errors": []', accept="application/json")
        assert json.loads(told)["ref"]
        assert "does not exist" not in app.get("/_prismic/status")[2]
        assert site.folder == nowhere


@pytest.mark.slow
def test_the_container_of_the_guide_serves_and_tells_its_health(tmp_path: Path) -> None:
    [dockerfile] = [each.text for each in blocks(DOCS / "previews.md") if "FROM" in each.text]
    steps = dict(re.findall(r"^(\w+) (.+)$", dockerfile.replace("\\\n", ""), re.MULTILINE))
    health = json.loads(steps["HEALTHCHECK"].partition(" CMD ")[2])
    site = BuiltSite(tmp_path / "site", SITE + "-- content/a.json --\n" + json.dumps(titled("One")))
    variables = dict(each.split("=") for each in steps["ENV"].split())
    assert variables["PRISMIC_SSG_PROJECT"] == steps["WORKDIR"]
    environment = {
        **variables,
        "PRISMIC_SSG_PROJECT": str(site.folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with running(site.folder, json.loads(steps["CMD"]), **environment, PORT="0") as app:
        environment["PORT"] = str(app.port)
        subprocess.run(health, env=environment, check=True)
        app.until("/a/", "<h1>One</h1>")
        assert app.get("/a/", host=environment["PRISMIC_SSG_ALLOW_HOST"])[0] == 200
        assert app.get("/a/", host="evil.example")[0] == 421
    told = subprocess.run(health, env=environment, check=False, capture_output=True, text=True)
    assert (told.returncode, "refused" in told.stderr) == (1, True)


def test_the_log_of_what_serves_has_no_tokens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    deployed({"PRISMIC_SSG_PROJECT": str(tmp_path)})
    path = "/_prismic/preview?token=http%3A%2F%2Fsecret&documentId=a"
    with caplog.at_level("INFO", "uvicorn.access"):
        logging.getLogger("uvicorn.access").info("%s %s %d", "GET", path, 302)
    assert caplog.messages == ["GET /_prismic/preview?token=…&documentId=a 302"]


def test_pages_that_show_the_day_are_others_after_midnight(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path / "site", "-- templates/pages/day.html --\n{{ site.today }}\n")
    day = date(2026, 12, 31)
    options = Options(site.folder, {}, {}, watches=False, reloads=False, renders=True)
    service = Service(options, today=lambda: day)
    keeping = _Keeping(service, 0.001)
    keeping.start()
    try:
        until_shown(service, b"2026-12-31")
        day = date(2027, 1, 1)
        until_shown(service, b"2027-01-01")
    finally:
        keeping.stop()


def until_shown(service: Service, text: bytes) -> None:
    deadline = time.monotonic() + 30
    while (shown := service.site.page("day.html")) is None or text not in shown.body:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def logged_first(project: Path, caplog: pytest.LogCaptureFixture) -> str:
    """What the first line says of a project that is kept for 10 s at most."""
    options = Options(project, {}, {}, watches=False, reloads=False, renders=True)
    keeping = _Keeping(Service(options), 0.001)
    keeping.start()
    deadline = time.monotonic() + 10
    while not caplog.messages and time.monotonic() < deadline:
        time.sleep(0.01)
    keeping.stop()
    [said] = caplog.messages
    assert caplog.records[0].levelname == "ERROR"
    return said


def test_a_site_that_can_not_be_read_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = logged_first(tmp_path, caplog)
    assert said.startswith('failed first="there is no prismicio.py in ')


def test_a_site_whose_code_ends_programs_is_logged_and_looked_at_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code = "from prismic_ssg import Site\ndef ends(_):\n    raise SystemExit(3)\n"
    code += "site = Site(repository='./content', link_resolver=ends)\n"
    BuiltSite(tmp_path, f'-- prismicio.py --\n{code}-- content/a.json --\n{{"type": "page"}}')
    said = logged_first(tmp_path, caplog)
    assert said.startswith("failed first=\"the site can't be shown: SystemExit: 3")
