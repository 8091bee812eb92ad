"""Previews as editors see them: Chromium, a real `serve --watch`, a real emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import Serving, serving
from site_harness import BuiltSite

from prismic_ssg.emulator.repository import Preview
from prismic_ssg.testing import RunningRepository

pytestmark = pytest.mark.slow

Start = Callable[..., RunningRepository]

BANNER = "prismic-ssg-preview"


def titled(uid: str, title: str) -> dict[str, object]:
    data = {"title": title}
    return {"id": uid, "type": "page", "uid": uid, "lang": "en-us", "data": data}


@pytest.fixture
def repository(prismic_repository: Start) -> RunningRepository:
    return prismic_repository(documents=[titled("first", "First"), titled("second", "Second")])


@pytest.fixture
def running(site: BuiltSite, repository: RunningRepository) -> Iterator[Serving]:
    """The site, served and followed."""
    with serving(site.folder, "--watch", "-r", repository.endpoint) as served:
        yield served


def entry(running: Serving, preview: Preview, document_id: str) -> str:
    token = quote(preview.token, safe="")
    return f"{running.url}/_prismic/preview?token={token}&documentId={document_id}"


def begin(page: Page, running: Serving, preview: Preview, document_id: str, title: str) -> None:
    page.goto(entry(running, preview, document_id))
    expect(page.locator("h1")).to_have_text(title)


def test_a_preview_begins_and_ends_at_the_page_of_its_document(
    page: Page, running: Serving, repository: RunningRepository
) -> None:
    begin(page, running, repository.preview(titled("first", "Draft")), "first", "Draft")
    expect(page).to_have_url(f"{running.url}/first/")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Preview")
    page.reload()
    expect(page.locator("h1")).to_have_text("Draft")
    page.get_by_role("button", name="Leave preview").click()
    expect(page.locator("h1")).to_have_text("First")
    expect(page).to_have_url(f"{running.url}/first/")
    expect(page.locator(BANNER)).to_have_count(0)
    assert page.context.cookies() == []


def test_a_previewed_page_is_not_reloaded_by_itself(
    site: BuiltSite, page: Page, running: Serving, repository: RunningRepository
) -> None:
    begin(page, running, repository.preview(titled("first", "Draft")), "first", "Draft")
    loads: list[str] = []
    page.on("load", lambda _: loads.append(page.url))
    site.write("templates/foot.html", "<p id='foot'>feet</p>")
    running.said(r"built cause=templates/foot\.html")
    page.wait_for_timeout(500)
    assert loads == []
    page.reload()
    expect(page.locator("#foot")).to_have_text("feet")
    expect(page.locator("h1")).to_have_text("Draft")


def test_a_document_that_was_never_published_has_its_page(
    page: Page, running: Serving, repository: RunningRepository
) -> None:
    begin(page, running, repository.preview(titled("new", "New")), "new", "New")
    expect(page).to_have_url(f"{running.url}/new/")
    page.get_by_role("button", name="Leave preview").click()
    # There is no such page for anybody else.
    expect(page).to_have_url(f"{running.url}/")
    page.goto(f"{running.url}/new/")
    expect(page.locator("h1")).to_have_text("Page not found")


def test_two_editors_at_once_see_each_their_own(
    browser: Browser, running: Serving, repository: RunningRepository
) -> None:
    tabs = [browser.new_context().new_page() for _ in range(3)]
    for number, tab in enumerate(tabs[:2]):
        tab.goto(entry(running, repository.preview(titled("first", f"By {number}")), "first"))
    tabs[2].goto(f"{running.url}/first/")
    for tab, title in zip(tabs, ("By 0", "By 1", "First"), strict=True):
        tab.reload()
        expect(tab.locator("h1")).to_have_text(title)
    tabs[0].get_by_role("button", name="Leave preview").click()
    expect(tabs[0].locator("h1")).to_have_text("First")
    tabs[1].reload()
    expect(tabs[1].locator("h1")).to_have_text("By 1")
    for tab in tabs:
        tab.context.close()


def test_a_release_is_called_by_its_name(
    site: BuiltSite, page: Page, repository: RunningRepository
) -> None:
    repository.release("Spring & summer", titled("first", "In spring"))
    with serving(site.folder, "--watch", "-r", repository.endpoint) as running:
        preview = repository.preview(release="Spring & summer")
        begin(page, running, preview, "first", "In spring")


def test_a_preview_that_ends_meanwhile_shows_what_is_published(
    page: Page, running: Serving, repository: RunningRepository
) -> None:
    preview = repository.preview(titled("first", "Draft"))
    begin(page, running, preview, "first", "Draft")
    repository.end_preview(preview)
    page.wait_for_timeout(1100)
    page.reload()
    expect(page.locator("h1")).to_have_text("First")
    expect(page.locator(BANNER)).to_have_count(0)
    assert page.context.cookies() == []


def test_the_bar_is_there_without_a_script_and_for_the_keyboard(
    browser: Browser, running: Serving, repository: RunningRepository
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(entry(running, repository.preview(titled("first", "Draft")), "first"))
    leave = page.get_by_role("button", name="Leave preview")
    expect(leave).to_be_visible()
    leave.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("First")
    context.close()
