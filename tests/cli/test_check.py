"""`prismic-ssg check` as its user sees it."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("page", "/:uid")])
-- content/a.json --
{"type": "page", "uid": "a"}
-- templates/page.html --
<!doctype html>
<html lang="en"><head><title>A</title><meta name="description" content="A"></head>
<body>BODY</body></html>
"""
GOOD = SITE.replace("BODY", '<a href="/a">a</a>')
BROKEN = SITE.replace("BODY", '<a href="/100%25,:nope">a</a>')
WARNED = SITE.replace("BODY", '<a href="">a</a>')


def test_a_good_site_is_told_so(cli, folder):
    answer = cli("-C", folder(GOOD), "check")
    assert answer.code == 0
    assert answer.out.startswith("0 errors, 0 warnings, 1 note: --verbose shows the notes\n")
    assert "looked at 2 pages of a build of now, and 1 document at ref " in answer.out


def test_an_error_says_where_and_what_to_do_and_fails(cli, folder):
    answer = cli("-C", folder(BROKEN), "check")
    assert answer.code == 1
    assert "error Links that lead nowhere [broken-link]\n  '/100%25,:nope' leads nowhere\n" in (
        answer.out
    )
    assert "on /a, dist/a/index.html:3" in answer.out
    assert "1 error, 0 warnings, 1 note" in answer.out


def test_warnings_fail_only_where_asked(cli, folder):
    project = folder(WARNED)
    assert cli("-C", project, "check").code == 0
    assert cli("-C", project, "check", "--strict").code == 1


def test_the_output_that_is_there_is_looked_at_while_it_is_what_a_build_makes(cli, folder):
    project = folder(GOOD)
    cli("-C", project, "build")
    assert "looked at 2 pages of dist, and" in cli("-C", project, "check").out
    (project / "templates/page.html").write_text("<p>new</p>")
    assert "looked at 2 pages of a build of now, and" in cli("-C", project, "check").out
    assert "new" not in (project / "dist/a/index.html").read_text()


def test_a_check_publishes_nothing(cli, folder):
    project = folder(GOOD)
    cli("-C", project, "check")
    assert not (project / "dist").exists()


def test_changed_tells_whether_there_is_anything_to_build(cli, folder):
    project = folder(GOOD)
    assert cli("-C", project, "check", "--changed").code == 0
    cli("-C", project, "build")
    answer = cli("-C", project, "check", "--changed")
    assert answer.code == 3
    assert "nothing has changed since the last build, of ref " in answer.out
    (project / "content/documents/a.json").write_text(
        '{"id": "a", "type": "page", "uid": "a", "lang": "en-us", "data": {"new": 1}}'
    )
    assert cli("-C", project, "check", "--changed").code == 0
    cli("-C", project, "check")
    assert cli("-C", project, "check", "--changed").code == 0, "a check is no build"


def test_changed_says_so_where_prismic_can_not_be_reached(cli, folder):
    project = folder(GOOD)
    answer = cli("-C", project, "check", "--changed", "-r", "http://127.0.0.1:9/api/v2")
    assert answer.code == 5


def test_changed_does_not_go_with_offline(cli, folder):
    answer = cli("-C", folder(GOOD), "check", "--changed", "--offline")
    assert answer.code == 2


def test_a_build_that_fails_is_a_finding(cli, folder):
    answer = cli("-C", folder(SITE.replace("BODY", "{{ nope }}")), "check")
    assert answer.code == 1
    assert "error The site can't be built [build-error]\n" in answer.out
    assert "templates/page.html:3" in answer.out
    assert "the site can't be built: its pages were not looked at" in answer.err


def test_json_has_the_documented_shape(cli, folder):
    answer = cli("-C", folder(BROKEN), "check", "--format", "json")
    report = json.loads(answer.out)
    assert answer.code == 1
    assert list(report) == ["ref", "documents", "pages", "output", "notes", "counts", "findings"]
    assert report["counts"] == {"error": 1, "warning": 0, "note": 1}
    assert report["findings"][0] == {
        "code": "broken-link",
        "severity": "error",
        "message": "'/100%25,:nope' leads nowhere",
        "hint": "mend the link, or add what it leads to",
        "occurrences": 1,
        "page": "/a",
        "pages": ["/a"],
        "document": "a",
        "type": "page",
        "uid": "a",
        "lang": "en-us",
        "file": "dist/a/index.html",
        "line": 3,
        "source": "content/documents/a.json",
    }


def test_github_gets_commands_with_everything_escaped(cli, folder):
    answer = cli("-C", folder(BROKEN), "check", "--format", "github")
    first = answer.out.splitlines()[0]
    assert first == (
        "::error file=content/documents/a.json,title=Links that lead nowhere::"
        "'/100%2525,:nope' leads nowhere%0Apage 'a' (en-us) a, on /a, dist/a/index.html:3, "
        "from content/documents/a.json%0Amend the link, or add what it leads to"
    )


def test_a_broken_link_on_every_page_is_one_finding(cli, folder):
    more = "".join(
        f'-- content/{name}.json --\n{{"type": "page", "uid": "{name}"}}\n' for name in "bcdefgh"
    )
    answer = cli("-C", folder(BROKEN + more), "check")
    assert answer.out.count("leads nowhere\n") == 1
    assert "also on /b, /c, /d, /e and 3 more" in answer.out


def test_a_site_without_configuration_is_no_site(cli, tmp_path):
    answer = cli("-C", tmp_path, "check")
    assert answer.code == 2
    assert "there is no prismicio.py" in answer.err
