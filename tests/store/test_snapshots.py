"""The store: what a pull asks of it, and what a kill or damage can do to it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from fault_server import FaultyApi, answers, client_of, serving

from prismic_ssg.api.sync import last_pulled, pull
from prismic_ssg.errors import ContentError, ForbiddenError, OutputError, PrismicError
from prismic_ssg.store import _sqlite
from prismic_ssg.store._sqlite import open_cache
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.stored_documents import Bodies, StoredDocument

ENDPOINT = "http://api.test/api/v2"

TAGS = (b'["spring", "garden"]', b'["garden", "spring"]', b'["garden", "tea"]') * 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SnapshotStore]:
    with SnapshotStore(tmp_path / "cache" / "snapshots.db") as opened:
        yield opened


def test_a_stored_snapshot_is_the_pulled_one(store: SnapshotStore) -> None:
    api = FaultyApi(releases={"spring": "R1"})
    stored = pull(client_of(api), store=store).snapshot
    in_memory = pull(client_of(api)).snapshot
    assert stored.documents == in_memory.documents
    assert [each.envelope.uid for each in stored] == [each.envelope.uid for each in in_memory]
    assert [each.fields for each in stored] == [each.fields for each in in_memory]
    assert [each.digest for each in stored] == [each.digest for each in in_memory]


def test_tags_that_documents_share_are_kept_once(store: SnapshotStore) -> None:
    bodies = Bodies(store)
    texts = [b'{"id":"%d","type":"post","tags":%s}' % each for each in enumerate(TAGS)]
    documents = [StoredDocument(b"", text, bodies) for text in texts]
    assert [list(each.tags) for each in documents] == [json.loads(each) for each in TAGS]
    assert len({id(tag) for each in documents for tag in each.tags}) == 3
    assert documents[0].tags is documents[3].tags


def test_the_same_ref_is_not_searched_again(store: SnapshotStore) -> None:
    api = FaultyApi()
    pull(client_of(api), store=store)
    again = pull(client_of(api), store=store)
    assert (again.requests, len(again.snapshot)) == (1, 250)


def test_other_parameters_are_another_snapshot(store: SnapshotStore) -> None:
    api = FaultyApi()
    pull(client_of(api), store=store)
    assert pull(client_of(api), store=store, params={"graph_query": "{x}"}).requests == 4


def test_documents_that_are_equal_in_two_refs_are_stored_once(store: SnapshotStore) -> None:
    api = FaultyApi(count=100)
    pull(client_of(api), store=store)
    api.ref = "M2"
    pull(client_of(api), store=store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        # These documents name their ref in their data: a hundred of each.
        assert connection.execute("SELECT count(*) FROM body").fetchone() == (200,)


def test_an_interrupted_pull_goes_on_where_it_stopped(store: SnapshotStore) -> None:
    api = FaultyApi(count=1000, always={9: answers(403, {"error": "no"})})
    with pytest.raises(ForbiddenError):
        pull(client_of(api), store=store, workers=1)
    api.always = {}
    api.asked.clear()
    assert len(pull(client_of(api), store=store).snapshot) == 1000
    assert 1 <= api.searches <= 3


def test_a_pull_that_was_stopped_after_its_last_page_needs_no_page(store: SnapshotStore) -> None:
    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    api = FaultyApi()
    with pytest.raises(KeyboardInterrupt):
        pull(client_of(api), store=store, on_progress=stop)
    assert pull(client_of(api), store=store).requests == 1


def test_pages_that_do_not_add_up_do_not_stay(store: SnapshotStore) -> None:
    api = FaultyApi(always={2: answers(200, {"page": 1})})
    with pytest.raises(PrismicError):
        pull(client_of(api), store=store)
    api.always = {}
    assert len(pull(client_of(api), store=store).snapshot) == 250


def test_a_preview_is_never_stored(store: SnapshotStore) -> None:
    token = "https://r.prismic.io/previews/X?websitePreviewId=Y"
    pull(client_of(FaultyApi(releases={"p": token})), ref=token, store=store)
    assert not store.path.exists()


def test_the_access_token_is_not_in_the_file(store: SnapshotStore) -> None:
    api = FaultyApi()
    form = {"tags": {"action": "http://api.test/api/tags?access_token=s3cret"}}
    api.always = {0: answers(200, {**api.repository(), "forms": form})}
    pull(client_of(api, access_token="s3cret"), store=store)
    assert b"s3cret" not in store.path.read_bytes()


def test_offline_gives_the_last_pull_again(store: SnapshotStore) -> None:
    api = FaultyApi()
    pull(client_of(api), store=store)
    api.ref = "M2"
    pull(client_of(api), store=store)
    offline = last_pulled(store, ENDPOINT)
    assert (offline.snapshot.ref, offline.requests) == ("M2", 0)
    assert offline.repository.master_ref == "M2"


def test_offline_keeps_master_and_release_apart(store: SnapshotStore) -> None:
    api = FaultyApi(releases={"spring": "R1~M1"})
    pull(client_of(api), store=store)
    pull(client_of(api), store=store, release="spring")
    assert last_pulled(store, ENDPOINT).snapshot.ref == "M1"
    assert last_pulled(store, ENDPOINT, release="spring").snapshot.ref == "R1~M1"


def test_offline_without_a_pull_before_is_an_error_that_says_so(store: SnapshotStore) -> None:
    with pytest.raises(PrismicError, match="nothing to use offline"):
        last_pulled(store, ENDPOINT)


def test_only_the_newest_snapshots_are_kept(store: SnapshotStore) -> None:
    api = FaultyApi(count=100)
    for number in range(12):
        api.ref = f"M{number}"
        pull(client_of(api), store=store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        assert connection.execute("SELECT count(*) FROM snapshot").fetchone() == (8,)
        assert connection.execute("SELECT count(*) FROM body").fetchone() == (800,)


# Damage.


def test_a_file_that_another_process_holds_is_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.db"
    opened = {"schema": "CREATE TABLE kept (what)", "version": 1}
    with closing(open_cache(path, **opened)) as connection:
        connection.execute("INSERT INTO kept VALUES ('all')")
    monkeypatch.setattr(_sqlite, "BUSY_TIMEOUT_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutputError, match=r"kept\.db' can't be written: database is locked"):
            open_cache(path, **opened)
    with closing(open_cache(path, **opened)) as connection:
        assert connection.execute("SELECT what FROM kept").fetchall() == [("all",)]


@pytest.mark.parametrize(
    "content", [b"", b"no database" * 1000, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_file_that_is_no_database_is_made_anew(
    store: SnapshotStore, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    assert len(pull(client_of(FaultyApi()), store=store).snapshot) == 250
    assert len(caplog.records) == (1 if content else 0)


def test_a_file_of_another_version_is_made_anew_with_a_line_that_says_so(
    store: SnapshotStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.path.parent.mkdir()
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    pull(client_of(FaultyApi()), store=store)
    assert "its version is 99" in caplog.text


@pytest.mark.slow
def test_pages_overwritten_with_rubbish_cost_a_pull_not_a_wrong_document(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.db"
    api = FaultyApi(count=1000)
    expected = pull(client_of(api)).snapshot.documents
    with SnapshotStore(path) as store:
        pull(client_of(api), store=store)
    size = path.stat().st_size
    for start in range(0, size, size // 40):
        with path.open("r+b") as file:
            file.seek(start)
            file.write(b"\xa5" * 2000)
        for _ in range(2):
            # A ContentError says that the cache was damaged; the pull after it is whole.
            with SnapshotStore(path) as store, suppress(ContentError):
                assert pull(client_of(api), store=store).snapshot.documents == expected


def test_a_document_whose_text_is_damaged_is_an_error_and_pulled_anew(
    store: SnapshotStore,
) -> None:
    api = FaultyApi(count=1)
    pull(client_of(api), store=store)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE body SET json = ?", (b"{}",))
    connection.close()
    (document,) = pull(client_of(api), store=store).snapshot
    with pytest.raises(ContentError, match="damaged"):
        _ = document.raw
    assert pull(client_of(api), store=store).requests == 2


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with SnapshotStore(tmp_path / "file" / "snapshots.db") as store, pytest.raises(OutputError):
        pull(client_of(FaultyApi()), store=store)


# Others at the same file.

PULL = """
    import sys
    from pathlib import Path
    from prismic_ssg.api.client import Client
    from prismic_ssg.api.sync import pull
    from prismic_ssg.store.snapshots import SnapshotStore

    with SnapshotStore(Path(sys.argv[1])) as store, Client(sys.argv[2]) as client:
        print(len(pull(client, store=store, workers=2).snapshot))
"""


def start_pull(path: Path, endpoint: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PULL), str(path), endpoint],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_threads_may_pull_into_one_store(store: SnapshotStore) -> None:
    api = FaultyApi(count=1000)
    counts = []
    threads = [
        threading.Thread(
            target=lambda: counts.append(len(pull(client_of(api), store=store).snapshot))
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1000, 1000, 1000]


@pytest.mark.slow
def test_two_processes_may_pull_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.db"
    with serving(FaultyApi(count=2000)) as server:
        processes = [start_pull(path, server.endpoint) for _ in range(3)]
        assert [each.communicate()[0].split() for each in processes] == [["2000"]] * 3


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_store_that_the_next_pull_completes(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.db"
    api = FaultyApi(count=3000)
    with serving(api) as server:
        for after in range(1, 31, 4):
            process = start_pull(path, server.endpoint)
            searches = api.searches
            while process.poll() is None and api.searches < searches + after:
                time.sleep(0.001)
            process.kill()
            process.communicate()
            if process.returncode == 0:
                api.ref += "x"
        with SnapshotStore(path) as store:
            expected = pull(client_of(api)).snapshot.documents
            assert pull(client_of(api), store=store).snapshot.documents == expected


def test_a_forked_process_reads_by_a_connection_of_its_own(store: SnapshotStore) -> None:
    (document,) = pull(client_of(FaultyApi(count=1)), store=store).snapshot
    child = os.fork()
    if child == 0:
        os._exit(0 if document.field("title") == "Page 0" else 1)
    assert os.waitpid(child, 0)[1] == 0


# The snapshot is read when somebody asks for it.


def test_a_store_that_is_damaged_after_the_pull_costs_requests_not_the_content(
    store: SnapshotStore,
) -> None:
    api = FaultyApi()
    expected = pull(client_of(api), store=store).snapshot.documents
    with client_of(api) as client:
        pulled = pull(client, store=store)
    assert (pulled.requests, pulled.ref) == (1, "M1")
    store.close()
    # Had it been read by now, this would go unnoticed, and the requests would be one.
    store.path.write_bytes(b"no database" * 1000)
    assert pulled.snapshot.documents == expected
    assert pulled.requests == 4


def test_a_store_that_is_damaged_offline_is_an_error_that_says_what_to_do(
    store: SnapshotStore,
) -> None:
    pull(client_of(FaultyApi()), store=store)
    pulled = last_pulled(store, ENDPOINT)
    store.close()
    store.path.write_bytes(b"no database" * 1000)
    with pytest.raises(PrismicError, match="nothing to use offline") as caught:
        _ = pulled.snapshot
    assert caught.value.hint == "run the command once without --offline"


# Single documents.


def test_an_opened_snapshot_is_the_loaded_one(store: SnapshotStore) -> None:
    pulled = pull(client_of(FaultyApi(count=150)), store=store)
    assert pulled.place is not None
    opened = store.opened(pulled.place)
    assert opened is not None
    first = opened.get("D00007")
    assert first == pulled.snapshot.get("D00007")
    assert opened.get("D00007") is first
    assert (len(opened), "D00149" in opened, "D00150" in opened) == (150, True, False)
    assert opened.documents == pulled.snapshot.documents
    assert opened.get("D00007") is first
    assert opened.by_uid("page", "page-7") is first


def test_nothing_is_opened_of_a_snapshot_that_is_not_whole(store: SnapshotStore) -> None:
    pulled = pull(client_of(FaultyApi(count=150)), store=store)
    assert pulled.place is not None
    assert store.opened(pulled.place._replace(ref="another")) is None
    with store.transaction() as connection:
        connection.execute("DELETE FROM member WHERE id = 'D00007'")
    assert store.opened(pulled.place) is None


def test_an_opened_snapshot_that_is_gone_is_an_error_that_says_what_to_do(
    store: SnapshotStore,
) -> None:
    pulled = pull(client_of(FaultyApi(count=150)), store=store)
    assert pulled.place is not None
    opened = store.opened(pulled.place)
    assert opened is not None
    store.rebuild("for this test")
    with pytest.raises(ContentError, match="no longer in the cache"):
        opened.get("D00007")
    with pytest.raises(ContentError, match="no longer in the cache"):
        len(opened.documents)
