"""Whether what the last build left still stands.

Loads nothing of what renders: most builds find out here that they have nothing to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.building.page_notes import decode_uses
from prismic_ssg.content.changes import Place
from prismic_ssg.store.output import Kind, OutputTree
from prismic_ssg.store.staging import digest_of_file
from prismic_ssg.store.state import BuildState, FileRow, PageRow

if TYPE_CHECKING:
    from prismic_ssg.image_downloads import PageImages


def state_file(cache: Path, project: Path, output: Path) -> Path:
    """Where the state of an output folder is kept: each has its own.

    The name does not depend on where the project is, so that a cache can be carried elsewhere.
    """
    root, folder = os.path.realpath(project), os.path.realpath(output)
    inside = os.path.relpath(folder, root) if folder.startswith(root + os.sep) else folder
    digest = blake2b(inside.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return cache / f"state-{digest}.db"


def place_of(head: Mapping[str, Any]) -> Place:
    """Under which the content of the last build is stored."""
    return Place(*head["place"])


def checked(rows: Sequence[PageRow], tree: OutputTree, state: BuildState) -> dict[str, PageRow]:
    """The pages of the last build, those as unknown whose file is not what was written.

    A file that only has another time, as a copied folder's do, is read, and its time remembered.
    """
    pages = {row.path: row for row in rows}
    if tree.stands_as([(row.file, row.size, row.mtime_ns) for row in rows]):
        return pages
    touched: list[PageRow] = []
    stand = tree.stand(row.file for row in rows)
    for row, found in zip(rows, stand, strict=True):
        if found == (row.size, row.mtime_ns) or row.digest is None:
            continue
        if found and found[0] == row.size and digest_of_file(tree.read(row.file)) == row.digest:
            pages[row.path] = row._replace(mtime_ns=found[1])
            touched.append(pages[row.path])
        else:
            pages[row.path] = row._replace(digest=None)
    if touched:
        state.remember_times(touched)
    return pages


def standing(rows: Mapping[str, FileRow], tree: OutputTree) -> dict[str, FileRow]:
    """Those files that are no pages which stand in the output as the last build left them."""
    stand = tree.stand(rows)
    return {
        name: row
        for (name, row), found in zip(rows.items(), stand, strict=True)
        if found == (row.size, row.mtime_ns)
    }


def left_behind(state: BuildState, tree: OutputTree) -> dict[str, Kind]:
    """What stands in the output just as the last build left it: for one whose list was deleted."""
    pages = checked(state.pages(), tree, state)
    copies = standing({row.name: row for row in state.files()}, tree)
    return {
        **{row.file: Kind.PAGE for row in pages.values() if row.is_known},
        **dict.fromkeys(copies, Kind.COPY),
    }


def without_images(pages: Mapping[str, PageRow], images: PageImages) -> list[str]:
    """The pages that show an image which is not in the cache any more, or is another one there."""
    return [
        path
        for path, row in pages.items()
        if row.uses is not None and not images.are(decode_uses(row.uses).images)
    ]


def everything_stands(state: BuildState, tree: OutputTree, images: PageImages) -> bool:
    """Whether the output has every file as the last build left it, and the cache every image."""
    listed = state.listed()
    if not all(images.are(decode_uses(uses).images) for uses in listed.uses):
        return False
    if tree.stands_as(listed.files):
        return True
    # Perhaps only the times are others, as those of a copied folder are.
    pages = checked(state.pages(), tree, state)
    known = all(row.is_known for row in pages.values())
    return known and tree.stands_as((row.name, row.size, row.mtime_ns) for row in state.files())


def key_of_inputs(parts: Iterable[Any]) -> str:
    """One text for all that decides about the output, equal only where all of it is."""
    return blake2b(msgspec.json.encode(list(parts)), digest_size=16).hexdigest()
