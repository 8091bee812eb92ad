"""What was pulled is kept in a file; a build that finds it damaged makes it good by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg import BuildFailed, build
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

pytestmark = pytest.mark.slow

COUNT = 130
LONG = "word " * 400


@pytest.fixture
def repository(prismic_repository: Callable[..., RunningRepository]) -> RunningRepository:
    documents = [
        {"id": f"D{number}", "type": "post", "uid": f"post-{number}", "data": {"text": LONG}}
        for number in range(COUNT)
    ]
    return prismic_repository(documents=documents)


@pytest.fixture(params=["UPDATE body SET json = x'7b7d'", "DELETE FROM body"])
def project(repository: RunningRepository, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A site that was built, whose cache was damaged and whose template was changed since."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "prismicio.py").write_text(
        f"from prismic_ssg import Site\nsite = Site(repository={repository.endpoint!r})\n"
    )
    save_template(tmp_path, "{{ doc.data.text }}")
    built(tmp_path)
    with closing(sqlite3.connect(snapshots(tmp_path))) as connection, connection:
        connection.execute(request.param)
    save_template(tmp_path, "<p>{{ doc.data.text }}</p>")
    return tmp_path


def save_template(project: Path, text: str) -> None:
    (project / "templates" / "post.html").write_text(text)


def snapshots(project: Path) -> Path:
    return project / ".prismic-ssg" / "snapshots.db"


def built(project: Path, **options: Any) -> Any:
    return build(project, environment={}, **options)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_damaged_cache_costs_a_pull_and_not_the_build(project: Path, jobs: int) -> None:
    report = built(project, jobs=jobs)
    assert len(report.rendered) == COUNT
    pages = sorted((project / "dist").rglob("*.html"))
    assert {page.read_text() for page in pages if "post-" in str(page)} == {f"<p>{LONG}</p>"}
    assert built(project).requests == 1


def test_offline_it_is_an_error_that_says_what_happened(project: Path) -> None:
    with pytest.raises(BuildFailed) as caught:
        built(project, offline=True)
    assert any("was damaged, and is removed now" in str(each) for each in caught.value.problems)
    assert f"<p>{LONG}" not in next((project / "dist").rglob("index.html")).read_text()


def test_a_mistake_in_a_template_is_not_rendered_twice(project: Path) -> None:
    built(project)
    save_template(project, "{{ nothing.at.all }}")
    before = snapshots(project).stat().st_ino
    with pytest.raises(BuildFailed):
        built(project)
    assert snapshots(project).stat().st_ino == before
