"""A request for a path of the site → the file that answers it, with clean URLs. No HTTP server.

`/blog/` is `blog/index.html`, and `/blog` leads there; `/about` is also `about.html`. What is not
there is `404.html`. Names are decoded once and strictly; what could lead out of the output folder
is not found (store/published.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import quote, unquote, unquote_to_bytes

from prismic_ssg.server.compression import HAS_BROTLI, LEAST_BYTES, Compressed
from prismic_ssg.server.content_types import HTML, content_type, is_compressible
from prismic_ssg.server.http_rules import chosen_encoding, is_known, wanted_range
from prismic_ssg.server.plain_pages import NOT_FOUND, NOT_YET
from prismic_ssg.store.published import PublishedFile, PublishedFiles, is_served

# Larger files are not compressed, and sent piece by piece.
_WHOLE_BYTES = 1 << 20
_MOST_PATH_BYTES = 4096
_MOST_ADDRESS_BYTES = 500

# A slash, a backslash or a NUL that is encoded, and the latter two as they are.
_NEVER = re.compile(rb"%2f|%5c|%00|[\\\0]", re.IGNORECASE)

_HASHED_NAME = re.compile(r"\.[0-9a-f]{8}\.[a-z0-9]+$")
_HASHED_STYLESHEET = re.compile(rb"\.[0-9a-f]{8}\.css\b")

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asked:
    """A request: `path` as it came, still encoded, without its query; header names in lower case.
    `query` goes along to where the path leads."""

    method: str
    path: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""


@dataclass(frozen=True)
class Answer:
    """What to answer. The body is `body`, or `length` bytes of `file` from `start` on; whoever
    sends that closes it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    file: PublishedFile | None = None
    start: int = 0
    length: int = 0

    def pieces(self) -> Iterator[bytes]:
        """The body of an answer that has a file, piece by piece."""
        if self.file is not None:
            yield from self.file.pieces(self.start, self.length)


@dataclass(frozen=True)
class Seen:
    """What a browser sees at a path: `digest` differs with any byte; `shape` only where something
    besides the hashes in stylesheets' names does; `styles` are those names."""

    digest: str
    shape: str
    styles: tuple[str, ...]

    @classmethod
    def of(cls, body: bytes) -> Seen:
        names = [_address_at(body, match) for match in _HASHED_STYLESHEET.finditer(body)]
        return cls(
            digest(body),
            digest(_HASHED_STYLESHEET.sub(b".css", body)),
            tuple(dict.fromkeys(names)),
        )


def _address_at(body: bytes, end: re.Match[bytes]) -> str:
    """The whole address that ends so."""
    # No pattern for the whole: on a page with a long text without spaces it would take minutes.
    before = body[max(0, end.start() - _MOST_ADDRESS_BYTES) : end.start()]
    start = max(
        before.rfind(delimiter) for delimiter in (b'"', b"'", b"=", b"<", b">", b" ", b"\n")
    )
    return (before[start + 1 :] + end[0]).decode("utf-8", "replace")


@dataclass(frozen=True)
class _Found:
    """What a path leads to: a text or a file, or another path."""

    status: int
    kind: str = HTML
    name: str = ""
    body: bytes | None = None
    file: PublishedFile | None = None
    location: str | None = None


Page = Callable[[str], bytes | None]
"""A page's present bytes by the name of its file, None for what is no page."""

Decorate = Callable[[bytes, Seen], bytes]
"""A page's HTML → the HTML to send."""


def _no_page(_: str) -> bytes | None:
    return None


def _no(_: str) -> bool:
    return False


class SiteFiles:
    """Answers requests for a site below `base_path` (`""` or `/docs`).

    Who answers for a page's path: first `page`, which may know it fresher than the disk, then the
    output folder, but for what `is_gone` says; `fails` are the pages that can't be rendered now.
    `decorate` is done to every HTML text on its way out. Thread-safe.
    """

    def __init__(
        self,
        published: PublishedFiles,
        *,
        base_path: str = "",
        decorate: Decorate | None = None,
        page: Page = _no_page,
        is_gone: Callable[[str], bool] = _no,
        fails: Callable[[str], bool] = _no,
        is_for_good: bool = True,
    ) -> None:
        self.published = published
        self.base_path = base_path
        self._below = unquote(base_path)
        self._decorate = decorate
        self._page = page
        self._is_gone = is_gone
        self._fails = fails
        self._is_for_good = is_for_good
        self._compressed = Compressed()

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if asked.method not in ("GET", "HEAD"):
            return _plain(405, "only GET and HEAD are answered here", {"allow": "GET, HEAD"})
        found = self._look_up(asked.path)
        if found.location is not None:
            query = f"?{asked.query}" if asked.query else ""
            return _plain(
                found.status,
                f"see {found.location}",
                {"location": found.location + query, "cache-control": "no-store"},
            )
        if found.file is not None and found.body is None:
            return self._of_file(asked, found, found.file)
        return self._of_body(asked, found, found.body or b"")

    def seen(self, path: bytes) -> Seen | None:
        """What a GET of a path shows now; None for what is no text to be shown in a browser."""
        found = self._look_up(path)
        for _ in range(2):
            if found.location is None:
                break
            found = self._look_up(found.location.encode("ascii"))
        if found.body is not None:
            return Seen.of(found.body) if found.kind == HTML else None
        if found.file is not None:
            found.file.stream.close()
        return None

    def names(self, path: bytes) -> tuple[str, ...]:
        """The files that a path may stand for, by their names in the output."""
        decoded = decoded_path(path)
        if decoded is None or not decoded.startswith(self._below):
            return ()
        name = decoded.removeprefix(self._below).lstrip("/")
        if not name or name.endswith("/"):
            return (name + "index.html",)
        return (name, name + ".html", name + "/index.html")

    def has_page(self, path: bytes) -> bool:
        """Whether a GET of a path would be answered with a file of the site."""
        found = self._look_up(path)
        if found.file is not None:
            found.file.stream.close()
        return found.status in (200, 301, 302)

    def is_gone(self, name: str) -> bool:
        """Whether the output has this file only because it is behind."""
        return self._is_gone(name)

    # -- which file

    def _look_up(self, raw_path: bytes) -> _Found:
        found = self._found(raw_path)
        if found.status != 404 or self.published.is_there:
            return found
        fails = any(self._fails(name) for name in self.names(raw_path))
        return _Found(503, body=NOT_YET) if fails else found

    def _found(self, raw_path: bytes) -> _Found:
        path = decoded_path(raw_path)
        if path is None:
            return self._missing()
        base = self._below
        if base and path in ("/", base):
            return _Found(302, location=quote(base) + "/")
        if base and not path.startswith(base + "/"):
            return self._missing()
        path = path[len(base) :]
        name = path.lstrip("/")
        if path.endswith("/"):
            found = self._open(name + "index.html")
            if found is None and name and self._has(name.rstrip("/") + ".html"):
                return _Found(301, location=quote(base + path.rstrip("/")))
            return found or self._missing()
        found = self._open(name) or self._open(name + ".html")
        if found is None and self._has(name + "/index.html"):
            return _Found(301, location=quote(base + path) + "/")
        return found or self._missing()

    def _open(self, name: str) -> _Found | None:
        fresh = self._page(name) if is_served(name) else None
        kind = content_type(name)
        if fresh is not None:
            return _Found(200, kind, name, body=fresh)
        if self._is_gone(name):
            return None
        file = self.published.find(name)
        if file is None:
            return None
        if kind != HTML and file.size > _WHOLE_BYTES:
            return _Found(200, kind, name, file=file)
        with file:
            return _Found(200, kind, name, body=file.read())

    def _has(self, name: str) -> bool:
        if is_served(name) and self._page(name) is not None:
            return True
        return not self._is_gone(name) and self.published.has(name)

    def _missing(self) -> _Found:
        own = self._open("404.html")
        if own is not None:
            return _Found(404, own.kind, own.name, own.body)
        if not self.published.is_there:
            return _Found(503, body=NOT_YET)
        return _Found(404, body=NOT_FOUND)

    # -- the answer

    def _headers(self, found: _Found, etag: str) -> dict[str, str]:
        headers = {"content-type": found.kind, "x-content-type-options": "nosniff"}
        if found.status == 200:
            for_good = self._is_for_good and _HASHED_NAME.search(found.name)
            headers |= {"cache-control": FOR_GOOD if for_good else ASK_AGAIN, "etag": etag}
            headers["accept-ranges"] = "bytes"
        else:
            headers["cache-control"] = "no-store"
        if found.status == 503:
            headers["retry-after"] = "2"
        if is_compressible(found.kind):
            headers["vary"] = "accept-encoding"
        return headers

    def _of_body(self, asked: Asked, found: _Found, body: bytes) -> Answer:
        if found.kind == HTML and self._decorate is not None:
            body = self._decorate(body, Seen.of(body))
        version = digest(body)
        is_ranged = "range" in asked.headers and found.status == 200 and asked.method == "GET"
        encoding = None
        if is_compressible(found.kind) and len(body) >= LEAST_BYTES and not is_ranged:
            encoding = chosen_encoding(asked.headers.get("accept-encoding"), has_brotli=HAS_BROTLI)
        etag = f'"{version}-{encoding}"' if encoding else f'"{version}"'
        headers = self._headers(found, etag)
        if found.status == 200 and is_known(asked.headers.get("if-none-match"), etag):
            return _not_modified(headers)
        status = found.status
        if is_ranged:
            chosen = _range(asked, etag, len(body))
            if chosen is not None:
                start, length = chosen
                if not length:
                    return _unsatisfiable(len(body))
                headers["content-range"] = f"bytes {start}-{start + length - 1}/{len(body)}"
                body, status = body[start : start + length], 206
        if encoding:
            headers["content-encoding"] = encoding
            body = self._compressed.get(version, encoding, body)
        headers["content-length"] = str(len(body))
        return Answer(status, headers, b"" if asked.method == "HEAD" else body)

    def _of_file(self, asked: Asked, found: _Found, file: PublishedFile) -> Answer:
        etag = f'"{file.version}"'
        headers = self._headers(found, etag)
        start, length, status = 0, file.size, found.status
        if is_known(asked.headers.get("if-none-match"), etag):
            file.stream.close()
            return _not_modified(headers)
        if asked.method == "GET":
            chosen = _range(asked, etag, file.size)
            if chosen is not None:
                start, length = chosen
                if not length:
                    file.stream.close()
                    return _unsatisfiable(file.size)
                headers["content-range"] = f"bytes {start}-{start + length - 1}/{file.size}"
                status = 206
        headers["content-length"] = str(length)
        if asked.method == "HEAD":
            file.stream.close()
            return Answer(status, headers)
        return Answer(status, headers, file=file, start=start, length=length)


def decoded_path(raw_path: bytes) -> str | None:
    """A path decoded once; None for one that names nothing: no UTF-8, too long, an encoded slash,
    an empty part."""
    if len(raw_path) > _MOST_PATH_BYTES or re.search(
        rb"%2f|%5c|%00|[\\\0]", raw_path, re.IGNORECASE
    ):
        return None
    try:
        path = unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return path if path.startswith("/") and "//" not in path else None


def digest(body: bytes) -> str:
    """A short text that differs with any byte."""
    return blake2b(body, digest_size=12).hexdigest()


def _range(asked: Asked, etag: str, size: int) -> tuple[int, int] | None:
    headers = asked.headers
    return wanted_range(headers.get("range"), headers.get("if-range"), etag, size)


def _not_modified(headers: Mapping[str, str]) -> Answer:
    kept = ("cache-control", "etag", "vary")
    return Answer(304, {name: headers[name] for name in kept if name in headers})


def _unsatisfiable(size: int) -> Answer:
    return _plain(416, "there are no such bytes", {"content-range": f"bytes */{size}"})


def _plain(status: int, text: str, headers: Mapping[str, str]) -> Answer:
    body = f"{text}\n".encode()
    told = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}
    return Answer(status, {**told, **headers}, body)
