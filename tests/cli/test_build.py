"""`prismic-ssg build` as its user sees it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("page", "/:uid")])
-- content/repository.json --
{"types": {"page": "Page", "author": "Author"}}
-- content/a.json --
{"type": "page", "uid": "a"}
-- content/b.json --
{"type": "author"}
"""


def test_the_summary_says_what_was_done(cli, folder):
    answer = cli("-C", folder(SITE), "build")
    assert answer.code == 0
    assert ": 2 documents in 2 requests" in answer.out
    assert "without a page of their own: author 1" in answer.out
    assert "0 unchanged, 0 removed" in answer.out


def test_the_summary_counts_one_as_one(cli, folder):
    project = folder(SITE.partition("-- content/b.json")[0])
    cli("-C", project, "build")
    (project / "templates").mkdir()
    (project / "templates/page.html").write_text("another")
    answer = cli("-C", project, "build")
    assert ": 1 document in 1 request\n1 page rendered, 1 written, " in answer.out


def test_all_files_of_the_pages_are_told_unchanged_by_a_build_with_nothing_to_do(cli, folder):
    project = folder(SITE)
    first = json.loads(cli("-C", project, "build", "--report", "-").out)
    again = json.loads(cli("-C", project, "build", "--report", "-").out)
    anew = json.loads(cli("-C", project, "build", "--force", "--report", "-").out)
    assert (again["written"], anew["written"]) == (0, 0)
    assert first["written"] == again["unchanged"] == anew["unchanged"]


def test_the_report_is_json_on_standard_output(cli, folder):
    answer = cli("-C", folder(SITE), "build", "--report", "-")
    report = json.loads(answer.out)
    assert list(report)[:8] == [
        "ref",
        "documents",
        "pages",
        "rendered",
        "written",
        "unchanged",
        "removed",
        "requests",
    ]
    assert (report["documents"], report["warnings"], report["errors"]) == (2, [], [])
    assert list(report["seconds"]) == ["sync", "plan", "render", "write", "total"]


def test_the_report_of_a_failed_build_has_its_errors(cli, folder, tmp_path):
    project = folder(SITE + "-- templates/page.html --\n{{ nope }}")
    answer = cli("-C", project, "build", "--report", tmp_path / "report.json")
    (error,) = json.loads((tmp_path / "report.json").read_text())["errors"]
    assert answer.code == 1
    assert error["template"] == "templates/page.html"
    assert (error["page"], error["line"], error["document"]) == ("/a", 1, "a")


def test_quiet_prints_nothing_of_a_good_build(cli, folder):
    answer = cli("-q", "-C", folder(SITE), "build")
    assert (answer.code, answer.out, answer.err) == (0, "", "")


def test_a_release_is_built_instead_of_master(cli, folder):
    project = folder(
        SITE
        + "-- templates/page.html --\n{{ doc.data.title }}\n"
        + '-- content/releases/Spring/a.json --\n{"id": "a", "type": "page", "uid": "a", '
        '"lang": "en-us", "data": {"title": "in spring"}}'
    )
    assert cli("-C", project, "build", "--release", "Spring").code == 0
    assert (project / "dist/a/index.html").read_text() == "in spring"


def test_a_release_that_is_not_there_is_refused(cli, folder):
    project = folder(SITE)
    answer = cli("-C", project, "build", "--release", "Autumn")
    assert answer.code == 5
    assert "Autumn" in answer.err
    assert not (project / "dist").exists()


def test_another_folder_can_be_built(cli, folder, tmp_path):
    project = folder(SITE)
    other = tmp_path / "other"
    (project / "content").rename(other)
    assert cli("-C", project, "build", "-r", other).code == 0


def test_the_environment_names_another_repository(cli, folder, tmp_path, monkeypatch):
    project = folder(SITE)
    (project / "content").rename(project / "elsewhere")
    monkeypatch.setenv("PRISMIC_ENVIRONMENT", "./elsewhere")
    assert cli("-C", project, "build").code == 0


def test_a_flag_can_be_set_in_the_environment(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PRISMIC_SSG_BUILD_OUTPUT", str(tmp_path / "public"))
    cli("-C", folder(SITE), "build")
    assert (tmp_path / "public/a/index.html").is_file()


def test_the_name_in_the_environment_is_that_of_the_flag(cli, folder, tmp_path, monkeypatch):
    project = folder(SITE)
    other = tmp_path / "other"
    (project / "content").rename(other)
    monkeypatch.setenv("PRISMIC_SSG_BUILD_REPO", str(other))
    assert cli("-C", project, "build").code == 0


def test_routes_are_read_from_prismic_config_json(cli, folder):
    project = folder(
        SITE.replace(', routes=[Route("page", "/:uid")]', "")
        + '-- prismic.config.json --\n{"routes": [{"type": "page", "path": "/p/:uid"}]}'
    )
    cli("-C", project, "build")
    assert (project / "dist/p/a/index.html").is_file()


def test_help_lists_the_commands(cli):
    answer = cli("--help")
    assert "build" in answer.out
    assert "--project" in answer.out


def test_python_m_runs_the_same(folder):
    done = subprocess.run(
        [sys.executable, "-m", "prismic_ssg", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "prismic-ssg" in done.stdout


def test_profile_says_which_templates_and_queries_take_the_time(cli, folder):
    template = '{% include "part.html" %}{{ site.query(type="page")|length }}'
    project = folder(
        f"{SITE}-- templates/page.html --\n{template}\n-- templates/part.html --\na part\n"
    )
    lines = cli("-C", project, "build", "--profile").out.splitlines()
    rows = {line.split(maxsplit=4)[-1]: line.split()[:4] for line in lines}
    assert rows["templates, with what they include"] == ["together", "average", "longest", "count"]
    assert float(rows["page.html"][2]) >= float(rows["part.html"][2]) > 0
    assert rows["part.html"][3] == "1"
    [query] = [row for name, row in rows.items() if 'type, \\"page' in name]
    assert query[3] == "1"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_what_is_kept_of_content_is_nobody_elses_to_read(cli, folder):
    project = folder(SITE)
    assert cli("-C", project, "build").code == 0
    assert stat.S_IMODE((project / ".prismic-ssg").stat().st_mode) & 0o007 == 0
    assert stat.S_IMODE((project / "dist/a/index.html").stat().st_mode) & 0o004
