"""What a preview's token, cookie and address may be. Pure.

Rules: a token that is a URL names the repository's own host, exactly, and is never asked for; a
redirect stays on the site; the cookie is of the kind that Prismic's toolbar writes, and is left as
it is where it says the right thing already: a page that rewrites it otherwise is reloaded by the
toolbar without an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

import msgspec

from prismic_ssg.api.endpoints import repository_name
from prismic_ssg.api.previews import PREVIEW_COOKIE, preview_ref
from prismic_ssg.content.broken_json import BROKEN_JSON

# URLs of queries are bounded, and the token is a part of them.
_LONGEST_TOKEN = 1024
# What is longer browsers drop.
_LONGEST_COOKIE = 3800
_LONGEST_TARGET = 2000

# Refs, and the tokens of other shapes that have been seen: `a~b`, `m-x:p-y`.
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9_~.+=-]|:(?!//))*", re.ASCII)
_VISIBLE = re.compile(r"[!-~]+", re.ASCII)
_DOCUMENT_ID = re.compile(r"[\w.~-]{1,200}", re.ASCII)

# What JavaScript's encodeURIComponent, which the toolbar encodes with, leaves as it is.
_AS_THE_TOOLBAR = "!~*'()"

_IN_A_PATH = "/%:@!$&'()*+,;=~-._"
_NEVER = re.compile(r"%2f|%5c|%00|%0[ad]|[\\\x00-\x20\x7f]", re.IGNORECASE)


@dataclass(frozen=True)
class PreviewRules:
    """`origins` are those that a token may be a URL of, `name` is the repository's on Prismic's
    servers, and `entry` the name of its entry in the cookie."""

    origins: frozenset[str]
    name: str | None
    entry: str

    @classmethod
    def of(cls, repository: str) -> Self:
        """The rules for a repository's name, or its endpoint."""
        parts = urlsplit(repository)
        name = repository_name(repository) if parts.netloc else repository
        origins = {f"{parts.scheme}://{parts.netloc}".lower()} if parts.netloc else set()
        if name is None:
            return cls(frozenset(origins), None, parts.netloc.lower())
        host = f"{name}.prismic.io".lower()
        if parts.hostname and ".cdn." in parts.hostname:
            host = parts.hostname.replace(".cdn.", ".", 1)
        elif parts.hostname:
            host = parts.hostname
        return cls(frozenset({*origins, f"https://{host}"}), name, host)

    def is_token(self, text: str) -> bool:
        """Whether this may be a preview's ref."""
        if not text or len(text) > _LONGEST_TOKEN or not _VISIBLE.fullmatch(text):
            return False
        if _PLAIN_TOKEN.fullmatch(text):
            return True
        if "\\" in text:
            return False
        try:
            parts = urlsplit(text)
        except ValueError:
            return False
        return f"{parts.scheme}://{parts.netloc}".lower() in self.origins

    def ref_in(self, cookie_header: str | None) -> str | None:
        """The ref of the preview that a request's cookie tells of, None where there is none."""
        ref = self._ref(cookie_header)
        return ref if ref is not None and self.is_token(ref) else None

    def _ref(self, cookie_header: str | None) -> str | None:
        entries = _entries(cookie_header)
        if self.name is not None or not entries:
            return preview_ref(cookie_header, self.name)
        # Whose an entry is, its ref tells where that is a URL. Of other refs nobody knows.
        refs = {name: each["preview"] for name, each in entries.items() if self._may_be_ours(each)}
        of_urls = (ref for ref in refs.values() if "://" in ref)
        return refs.get(self.entry) or next(of_urls, None) or next(iter(refs.values()), None)

    def _may_be_ours(self, entry: Any) -> bool:
        preview = entry.get("preview") if isinstance(entry, dict) else None
        return isinstance(preview, str) and self.is_token(preview)

    def with_preview(self, cookie_header: str | None, ref: str) -> str | None:
        """The `Set-Cookie` that begins a preview; None where the cookie says so already."""
        if self._ref(cookie_header) == ref:
            return None
        kept = self._others(cookie_header)
        value = _encoded({**kept, self.entry: {"preview": ref}})
        if len(value) > _LONGEST_COOKIE:
            value = _encoded({self.entry: {"preview": ref}})
        return _set(value)

    def without_preview(self, cookie_header: str | None) -> str:
        """The `Set-Cookie` that ends a preview: what is not of it stays in the cookie."""
        kept = self._others(cookie_header)
        value = _encoded(kept)
        return _set(value) if kept and len(value) <= _LONGEST_COOKIE else _DELETED

    def _others(self, cookie_header: str | None) -> dict[str, Any]:
        """The entries of the cookie that are not ours, in their order."""
        # Of a repository without a name every preview that may be ours counts: none may be left.
        return {
            name: value
            for name, value in _entries(cookie_header).items()
            if not self._is_ours(name) and not (self.name is None and self._may_be_ours(value))
        }

    def _is_ours(self, entry: str) -> bool:
        return entry == self.entry or entry.partition(".")[0] == self.name


def is_document_id(text: str) -> bool:
    """Whether this may be a document's id."""
    return _DOCUMENT_ID.fullmatch(text) is not None


def site_path(target: str | None) -> str | None:
    """An address of the site to lead to, percent-encoded; None for whatever else it is."""
    if not target or len(target) > _LONGEST_TARGET or _NEVER.search(target):
        return None
    if not target.startswith("/") or target.startswith("//"):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not _stays(parts.path):
        return None
    query = f"?{quote(parts.query, safe=_IN_A_PATH + '?')}" if parts.query else ""
    return quote(parts.path, safe=_IN_A_PATH) + query


def _stays(path: str) -> bool:
    """Whether no part of a path could be taken for a step out of it, or for another host."""
    parts = unquote(path).split("/")[1:]
    return all(part not in (".", "..") for part in parts) and "" not in parts[:-1]


def page_path(url: str | None, base_url: str, base_path: str) -> str:
    """Where a document's page is, below `base_path`; the home page where it has none on the site.

    A link resolver may have given an absolute URL: it counts if it is the site's own.
    """
    home = f"{base_path}/"
    origin = base_url.rstrip("/")
    if url is not None and origin and (url == origin or url.startswith(f"{origin}/")):
        url = url[len(origin) :] or "/"
    path = site_path(url)
    return home if path is None else base_path + path


def _value(header: str) -> str:
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == PREVIEW_COOKIE:
            return value.strip('"')
    return ""


def _entries(header: str | None) -> dict[str, Any]:
    """The entries of a cookie as the toolbar writes it, in their order; none in another one."""
    text = unquote(_value(header or "")).strip()
    if not text.startswith("{"):
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (*BROKEN_JSON, UnicodeEncodeError):
        return {}


def has_cookie(header: str | None) -> bool:
    """Whether a request's `Cookie` header has the cookie at all. Most have not."""
    return header is not None and PREVIEW_COOKIE in header


def _encoded(members: dict[str, Any]) -> str:
    return quote(msgspec.json.encode(members).decode(), safe=_AS_THE_TOOLBAR)


def _set(value: str) -> str:
    # Scripts have to read it: the toolbar is one.
    return f"{PREVIEW_COOKIE}={value}; Path=/; SameSite=Lax"


_DELETED = f"{PREVIEW_COOKIE}=; Path=/; Max-Age=0; SameSite=Lax"
