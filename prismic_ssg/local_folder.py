"""A local repository: a folder that the emulator answers for, without a socket.

To read and check 10,000 files takes seconds, to list them a tenth of one. So what the repository
says of itself is remembered with the listing that it had: while a folder lists the same, its master
ref is known, and the documents are in the store.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from prismic_ssg._version import __version__
from prismic_ssg.errors import BuildFailed
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.sources import (
    list_local_repository,
    read_local_repository,
    read_type_models,
)

# The emulator is loaded where it has to answer, which for a folder that did not change is never.
if TYPE_CHECKING:
    from prismic_ssg.emulator.repository import EmulatedRepository

ORIGIN = "http://localhost"
_REPOSITORY_API = "/api/v2"

# A file may change twice within a tick of its disk's clock, and list the same: FAT counts in two
# seconds. A listing with a change as recent is not remembered. (Git calls such files racy.)
_SETTLED_AFTER_S = 3.0


class LocalFolder:
    """The local repository in a folder; its documents are read when they are needed.

    `now_s` is the clock that the folder's disk goes by, in seconds since the epoch.
    """

    def __init__(
        self, path: Path, project: Path, *, now_s: Callable[[], float] = time.time
    ) -> None:
        self.path = path
        self._now_s = now_s
        self._project = project
        self._known: bytes | None = None

    @cached_property
    def repository(self) -> EmulatedRepository:
        """All of it. Raises BuildFailed with everything that is wrong with the files."""
        from prismic_ssg.emulator.seed import seed

        self._known = None
        repository, problems = seed(read_local_repository(self.path), name=self.path.resolve().name)
        if problems:
            raise BuildFailed("the local repository can't be used", problems)
        return repository

    @property
    def repeatable(self) -> Mapping[str, bool]:
        """Custom type → whether it has many documents, of those with a model."""
        return self._without_documents.repeatable

    @property
    def parts(self) -> frozenset[str]:
        """The types whose documents are content for other pages, with none of their own."""
        return self._without_documents.parts

    @cached_property
    def stored_as(self) -> str:
        """What a project's store has the documents under: different for every other folder.

        The refs of a local repository come from its documents alone, while models, and the
        emulator, have a say in what a document looks like when it is asked for.
        """
        try:
            where = Path(os.path.relpath(self.path.resolve(), self._project.resolve())).as_posix()
        except ValueError:  # another drive
            where = self.path.resolve().as_posix()
        models = hashlib.sha256(__version__.encode())
        for name, content in self._models:
            models.update(f"\0{name}\0{len(content)}\0".encode("utf-8", "surrogatepass"))
            models.update(content)
        return f"folder {where} ({models.hexdigest()[:16]})"

    def prepare(self, store: SnapshotStore) -> None:
        """Read the files unless the store knows what they say. Raises BuildFailed, as above."""
        listed_at_s = self._now_s()
        listing = list_local_repository(self.path)
        self._known = store.recall_folder(self.stored_as, listing.digest)
        if self._known is None:
            said = self._answered(_REPOSITORY_API, "")[2]
            if listed_at_s - listing.newest_s > _SETTLED_AFTER_S:
                store.remember_folder(self.stored_as, listing.digest, said)

    def forget(self) -> None:
        """Let go of the documents: they are read again if something more is asked."""
        self.__dict__.pop("repository", None)

    def answer(
        self, method: str, path: str, query: str, _headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """What the repository answers to a request."""
        if path == _REPOSITORY_API and self._known is not None:
            return 200, {"content-type": "application/json"}, self._known
        return self._answered(path, query, method)

    def _answered(
        self, path: str, query: str, method: str = "GET"
    ) -> tuple[int, Mapping[str, str], bytes]:
        from prismic_ssg.emulator.endpoints import answer

        return answer(self.repository, method, path, query, origin=ORIGIN)

    @cached_property
    def _models(self) -> tuple[tuple[str, bytes], ...]:
        return tuple(read_type_models(self.path))

    @cached_property
    def _without_documents(self) -> EmulatedRepository:
        from prismic_ssg.emulator.folder import read_file
        from prismic_ssg.emulator.seed import assemble

        files = (read_file(name, content) for name, content in self._models)
        return assemble(files, name=self.path.name)[0]
