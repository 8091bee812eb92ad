"""What a snapshot answers: which documents, in which order, cut into which pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prismic_ssg.content import filters
from prismic_ssg.content.document import Document
from prismic_ssg.content.query import Query
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import ContentError


def snapshot(*documents: dict[str, Any]) -> Snapshot:
    """A snapshot of posts: what a document does not say, all have in common."""
    common = {"type": "post", "uid": None, "lang": "en-us", "tags": [], "data": {}}
    return Snapshot("r", [Document.from_json(json.dumps(common | d).encode()) for d in documents])


def ids(documents: tuple[Document, ...]) -> list[str]:
    return [document.id for document in documents]


def test_a_document_whose_data_is_no_object_is_named():
    posts = snapshot({"id": "a", "data": [1]})
    with pytest.raises(ContentError, match=r"document 'a' \(post\) has broken data") as error:
        posts.run(Query.of(filters.has("my.post.title")))
    assert (error.value.document_id, error.value.field) == ("a", "title")


def test_a_document_is_found_by_id():
    assert snapshot({"id": "a"}).get("a").id == "a"


def test_an_unknown_id_finds_nothing():
    assert snapshot({"id": "a"}).get("b") is None


def test_a_document_is_found_by_type_uid_and_language():
    posts = snapshot(
        {"id": "a", "uid": "x"}, {"id": "b", "uid": "x", "lang": "fr-fr"}, {"id": "c", "uid": "y"}
    )
    assert posts.by_uid("post", "x", "fr-fr").id == "b"


def test_a_uid_of_another_type_or_language_finds_nothing():
    posts = snapshot({"id": "a", "uid": "x"})
    assert (posts.by_uid("page", "x"), posts.by_uid("post", "x", "fr-fr")) == (None, None)


def test_two_documents_with_one_id_are_an_error_that_names_it():
    with pytest.raises(ContentError, match="two documents have the id 'a'") as error:
        snapshot({"id": "a"}, {"id": "a", "uid": "x"})
    assert error.value.document_id == "a"


def test_the_default_order_is_last_published_first_then_by_id_and_drafts_at_the_end():
    day = "last_publication_date"
    posts = snapshot(
        {"id": "draft", day: None},
        {"id": "b", day: "2020-01-01T00:00:00+0000"},
        {"id": "a", day: "2020-01-01T00:00:00+0000"},
        {"id": "z", day: "2021-01-01T00:00:00+0000"},
    )
    assert ids(posts.run(Query())) == ["z", "a", "b", "draft"]


def test_in_gives_documents_in_the_order_of_its_list_and_once():
    posts = snapshot({"id": "a"}, {"id": "b"}, {"id": "c"})
    asked = filters.in_("document.id", ["c", "a", "nowhere", "c", "b", "a"])
    assert ids(posts.run(Query((asked,)))) == ["c", "a", "b"]


def test_in_by_uid_gives_documents_in_the_order_of_its_list():
    posts = snapshot(*({"id": i, "uid": f"u{i}"} for i in "abc"))
    assert ids(posts.run(Query.of(filters.in_("my.post.uid", ["uc", "ua"])))) == ["c", "a"]


def test_orderings_outrank_the_order_of_a_list():
    posts = snapshot({"id": "a", "data": {"n": 1}}, {"id": "b", "data": {"n": 2}})
    query = Query.of(filters.in_("document.id", ["b", "a"]), "my.post.n")
    assert ids(posts.run(query)) == ["a", "b"]


def test_near_gives_the_nearest_first():
    places = {"a": 3, "b": 1, "c": 2, "d": 30}
    posts = snapshot(
        *({"id": i, "data": {"at": {"latitude": n, "longitude": 0}}} for i, n in places.items())
    )
    near = filters.geopoint_near("my.post.at", 0, 0, 1000)
    assert ids(posts.run(Query((near,)))) == ["b", "c", "a"]


def test_documents_without_the_field_come_last_in_both_directions():
    posts = snapshot({"id": "a"}, {"id": "b", "data": {"n": 1}}, {"id": "c", "data": {"n": 2}})
    both = [ids(posts.run(Query.of((), f"my.post.n {way}"))) for way in ("asc", "desc")]
    assert both == [["b", "c", "a"], ["c", "b", "a"]]


def test_numbers_are_ordered_as_numbers():
    posts = snapshot(*({"id": str(n), "data": {"n": n}} for n in (10, 9, 9.5)))
    assert ids(posts.run(Query.of((), "my.post.n"))) == ["9", "9.5", "10"]


def test_after_leaves_out_all_up_to_a_document():
    posts = snapshot({"id": "a"}, {"id": "b"}, {"id": "c"})
    assert ids(posts.run(Query(after="b"))) == ["c"]


def test_after_an_unknown_document_leaves_out_nothing():
    posts = snapshot({"id": "a"}, {"id": "b"})
    assert ids(posts.run(Query(after="foo"))) == ["a", "b"]


def test_limit_and_offset_cut_a_piece_out():
    posts = snapshot(*({"id": i} for i in "abcde"))
    assert ids(posts.select(Query(offset=1, limit=2))) == ["b", "c"]


def test_a_page_says_how_many_there_are():
    posts = snapshot(*({"id": i} for i in "abcde"))
    page = posts.page(Query(page=3, page_size=2))
    assert (ids(page.documents), page.total_results_size, page.total_pages) == (["e"], 5, 3)


def test_a_page_past_the_end_is_empty():
    page = snapshot({"id": "a"}).page(Query(page=7))
    assert (page.documents, page.total_pages) == ((), 1)


def test_an_empty_answer_has_no_pages():
    assert snapshot().page(Query()).total_pages == 0


def test_a_question_asked_twice_is_answered_once():
    posts = snapshot({"id": "a"}, {"id": "b"})
    assert posts.run(Query(limit=1)) is posts.run(Query(page=2))


def test_the_second_question_about_a_field_looks_at_no_document_again(
    monkeypatch: pytest.MonkeyPatch,
):
    author = {"link_type": "Document", "id": "A1", "type": "author"}
    posts = snapshot(
        *({"id": f"P{n}", "type": "post", "data": {"by": author, "n": n}} for n in range(40)),
        *({"id": f"Q{n}", "type": "post", "data": {"by": f"text {n}"}} for n in range(40)),
    )
    assert len(posts.run(Query.of(filters.at("my.post.by", "A1")))) == 40
    monkeypatch.setattr(
        Document, "type", property(lambda document: pytest.fail(f"{document.id} was looked at"))
    )
    assert ids(posts.run(Query.of(filters.at("my.post.by", "nobody")))) == []
    monkeypatch.undo()
    assert ids(posts.run(Query.of(filters.at("my.post.by", "text 7")))) == ["Q7"]
    some = filters.any("my.post.by", ["text 9", "text 8", "nobody"])
    assert ids(posts.run(Query.of(some))) == ["Q8", "Q9"]


def test_a_type_beside_another_filter_is_asked_of_the_few_that_pass_that():
    author = {"link_type": "Document", "id": "A1", "type": "author"}
    posts = snapshot(
        *({"id": f"P{n}", "data": {"by": author}} for n in range(40)),
        *({"id": f"Q{n}", "type": "page", "data": {"by": author}} for n in range(900)),
    )
    asked = [filters.at("my.post.by", "A1"), filters.at("document.type", "post")]
    assert len(posts.run(Query.of(asked))) == 40
    assert [path.text for path, _ in posts._columns] == ["my.post.by"]


def test_an_order_is_the_same_for_few_documents_and_for_many_whichever_is_asked_first():
    made = [{"id": f"P{n:02}", "data": {"n": n * 7 % 5}} for n in range(40)]
    for post in made[::11]:
        post["tags"] = ["few"]
    few = Query.of(filters.at("document.tags", ["few"]), "my.post.n desc")
    many = Query.of((), "my.post.n desc")
    one, other = snapshot(*made), snapshot(*made)
    before, all_of_them = ids(one.run(few)), ids(one.run(many))
    assert before == ["P22", "P11", "P33", "P00"]
    assert ids(other.run(many)) == all_of_them
    assert ids(other.run(few)) == before == [id_ for id_ in all_of_them if id_ in before]


def test_an_answer_keeps_nothing_in_its_documents():
    posts = snapshot({"id": "a", "data": {"n": 1}})
    posts.run(Query.of(filters.has("my.post.n"), "my.post.n"))
    assert posts.get("a")._fields is None


class Words:
    """An index that knows two documents."""

    def search(self, path: str, text: str) -> dict[str, float]:
        assert (path, text) == ("document", "word")
        return {"a": 1.0, "b": 2.0}

    def similar(self, document_id: str, max_documents: int) -> dict[str, float]:
        assert (document_id, max_documents) == ("a", 10)
        return {"b": 0.5}


def test_fulltext_is_asked_of_the_index_and_the_most_relevant_comes_first():
    posts = snapshot({"id": "a"}, {"id": "b"}, {"id": "c"})
    posts.fulltext = Words()
    assert ids(posts.run(Query.of(filters.fulltext("document", "word")))) == ["b", "a"]


def test_similar_is_asked_of_the_index():
    posts = snapshot({"id": "a"}, {"id": "b"})
    posts.fulltext = Words()
    assert ids(posts.run(Query.of(filters.similar("a", 10)))) == ["b"]


def test_fulltext_is_not_for_what_has_no_words():
    with pytest.raises(ContentError, match=r"fulltext is not for 'document.type'"):
        snapshot({"id": "a"}).run(Query.of(filters.fulltext("document.type", "word")))
