"""The Repository API: what a repository says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prismic_ssg.emulator.access import Permission
from prismic_ssg.emulator.repository import EmulatedRepository

SEARCH_PATH = "/api/v2/documents/search"
TAGS_PATH = "/api/tags"

# Seven hex digits, as the real one's.
_VERSION = "0e1a7ed"


# Clients before version 6 send these to the Repository API alone, and then whatever its forms have
# as defaults. How a form names the routes was never recorded; that they get there must be so.
# Source: `Api` and `Form` of @prismicio/client 5.2 and prismic-javascript 2.7.
FORM_DEFAULTS = ("routes", "access_token")


def home(
    repository: EmulatedRepository,
    permission: Permission,
    origin: str,
    defaults: Mapping[str, str],
) -> dict[str, Any]:
    """The body of `GET /api/v2`, members in the API's order.

    `defaults` are those of FORM_DEFAULTS that the request has.
    """
    return {
        "refs": _refs(repository, permission),
        "integrationFieldsRef": repository.integration_fields_ref,
        "bookmarks": {},
        "types": repository.types,
        "languages": [
            {"id": each.id, "name": each.name or each.id, "is_master": at == 0}
            for at, each in enumerate(repository.languages)
        ],
        "tags": [],
        "forms": _forms(origin, defaults),
        **oauth(origin),
        "version": _VERSION,
        "license": "All Rights Reserved",
        "experiments": {"draft": [], "running": []},
    }


def oauth(origin: str) -> dict[str, str]:
    return {"oauth_initiate": f"{origin}/auth", "oauth_token": f"{origin}/auth/token"}


def _refs(repository: EmulatedRepository, permission: Permission) -> list[dict[str, Any]]:
    master = repository.master.ref
    refs: list[dict[str, Any]] = [
        {"id": "master", "ref": master, "label": "Master", "isMasterRef": True}
    ]
    for release in repository.releases if permission.releases else ():
        ref = {"id": release.id, "ref": release.snapshot.ref, "label": release.label}
        if release.scheduled_at is not None:
            ref["scheduledAt"] = release.scheduled_at  # type: ignore[assignment]
        refs.append(ref)
    return refs


def _forms(origin: str, defaults: Mapping[str, str]) -> dict[str, Any]:
    text = {"type": "String", "multiple": False}
    fields: dict[str, Any] = {
        "ref": text,
        "q": {"type": "String", "multiple": True},
        "lang": text,
        "page": {"type": "Integer", "multiple": False, "default": "1"},
        "pageSize": {"type": "Integer", "multiple": False, "default": "20"},
        "after": text,
        "fetch": text,
        "fetchLinks": text,
        "graphQuery": text,
        "orderings": text,
        "referer": text,
    }
    given = {name: {**text, "default": value} for name, value in defaults.items()}
    secret = {name: field for name, field in given.items() if name == "access_token"}
    form = {"method": "GET", "enctype": "application/x-www-form-urlencoded"}
    return {
        "everything": {**form, "action": f"{origin}{SEARCH_PATH}", "fields": {**fields, **given}},
        "tags": {**form, "action": f"{origin}{TAGS_PATH}", "fields": secret},
    }
