"""A delta pull brings what a whole pull would, by fewer requests; where it can't know, it does not.

Shown to fail with: no margin, no count, removed documents guessed, documents that name others not
asked again (or only for some of the changes), translations not asked again, halves mixed up.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from edited_repository import EditedRepository, Follower, name, random_rounds, stamp
from msgspec import structs

from prismic_ssg.api.delta import LONGEST_S, MOST_DELTAS
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.content.repository import Language
from prismic_ssg.errors import ContentError
from prismic_ssg.store.snapshots import SnapshotStore

SO_MUCH = "full: so much changed that all documents take no longer"


@pytest.fixture
def repository() -> EditedRepository:
    return EditedRepository(Random(5), count=310)  # noqa: S311


@pytest.fixture
def follower(repository: EditedRepository, tmp_path: Path) -> Iterator[Follower]:
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        yield following(repository, store)


def following(repository: EditedRepository, store: SnapshotStore) -> Follower:
    """After a first pull, two hours later."""
    follower = Follower(repository, store)
    assert follower.pull().doubt == "nothing was pulled before"
    repository.clock += timedelta(hours=2)
    repository.asked.clear()
    return follower


def alone(repository: EditedRepository) -> str:
    """A post from before the last hour that nothing names, with a date of its own."""
    return next(all_alone(repository))


def all_alone(repository: EditedRepository) -> Iterator[str]:
    """All of those."""
    texts = [bytes(each.raw) for each in repository.emulation.repository.master.documents]
    for number in range(1, len(texts), 3):
        if sum(name(number).encode() in text for text in texts) == 1:
            yield name(number)


# The same as a whole pull.


@pytest.mark.slow
def test_random_edits_arrive_as_a_whole_pull_has_them(tmp_path: Path) -> None:
    ways = random_rounds(11, 12, tmp_path / "snapshots.db", count=600)
    assert ways["delta"] >= 8
    assert ways.keys() <= {"delta", SO_MUCH}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_hundred_rounds_of_random_edits(tmp_path: Path, seed: int) -> None:
    ways = random_rounds(seed, 50, tmp_path / "snapshots.db")
    assert ways["delta"] >= 35
    # A mistake that only shows as a doubt would otherwise hide behind the whole pull.
    assert ways.keys() <= {"delta", SO_MUCH}


def test_a_chain_of_deltas_is_kept_as_any_snapshot_is(
    repository: EditedRepository, follower: Follower
) -> None:
    places = [follower.pull().place]
    for _ in range(4):
        repository.clock += timedelta(minutes=1)
        repository.publish({"id": alone(repository), "tags": [str(repository.clock)]})
        pulled = follower.pull()
        assert pulled.way == "delta"
        places.append(pulled.place)
    assert None not in places
    again = follower.pull()
    assert (again.way, again.requests, follower.differences(again)) == ("stored", 1, [])
    for old, new in pairwise(places):
        assert old is not None
        assert new is not None
        changes = follower.store.changes(old, new)
        assert changes is not None
        assert [each.id for each in changes] == [alone(repository)]


# The requests.


@pytest.mark.slow
def test_one_published_document_among_many_takes_three_requests(tmp_path: Path) -> None:
    repository = EditedRepository(Random(5), count=1200)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        follower = following(repository, store)
        repository.publish({"id": alone(repository), "tags": ["new"]})
        pulled = follower.pull()
        assert (pulled.way, pulled.requests) == ("delta", 3)
        assert follower.differences(pulled) == []


def test_documents_that_name_a_published_one_take_one_more(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.publish({"id": name(10), "uid": "renamed"})
    pulled = follower.pull()
    assert (pulled.way, pulled.requests) == ("delta", 4)
    assert follower.differences(pulled) == []


@pytest.mark.parametrize("sync", ["delta", "full"])
def test_who_waits_for_new_content_is_told_of_it_before_any_is_asked_for(
    repository: EditedRepository, follower: Follower, sync: str
) -> None:
    told: list[int] = []
    repository.edit()
    pulled = follower.pull(sync=sync, on_new_ref=lambda: told.append(len(repository.asked)))
    assert (pulled.way, told) == (sync, [0])
    again = follower.pull(sync=sync, on_new_ref=lambda: told.append(len(repository.asked)))
    assert (again.way, told) == ("stored", [0])


def test_an_unpublished_document_that_a_webhook_names_takes_four_requests(
    repository: EditedRepository, follower: Follower
) -> None:
    gone = alone(repository)
    repository.publish(gone=(gone,))
    pulled = follower.pull((gone,))
    assert (pulled.way, pulled.requests, gone in pulled.snapshot) == ("delta", 4, False)
    assert follower.differences(pulled) == []


@pytest.mark.slow
def test_an_unpublished_document_that_nobody_names_is_found_by_halving(tmp_path: Path) -> None:
    repository = EditedRepository(Random(5), count=1200)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        follower = following(repository, store)
        repository.publish(gone=(alone(repository),))
        pulled = follower.pull()
        # Three that count halves, and one for the documents of the last piece.
        assert (pulled.way, pulled.requests) == ("delta", 3 + 3 + 1)
        assert follower.differences(pulled) == []


def test_where_little_else_is_left_everything_is_pulled_instead(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.publish(*({"id": id_, "tags": ["all"]} for id_ in repository.ids))
    pulled = follower.pull()
    assert pulled.doubt == "so much changed that all documents take no longer"
    assert follower.differences(pulled) == []


def test_a_small_repository_is_always_pulled_whole(tmp_path: Path) -> None:
    repository = EditedRepository(Random(1), count=200)  # noqa: S311
    with SnapshotStore(tmp_path / "snapshots.db") as store:
        follower = following(repository, store)
        repository.edit()
        assert follower.pull().requests == 3


# What is read of the documents that stay.


def executed(store: SnapshotStore, *statements: str) -> list[tuple[Any, ...]]:
    """What another process does to the store's file, and what the last of it gives."""
    found: list[tuple[Any, ...]] = []
    with closing(sqlite3.connect(store.path)) as connection, connection:
        for statement in statements:
            found = connection.execute(statement).fetchall()
    return found


def make_unreadable(store: SnapshotStore, which: str = "TRUE") -> None:
    """All that was stored of documents, but for what is noted of them."""
    executed(
        store,
        f"UPDATE document SET envelope = x'00' WHERE {which}",  # noqa: S608
        f"UPDATE body SET json = x'00' WHERE {which}",  # noqa: S608
    )


def test_after_the_first_delta_no_document_that_stays_is_read(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.publish({"id": name(1), "tags": ["new"]})
    assert follower.pull().way == "delta"
    make_unreadable(follower.store)
    # Posts name it.
    repository.publish({"id": name(10), "uid": "renamed"})
    renamed = follower.pull()
    assert (renamed.way, renamed.requests) == ("delta", 4)
    repository.publish(gone=(name(20),))
    gone = follower.pull((name(20),))
    assert (gone.way, gone.doubt) == ("delta", None)
    assert gone.place is not None
    assert follower.store.load(gone.place) is None


def test_of_a_whole_pull_only_what_it_brought_is_read(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.publish({"id": name(1), "tags": ["new"]})
    assert follower.pull().way == "delta"
    repository.publish({"id": name(10), "uid": "renamed"})
    assert follower.pull(sync="full").way == "full"
    make_unreadable(follower.store, "number IN (SELECT number FROM known)")
    (new,) = executed(follower.store, "SELECT count(*) FROM body WHERE json <> x'00'")[0]
    assert 1 < new < 100
    repository.publish({"id": name(10), "uid": "renamed-again"})
    assert (follower.pull().way, len(repository.asked)) == ("delta", 3 + 4 + 3)


def test_what_is_noted_of_documents_goes_with_them(
    repository: EditedRepository, follower: Follower
) -> None:
    for number in range(12):
        repository.publish({"id": alone(repository), "tags": [str(number)]})
        assert follower.pull().way == "delta"
    # Of eight snapshots.
    assert executed(follower.store, "SELECT count(*) FROM known") == [(310 + 8 - 1,)]
    assert executed(
        follower.store, "SELECT count(*) FROM known JOIN document USING (number, digest)"
    ) == [(310 + 8 - 1,)]


def test_an_id_that_stands_in_a_text_names_no_document(
    repository: EditedRepository, follower: Follower
) -> None:
    document = alone(repository)
    repository.publish({"id": name(2), "data": {"title": f'"id": "{document}" {document}'}})
    assert follower.pull().way == "delta"
    repository.clock += timedelta(hours=2)
    repository.publish({"id": name(3), "tags": ["new"]})
    follower.pull()
    repository.clock += timedelta(hours=2)
    repository.publish({"id": document, "tags": ["new"]})
    pulled = follower.pull()
    assert (pulled.way, pulled.requests) == ("delta", 3)
    assert follower.differences(pulled) == []


# Doubts.


def assert_whole(follower: Follower, pulled: Pulled, because: str) -> None:
    assert pulled.way == "full"
    assert because in (pulled.doubt or "")
    assert follower.differences(pulled) == []


@pytest.mark.parametrize(
    ("members", "because"),
    [
        ({"types": {"post": "Post", "new": "New"}}, "types changed"),
        ({"integration_fields_ref": "edited~2"}, "integration_fields_ref changed"),
        ({"languages": (Language("en-us"), Language("xx"))}, "languages changed"),
    ],
)
def test_a_repository_that_says_something_else_of_itself_is_pulled_whole(
    repository: EditedRepository, follower: Follower, members: Mapping[str, Any], because: str
) -> None:
    repository.publish({"id": name(1), "tags": ["new"]})
    now = replace(repository.emulation.repository, **members)
    repository.emulation._become(now)
    pulled = follower.pull()
    assert (pulled.way, because in (pulled.doubt or "")) == ("full", True)


@pytest.mark.slow
def test_so_many_deltas_are_followed_by_a_whole_pull(
    repository: EditedRepository, follower: Follower
) -> None:
    document = alone(repository)
    for number in range(MOST_DELTAS + 1):
        repository.publish({"id": document, "tags": [str(number)]})
        pulled = follower.pull()
    assert_whole(follower, pulled, f"{MOST_DELTAS} deltas")
    repository.publish({"id": document, "tags": ["next"]})
    assert follower.pull().way == "delta"


def test_after_a_day_everything_is_pulled(repository: EditedRepository, follower: Follower) -> None:
    repository.clock += timedelta(seconds=LONGEST_S)
    repository.edit()
    assert_whole(follower, follower.pull(), "too long ago")


def test_a_clock_that_was_set_back_makes_it_a_whole_pull(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.clock -= timedelta(hours=3)
    repository.edit()
    assert_whole(follower, follower.pull(), "too long ago")


def test_a_date_in_the_future_is_not_relied_on(
    repository: EditedRepository, follower: Follower
) -> None:
    later = stamp(repository.clock + timedelta(hours=1))
    repository.publish({"id": name(1), "last_publication_date": later})
    assert_whole(follower, follower.pull(), "in the future")
    repository.edit()
    assert_whole(follower, follower.pull(), "in the future")


def test_a_document_without_a_date_is_not_relied_on(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.publish({"id": name(1), "last_publication_date": None})
    follower.pull(sync="full")
    repository.edit()
    assert_whole(follower, follower.pull(), "has no publication date to rely on")


def test_a_new_document_with_an_old_date_is_noticed(
    repository: EditedRepository, follower: Follower
) -> None:
    long_ago = stamp(repository.clock - timedelta(days=300))
    repository.publish(
        {"id": "Zold_AAAAAAAAAAA", "type": "post", "last_publication_date": long_ago}
    )
    assert_whole(follower, follower.pull(), "did not come again, or more than was published")


def test_a_filter_that_is_not_understood_as_here_is_noticed(
    repository: EditedRepository, follower: Follower
) -> None:
    """As where dates counted by the day: of the newest documents none came again."""
    real = repository.client.search

    def by_the_day(params: Mapping[str, Any], **more: Any) -> Any:
        filters = [each for each in params.get("filters", ()) if each.name != "date.after"]
        if len(filters) != len(params.get("filters", ())):
            return real({**params, "filters": [*filters, *nothing()]}, **more)
        return real(params, **more)

    def nothing() -> list[Any]:
        from prismic_ssg.content import filters as filter_

        return [filter_.in_("document.id", ["nobody"])]

    repository.publish({"id": name(1), "tags": ["new"]})
    repository.client.search = by_the_day  # type: ignore[method-assign]
    pulled = follower.pull()
    del repository.client.search
    assert_whole(follower, pulled, "did not come again")


def test_a_document_that_changed_without_a_new_date_is_noticed_where_it_is_seen(
    repository: EditedRepository, follower: Follower
) -> None:
    """It names one that was published, so it comes again, with another date than it had. What else
    is like it, nothing asks for."""
    named = name(10)
    naming = next(
        each.id
        for each in repository.emulation.repository.master.documents
        if each.id != named and named.encode() in bytes(each.raw)
    )
    repository.edit()
    assert follower.pull().way == "delta"
    repository.clock += timedelta(hours=2)
    imported = stamp(repository.clock - timedelta(days=9))
    repository.publish(
        {"id": naming, "tags": ["moved"], "last_publication_date": imported},
        {"id": alone(repository), "tags": ["moved"], "last_publication_date": imported},
        {"id": named, "uid": "renamed"},
    )
    assert_whole(follower, follower.pull(), "changed without a new date")


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Follower]:
    """Of a repository with more requests to spare."""
    with SnapshotStore(tmp_path / "large.db") as store:
        yield following(EditedRepository(Random(5), count=1200), store)  # noqa: S311


def answer_otherwise(
    repository: EditedRepository, change: Callable[[list[str], Any], Sequence[Any] | None]
) -> None:
    """Let answers have other results than they should: those that `change` makes of a page, given
    the names of its query's filters."""
    real = repository.client.search

    def search(params: Mapping[str, Any], **more: Any) -> Any:
        page = real(params, **more)
        results = change([each.name for each in params.get("filters", ())], page)
        return page if results is None else structs.replace(page, results=tuple(results))

    repository.client.search = search  # type: ignore[method-assign]


@pytest.mark.slow
@pytest.mark.parametrize("instead", ["nothing", "another one again"])
def test_a_published_document_that_the_pages_leave_out_is_noticed(
    large: Follower, instead: str
) -> None:
    """As where an answer's order is not the same for each of its pages."""
    repository = large.repository
    published = islice(all_alone(repository), 110)
    repository.publish(*({"id": id_, "tags": ["new"]} for id_ in published))

    def without_one(filters: list[str], page: Any) -> Sequence[Any] | None:
        if filters != ["date.after"] or page.page != 2:
            return None
        return page.results[1:] + page.results[-1:] * (instead != "nothing")

    answer_otherwise(repository, without_one)
    pulled = large.pull()
    del repository.client.search
    assert_whole(large, pulled, "did not come once each")


@pytest.mark.slow
def test_pages_that_count_documents_differently_make_it_a_whole_pull(large: Follower) -> None:
    repository = large.repository
    published = islice(all_alone(repository), 110)
    repository.publish(*({"id": id_, "tags": ["new"]} for id_ in published))
    real = repository.client.search

    def search(params: Mapping[str, Any], **more: Any) -> Any:
        page = real(params, **more)
        if params.get("filters") and page.page == 2:
            return structs.replace(page, total_results_size=page.total_results_size + 1)
        return page

    repository.client.search = search  # type: ignore[method-assign]
    pulled = large.pull()
    del repository.client.search
    assert_whole(large, pulled, "page 2 counts")


@pytest.mark.slow
def test_a_document_that_a_list_leaves_out_is_not_taken_for_unpublished(large: Follower) -> None:
    """Which one is gone is found by listing those of its time, one of which is left out."""
    repository = large.repository
    repository.publish(gone=(alone(repository),))

    def without_one(filters: list[str], page: Any) -> Sequence[Any] | None:
        return page.results[1:] if filters == ["date.after", "date.before"] else None

    answer_otherwise(repository, without_one)
    pulled = large.pull()
    del repository.client.search
    assert_whole(large, pulled, "more or fewer than there can be")


@pytest.mark.parametrize(
    "options",
    [{"lang": "en-us"}, {"params": {"fetch_links": "author.title"}}, {"release": "spring"}],
)
def test_what_is_not_all_of_master_is_pulled_whole(
    repository: EditedRepository, follower: Follower, options: Mapping[str, Any]
) -> None:
    for number in range(2):
        repository.emulation.put_release("spring", [{"id": name(1), "tags": [str(number)]}])
        repository.edit()
        pulled = follower.pull(**options)
        assert (pulled.way, "only all locales" in (pulled.doubt or "")) == ("full", True)


def test_a_damaged_store_costs_a_whole_pull(
    repository: EditedRepository, follower: Follower
) -> None:
    follower.store.close()
    follower.store.path.write_bytes(b"no database" * 1000)
    repository.edit()
    assert_whole(follower, follower.pull(), "nothing was pulled before")


def remove_snapshots(store: SnapshotStore) -> None:
    executed(store, "DELETE FROM member", "DELETE FROM snapshot")


def overwrite(store: SnapshotStore) -> None:
    store.path.write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("harm", [remove_snapshots, overwrite])
@pytest.mark.parametrize("search", [0, 1, 2])
def test_what_happens_to_the_store_under_way_costs_a_whole_pull(
    repository: EditedRepository,
    follower: Follower,
    harm: Callable[[SnapshotStore], None],
    search: int,
) -> None:
    repository.publish({"id": name(10), "uid": "renamed"})
    real = repository.client.search

    def harmful(params: Mapping[str, Any], **more: Any) -> Any:
        if len(repository.asked) == search:
            harm(follower.store)
        return real(params, **more)

    repository.client.search = harmful  # type: ignore[method-assign]
    pulled = follower.pull()
    del repository.client.search
    assert_whole(follower, pulled, "cache")


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param("DELETE FROM known WHERE number % 7 = 0", id="noted"),
        pytest.param("DELETE FROM member WHERE id > 'Zd-00100'", id="members"),
        pytest.param("DELETE FROM document WHERE number = 120", id="a document"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_missing_of_the_snapshot_before_costs_requests_at_most(
    repository: EditedRepository, follower: Follower, harm: str, *, is_first: bool
) -> None:
    if not is_first:
        repository.edit()
        assert follower.pull().way == "delta"
    executed(follower.store, harm)
    repository.edit()
    pulled = follower.pull()
    with suppress(ContentError):
        assert follower.differences(pulled) == []
    repository.edit()
    assert follower.differences(follower.pull()) == []


def test_a_ref_that_expires_under_way_is_begun_again_at_the_new_one(
    repository: EditedRepository, follower: Follower
) -> None:
    repository.edit()
    real = repository.client.search
    published = []

    def search(params: Mapping[str, Any], **more: Any) -> Any:
        if not published:
            published.append(repository.edit())
            repository.emulation.expire()
        return real(params, **more)

    repository.client.search = search  # type: ignore[method-assign]
    pulled = follower.pull()
    del repository.client.search
    assert (pulled.way, pulled.ref) == ("delta", repository.emulation.repository.master.ref)
    assert follower.differences(pulled) == []


def test_without_being_asked_for_there_is_no_delta(
    repository: EditedRepository, tmp_path: Path
) -> None:
    with SnapshotStore(tmp_path / "s.db") as store:
        pull(repository.client, store=store)
        repository.edit()
        again = pull(repository.client, store=store)
    assert (again.way, again.doubt, again.requests) == ("full", None, 5)


def test_hints_of_any_kind_do_no_harm(repository: EditedRepository, follower: Follower) -> None:
    ids = repository.edit()
    hints = ("nobody", "", 'a"]) ]]', "ü", *ids, *(f"x{number}" for number in range(1000)))
    pulled = follower.pull(hints)
    assert pulled.way == "delta"
    assert follower.differences(pulled) == []
    assert "ü" not in json.dumps(repository.asked)
