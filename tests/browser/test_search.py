"""The search page of the theme, in Chromium, on a site below a path and under a content policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from site_harness import BuiltSite

pytestmark = pytest.mark.slow

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", base_url="http://localhost/docs", search=True,
            routes=[Route("post", "/:lang?/:uid/")])
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "Français"}]}
-- content/un.json --
{"type": "post", "uid": "un", "lang": "fr-fr", "data": {"title": "Les métiers à tisser"}}
"""
POST = """
-- content/post{n}.json --
{{"type": "post", "uid": "post-{n}", "data": {{"title": "Looms {n}", "body": [
 {{"type": "paragraph", "text": "Ash and <i>maple</i> {n}.", "spans": []}}]}}}}
"""

# What docs/publishing.md says that a policy has to allow.
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    site = BuiltSite(
        tmp_path_factory.mktemp("search"), SITE + "".join(POST.format(n=n) for n in range(12))
    )
    site.build()
    return site


@pytest.fixture(scope="module")
def address(built: BuiltSite) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(built.dist))

        def translate_path(self, path: str) -> str:
            inside = path.removeprefix("/docs")
            return super().translate_path(inside) if inside != path else str(Path("/nowhere"))

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/docs"
        server.shutdown()


def test_what_a_reader_types_is_found(page: Page, address: str) -> None:
    page.goto(f"{address}/post-3/")
    page.get_by_role("searchbox").fill("maple 7")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_selector("#found li")
    assert page.url == f"{address}/search/?q=maple+7"
    assert page.get_by_role("status").inner_text() == "1 page found"
    first = page.locator("#found li").first
    assert "Ash and <i>maple</i>" in first.inner_text()
    assert first.locator("mark").count()
    page.get_by_role("link", name="Looms 7", exact=True).click()
    assert page.url == f"{address}/post-7/"
    assert page.locator("h1").inner_text() == "Looms 7"


def test_more_than_a_few_are_shown_when_asked_for(page: Page, address: str) -> None:
    page.goto(f"{address}/search/?q=looms")
    page.wait_for_selector("#found li")
    assert page.locator("#found li").count() == 10
    page.get_by_role("button", name="+ 2").click()
    expect(page.locator("#found li")).to_have_count(12)


def test_each_language_finds_its_own(page: Page, address: str) -> None:
    page.goto(f"{address}/fr-fr/search/?q=métier")
    page.wait_for_selector("#found li")
    assert page.locator("#found a").inner_text() == "Les métiers à tisser"
    page.goto(f"{address}/fr-fr/search/?q=loomsloomsxyz")
    expect(page.get_by_role("status")).to_have_text("Aucun résultat.")


def test_one_page_is_told_as_one(page: Page, address: str) -> None:
    for path, said in (("", "1 page found"), ("/fr-fr", "1 page trouvée")):
        page.goto(f"{address}{path}/search/?q={'7' if not path else 'métier'}")
        expect(page.get_by_role("status")).to_have_text(said)
    page.goto(f"{address}/search/?q=looms")
    expect(page.get_by_role("status")).to_have_text("12 pages found")


def test_nothing_moves_while_it_searches(page: Page, address: str) -> None:
    page.goto(f"{address}/search/?q=looms")
    page.wait_for_selector("#found li")
    shift = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0
            new PerformanceObserver((list) => {
                for (const each of list.getEntries()) sum += each.value
            }).observe({type: 'layout-shift', buffered: true})
            setTimeout(() => done(sum), 300)
        })"""
    )
    assert shift < 0.01
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_javascript_pages_lead_to_a_page_that_says_so(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{address}/post-3/")
    page.get_by_role("searchbox").fill("maple")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{address}/search/?q=maple")
    said = page.locator("noscript p")
    assert said.is_visible()
    assert said.inner_text() == "The search needs JavaScript."
    context.close()
