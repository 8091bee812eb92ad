"""Files that a build reads: templates, static files, Markdown pages, a local repository."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path

import msgspec

from prismic_ssg.errors import ConfigurationError
from prismic_ssg.store.static_digests import StaticDigests

# Files that editors and operating systems leave behind; nobody means to publish them.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


# What an earlier build left, perhaps in an output that was copied here.
_OF_BUILDS = ".prismic-ssg"

# What ends a line, and what is left of bytes that are no UTF-8.
_UNFIT = re.compile(r"[\n\r\ud800-\udfff]")


class TextFile(msgspec.Struct, frozen=True, dict=True):
    """A text that a page is made from. `file` is how messages name it: `templates/post.html`;
    `digest` is 16 hex digits of the text."""

    name: str
    file: str
    text: str

    @cached_property
    def digest(self) -> str:
        return hashlib.blake2b(self.text.encode(), digest_size=8).hexdigest()


class StaticFile(msgspec.Struct, frozen=True):
    """A file that is published as it is. `name` is its path in the site, `digest` 8 hex digits.

    What is made of a stylesheet has its own `content` in place of the file's, and `refers` to other
    static files by their hashed names.
    """

    name: str
    path: Path
    digest: str
    content: bytes | None = None
    refers: tuple[str, ...] = ()


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder as (name relative to it with `/`, path), sorted by name.

    Sorted, so that a build does not depend on the order in which a disk lists its files. A link to
    a folder is followed unless it leads to one of its own parents.
    """
    return ((name, Path(entry.path)) for name, entry in _entries(folder))


def _entries(folder: Path) -> list[tuple[str, os.DirEntry[str]]]:
    found: list[tuple[str, os.DirEntry[str]]] = []

    def visit(current: str | Path, prefix: str, parents: tuple[str, ...]) -> None:
        real = os.path.realpath(current)
        if real in parents:
            return
        with os.scandir(current) as entries:
            for entry in entries:
                if entry.name.startswith(_OF_BUILDS):
                    continue
                if entry.is_dir():
                    visit(entry.path, f"{prefix}{entry.name}/", (*parents, real))
                elif entry.is_file() and entry.name not in _LITTER:
                    found.append((prefix + entry.name, entry))

    if folder.is_dir():
        visit(folder, "", ())
    return sorted(found, key=itemgetter(0))


def read_texts(folder: Path, shown_as: str, *, suffix: str = "") -> dict[str, TextFile]:
    """Every UTF-8 file below a folder whose name ends in `suffix`, by name.

    Raises ConfigurationError for a file that is not UTF-8: pictures belong to the static folder.
    """
    texts = {}
    for name, path in walk(folder):
        if not name.endswith(suffix):
            continue
        file = f"{shown_as}/{name}"
        texts[name] = TextFile(name, file, text_of(path, file))
    return texts


def text_of(path: Path, shown_as: str) -> str:
    """A UTF-8 file's text. Raises ConfigurationError for what is none."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{shown_as} is not a UTF-8 text (byte {error.start})",
            file=shown_as,
            hint="save it as UTF-8, or put it into the static folder if it is no text",
        ) from None
    # Not by "utf-8-sig", which Python has to load.
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def read_static(folder: Path, digests: StaticDigests) -> dict[str, StaticFile]:
    """Every file below a folder with the digest of its content, by name.

    Raises ConfigurationError for a name that can't be listed, or stand in a URL.
    """
    files = {}
    for name, path in walk(folder):
        if not name.isprintable() and _UNFIT.search(name):
            raise ConfigurationError(
                f"the static file {name!r} can't be published by this name",
                file=str(path),
                hint="rename it: names are UTF-8 texts of one line",
            )
        files[name] = StaticFile(name, path, digests.of(path))
    return files


def theme_folder() -> Path:
    """The default theme: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_theme"
    return packaged if packaged.is_dir() else package.parent / "templates"


@cache
def package_digest() -> str:
    """16 hex digits of this package's own source: two states of a checkout have one version."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in ("content", "engine", "render"):
        place = f"{Path(__file__).resolve().parents[1]}/{folder}"
        # A hundred files, in each build: as paths they take more than twice as long.
        for name in sorted(os.listdir(place)):  # noqa: PTH208
            if name.endswith(".py"):
                with open(f"{place}/{name}", "rb", buffering=0) as file:  # noqa: PTH123
                    digest.update(file.read())
    return digest.hexdigest()


_INSTALLED = re.compile(r"(.+?)-(.+?)(?:-py[\d.]+)?\.(?:dist|egg)-info")


@cache
def installed_versions(names: tuple[str, ...]) -> tuple[str | None, ...]:
    """The versions of installed libraries, None for one that is not; `names` are in lower case.

    By the names of the folders that tell: to ask importlib.metadata takes 0.05 s, a tenth of a
    build with nothing to do. It is asked where a name does not say.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            entries = os.listdir(folder or ".")  # noqa: PTH208  (half the time)
        except OSError:
            continue
        for entry in entries:
            if entry.endswith("-info") and (told := _INSTALLED.fullmatch(entry)):
                found.setdefault(re.sub(r"[-_.]+", "-", told[1]).lower(), told[2])
    return tuple(found.get(name) or _version_of(name) for name in names)


def _version_of(name: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def read_local_repository(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a local repository as (name, content), for the emulator to make sense of.

    Raises ConfigurationError where the folder is not there, or is no repository.
    """
    for name, entry in _repository_files(folder):
        # Without a buffer: 10,000 files of 18 kB take 0.25 s instead of 0.58 s.
        with Path(entry.path).open("rb", buffering=0) as file:
            yield name, file.readall()


class Listing(msgspec.Struct, frozen=True):
    """A digest of all that a system says of a folder's files without their being read.

    `newest_s` is when the last of them changed, in seconds since the epoch. A file that changes
    again within one tick of the system's clock may list as before: compare `newest_s` with the
    time of the listing before relying on it.
    """

    digest: str
    newest_s: float


def list_local_repository(folder: Path) -> Listing:
    """The listing of the files that read_local_repository() reads. Raises as that does.

    Name, size, inode, and the times of the last change of content and of anything: what a program
    may set back is the first of the two only. 10,000 files take 0.08 s, to read them 0.25 s.
    """
    digest, newest = hashlib.sha256(), 0
    for name, entry in _repository_files(folder):
        stat = entry.stat()
        newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
        told = (name, stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns)
        digest.update(repr(told).encode("utf-8", "surrogatepass"))
    return Listing(digest.hexdigest(), newest / 1e9)


def read_type_models(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The custom types of a local repository as (name, content)."""
    for name, path in walk(folder / "customtypes"):
        if name.endswith("/index.json"):
            yield f"customtypes/{name}", path.read_bytes()


def _repository_files(folder: Path) -> list[tuple[str, os.DirEntry[str]]]:
    if not folder.is_dir():
        raise ConfigurationError(
            f"the local repository {str(folder)!r} is not a folder",
            hint="give a folder with documents/, a repository's name, or its endpoint's URL",
        )
    wanted = ("documents/", "releases/", "customtypes/", "slices/")
    single = ("repository.json", "documents.json", "documents.jsonl")
    files = [
        (name, entry)
        for name, entry in _entries(folder)
        if name in single or (name.startswith(wanted) and name.endswith((".json", ".jsonl")))
    ]
    if not any(name.startswith(("documents", "repository.json")) for name, _ in files):
        raise ConfigurationError(
            f"{str(folder)!r} is no local repository: it has no documents",
            hint="put Content API documents into its documents/ folder, one a .json file",
        )
    return files


def static_bytes(path: Path, most_bytes: int) -> bytes | None:
    """A file's content; None where it is larger than that, or gone."""
    try:
        if path.stat().st_size > most_bytes:
            return None
        return path.read_bytes()
    except OSError:
        return None


_MOST_SHOWN_BYTES = 1 << 20


def source_lines(path: Path) -> list[str] | None:
    """The lines of a source, to be shown with an error; None for what is no text, or is gone."""
    try:
        if path.stat().st_size > _MOST_SHOWN_BYTES:
            return None
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None


def packaged_text(name: str) -> str:
    """A text that is shipped inside of the package: `server/reload.js`."""
    return (Path(__file__).resolve().parents[1] / name).read_text("utf-8")
