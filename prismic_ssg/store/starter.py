"""What a new site begins with: the starter, files for hosts, and putting them where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec

from prismic_ssg.errors import ConfigurationError
from prismic_ssg.store.configuration import CONFIG
from prismic_ssg.store.sources import walk

SLICE_MACHINE = "slicemachine.config.json"

# Those of site.example, which are a site's own wherever it is; a wheel has them without the dot.
_HOSTING = (
    "netlify.toml",
    "netlify/prismic-ssg/index.js",
    "netlify/prismic-ssg/manifest.yml",
    "netlify/prismic-ssg/package.json",
    "requirements.txt",
    ".github/workflows/deploy.yml",
)


@dataclass(frozen=True)
class Begun:
    """The files that were written, and those that were there and differ, each by name."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True)
class ProjectFiles:
    """What a project's own files say of its repository, as far as there are any."""

    repository: str | None
    named_in: str | None = None
    has_routes: bool = False


class _Config(msgspec.Struct, frozen=True, rename="camel"):
    """What `prismic.config.json` and `slicemachine.config.json` say of a repository."""

    repository_name: str | None = None
    document_api_endpoint: str | None = msgspec.field(default=None, name="documentAPIEndpoint")
    api_endpoint: str | None = None
    routes: list[msgspec.Raw] | None = None


def starter_files() -> dict[str, bytes]:
    """A small site with content of its own, by name."""
    # Installers compile each module that they put in place: also the starter's `prismicio.py`.
    return {
        name: path.read_bytes()
        for name, path in walk(_packaged("starter", "starter"))
        if path.parent.name != "__pycache__"
    }


def hosting_files() -> dict[str, bytes]:
    """What hosts need to build a site, by name."""
    folder = _packaged("hosting", "site.example")
    in_checkout = folder.name == "site.example"
    return {
        name: (folder / (name if in_checkout else name.removeprefix("."))).read_bytes()
        for name in _HOSTING
    }


def _packaged(name: str, in_checkout: str) -> Path:
    """A folder inside the installed package, or at the top of a checkout."""
    packaged = Path(str(resources.files("prismic_ssg"))) / "_starter" / name
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / in_checkout


def read_project_files(folder: Path) -> ProjectFiles:
    """The repository that Prismic's own tools keep in a project, or a local one inside of it.

    Raises ConfigurationError for a file that can't be read.
    """
    for name in (CONFIG, SLICE_MACHINE):
        file = folder / name
        if not file.is_file():
            continue
        try:
            config = msgspec.json.decode(file.read_bytes(), type=_Config)
        except msgspec.DecodeError as error:
            raise ConfigurationError(f"{name}: {error}", file=name) from None
        named = config.document_api_endpoint or config.api_endpoint or config.repository_name
        if named:
            return ProjectFiles(named, name, bool(config.routes) and name == CONFIG)
    content = folder / "content"
    if (content / "documents").is_dir() or (content / "repository.json").is_file():
        return ProjectFiles("./content", "content/")
    return ProjectFiles(None)


def write_site(folder: Path, files: Mapping[str, bytes], *, force: bool) -> Begun:
    """Write files into a folder, and leave what is there alone, but with `force`.

    Raises ConfigurationError where that can't be done; with all that can be known of before, before
    the first file is written.
    """
    _check_places(folder, files)
    written, kept = [], []
    for name in sorted(files):
        path = folder / name
        try:
            if path.exists():
                if path.read_bytes() == files[name]:
                    continue
                if not force:
                    kept.append(name)
                    continue
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(files[name])
            beside.replace(path)
        except OSError as error:
            raise ConfigurationError(
                f"{path} can't be written: {error.strerror}",
                hint="check the folder's permissions and the disk's space",
            ) from None
        written.append(name)
    return Begun(tuple(written), tuple(kept))


def _check_places(folder: Path, names: Iterable[str]) -> None:
    """A file where a folder must be, or a folder where a file must be, stops everything."""
    for name in names:
        path = folder / name
        if path.is_dir():
            raise ConfigurationError(f"{path} is a folder, and must be a file")
        for parent in (path.parent, *path.parent.parents):
            if parent.exists() and not parent.is_dir():
                raise ConfigurationError(
                    f"{parent} is a file, and must be a folder", hint="give another folder"
                )
