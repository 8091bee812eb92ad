"""What somebody sees who writes a site with `serve --watch` open in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from serving import Serving, serving
from site_harness import BuiltSite

from prismic_ssg.testing import RunningRepository

pytestmark = pytest.mark.slow

PROBLEMS = "prismic-ssg-problems"


def mark(page: Page) -> None:
    """Leave something that only a page has that was not loaded again."""
    page.evaluate("window.same = true")


def is_same(page: Page) -> bool:
    return bool(page.evaluate("window.same === true"))


def show(page: Page, running: Serving, path: str = "/first/") -> None:
    """Open a page, and wait until it listens."""
    with page.expect_response(lambda response: "/_prismic/events" in response.url):
        page.goto(running.url + path)
    mark(page)


def test_a_template_that_is_saved_is_shown(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        expect(page.locator("#foot")).to_have_text("feet")
        assert not is_same(page)


def test_a_page_that_did_not_change_stays(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running, "/apart/" if "apart" in running.url else "/other/apart/")
        assert page.locator("h1").inner_text() == "Apart"
        with page.context.new_page() as other:
            show(other, running)
            site.write("templates/foot.html", '<p id="foot">feet</p>')
            expect(other.locator("#foot")).to_have_text("feet")
        assert is_same(page)


def test_a_document_that_is_edited_is_shown(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write(
            "content/first.json", '{"type": "page", "uid": "first", "data": {"title": "New"}}'
        )
        expect(page.locator("h1")).to_have_text("New")


def test_a_stylesheet_is_swapped_without_a_reload(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        for color in ("rgb(9, 8, 7)", "rgb(7, 7, 7)"):
            site.write("static/site.css", f"h1 {{ color: {color} }}")
            expect(page.locator("h1")).to_have_css("color", color)
        assert page.locator('link[rel="stylesheet"]').count() == 1
        assert is_same(page)
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        expect(page.locator("#foot")).to_have_text("feet")
        expect(page.locator("h1")).to_have_css("color", "rgb(7, 7, 7)")


def test_a_stylesheet_without_a_hash_is_swapped_too(site: BuiltSite, page: Page) -> None:
    plain = '<link rel="stylesheet" href="/plain.css"><p id="foot">foot</p>'
    site.write("templates/foot.html", plain)
    site.write("static/plain.css", "p { color: rgb(1, 1, 1) }")
    with serving(site.folder, "--watch") as running:
        show(page, running)
        for color in ("rgb(2, 2, 2)", "rgb(3, 3, 3)"):
            site.write("static/plain.css", f"p {{ color: {color} }}")
            expect(page.locator("#foot")).to_have_css("color", color)
        assert is_same(page)


def test_an_image_that_changed_is_shown(site: BuiltSite, page: Page) -> None:
    def svg(width: int) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="10"></svg>'

    site.write("static/icon.svg", svg(10))
    site.write("templates/foot.html", '<img src="/icon.svg" alt="">')
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write("static/icon.svg", svg(77))
        page.wait_for_function("document.images[0].naturalWidth === 77")
        mark(page)
        site.write("static/nobody-shows-this.svg", svg(5))
        running.said(r"built cause=static/nobody")
        page.wait_for_timeout(300)
        assert is_same(page)


def test_the_place_on_the_page_is_kept(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        page.evaluate("scrollTo(0, 1234)")
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        expect(page.locator("#foot")).to_have_text("feet")
        page.wait_for_function("scrollY === 1234")


def test_a_page_that_goes_is_not_shown_any_more_and_comes_back(site: BuiltSite, page: Page) -> None:
    document = site.folder / "content/documents/second.json"
    text = document.read_text("utf-8")
    with serving(site.folder, "--watch") as running:
        show(page, running, "/second/")
        document.unlink()
        expect(page.locator("h1")).not_to_have_text("Second")
        document.write_text(text, "utf-8")
        expect(page.locator("h1")).to_have_text("Second")


def test_a_browser_comes_back_after_a_restart(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        port = str(running.port)
    site.write("templates/foot.html", '<p id="foot">feet</p>')
    with serving(site.folder, "--watch", "--strict-port", port=port):
        expect(page.locator("#foot")).to_have_text("feet")


def test_a_tab_that_nobody_sees_listens_again_when_somebody_does(
    site: BuiltSite, page: Page
) -> None:
    hide = """(state) => {
        Object.defineProperty(document, 'visibilityState', {value: state, configurable: true})
        document.dispatchEvent(new Event('visibilitychange'))
    }"""
    with serving(site.folder, "--watch") as running:
        show(page, running)
        page.evaluate(hide, "hidden")
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        running.said("built cause=templates/foot.html")
        page.wait_for_timeout(300)
        assert is_same(page)
        page.evaluate(hide, "visible")
        expect(page.locator("#foot")).to_have_text("feet")


def test_a_strict_policy_of_the_page_forbids_nothing(site: BuiltSite, page: Page) -> None:
    policy = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    site.write(
        "templates/page.html",
        f'<html><head>{meta}</head><body>{{% include "foot.html" %}}</body></html>',
    )
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        expect(page.locator("#foot")).to_have_text("feet")
        site.write("templates/foot.html", "{{ nothing.there }}\n")
        panel = page.locator(f"{PROBLEMS} .panel")
        expect(panel).to_be_visible()
        expect(panel).to_have_css("border-radius", "14px")


# -- a build that fails


def test_a_mistake_is_explained_over_the_page_until_it_is_mended(
    site: BuiltSite, page: Page
) -> None:
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write("templates/foot.html", "<p>\n{{ doc.data.title | upperr }}\n</p>\n")
        panel = page.locator(f"{PROBLEMS} .panel")
        expect(panel).to_be_visible()
        expect(panel).to_contain_text("templates/foot.html:2")
        expect(panel.locator(".here")).to_contain_text("{{ doc.data.title | upperr }}")
        expect(panel.locator("li")).to_have_count(1)
        expect(page.locator("h1").first).to_have_text("First")
        assert is_same(page)
        site.write("templates/foot.html", '<p id="foot">mended</p>')
        expect(page.locator(PROBLEMS)).to_have_count(0)
        expect(page.locator("#foot")).to_have_text("mended")


def test_every_mistake_is_shown_on_every_page_and_on_first_load(
    site: BuiltSite, page: Page
) -> None:
    with serving(site.folder, "--watch") as running:
        site.write("templates/foot.html", "{{ nothing.one }}\n")
        site.write("templates/other.html", "{{ nothing.two }}\n")
        running.said(r"failed cause=.*problems=3")
        for path in ("/first/", "/no/such/page/"):
            show(page, running, path)
            expect(page.locator(f"{PROBLEMS} li")).to_have_count(2)


def test_the_overlay_can_be_put_aside(site: BuiltSite, page: Page) -> None:
    with serving(site.folder, "--watch") as running:
        site.write("templates/foot.html", "{{ nothing.one }}\n")
        running.said("failed cause")
        show(page, running)
        panel, pill = page.locator(f"{PROBLEMS} .panel"), page.locator(f"{PROBLEMS} .pill")
        expect(panel).to_be_visible()
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        pill.click()
        expect(panel).to_be_visible()


def test_what_is_in_a_message_is_text_and_nothing_else(site: BuiltSite, page: Page) -> None:
    attack = '<img src=x onerror="window.pwned = true">'
    with serving(site.folder, "--watch") as running:
        show(page, running)
        site.write("templates/foot.html", "\n" + attack + "{{ '" + attack + "' | nothing }}")
        panel = page.locator(f"{PROBLEMS} .panel")
        expect(panel).to_contain_text(attack)
        assert page.locator(f"{PROBLEMS} img").count() == 0
        assert page.evaluate("window.pwned") is None


def test_a_first_build_that_fails_becomes_the_site_when_it_is_mended(
    site: BuiltSite, page: Page
) -> None:
    good = (site.folder / "templates/page.html").read_text("utf-8")
    site.write("templates/page.html", "{{ nothing.one }}\n")
    with serving(site.folder, "--watch") as running:
        show(page, running)
        expect(page.locator("h1").first).to_have_text("The site is not built yet")
        expect(page.locator(f"{PROBLEMS} .panel")).to_contain_text("templates/page.html:1")
        site.write("templates/page.html", good)
        expect(page.locator("body h1")).to_have_text("First")


# -- published content


def test_what_an_editor_publishes_is_shown(
    site: BuiltSite, page: Page, prismic_repository: Callable[..., RunningRepository]
) -> None:
    home = {"id": "a", "type": "page", "uid": "first", "lang": "en-us"}
    environment = {"PRISMIC_WEBHOOK_SECRET": "s3cret"}
    repository = prismic_repository(documents=[{**home, "data": {"title": "Draft"}}])
    with serving(
        site.folder, "--watch", "-r", repository.endpoint, environment=environment
    ) as running:
        show(page, running)
        expect(page.locator("h1")).to_have_text("Draft")
        ref = repository.publish({**home, "data": {"title": "Published"}})
        before = len(repository.requests)
        assert running.webhook("s3cret", masterRef=ref, documents=["a"]) == 200
        expect(page.locator("h1")).to_have_text("Published")
        assert running.status()["ref"] == ref
        pulled = len(repository.requests)
        assert pulled > before
        site.write("templates/foot.html", '<p id="foot">feet</p>')
        expect(page.locator("#foot")).to_have_text("feet")
        assert len(repository.requests) == pulled


def test_what_is_published_is_found_by_asking(
    site: BuiltSite, page: Page, prismic_repository: Callable[..., RunningRepository]
) -> None:
    home = {"id": "a", "type": "page", "uid": "first", "lang": "en-us"}
    repository = prismic_repository(documents=[{**home, "data": {"title": "Draft"}}])
    with serving(site.folder, "--watch", "--poll", "1", "-r", repository.endpoint) as running:
        show(page, running)
        repository.publish({**home, "data": {"title": "Published"}})
        expect(page.locator("h1")).to_have_text("Published")
        assert running.status()["last_build"]["cause"] == "poll"


def test_a_field_that_can_not_be_shown_is_explained_with_its_document(
    site: BuiltSite, page: Page
) -> None:
    site.write("templates/foot.html", "{{ doc.data.body | as_html }}")
    with serving(site.folder, "--watch") as running:
        show(page, running)
        broken = {"type": "page", "uid": "first", "data": {"title": "A", "body": {"no": "text"}}}
        site.write("content/first.json", json.dumps(broken))
        panel = page.locator(f"{PROBLEMS} .panel")
        expect(panel).to_contain_text("document first")
        expect(panel).to_contain_text("body")
