"""The addresses that documents had, which nothing can make again: no version and no damage may
lose them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from prismic_ssg.errors import OutputError
from prismic_ssg.store.addresses import Addresses
from prismic_ssg.store.cache import ADDRESSES, forget

HAD = {"/blog/old": "A", "/blog/other": "B"}


def first_version(cache: Path, addresses: Mapping[str, str], repository: str = "r") -> None:
    """The file as the first version wrote it."""
    with closing(sqlite3.connect(cache / ADDRESSES)) as connection, connection:
        connection.execute(
            "CREATE TABLE address(repository TEXT NOT NULL, path TEXT NOT NULL,"
            " document TEXT NOT NULL, PRIMARY KEY (repository, path)) WITHOUT ROWID"
        )
        rows = [(repository, path, document) for path, document in addresses.items()]
        connection.executemany("INSERT INTO address VALUES (?, ?, ?)", rows)
        connection.execute("PRAGMA user_version = 1")


def test_addresses_of_the_first_version_are_still_there(tmp_path: Path) -> None:
    first_version(tmp_path, HAD)
    with Addresses(tmp_path, "r") as addresses:
        assert addresses.all == HAD
        addresses.remember({"/blog/new": "A"})
        assert addresses.all == {**HAD, "/blog/new": "A"}


def test_addresses_of_the_first_version_are_told_from_others_as_those_of_today(
    tmp_path: Path,
) -> None:
    first_version(tmp_path, HAD)
    (tmp_path / "today").mkdir()
    with Addresses(tmp_path, "r") as addresses, Addresses(tmp_path / "today", "r") as others:
        others.remember(HAD)
        assert addresses.digest == others.digest != ""
    with Addresses(tmp_path, "another repository") as addresses:
        assert (addresses.all, addresses.digest) == ({}, "")


def test_addresses_of_a_later_version_are_put_aside_and_not_forgotten(tmp_path: Path) -> None:
    with Addresses(tmp_path, "r") as addresses:
        addresses.remember(HAD)
    with closing(sqlite3.connect(tmp_path / ADDRESSES)) as connection, connection:
        connection.execute("PRAGMA user_version = 1000")
    before = (tmp_path / ADDRESSES).read_bytes()
    with Addresses(tmp_path, "r") as addresses:
        assert addresses.all == {}
        addresses.remember({"/new": "C"})
        assert addresses.all == {"/new": "C"}
    forget(tmp_path)
    assert (tmp_path / f"{ADDRESSES}.1").read_bytes() == before


def test_a_damaged_file_of_addresses_is_put_aside_each_time(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / ADDRESSES).write_bytes(b"no database" * (1000 + number))
        with Addresses(tmp_path, "r") as addresses:
            assert addresses.all == {}
            addresses.remember(HAD)
            assert addresses.all == HAD
    for number in (1, 2):
        aside = tmp_path / f"{ADDRESSES}.{number}"
        assert aside.read_bytes() == b"no database" * (1000 + number)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (sqlite3.OperationalError("disk I/O error"), sqlite3.SQLITE_IOERR_WRITE),
        # What SQLite says of an I/O error where it has read.
        (sqlite3.DatabaseError("database disk image is malformed"), sqlite3.SQLITE_CORRUPT),
    ],
)
def test_addresses_stay_where_they_are_while_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: sqlite3.DatabaseError, code: int
) -> None:
    with Addresses(tmp_path, "r") as addresses:
        addresses.remember(HAD)
    connect = sqlite3.connect
    error.sqlite_errorcode = code

    def failing(*_: object, **__: object) -> None:
        patch.setattr(sqlite3, "connect", connect)
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", failing)
        with pytest.raises(OutputError, match=rf"addresses\.db' c.*: {error}"):
            _ = Addresses(tmp_path, "r").all
    with Addresses(tmp_path, "r") as addresses:
        assert addresses.all == HAD
