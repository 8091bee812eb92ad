"""For tests of whatever reads Prismic: a running Content API of a test's own documents.

    # conftest.py
    pytest_plugins = ["prismic_ssg.testing"]

    def test_the_home_page_has_a_title(prismic_repository):
        repository = prismic_repository(documents=[{"type": "page", "uid": "home"}])
        assert my_site(repository.endpoint).get("/") …

The emulator answers on a free port of this machine until the test is over. Nothing leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import pytest

from prismic_ssg.emulator.access import Access, Token
from prismic_ssg.emulator.app import Service, running
from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.repository import EmulatedRelease, EmulatedRepository, Preview
from prismic_ssg.emulator.seed import seed
from prismic_ssg.emulator.traffic import Fault, Logged, Traffic
from prismic_ssg.errors import BuildFailed
from prismic_ssg.store.sources import read_local_repository

__all__ = ["RunningRepository", "prismic_repository", "running_repository"]

Document = Mapping[str, Any]

# Documents are published at these times, a minute apart: the same in every run.
_FIRST_PUBLICATION = datetime(2026, 1, 1, tzinfo=UTC)


class RunningRepository:
    """A repository that answers at `endpoint`, and what a test may do to it.

    `origin` is scheme, host and port. A document is a mapping with the API's members; it needs a
    `type`, and has an `id` made from type and UID where it gives none. See docs/emulator.md.
    """

    def __init__(self, origin: str, emulation: Emulation) -> None:
        self.origin = origin
        self.endpoint = f"{origin}/api/v2"
        self._emulation = emulation

    @property
    def ref(self) -> str:
        """The present master ref."""
        return str(self._emulation.repository.master.ref)

    def publish(self, *documents: Document) -> str:
        """Publish new or changed documents; members that are left out stay as they are. Gives the
        new master ref."""
        return self._emulation.publish(_complete(documents))

    def unpublish(self, *ids: str) -> str:
        """Take documents out; gives the new master ref."""
        return self._emulation.publish((), ids)

    def release(
        self,
        label: str,
        *documents: Document,
        deleted: Collection[str] = (),
        scheduled_at: int | None = None,
    ) -> EmulatedRelease:
        """Make a release, or add to the one of this label."""
        return self._emulation.put_release(
            label, _complete(documents), deleted, scheduled_at=scheduled_at
        )

    def publish_release(self, label: str) -> str:
        """Publish what a release has; gives the new master ref."""
        return self._emulation.publish_release(label)

    def delete_release(self, label: str) -> None:
        """Delete a release with its changes."""
        self._emulation.drop_release(label)

    def preview(
        self, *documents: Document, deleted: Collection[str] = (), release: str | None = None
    ) -> Preview:
        """Begin a preview session of drafts; its `token` is what an editor's browser brings."""
        return self._emulation.put_preview(
            self.origin, _complete(documents), deleted, release=release
        )

    def edit_preview(self, preview: Preview, *documents: Document) -> Preview:
        """Save more drafts in a session."""
        return self._emulation.put_preview(self.origin, _complete(documents), session=preview.id)

    def end_preview(self, preview: Preview, *, gone: bool = False) -> None:
        """End a session: its token has expired, or is gone as after publishing."""
        self._emulation.end_preview(preview.id, gone=gone)

    def expire_refs(self, *refs: str) -> tuple[str, ...]:
        """Let past refs expire, all of them by default; gives those that did."""
        return self._emulation.expire(refs or None)

    def fail(
        self,
        status: int | None = None,
        *,
        times: int = 1,
        match: str = "",
        body: str = "",
        headers: Mapping[str, str] | None = None,
        delay_ms: float = 0.0,
        truncate: int | None = None,
        reset: bool = False,
    ) -> None:
        """Let the next `times` requests whose URL contains `match` go wrong: answer with `status`,
        wait, break off after `truncate` bytes, or close the connection."""
        fault = Fault(status, body, dict(headers or {}), delay_ms, truncate, reset, times, match)
        self._emulation.traffic.faults.append(fault)

    @property
    def requests(self) -> tuple[Logged, ...]:
        """The requests so far, in order, with access tokens masked."""
        return tuple(self._emulation.traffic.log)

    def reset(self) -> None:
        """Be as at the start of the test."""
        self._emulation.reset()


@contextmanager
def running_repository(
    documents: Sequence[Document] = (),
    *,
    folder: str | Path | None = None,
    name: str = "test-repository",
    languages: Sequence[str] = ("en-us",),
    models: Sequence[Mapping[str, Any]] = (),
    access: str = "open",
    tokens: Sequence[str] = (),
    rate_limit: int | None = None,
    latency_ms: float = 0.0,
    webhook: str | None = None,
    webhook_secret: str | None = None,
    keep_refs: int = 20,
) -> Iterator[RunningRepository]:
    """A running repository of these documents, or of a local repository's folder.

    The first of `languages` is the master locale. `models` are custom types as in Prismic's
    `index.json`. A token `master=TEXT` does not open releases. Raises BuildFailed with everything
    that is wrong with the documents.
    """
    if folder is not None:
        files = list(read_local_repository(Path(folder)))
    else:
        files = list(_files(documents, name, languages, models))
    repository, problems = seed(files, name=name)
    if problems:
        raise BuildFailed("\n".join(problem.message for problem in problems), problems)
    repository = _guarded(repository, access, tokens)
    emulation = Emulation(
        repository,
        Traffic(monotonic, rate_limit=rate_limit),
        now=_publication_times().__next__,
        keep_refs=keep_refs,
    )
    service = Service(
        emulation,
        latency_s=latency_ms / 1000,
        webhook=webhook,
        webhook_secret=webhook_secret,
    )
    with running(service) as origin:
        yield RunningRepository(origin, emulation)


@pytest.fixture
def prismic_repository() -> Iterator[Callable[..., RunningRepository]]:
    """A function that starts a repository, which is stopped at the end of the test.

    Takes what `running_repository` takes: `prismic_repository(documents=[…])`.
    """
    with ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(running_repository(*args, **options))


def _files(
    documents: Sequence[Document],
    name: str,
    languages: Sequence[str],
    models: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, bytes]]:
    settings = {"name": name, "languages": [{"id": lang, "name": lang} for lang in languages]}
    yield "repository.json", msgspec.json.encode(settings)
    for model in models:
        yield f"customtypes/{model['id']}/index.json", msgspec.json.encode(model)
    for at, document in enumerate(_complete(documents)):
        yield f"documents/{at}.json", msgspec.json.encode(document)


def _complete(documents: Sequence[Document]) -> list[dict[str, Any]]:
    return [{"id": _id(document), **document} for document in documents]


def _id(document: Document) -> str:
    parts = (document.get("type"), document.get("uid"), document.get("lang"))
    return "-".join(str(part) for part in parts if part)


def _guarded(
    repository: EmulatedRepository, access: str, tokens: Sequence[str]
) -> EmulatedRepository:
    made = tuple(
        Token(token.removeprefix("master="), releases=not token.startswith("master="))
        for token in tokens
    )
    return replace(repository, access=Access(access), tokens=made)


def _publication_times() -> Iterator[datetime]:
    at = _FIRST_PUBLICATION
    while True:
        yield at
        at += timedelta(minutes=1)
