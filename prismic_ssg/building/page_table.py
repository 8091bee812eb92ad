"""The page table of the last build, for one that has the same pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import msgspec
from msgspec.structs import force_setattr

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.building.standing import place_of
from prismic_ssg.content.changes import Change, Place
from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.pages import NavigationEntry, PageTable
from prismic_ssg.engine.same_pages import has_same_pages, ties_of
from prismic_ssg.engine.world import World
from prismic_ssg.site import Site
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.state import BuildState, KeptTable, Remembered
from prismic_ssg.worlds import changes_since


class _Table(msgspec.Struct, array_like=True):
    pages: list[Page]
    urls: dict[DocumentId, str]
    without_url: list[str]
    navigation: tuple[NavigationEntry, ...]
    languages: tuple[str, ...]
    ties: dict[str, list[str]]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Table).decode


def encoded_table(table: PageTable, ties: dict[str, list[str]]) -> bytes:
    """A table, and the ties of its listings."""
    return _encode(
        _Table(
            list(table.pages.values()),
            dict(table.urls),
            [each.id for each in table.without_url],
            table.navigation,
            table.languages,
            ties,
        )
    )


class LastTable(NamedTuple):
    """A table as it was kept, of which `pages` are by path; made `of` what says so there."""

    of: tuple[str, str]
    table: _Table
    pages: dict[str, Page]


def last_table(state: BuildState) -> LastTable | None:
    """The table that the last build kept, None where there is none that can be read."""
    kept = state.page_table()
    return None if kept is None else decoded_table(kept)


def decoded_table(kept: KeptTable) -> LastTable | None:
    """What `encoded_table` gave."""
    try:
        table = _decode(kept.value)
    except msgspec.DecodeError:
        return None
    pages: dict[str, Page] = {page.path: page for page in table.pages}
    return LastTable((kept.made_from, kept.content), table, pages)


def same_table(
    last: LastTable, site: Site, changes: Sequence[Change], snapshot: Snapshot
) -> PageTable | None:
    """The last table, if it is the one that a site has after these changes, `snapshot` being the
    content after them; else None."""
    table = last.table
    if not has_same_pages(site, changes, snapshot, table.ties):
        return None
    without = [snapshot.get(id_) for id_ in table.without_url]
    if None in without:
        return None
    return PageTable(
        last.pages,
        table.urls,
        tuple(document for document in without if document is not None),
        table.navigation,
        table.languages,
    )


def share_texts(table: PageTable) -> None:
    """Keep ids and paths of a table that was read back once, as one has them that is made: of
    100,000 documents 60 MB less, and half of that in each worker. It takes 12 ms of 10,000."""
    # Others hold them as well: only what is equal takes another's place.
    urls = cast("dict[DocumentId, str]", table.urls)
    one = {id_: id_ for id_ in urls}.get
    for page in table.pages.values():
        id_, listing = page.document_id, page.listing
        if listing is not None:
            ids = listing.document_ids
            force_setattr(listing, "document_ids", tuple(map(one, ids, ids)))
        elif id_ is not None:
            force_setattr(page, "document_id", one(id_, id_))
            if urls.get(id_) == page.path:
                urls[id_] = page.path


class KeptPages:
    """The page table of the last build, for as long as it is the same; and that of this one.

    `last` gives the table that was kept; `past` is what is known of the last build, where that
    counts. `changes` are the documents that the content differs in from that one's, None where it
    is not there any more. `is_same` is true once the table was used again.
    """

    def __init__(
        self,
        site: Site,
        last: Callable[[], LastTable | None],
        pulled: Pulled,
        past: Remembered | None,
        snapshots: Path,
    ) -> None:
        self._site = site
        self._last = last
        self._pulled = pulled
        self._before = None if past is None else place_of(past.head)
        self._head = None if past is None else past.head
        self._snapshots = snapshots
        self._key = ""
        self._row: KeptTable | None = None
        self.changes = self._changes()
        self.is_same = False

    def _changes(self) -> tuple[Change, ...] | None:
        before, now = self._before, self._pulled.place
        if before is None or now is None:
            return None
        with SnapshotStore(self._snapshots) as store:
            opened = store.opened(now)
            if opened is not None:
                self._pulled.use(opened)
            # Else it is pulled anew here: the cache was found damaged.
            len(self._pulled.snapshot)
            return () if before == now else store.changes(before, now)

    def changes_in(self, world: World) -> tuple[Change, ...] | None:
        """The documents that a world differs in from that of the last build: others, where code of
        the site or a fallback makes something else of the content."""
        if not self.changes or self._before is None:
            return self.changes
        # What they made of the content before is another one also where they now leave it as it is.
        if not (self._site.hooks.on_snapshot or self._site.fallback):
            return self.changes
        with SnapshotStore(self._snapshots) as store:
            return changes_since(store.load(self._before), world)

    def get(self, key: str) -> PageTable | None:
        """The last build's table, None where this build may have another one. `key` is for what
        else than content and configuration it is made from."""
        self._key = key
        if self._before is None or self.changes is None:
            return None
        last = self._last()
        if last is None or last.of != (key, _text_of(self._before)):
            return None
        table = same_table(last, self._site, self.changes, self._pulled.snapshot)
        self.is_same = table is not None
        return table

    def has_addresses(self, digest: str) -> bool:
        """Whether all addresses of this build are those of the last one, which were remembered:
        `digest` is that of what is remembered."""
        return self.is_same and self._head is not None and self._head["addresses"] == digest

    def has_moved(self, digest: str) -> bool:
        """Whether any document may be elsewhere than it was once, as `has_addresses` knows it."""
        return not self.has_addresses(digest) or self._head is None or self._head["has_moved"]

    @property
    def may_read_today(self) -> bool:
        """Whether any page that stays may have read the date."""
        return self._head is None or self._head["reads_today"]

    def row(self, table: PageTable) -> KeptTable | str | None:
        """What the state is to keep of this build's table, worked out once."""
        place = self._pulled.place
        if place is None:
            return None
        content = _text_of(place)
        if self.is_same:
            return content
        if self._row is None:
            ties = ties_of(self._site, self._pulled.snapshot)
            self._row = KeptTable(self._key, content, encoded_table(table, ties))
        return self._row


def _text_of(place: Place) -> str:
    return msgspec.json.encode(list(place)).decode()
