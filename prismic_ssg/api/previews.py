"""Preview cookie → ref. Pure.

Source: the reference's table of cookie formats; each of its writers is a case in the tests.
"""

from __future__ import annotations

from urllib.parse import unquote

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.content.document import Ref

PREVIEW_COOKIE = "io.prismic.preview"


def preview_ref(cookie_header: str | None, repository_name: str | None) -> Ref | None:
    """The ref of the preview in a request's `Cookie` header, None where there is none.

    The toolbar leaves a cookie with nothing but its `_tracker` behind: that is no preview. An entry
    of another repository is none of ours; it counts only where our own name is not known.
    """
    value = _cookie(cookie_header or "")
    text = unquote(value).strip()
    if not text.startswith("{"):
        return Ref(text) if text else None
    try:
        members = msgspec.json.decode(text)
    except (*BROKEN_JSON, UnicodeEncodeError):
        return None
    for host, entry in members.items():
        is_ours = repository_name is None or host.partition(".")[0] == repository_name
        if is_ours and isinstance(entry, dict) and isinstance(entry.get("preview"), str):
            return Ref(entry["preview"]) if entry["preview"] else None
    return None


def _cookie(header: str) -> str:
    """The preview cookie's value as sent, empty where it is absent."""
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == PREVIEW_COOKIE:
            return value.strip('"')
    return ""
