"""What a `ref` parameter stands for: master, release, an older ref, a preview token, a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.access import Permission
from prismic_ssg.emulator.answers import refuse, refused
from prismic_ssg.emulator.repository import EmulatedRepository, Preview
from prismic_ssg.emulator.served import ServedSnapshot

PREVIEWS = "/previews/"


def resolve(
    repository: EmulatedRepository, text: str, permission: Permission, oauth: Mapping[str, str]
) -> ServedSnapshot:
    """The snapshot to answer from. Raises Refused as the API does.

    A ref may be an editor's whole preview cookie, percent-encoded or not; one without a preview of
    this repository is master. `oauth` are the URLs that go with a refusal.
    """
    ref = _from_cookie(repository, text)
    preview = _preview(repository, ref)
    if preview is not None and (permission.master or permission.releases):
        return _of_preview(preview, ref, oauth)
    found = _kept(repository, ref)
    is_release = "~" in ref
    if not (permission.releases if is_release and found else permission.master):
        refuse(401, "api_security_error", messages.TOKEN_NEEDED, **oauth)
    if found is not None:
        return found
    master = repository.master.ref
    if ref in repository.expired:
        refuse(410, "api_validation_error", messages.REF_EXPIRED.format(master=master))
    if PREVIEWS in ref:
        refuse(404, "api_notfound_error", messages.PREVIEW_GONE.format(token=ref))
    raise refused(404, "api_notfound_error", messages.REF_NOT_FOUND.format(master=master))


def previewed(
    repository: EmulatedRepository, token: str, oauth: Mapping[str, str]
) -> Mapping[str, str]:
    """What a preview's token, a URL, answers when it is asked for itself. Raises Refused.

    Clients before version 4 ask it which document the editor looks at. Source: `previewSession` of
    prismic-javascript 1 to 3 and prismic.io 3, `preview_session` of the Python kit 1.5.
    """
    preview = _preview(repository, token)
    if preview is None:
        if _kept(repository, token) is not None:
            return {}
        refuse(404, "api_notfound_error", messages.PREVIEW_GONE.format(token=token))
    _of_preview(preview, token, oauth)
    return {} if preview.document is None else {"mainDocument": preview.document}


def _of_preview(preview: Preview, token: str, oauth: Mapping[str, str]) -> ServedSnapshot:
    if preview.ended == "expired":
        refuse(404, "api_security_error", messages.PREVIEW_EXPIRED, **oauth)
    if preview.ended == "gone":
        refuse(404, "api_notfound_error", messages.PREVIEW_GONE.format(token=token))
    return preview.snapshot


def _kept(repository: EmulatedRepository, ref: str) -> ServedSnapshot | None:
    """The snapshot of a ref, or of the ref that a preview's URL names."""
    for each in (ref, _in_preview_url(ref)):
        if each == repository.master.ref:
            return repository.master
        for release in repository.releases:
            if each == release.snapshot.ref:
                return release.snapshot
        if each in repository.past:
            return repository.past[each]
    return None


def _preview(repository: EmulatedRepository, ref: str) -> Preview | None:
    """The session that a token belongs to: `…/previews/ID?…`, `…/previews/REF:ID?…` or `ID`."""
    named = _in_preview_url(ref) or ref
    return repository.previews.get(named) or repository.previews.get(named.rpartition(":")[2])


def _in_preview_url(token: str) -> str:
    if PREVIEWS not in token:
        return ""
    try:
        path = urlsplit(token).path
    except ValueError:
        return ""
    return unquote(path.partition(PREVIEWS)[2])


def _from_cookie(repository: EmulatedRepository, text: str) -> str:
    """The ref in a preview cookie's value; the text itself where it is none."""
    value = unquote(text) if text[:3].upper() == "%7B" else text
    if not value.startswith("{"):
        return unquote(text) if text[:4].lower() == "http" and "%3A" in text[:8].upper() else text
    try:
        cookie: Any = msgspec.json.decode(value)
    except (*BROKEN_JSON, UnicodeEncodeError):
        return text
    previews = {
        host.partition(".")[0]: unquote(entry["preview"])
        for host, entry in cookie.items()
        if isinstance(entry, dict) and isinstance(entry.get("preview"), str)
    }
    # A folder may be called otherwise than the repository that its site names.
    known = (token for token in previews.values() if _preview(repository, token))
    return previews.get(repository.name) or next(known, repository.master.ref)
