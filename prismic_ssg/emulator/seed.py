"""A folder of JSON documents → an emulated repository. Pure: the files arrive as name and bytes.

What is wrong with a file is collected, not raised: what is good can be served all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from prismic_ssg.content.document import Document
from prismic_ssg.content.models import TypeModel
from prismic_ssg.content.repository import Language
from prismic_ssg.emulator.folder import FoundDocument, FoundFile, Settings, read_file
from prismic_ssg.emulator.repository import (
    EmulatedRelease,
    EmulatedRepository,
    content_ref,
    release_id,
    release_ref,
)
from prismic_ssg.emulator.served import ServedSnapshot
from prismic_ssg.errors import ContentError, PrismicSsgError

__all__ = ["EmulatedRepository", "assemble", "seed"]


def seed(
    files: Iterable[tuple[str, bytes]], *, name: str
) -> tuple[EmulatedRepository, tuple[PrismicSsgError, ...]]:
    """The repository in a folder's files, and everything that is wrong with them.

    `name` is used where `repository.json` gives none. The master ref is derived from the content:
    the same documents give the same ref, whatever their files are called.
    """
    return assemble((read_file(file, content) for file, content in files), name=name)


def assemble(
    files: Iterable[FoundFile], *, name: str
) -> tuple[EmulatedRepository, tuple[PrismicSsgError, ...]]:
    """`seed`, of files that were read before: a changed folder is its changed files, read again."""
    problems: list[PrismicSsgError] = []
    settings = Settings()
    models: dict[str, TypeModel] = {}
    master: dict[str, FoundDocument] = {}
    overlays: dict[str, dict[str, FoundDocument]] = {}
    for file in files:
        problems += file.problems
        settings = file.settings or settings
        if file.model is not None:
            models[file.model.id] = file.model
        into = master if file.release is None else overlays.setdefault(file.release, {})
        for found in file.documents:
            if found.id in into:
                problems.append(_doubled(found, into[found.id]))
            else:
                into[found.id] = found
    languages = settings.languages or _languages(master.values())
    documents = _documents(master.values(), languages, problems)
    snapshot = ServedSnapshot(content_ref(documents.values()), documents.values(), models=models)
    releases = tuple(
        _release(label, overlay, snapshot, languages, settings, problems)
        for label, overlay in sorted(overlays.items())
    )
    everything = (snapshot, *(release.snapshot for release in releases))
    repository = EmulatedRepository(
        name=settings.name or name,
        languages=languages,
        types=settings.types or types_of(models, everything),
        tags=settings.tags or tags_of(snapshot.documents),
        master=snapshot,
        releases=releases,
        models=models,
        integration_fields_ref=settings.integration_fields_ref,
    )
    return repository, tuple(problems)


def types_of(
    models: Mapping[str, TypeModel], snapshots: Iterable[ServedSnapshot]
) -> dict[str, str]:
    """Custom type → label: of every model, and of every type that has a document."""
    types = {model.id: model.label for model in models.values()}
    for snapshot in snapshots:
        for document in snapshot.documents:
            types.setdefault(document.type, document.type)
    return dict(sorted(types.items()))


def tags_of(documents: Iterable[Document]) -> tuple[str, ...]:
    """Every tag that a document has, sorted."""
    return tuple(sorted({tag for document in documents for tag in document.tags}))


def _doubled(found: FoundDocument, first: FoundDocument) -> ContentError:
    return ContentError(
        f"{found.where}: the document id {found.id!r} is already in {first.where}",
        file=found.file,
        line=found.line,
        document_id=found.id,
        hint="every document has an id of its own; remove one of the two",
    )


def _languages(documents: Iterable[FoundDocument]) -> tuple[Language, ...]:
    """Locales for a folder that names none: the one with most documents is the master locale."""
    count = Counter(
        found.document.lang for found in documents if found.document and found.document.lang
    )
    ids = sorted(count, key=lambda lang: (-count[lang], lang)) or ["en-us"]
    return tuple(Language(lang, lang, is_master=index == 0) for index, lang in enumerate(ids))


def _documents(
    found: Iterable[FoundDocument],
    languages: tuple[Language, ...],
    problems: list[PrismicSsgError],
) -> dict[str, Document]:
    known = {language.id for language in languages}
    documents = {}
    for each in found:
        try:
            document = each.in_language(languages[0].id)
        except ContentError as error:
            problems.append(
                ContentError(f"{each.where}: {error.message}", file=each.file, line=each.line)
            )
            continue
        if document.lang in known:
            documents[each.id] = document
            continue
        problems.append(
            ContentError(
                f"{each.where}: the document is in {document.lang!r}, which is not a language of "
                "this repository",
                file=each.file,
                line=each.line,
                document_id=each.id,
                hint=f"repository.json names {', '.join(sorted(known))}",
            )
        )
    return documents


def _release(
    label: str,
    overlay: Mapping[str, FoundDocument],
    master: ServedSnapshot,
    languages: tuple[Language, ...],
    settings: Settings,
    problems: list[PrismicSsgError],
) -> EmulatedRelease:
    changed = _documents(
        [found for found in overlay.values() if not found.deleted], languages, problems
    )
    deleted = set()
    for identity, found in overlay.items():
        if not found.deleted:
            continue
        if identity in master:
            deleted.add(identity)
            continue
        problems.append(
            ContentError(
                f"{found.where}: the release {label!r} deletes {identity!r}, which is not there",
                file=found.file,
                line=found.line,
                document_id=identity,
            )
        )
    planned = settings.releases.get(label)
    return make_release(
        label,
        master,
        changed,
        frozenset(deleted),
        scheduled_at=planned.scheduled_at if planned else None,
    )


def make_release(
    label: str,
    master: ServedSnapshot,
    changed: Mapping[str, Document],
    deleted: frozenset[str],
    *,
    scheduled_at: int | None = None,
) -> EmulatedRelease:
    """The release of this label on top of these master documents."""
    documents: dict[str, Document] = {each.id: each for each in master.documents}
    documents.update(changed)
    for identity in deleted:
        documents.pop(identity, None)
    salt = "\0".join((label, *sorted(deleted)))
    ref = release_ref(changed.values(), salt, master.ref)
    snapshot = ServedSnapshot(
        ref, documents.values(), models=master.models, former_uids=master.former_uids
    )
    return EmulatedRelease(release_id(label), label, snapshot, changed, deleted, scheduled_at)
