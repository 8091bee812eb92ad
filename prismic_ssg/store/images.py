"""Images that were fetched, kept for the builds to come.

One file an image, `URL.CONTENT.EXTENSION`: digests of its URL and of its content, so that a look at
the folder tells everything and nothing has to be read. A file is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from prismic_ssg.errors import ContentError
from prismic_ssg.store.cache import make_folder

FOLDER = "images"

_UNFINISHED = ".part"
_SIGNATURES = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x00\x00\x01\x00", "ico"),
)
_BRANDS = {b"avif": "avif", b"avis": "avif", b"heic": "heic", b"heix": "heic", b"mif1": "heic"}


class StoredImage(msgspec.Struct, frozen=True):
    """One image. `digest` is 12 hex digits of its content, `extension` of what it really is."""

    path: Path
    digest: str
    extension: str
    size_bytes: int


class ImageStore:
    """The images in a folder, by URL. With `runs_nothing` a drawing that could run something where
    a browser opens it is none of them."""

    def __init__(self, folder: Path, *, runs_nothing: bool = False) -> None:
        self._folder = folder
        self._runs_nothing = runs_nothing
        self._images: dict[str, StoredImage] = {}
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    key, _, rest = entry.name.partition(".")
                    digest, _, extension = rest.partition(".")
                    if extension and not entry.name.endswith(_UNFINISHED) and entry.is_file():
                        size = entry.stat().st_size
                        path = Path(entry.path)
                        if extension == "svg" and self._is_refused(path.read_bytes()):
                            continue
                        self._images[key] = StoredImage(path, digest, extension, size)

    def get(self, url: str) -> StoredImage | None:
        """The image of a URL, None where it was not fetched yet."""
        return self._images.get(_key(url))

    def put(self, url: str, content: bytes) -> StoredImage:
        """Keep what a URL gave. Raises ContentError where that is no image, or is refused."""
        extension = extension_of(content)
        if extension is None:
            start = content[:40].decode("utf-8", "replace")
            raise ContentError(
                f"what {url!r} gives is no image: {len(content):,} bytes, beginning {start!r}"
            )
        if extension == "svg" and self._is_refused(content):
            raise ContentError(
                f"what {url!r} gives is a drawing that could run something in a browser, and "
                "content is not trusted"
            )
        key = _key(url)
        digest = _digest(content)
        path = self._folder / f"{key}.{digest}.{extension}"
        make_folder(self._folder)
        unfinished = path.with_name(path.name + _UNFINISHED)
        unfinished.write_bytes(content)
        unfinished.replace(path)
        stored = self._images[key] = StoredImage(path, digest, extension, len(content))
        return stored

    def _is_refused(self, drawing: bytes) -> bool:
        if not self._runs_nothing:
            return False
        # Few sites ask, and fewer have drawings.
        from prismic_ssg.content.svg_scripts import could_run

        return could_run(drawing)


def whole(image: StoredImage) -> bytes | None:
    """What is in an image. None where that is not what was kept, as after a loss of power: it is
    removed then, so that the next build fetches it anew."""
    content = image.path.read_bytes()
    if _digest(content) == image.digest:
        return content
    image.path.unlink(missing_ok=True)
    return None


def extension_of(content: bytes) -> str | None:
    """What kind of image some bytes are, None for none: names and headers may be wrong."""
    for signature, extension in _SIGNATURES:
        if content.startswith(signature):
            return extension
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12])
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!")) and b"<svg" in start):
        return "svg"
    return None


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def _key(url: str) -> str:
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
