"""What differs between two snapshots, and how a stored one is named. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from prismic_ssg.content.document import Document, DocumentId
    from prismic_ssg.content.snapshot import Snapshot


class Place(NamedTuple):
    """What a snapshot is stored under: whose documents, at which ref, and how they were asked for.

    `repository` is an endpoint, or what stands for a local folder. All three are opaque texts.
    """

    repository: str
    ref: str
    query: str


class History(NamedTuple):
    """Where a snapshot comes from: a whole pull at that time, and so many deltas since."""

    pulled_at_s: float
    deltas: int


class Change(msgspec.Struct, frozen=True):
    """A document that differs: `old` is None where it was added, `new` where it was removed."""

    id: DocumentId
    old: Document | None
    new: Document | None


def changes_between(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """The documents whose JSON differs, including added and removed ones, sorted by id."""
    changes = []
    for document in old.documents:
        after = new.get(document.id)
        if after is None or (after is not document and after.digest != document.digest):
            changes.append(Change(document.id, document, after))
    changes += [Change(each.id, None, each) for each in new.documents if each.id not in old]
    return tuple(sorted(changes, key=lambda change: change.id))
