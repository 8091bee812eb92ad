"""Links to documents as they are at a ref: what they say of their target is the target's own.

A file's links are as old as the file. The API writes a link when it is asked: its `uid`, `tags` and
dates are the target's at that ref, and without a target the link is broken.
"""

from __future__ import annotations

from typing import Any

import msgspec

from prismic_ssg.content.document import AlternateLanguage, Document, DocumentId, Envelope
from prismic_ssg.content.snapshot import Snapshot

_MARK = b'"link_type":"Document"'
_START = b'{"id":"'
_KEY = b',"key":"'
_ALIVE, _BROKEN = b',"isBroken":false', b',"isBroken":true'

# What the API computes; everything else in a link is the editor's (`key`, `text`, `variant`).
_COMPUTED = frozenset(
    {"id", "type", "tags", "lang", "slug", "first_publication_date", "last_publication_date"}
    | {"uid", "url", "data", "link_type", "key", "isBroken"}
)


class LiveLinks:
    """Links into one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._heads: dict[bytes, bytes] = {}
        self._current: dict[str, bool] = {}

    def target(self, link: dict[str, Any]) -> Document | None:
        """The document that a link leads to, None for a broken or empty one."""
        identity = link.get("id")
        return self._snapshot.get(DocumentId(identity)) if isinstance(identity, str) else None

    def written(self, link: dict[str, Any], url: str | None, data: Any = None) -> dict[str, Any]:
        """A filled link as the API writes it, members in its order."""
        target = self.target(link)
        made = _head(link["id"], target)
        if url is not None:
            made["url"] = url
        if data is not None and target is not None:
            made["data"] = data
        made["link_type"] = "Document"
        if "key" in link:
            made["key"] = link["key"]
        made["isBroken"] = target is None
        made.update((name, value) for name, value in link.items() if name not in _COMPUTED)
        return made

    def are_current(self, document: Document) -> bool:
        """Whether every link in a document's JSON is already as it would be written.

        Compares bytes with what is expected, about 2 µs a link. Unsure means no: another order of
        members makes it so.
        """
        if document.id not in self._current:
            self._current[document.id] = self._are_current(bytes(document.raw))
        return self._current[document.id]

    def alternates(self, document: Document) -> list[dict[str, str]]:
        """The translations of a document that are there, as `alternate_languages` has them."""
        targets = (self._snapshot.get(DocumentId(a.id)) for a in _alternates(document))
        return [_alternate(target.envelope) for target in targets if target is not None]

    def alternates_are_current(self, document: Document) -> bool:
        for alternate in _alternates(document):
            target = self._snapshot.get(DocumentId(alternate.id))
            if target is None or _key(alternate) != _key(target.envelope):
                return False
        return True

    def _are_current(self, raw: bytes) -> bool:
        position = raw.find(_MARK)
        while position >= 0:
            if not self._is_current(raw, position):
                return False
            position = raw.find(_MARK, position + 1)
        return True

    def _is_current(self, raw: bytes, mark: int) -> bool:
        end = mark + len(_MARK)
        if raw[mark - 1 : mark] == b"{":
            return raw[end : end + 1] == b"}"
        start = raw.rfind(_START, 0, mark)
        if start < 0:
            return False
        head = self._head_text(raw[start + len(_START) : raw.find(b'"', start + len(_START))])
        if raw[start:mark] != head:
            return False
        if raw.startswith(_KEY, end):
            end = raw.find(b'"', end + len(_KEY)) + 1
        return raw.startswith(_BROKEN if b'"broken_type"' in head[:60] else _ALIVE, end)

    def _head_text(self, identity: bytes) -> bytes:
        """The JSON of a link up to `link_type`."""
        if identity not in self._heads:
            text = identity.decode("utf-8", "replace")
            target = self._snapshot.get(DocumentId(text))
            self._heads[identity] = msgspec.json.encode(_head(text, target))[:-1] + b","
        return self._heads[identity]


def _alternates(document: Document) -> tuple[AlternateLanguage, ...]:
    return document.envelope.alternate_languages


def _key(named: AlternateLanguage | Envelope) -> tuple[str, str, str | None]:
    return named.type, named.lang, named.uid


def _alternate(target: Envelope) -> dict[str, str]:
    named = {"id": target.id, "type": target.type, "lang": target.lang}
    return named if target.uid is None else {**named, "uid": target.uid}


def _head(identity: str, target: Document | None) -> dict[str, Any]:
    if target is None:
        return {
            "id": identity,
            "type": "broken_type",
            "tags": [],
            "lang": None,
            "slug": "-",
            "first_publication_date": None,
            "last_publication_date": None,
        }
    envelope = target.envelope
    head: dict[str, Any] = {
        "id": envelope.id,
        "type": envelope.type,
        "tags": list(envelope.tags),
        "lang": envelope.lang,
        "slug": envelope.slugs[0] if envelope.slugs else "-",
        "first_publication_date": envelope.first_publication_date,
        "last_publication_date": envelope.last_publication_date,
    }
    if envelope.uid is not None:
        head["uid"] = envelope.uid
    return head
