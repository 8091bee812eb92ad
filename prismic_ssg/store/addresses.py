"""The addresses that documents have had, of all builds of a project: they are to lead somewhere.

Nothing else in `.prismic-ssg/` can't be made again. So `build --force` leaves this file, and
`prismic-ssg redirects --save` writes what follows from it to a file that can be kept in git.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from prismic_ssg.errors import OutputError
from prismic_ssg.store.cache import ADDRESSES
from prismic_ssg.store.database import Database, put_all

_VERSION = 2

# A build with nothing to do reads the digest only, and no address.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS address(
    repository TEXT NOT NULL, path TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (repository, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS digest(
    repository TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID
"""


class Addresses(Database):
    """Which document was last seen at a path, by repository: ids are unique within one."""

    def __init__(self, cache: Path, repository: str) -> None:
        super().__init__(
            cache / ADDRESSES, schema=_SCHEMA, version=_VERSION, upgrade=_from_first_version
        )
        self._repository = repository
        self._known: dict[str, str] | None = None

    @property
    def all(self) -> Mapping[str, str]:
        """Path → id of the document that was last seen there."""
        if self._known is None:
            nothing: dict[str, str] = {}
            there = self.path.exists()
            self._known = self.read(self._select, otherwise=nothing) if there else nothing
        return self._known

    def _select(self, connection: sqlite3.Connection) -> dict[str, str]:
        return dict(_select(connection, self._repository))

    @property
    def digest(self) -> str:
        """One text for all of it, equal only where it is."""
        if not self.path.exists():
            return ""
        return self.read(self._select_digest, otherwise="")

    def _select_digest(self, connection: sqlite3.Connection) -> str:
        asked = "SELECT digest FROM digest WHERE repository = ?"
        found = connection.execute(asked, (self._repository,)).fetchone()
        return found[0] if found else ""

    def remember(self, pages: Mapping[str, str]) -> None:
        """Note which document is at which path in a site that has just been published.

        Raises OutputError where that can't be written.
        """
        known = self.all
        new = {path: id_ for path, id_ in pages.items() if known.get(path) != id_}
        if not new:
            return
        rows = [(self._repository, path, document) for path, document in sorted(new.items())]
        try:
            with self.transaction() as connection:
                put_all(connection, "address", rows)
                _keep_digest(connection, self._repository)
        except ValueError as error:
            raise OutputError(
                f"the addresses of documents can't be remembered: {error}",
                file=str(self.path),
                hint="build again: the file was damaged, is kept beside it, and begins anew",
            ) from None
        self._known = None


def _select(connection: sqlite3.Connection, repository: str) -> list[tuple[str, str]]:
    asked = "SELECT path, document FROM address WHERE repository = ? ORDER BY path"
    return connection.execute(asked, (repository,)).fetchall()


def _keep_digest(connection: sqlite3.Connection, repository: str) -> None:
    text = "".join([f"{path}\0{document}\0" for path, document in _select(connection, repository)])
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    row = (repository, digest.hexdigest())
    connection.execute("INSERT OR REPLACE INTO digest VALUES (?, ?)", row)


def _from_first_version(connection: sqlite3.Connection) -> None:
    """Version 1 had no digests."""
    for (repository,) in connection.execute("SELECT DISTINCT repository FROM address").fetchall():
        _keep_digest(connection, repository)
