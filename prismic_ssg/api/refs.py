"""Which ref a query is asked at. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismic_ssg.api.responses import master_ref_in
from prismic_ssg.content.document import Ref
from prismic_ssg.errors import PrismicError

if TYPE_CHECKING:
    from prismic_ssg.content.repository import RefInfo, Repository

QUERIES_AT_A_NEW_MASTER = 3
"""How often a query is asked in all, where the master ref expires under it."""


def release_of(repository: Repository, release: str) -> RefInfo:
    """The release with this id or label. Raises PrismicError where the token sees none such."""
    for entry in repository.releases:
        if release in (entry.id, entry.label):
            return entry
    labels = ", ".join(repr(entry.label) for entry in repository.releases) or "none"
    raise PrismicError(
        f"Release with ID or label {release!r} could not be found.",
        hint=f"releases that this token may see: {labels}; set PRISMIC_ACCESS_TOKEN to a token "
        "with access to releases",
    )


def next_master(repository: Repository, gone: Ref, error: PrismicError) -> Ref:
    """The master ref to go on with after `gone` was refused by `error`, which is raised if none is.

    A cached Repository API may name the old ref for a minute; the error itself names the new one.
    """
    if repository.master_ref != gone:
        return repository.master_ref
    named = master_ref_in(error.message)
    if named is None or named == gone:
        raise error
    return named


def pinned_ref(repository: Repository, ref: str | None, release: str | None) -> Ref:
    """The ref to pull: the one given, a release's, or the master's."""
    if ref is not None:
        return Ref(ref)
    if release is not None:
        return Ref(release_of(repository, release).ref)
    return repository.master_ref
