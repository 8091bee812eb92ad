"""Fields that listings and queries read of every document: kept apart from the documents' texts."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from prismic_ssg.content import filters as filter_
from prismic_ssg.content.changes import Place
from prismic_ssg.content.document import Document, Text
from prismic_ssg.content.field_paths import parse_path
from prismic_ssg.content.query import Query
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import ContentError
from prismic_ssg.store import fresh_fields
from prismic_ssg.store.packed_columns import read_column
from prismic_ssg.store.snapshots import SnapshotStore

PRICE = parse_path("my.post.price")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SnapshotStore]:
    with SnapshotStore(tmp_path / "snapshots.db") as opened:
        yield opened


def text_of(id_: str, data: Any) -> bytes:
    return msgspec.json.encode({"id": id_, "type": "post", "lang": "en-us", "data": data})


def put(store: SnapshotStore, ref: str, texts: Iterable[bytes]) -> Place:
    place, texts = Place("r", ref, "q"), list(texts)
    partial = store.begin(place, 100)
    partial.add(
        1,
        partial.prepare([Text(text) for text in texts], partial.before(1)),
        documents=len(texts),
        pages=1,
    )
    partial.flush()
    partial.finish(0.0)
    return place


def posts(data: Mapping[str, Any]) -> list[bytes]:
    return [text_of(id_, fields) for id_, fields in data.items()]


def loaded(path: Path, place: Place) -> Snapshot:
    """The snapshot as another process would read it."""
    with SnapshotStore(path) as store:
        snapshot = store.load(place)
    assert snapshot is not None
    return snapshot


def just_loaded(store: SnapshotStore, place: Place) -> Snapshot:
    snapshot = store.load(place)
    assert snapshot is not None
    return snapshot


def nine(store: SnapshotStore) -> Snapshot:
    """Nine documents, each with a short field and a long one."""
    data = {f"D{n}": {"n": n, "body": "x" * 2000} for n in range(9)}
    return just_loaded(store, put(store, "M1", posts(data)))


def sql(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def kept(path: Path, name: str) -> list[bytes]:
    """The values of a field that are stored, one a document."""
    ((packed,),) = sql(path, f"SELECT packed FROM field WHERE name = '{name}'")  # noqa: S608
    return list(read_column(packed).values())


def test_short_fields_are_known_without_the_documents_texts(store: SnapshotStore) -> None:
    data = {f"D{n:03}": {"price": n % 7, "body": "…" * 1000} for n in range(300)}
    place = put(store, "M1", posts(data))
    before = loaded(store.path, place).readings(PRICE, tuple)
    sql(store.path, "DELETE FROM body")
    again = loaded(store.path, place)
    assert again.readings(PRICE, tuple) == before == {f"D{n:03}": (n % 7,) for n in range(300)}
    document = again.get("D003")
    assert document is not None
    assert document.field("price") == 3
    assert document.field("size") is None
    assert list(document.names) == ["price", "body"]
    with pytest.raises(ContentError):
        document.field("body")


def test_queries_say_of_stored_documents_what_they_say_of_those_in_memory(
    store: SnapshotStore,
) -> None:
    rows: list[Any] = [{"n": 1}, {"n": None}, {}, "x"]
    kinds: list[Any] = [1, 2.5, "b", "", None, True, [], rows, {"id": "D001"}, "x" * 3000, -(2**70)]
    data = {f"D{n:03}": {"f": kinds[n % len(kinds)]} for n in range(60)}
    data |= {f"E{n:03}": {} for n in range(30)}
    place = put(store, "M1", posts(data))
    in_memory = Snapshot("M1", map(Document.from_json, posts(data)))
    for path in ("my.post.f", "my.post.f.n", "my.post.other"):
        for query in (
            Query.of([filter_.has(path)]),
            Query.of([filter_.missing(path)]),
            Query.of([filter_.at(path, "b")]),
            Query.of([filter_.at("document.type", "post")], orderings=[f"{path} desc"]),
        ):
            expected = [each.id for each in in_memory.run(query)]
            for _ in range(2):
                found = loaded(store.path, place).run(query)
                assert [each.id for each in found] == expected, str(query)


def test_a_new_version_of_a_document_has_its_own_field(store: SnapshotStore) -> None:
    old = put(store, "M1", posts({"A": {"price": 1}, "B": {"price": 1}}))
    assert loaded(store.path, old).readings(PRICE, tuple) == {"A": (1,), "B": (1,)}
    new = put(store, "M2", posts({"A": {"price": 2}, "B": {"price": 1}}))
    assert loaded(store.path, new).readings(PRICE, tuple) == {"A": (2,), "B": (1,)}
    assert loaded(store.path, old).readings(PRICE, tuple) == {"A": (1,), "B": (1,)}


def test_fields_are_dropped_with_their_documents(store: SnapshotStore) -> None:
    for number in range(12):
        place = put(store, f"M{number}", posts({"A": {"price": number}}))
        store.tidy()
        assert loaded(store.path, place).readings(PRICE, tuple) == {"A": (number,)}
    ((documents,),) = sql(store.path, "SELECT count(*) FROM document")
    assert len(kept(store.path, "price")) == documents < 12


def test_a_long_field_is_not_stored_twice(store: SnapshotStore) -> None:
    place = put(store, "M1", posts({"A": {"price": "x" * 2000}, "B": {"price": "y"}}))
    assert loaded(store.path, place).readings(PRICE, tuple) == {"A": ("x" * 2000,), "B": ("y",)}
    assert kept(store.path, "price") == [b'"y"']


@pytest.mark.parametrize("is_read_out", [True, False])
def test_fields_that_are_equal_take_memory_once(store: SnapshotStore, is_read_out: bool) -> None:
    place = put(store, "M1", posts({f"D{n:03}": {"price": "x" * 900} for n in range(500)}))
    if not is_read_out:
        loaded(store.path, place).readings(PRICE, tuple)
    snapshot = loaded(store.path, place)
    len(snapshot.documents)
    tracemalloc.start()
    try:
        readings = snapshot.readings(PRICE, tuple)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(readings) == 500
    assert taken < 500 * 900 / 2


def test_broken_data_names_its_document(store: SnapshotStore) -> None:
    place = put(store, "M1", [text_of("A", {"price": 1}), text_of("B", [1])])
    with pytest.raises(ContentError, match="document 'B' \\(post\\) has broken data") as raised:
        loaded(store.path, place).readings(PRICE, tuple)
    assert raised.value.document_id == "B"


def test_fields_of_other_snapshots_stay(store: SnapshotStore) -> None:
    """A release differs from what is published: both are asked again and again."""
    first = put(store, "M1", posts({"A": {"price": 1}, "B": {"price": 1}}))
    other = put(store, "M2", posts({"A": {"price": 2}, "B": {"price": 1}}))
    for place in (first, other):
        loaded(store.path, place).readings(PRICE, tuple)
    forget_texts(store.path)
    assert loaded(store.path, first).readings(PRICE, tuple) == {"A": (1,), "B": (1,)}
    assert loaded(store.path, other).readings(PRICE, tuple) == {"A": (2,), "B": (1,)}


def test_damaged_fields_are_not_taken_for_what_documents_say(store: SnapshotStore) -> None:
    place = put(store, "M1", posts({"A": {"price": "one"}, "B": {"price": "two"}}))
    loaded(store.path, place).readings(PRICE, tuple)
    sql(store.path, "UPDATE field SET packed = CAST(replace(packed, 'one', 'two') AS BLOB)")
    snapshot = loaded(store.path, place)
    with pytest.raises(ContentError):
        snapshot.readings(PRICE, tuple)


@pytest.mark.parametrize("table", ["body", "brief"])
def test_damage_is_noticed(store: SnapshotStore, table: str) -> None:
    # A long field is read out of texts, a short one out of briefs.
    long = "x" * 2000 if table == "body" else ""
    place = put(store, "M1", posts({"A": {"price": f"1{long}"}, "B": {"price": f"2{long}"}}))
    sql(
        store.path,
        f"""UPDATE {table} SET json = CAST(replace(json, '"price":"2', '"price":"3') AS BLOB)""",  # noqa: S608
    )
    snapshot = loaded(store.path, place)
    with pytest.raises(ContentError, match="damaged"):
        snapshot.readings(PRICE, tuple)


def test_a_brief_of_another_document_is_noticed(store: SnapshotStore) -> None:
    place = put(store, "M1", posts({"A": {"price": 1}, "B": {"price": 2}}))
    sql(store.path, "UPDATE brief SET json = (SELECT json FROM brief WHERE number = 2)")
    document = loaded(store.path, place).get("A")
    assert document is not None
    with pytest.raises(ContentError, match="damaged"):
        document.field("price")


def test_every_field_of_a_stored_document_is_what_its_text_says(store: SnapshotStore) -> None:
    many = {f"f{n}": "y" * 700 for n in range(20)}
    data: dict[str, Any] = {
        "short": {"title": "T", "none": None, "of": [{"a": 1}]},
        "long": {"body": "x" * 5000, "title": "T", "more": "z" * 1001},
        "many": {**many, "last": True},
        "empty": {},
        "escaped": {'na"me\n': '"quoted"\\', "ä": "ö" * 600},
    }
    place = put(store, "M1", posts(data))
    in_memory = Snapshot("M1", map(Document.from_json, posts(data)))
    for is_whole in (False, True):
        stored = loaded(store.path, place)
        for document in stored:
            document.expect(whole=is_whole)
        for document in stored:
            same = in_memory.get(document.id)
            assert same is not None
            assert list(document.names) == list(same.names)
            for name in (*same.names, "title", "other"):
                assert document.field(name) == same.field(name)
            assert {name: bytes(raw) for name, raw in document.fields.items()} == {
                name: bytes(raw) for name, raw in same.fields.items()
            }


def test_documents_that_are_expected_are_read_together(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = nine(store)
    asked: list[tuple[str, int]] = []
    texts = store._texts
    monkeypatch.setattr(
        store,
        "_texts",
        lambda table, digests: asked.append((table, len(digests))) or texts(table, digests),
    )
    for document in snapshot:
        document.expect()
    assert sorted(document.field("n") for document in snapshot) == list(range(9))
    assert asked == [("brief", 9)]
    asked.clear()
    for document in snapshot:
        document.expect(whole=True)
    assert {len(document.field("body")) for document in snapshot} == {2000}
    assert asked == [("body", 9)]


def test_a_list_of_many_documents_is_read_in_portions(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = put(store, "M1", posts({f"D{n:03}": {"n": n} for n in range(500)}))
    snapshot = store.load(place)
    assert snapshot is not None
    asked: list[int] = []
    briefs = store.briefs
    monkeypatch.setattr(
        store, "briefs", lambda digests: asked.append(len(digests)) or briefs(digests)
    )
    for document in snapshot:
        document.expect()
    assert [document.field("n") for document in snapshot] == list(range(500))
    assert (sum(asked), len(asked)) == (500, 3)


def test_of_a_document_that_is_read_whole_no_brief_is_read(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = nine(store)
    monkeypatch.setattr(store, "briefs", lambda digests: pytest.fail(f"{len(digests)} read"))
    for is_whole in (True, False):
        for document in snapshot:
            document.expect(whole=is_whole)
    for document in snapshot:
        assert (document.field("n"), len(document.field("body"))) == (int(document.id[1:]), 2000)


# Right after a pull.


def forget_texts(path: Path) -> None:
    """Make every reading of a document's text or brief fail."""
    sql(path, "DELETE FROM body")
    sql(path, "DELETE FROM brief")


def test_a_field_of_few_values_that_just_came_is_read_without_the_texts(
    store: SnapshotStore,
) -> None:
    place = put(store, "M1", posts({f"D{n:03}": {"price": n % 7} for n in range(600)}))
    forget_texts(store.path)
    expected = {f"D{n:03}": (n % 7,) for n in range(600)}
    assert just_loaded(store, place).readings(PRICE, tuple) == expected
    # It is kept, too: another process finds it.
    assert loaded(store.path, place).readings(PRICE, tuple) == expected


def test_a_field_that_is_another_one_everywhere_is_read_out_of_the_texts(
    store: SnapshotStore,
) -> None:
    data = {f"D{n:03}": {"price": n, "size": n % 2} for n in range(600)}
    place = put(store, "M1", posts(data))
    snapshot = just_loaded(store, place)
    assert snapshot.readings(PRICE, tuple) == {f"D{n:03}": (n,) for n in range(600)}

    place = put(store, "M2", posts({id_: {**each, "size": 2} for id_, each in data.items()}))
    snapshot = just_loaded(store, place)
    forget_texts(store.path)
    assert snapshot.readings(parse_path("my.post.size"), tuple) == dict.fromkeys(data, (2,))
    with pytest.raises(ContentError):
        snapshot.readings(PRICE, tuple)


def test_only_so_many_fields_that_just_came_are_held_in_memory(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh_fields, "_MOST_VALUES", 50)
    data = {f"D{n:03}": {"price": n % 7, "size": n % 2} for n in range(30)}
    snapshot = just_loaded(store, put(store, "M1", posts(data)))
    assert snapshot.readings(PRICE, tuple) == {f"D{n:03}": (n % 7,) for n in range(30)}
    forget_texts(store.path)
    with pytest.raises(ContentError):
        snapshot.readings(parse_path("my.post.size"), tuple)


def test_fields_of_a_pull_that_was_discarded_are_forgotten(store: SnapshotStore) -> None:
    partial = store.begin(Place("r", "M1", "q"), 100)
    texts = posts({"A": {"price": 1}, "B": {"price": 2}})
    rows = partial.prepare([Text(text) for text in texts], partial.before(1))
    partial.add(1, rows, documents=2, pages=1)
    partial.discard()
    place = put(store, "M1", posts({"A": {"price": 3}, "B": {"price": 2}}))
    assert just_loaded(store, place).readings(PRICE, tuple) == {"A": (3,), "B": (2,)}
    assert sorted(kept(store.path, "price")) == [b"2", b"3"]
