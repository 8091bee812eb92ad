"""The engine key: one text for what decides about every page at once.

Our version and that of the libraries which write HTML, the site's configuration, the source of its
own code. Where it differs from that of the last build, nothing from before counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from prismic_ssg import _version
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.repository import Repository
from prismic_ssg.site import Site
from prismic_ssg.store.configuration import LoadedSite
from prismic_ssg.store.sources import installed_versions, package_digest

_LIBRARIES = (
    "jinja2",
    "markupsafe",
    "markdown-it-py",
    "mdit-py-plugins",
    "babel",
    "pygments",
    "lightningcss",
    "minify-html",
)


def engine_key(
    loaded: LoadedSite, site: Site, repository: Repository, hosted_as: str | None
) -> str:
    """The key of a build. `site` is `loaded`'s, with what the command line said otherwise."""
    parts = [
        _version.__version__,
        package_digest(),
        [sys.version_info.major, sys.version_info.minor],
        installed_versions(_LIBRARIES),
        loaded.digest,
        _stable(site),
        [[language.id, language.name] for language in repository.languages],
        hosted_as,
    ]
    return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()


def _stable(value: Any) -> Any:
    """A configuration's value as JSON, the same in every process for the same configuration.

    Configuration is Python: it may read the environment, so its source alone does not tell. Code is
    told by its name here; its source is in the digest of the project's files.
    """
    match value:
        case str():
            return str(value)
        case None | bool() | int() | float():
            return value
        case Filter():
            return str(value)
        case Mapping():
            return [[str(name), _stable(each)] for name, each in value.items()]
        case AbstractSet():
            return sorted(repr(_stable(each)) for each in value)
        case Sequence():
            return [_stable(each) for each in value]
        case msgspec.Struct():
            return _stable_members(value, value.__struct_fields__)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _stable_members(value, (each.name for each in fields(value) if each.init))
        case _:
            return _name_of(value)


def _stable_members(value: Any, names: Iterable[str]) -> list[Any]:
    return [type(value).__name__, *(_stable(getattr(value, name)) for name in names)]


def _name_of(value: Any) -> str:
    named: Callable[..., Any] | Any = value if hasattr(value, "__qualname__") else type(value)
    return f"{getattr(named, '__module__', '')}.{named.__qualname__}"
