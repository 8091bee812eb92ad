"""Images and files of documents, kept beside a local repository.

A file is there whole or not at all: what has arrived of it stays in `NAME.part`, and the next pull
asks for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.errors import PrismicError
from prismic_ssg.store.local_repository import file_name, short_digest

_AT_ONCE = 8

FetchPiece = Callable[[str, int], tuple[bytes, int]]
"""Bytes of the file at a URL from a position on, and its whole size; `Client.get_asset` is one."""


@dataclass(frozen=True)
class SavedAssets:
    """How many files arrived and were there; `problems` are those that can't be had."""

    downloaded: int
    unchanged: int
    problems: tuple[PrismicError, ...]


def save_assets(
    folder: Path,
    urls: Iterable[str],
    fetch: FetchPiece,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> SavedAssets:
    """The files at these URLs in a folder; those that are there are not asked for again.

    `on_progress(done, total)` is called from this thread.
    """
    names = asset_names(urls)
    missing = {name: url for name, url in names.items() if not (folder / name).exists()}
    problems = []
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        results = pool.map(
            lambda name: _save(folder / name, missing[name], fetch), missing, timeout=None
        )
        for done, problem in enumerate(results, start=1):
            problems += [problem] if problem else []
            if on_progress:
                on_progress(done, len(missing))
    arrived = len(missing) - len(problems)
    return SavedAssets(arrived, len(names) - len(missing), tuple(problems))


def _save(path: Path, url: str, fetch: FetchPiece) -> PrismicError | None:
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("ab") as file:
            size = None
            while size is None or file.tell() < size:
                content, size = fetch(url, file.tell())
                if file.tell() > size or (not content and file.tell() < size):
                    # What is there is of another file: begin anew the next time.
                    file.truncate(0)
                    return PrismicError("the file changed while it was downloaded", url)
                file.write(content)
    except PrismicError as error:
        return error
    part.replace(path)
    return None


def asset_names(urls: Iterable[str]) -> dict[str, str]:
    """URL by file name: the last part of its path, with a digest where two would be the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for url in sorted(set(urls)):
        name = file_name(unquote(urlsplit(url).path.rpartition("/")[2]))
        if name.lower() in taken:
            name = f"{short_digest(url)}~{name}"
        taken.add(name.lower())
        names[name] = url
    return names


def asset_urls(documents: Iterable[Document]) -> set[str]:
    """Where the originals of all images and media in these documents are, on Prismic's hosts.

    An image's URL says how it is cut and scaled; without that it is the file that was uploaded.
    """
    found = set()
    for document in documents:
        for url in _urls(msgspec.json.decode(document.envelope.data)):
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme == "https" and host.endswith(".prismic.io"):
                found.add(f"https://{parts.netloc}{parts.path}")
    return found


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for element in value:
            yield from _urls(element)
    elif isinstance(value, dict):
        url = value.get("url")
        if isinstance(url, str) and ("dimensions" in value or value.get("link_type") == "Media"):
            yield url
        for member in value.values():
            yield from _urls(member)
