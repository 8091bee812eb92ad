"""The documentation as the site that prismic-ssg makes of it: it builds without a warning, no link
in it is broken, its HTML is valid, and every page can be reached."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from docs_files import DOCS, PAGES, ROOT

from prismic_ssg import build
from prismic_ssg.check import Wishes, check
from prismic_ssg.checks.findings import Finding
from prismic_ssg.store.configuration import load_site

pytestmark = pytest.mark.slow


def copy_of_docs(folder: Path) -> Path:
    """What the site is made from, in a place where it can be changed."""
    docs = folder / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns(".prismic-ssg", "__pycache__"))
    for name in ("CHANGELOG.md", "prismic_ssg/emulator/FIDELITY.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return docs


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_docs(tmp_path_factory.mktemp("docs"))
    build(folder, strict=True, environment={}, base_url="https://docs.example/prismic-ssg")
    return folder


@pytest.fixture(scope="module")
def html(docs: Path) -> dict[str, str]:
    """Every page by its path."""
    output = docs.parent / "build/docs"
    return {
        f"/{file.parent.relative_to(output).as_posix()}/".replace("/./", "/"): file.read_text()
        for file in output.rglob("index.html")
    }


def findings(docs: Path) -> list[Finding]:
    report = check(
        docs,
        environment={},
        now=datetime(2026, 3, 2, tzinfo=UTC),
        base_url="https://docs.example/prismic-ssg",
        wishes=Wishes(html=True),
    )
    return list(report.findings)


def test_check_finds_nothing(docs: Path) -> None:
    assert [each.message for each in findings(docs)] == []


def test_check_would_find_a_broken_link_and_bad_html(tmp_path: Path) -> None:
    docs = copy_of_docs(tmp_path)
    (docs / "more.md").write_text("# More\n\nText. [gone](gone.md)\n\n<p><div></p>\n")
    assert {"broken-link", "invalid-html"} <= {each.code for each in findings(docs)}


def test_every_file_is_a_page_that_every_page_leads_to(html: dict[str, str]) -> None:
    stems = {file.stem for file in PAGES}
    found = set(html) - {"/search/"}
    paths = {"/" if stem == "index" else f"/{stem}/" for stem in stems} | {
        "/fidelity/",
        "/changes/",
    }
    assert paths == found
    for text in html.values():
        sidebar = text.partition('id="all-pages"')[2]
        assert {f"/prismic-ssg{path}" for path in paths} == set(re.findall('href="(.*?)"', sidebar))


def test_one_can_read_from_the_first_page_to_the_last(html: dict[str, str]) -> None:
    seen, path = ["/"], "/"
    while found := re.search(r'<a rel="next" href="/prismic-ssg(.*?)"', html[path]):
        path = found[1]
        seen.append(path)
    assert len(seen) == len(set(seen))
    assert set(seen) == set(html) - {"/search/"}
    assert f'<a rel="prev" href="/prismic-ssg{seen[0]}"' in html[seen[1]]


def test_each_page_says_what_it_is(html: dict[str, str]) -> None:
    for path, text in html.items():
        assert text.count("<h1") == 1, path
        here = {"/": 2, "/search/": 0}.get(path, 1)
        assert text.count('aria-current="page"') == here, path
        assert re.search(r'<meta name="description" content="[^"]{30,}">', text), path
    titles = [re.search("<title>(.*?)</title>", text)[1] for text in html.values()]
    assert len(set(titles)) == len(titles)


def test_links_between_files_lead_to_pages_and_to_the_source_where_that_is_known(
    tmp_path: Path, html: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<a href="/prismic-ssg/fidelity/">FIDELITY.md</a>' in html["/emulator/"]
    assert re.findall(r'<a [^>]*href="\.\./', "".join(html.values())) == []

    docs = copy_of_docs(tmp_path)
    (docs / "more.md").write_text("# More\n\nIt is in [the code](../prismic_ssg/build.py#L3).\n")
    build(docs, strict=True, environment={})
    page = tmp_path / "build/docs/more/index.html"
    assert "It is in the code." in page.read_text()

    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/prismic-ssg")
    build(docs, strict=True, environment={})
    source = "https://github.com/someone/prismic-ssg/blob/main/prismic_ssg/build.py#L3"
    assert f'It is in <a href="{source}">the code</a>.' in page.read_text()


def test_the_workflow_publishes_what_the_site_is_built_into() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/docs.yml").read_text("utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    upload = next(step for step in steps if "upload-pages" in step.get("uses", ""))
    command = next(step["run"] for step in steps if "prismic-ssg" in step.get("run", ""))
    assert (DOCS / load_site(DOCS).output).resolve() == ROOT / upload["with"]["path"]
    assert "-C docs build --strict" in command
    assert "-C docs check --strict" in command
