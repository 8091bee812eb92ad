"""Which edits leave a site the pages that it has; and that those really are the same."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest

from prismic_ssg import Listing, Route, Site
from prismic_ssg import filter as filter_
from prismic_ssg.building.page_table import decoded_table, encoded_table, same_table, share_texts
from prismic_ssg.content.changes import changes_between
from prismic_ssg.content.document import Document
from prismic_ssg.content.routes import RouteTable
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.pages import PageTable, site_pages
from prismic_ssg.engine.same_pages import has_same_pages, ties_of
from prismic_ssg.engine.sitemap import sitemap_after, sitemap_files
from prismic_ssg.store.state import KeptTable

POSTS = [filter_.at("document.type", "post")]
SITE = Site(
    routes=[
        Route("post", "/:section/:uid/", resolvers={"section": "part.section"}),
        Route("author", "/by/:uid/"),
    ],
    listings=[
        Listing(
            "/all/", template="all.html", filters=POSTS, orderings="my.post.date desc", page_size=2
        ),
        Listing(
            "/of/:author/",
            template="all.html",
            filters=POSTS,
            by="my.post.author",
            orderings="my.post.date",
        ),
        Listing(
            "/tags/:tag/", template="all.html", filters=POSTS, by="tags", orderings="my.post.date"
        ),
    ],
)

Members = dict[str, Any]


def link(id_: str, type_: str) -> Members:
    return {"link_type": "Document", "id": id_, "type": type_}


def document(id_: str, type_: str, data: Members, **members: Any) -> Members:
    envelope = {"id": id_, "type": type_, "uid": id_, "lang": "en", "tags": []}
    return {
        **envelope,
        "last_publication_date": "2026-01-01T00:00:00+0000",
        **members,
        "data": data,
    }


def post(id_: str, **data: Any) -> Members:
    usual = {"part": link("p", "part"), "author": link("ada", "author"), "date": f"2026-01-{id_}"}
    return document(id_, "post", {**usual, "body": "text", **data}, tags=["one"])


CONTENT = {
    each["id"]: each
    for each in (
        *(post("01"), post("02"), post("03"), post("04", date="2026-01-03")),
        document("ada", "author", {"name": "Ada"}),
        document("bob", "author", {"name": "Bob"}),
        document("p", "part", {"section": link("s", "section"), "title": "Part"}),
        document("s", "section", {}),
        document("t", "section", {}),
    )
}
LATER = "2026-02-02T00:00:00+0000"


def snapshot(documents: dict[str, Members]) -> Snapshot:
    texts = (json.dumps(each).encode() for each in documents.values())
    return Snapshot("ref", [Document.from_json(text) for text in texts])


def table_of(content: Snapshot, site: Site = SITE) -> PageTable:
    table, problems = site_pages(
        site, content, RouteTable(site.routes or (), "en"), languages=("en",), single=frozenset()
    )
    assert not problems
    return table


def edited(id_: str, data: Members | None = None, **members: Any) -> dict[str, Members]:
    before = CONTENT[id_]
    after = {**before, **members, "data": {**before["data"], **(data or {})}}
    return {**CONTENT, id_: {**after, "last_publication_date": LATER}}


OLD = snapshot(CONTENT)
TIES = ties_of(SITE, OLD)

SAME = {
    "a body": edited("01", {"body": "another"}),
    "nothing but the date": edited("02"),
    "a field of an author": edited("ada", {"name": "Countess"}),
    "a title that no route resolves": edited("p", {"title": "Else"}),
    "a new field": edited("02", {"subtitle": "new"}),
}
OTHER = {
    "a UID": edited("01", uid="first"),
    "a tag": edited("01", tags=["two"]),
    "the order": edited("01", {"date": "2026-01-09"}),
    "the order of two with one date": edited("04", {"body": "another"}),
    "what a listing is by": edited("01", {"author": link("bob", "author")}),
    "a step of a resolver": edited("01", {"part": link("s", "section")}),
    "a later step of a resolver": edited("p", {"section": link("t", "section")}),
    "a language": edited("01", lang="fr"),
    "a type": edited("01", type="page"),
    "a document less": {id_: each for id_, each in CONTENT.items() if id_ != "02"},
    "a document more": {**CONTENT, "09": post("09")},
}


@pytest.mark.parametrize("what", SAME)
def test_an_edit_that_moves_nothing_leaves_the_pages(what: str) -> None:
    new = snapshot(SAME[what])
    assert has_same_pages(SITE, changes_between(OLD, new), new)
    assert has_same_pages(SITE, changes_between(OLD, new), new, TIES)
    before, after = table_of(OLD), table_of(new)
    assert (before.pages, before.urls) == (after.pages, after.urls)
    assert before.navigation == after.navigation


@pytest.mark.parametrize("what", OTHER)
def test_an_edit_that_may_move_a_page_makes_a_table_anew(what: str) -> None:
    new = snapshot(OTHER[what])
    assert not has_same_pages(SITE, changes_between(OLD, new), new)
    assert not has_same_pages(SITE, changes_between(OLD, new), new, TIES)


@pytest.mark.parametrize("what", OTHER)
def test_of_these_edits_each_makes_another_table(what: str) -> None:
    old, new = table_of(OLD), table_of(snapshot(OTHER[what]))
    assert (old.pages, old.urls) != (new.pages, new.urls)


def test_code_that_makes_pages_of_content_is_asked_after_every_edit() -> None:
    site = Site()

    @site.pages
    def none(content: object) -> list[Any]:
        return []

    new = snapshot(SAME["a body"])
    assert not has_same_pages(site, changes_between(OLD, new), new)
    assert has_same_pages(site, (), OLD)


def test_a_table_is_read_back_as_it_was() -> None:
    table = table_of(OLD)
    kept = encoded_table(table, TIES)
    last = decoded_table(KeptTable("made from", "content", kept))
    assert last is not None
    assert last.of == ("made from", "content")
    assert same_table(last, SITE, (), OLD) == table
    assert decoded_table(KeptTable("made from", "content", kept[:-9])) is None


def test_a_table_that_was_read_back_can_have_each_id_and_path_once() -> None:
    last = decoded_table(KeptTable("", "", encoded_table(table_of(OLD), TIES)))
    assert last is not None
    table = same_table(last, SITE, (), OLD)
    assert table is not None
    share_texts(table)
    listed = [each.listing.document_ids for each in table.pages.values() if each.listing]
    own = [each.document_id for each in table.pages.values() if each.document_id is not None]
    assert len(own) == 6
    assert {*map(id, own), *map(id, chain(*listed))} == {id(id_) for id_ in table.urls}
    assert {id(path) for path in table.urls.values()} <= {id(path) for path in table.pages}
    assert table == table_of(OLD)


@pytest.mark.parametrize("what", SAME)
def test_the_site_map_is_brought_up_to_date_as_if_made_anew(what: str) -> None:
    new = snapshot(SAME[what])
    table = table_of(OLD)
    (before,) = sitemap_files(table, OLD, "https://a.test").values()
    (after,) = sitemap_files(table_of(new), new, "https://a.test").values()
    assert sitemap_after(before, changes_between(OLD, new), table, "https://a.test") == after


def test_a_site_map_that_is_not_as_it_was_written_is_made_anew() -> None:
    new = snapshot(SAME["a body"])
    (before,) = sitemap_files(table_of(OLD), OLD, "https://b.test").values()
    changes = changes_between(OLD, new)
    assert sitemap_after(before, changes, table_of(OLD), "https://a.test") is None
