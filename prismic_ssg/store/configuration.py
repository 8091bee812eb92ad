"""A site's configuration: `prismicio.py`, and from `prismic.config.json` what it leaves open."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from prismic_ssg.errors import ConfigurationError, did_you_mean
from prismic_ssg.site import Listing, Route, Site

FILE = "prismicio.py"
CONFIG = "prismic.config.json"

_TAKES = {"Site": Site, "Route": Route, "Listing": Listing}


class _PrismicConfig(msgspec.Struct, frozen=True, rename="camel"):
    """`prismic.config.json`, as Prismic's own tools keep it."""

    repository_name: str | None = None
    document_api_endpoint: str | None = msgspec.field(default=None, name="documentAPIEndpoint")
    routes: list[dict[str, Any]] | None = None


def load_site(project: Path) -> Site:
    """The site in a project's folder.

    Raises ConfigurationError, with file and line, where `prismicio.py` is missing, is no Python,
    fails, or says something that Site refuses.
    """
    site = _run(project)
    config_file = project / CONFIG
    if config_file.is_file() and (site.repository is None or site.routes is None):
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
    return site


def _read_config(file: Path) -> _PrismicConfig:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_PrismicConfig)
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{CONFIG}: {error}", file=CONFIG) from None


def _run(project: Path) -> Site:
    file = project / FILE
    if not project.is_dir():
        raise ConfigurationError(
            f"the project folder {str(project)!r} does not exist",
            hint="give an existing folder with -C/--project",
        )
    if not file.is_file():
        raise ConfigurationError(
            f"there is no {FILE} in {str(project)!r}",
            hint="run prismic-ssg in the folder of a site, or name the folder with -C/--project",
        )
    module = ModuleType("prismicio")
    module.__file__ = str(file)
    with _importing_from(project), _explained():
        code = compile(file.read_bytes(), FILE, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  (the site's own configuration is Python)
    site = module.__dict__.get("site")
    if not isinstance(site, Site):
        given = "has no `site`" if site is None else f"has a `site` that is a {type(site).__name__}"
        raise ConfigurationError(
            f"{FILE} {given}", file=FILE, hint="write `site = Site(repository=…)` in it"
        )
    return site


@contextmanager
def _importing_from(project: Path) -> Iterator[None]:
    """Lets `prismicio.py` import modules beside it, and forgets them afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(project))
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes_bytecode
        sys.path.remove(str(project))
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and Path(origin).is_relative_to(project):
                del sys.modules[name]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise _at(error.lineno, f"{error.msg}") from None
    except ConfigurationError as error:
        error.file, error.line = FILE, _line(error)
        error.message = f"{FILE}:{error.line}: {error.message}"
        raise
    except Exception as error:  # noqa: BLE001  (the site's own code: anything may come out of it)
        raise _at(_line(error), *_what(error)) from None


def _at(line: int | None, message: str, hint: str | None = None) -> ConfigurationError:
    where = f"{FILE}:{line}" if line else FILE
    return ConfigurationError(f"{where}: {message}", file=FILE, line=line, hint=hint)


def _line(error: BaseException) -> int | None:
    """The last line of `prismicio.py` itself on the way to the error."""
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == FILE
    ]
    return lines[-1] if lines else None


def _what(error: Exception) -> tuple[str, str | None]:
    text = str(error) or type(error).__name__
    unknown = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", text)
    if isinstance(error, TypeError) and unknown and unknown[1] in _TAKES:
        known = [entry.name for entry in fields(_TAKES[unknown[1]]) if entry.init]
        hint = f"{did_you_mean(unknown[2], known, '')} it takes {', '.join(known)}"
        return f"{unknown[1]} has no {unknown[2]!r}", hint.strip()
    return f"{type(error).__name__}: {text}", None
