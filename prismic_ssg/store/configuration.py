"""A site's configuration: `prismicio.py`, and from `prismic.config.json` what it leaves open."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from hashlib import blake2b
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

import msgspec

from prismic_ssg.errors import ConfigurationError, did_you_mean
from prismic_ssg.site import Listing, Route, Site

FILE = "prismicio.py"
CONFIG = "prismic.config.json"

_TAKES = {"Site": Site, "Route": Route, "Listing": Listing}
_EXAMPLES = {
    "Site": 'Site(repository="your-repository", routes=[…])',
    "Route": 'Route("page", "/:uid")',
    "Listing": 'Listing("/blog/", template="blog.html")',
}


class _PrismicConfig(msgspec.Struct, frozen=True, rename="camel"):
    """`prismic.config.json`, as Prismic's own tools keep it."""

    repository_name: str | None = None
    document_api_endpoint: str | None = msgspec.field(default=None, name="documentAPIEndpoint")
    routes: list[dict[str, Any]] | None = None


class LoadedSite(msgspec.Struct, frozen=True):
    """A site and the files that it was made by: `prismicio.py`, what that imports from the project,
    and `prismic.config.json`. `digest` is of their names and contents together."""

    site: Site
    files: tuple[Path, ...]
    digest: str


def load_site(project: Path) -> Site:
    """The site in a project's folder: see `load`."""
    return load(project).site


def load(project: Path) -> LoadedSite:
    """The site in a project's folder, and the files that say so.

    Raises ConfigurationError, with file and line, where `prismicio.py` is missing, is no Python,
    fails, or says something that Site refuses.
    """
    return _load(project, [])


def attempt(project: Path) -> tuple[LoadedSite | None, tuple[Path, ...]]:
    """What `load` gives, None where it raises; and the files that decided it, as far as they were
    reached, for whoever waits for one of them to change."""
    imported: list[Path] = []
    try:
        loaded = _load(project, imported)
    except ConfigurationError:
        return None, (project / FILE, *imported)
    return loaded, loaded.files


def _load(project: Path, imported: list[Path]) -> LoadedSite:
    site, files = _run(project, imported)
    config_file = project / CONFIG
    if config_file.is_file():
        files = (*files, config_file)
        if site.repository is None or site.routes is None:
            site = _completed(site, config_file)
    return LoadedSite(site, files, _digest(project, files))


def _completed(site: Site, config_file: Path) -> Site:
    config = _read_config(config_file)
    source = config.document_api_endpoint or config.repository_name
    try:
        return replace(
            site,
            repository=site.repository if site.repository is not None else source,
            routes=site.routes if site.routes is not None else config.routes,
        )
    except ConfigurationError as error:
        error.message = f"{CONFIG}: {error.message}"
        error.file = CONFIG
        raise


def _digest(project: Path, files: Iterable[Path]) -> str:
    digest = blake2b(digest_size=16)
    root = project.resolve()
    for file in files:
        name = file.resolve().relative_to(root).as_posix().encode()
        content = file.read_bytes()
        digest.update(b"%d %s %d " % (len(name), name, len(content)) + content)
    return digest.hexdigest()


def read_configuration(project: Path) -> dict[str, str]:
    """The texts of the files that say what a site is, by name; for messages to name a line."""
    return {
        name: (project / name).read_text("utf-8", "replace")
        for name in (FILE, CONFIG)
        if (project / name).is_file()
    }


def _read_config(file: Path) -> _PrismicConfig:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_PrismicConfig)
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{CONFIG}: {error}", file=CONFIG) from None


def _run(project: Path, imported: list[Path]) -> tuple[Site, tuple[Path, ...]]:
    file = project / FILE
    if not project.is_dir():
        raise ConfigurationError(
            f"the project folder {str(project)!r} does not exist",
            hint="give an existing folder with -C/--project",
        )
    if not file.is_file():
        raise ConfigurationError(
            f"there is no {FILE} in {str(project)!r}",
            hint="run prismic-ssg in the folder of a site, or name the folder with -C/--project; "
            "`prismic-ssg init DIR` begins one",
        )
    module = ModuleType("prismicio")
    # Whole, as Python has it, wherever the command was given.
    module.__file__ = str(project.resolve() / FILE)
    with _importing_from(project, imported), _explained():
        source = file.read_bytes()
        if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ConfigurationError("is not a UTF-8 text", hint="save it as UTF-8")
        code = compile(source, FILE, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  (the site's own configuration is Python)
    site = module.__dict__.get("site")
    if not isinstance(site, Site):
        given = "has no `site`" if site is None else f"has a `site` that is no Site: {site!r:.60}"
        raise ConfigurationError(
            f"{FILE} {given}", file=FILE, hint="write `site = Site(repository=…)` in it"
        )
    return site, (file, *sorted(imported))


@contextmanager
def _importing_from(project: Path, files: list[Path]) -> Iterator[None]:
    """Lets `prismicio.py` import modules beside it, and forgets them afterwards. Their files are
    added to `files`, in the end."""
    before = set(sys.modules)
    root = project.resolve()
    sys.path.insert(0, str(root))
    _forget_folders(root)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    except ConfigurationError as error:
        files += [file for file in _raising(error) if _is_own(file, root)]
        raise
    finally:
        sys.dont_write_bytecode = writes_bytecode
        sys.path.remove(str(root))
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and _is_own(Path(origin), root):
                files.append(Path(origin))
                del sys.modules[name]


def _forget_folders(root: Path) -> None:
    """Have Python look again at what a folder and those in it hold: a server reads modules again
    when they have changed.

    Not `importlib.invalidate_caches`, which since Python 3.12 loads all that reads metadata of
    packages, for a tenth of what a build with nothing to do takes.
    """
    for folder in list(sys.path_importer_cache):
        if Path(folder).is_relative_to(root):
            sys.path_importer_cache.pop(folder, None)


def _is_own(file: Path, root: Path) -> bool:
    """Whether a module is of the project. What is in a virtual environment in there is not."""
    return file.is_relative_to(root) and "site-packages" not in file.parts


def _raising(error: BaseException) -> Iterator[Path]:
    """The files on the way to an error: those that failed are not in `sys.modules` any more."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, SyntaxError) and at.filename:
            yield Path(at.filename)
        yield from (Path(frame.f_code.co_filename) for frame, _ in walk_tb(at.__traceback__))
        at = at.__context__


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise _at(error.lineno, f"{error.msg}") from None
    except ConfigurationError as error:
        error.file, error.line = FILE, _line(error)
        error.message = f"{f'{FILE}:{error.line}:' if error.line else FILE} {error.message}"
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001  (the site's own code: anything)
        raise _at(_line(error), *_what(error)) from None


def _at(line: int | None, message: str, hint: str | None = None) -> ConfigurationError:
    where = f"{FILE}:{line}" if line else FILE
    return ConfigurationError(f"{where}: {message}", file=FILE, line=line, hint=hint)


def _line(error: BaseException) -> int | None:
    """The last line of `prismicio.py` itself on the way to the error."""
    lines = [
        line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE
    ]
    return lines[-1] if lines else None


def _what(error: BaseException) -> tuple[str, str | None]:
    text = str(error) or type(error).__name__
    called = re.search(r"(\w+)\.__init__\(\) (.*)", text)
    if isinstance(error, TypeError) and called and called[1] in _TAKES:
        known = [entry.name for entry in fields(_TAKES[called[1]]) if entry.init]
        unknown = re.search(r"unexpected keyword argument '(\w+)'", called[2])
        if unknown is not None:
            hint = f"{did_you_mean(unknown[1], known, '')} it takes {', '.join(known)}"
            return f"{called[1]} has no {unknown[1]!r}", hint.strip()
        return f"{called[1]}(…) {called[2]}", f"write {_EXAMPLES[called[1]]}"
    message = f"{type(error).__name__}: {text}"
    if isinstance(error, ModuleNotFoundError):
        return message, "put it beside prismicio.py, or install it where prismic-ssg is installed"
    return message, None
