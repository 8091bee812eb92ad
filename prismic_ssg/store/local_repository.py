"""A pulled repository as a folder that people read, edit and keep in git.

One document a file, its JSON in the API's order, so that a publish is a readable diff. Nothing is
written where nothing changed. Files are removed only in a folder that a pull has made.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.content.repository import Repository
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import ConfigurationError, OutputError

_MADE_BY = "prismic-ssg pull"

# What every file system takes as a name, and no shell or path makes something else of.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]{0,99}")
_RESERVED = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)
}


@dataclass(frozen=True)
class Written:
    """How many files were written, found as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def write_local_repository(
    folder: Path,
    name: str,
    repository: Repository,
    snapshot: Snapshot,
    *,
    releases: Mapping[str, Snapshot] | None = None,
) -> Written:
    """Make the folder hold these documents, and of each release (by label) what it changes.

    Releases that are not given are left as they are, and so is everything that is not a document.

    Raises ConfigurationError for a folder whose documents are not from a pull, OutputError where it
    can't be written.
    """
    _check_ours(folder)
    tree = _Tree(folder)
    try:
        tree.put("repository.json", _settings(name, repository))
        for file, document in file_names(snapshot.documents).items():
            tree.put(f"documents/{file}", _readable(document.raw))
        tree.prune("documents")
        for label, changed in (releases or {}).items():
            where = f"releases/{file_name(label)}"
            for file, content in _overlay(snapshot, changed).items():
                tree.put(f"{where}/{file}", content)
            tree.prune(where)
    except OSError as error:
        raise OutputError(
            f"the local repository {str(folder)!r} can't be written: {error.strerror}",
            file=str(error.filename or folder),
            hint="check the folder's permissions and the disk's space",
        ) from error
    return Written(tree.written, tree.unchanged, tree.removed)


def file_names(documents: Iterable[Document]) -> dict[str, Document]:
    """Each document by its file: `LANG/TYPE/UID-or-ID.json`, other for names that would clash.

    The same for the same documents on every system, also where the letters' case does not count.
    """
    names: dict[str, Document] = {}
    taken: set[str] = set()
    for document in sorted(documents, key=lambda each: each.id):
        place = f"{file_name(document.lang)}/{file_name(document.type)}"
        wanted = document.uid if document.uid and _is_plain(document.uid) else document.id
        name = f"{place}/{wanted}.json"
        if not _is_plain(wanted) or name.lower() in taken:
            name = f"{place}/{file_name(wanted)}~{short_digest(document.id)}.json"
        taken.add(name.lower())
        names[name] = document
    return names


def _overlay(master: Snapshot, release: Snapshot) -> dict[str, bytes]:
    """What a release changes: its own versions, and a note for each document that it takes out."""
    files = {
        file: _readable(document.raw)
        for file, document in file_names(release.documents).items()
        if (before := master.get(document.id)) is None or before.digest != document.digest
    }
    for file, document in file_names(master.documents).items():
        if document.id not in release:
            files[f"{file.removesuffix('.json')}.deleted.json"] = _encode(
                {"id": document.id, "deleted": True}
            )
    return files


def _settings(name: str, repository: Repository) -> bytes:
    settings: dict[str, Any] = {
        "name": name,
        "languages": [
            {"id": each.id, "name": each.name, "is_master": each.id == repository.master_language}
            for each in repository.languages
        ],
        "types": dict(sorted(repository.types.items())),
        "made_by": _MADE_BY,
    }
    if repository.tags:
        settings["tags"] = sorted(repository.tags)
    return _encode(settings)


def _encode(value: object) -> bytes:
    return _readable(msgspec.json.encode(value))


def _readable(raw: bytes | memoryview) -> bytes:
    return msgspec.json.format(bytes(raw), indent=2) + b"\n"


def _is_plain(name: str) -> bool:
    return (
        _PLAIN.fullmatch(name) is not None
        and not name.endswith(".")
        and name.partition(".")[0].lower() not in _RESERVED
    )


def file_name(text: str) -> str:
    """The text as a file's name, itself wherever possible, and never the same for two texts."""
    if _is_plain(text):
        return text
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:60]
    return f"{plain or 'x'}~{short_digest(text)}"


def short_digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _check_ours(folder: Path) -> None:
    """Refuse a folder in which a pull would remove what somebody wrote by hand."""
    documents = folder / "documents"
    if not documents.is_dir() or not any(documents.iterdir()):
        return
    try:
        settings = msgspec.json.decode((folder / "repository.json").read_bytes())
    except (OSError, msgspec.DecodeError):
        settings = None
    if not isinstance(settings, dict) or settings.get("made_by") != _MADE_BY:
        raise ConfigurationError(
            f"{str(documents)!r} holds documents that no pull has written, which it would remove",
            file=str(documents),
            hint="give another folder with --to, or empty this one",
        )


class _Tree:
    """Files below a folder: put what belongs there, then prune what does not."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: set[str] = set()
        self.written = self.unchanged = self.removed = 0

    def put(self, name: str, content: bytes) -> None:
        """Write a file if it differs, whole or not at all."""
        self._names.add(name)
        path = self._root / name
        try:
            if path.read_bytes() == content:
                self.unchanged += 1
                return
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(content)
        beside.replace(path)
        self.written += 1

    def prune(self, folder: str) -> None:
        """Remove the JSON files below a folder that were not put, and folders left empty."""
        for parent, _, files in os.walk(self._root / folder, topdown=False):
            here = Path(parent)
            relative = here.relative_to(self._root).as_posix()
            for file in files:
                is_left_over = file.startswith(".") and file.endswith(".new")
                is_ours = file.endswith((".json", ".jsonl")) or is_left_over
                if is_ours and f"{relative}/{file}" not in self._names:
                    (here / file).unlink()
                    self.removed += not is_left_over
            if not any(here.iterdir()) and relative != folder:
                shutil.rmtree(here, ignore_errors=True)
