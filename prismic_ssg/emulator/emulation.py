"""The one thing that changes: which repository is served now. Every change is a value's successor.

Safe to use from several threads: a change takes the lock, a reader takes the value of the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

import msgspec

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.emulator import changes, messages, webhooks
from prismic_ssg.emulator.folder import document_from
from prismic_ssg.emulator.repository import (
    EmulatedRelease,
    EmulatedRepository,
    Preview,
    derived_ref,
)
from prismic_ssg.emulator.seed import make_release
from prismic_ssg.emulator.traffic import Traffic
from prismic_ssg.emulator.webhooks import Change
from prismic_ssg.errors import ContentError

Members = Mapping[str, Any]
# Gets the body of a webhook without what only the sender knows: see webhooks.api_update.
Listener = Callable[[Change], None]


class Emulation:
    """A repository that can be edited, with its traffic.

    `now` gives the time of a publication, in UTC. `keep_refs` is how many old master refs go on
    answering.
    """

    def __init__(
        self,
        repository: EmulatedRepository,
        traffic: Traffic,
        *,
        now: Callable[[], datetime],
        keep_refs: int = changes.KEPT_REFS,
    ) -> None:
        self.traffic = traffic
        self.listeners: list[Listener] = []
        self._repository = self._original = repository
        self._now = now
        self._published_at = ""
        self._keep = keep_refs
        self._lock = RLock()
        self._sessions = 0

    @property
    def repository(self) -> EmulatedRepository:
        return self._repository

    def publish(self, documents: Sequence[Members], deleted: Collection[str] = ()) -> str:
        """Publish documents as they are given, and unpublish others; gives the master ref.

        What a document leaves out is kept from what is published under its id. Its publication
        dates are the present time, unless it has its own. Raises ContentError.
        """
        with self._lock:
            before = self._repository
            _check_ids(deleted, before.master)
            changed = self._documents(documents, before.master.get, published=self._timestamp())
            self._become(changes.with_documents(before, changed, deleted, keep=self._keep))
            self._tell_published(before, (*changed, *deleted))
            return self._repository.master.ref

    def replace_content(self, seeded: EmulatedRepository) -> tuple[str, ...]:
        """Serve what a folder says now; gives the ids of the documents that changed."""
        with self._lock:
            before = self._repository
            self._original = self._like(seeded, before)
            documents = {each.id: each for each in seeded.master.documents}
            gone = [each.id for each in before.master.documents if each.id not in documents]
            changed: dict[str, Document] = {
                id_: each for id_, each in documents.items() if before.master.get(id_) != each
            }
            now = replace(
                before,
                name=seeded.name,
                languages=seeded.languages,
                types=seeded.types,
                tags=seeded.tags,
                models=seeded.models,
                integration_fields_ref=seeded.integration_fields_ref,
            )
            if before.master.models != seeded.models:
                bare = before.master.without_indexes()
                bare.models = seeded.models
                now = replace(now, master=bare)
            now = changes.with_documents(now, changed, gone, keep=self._keep)
            releases = [
                make_release(
                    each.label,
                    now.master,
                    each.changed,
                    each.deleted,
                    scheduled_at=each.scheduled_at,
                )
                for each in seeded.releases
            ]
            self._become(changes.with_releases(now, releases, keep=self._keep))
            self._tell_published(before, (*changed, *gone))
            self._tell_releases(before)
            return (*changed, *gone)

    def put_release(
        self,
        label: str,
        documents: Sequence[Members] = (),
        deleted: Collection[str] = (),
        *,
        scheduled_at: int | None = None,
    ) -> EmulatedRelease:
        """Make a release, or add to the one of this label. Raises ContentError."""
        with self._lock:
            before = self._repository
            old = before.release(label)
            get = old.snapshot.get if old else before.master.get
            changed = {**(old.changed if old else {}), **self._documents(documents, get)}
            _check_ids(deleted, old.snapshot if old else before.master)
            gone = (old.deleted if old else frozenset()) - set(changed) | set(deleted)
            made = make_release(
                old.label if old else label,
                before.master,
                {id_: each for id_, each in changed.items() if id_ not in gone},
                gone,
                scheduled_at=old.scheduled_at if old and scheduled_at is None else scheduled_at,
            )
            others = [each for each in before.releases if each is not old]
            self._become(changes.with_releases(before, [*others, made], keep=self._keep))
            self._tell(Change(releases={"update" if old else "addition": (made,)}))
            return made

    def drop_release(self, name: str) -> None:
        """Delete a release with its changes. Raises ContentError."""
        with self._lock:
            release = self.release(name)
            others = [each for each in self._repository.releases if each is not release]
            self._become(changes.with_releases(self._repository, others, keep=self._keep))
            self._tell(Change(releases={"deletion": (release,)}))

    def publish_release(self, name: str) -> str:
        """Publish what a release has; the release is gone then. Gives the master ref."""
        with self._lock:
            release, before = self.release(name), self._repository
            at = self._timestamp()
            changed = {id_: _dated(each, at) for id_, each in release.changed.items()}
            others = [each for each in before.releases if each is not release]
            self._become(changes.with_releases(before, others, keep=self._keep))
            self._become(
                changes.with_documents(self._repository, changed, release.deleted, keep=self._keep)
            )
            self._tell(
                Change(
                    master_ref=self._repository.master.ref,
                    documents=(*changed, *sorted(release.deleted)),
                    releases={"deletion": (release,)},
                )
            )
            return self._repository.master.ref

    def release(self, name: str) -> EmulatedRelease:
        """The release of this id or label. Raises ContentError."""
        found = self._repository.release(name)
        if found is None:
            raise ContentError(messages.ADMIN_NO_RELEASE.format(name=name))
        return found

    def put_preview(
        self,
        origin: str,
        documents: Sequence[Members] = (),
        deleted: Collection[str] = (),
        *,
        session: str | None = None,
        release: str | None = None,
    ) -> Preview:
        """Begin a preview session of drafts on top of master or a release, or go on with one.

        Raises ContentError.
        """
        with self._lock:
            repository = self._repository
            if session is not None:
                old = self.preview(session)
                under, token, main = old.snapshot, old.token, old.document
            else:
                under = self.release(release).snapshot if release else repository.master
                main = None
                self._sessions += 1
                session = derived_ref((), salt=f"preview {self._sessions}".encode())
                # The last part is the id of the site that the preview is for.
                token = f"{origin}/previews/{session}?websitePreviewId={session[::-1]}"
            changed = self._documents(documents, under.get)
            _check_ids(deleted, under)
            snapshot = changes.preview_snapshot(session, under, changed, deleted)
            preview = Preview(session, token, snapshot, main or next(iter(changed), None))
            self._become(changes.with_preview(repository, preview))
            return preview

    def end_preview(self, session: str, *, gone: bool = False) -> None:
        """End a session: its token has expired, or is gone as after publishing."""
        with self._lock:
            ended = replace(self.preview(session), ended="gone" if gone else "expired")
            self._become(changes.with_preview(self._repository, ended))

    def preview(self, session: str) -> Preview:
        """The session of this id. Raises ContentError."""
        if session not in self._repository.previews:
            raise ContentError(messages.ADMIN_NO_PREVIEW.format(id=session))
        return self._repository.previews[session]

    def expire(self, refs: Collection[str] | None = None) -> tuple[str, ...]:
        """Let past refs expire, all of them by default. Raises ContentError for any other ref."""
        with self._lock:
            repository = self._repository
            given = tuple(repository.past) if refs is None else tuple(refs)
            for ref in given:
                if ref == repository.master.ref:
                    raise ContentError(messages.ADMIN_MASTER)
                if ref not in repository.past:
                    raise ContentError(messages.ADMIN_NO_REF.format(ref=ref))
            self._become(changes.without_refs(repository, given))
            return given

    def reset(self) -> None:
        """Be as at the start, or as the folder was last read."""
        with self._lock:
            self._become(self._original)
            self._sessions = 0
            self._published_at = ""
            self.traffic.clear()

    def _become(self, repository: EmulatedRepository) -> None:
        self._repository = repository

    def _like(self, seeded: EmulatedRepository, before: EmulatedRepository) -> EmulatedRepository:
        return replace(seeded, access=before.access, tokens=before.tokens)

    def _documents(
        self,
        given: Sequence[Members],
        get: Callable[[DocumentId], Document | None],
        *,
        published: str | None = None,
    ) -> dict[str, Document]:
        """Documents from their members, what is left out from those that `get` knows."""
        repository = self._repository
        known = {language.id for language in repository.languages}
        made: dict[str, Document] = {}
        for index, members in enumerate(given):
            old = get(DocumentId(str(members.get("id"))))
            kept = msgspec.json.decode(old.raw) if old else {}
            dates = _dates(old, published) if published else {}
            try:
                document = document_from({**kept, **dates, **members}, repository.master_language)
            except ContentError as error:
                problem = messages.ADMIN_BAD_DOCUMENT.format(index=index, problem=error.message)
                raise ContentError(problem) from None
            if document.lang not in known:
                raise ContentError(messages.ADMIN_BAD_LANG.format(index=index, lang=document.lang))
            made[document.id] = document
        return made

    def _timestamp(self) -> str:
        # Prismic's clock is not set back; who asks for what is new since a date would miss it.
        now = self._now().strftime("%Y-%m-%dT%H:%M:%S+0000")
        self._published_at = max(self._published_at, now)
        return self._published_at

    def _tell(self, change: Change) -> None:
        for listener in self.listeners:
            listener(change)

    def _tell_published(self, before: EmulatedRepository, ids: Sequence[str]) -> None:
        now = self._repository
        tags = webhooks.tag_change(before.tags, now.tags)
        if now.master.ref != before.master.ref or any(tags.values()):
            moved = now.master.ref if now.master.ref != before.master.ref else None
            self._tell(Change(moved, tuple(ids), tags=tags))

    def _tell_releases(self, before: EmulatedRepository) -> None:
        old = {each.label: each for each in before.releases}
        new = {each.label: each for each in self._repository.releases}
        releases = {
            "addition": tuple(new[label] for label in new if label not in old),
            "update": tuple(
                each
                for label, each in new.items()
                if label in old
                and (each.changed, each.deleted) != (old[label].changed, old[label].deleted)
            ),
            "deletion": tuple(old[label] for label in old if label not in new),
        }
        if any(releases.values()):
            self._tell(Change(releases=releases))


def _check_ids(ids: Collection[str], snapshot: Snapshot) -> None:
    for identity in ids:
        if identity not in snapshot:
            raise ContentError(messages.ADMIN_NO_DOCUMENT.format(id=identity))


def _dates(old: Document | None, published: str) -> dict[str, str]:
    first = old.envelope.first_publication_date if old else None
    return {
        "first_publication_date": first or published,
        "last_publication_date": published,
    }


def _dated(document: Document, published: str) -> Document:
    members = {**msgspec.json.decode(document.raw), **_dates(document, published)}
    return document_from(members, document.lang)
