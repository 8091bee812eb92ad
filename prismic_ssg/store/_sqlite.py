"""Opening a SQLite file that is a cache: if anything is wrong, it is rebuilt, never migrated."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from prismic_ssg.errors import OutputError

_log = logging.getLogger("prismic_ssg.store")

BUSY_TIMEOUT_S = 30.0


def open_cache(path: Path, *, schema: str, version: int) -> sqlite3.Connection:
    """A connection to a database of this schema and version, made anew where it is not one.

    Every statement commits by itself unless between BEGIN and COMMIT. A write is whole or absent
    after a kill. One log line says that a file was replaced.

    Raises OutputError where no database can be made there at all.
    """
    for _ in range(3):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _open(path, schema, version)
        except OSError:
            break
        except _OtherVersion as found:
            rebuild(path, f"its version is {found}, not {version}")
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not path.exists():
                break
            rebuild(path, str(error))
    raise OutputError(
        f"the cache {str(path)!r} can't be written",
        file=str(path),
        hint="check that the folder can be written and has space",
    )


class _OtherVersion(Exception):  # noqa: N818  (not wrong, only old)
    pass


def _open(path: Path, schema: str, version: int) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        found = _pragma(connection, "user_version")
        if found not in (0, version):
            raise _OtherVersion(found)
        if found == 0:
            # Rows hold whole documents: of 4 kB pages each would take a chain, and as much again of
            # the time (90 MB of them: 0.38 s of CPU, with these 0.20 s).
            connection.execute("PRAGMA page_size = 32768")
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("BEGIN IMMEDIATE")
            for statement in schema.split(";"):
                connection.execute(statement)
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


def rebuild(path: Path, reason: str) -> None:
    """Remove a database and what SQLite keeps beside it; the next to open it finds it empty."""
    _log.warning("cache=%s is made anew: %s", path, reason)
    for name in (f"{path.name}-journal", path.name):
        path.with_name(name).unlink(missing_ok=True)
