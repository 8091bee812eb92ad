"""`prismic-ssg redirects`: where addresses lead that are no page any more."""

from __future__ import annotations

import json

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("post", "/:uid/")], redirects={GIVEN})
-- content/a.json --
{"type": "post", "uid": "a", "data": {}}
"""


def moved(cli, folder, given):
    """A project of which one document was renamed between two builds."""
    project = folder(SITE.replace("{GIVEN}", given))
    cli("-C", project, "build")
    (path,) = project.glob("content/documents/*.json")
    path.write_text(path.read_text().replace('"uid": "a"', '"uid": "b"'))
    cli("-C", project, "build")
    return project


def test_redirects_are_listed(cli, folder):
    project = moved(cli, folder, '{"/x/": "/a/", "/gone/": 410, "/b/": "/c/"}')
    said = cli("-C", project, "redirects")
    assert said.out.splitlines() == [
        "301  /a/ → /b/  (a document was there)",
        "410  /gone/ is gone",
        "301  /x/ → /b/",
    ]
    assert "'/b/' is a page of the site" in said.err
    listed = json.loads(cli("-C", project, "redirects", "--json").out)
    assert listed[0] == {"from": "/a/", "to": "/b/", "status": 301, "learned": True}


def test_what_was_learned_is_kept_in_a_file(cli, folder):
    project = moved(cli, folder, '"redirects.json"')
    assert cli("-C", project, "redirects", "--save").err == "note: 1 saved in redirects.json\n"
    assert json.loads((project / "redirects.json").read_text()) == {"/a/": "/b/"}
    assert "nothing to save" in cli("-C", project, "redirects", "--save").err
    for file in (project / ".prismic-ssg").iterdir():
        file.unlink()
    assert cli("-C", project, "redirects").out == "301  /a/ → /b/\n"


def test_without_a_file_to_save_in_it_says_how_to_name_one(cli, folder):
    said = cli("-C", moved(cli, folder, "{}"), "redirects", "--save")
    assert said.code == 2
    assert 'redirects="redirects.json"' in said.err


def test_a_site_without_redirects_says_so(cli, folder):
    assert "no redirects" in cli("-C", folder(SITE.replace("{GIVEN}", "{}")), "redirects").out
