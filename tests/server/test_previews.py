"""Previews, by the answers that an editor gets; browsers themselves are in tests/browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg.live import Changed, LiveSite
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
