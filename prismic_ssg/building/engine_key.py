"""The engine key: one text for what decides about every page at once.

Our version and that of the libraries which write HTML, the site's configuration, the source of its
own code. Where it differs from that of the last build, nothing from before counts.
"""

from __future__ import annotations

import sys
from hashlib import blake2b

import msgspec

from prismic_ssg import _version
from prismic_ssg.building.stable_values import StableValues
from prismic_ssg.content.repository import Repository
from prismic_ssg.site import Site
from prismic_ssg.store.configuration import LoadedSite
from prismic_ssg.store.database import SQLITE_VERSION
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


def prepare() -> None:
    """Find out what is the same for all sites, which takes the longest."""
    package_digest()
    installed_versions(_LIBRARIES)


def engine_key(
    loaded: LoadedSite, site: Site, repository: Repository, hosted_as: str | None
) -> str:
    """The key of a build. `site` is `loaded`'s, with what the command line said otherwise."""
    parts = [
        _version.__version__,
        package_digest(),
        [sys.version_info.major, sys.version_info.minor],
        installed_versions(_LIBRARIES),
        # It decides about the stems of words, and their scores.
        f"SQLite {SQLITE_VERSION}",
        loaded.digest,
        StableValues(loaded.files[0].parent, loaded.files).of(site),
        [[each.id, each.name, each.is_master] for each in repository.languages],
        hosted_as,
    ]
    return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
