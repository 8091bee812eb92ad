"""A pull after another one: documents that are as they were are neither read nor written."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from edited_repository import ENDPOINT, ORIGIN, EditedRepository, random_rounds

from prismic_ssg.api.client import Client
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.errors import PrismicError
from prismic_ssg.store.snapshots import SnapshotStore


def pulled_into(store: SnapshotStore, repository: EditedRepository) -> Pulled:
    repository.clock += timedelta(minutes=1)
    now_s = repository.clock.timestamp()
    return pull(repository.client, store=store, now_s=lambda: now_s)


def publish_one(repository: EditedRepository) -> None:
    repository.publish({"id": repository.ids[7], "tags": [str(repository.clock)]})


def named_by_none(snapshot: Snapshot) -> list[str]:
    """The ids of documents that no other one links to. A link says much of its target, so who links
    to one that is edited is new too."""
    links = "".join(each.raw.decode().partition('"data"')[2] for each in snapshot)
    return [each.id for each in snapshot if each.id not in links]


def new_documents(caplog: pytest.LogCaptureFixture) -> list[int]:
    """How many documents each pull took for new ones, as the log says."""
    lines = [line for line in caplog.messages if line.startswith("sync=full documents=")]
    return [int(line.rpartition("=")[2]) for line in lines]


def test_of_an_edit_one_document_is_new(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "prismic_ssg.sync")
    repository = EditedRepository(Random(1), count=300)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        pulled_into(store, repository)
        publish_one(repository)
        second = pulled_into(store, repository)
        third = pulled_into(store, repository)
    assert (new_documents(caplog), second.way, third.way) == ([300, 1], "full", "stored")


@pytest.mark.parametrize(
    ("count", "is_edited"),
    [
        pytest.param(250, lambda place: place < 100, id="many of one page"),
        pytest.param(1000, lambda place: place < 900 and place % 20 == 1, id="few of all but one"),
    ],
)
def test_pages_that_are_as_they_were_are_taken_from_the_snapshot_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, count: int, is_edited: Callable[[int], bool]
) -> None:
    caplog.set_level(logging.INFO, "prismic_ssg.sync")
    repository = EditedRepository(Random(1), count=count)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        before = pulled_into(store, repository).snapshot
        chosen = [each.id for place, each in enumerate(before.documents) if is_edited(place)]
        edited = [id_ for id_ in named_by_none(before) if id_ in chosen]
        repository.publish(*({"id": id_, "tags": ["edited"]} for id_ in edited))
        repository.asked.clear()
        again = pulled_into(store, repository)
        assert len(repository.asked) == -(-count // 100)
        assert set(again.snapshot) == set(pull(repository.client).snapshot)
    assert new_documents(caplog)[:2] == [count, len(edited)]


def test_a_document_that_comes_on_another_page_is_not_new(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "prismic_ssg.sync")
    repository = EditedRepository(Random(1), count=300)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        first, *_ = named_by_none(pulled_into(store, repository).snapshot)
        repository.publish(gone=(first,))
        again = pulled_into(store, repository)
        assert set(again.snapshot) == set(pull(repository.client).snapshot)
    assert new_documents(caplog)[:2] == [300, 0]


@pytest.mark.parametrize("removed", [False, True])
def test_without_an_earlier_snapshot_everything_is_new(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, removed: bool
) -> None:
    caplog.set_level(logging.INFO, "prismic_ssg.sync")
    repository = EditedRepository(Random(1), count=300)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        pulled_into(store, repository)
        publish_one(repository)
        if removed:
            store.rebuild("for this test")
        pulled_into(store, repository)
    assert new_documents(caplog) == [300, 300 if removed else 1]


def test_a_snapshot_that_goes_while_another_is_put_over_it_costs_a_second_attempt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "prismic_ssg.sync")
    repository = EditedRepository(Random(1), count=300)  # noqa: S311
    path = tmp_path / "snapshots.db"

    def gone(done: int, total: int) -> None:
        if done == 100:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("DELETE FROM snapshot WHERE is_complete")
                connection.execute("DELETE FROM member")
                connection.execute("DELETE FROM document")
                connection.execute("DELETE FROM body")
                connection.execute("DELETE FROM brief")

    with SnapshotStore(path) as store:
        pulled_into(store, repository)
        publish_one(repository)
        again = pull(repository.client, store=store, on_progress=gone)
        whole = pull(repository.client)
        assert again.snapshot.documents == whole.snapshot.documents
        assert [each.raw for each in again.snapshot] == [each.raw for each in whole.snapshot]
    # The third is the one that it is compared with, which has no store.
    assert new_documents(caplog) == [300, 300, 300]


def test_a_page_that_comes_again_in_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    repository = EditedRepository(Random(3), count=300)  # noqa: S311

    def twice(method: str, path: str, query: str, headers: Mapping[str, str]) -> Any:
        given = query.replace("page=3", "page=2")
        status, answered, body = answer(
            repository.emulation.repository, method, path, given, origin=ORIGIN, headers=headers
        )
        if given != query:
            body = body.replace(b'"page":2', b'"page":3')
        return status, answered, body

    with SnapshotStore(tmp_path / "snapshots.db") as store:
        pulled_into(store, repository)
        publish_one(repository)
        with (
            Client(ENDPOINT, transport=InProcessTransport(twice)) as client,
            pytest.raises(PrismicError, match="do not add up"),
        ):
            pull(client, store=store)
        whole = pull(repository.client)
        assert set(pulled_into(store, repository).snapshot) == set(whole.snapshot)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE page SET content = zeroblob(length(content))", id="a page"),
        pytest.param("DELETE FROM page", id="all pages"),
        pytest.param("UPDATE member SET id = 'x' || id WHERE rowid % 7 = 0", id="ids"),
        pytest.param("DELETE FROM member WHERE id > 'Zd-00100'", id="documents of a snapshot"),
        pytest.param("DELETE FROM document WHERE number = 120", id="a document"),
    ],
)
def test_a_damaged_snapshot_before_costs_time_and_no_document(tmp_path: Path, damage: str) -> None:
    repository = EditedRepository(Random(4), count=300)  # noqa: S311
    path = tmp_path / "snapshots.db"
    with SnapshotStore(path) as store:
        edited, *_ = named_by_none(pulled_into(store, repository).snapshot)
        repository.publish({"id": edited, "tags": ["edited"]})
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(damage.replace("rowid % 7", "unicode(substr(id, 7)) % 7"))
        again = pulled_into(store, repository)
        assert set(again.snapshot) == set(pull(repository.client).snapshot)


def test_what_no_snapshot_has_any_more_is_removed(tmp_path: Path) -> None:
    repository = EditedRepository(Random(2), count=150)  # noqa: S311
    contents: list[set[bytes]] = []
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        for _ in range(12):
            contents.append({each.digest for each in pulled_into(store, repository).snapshot})
            publish_one(repository)
        with closing(sqlite3.connect(store.path)) as connection:
            counts = [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
                for table in ("snapshot", "document", "body")
            ]
    there = len(set[bytes]().union(*contents[-8:]))
    assert counts == [8, there, there]
    assert 150 < there < len(set[bytes]().union(*contents))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_after_any_edits_a_pull_is_as_one_from_nothing(tmp_path: Path, seed: int) -> None:
    ways = random_rounds(seed, 25, tmp_path / "snapshots.db", count=400, sync="full")
    assert set(ways) <= {"full", "stored"}
