"""Whether a site has the pages that it had.

Most edits change what documents say, and not where they are: then the page table need not be made
anew. Every rule here errs on the side of another table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from prismic_ssg.content.changes import Change
from prismic_ssg.content.field_paths import parse_path
from prismic_ssg.content.orderings import orderings_to_wire
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.changed import is_touched, text_of_place
from prismic_ssg.site import Route, Site

# What decides about pages, addresses and links resolvers. The date of the last publication is
# another one after each; it decides about orders only, which queries are asked about.
_TOLD = (
    "type",
    "lang",
    "uid",
    "url",
    "tags",
    "first_publication_date",
    "slugs",
    "alternate_languages",
)


Ties = Mapping[str, Collection[str]]
"""By the orderings of each listing the places that more than one document had, as texts, when the
page table was made."""


def ties_of(site: Site, snapshot: Snapshot) -> dict[str, list[str]]:
    """The ties in the content that a page table is made of.

    They are good for as long as the table is: a document that is listed keeps its place, and one
    that is not may get one only by being listed, which makes another table.
    """
    every = {listing.query.orderings for listing in site.listings if listing.query.orderings}
    return {
        orderings_to_wire(orderings): sorted(map(text_of_place, snapshot.ties(orderings)))
        for orderings in every
    }


def has_same_pages(
    site: Site, changes: Sequence[Change], snapshot: Snapshot, ties: Ties | None = None
) -> bool:
    """Whether a site's page table is the one that it had before these changes of its content.

    `snapshot` is the content after them, `ties` are those of the table, if known: then all of the
    content need not be looked at. Configuration, files and code have to be the same.
    """
    if not changes:
        return True
    if site.hooks.pages or site.hooks.on_snapshot or site.fallback:
        return False
    names = _fields_read(site)
    if not all(_stays(change, names) for change in changes):
        return False
    queries = {replace(listing.query, lang="*") for listing in site.listings}
    for query in queries:
        tied = None if ties is None else ties.get(orderings_to_wire(query.orderings))
        if is_touched(query, changes, snapshot, tied=tied):
            return False
    return True


def _fields_read(site: Site) -> frozenset[str]:
    """Names of the fields that routes resolve, at any step, and that listings are by."""
    steps = {
        step
        for route in site.routes or ()
        if isinstance(route, Route)
        for chain in route.resolvers.values()
        for step in chain.split(".")
    }
    paths = [
        parse_path(listing.by) for listing in site.listings if listing.by not in (None, "tags")
    ]
    return frozenset(steps.union(path.names[0] for path in paths if path.names))


def _stays(change: Change, names: frozenset[str]) -> bool:
    """Whether a document was there and is there, with all the same that pages are made by."""
    old, new = change.old, change.new
    if old is None or new is None:
        return False
    if any(getattr(old.envelope, name) != getattr(new.envelope, name) for name in _TOLD):
        return False
    before, after = old.fields, new.fields
    # The JSON of a value is never empty.
    return all(bytes(before.get(name, b"")) == bytes(after.get(name, b"")) for name in names)
