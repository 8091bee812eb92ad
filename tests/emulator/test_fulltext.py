"""Full text and similarity: which words count, and how much."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from emulator.conftest import emulated

from prismic_ssg.content import word_index
from prismic_ssg.content.word_index import WordIndex
from prismic_ssg.errors import ContentError


def block(text, kind="paragraph"):
    return {"type": kind, "text": text, "spans": []}


REPOSITORY = emulated(
    {"type": "p", "uid": "rich", "data": {"body": [block("Running dogs"), block("and cats")]}},
    {"type": "p", "uid": "heading", "data": {"body": [block("dogs", "heading1")]}},
    {"type": "p", "uid": "key-text", "data": {"name": "The dog of the house"}},
    {"type": "p", "uid": "group", "data": {"rows": [{"label": "crème brûlée"}]}},
    {
        "type": "p",
        "uid": "slice",
        "data": {
            "slices": [
                {"slice_type": "s", "primary": {"t": [block("primarily")]}, "items": [{"c": "it"}]}
            ]
        },
    },
    {
        "type": "p",
        "uid": "unsearched",
        "data": {
            "image": {"url": "https://e.org/secret.png", "alt": "secret"},
            "link": {"link_type": "Web", "url": "https://secret.org", "text": "secret"},
            "body": [{"type": "image", "url": "x", "alt": "secret", "dimensions": {}}],
            "embed": {"embed_url": "secret", "html": "secret"},
            "day": "2020-01-01",
        },
    },
    {"type": "q", "uid": "dog"},
    {"type": "p", "uid": "button", "data": {"rows": [{"url": "https://e.org", "label": "press"}]}},
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dogs", {"rich", "heading", "key-text", "dog"}),
        ("dog cat", {"rich"}),
        ("DOG house", {"key-text"}),
        ("run", {"rich"}),
        ("creme BRULEE", {"group"}),
        ("primarily", {"slice"}),
        ("press", {"button"}),
        ("key-text", {"key-text"}),
        ("secret", set()),
        ("2020-01-01", set()),
        ("horse", set()),
        ("", set()),
        ("& - *", set()),
        ("dog & cat", {"rich"}),
        ('" OR dog NEAR(x) body:dog ^', set()),
    ],
)
def test_every_word_must_be_in_the_document(text, found):
    quoted = text.replace('"', '\\"')
    assert set(REPOSITORY.ids(q=f'[[fulltext(document, "{quoted}")]]')) == found


def test_a_heading_weighs_more_than_text():
    assert REPOSITORY.ids(q='[[fulltext(document, "dogs")]]')[0] == "heading"


@pytest.mark.parametrize(
    ("path", "found"),
    [("my.p.body", {"rich", "heading"}), ("my.p.name", {"key-text"}), ("my.q.uid", {"dog"})],
)
def test_a_field_is_searched_alone(path, found):
    assert set(REPOSITORY.ids(q=f'[[fulltext({path}, "dogs")]]')) == found


def test_orderings_win_over_relevance():
    ids = REPOSITORY.ids(q=['[[fulltext(document, "dog")]]', '[[at(document.type, "p")]]'],
                         orderings="[my.p.uid desc]")  # fmt: skip
    assert ids == ["rich", "key-text", "heading"]


LIKE = emulated(
    {"type": "p", "uid": "one", "data": {"t": "rare common words"}},
    {"type": "p", "uid": "two", "data": {"t": "rares and other common"}},
    {"type": "p", "uid": "three", "data": {"t": "common"}},
    {"type": "p", "uid": "four", "data": {"t": "nothing alike"}},
)


@pytest.mark.parametrize(
    ("identity", "most", "found"),
    [
        ("one", 2, ["two"]),
        ("one", 3, ["two", "three"]),
        ("one", 1, []),
        ("four", 9, []),
        ("nope", 9, []),
    ],
)
def test_similar_documents_share_words_that_few_have(identity, most, found):
    assert LIKE.ids(q=f'[[similar("{identity}", {most})]]') == found


def test_an_index_that_follows_another_finds_what_a_new_one_does():
    repository = emulated(
        *({"type": "p", "uid": f"u{n}", "data": {"t": f"word{n} all"}} for n in range(6))
    )
    edits = [
        ([{"id": "u1", "data": {"t": "changed all all"}}], []),
        ([{"id": "new", "type": "p", "data": {"t": "word2 all"}}], ["u3", "u5"]),
        ([{"id": "u3", "type": "p", "data": {"t": "word1"}}], ["new"]),
    ]
    for changed, deleted in edits:
        repository.ids(q='[[fulltext(document, "all")]]')
        repository.emulation.publish(changed, deleted)
        master = repository.repository.master
        fresh = WordIndex(master.documents)
        assert master.words is not None
        for word in ("all", "changed", "word1", "word2", "word3", "u5"):
            assert master.fulltext.search("document", word) == pytest.approx(
                fresh.search("document", word)
            )
        for document in master:
            assert master.fulltext.similar(document.id, 2) == fresh.similar(document.id, 2)


@pytest.mark.parametrize("before", [["document", "my.p.t"], ["my.p.t", "document"]])
def test_a_field_is_searched_again_after_something_was_published(before):
    repository = emulated({"type": "p", "uid": "a", "data": {"t": "before", "s": "x"}})
    for path in before:
        assert repository.ids(q=f'[[fulltext({path}, "before")]]') == ["a"]
    repository.emulation.publish([{"id": "a", "data": {"t": "after", "s": "x"}}])
    for path, word, found in (
        ("my.p.t", "before", []),
        ("my.p.t", "after", ["a"]),
        ("my.p.s", "x", ["a"]),
        ("document", "after", ["a"]),
    ):
        assert repository.ids(q=f'[[fulltext({path}, "{word}")]]') == found


def test_words_are_those_of_the_ref():
    repository = emulated({"type": "p", "uid": "a", "data": {"t": "before"}})
    old = repository.ref
    repository.emulation.publish([{"id": "a", "data": {"t": "after"}}])
    for ref, word, count in ((old, "before", 1), (old, "after", 0), (repository.ref, "after", 1)):
        assert len(repository.ids(ref=ref, q=f'[[fulltext(document, "{word}")]]')) == count


class WithoutWords:
    """A database of an SQLite that was built without FTS5."""

    def execute(self, statement: str, *_: Any) -> None:
        if "fts5" in statement:
            raise sqlite3.OperationalError("no such module: fts5")

    def close(self) -> None:
        pass


def test_an_sqlite_that_knows_no_words_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_index.sqlite3, "connect", lambda *_, **__: WithoutWords())
    with pytest.raises(ContentError, match="this Python's SQLite has no FTS5"):
        WordIndex(()).search("document", "dogs")
