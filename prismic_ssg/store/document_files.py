"""Which file of a local repository a document is in."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec

from prismic_ssg.store.sources import read_local_repository


class _Identified(msgspec.Struct):
    id: str


_decoder = msgspec.json.Decoder(_Identified)


def files_of_documents(folder: Path, ids: Collection[str]) -> dict[str, tuple[str, int | None]]:
    """The file of each document and, where a file holds one a line, its line; by id.

    Without those that are in no such file: a single file may hold all as one list.
    """
    found: dict[str, tuple[str, int | None]] = {}
    wanted = set(ids)
    if not wanted:
        return found
    for name, content in read_local_repository(folder):
        if not name.startswith("documents"):
            continue
        if name.endswith(".jsonl"):
            for number, line in enumerate(content.splitlines(), start=1):
                id_ = _id_in(line)
                if id_ in wanted:
                    found.setdefault(id_, (name, number))
        else:
            id_ = _id_in(content)
            if id_ in wanted:
                found.setdefault(id_, (name, None))
    return found


def _id_in(content: bytes) -> str:
    try:
        return _decoder.decode(content).id
    except msgspec.DecodeError:
        return ""
