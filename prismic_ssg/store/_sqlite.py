"""Opening a SQLite file that is a cache: if anything is wrong, it is rebuilt.

One that can't be made again is brought to this version, and where that can't be done put aside.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from prismic_ssg.errors import OutputError
from prismic_ssg.store.cache import make_folder

_log = logging.getLogger("prismic_ssg.store")

BUSY_TIMEOUT_S = 30.0


# What the system refuses for now, which says nothing of what is in the file: it may not be read, or
# too many are open, another process has it, the disk or memory is full.
_REFUSED = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}

Upgrade = Callable[[sqlite3.Connection], None]


def open_cache(
    path: Path, *, schema: str, version: int, upgrade: Upgrade | None = None
) -> sqlite3.Connection:
    """A connection to a database of this schema and version, made anew where it is not one.

    With an `upgrade` one of an older version is kept: it fills the tables that were not there,
    which are made before. Any other file is put aside then.

    Every statement commits by itself unless between BEGIN and COMMIT. A write is whole or absent
    after a kill. One log line says that a file was replaced.

    Raises OutputError where no database can be made there at all.
    """
    refused = ""
    for _ in range(3):
        try:
            make_folder(path.parent)
            return _open(path, schema, version, upgrade)
        except OSError:
            break
        except _OtherVersion as found:
            reason = f"its version is {found}, not {version}"
            rebuild(path, reason, put_aside=upgrade is not None)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            # Of a disk that fails nobody knows for how long: what can be made again is, the rest
            # stays where it is.
            if code in _REFUSED or (code == sqlite3.SQLITE_IOERR and upgrade is not None):
                refused = f": {error}"
                break
            rebuild_damaged(path, str(error), put_aside=upgrade is not None)
    raise OutputError(
        f"the cache {str(path)!r} can't be written{refused}",
        file=str(path),
        hint="check that the folder can be written and has space",
    )


class _OtherVersion(Exception):  # noqa: N818  (not wrong, only old)
    pass


def _open(path: Path, schema: str, version: int, upgrade: Upgrade | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        found = _pragma(connection, "user_version")
        if found and not _is_whole(connection, path):
            raise sqlite3.DatabaseError("its end is cut off")
        is_older = upgrade is not None and 0 < found < version
        if found not in (0, version) and not is_older:
            raise _OtherVersion(found)
        if found != version:
            # Rows hold whole documents: of 4 kB pages each would take a chain, and as much again of
            # the time (90 MB of them: 0.38 s of CPU, with these 0.20 s).
            connection.execute("PRAGMA page_size = 32768")
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("BEGIN IMMEDIATE")
            for statement in schema.split(";"):
                connection.execute(statement)
            if upgrade is not None and is_older:
                upgrade(connection)
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("COMMIT")
        # New rows go straight into the file; a write-ahead log writes and sums up every byte twice
        # (90 MB: 0.7 s of CPU instead of 0.4 s). OFF leaves it to the system when bytes reach the
        # disk: no kill of ours can harm the file. A power cut can; who reads it checks digests.
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -4000")
    except BaseException:
        connection.close()
        raise
    return connection


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _is_whole(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the last page of a file is all there: of one cut off SQLite takes the rest for
    zeros."""
    # Nobody else writes there meanwhile.
    connection.execute("BEGIN")
    try:
        _pragma(connection, "user_version")
        return path.stat().st_size % _pragma(connection, "page_size") == 0
    finally:
        connection.execute("ROLLBACK")


def rebuild_damaged(path: Path, reason: str, *, put_aside: bool) -> None:
    """As `rebuild` does, for what was found damaged. What is put aside is looked at once more
    before: SQLite takes a disk that fails for a moment for a damaged file.

    Raises OutputError where it is sound.
    """
    if put_aside and _is_sound(path):
        raise OutputError(
            f"the cache {str(path)!r} could not be read for a moment: {reason}",
            file=str(path),
            hint="run the command again; where that does not help, look at the disk",
        )
    rebuild(path, reason, put_aside=put_aside)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
            return found == ("ok",) and _is_whole(connection, path)
    except (OSError, sqlite3.Error):
        return False


def rebuild(path: Path, reason: str, *, put_aside: bool = False) -> None:
    """Remove a database and what SQLite keeps beside it, or give it another name: the next to open
    it finds it empty."""
    aside = _free_name(path) if put_aside else None
    kept = "" if aside is None else f", what was there is {aside.name} now"
    _log.warning("cache=%s is made anew%s: %s", path, kept, reason)
    for end in ("-journal", ""):
        place = path.with_name(path.name + end)
        if aside is None:
            place.unlink(missing_ok=True)
        elif place.exists():
            place.replace(aside.with_name(aside.name + end))


def _free_name(path: Path) -> Path:
    """A path beside this one at which there is nothing: its name, and the next number."""
    names = (path.with_name(f"{path.name}.{number}") for number in count(1))
    return next(name for name in names if not name.exists())
