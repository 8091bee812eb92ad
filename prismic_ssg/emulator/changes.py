"""From one state of a repository to the next: publishing, releases, refs that expire. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.emulator.repository import (
    EmulatedRelease,
    EmulatedRepository,
    Preview,
    content_ref,
    derived_ref,
)
from prismic_ssg.emulator.seed import make_release, tags_of, types_of
from prismic_ssg.emulator.served import ServedSnapshot

# Users saw refs answer that were over 20 publications old.
KEPT_REFS = 20


def with_documents(
    repository: EmulatedRepository,
    changed: Mapping[str, Document],
    deleted: Collection[str] = (),
    *,
    keep: int = KEPT_REFS,
) -> EmulatedRepository:
    """The repository after publishing and unpublishing documents; itself where nothing changes."""
    before = repository.master
    documents: dict[str, Document] = {each.id: each for each in before.documents}
    documents.update(changed)
    for identity in deleted:
        documents.pop(identity, None)
    ref = content_ref(documents.values())
    if ref == before.ref:
        return repository
    former = _former_uids(before, changed.values())
    master = ServedSnapshot(
        ref,
        documents.values(),
        models=before.models,
        former_uids=former,
        words=before.words,
    )
    return with_master(repository, master, repository.releases, keep=keep)


def with_master(
    repository: EmulatedRepository,
    master: ServedSnapshot,
    releases: Iterable[EmulatedRelease],
    *,
    keep: int = KEPT_REFS,
) -> EmulatedRepository:
    """The repository with other master documents: new refs, and the old ones kept for a while."""
    on_top = tuple(
        make_release(each.label, master, each.changed, each.deleted, scheduled_at=each.scheduled_at)
        for each in releases
    )
    types = {**types_of(master.models, (master, *(each.snapshot for each in on_top)))}
    types.update(repository.types)
    next_one = replace(
        repository,
        master=master,
        releases=on_top,
        types=dict(sorted(types.items())),
        tags=tuple(sorted({*repository.tags, *tags_of(master.documents)})),
    )
    return _remember(next_one, repository, keep)


def with_releases(
    repository: EmulatedRepository, releases: Iterable[EmulatedRelease], *, keep: int = KEPT_REFS
) -> EmulatedRepository:
    """The repository with other releases, in the order of their labels."""
    ordered = tuple(sorted(releases, key=lambda each: each.label))
    return _remember(replace(repository, releases=ordered), repository, keep)


def without_refs(repository: EmulatedRepository, refs: Collection[str]) -> EmulatedRepository:
    """The repository after some of its past refs have expired."""
    past = {ref: each for ref, each in repository.past.items() if ref not in refs}
    return replace(repository, past=past, expired=repository.expired | set(refs))


def with_preview(repository: EmulatedRepository, preview: Preview) -> EmulatedRepository:
    """The repository with a preview session begun, changed or ended."""
    return replace(repository, previews={**repository.previews, preview.id: preview})


def preview_snapshot(
    name: str, under: ServedSnapshot, changed: Mapping[str, Document], deleted: Collection[str]
) -> ServedSnapshot:
    """What a preview session shows: a snapshot with drafts on top."""
    documents: dict[str, Document] = {each.id: each for each in under.documents}
    documents.update(changed)
    for identity in deleted:
        documents.pop(identity, None)
    ref = derived_ref((content_ref(documents.values()).encode(),), salt=name.encode())
    return ServedSnapshot(
        ref, documents.values(), models=under.models, former_uids=under.former_uids
    )


def _former_uids(
    before: ServedSnapshot, changed: Iterable[Document]
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    former = dict(before.former_uids)
    for document in changed:
        old = before.get(DocumentId(document.id))
        if old is not None and old.uid and old.uid != document.uid:
            key = (old.type, old.uid)
            former[key] = tuple(dict.fromkeys((*former.get(key, ()), old.id)))
    return former


def _remember(now: EmulatedRepository, before: EmulatedRepository, keep: int) -> EmulatedRepository:
    """`now`, with the refs that only `before` had among the past ones: `keep` masters at most.

    A release's old ref lives as long as the master ref that it is built on. What was made from the
    old documents is forgotten, or 20 indexes of words would stay in memory.
    """
    served = {each.ref: each for each in (before.master, *(r.snapshot for r in before.releases))}
    present = {now.master.ref, *(release.snapshot.ref for release in now.releases)}
    past = {ref: each for ref, each in before.past.items() if ref not in present}
    for ref, snapshot in served.items():
        if ref not in present:
            past[ref] = snapshot.without_indexes()
    masters = [ref for ref in past if "~" not in ref]
    too_old = set(masters[: max(0, len(masters) - keep)])
    gone = {ref for ref in past if ref in too_old or ref.partition("~")[2] in too_old}
    return replace(
        now,
        past={ref: each for ref, each in past.items() if ref not in gone},
        expired=(before.expired | gone) - present,
    )
