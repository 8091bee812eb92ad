"""`changed` runs few queries again, and finds what running all of them finds."""

from __future__ import annotations

import json
import random
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from msgspec.structs import replace

from prismic_ssg import Site
from prismic_ssg.content import filters
from prismic_ssg.content.changes import changes_between
from prismic_ssg.content.document import Document
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import Language
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.changed import changed
from prismic_ssg.engine.facts import digest_of_answer
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.engine.past import Past
from prismic_ssg.engine.world import World, answer_of

POSTS = filters.at("document.type", "post")
QUERIES = tuple(
    replace(Query.of(given, orderings), limit=limit, offset=offset, after=after)
    for given in (
        [POSTS],
        [POSTS, filters.at("my.post.colour", "red")],
        [filters.any("document.tags", ["x", "y"])],
        [filters.in_("my.post.uid", ["p3", "p1", "p2"])],
        [filters.missing("my.post.price")],
    )
    for orderings in (
        (),
        "my.post.price",
        "my.post.price desc, my.post.colour",
        "document.first_publication_date desc",
        "document.last_publication_date",
    )
    for limit, offset, after in ((None, 0, None), (3, 0, None), (2, 3, None), (None, 0, "id4"))
)


def world_of(documents: dict[str, dict[str, Any]]) -> World:
    texts = [json.dumps(each).encode() for each in documents.values()]
    return World(
        site=Site(),
        snapshot=Snapshot("ref", map(Document.from_json, texts)),
        pages=PageTable(MappingProxyType({}), MappingProxyType({}), (), (), ("en",)),
        languages=(Language("en", "English"),),
        templates={},
        markdown={},
        assets={},
        today=date(2026, 1, 1),
    )


def past_of(world: World) -> Past:
    facts = [("query", query.to_text()) for query in QUERIES]
    answers = {fact: digest_of_answer(answer_of(world, fact)) for fact in facts}
    urls, templates, assets = world.urls, world.template_digests, world.assets
    return Past("", templates, assets, urls, world.today.isoformat(), answers, {})


class Editor:
    """Publishes at random. Few values: many documents are alike in what they are ordered by."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._minutes = 0
        self.documents = {
            id_: self._document(id_) for id_ in (f"id{number}" for number in range(12))
        }

    def _document(self, id_: str) -> dict[str, Any]:
        chosen = self._random.choice
        return {
            "id": id_,
            "type": chosen(("post", "post", "post", "note")),
            "uid": f"p{id_[2:]}",
            "lang": "en",
            "tags": chosen((["x"], ["y", "z"], [])),
            "first_publication_date": f"2026-01-0{self._random.randint(1, 5)}T00:00:00+0000",
            "last_publication_date": self._date(),
            "data": {"price": chosen((1, 2, 3, None)), "colour": chosen(("red", "blue"))},
        }

    def _date(self) -> str:
        # Two documents of one release have one date; in a folder, an older version may come back.
        self._minutes = max(0, self._minutes + self._random.choice((0, 1, 7, 7, -9)))
        return f"2026-02-01T{self._minutes // 60:02}:{self._minutes % 60:02}:00+0000"

    def publish(self) -> None:
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            id_ = self._random.choice(list(self.documents))
            document = self.documents[id_]
            match self._random.randrange(8):
                case 0:
                    del self.documents[id_]
                    self.documents[f"id{self._random.randint(20, 40)}"] = self._document(id_)
                    continue
                case 1:
                    data = {**document["data"], "price": self._random.choice((1, 2, None))}
                case 2:
                    data = {**document["data"], "colour": self._random.choice(("red", "blue"))}
                case _:
                    data = {**document["data"], "body": self._random.random()}
            date_ = self._date()
            self.documents[id_] = {**document, "data": data, "last_publication_date": date_}
        self.documents = {each["id"]: each for each in self.documents.values()}


@pytest.mark.slow
@pytest.mark.parametrize("longest", [4000, 12], ids=["short answers", "long answers"])
@pytest.mark.parametrize("seed", range(8))
def test_the_answers_that_differ_are_found_without_running_every_query(seed, longest, monkeypatch):
    # Of a longer one a digest is kept, and no ids.
    monkeypatch.setattr("prismic_ssg.engine.facts._LONGEST_ANSWER", longest)
    editor = Editor(seed)
    old = world_of(editor.documents)
    for _ in range(20):
        editor.publish()
        new = world_of(editor.documents)
        past, now = past_of(old), past_of(new).answers
        found = changed(past, new, changes_between(old.snapshot, new.snapshot)).answers
        differ = [fact for fact in now if answer_of(old, fact) != answer_of(new, fact)]
        assert found == {fact: now[fact] for fact in differ}
        old = new


class Counting(Snapshot):
    """A snapshot that counts which queries it is asked."""

    asked = 0

    def select(self, query: Query, **options: Any) -> tuple[Document, ...]:
        self.asked += 1
        return super().select(query, **options)


def test_an_edit_that_leaves_a_post_in_its_place_runs_no_query_that_orders_by_a_field():
    editor = Editor(0)
    for number, document in enumerate(editor.documents.values()):
        document["data"]["price"] = number
    old = world_of(editor.documents)
    edited = {**editor.documents["id3"], "last_publication_date": "2026-03-01T00:00:00+0000"}
    new = world_of({**editor.documents, "id3": edited})
    new = replace(new, snapshot=Counting("ref", new.snapshot.documents))
    fact = ("query", Query.of([POSTS], "my.post.price").to_text())
    past = replace(past_of(old), answers={fact: digest_of_answer(answer_of(old, fact))})
    changes = changes_between(old.snapshot, new.snapshot)
    assert len(changes) == 1
    assert not changed(past, new, changes).answers
    assert new.snapshot.asked == 0
