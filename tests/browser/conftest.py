"""Chromium, driven by Playwright, for pages that `serve --watch` shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from site_harness import BuiltSite

from prismic_ssg.testing import prismic_repository

__all__ = ["prismic_repository"]

SITE = """
-- templates/page.html --
<!doctype html><html lang="en"><head><title>{{ doc.data.title }}</title>
<link rel="stylesheet" href="{{ asset("site.css") }}"></head>
<body><h1>{{ doc.data.title }}</h1>{% include "foot.html" %}
<div style="height: 4000px"></div></body></html>
-- templates/foot.html --
<p id="foot">foot</p>
-- templates/other.html --
<!doctype html><html lang="en"><head><title>other</title></head>
<body><h1>{{ doc.data.title }}</h1></body></html>
-- static/site.css --
h1 { color: rgb(1, 2, 3) }
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "First"}}
-- content/second.json --
{"type": "page", "uid": "second", "data": {"title": "Second"}}
-- content/apart.json --
{"type": "other", "uid": "apart", "data": {"title": "Apart"}}
"""


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    return BuiltSite(tmp_path / "site", SITE)


# Not for the whole session: as long as it lasts, an event loop is at work in this thread, and other
# tests need it for theirs.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of its own; what its scripts complain of fails the test."""
    context = browser.new_context()
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.set_default_timeout(20_000)
    yield tab
    context.close()
    assert not complaints
