"""An emulated repository as it is at one moment: a value. See changes.py for the next one."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prismic_ssg.content.document import Document, Ref
from prismic_ssg.content.models import TypeModel
from prismic_ssg.content.repository import Language
from prismic_ssg.emulator.access import Access, Token
from prismic_ssg.emulator.served import ServedSnapshot


@dataclass(frozen=True)
class EmulatedRelease:
    """A release: the master's documents with its own on top.

    `changed` are its own documents by id, `deleted` the ids that it takes out. `scheduled_at` is
    epoch milliseconds, None where the release is not scheduled.
    """

    id: str
    label: str
    snapshot: ServedSnapshot
    changed: Mapping[str, Document] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    scheduled_at: int | None = None


@dataclass(frozen=True)
class Preview:
    """A preview session. `token` is the URL that an editor's browser brings along.

    `document` is the id of the one that the editor looks at, None where only others are taken out.
    `ended` is None while it runs, then `expired` or `gone`: published, archived or deleted.
    """

    id: str
    token: str
    snapshot: ServedSnapshot
    document: str | None = None
    ended: str | None = None


@dataclass(frozen=True)
class EmulatedRepository:
    """What is served now: master, releases, previews, and what was served before.

    Languages have the master locale first. Where there are models, `repeatable` tells single types
    from repeatable ones, and `parts` are the types that Prismic calls custom types: content for
    other pages, with none of their own. `past` are refs that still answer, `expired` those that
    did once.
    """

    name: str
    languages: tuple[Language, ...]
    types: Mapping[str, str]
    tags: tuple[str, ...]
    master: ServedSnapshot
    releases: tuple[EmulatedRelease, ...] = ()
    models: Mapping[str, TypeModel] = field(default_factory=dict)
    previews: Mapping[str, Preview] = field(default_factory=dict)
    past: Mapping[str, ServedSnapshot] = field(default_factory=dict)
    expired: frozenset[str] = frozenset()
    integration_fields_ref: str | None = None
    access: Access = Access.OPEN
    tokens: tuple[Token, ...] = field(default=(), repr=False)

    @property
    def master_language(self) -> str:
        return self.languages[0].id

    @property
    def repeatable(self) -> Mapping[str, bool]:
        return {model.id: model.repeatable for model in self.models.values()}

    @property
    def parts(self) -> frozenset[str]:
        return frozenset(model.id for model in self.models.values() if model.format == "custom")

    def release(self, name: str) -> EmulatedRelease | None:
        """The release of this id or label, None where there is none."""
        return next((each for each in self.releases if name in (each.id, each.label)), None)


def derived_ref(digests: Iterable[bytes], salt: bytes = b"") -> Ref:
    """A ref as the API writes one, of 16 characters, derived from what it stands for."""
    digest = hashlib.blake2b(salt, digest_size=12)
    for each in digests:
        digest.update(each)
    return Ref(urlsafe_b64encode(digest.digest()).decode())


def content_ref(documents: Iterable[Document], salt: bytes = b"") -> Ref:
    """The ref of these documents, in whatever order they come."""
    ordered = sorted(documents, key=lambda document: document.id)
    return derived_ref((document.digest for document in ordered), salt)


def release_ref(documents: Iterable[Document], label: str, master: str) -> Ref:
    """Two refs: the first changes with the release, the second with master."""
    return Ref(f"{content_ref(documents, salt=label.encode())}~{master}")


def release_id(label: str) -> str:
    """The id that a release keeps whatever is done to it."""
    return derived_ref((), salt=b"release " + label.encode())
