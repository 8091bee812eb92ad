"""Queries and orderings are values: one form for all the ways to write one."""

from __future__ import annotations

import pytest
from msgspec import json

from prismic_ssg.content import filters
from prismic_ssg.content.document import Document
from prismic_ssg.content.orderings import Ordering, orderings_to_wire, parse_orderings
from prismic_ssg.content.query import Query

PRICE_DOWN = Ordering("my.product.price", descending=True)
FIRST = Ordering("document.first_publication_date")


def document(**members: object) -> Document:
    post = {"id": "X", "type": "post", "lang": "en-us", "last_publication_date": None, "data": {}}
    return Document.from_json(json.encode(post | members))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ()),
        ("[]", ()),
        ([], ()),
        ("my.product.price desc", (PRICE_DOWN,)),
        ("[my.product.price desc]", (PRICE_DOWN,)),
        ("[[my.product.price desc]]", (PRICE_DOWN,)),
        ("document.first_publication_date asc", (FIRST,)),
        (
            " [ my.product.price  desc , document.first_publication_date ] ",
            (PRICE_DOWN, FIRST),
        ),
        (["my.product.price desc", "document.first_publication_date"], (PRICE_DOWN, FIRST)),
        ({"field": "my.product.price", "direction": "desc"}, (PRICE_DOWN,)),
        ([{"field": "my.product.price", "direction": "desc"}], (PRICE_DOWN,)),
        ([{"field": "document.first_publication_date"}], (FIRST,)),
        ((PRICE_DOWN, FIRST), (PRICE_DOWN, FIRST)),
        ("my.kitchen-sink.key_text", (Ordering("my.kitchen-sink.key_text"),)),
        ("my.page.rows.label", (Ordering("my.page.rows.label"),)),
    ],
)
def test_orderings_are_read_in_all_their_forms(given, expected):
    assert parse_orderings(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "price",
        "my.product",
        "my.product.price descending",
        "my.product.price desc desc",
        "document.tags",
        "document.lang",
        "document",
        "[[[my.product.price]]]",
        [{"field": "my.product.price", "direction": "down"}],
        [{"path": "my.product.price"}],
    ],
)
def test_what_is_no_ordering_is_refused(given):
    with pytest.raises(ValueError, match=r"^orderings: "):
        parse_orderings(given)


@pytest.mark.parametrize("given", [5, [5], None])
def test_an_ordering_of_another_type_is_refused(given):
    with pytest.raises(TypeError, match=r"^orderings: "):
        parse_orderings(given)


def test_orderings_are_sent_without_asc_and_spaces():
    assert orderings_to_wire([PRICE_DOWN, FIRST]) == (
        "[my.product.price desc,document.first_publication_date]"
    )


def test_users_forms_of_one_query_are_one_value():
    by_text = Query.of('[[at(document.type, "a")]]', "my.a.b desc", fetch="a.b, a.c")
    by_value = Query.of(
        [filters.at("document.type", "a")],
        [{"field": "my.a.b", "direction": "desc"}],
        fetch=["a.b", "a.c"],
    )
    assert {by_text} == {by_value}


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query.of(filters.at("my.a.b", 'quote " and \\'), "my.a.b desc,my.a.c", lang="fr-fr"),
        Query.of(
            [filters.has("my.a.b"), filters.geopoint_near("my.a.b", 1, 2, 3)],
            after="X",
            page=3,
            page_size=100,
            limit=5,
            offset=10,
            fetch="a.b",
            fetch_links=["c.d", "c.e"],
            graph_query="{ a { b } }",
        ),
    ],
)
def test_a_query_survives_as_text(query):
    assert Query.from_text(query.to_text()) == query


def test_queries_that_differ_in_what_they_cut_out_have_one_whole_answer():
    query = Query.of(filters.has("my.a.b"), "my.a.b", limit=5)
    assert query.whole == Query.of(filters.has("my.a.b"), "my.a.b", page=2, fetch="a.b").whole


@pytest.mark.parametrize(
    "members", [{"page": 0}, {"page_size": 0}, {"limit": -1}, {"offset": -1}], ids=str
)
def test_a_number_out_of_bounds_is_refused(members):
    with pytest.raises(ValueError, match=f"^{next(iter(members))}: must be at least"):
        Query(**members)


@pytest.mark.parametrize("members", [{"limit": "3"}, {"limit": True}, {"page": 1.5}], ids=str)
def test_a_number_that_is_none_is_refused(members):
    with pytest.raises(TypeError, match=f"^{next(iter(members))}: must be a whole number"):
        Query(**members)


@pytest.mark.parametrize("given", [5, {"a": 1}, [5], None])
def test_filters_of_another_type_are_refused(given):
    with pytest.raises(TypeError, match=r"^filters: "):
        Query.of(given)


def test_a_query_holds_when_all_its_filters_do():
    query = Query.of([filters.at("document.type", "post"), filters.has("my.post.title")])
    assert (
        query.matches(document(data={"title": "x"})),
        query.matches(document(data={"title": ""})),
    ) == (True, False)


def test_a_query_in_a_language_holds_for_that_language():
    query = Query(lang="fr-fr")
    assert (query.matches(document(lang="fr-fr")), query.matches(document())) == (True, False)


def test_a_query_that_needs_an_index_says_so():
    query = Query.of(filters.fulltext("document", "word"))
    with pytest.raises(ValueError, match="no condition on one document"):
        query.matches(document())


@pytest.mark.parametrize(
    ("query", "old", "new"),
    [
        (Query.of((), "my.post.rank"), {"data": {"rank": 1}}, {"data": {"rank": 2}}),
        (Query.of((), "my.post.rank"), {"data": {"rank": 1}}, {"data": {}}),
        (Query(), {}, {"last_publication_date": "2020-01-01T00:00:00+0000"}),
        (Query.of(filters.in_("my.post.uid", ["a", "b"])), {"uid": "a"}, {"uid": "b"}),
        (
            Query.of(filters.geopoint_near("my.post.at", 0, 0, 9999)),
            {"data": {"at": {"latitude": 1, "longitude": 1}}},
            {"data": {"at": {"latitude": 2, "longitude": 1}}},
        ),
        (
            Query.of((), "my.post.title"),
            {"data": {"title": [{"type": "heading1", "text": "a", "spans": []}]}},
            {"data": {"title": [{"type": "heading1", "text": "b", "spans": []}]}},
        ),
    ],
    ids=str,
)
def test_a_document_moves_when_what_places_it_changes(query, old, new):
    assert query.place(document(**old)) != query.place(document(**new))


def test_a_document_stays_when_another_field_changes():
    query = Query.of((), "my.post.rank")
    assert query.place(document(data={"rank": 1, "body": "a"})) == query.place(
        document(data={"rank": 1, "body": "b"})
    )
