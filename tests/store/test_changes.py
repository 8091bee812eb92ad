"""What differs between two stored snapshots, and that those which somebody needs stay."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
from fault_server import FaultyApi, client_of

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.content.changes import Place, changes_between
from prismic_ssg.content.document import Document, Text
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.store.snapshots import SnapshotStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SnapshotStore]:
    with SnapshotStore(tmp_path / "snapshots.db") as opened:
        yield opened


def put(store: SnapshotStore, ref: str, titles: Mapping[str, str]) -> Place:
    """Store a snapshot of documents by id, each with its title."""
    place = Place("r", ref, "q")
    partial = store.begin(place, 100)
    texts = [
        msgspec.json.encode({"id": id_, "type": "post", "lang": "en-us", "data": {"title": title}})
        for id_, title in titles.items()
    ]
    rows = partial.prepare([Text(text) for text in texts], partial.before(1))
    partial.add(1, rows, documents=len(texts), pages=1)
    partial.flush()
    partial.finish(0.0)
    return place


def pulled_at(store: SnapshotStore, api: FaultyApi, ref: str) -> Pulled:
    api.ref = ref
    return pull(client_of(api), store=store)


def test_changes_name_what_was_edited_added_and_removed_in_the_order_of_ids(
    store: SnapshotStore,
) -> None:
    old = put(store, "M1", {"D": "one", "A": "one", "B": "one", "C": "one"})
    new = put(store, "M2", {"A": "one", "B": "two", "D": "two", "E": "one"})
    found = store.changes(old, new)
    assert found is not None
    assert [
        (each.id, each.old and each.old.field("title"), each.new and each.new.field("title"))
        for each in found
    ] == [("B", "one", "two"), ("C", "one", None), ("D", "one", "two"), ("E", None, "one")]


def test_a_snapshot_that_is_not_stored_whole_has_no_changes(store: SnapshotStore) -> None:
    place = put(store, "M1", {"A": "one"})
    begun = Place("r", "M2", "q")
    store.begin(begun, 100)
    assert store.changes(place, begun) is None
    assert store.changes(begun, place) is None
    assert store.changes(place, place) == ()


def test_stored_changes_are_those_of_the_same_snapshots_in_memory(store: SnapshotStore) -> None:
    rng = random.Random(7)  # noqa: S311
    titles = {f"D{number:03}": "0" for number in range(100)}
    place, snapshot = put(store, "0", titles), in_memory(titles)
    for round_ in range(1, 30):
        for _ in range(rng.randrange(20)):
            id_ = f"D{rng.randrange(120):03}"
            if rng.random() < 0.3:
                titles.pop(id_, None)
            else:
                titles[id_] = str(rng.randrange(3))
        now, there = put(store, str(round_), titles), in_memory(titles)
        assert store.changes(place, now) == changes_between(snapshot, there)
        place, snapshot = now, there


def in_memory(titles: Mapping[str, str]) -> Snapshot:
    return Snapshot(
        "x",
        [
            Document.from_json(
                msgspec.json.encode(
                    {"id": id_, "type": "post", "lang": "en-us", "data": {"title": title}}
                )
            )
            for id_, title in titles.items()
        ],
    )


def test_a_snapshot_that_a_holder_keeps_outlives_newer_ones(store: SnapshotStore) -> None:
    api = FaultyApi(count=3)
    first = pulled_at(store, api, "M0").place
    store.keep("state.db", first)
    for number in range(1, 20):
        last = pulled_at(store, api, f"M{number}")
    assert first is not None
    assert last.place is not None
    found = store.changes(first, last.place)
    assert found is not None
    assert [each.old.field("pulled_at") for each in found if each.old] == ["M0"] * 3


def test_a_holder_keeps_one_snapshot_at_a_time(store: SnapshotStore) -> None:
    api = FaultyApi(count=1)
    places = []
    for number in range(3):
        places.append(pulled_at(store, api, f"M{number}").place)
        store.keep("state.db", places[-1])
    store.keep("other.db", places[1])
    store.keep("other.db", None)
    for number in range(3, 20):
        pulled_at(store, api, f"M{number}")
    assert [place is not None and store.has(place) for place in places] == [False, False, True]


def test_a_preview_has_no_place(store: SnapshotStore) -> None:
    token = "https://r.prismic.io/previews/X?websitePreviewId=Y"
    api = FaultyApi(releases={"p": token})
    assert pull(client_of(api), ref=token, store=store).place is None
    assert pull(client_of(api)).place is None


@pytest.mark.slow
def test_changes_of_ten_thousand_documents_take_a_moment(store: SnapshotStore) -> None:
    titles = {f"D{number:05}": "one" for number in range(10_000)}
    partial_sizes = 500
    places = []
    for ref in ("M1", "M2"):
        place = Place("r", ref, "q")
        partial = store.begin(place, partial_sizes)
        ids = list(titles)
        for page, at in enumerate(range(0, len(ids), partial_sizes), start=1):
            texts = [
                msgspec.json.encode(
                    {"id": id_, "type": "post", "lang": "en-us", "data": {"t": titles[id_]}}
                )
                for id_ in ids[at : at + partial_sizes]
            ]
            rows = partial.prepare([Text(text) for text in texts], partial.before(1))
            partial.add(page, rows, documents=len(ids), pages=20)
        partial.flush()
        partial.finish(0.0)
        places.append(place)
        titles["D00042"] = "two"
    started = time.perf_counter()
    found = store.changes(*places)
    seconds = time.perf_counter() - started
    assert [each.id for each in found or ()] == ["D00042"]
    # Ten times what it takes here: a join without its index takes minutes.
    assert seconds < 0.5
