"""The example is what people see first: whole, valid, without a dead end, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import pytest

from prismic_ssg import BuildReport, build

EXAMPLE = Path(__file__).parents[2] / "site.example"
XLINK = {
    "a": "href",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "script": "src",
    "source": "src",
}

pytestmark = pytest.mark.slow


class Example:
    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self.report: BuildReport = build(EXAMPLE, output=dist, environment={}, strict=True)
        self.pages = {file.relative_to(dist): file.read_text() for file in dist.rglob("*.html")}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return Example(tmp_path_factory.mktemp("example") / "dist")


def links(text: str) -> Iterator[str]:
    """Every address that a page names."""
    for element in html5lib.parse(text, namespaceHTMLElements=False).iter():
        attribute = XLINK.get(str(element.tag))
        if attribute and element.get(attribute):
            yield element.get(attribute)


def test_the_example_is_of_some_size_and_builds_without_a_warning(example):
    assert example.report.documents >= 40
    assert example.report.warnings == ()
    assert example.report.documents_without_url == {"settings": 2, "navigation": 2}


def test_every_page_of_the_example_is_valid_html(example):
    for file, text in example.pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(text)
        assert parser.errors == [], file


def test_every_link_of_the_example_leads_somewhere(example):
    dead = set()
    for file, text in example.pages.items():
        for url in links(text):
            parts = urlsplit(url)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            target = example.dist / unquote(parts.path).strip("/")
            if not (target.is_file() or (target / "index.html").is_file()):
                dead.add((str(file), url))
    assert dead == set()


def test_the_example_needs_nothing_from_elsewhere_to_look_right(example):
    foreign = {
        url
        for text in example.pages.values()
        for element in html5lib.parse(text, namespaceHTMLElements=False).iter()
        if element.tag in ("img", "iframe", "script", "source")
        for url in [element.get("src") or ""]
        if urlsplit(url).netloc
    }
    assert foreign == set()


def test_the_example_has_a_page_of_each_language_for_each_other(example):
    for file, text in example.pages.items():
        lang = "fr" if str(file).startswith("fr-fr") else "en"
        assert f'<html lang="{lang}' in text, file


def test_the_release_of_the_example_builds_too(tmp_path):
    report = build(EXAMPLE, output=tmp_path / "dist", environment={}, release="Spring catalogue")
    assert report.documents >= 40
    assert (tmp_path / "dist/shop/looms/floor-looms/nuthatch/index.html").is_file() or any(
        "nuthatch" in path for path in report.rendered
    )
