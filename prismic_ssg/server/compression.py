"""Compressed texts, each compressed once while it is asked for."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from threading import Lock

from prismic_ssg.server.http_rules import Encoding

HAS_BROTLI = find_spec("brotli") is not None

# Below this a compressed answer is hardly smaller.
LEAST_BYTES = 512
_KEPT_BYTES = 32 << 20


def _brotli(body: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]

    return bytes(brotli.compress(body, quality=5))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


_COMPRESS: dict[Encoding, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}


class Compressed:
    """Compressed bodies by version; those not asked for in a while are let go. Thread-safe."""

    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._bodies: OrderedDict[tuple[str, Encoding], bytes] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, version: str, encoding: Encoding, body: bytes) -> bytes:
        """`body`, of which `version` is the digest, compressed."""
        key = (version, encoding)
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
                return self._bodies[key]
        compressed = _COMPRESS[encoding](body)
        with self._lock:
            if key not in self._bodies:
                self._bodies[key] = compressed
                self._size += len(compressed)
            while self._size > self._kept_bytes:
                _, oldest = self._bodies.popitem(last=False)
                self._size -= len(oldest)
        return compressed
