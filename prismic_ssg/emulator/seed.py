"""A folder of JSON documents → an emulated repository. Pure: the files arrive as name and bytes.

What is wrong with a file is collected, not raised: what is good can be served all the same.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from prismic_ssg.content.document import Document, DocumentId, Ref
from prismic_ssg.content.repository import Language
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import ContentError, PrismicSsgError

# The API's order of a document's members, with what stands where a file leaves one out.
_MEMBERS: Mapping[str, bytes] = {
    "id": b"",
    "uid": b"null",
    "url": b"null",
    "type": b"",
    "href": b'""',
    "tags": b"[]",
    "first_publication_date": b"null",
    "last_publication_date": b"null",
    "slugs": b"[]",
    "linked_documents": b"[]",
    "lang": b"",
    "alternate_languages": b"[]",
    "data": b"{}",
}

_split = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True)
class EmulatedRelease:
    """A release: the master's documents with its own on top."""

    id: str
    label: str
    snapshot: Snapshot


@dataclass(frozen=True)
class EmulatedRepository:
    """What a folder says: documents at master, releases, languages (master first), types, tags.

    Where there are models, `repeatable` tells single types from repeatable ones, and `parts` are
    the types that Prismic calls custom types: content for other pages, with none of their own.
    """

    name: str
    languages: tuple[Language, ...]
    types: Mapping[str, str]
    tags: tuple[str, ...]
    master: Snapshot
    releases: tuple[EmulatedRelease, ...] = ()
    repeatable: Mapping[str, bool] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()

    @property
    def snapshots(self) -> dict[str, Snapshot]:
        """Each snapshot by its ref."""
        return {each.ref: each for each in (self.master, *(r.snapshot for r in self.releases))}


class _Settings(msgspec.Struct, frozen=True):
    """`repository.json`."""

    name: str = ""
    languages: tuple[Language, ...] = ()
    types: dict[str, str] = {}
    tags: tuple[str, ...] = ()


class _Model(msgspec.Struct, frozen=True):
    id: str
    label: str | None = None
    repeatable: bool = True
    format: str = "page"


@dataclass
class _Reader:
    """Collects what the files hold, and what is wrong with them."""

    problems: list[PrismicSsgError]

    def report(self, file: str, message: str, line: int | None = None, hint: str = "") -> None:
        where = f"{file}:{line}" if line else file
        self.problems.append(
            ContentError(f"{where}: {message}", file=file, line=line, hint=hint or None)
        )

    def decode(self, file: str, content: bytes, into: type[Any]) -> Any:
        """`content` as a value of a type, None with a problem noted where it is not one."""
        try:
            return msgspec.json.decode(content, type=into)
        except msgspec.ValidationError as error:
            self.report(file, str(error))
        except msgspec.DecodeError as error:
            self.report(file, *_json_error(content, error))
        return None

    def members(self, file: str, content: bytes) -> Iterator[tuple[int | None, dict[str, Any]]]:
        """The objects in a `.json` file (one, or an array of them) or a `.jsonl` file, by line."""
        content = content.removeprefix(b"\xef\xbb\xbf")
        if file.endswith(".jsonl"):
            # On LF only: text may hold U+2028 and other characters that end a line elsewhere.
            pieces: list[tuple[int | None, bytes]] = [
                (number, line)
                for number, line in enumerate(content.split(b"\n"), start=1)
                if line.strip()
            ]
        else:
            pieces = [(None, content)]
        for line, piece in pieces:
            try:
                found = _one_or_many(piece)
            except msgspec.ValidationError:
                self.report(file, "is not a JSON object", line)
            except msgspec.DecodeError as error:
                message, inner = _json_error(piece, error)
                self.report(file, message, line or inner)
            else:
                yield from ((line, members) for members in found)


def _one_or_many(piece: bytes) -> list[dict[str, msgspec.Raw]]:
    if piece.lstrip()[:1] == b"[":
        return msgspec.json.decode(piece, type=list[dict[str, msgspec.Raw]])
    return [_split.decode(piece)]


def _json_error(content: bytes, error: Exception) -> tuple[str, int | None]:
    """What is wrong with a JSON text, and its line. The stdlib's decoder says where it stands."""
    try:
        json.loads(content)
    except json.JSONDecodeError as found:
        return f"broken JSON: {found.msg} (column {found.colno})", found.lineno
    except UnicodeDecodeError as found:
        return f"not UTF-8 at byte {found.start}", content.count(b"\n", 0, found.start) + 1
    return f"broken JSON: {error}", None


def seed(
    files: Iterable[tuple[str, bytes]], *, name: str
) -> tuple[EmulatedRepository, tuple[PrismicSsgError, ...]]:
    """The repository in a folder's files, and everything that is wrong with them.

    `name` is used where `repository.json` gives none. The master ref is derived from the content:
    the same documents give the same ref, whatever their files are called.
    """
    reader = _Reader([])
    settings = _Settings()
    master: dict[DocumentId, tuple[str, dict[str, Any]]] = {}
    overlays: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {}
    models: list[_Model] = []
    for file, content in files:
        folder, _, rest = file.partition("/")
        if file == "repository.json":
            settings = reader.decode(file, content, _Settings) or settings
        elif folder == "customtypes" and file.endswith("/index.json"):
            model = reader.decode(file, content, _Model)
            models += [model] if model else []
        elif folder == "releases" and "/" in rest:
            overlay = overlays.setdefault(rest.partition("/")[0], {})
            for line, members in reader.members(file, content):
                _add(reader, file, line, members, overlay, deletions=True)
        elif folder.startswith("documents"):
            for line, members in reader.members(file, content):
                _add(reader, file, line, members, master, deletions=False)
    languages = settings.languages or _languages(members for _, members in master.values())
    documents = _documents(reader, master, languages)
    snapshot = Snapshot(_ref(documents.values()), documents.values())
    releases = tuple(
        _release(reader, label, overlay, documents, snapshot.ref, languages)
        for label, overlay in sorted(overlays.items())
    )
    everything = (snapshot, *(release.snapshot for release in releases))
    return (
        EmulatedRepository(
            name=settings.name or name,
            languages=languages,
            types=settings.types or _types(models, everything),
            tags=settings.tags
            or tuple(sorted({tag for document in snapshot.documents for tag in document.tags})),
            master=snapshot,
            releases=releases,
            repeatable={model.id: model.repeatable for model in models},
            parts=frozenset(model.id for model in models if model.format == "custom"),
        ),
        tuple(reader.problems),
    )


def _text(members: Mapping[str, Any], name: str) -> str:
    raw = members.get(name)
    try:
        value = None if raw is None else msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return ""
    return value if isinstance(value, str) else ""


def _add(
    reader: _Reader,
    file: str,
    line: int | None,
    members: dict[str, Any],
    into: dict[Any, tuple[str, dict[str, Any]]],
    *,
    deletions: bool,
) -> None:
    identity = _text(members, "id")
    deleted = deletions and "deleted" in members
    missing = [name for name in ("id", "type") if not _text(members, name)]
    if missing and not (deleted and identity):
        reader.report(
            file,
            f"the document has no {' and no '.join(missing)}",
            line,
            "copy it from the API, or give it an id of its own",
        )
        return
    where = f"{file}:{line}" if line else file
    if identity in into:
        reader.report(
            file,
            f"the document id {identity!r} is already in {into[identity][0]}",
            line,
            "every document has an id of its own; remove one of the two",
        )
        return
    into[identity] = (where, members)


def _languages(documents: Iterable[Mapping[str, Any]]) -> tuple[Language, ...]:
    """Locales for a folder that names none: the one with most documents is the master locale."""
    count = Counter(filter(None, (_text(members, "lang") for members in documents)))
    ids = sorted(count, key=lambda lang: (-count[lang], lang)) or ["en-us"]
    return tuple(Language(lang, lang, is_master=index == 0) for index, lang in enumerate(ids))


def _documents(
    reader: _Reader,
    found: Mapping[Any, tuple[str, dict[str, Any]]],
    languages: tuple[Language, ...],
) -> dict[DocumentId, Document]:
    known = {language.id for language in languages}
    documents = {}
    for where, members in found.values():
        try:
            document = Document.from_json(_as_the_api_writes(members, languages[0].id))
        except ContentError as error:
            reader.problems.append(ContentError(f"{where}: {error.message}", file=where))
            continue
        if document.lang not in known:
            reader.problems.append(
                ContentError(
                    f"{where}: the document is in {document.lang!r}, which is not a language of "
                    "this repository",
                    file=where,
                    document_id=document.id,
                    hint=f"repository.json names {', '.join(sorted(known))}",
                )
            )
            continue
        documents[document.id] = document
    return documents


def _as_the_api_writes(members: Mapping[str, Any], master_language: str) -> bytes:
    """One document's JSON without white space, its members in the API's order, none left out."""
    written = []
    for name, otherwise in _MEMBERS.items():
        value = bytes(members.get(name, otherwise)) or msgspec.json.encode(master_language)
        written.append(msgspec.json.encode(name) + b":" + value)
    return msgspec.json.format(b"{" + b",".join(written) + b"}", indent=-1)


def _ref(documents: Iterable[Document], salt: bytes = b"") -> Ref:
    """A ref as the API writes one, of 16 characters, derived from what it stands for."""
    digest = hashlib.blake2b(salt, digest_size=12)
    for document in sorted(documents, key=lambda each: each.id):
        digest.update(document.digest)
    return Ref(urlsafe_b64encode(digest.digest()).decode())


def _release(
    reader: _Reader,
    label: str,
    overlay: Mapping[str, tuple[str, dict[str, Any]]],
    master: Mapping[DocumentId, Document],
    master_ref: Ref,
    languages: tuple[Language, ...],
) -> EmulatedRelease:
    changed = {id_: entry for id_, entry in overlay.items() if "deleted" not in entry[1]}
    documents = {**master, **_documents(reader, changed, languages)}
    for identity, (where, members) in overlay.items():
        if "deleted" in members and documents.pop(DocumentId(identity), None) is None:
            reader.problems.append(
                ContentError(
                    f"{where}: the release {label!r} deletes {identity!r}, which is not there",
                    file=where,
                    document_id=identity,
                )
            )
    own = _ref(documents.values(), salt=label.encode())
    identity = _ref((), salt=b"release " + label.encode())
    # A release's ref is two ids: the first changes with the release, the second with master.
    return EmulatedRelease(
        identity, label, Snapshot(Ref(f"{own}~{master_ref}"), documents.values())
    )


def _types(models: Iterable[_Model], snapshots: Iterable[Snapshot]) -> dict[str, str]:
    types = {model.id: model.label or model.id for model in models}
    for snapshot in snapshots:
        for document in snapshot.documents:
            types.setdefault(document.type, document.type)
    return dict(sorted(types.items()))
