"""`prismic-ssg doctor`: what builds need, and whether it is there."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prismic_ssg import doctor
from prismic_ssg.doctor import EXTRAS, examine
from prismic_ssg.store.health import Library, libraries
from prismic_ssg.testing import running_repository

CHECKOUT = Path(__file__).parents[2]
PAGE = {"type": "page", "uid": "about", "lang": "en-us", "data": {"title": "About"}}
SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="REPOSITORY", base_url="https://e.org", routes=[Route("page", "/:uid")])
"""
TOKEN = "MC5-very-secret-token"


def looked_at(project: Path, repository: str, *, skew_s: float = 0.0, **environment: str):
    """What the doctor says of a hosted repository, by the name of what was looked at."""
    now = datetime.now(UTC) + timedelta(seconds=skew_s)
    checks = examine(project, environment, now=now, repository=repository)
    return {check.name: check for check in checks}


def test_a_site_that_builds_is_well(cli, folder):
    project = folder(SITE.replace("REPOSITORY", "./content"))
    before = sorted(project.rglob("*"))
    said = cli("-C", project, "doctor")
    assert said.code == 0
    lines = said.out.splitlines()
    assert (
        f"ok    configuration: {project}/prismicio.py: 1 route, no listings, at https://e.org"
        in lines
    )
    assert "ok    repository: ./content, a local one" in lines
    assert f"ok    output: {project}/dist is empty: the next build begins afresh" in lines
    assert not re.search(r"^(warn|bad)", said.out, re.MULTILINE)
    assert sorted(project.rglob("*")) == before


def test_what_builds_left_is_measured(cli, folder):
    project = folder(SITE.replace("REPOSITORY", "./content"))
    cli("-C", project, "build")
    said = cli("-C", project, "doctor").out
    assert re.search(
        r"^ok    cache: \S+ has [\d.]+ [kM]?B in \d+ files?, \d s old$", said, re.MULTILINE
    )
    assert re.search(
        r"^ok    output: \S+ has [\d.]+ [kM]?B in \d+ files, \d s old$", said, re.MULTILINE
    )


def test_as_json(cli, folder):
    said = cli("-C", folder(SITE.replace("REPOSITORY", "./content")), "doctor", "--json")
    found = json.loads(said.out)
    assert found["ok"] is True
    [languages] = [each for each in found["checks"] if each["name"] == "languages"]
    assert languages == {"name": "languages", "status": "ok", "says": "en-us"}


def test_quiet_tells_only_what_is_wrong(cli, folder):
    project = folder(SITE.replace(', base_url="https://e.org"', ""))
    (project / "prismicio.py").write_text(
        "from prismic_ssg import Site\nsite = Site(repository='./content')\n"
    )
    said = cli("-q", "-C", project, "doctor")
    assert said.code == 0
    assert said.out.startswith("warn  configuration: ")
    assert said.out.count("\n") == 2


# -- what can be wrong


def test_a_configuration_that_cant_be_read_is_bad(cli, folder):
    said = cli("-C", folder("-- prismicio.py --\nsite = Sight()"), "doctor")
    assert said.code == 1
    assert "bad   configuration: prismicio.py:1: NameError: name 'Sight' is not defined" in said.out
    assert "disk: " in said.out


def test_a_folder_without_a_site_is_bad(cli, tmp_path):
    said = cli("-C", tmp_path, "doctor")
    assert said.code == 1
    assert "bad   configuration: there is no prismicio.py" in said.out


def test_a_local_repository_with_a_broken_document_is_bad(cli, folder):
    project = folder(SITE.replace("REPOSITORY", "./content"))
    (project / "content/documents").mkdir()
    (project / "content/documents/a.json").write_text("{")
    said = cli("-C", project, "doctor")
    assert said.code == 1
    assert "bad   repository: documents/a.json:1: broken JSON" in said.out


def test_a_host_that_does_not_answer_is_bad(cli, tmp_path):
    said = cli("-C", tmp_path, "doctor", "-r", "http://127.0.0.1:1/api/v2")
    assert said.code == 1
    assert "bad   repository: http://127.0.0.1:1/api/v2: no answer" in said.out
    assert "is there a network, and is the repository's name right?" in said.out


def test_a_name_that_is_none_is_bad(cli, tmp_path):
    said = cli("-C", tmp_path, "doctor", "-r", "a_b")
    assert said.code == 1
    assert (
        "bad   repository: 'a_b' is neither a repository's name nor an endpoint's URL" in said.out
    )


def test_an_endpoint_that_is_no_repository_is_bad(tmp_path):
    with running_repository([PAGE]) as repository:
        found = looked_at(tmp_path, f"{repository.origin}/")
    assert found["repository"].status == "bad"
    assert "master ref" not in found


def test_an_error_of_the_server_is_told_at_once(tmp_path):
    with running_repository([PAGE]) as repository:
        repository.fail(503, times=5)
        found = looked_at(tmp_path, repository.endpoint)
        assert len(repository.requests) == 1
    assert found["repository"].status == "bad"
    assert "503" in found["repository"].says


# -- a hosted repository


def test_a_hosted_repository_tells_how_long_it_took(tmp_path):
    with running_repository([PAGE], languages=["en-us", "fr-fr"]) as repository:
        found = looked_at(tmp_path, repository.endpoint)
        assert found["master ref"].says == repository.ref
    assert re.fullmatch(r"\S+/api/v2 answered in \d+ ms", found["repository"].says)
    assert found["languages"].says == "en-us, fr-fr"
    assert found["clock"].says == "as the server's"
    assert {check.status for check in found.values()} == {"ok"}


def test_a_slow_repository_is_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_SLOW_S", 0.0)
    with running_repository([PAGE]) as repository:
        found = looked_at(tmp_path, repository.endpoint)
    assert found["repository"].status == "warn"


@pytest.mark.parametrize(
    ("skew_s", "says"),
    [(-7200, "2 hours behind the server's"), (300, "5 minutes ahead of the server's")],
)
def test_a_clock_that_is_wrong_is_a_warning(tmp_path, skew_s, says):
    with running_repository([PAGE]) as repository:
        found = looked_at(tmp_path, repository.endpoint, skew_s=skew_s)
    assert (found["clock"].status, found["clock"].says) == ("warn", says)


@pytest.mark.parametrize("zone", ["-0000", ""])
def test_a_server_that_tells_the_time_without_a_zone_means_utc(tmp_path, zone):
    told = f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} {zone}".strip()
    with running_repository([PAGE]) as repository:
        repository.fail(404, headers={"date": told})
        found = looked_at(tmp_path, repository.endpoint, skew_s=7200)
    assert found["clock"].says == "2 hours ahead of the server's"


def test_a_private_repository_without_a_token_is_bad(cli, tmp_path):
    with running_repository([PAGE], access="private", tokens=[TOKEN]) as repository:
        said = cli("-C", tmp_path, "doctor", "-r", repository.endpoint)
    assert said.code == 1
    assert "PRISMIC_ACCESS_TOKEN" in said.out


@pytest.mark.parametrize(
    ("access", "token", "status", "says"),
    [
        ("private", TOKEN, "ok", "opens the private API, and 1 release"),
        ("private", f"master={TOKEN}", "ok", "opens the private API; there are no releases, or it"),
        ("public", TOKEN, "ok", "opens 1 release; what is published is open to all"),
        ("open", TOKEN, "warn", "opens nothing that is closed without it"),
    ],
)
def test_what_the_token_opens_is_told_and_not_the_token(
    cli, tmp_path, monkeypatch, access, token, status, says
):
    monkeypatch.setenv("PRISMIC_ACCESS_TOKEN", TOKEN)
    with running_repository([PAGE], access=access, tokens=[token]) as repository:
        repository.release("Spring", {**PAGE, "data": {"title": "Spring"}})
        said = cli("-v", "-C", tmp_path, "doctor", "-r", repository.endpoint)
    assert f"{status.ljust(4)}  access token: {says}" in said.out
    assert TOKEN not in said.out + said.err


def test_a_wrong_token_is_bad_and_is_not_told(cli, tmp_path, monkeypatch):
    monkeypatch.setenv("PRISMIC_ACCESS_TOKEN", "MC5-of-another-repository")
    with running_repository([PAGE], access="private", tokens=[TOKEN]) as repository:
        said = cli("-v", "-C", tmp_path, "doctor", "-r", repository.endpoint)
    assert said.code == 1
    assert "MC5" not in said.out + said.err


# -- folders and secrets


def test_an_output_folder_with_files_of_somebody_else_is_a_warning(cli, folder):
    project = folder(SITE.replace("REPOSITORY", "./content"))
    (project / "dist").mkdir()
    (project / "dist/notes.txt").write_text("mine")
    said = cli("-C", project, "doctor")
    assert said.code == 0
    assert re.search(r"^warn  output: .*, that no build has made$", said.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("free", "status"), [(99 << 20, "bad"), (1 << 29, "warn"), (2 << 30, "ok")]
)
def test_a_disk_that_is_full_is_bad(tmp_path, monkeypatch, free, status):
    monkeypatch.setattr(doctor, "free_bytes", lambda _: free)
    [disk] = [each for each in examine(tmp_path, {}, now=datetime.now(UTC)) if each.name == "disk"]
    assert disk.status == status
    assert (disk.hint is None) is (status == "ok")


@pytest.mark.parametrize(
    ("secret", "status", "says"),
    [
        ("", "ok", "not set: webhooks to `serve` are refused"),
        ("hunter2", "warn", "set, and short enough to be guessed"),
        ("correct horse battery", "ok", "set"),
    ],
)
def test_whether_there_is_a_webhook_secret_is_told_and_not_the_secret(
    cli, folder, monkeypatch, secret, status, says
):
    monkeypatch.setenv("PRISMIC_WEBHOOK_SECRET", secret)
    said = cli("-C", folder(SITE.replace("REPOSITORY", "./content")), "doctor")
    assert f"{status.ljust(4)}  webhook secret: {says}\n" in said.out
    assert not secret or secret not in said.out + said.err


# -- versions


@pytest.mark.parametrize(
    ("library", "says"),
    [
        (Library("jinja2", "3.1", None), "jinja2 is not installed"),
        (Library("jinja2", "3.1.5", "3.1.4"), "jinja2 3.1.4 is older than 3.1.5"),
    ],
)
def test_a_library_that_is_missing_or_old_is_bad(tmp_path, monkeypatch, library, says):
    monkeypatch.setattr(doctor, "libraries", lambda: (library, Library("click", "8.1", "8.1.7")))
    found = {each.name: each for each in examine(tmp_path, {}, now=datetime.now(UTC))}
    assert (found["libraries"].status, found["libraries"].says) == ("bad", says)


def test_an_extra_that_is_not_installed_is_told_with_what_it_gives(tmp_path, monkeypatch):
    extras = (
        Library("h2", "", None, "http2"),
        Library("babel", "2.12", "2.18", "babel"),
        Library("lightningcss", "0.3", None, "minify"),
        Library("minify-html", "0.16", None, "minify"),
    )
    monkeypatch.setattr(doctor, "libraries", lambda: extras)
    found = {each.name: each for each in examine(tmp_path, {}, now=datetime.now(UTC))}
    assert found["extras"].status == "ok"
    assert found["extras"].says == (
        "babel 2.18; not installed: http2 (HTTP/2), minify (fewer bytes)"
    )
    assert 'pip install "prismic-ssg[http2,minify]"' in found["extras"].hint


def test_the_doctor_knows_what_the_package_asks_for():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {(each.name, each.least) for each in libraries() if each.extra is None}
    assert found == {tuple(each.split(">=")) for each in project["dependencies"]}
    assert set(EXTRAS) <= set(project["optional-dependencies"])
