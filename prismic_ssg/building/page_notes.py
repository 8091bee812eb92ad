"""What is kept of a page beside its reads, as bytes: what it needs, and what was noticed of it.

Builds that have nothing to do come by here, too: nothing of what renders is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from prismic_ssg.errors import PrismicSsgError

if TYPE_CHECKING:
    from prismic_ssg.render.recorder import NoteKey


class Uses(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page needs beside itself: static files by name, images by URL, each with the digest of
    its content. Both sorted.

    `shown` are the addresses of images for the site map, where it lists them; it leaves out pages
    that are `hidden`.
    """

    assets: tuple[str, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    shown: tuple[str, ...] = ()
    hidden: bool = False


_uses = msgspec.json.Decoder(Uses)
_NOTHING = Uses()


def encode_uses(uses: Uses) -> bytes | None:
    """Uses as bytes that `decode_uses` reads, None for none."""
    return None if uses == _NOTHING else msgspec.json.encode(uses)


def decode_uses(uses: bytes | None) -> Uses:
    """Uses of which these are the bytes."""
    return _NOTHING if uses is None else _uses.decode(uses)


def encode_notes(notes: Mapping[NoteKey, PrismicSsgError]) -> bytes | None:
    """Notes as bytes that `decode_notes` reads, None for none."""
    if not notes:
        return None
    return msgspec.json.encode([(key, _error_members(note)) for key, note in notes.items()])


def decode_notes(notes: bytes) -> dict[NoteKey, PrismicSsgError]:
    """Notes of which these are the bytes."""
    return {tuple(key): PrismicSsgError(**members) for key, members in msgspec.json.decode(notes)}


def _error_members(error: PrismicSsgError) -> dict[str, object]:
    """What an error is made with again."""
    members = ("message", "hint", "page", "document_id", "field", "template", "file", "line")
    return {
        name: getattr(error, name) for name in members if getattr(error, name, None) is not None
    }
