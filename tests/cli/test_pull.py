"""`prismic-ssg pull` as its user sees it."""

from __future__ import annotations

import json

import pytest

SOURCE = """
-- content/repository.json --
{"name": "source", "languages": [{"id": "en-us", "is_master": true}, {"id": "fr-fr"}]}
-- content/a.json --
{"type": "post", "uid": "spring", "data": {"title": "Spring"}}
-- content/b.json --
{"type": "post", "uid": "automne", "lang": "fr-fr", "data": {"title": "Automne"}}
-- content/releases/May/a.json --
{"id": "a", "type": "post", "uid": "spring", "lang": "en-us", "data": {"title": "Spring in May"}}
-- content/releases/May/b.json --
{"id": "b", "deleted": true}
"""


@pytest.fixture
def source(folder):
    return folder(SOURCE) / "content"


def test_every_document_is_a_file_of_its_locale_and_type(cli, source, tmp_path):
    answered = cli("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "copy")
    assert answered.code == 0
    assert "2 documents in 2 requests" in answered.out
    assert "3 files written, 0 unchanged, 0 removed in " in answered.out
    document = json.loads((tmp_path / "copy/documents/fr-fr/post/automne.json").read_text())
    assert document["data"] == {"title": "Automne"}


def test_a_second_pull_writes_nothing(cli, source, tmp_path):
    asked = ("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "copy")
    cli(*asked)
    assert "0 files written, 3 unchanged, 0 removed" in cli(*asked).out


def test_the_file_of_a_document_that_is_gone_is_removed(cli, source, tmp_path):
    asked = ("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "copy")
    cli(*asked)
    (source / "documents/a.json").unlink()
    assert "1 removed" in cli(*asked).out
    assert not (tmp_path / "copy/documents/en-us/post/spring.json").exists()


def test_what_was_pulled_builds_the_same_site(cli, source, tmp_path):
    cli("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "copy", "--release", "May")
    site = tmp_path / "site"
    site.mkdir()
    (site / "prismicio.py").write_text(
        "from prismic_ssg import Site\nsite = Site(repository='./content')\n"
    )
    for release in ((), ("--release", "May")):
        trees = []
        for content in (source, tmp_path / "copy"):
            assert cli("-C", site, "build", "-r", content, "-f", *release).code == 0
            dist = site / "dist"
            trees.append({p.relative_to(dist): p.read_bytes() for p in dist.rglob("*.html")})
        assert trees[0] == trees[1]


def test_a_folder_that_somebody_wrote_is_refused(cli, source, tmp_path):
    mine = tmp_path / "mine/documents/a.json"
    mine.parent.mkdir(parents=True)
    mine.write_text("{}")
    answered = cli("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "mine")
    assert answered.code == 2
    assert "holds documents that no pull has written" in answered.err
    assert mine.read_text() == "{}"


def test_a_repository_is_not_pulled_into_itself(cli, source):
    answered = cli("-C", source.parent, "pull")
    assert answered.code == 2
    assert "can't be pulled into itself" in answered.err


def test_a_release_that_is_not_there_is_refused(cli, source, tmp_path):
    asked = ("pull", "-r", source, "--to", tmp_path / "copy", "--release", "June")
    answered = cli("-C", tmp_path, *asked)
    assert answered.code == 5
    assert not (tmp_path / "copy").exists()


def test_images_are_kept_too_and_those_that_can_not_be_had_are_told(cli, source, tmp_path):
    image = {"dimensions": {"width": 1, "height": 1}, "url": "https://images.prismic.io/r/a.png"}
    document = {"id": "c", "type": "post", "lang": "en-us", "data": {"i": image}}
    (source / "documents/c.json").write_text(json.dumps(document))
    answered = cli("-C", tmp_path, "pull", "-r", source, "--to", tmp_path / "copy", "--assets")
    assert answered.code == 1
    assert "https://images.prismic.io/r/a.png" in answered.err
    assert "3 documents" in answered.out
