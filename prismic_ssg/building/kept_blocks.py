"""Blocks of pages in the files as they stand, and taken from there.

What must never happen is that a block is taken whose text would be another now. So a page has to be
what it was but for facts; its file, byte for byte what was written; and no read of the block among
the facts that changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from prismic_ssg.building.left_files import LeftFiles
from prismic_ssg.engine.facts import unpacked
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.plan import Plan
from prismic_ssg.render.blocks import Block
from prismic_ssg.render.renderer import Rendered
from prismic_ssg.store.staging import Stager, digest_of_file
from prismic_ssg.store.state import BuildState

# A text is looked for by how it begins.
_BEGINNING = 80


class _Place(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A block of a file: from byte `start` up to `end`. The rest is as in Block."""

    key: bytes
    start: int
    end: int
    reads: bytes


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[_Place]).decode
_NONE: Mapping[bytes, Block] = {}


def places_of(rendered: Rendered, content: bytes) -> bytes | None:
    """Where a page's blocks are in its bytes, as KeptBlocks reads it; None where there are none."""
    text, places = rendered.text, []
    is_narrow = len(text) == len(content)
    # The last place that is known, in characters and in bytes.
    at = at_byte = 0
    for block in rendered.blocks:
        start = _found(text, block.text)
        if start is None:
            continue
        end = start + len(block.text)
        if is_narrow:
            places.append(_Place(block.key, start, end, block.reads))
            continue
        if start < at:
            at = at_byte = 0
        at_byte += len(text[at:start].encode())
        start_byte = at_byte
        if len(block.text) < len(text) - end:
            at_byte += len(block.text.encode())
        else:
            at_byte = len(content) - len(text[end:].encode())
        places.append(_Place(block.key, start_byte, at_byte, block.reads))
        at = end
    return _encode(places) if places else None


def _found(text: str, part: str) -> int | None:
    beginning = part[:_BEGINNING]
    at = text.find(beginning)
    while at >= 0:
        # Not `startswith`, which compares texts of other widths character by character.
        if text[at : at + len(part)] == part:
            return at
        at = text.find(beginning, at + 1)
    return None


class KeptBlocks:
    """The blocks of the pages in the stager's output, as far as nothing that they read has changed.

    `left` is how the last build left their files.
    """

    def __init__(self, state: BuildState, stager: Stager, left: LeftFiles, plan: Plan) -> None:
        self._state = state
        self._stager = stager
        self._left = left
        self._plan = plan
        self._places: Mapping[str, bytes] = {}

    def expect(self, pages: Sequence[Page]) -> None:
        """Look up what is known of the pages that are rendered next."""
        render = self._plan.render
        paths = [page.path for page in pages if render[page.path].fact is not None]
        self._places = self._state.blocks(paths) if paths else {}

    def of(self, page: Page) -> Mapping[bytes, Block]:
        """A page's blocks that still count, by their keys."""
        packed = self._places.get(page.path)
        if packed is None:
            return _NONE
        changed = self._plan.changed
        places = [place for place in _decode(packed) if changed.isdisjoint(unpacked(place.reads))]
        if not places:
            return _NONE
        left, content = self._left.of(page), self._stager.current(page.file)
        if left is None or content is None or digest_of_file(content) != left.digest:
            return _NONE
        return {
            place.key: Block(place.key, content[place.start : place.end].decode(), place.reads)
            for place in places
        }
