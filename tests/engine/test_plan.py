"""`plan` in five lines a case: four pages that were built, one change, the exact set to render."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from prismic_ssg import Listing, Route, Site
from prismic_ssg.content import filters
from prismic_ssg.content.changes import Change, changes_between
from prismic_ssg.content.document import Document
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import Language
from prismic_ssg.content.routes import RouteTable
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.facts import Fact, digest_of_answer, packed, readers
from prismic_ssg.engine.pages import MarkdownSource, site_pages
from prismic_ssg.engine.past import Past
from prismic_ssg.engine.plan import definition_of, plan
from prismic_ssg.engine.world import World, answer_of

SITE = Site(
    routes=[Route("post", "/:uid/"), Route("author", "/by/:uid/")],
    listings=[Listing("/all/", template="all.html", filters=[filters.at("document.type", "post")])],
)
LATEST = (
    "query",
    Query.of([filters.at("document.type", "post")], "my.post.date desc", limit=1).to_text(),
)


@dataclass(frozen=True)
class Source:
    """A template, or a Markdown file."""

    text: str
    file: str = "file"
    meta: Mapping[str, Any] = None  # type: ignore[assignment]

    @property
    def digest(self) -> str:
        return self.text


def document(id_: str, type_: str = "post", uid: str | None = None, **data: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "uid": uid or id_, "lang": "en", "data": data}


DOCUMENTS = (
    document("a", title="A", date="2026-01-01"),
    document("b", title="B", date="2026-01-02"),
    document("ada", "author", name="Ada"),
)


def world(*documents: dict[str, Any], **members: Any) -> World:
    snapshot = Snapshot(
        "ref", [Document.from_json(json.dumps(each).encode()) for each in documents]
    )
    markdown = members.pop("markdown", {"note.md": Source("text")})
    table, problems = site_pages(
        SITE,
        snapshot,
        RouteTable(SITE.routes or (), "en"),
        languages=("en",),
        single=frozenset(),
        markdown=[MarkdownSource(name, name, f"/{name}", "en") for name in markdown],
    )
    assert not problems
    return World(
        **{
            "site": SITE,
            "snapshot": snapshot,
            "pages": table,
            "languages": (Language("en", "English"),),
            "templates": {"post.html": Source("one"), "base.html": Source("one")},
            "markdown": markdown,
            "assets": {"style.css": "1"},
            "today": date(2026, 1, 1),
            **members,
        }
    )


OLD = world(*DOCUMENTS)


@dataclass(frozen=True)
class BuiltPage:
    definition: bytes
    reads: bytes
    is_known: bool = True


def past(reads: Mapping[str, list[Fact]], *, unknown: str | None = None) -> Past:
    """The old world as it was built, where these pages read these facts."""
    answers = {
        fact: digest_of_answer(answer_of(OLD, fact))
        for facts in reads.values()
        for fact in facts
        if fact[0] in ("query", "uid", "navigation")
    }
    pages = {
        path: BuiltPage(definition_of(page, OLD), packed(reads.get(path, ())), path != unknown)
        for path, page in OLD.pages.pages.items()
    }
    return Past(
        OLD.engine_key,
        OLD.template_digests,
        OLD.assets,
        OLD.urls,
        OLD.today.isoformat(),
        answers,
        pages,
    )


def rendered(reads: Mapping[str, list[Fact]], new: World, **options: Any) -> set[str]:
    return set(
        plan(past(reads, **options), new, changes_between(OLD.snapshot, new.snapshot)).render
    )


A_TITLE = ("field", "a", "data.title")


def edited(number: int, **changes: Any) -> World:
    """The old world with one document changed: members in lower case are those of its data."""
    documents = [dict(each) for each in DOCUMENTS]
    uid = changes.pop("uid", None)
    documents[number]["data"] = {**documents[number]["data"], **changes}
    if uid:
        documents[number]["uid"] = uid
    return world(*documents)


def test_nothing_changed():
    assert rendered({"/a/": [A_TITLE], "/b/": [LATEST]}, world(*DOCUMENTS)) == set()


def test_a_field_reaches_those_who_read_it():
    assert rendered({"/a/": [A_TITLE], "/b/": [A_TITLE], "/all/": []}, edited(0, title="new")) == {
        "/a/",
        "/b/",
    }


def test_a_field_that_nobody_reads_reaches_nobody():
    assert rendered({"/a/": [A_TITLE], "/b/": [LATEST]}, edited(0, body="new")) == set()


def test_a_field_that_comes_reaches_those_who_missed_it():
    assert rendered({"/b/": [("field", "a", "data.intro")]}, edited(0, intro="new")) == {"/b/"}


def test_the_names_of_the_fields_are_read_by_who_goes_through_them():
    assert rendered({"/b/": [("field", "a", "names")], "/a/": [A_TITLE]}, edited(0, intro="x")) == {
        "/b/"
    }


def test_a_query_reaches_its_readers_if_its_answer_is_another():
    assert rendered({"/a/": [LATEST]}, edited(0, date="2026-03-01")) == {"/a/"}


def test_a_query_reaches_nobody_if_its_answer_is_the_same():
    assert rendered({"/a/": [LATEST]}, edited(0, date="2025-12-31")) == set()


def test_a_document_that_goes_reaches_those_who_found_it():
    assert rendered({"/a/": [LATEST], "/by/ada/": []}, world(DOCUMENTS[0], DOCUMENTS[2])) == {
        "/a/",
        "/all/",
    }


def test_a_uid_moves_a_page_and_reaches_those_who_link_to_it():
    new = edited(2, uid="lady")
    assert rendered({"/a/": [("url", "ada")], "/b/": [("link", "ada")]}, new) == {
        "/by/lady/",
        "/a/",
        "/b/",
    }
    assert plan(past({}), new, changes_between(OLD.snapshot, new.snapshot)).remove == ("/by/ada/",)


def test_a_look_up_by_uid_reaches_its_readers():
    reads = {"/a/": [("uid", "author", "ada", "en")], "/b/": [("uid", "author", "lady", "en")]}
    assert rendered(reads, edited(2, uid="lady")) == {"/by/lady/", "/a/", "/b/"}


def test_whether_there_is_a_document_reaches_those_who_asked():
    reads = {"/a/": [("exists", "c")], "/b/": [("exists", "b")]}
    assert rendered(reads, world(*DOCUMENTS, document("c"))) == {"/c/", "/all/", "/a/"}


@pytest.mark.parametrize("templates", [
    {"post.html": Source("two"), "base.html": Source("one")},
    {"base.html": Source("one")},
])  # fmt: skip
def test_a_template_reaches_those_who_took_it(templates):
    new = world(*DOCUMENTS, templates=templates)
    assert rendered(
        {"/a/": [("template", "post.html")], "/b/": [("template", "base.html")]}, new
    ) == {"/a/"}


def test_a_template_that_comes_reaches_those_who_looked_for_it():
    new = world(*DOCUMENTS, templates={**OLD.templates, "slices/quote.html": Source("x")})
    assert rendered({"/a/": [("template", "slices/quote.html")], "/b/": []}, new) == {"/a/"}


def test_a_static_file_reaches_those_who_print_its_hash():
    new = world(*DOCUMENTS, assets={"style.css": "2"})
    assert rendered({"/a/": [("asset", "style.css")], "/b/": [("asset", "other.css")]}, new) == {
        "/a/"
    }


def test_a_new_day_reaches_those_who_print_it():
    new = world(*DOCUMENTS, today=date(2026, 1, 2))
    assert rendered({"/a/": [("today",)], "/b/": []}, new) == {"/a/"}


def test_a_page_that_comes_reaches_those_who_asked_for_it():
    new = world(*DOCUMENTS, markdown={**OLD.markdown, "more.md": Source("x")})
    assert rendered({"/a/": [("page", "/more.md")], "/b/": []}, new) == {"/more.md", "/a/"}


def test_a_markdown_file_reaches_its_own_page():
    assert rendered({"/a/": [A_TITLE]}, world(*DOCUMENTS, markdown={"note.md": Source("new")})) == {
        "/note.md"
    }


def test_a_page_whose_file_is_not_what_was_written_is_rendered():
    assert rendered({"/a/": [A_TITLE]}, world(*DOCUMENTS), unknown="/b/") == {"/b/"}


def test_with_another_engine_key_nothing_from_before_counts():
    assert rendered({}, replace(OLD, engine_key="another")) == OLD.pages.pages.keys()


def test_without_a_past_everything_is_rendered():
    assert plan(None, OLD, ()).render.keys() == OLD.pages.pages.keys()


def test_a_page_says_which_fact_made_it_stale():
    new = edited(0, title="new")
    found = plan(past({"/b/": [LATEST, A_TITLE]}), new, changes_between(OLD.snapshot, new.snapshot))
    assert found.render["/b/"].fact == A_TITLE


def test_after_a_bulk_publish_every_query_is_asked_once():
    new = edited(0, date="2026-03-01")
    one = changes_between(OLD.snapshot, new.snapshot)
    other = Document.from_json(json.dumps(document("x", "other")).encode())
    many = [*one, *(Change(f"x{number}", None, other) for number in range(500))]
    assert set(plan(past({"/a/": [LATEST]}), new, many).render) == {"/a/"}


@pytest.mark.parametrize("count", [1, 5, 500])
def test_readers_are_those_who_have_read_any_of_few_or_many_facts(count: int) -> None:
    wanted = range(7, 7 + count)
    # Where two keys meet are the bytes of a third.
    beside = array("I", [7 << 16, 9 << 16]).tobytes()
    assert packed([7]) in beside or sys.byteorder == "big"
    all_reads = {
        "/both/": packed([wanted[-1], wanted[0], 1]),
        "/none/": packed([1, 2, 3]),
        "/last/": packed([wanted[-1], 2]),
        "/nothing/": b"",
        "/beside/": beside,
    }
    found = dict(readers(all_reads, wanted))
    assert found == {"/both/": wanted[0], "/last/": wanted[-1]}
