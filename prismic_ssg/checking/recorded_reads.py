"""Which fields of documents the pages of a build have read."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

from prismic_ssg.building.standing import state_file
from prismic_ssg.content.document import Document
from prismic_ssg.engine.facts import key_of, unpacked
from prismic_ssg.engine.world import World
from prismic_ssg.store.state import BuildState

# Documents without a page of their own are read on others: of so many pages the reads are looked
# through together. Keys of many more would meet by chance.
_PAGES_TOGETHER = 200


def reads_of(cache: Path, project: Path, output: Path, world: World) -> HasRead:
    """Says of a document and a field whether a page read it when it was last rendered into an
    output."""
    with BuildState(state_file(cache, project, output)) as state:
        reads = {row.path: row.reads for row in state.pages()}
    step = max(1, len(reads) // _PAGES_TOGETHER)
    together: set[int] = set()
    for path in sorted(reads)[::step]:
        together.update(unpacked(reads[path]))
    own = {page.document_id: path for path, page in world.pages.pages.items() if page.document_id}
    pages: dict[str, array[int]] = {}

    def has_read(document: Document, name: str) -> bool:
        key = key_of(("field", document.id, f"data.{name}"))
        path = own.get(document.id)
        if path is None or path not in reads:
            return key in together
        if path not in pages:
            pages[path] = unpacked(reads[path])
        return key in pages[path]

    return has_read


HasRead = Callable[[Document, str], bool]
