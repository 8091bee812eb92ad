"""What stands between the API and its clients: CORS, gzip, ETag, and answers that are kept.

An answer is kept as long as the repository is the same value; every change forgets all of them.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from prismic_ssg.emulator.answers import Answer
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.repository import EmulatedRepository

_MOST_BYTES = 64_000_000
# Below, a compressed answer is hardly smaller.
_WORTH_COMPRESSING = 1024
# 1.2 MB of JSON: level 1 takes 6 ms and leaves 17 %, level 6 takes 20 ms and leaves 14 %.
_LEVEL = 1

CORS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, retry-after",
}
PREFLIGHT: Mapping[str, str] = {
    **CORS,
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}


@dataclass
class _Kept:
    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str
    compressed: bytes | None = None

    @property
    def size(self) -> int:
        return len(self.body) + len(self.compressed or b"")


class Cdn:
    """Answers of one repository after another, kept up to 64 MB."""

    def __init__(self) -> None:
        self._repository: EmulatedRepository | None = None
        self._answers: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._size = 0

    def respond(
        self,
        repository: EmulatedRepository,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        origin: str,
    ) -> Answer:
        """The answer to one request, as it goes over the wire. `headers` have lower-case names."""
        if method == "OPTIONS":
            return 204, PREFLIGHT, b""
        if repository is not self._repository:
            self._answers.clear()
            self._repository, self._size = repository, 0
        key = (method, path, query, origin, headers.get("authorization", ""))
        kept = self._answers.get(key)
        if kept is None:
            kept = _kept(answer(repository, method, path, query, origin=origin, headers=headers))
            self._keep(key, kept)
        else:
            self._answers.move_to_end(key)
        return self._encoded(kept, method, headers)

    def _keep(self, key: tuple[str, ...], kept: _Kept) -> None:
        self._answers[key] = kept
        self._size += kept.size
        self._shrink()

    def _shrink(self) -> None:
        while self._size > _MOST_BYTES and len(self._answers) > 1:
            _, oldest = self._answers.popitem(last=False)
            self._size -= oldest.size

    def _encoded(self, kept: _Kept, method: str, headers: Mapping[str, str]) -> Answer:
        sent = {**kept.headers, **CORS, "vary": "accept-encoding"}
        if kept.status == 200:
            sent["etag"] = kept.etag
            if _names(headers.get("if-none-match", ""), kept.etag):
                return 304, sent, b""
        body = kept.body
        if len(body) >= _WORTH_COMPRESSING and _accepts_gzip(headers.get("accept-encoding", "")):
            if kept.compressed is None:
                kept.compressed = gzip.compress(body, _LEVEL, mtime=0)
                self._size += len(kept.compressed)
                self._shrink()
            body = kept.compressed
            sent["content-encoding"] = "gzip"
        sent["content-length"] = str(len(body))
        return kept.status, sent, b"" if method == "HEAD" else body


def _kept(given: Answer) -> _Kept:
    status, headers, body = given
    # Weak: it stands for the JSON, whether it is compressed or not.
    return _Kept(status, headers, body, f'W/"{blake2b(body, digest_size=12).hexdigest()}"')


def _names(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _accepts_gzip(accept_encoding: str) -> bool:
    for coding in accept_encoding.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
