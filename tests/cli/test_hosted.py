"""Building from a repository behind HTTP: the endpoints of the emulator on a free port."""

from __future__ import annotations

import json
import threading

import pytest
from hosted import Hosted
from processes import interrupted

from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.seed import seed

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="REPOSITORY", routes=[Route("page", "/:uid")])
-- templates/page.html --
{{ doc.uid }}{{ toolbar() }}
"""


def documents(count: int) -> list[tuple[str, bytes]]:
    return [
        (
            f"documents/{n}.json",
            json.dumps({"id": f"d{n}", "type": "page", "uid": f"u{n}"}).encode(),
        )
        for n in range(count)
    ]


@pytest.fixture
def repository(host) -> Hosted:
    made, _ = seed(documents(230), name="test")
    server = host(lambda path, query: answer(made, "GET", path, query, origin=server.origin))
    return server


@pytest.fixture
def project(folder, repository):
    return folder(SITE.replace("REPOSITORY", repository.endpoint))


def test_every_document_of_a_hosted_repository_becomes_a_page(cli, project, repository):
    assert cli("-C", project, "build").code == 0
    assert len(list((project / "dist").glob("u*/index.html"))) == 230
    assert len(repository.asked) == 4


def test_long_work_is_told_in_lines_where_no_terminal_is(cli, folder, host):
    made, _ = seed(documents(1200), name="test")
    server = host(lambda path, query: answer(made, "GET", path, query, origin=server.origin))
    said = cli("-C", folder(SITE.replace("REPOSITORY", server.endpoint)), "build").err
    lines = [line for line in said.splitlines() if " of 1,20" in line]
    assert lines[:4] == [f"documents {done} of 1,200" for done in ("300", "600", "900", "1,200")]
    assert [line.split()[0] for line in lines[4:]] == ["pages"] * 4


def test_a_check_looks_at_what_its_build_has_pulled(cli, project, repository):
    assert "230 documents" in cli("-C", project, "check").out
    assert len(repository.asked) == 4


def test_a_build_whose_ref_has_not_moved_asks_once(cli, project, repository):
    cli("-C", project, "build")
    repository.asked.clear()
    answered = cli("-C", project, "build")
    assert "230 documents in 1 request\n" in answered.out
    assert repository.asked == ["/api/v2"]


def test_offline_uses_what_was_pulled_last(cli, project, repository):
    cli("-C", project, "build")
    repository.asked.clear()
    assert cli("-C", project, "build", "--offline").code == 0
    assert repository.asked == []


def test_offline_without_an_earlier_pull_is_an_error(cli, project):
    answered = cli("-C", project, "build", "--offline")
    assert answered.code == 5
    assert "run the command once without --offline" in answered.err


@pytest.mark.slow
def test_no_network_is_told_without_a_way_that_leads_nowhere(cli, project, repository, tmp_path):
    fresh = cli("init", tmp_path / "new", "-r", "http://127.0.0.1:1/api/v2")
    assert fresh.code == 5
    assert "is the repository's name right?" in fresh.err
    assert "--offline" not in fresh.err
    repository.close()
    assert "--offline" not in cli("-C", project, "build").err


@pytest.mark.slow
def test_no_network_after_a_pull_is_told_with_offline(cli, project, repository):
    cli("-C", project, "build")
    repository.close()
    gone = cli("-C", project, "build")
    assert gone.code == 5
    assert "--offline uses what was pulled last" in gone.err
    assert cli("-C", project, "build", "--offline").code == 0


def test_force_forgets_what_was_pulled(cli, project, repository):
    cli("-C", project, "build")
    repository.asked.clear()
    cli("-C", project, "build", "--force")
    assert len(repository.asked) == 4


def test_a_repository_that_is_not_there(cli, folder, host):
    gone = host(lambda _path, _query: (404, {"content-type": "text/html"}, b"<h1>Not found</h1>"))
    answered = cli("-C", folder(SITE.replace("REPOSITORY", gone.endpoint)), "build")
    assert answered.code == 5
    assert gone.endpoint in answered.err
    assert "Traceback" not in answered.err


def test_a_name_that_can_be_no_repository(cli, folder):
    answered = cli("-C", folder(SITE.replace("REPOSITORY", "no such name!")), "build")
    assert answered.code == 2
    assert "'no such name!' is neither a repository's name" in answered.err


@pytest.mark.parametrize("command", ["build", "query", "pull"])
def test_a_url_of_no_web_server(cli, folder, command):
    answered = cli("-C", folder(SITE.replace("REPOSITORY", "my-repo")), command, "-r", "ftp://x")
    assert answered.code == 2
    assert "the endpoint 'ftp://x' is no URL of a web server" in answered.err
    assert "https://NAME.cdn.prismic.io/api/v2" in answered.err
    assert "asked" not in answered.err


def test_a_token_that_is_refused_is_not_printed(cli, folder, host, monkeypatch):
    monkeypatch.setenv("PRISMIC_ACCESS_TOKEN", "s3cr3t-token")
    body = json.dumps({"error": "Invalid access token"}).encode()
    refusing = host(lambda _path, _query: (401, {"content-type": "application/json"}, body))
    project = folder(SITE.replace("REPOSITORY", refusing.endpoint))
    answered = cli("-v", "-C", project, "build", "--report", project / "report.json")
    assert answered.code == 5
    assert "PRISMIC_ACCESS_TOKEN" in answered.err
    assert any("s3cr3t-token" in asked for asked in refusing.asked)
    everything = answered.out + answered.err + (project / "report.json").read_text()
    assert "s3cr3t" not in everything
    assert not (project / "dist").exists()


def test_no_answer_at_all(cli, folder, host, monkeypatch):
    gone = host(lambda _path, _query: (200, {}, b""))
    gone.close()
    monkeypatch.setattr("prismic_ssg.origin.GIVE_UP_AFTER_S", 0.0)
    answered = cli("-C", folder(SITE.replace("REPOSITORY", gone.endpoint)), "build")
    assert answered.code == 5
    assert "Traceback" not in answered.err
    assert answered.err.count("\n") <= 4


def test_another_master_locale_moves_and_changes_pages_at_the_same_ref(cli, folder, host):
    """The API says so by a flag alone, and may leave the languages in their order."""
    files = [
        ("documents/a.json", b'{"id": "a", "type": "page", "uid": "a", "lang": "en-us"}'),
        ("documents/b.json", b'{"id": "b", "type": "page", "uid": "b", "lang": "fr-fr"}'),
        ("repository.json", b'{"languages": [{"id": "en-us"}, {"id": "fr-fr"}]}'),
    ]
    made, _ = seed(files, name="test")
    master = "en-us"

    def respond(path, query):
        status, headers, body = answer(made, "GET", path, query, origin=server.origin)
        if path == "/api/v2":
            told = json.loads(body)
            for language in told["languages"]:
                language["is_master"] = language["id"] == master
            body = json.dumps(told).encode()
        return status, headers, body

    server = host(respond)
    text = SITE.replace("REPOSITORY", server.endpoint).replace("/:uid", "/:lang?/:uid")
    project = folder(text + "{% for each in site.languages %}{{ each.is_master }}{% endfor %}")
    cli("-C", project, "build")
    assert (project / "dist/a/index.html").read_text() == "a\nTrueFalse"
    master = "fr-fr"
    cli("-C", project, "build")
    assert sorted(project.glob("dist/**/a/index.html")) == [project / "dist/en-us/a/index.html"]
    assert (project / "dist/b/index.html").read_text() == "b\nTrueFalse"
    cli("-C", project, "build", "-o", project / "scratch", "--force")
    assert (project / "scratch/en-us/a/index.html").read_bytes() == (
        project / "dist/en-us/a/index.html"
    ).read_bytes()


def test_the_toolbar_is_for_hosted_repositories_only(cli, project):
    cli("-C", project, "build")
    assert (project / "dist/u1/index.html").read_text() == "u1"


@pytest.mark.slow
@pytest.mark.parametrize("silent", ["/api/v2", "/api/v2/documents/search"])
def test_ctrl_c_ends_a_build_at_once_with_its_own_exit_code(begun, project, repository, silent):
    answered = repository.respond
    asked, released = threading.Event(), threading.Event()

    def hang(path: str, query: str) -> tuple[int, dict[str, str], bytes]:
        is_first_page = path.endswith("search") and "page=" not in query.replace("pageSize=", "")
        if not path.endswith(silent) or is_first_page:
            return answered(path, query)
        asked.set()
        released.wait(30)
        return 503, {}, b""

    repository.respond = hang
    process = begun("build")
    assert asked.wait(30)
    ended = interrupted(process)
    released.set()
    assert ended == (130, "interrupted")
    assert not (project / "dist").exists()
