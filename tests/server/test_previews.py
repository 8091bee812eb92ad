"""Previews, by the answers that an editor gets; browsers themselves are in tests/browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from site_harness import BuiltSite

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.live import Changed, LiveSite
from prismic_ssg.previewed import PreviewEnded
from prismic_ssg.previews import Previews
from prismic_ssg.server.files import Answer, Asked, SiteFiles
from prismic_ssg.server.preview_site import PreviewSite
from prismic_ssg.store.published import PublishedFiles
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

Start = Callable[..., RunningRepository]

SITE = """
-- templates/page.html --
<html><body><h1>{{ doc.data.title }}</h1>
<time>{{ doc.first_publication_date | date("long") }}</time>
{% for each in site.query(type="page", orderings="my.page.title") %}
<a href="{{ each.url }}">{{ each.data.title }}</a>{% endfor %}</body></html>
-- templates/blog.html --
<html><body>{% for each in page.documents %}[{{ each.data.title }}]{% endfor %}</body></html>
-- static/style.css --
h1 {}
"""

CONFIGURATION = """
from prismic_ssg import Listing, Route, Site, filter

site = Site(
    repository="{endpoint}",
    base_url="https://example.org{base}",
    routes=[Route("page", "/:lang?/:uid")],
    listings=[
        Listing("/blog/", template="blog.html", filters=[filter.at("document.type", "page")],
                orderings="document.first_publication_date desc"),
    ],
)
"""


def titled(uid: str, title: str, **members: object) -> dict[str, object]:
    return {"id": uid, "type": "page", "uid": uid, "lang": "en-us", **members,
            "data": {"title": title}}  # fmt: skip


DOCUMENTS = [
    titled("one", "One"),
    titled("two", "Two"),
    {"id": "settings", "type": "settings", "lang": "en-us", "data": {}},
]


class Clock:
    """Seconds that pass only where a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Editor:
    """A browser of an editor: it keeps the cookie and follows redirects."""

    def __init__(self, site: PreviewSite, files: SiteFiles, cookie: str = "") -> None:
        self.site = site
        self.files = files
        self.cookie = cookie
        self.at = ""

    def open(self, token: str, document_id: str = "") -> str:
        return self._followed(self.site.begin(token, document_id, self.cookie))

    def leave(self, to: str | None = None) -> str:
        return self._followed(self.site.leave(to or self.at, self.cookie))

    def get(self, path: str, **headers: str) -> str:
        return self._followed(self.answer(path, **headers))

    def answer(self, path: str, **headers: str) -> Answer:
        self.at = path
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            given["cookie"] = self.cookie
        bare, _, query = path.partition("?")
        asked = Asked("GET", bare.encode(), given, query)
        return self.site.answer(asked) or self.files.answer(asked)

    def _followed(self, answer: Answer) -> str:
        if "set-cookie" in answer.headers:
            morsel = next(iter(SimpleCookie(answer.headers["set-cookie"]).values()))
            gone = morsel["max-age"] == "0"
            self.cookie = "" if gone else answer.headers["set-cookie"].partition(";")[0]
        if 300 <= answer.status < 400:
            return self.get(answer.headers["location"])
        return answer.body.decode()


class Served:
    """A built site of a repository, whose previews are asked for without a server."""

    def __init__(self, folder: Path, repository: RunningRepository, base: str = "") -> None:
        self.repository = repository
        self.clock = Clock()
        self.site = BuiltSite(folder, SITE)
        text = CONFIGURATION.replace("{endpoint}", repository.endpoint).replace("{base}", base)
        self.site.write("prismicio.py", text)
        self.site.build()
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self.live = LiveSite(self.site.folder, {}, lambda: date(2026, 1, 1), lambda: None)
        self.live.refresh(Changed(pulled=True))
        self.files = SiteFiles(PublishedFiles(self.site.dist), base_path=base)
        self.previews = Previews(self.live, {}, self.clock)
        self.answers = PreviewSite(
            self.live,
            self.previews,
            lambda: self.files,
            lambda event, **members: self.events.append((event, members)),
        )

    def editor(self, cookie: str = "") -> Editor:
        return Editor(self.answers, self.files, cookie)


@pytest.fixture
def served(tmp_path: Path, prismic_repository: Start) -> Iterator[Served]:
    repository = prismic_repository(documents=DOCUMENTS, languages=["en-us", "fr-fr"])
    made = Served(tmp_path / "site", repository)
    yield made
    made.previews.close()


# -- what is shown


def test_a_draft_is_shown_at_the_page_of_its_document(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft of one"))
    editor = served.editor()
    assert "<h1>Draft of one</h1>" in editor.open(preview.token, "one")
    assert editor.at == "/one/"
    assert "<h1>One</h1>" in served.editor().get("/one/")


def test_lists_and_queries_have_the_draft_too(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft of one"))
    editor = served.editor()
    editor.open(preview.token, "one")
    assert "Draft of one</a>" in editor.get("/two/")
    assert "[Draft of one]" in editor.get("/blog/")


def test_a_document_that_was_never_published_has_the_url_that_it_will_have(served: Served) -> None:
    preview = served.repository.preview(titled("new", "New"))
    editor = served.editor()
    shown = editor.open(preview.token, "new")
    assert (editor.at, "<h1>New</h1>" in shown) == ("/new/", True)
    assert "<time></time>" in shown
    assert '<a href="/new">New</a>' in editor.get("/one/")
    assert "[New]" in editor.get("/blog/")
    assert "<loc>https://example.org/new</loc>" in editor.get("/sitemap.xml")
    assert served.editor().answer("/new/").status == 404


def test_a_uid_that_changes_moves_the_page_and_every_link_to_it(served: Served) -> None:
    preview = served.repository.preview(titled("one", "One") | {"uid": "first"})
    editor = served.editor()
    editor.open(preview.token, "one")
    assert editor.at == "/first/"
    assert editor.answer("/one/").status == 404
    assert '<a href="/first">One</a>' in editor.get("/two/")


def test_a_document_that_a_release_deletes_is_gone_in_its_preview(served: Served) -> None:
    served.repository.release("Spring", deleted=["two"])
    ref = next(each for each in served.answers._previews._client().get_releases()).ref
    editor = served.editor()
    shown = editor.open(ref, "one")
    assert "Preview of Spring" in shown
    assert "Two</a>" not in shown
    assert editor.answer("/two/").status == 404
    assert served.editor().answer("/two/").status == 200


def test_a_document_of_another_language_is_found(served: Served) -> None:
    preview = served.repository.preview(titled("un", "Un", lang="fr-fr"))
    editor = served.editor()
    assert "<h1>Un</h1>" in editor.open(preview.token, "un")
    assert editor.at == "/fr-fr/un/"


def test_a_document_without_a_page_leads_to_the_home_page(served: Served) -> None:
    preview = served.repository.preview({"id": "settings", "type": "settings", "lang": "en-us"})
    editor = served.editor()
    editor.open(preview.token, "settings")
    assert editor.at == "/"
    editor.open(preview.token, "unknown")
    assert editor.at == "/"


def test_two_editors_see_each_their_own(served: Served) -> None:
    first, second = served.editor(), served.editor()
    first.open(served.repository.preview(titled("one", "By the first")).token, "one")
    second.open(served.repository.preview(titled("one", "By the second")).token, "one")
    assert "<h1>By the first</h1>" in first.get("/one/")
    assert "<h1>By the second</h1>" in second.get("/one/")
    assert "<h1>One</h1>" in served.editor().get("/one/")


def test_what_an_editor_saves_under_the_same_token_is_shown(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    served.repository.edit_preview(preview, titled("one", "Next draft"))
    served.clock.now += 2
    assert "<h1>Next draft</h1>" in editor.get("/one/")
    assert "<h1>Next draft</h1>" in editor.open(preview.token, "one")


def test_all_that_an_editor_saved_is_shown_once_preview_is_pressed_again(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    served.repository.edit_preview(preview, titled("two", "Second draft"))
    editor.open(preview.token)
    assert "[Second draft]" in editor.get("/blog/")
    served.repository.edit_preview(preview, titled("new", "New"))
    editor.open(preview.token, "one")
    assert "[New]" in editor.get("/blog/")


def test_what_is_published_meanwhile_is_under_the_drafts(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    served.repository.publish(titled("two", "Two again"))
    served.live.refresh(Changed())
    served.clock.now += 200
    shown = editor.get("/one/")
    assert "<h1>Draft</h1>" in shown
    # The emulator's preview was begun on top of the old master, and says so once asked.
    assert served.previews.at(preview.token).wait_until_complete(20)


def test_a_template_that_changes_is_used_for_previews_at_once(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    served.site.write("templates/page.html", "<h2>{{ doc.data.title }}</h2>")
    served.live.refresh(Changed(content=False, configuration=False))
    assert "<h2>Draft</h2>" in editor.get("/one/")


def test_a_draft_that_breaks_its_template_is_said_on_its_page_alone(served: Served) -> None:
    served.site.write("templates/page.html", "{{ doc.data.title.upper().nothing.there }}")
    served.live.refresh(Changed(content=False, configuration=False))
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "settings")
    answer = editor.answer("/one/")
    assert answer.status == 500
    assert b"templates/page.html:1" in answer.body
    assert b"Leave preview" in answer.body
    assert editor.answer("/blog/").status == 200


def test_a_draft_stands_in_where_its_translation_is_missing(served: Served) -> None:
    path = served.site.folder / "prismicio.py"
    text = path.read_text("utf-8")
    path.write_text(text.replace("listings=", 'fallback={"fr-fr": "en-us"},\n    listings='))
    served.site.write(
        "templates/page.html",
        """
        {% for each in site.query(type="page", orderings="my.page.title") %}
        [{{ each.data.title }}]{% endfor %}
        """,
    )
    served.site.build()
    served.live.refresh(Changed(pulled=True))
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    assert "".join(editor.get("/fr-fr/two/").split()).startswith("[Draft][Two]")


def test_a_page_that_moved_is_not_shown_where_the_output_still_has_it(served: Served) -> None:
    """As long as a build has not followed, or fails."""
    published = served.live.edition
    assert published is not None
    path = served.site.folder / "prismicio.py"
    path.write_text(path.read_text("utf-8").replace('"/:lang?/:uid"', '"/:lang?/at/:uid"'))
    now = served.live.refresh(Changed(content=False))

    def is_gone(name: str) -> bool:
        return published.pages.page_of(name) is not None and now.pages.page_of(name) is None

    served.files = SiteFiles(PublishedFiles(served.site.dist), is_gone=is_gone)
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    assert (editor.at, editor.answer("/one/").status) == ("/at/one/", 404)


# -- a large repository: the first page does not wait for all of it


@pytest.fixture
def large(
    tmp_path: Path, prismic_repository: Start, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """A site for which a handful of documents is many."""
    monkeypatch.setattr("prismic_ssg.previewed._FEW_DOCUMENTS", 0)
    repository = prismic_repository(documents=DOCUMENTS)
    made = Served(tmp_path / "site", repository)
    yield made
    made.previews.close()


def test_the_first_page_takes_one_search_whatever_the_size(large: Served) -> None:
    preview = large.repository.preview(titled("one", "Draft"), titled("new", "New"))
    # A pull of everything would not come to an end before the page is there.
    large.repository.fail(delay_ms=3000, times=100, match="pageSize=100")
    editor = large.editor()
    before = len(large.repository.requests)
    assert "<h1>Draft</h1>" in editor.open(preview.token, "one")
    asked = [each for each in large.repository.requests[before:] if "search" in each.path]
    assert len([each for each in asked if ("pageSize", "100") not in each.query]) == 1
    assert not large.previews.at(preview.token).is_complete
    assert "New</a>" not in editor.get("/two/")


def test_the_rest_of_a_preview_comes_by_itself(large: Served) -> None:
    preview = large.repository.preview(
        titled("one", "Draft"), titled("new", "New"), deleted=["two"]
    )
    editor = large.editor()
    editor.open(preview.token, "one")
    assert large.previews.at(preview.token).wait_until_complete(20)
    assert '<a href="/new">New</a>' in editor.get("/one/")
    assert editor.answer("/two/").status == 404


def test_a_page_that_is_not_known_yet_is_waited_for(large: Served) -> None:
    preview = large.repository.preview(titled("new", "New"))
    editor = large.editor()
    editor.open(preview.token)
    assert "<h1>New</h1>" in editor.get("/new/")


def test_a_page_of_what_was_saved_later_is_waited_for_too(large: Served) -> None:
    preview = large.repository.preview(titled("one", "Draft"))
    editor = large.editor()
    editor.open(preview.token, "one")
    assert large.previews.at(preview.token).wait_until_complete(20)
    large.repository.edit_preview(preview, titled("new", "New"))
    large.repository.fail(delay_ms=200, times=1, match="pageSize=100")
    large.answers.begin(preview.token, "one", editor.cookie)
    assert "<h1>New</h1>" in editor.get("/new/")


def test_documents_that_change_places_are_waited_for_together(large: Served) -> None:
    """The one that is looked at first is where the other one is published."""
    one, two = titled("one", "One") | {"uid": "two"}, titled("two", "Two") | {"uid": "one"}
    preview = large.repository.preview(one, two)
    editor = large.editor()
    assert "<h1>One</h1>" in editor.open(preview.token, "one")
    assert editor.at == "/two/"
    assert "<h1>Two</h1>" in editor.get("/one/")


def test_what_is_saved_while_the_rest_comes_is_not_lost(
    large: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = large.repository.preview(titled("one", "Draft"), titled("new", "New"))
    editor, pulls = large.editor(), []

    def pull_and_save(*given: Any, **options: Any) -> Pulled:
        pulls.append(pull(*given, **options))
        if len(pulls) == 1:
            large.repository.edit_preview(preview, titled("one", "Next draft"))
            large.clock.now += 2
            large.previews.at(preview.token).page("one/index.html")
        return pulls[-1]

    monkeypatch.setattr("prismic_ssg.previewed.pull", pull_and_save)
    editor.open(preview.token, "one")
    assert large.previews.at(preview.token).wait_until_complete(20)
    assert {"[Next draft]", "[New]"} <= set(re.findall(r"\[.*?\]", editor.get("/blog/")))


def test_documents_that_are_the_same_are_kept_once(large: Served) -> None:
    preview = large.repository.preview(titled("one", "Draft"))
    editor = large.editor()
    editor.open(preview.token, "one")
    kept = large.previews.at(preview.token)
    assert kept.wait_until_complete(20)
    assert set(kept._changes) == {"one"}


# -- the end


def test_leaving_leads_back_to_the_same_page_as_everybody_sees_it(served: Served) -> None:
    editor = served.editor()
    editor.open(served.repository.preview(titled("one", "Draft")).token, "one")
    assert "<h1>One</h1>" in editor.leave()
    assert (editor.at, editor.cookie) == ("/one/", "")


def test_leaving_a_page_that_nobody_else_has_leads_to_the_home_page(served: Served) -> None:
    editor = served.editor()
    editor.open(served.repository.preview(titled("new", "New")).token, "new")
    editor.leave("/new/")
    assert editor.at == "/"


@pytest.mark.parametrize("gone", [True, False])
def test_a_preview_that_ends_shows_what_is_published_at_the_same_address(
    served: Served, gone: bool
) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    editor = served.editor()
    editor.open(preview.token, "one")
    served.repository.end_preview(preview, gone=gone)
    served.clock.now += 2
    assert "<h1>One</h1>" in editor.get("/one/?a=b")
    assert (editor.at, editor.cookie) == ("/one/?a=b", "")
    assert len(served.previews) == 0


def test_a_session_that_ended_long_ago_is_not_asked_for_again_and_again(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    served.repository.end_preview(preview)
    cookie = f"io.prismic.preview={preview.token}"
    assert "<h1>One</h1>" in served.editor(cookie).get("/one/")
    before = len(served.repository.requests)
    for _ in range(5):
        assert "<h1>One</h1>" in served.editor(cookie).get("/one/")
    assert len(served.repository.requests) == before


def test_opening_a_preview_that_has_ended_says_so(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    served.repository.end_preview(preview)
    answer = served.answers.begin(preview.token, "one", None)
    assert answer.status == 410
    assert b"This preview has ended" in answer.body


def test_a_cookie_with_nothing_but_the_toolbars_tracker_is_no_preview(served: Served) -> None:
    editor = served.editor("io.prismic.preview=%7B%22_tracker%22%3A%22abcdefgh%22%7D")
    answer = editor.answer("/one/")
    assert b"<h1>One</h1>" in answer.body
    assert "etag" in answer.headers


def test_prismic_that_does_not_answer_is_no_end(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    served.repository.fail(reset=True, times=50)
    answer = served.answers.begin(preview.token, "one", None)
    assert (answer.status, "set-cookie" in answer.headers) == (503, False)


# -- nothing stays


def test_a_preview_leaves_nothing_on_disk(served: Served) -> None:
    def everything() -> dict[str, bytes]:
        files = sorted(path for path in served.site.folder.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in files if "pycache" not in str(path)}

    before = everything()
    editor = served.editor()
    secret = "Nobody may ever find this"
    assert secret in editor.open(served.repository.preview(titled("one", secret)).token, "one")
    editor.get("/blog/")
    after = everything()
    assert before.keys() == after.keys()
    assert not any(secret.encode() in content for content in after.values())
    assert before == after


def test_no_browser_and_no_cache_on_the_way_may_keep_a_previewed_page(served: Served) -> None:
    editor = served.editor()
    editor.open(served.repository.preview(titled("one", "Draft")).token, "one")
    shown = editor.answer("/one/", if_none_match="*", range="bytes=0-3")
    assert shown.status == 200
    assert shown.headers["cache-control"] == "private, no-store"
    assert "cookie" in shown.headers["vary"]
    assert "etag" not in shown.headers
    assert shown.headers["x-robots-tag"] == "noindex"
    begun = served.answers.begin(served.repository.preview(titled("one", "D")).token, "one", None)
    assert begun.headers["cache-control"] == "private, no-store"


def test_of_thousands_of_previews_few_are_kept(served: Served) -> None:
    tokens = [served.repository.preview(titled("one", f"Draft {n}")).token for n in range(30)]
    for number, token in enumerate(tokens):
        assert f"<h1>Draft {number}</h1>" in served.editor().open(token, "one")
    assert len(served.previews) == 8
    for number in range(2000):
        with pytest.raises(PreviewEnded):
            served.previews.at(f"no-such-ref-{number}")
        if number == 20:
            # The rest need not be asked for one by one to see that they take no room.
            served.previews._client = refusing
    assert len(served.previews) == 8
    assert len(served.previews._refused) <= 500


def refusing() -> None:
    raise PreviewEnded("no")


def test_a_preview_that_nobody_looks_at_is_let_go_of(served: Served) -> None:
    served.editor().open(served.repository.preview(titled("one", "Draft")).token, "one")
    served.clock.now += 3601
    served.editor().open(served.repository.preview(titled("two", "Draft")).token, "two")
    assert len(served.previews) == 1


def test_logs_do_not_tell_how_to_see_a_preview(served: Served) -> None:
    preview = served.repository.preview(titled("one", "Draft"))
    served.editor().open(preview.token, "one")
    ((event, members),) = served.events
    assert (event, members["document"], members["path"]) == ("preview", "one", "/one")
    assert preview.token not in str(members)
    assert preview.id not in str(members)
