"""Which content type a file of the site has, by its name. The same on every machine."""

from __future__ import annotations

from mimetypes import MimeTypes

HTML = "text/html; charset=utf-8"

# Python's own table without what a system adds to it, and what that table lacks or has outdated.
_TYPES = MimeTypes(filenames=())
_OURS = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".csv": "text/csv",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".otf": "font/otf",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
_UNKNOWN = "application/octet-stream"

# Of these a browser has to be told how the text is encoded, or may guess wrong.
_WITH_CHARSET = frozenset({"application/xml", "application/rss+xml", "application/atom+xml"})
_TEXT_LIKE = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/manifest+json",
        "application/wasm",
        "application/yaml",
        "font/otf",
        "font/ttf",
        "image/svg+xml",
        "image/x-icon",
        *_WITH_CHARSET,
    }
)


def content_type(name: str) -> str:
    """The value of `Content-Type` for a file: `text/css; charset=utf-8`."""
    extension = "." + name.rpartition(".")[2].lower() if "." in name.rpartition("/")[2] else ""
    kind = _OURS.get(extension) or (_TYPES.guess_type(f"x{extension}")[0] if extension else None)
    kind = kind or _UNKNOWN
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _WITH_CHARSET else kind


def is_compressible(kind: str) -> bool:
    """Whether gzip makes files of a content type smaller."""
    bare = kind.partition(";")[0]
    return bare.startswith("text/") or bare in _TEXT_LIKE
