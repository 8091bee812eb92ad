"""The bodies of webhooks, members in the order in which Prismic sends them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prismic_ssg.emulator.repository import EmulatedRelease

# A hook that was not answered with 200 is sent again. Source: Prismic's documentation.
RETRIES = 5
RETRY_AFTER_S = 600.0


@dataclass(frozen=True)
class Change:
    """What happened: document ids that were published or unpublished, with the new master ref where
    there is one; releases and tags that came, changed or went."""

    master_ref: str | None = None
    documents: tuple[str, ...] = ()
    releases: Mapping[str, tuple[EmulatedRelease, ...]] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def api_update(change: Change, *, domain: str, api_url: str, secret: str | None) -> dict[str, Any]:
    """The body that tells of a change."""
    body: dict[str, Any] = {"type": "api-update"}
    if change.master_ref is not None:
        body["masterRef"] = change.master_ref
    body["releases"] = {
        what: [_release(each) for each in releases]
        for what, releases in change.releases.items()
        if releases
    }
    body["masks"] = {}
    body["tags"] = {
        what: [{"id": tag} for tag in tags] for what, tags in change.tags.items() if tags
    }
    body["experiments"] = {}
    body["documents"] = list(change.documents)
    return body | _signed(domain, api_url, secret)


def trial(*, domain: str, api_url: str, secret: str | None) -> dict[str, Any]:
    """The body that an administrator sends to try a hook."""
    return {"type": "test-trigger", **_signed(domain, api_url, secret)}


def tag_change(before: Iterable[str], after: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The tags that came and went."""
    old, new = set(before), set(after)
    return {"addition": tuple(sorted(new - old)), "deletion": tuple(sorted(old - new))}


def _signed(domain: str, api_url: str, secret: str | None) -> dict[str, Any]:
    return {"domain": domain, "apiUrl": api_url, "secret": secret}


def _release(release: EmulatedRelease) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": release.id,
        "ref": release.snapshot.ref,
        "label": release.label,
    }
    if release.scheduled_at is not None:
        body["scheduledAt"] = release.scheduled_at
    body["documents"] = [*release.changed, *sorted(release.deleted)]
    return body
