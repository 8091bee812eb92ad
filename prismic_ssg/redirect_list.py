"""Every redirect of a site as it would be built now, and keeping those that were learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prismic_ssg.content.redirects import Target
from prismic_ssg.errors import ConfigurationError, PrismicSsgError
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.publishing.redirects import Redirect
from prismic_ssg.publishing.site_files import SiteFiles
from prismic_ssg.sources import Sources
from prismic_ssg.store.addresses import Addresses
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import load_site
from prismic_ssg.store.redirect_file import read_redirect_file, write_redirect_file
from prismic_ssg.worlds import make_world


@dataclass(frozen=True)
class RedirectList:
    """All redirects by source, with what is wrong with others. `file` is that of the project."""

    redirects: tuple[Redirect, ...]
    warnings: tuple[PrismicSsgError, ...]
    file: str | None

    def save(self, project: Path) -> int:
        """Add those that were learned to the project's file; how many it did not have so.

        Raises ConfigurationError where `Site(redirects=…)` names no file.
        """
        if self.file is None:
            raise ConfigurationError(
                "Site(redirects=…) names no file to save redirects in",
                hint='write redirects="redirects.json" in prismicio.py, and in that file what '
                "stood there",
            )
        kept = read_redirect_file(project, self.file)
        learned: dict[str, Target] = {
            each.source: each.target
            for each in self.redirects
            if each.is_learned and each.target is not None
        }
        new = sum(kept.get(path) != target for path, target in learned.items())
        write_redirect_file(project, self.file, {**kept, **learned})
        return new


def list_redirects(
    project: Path,
    environment: Mapping[str, str],
    *,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
) -> RedirectList:
    """The redirects of a site. Raises what laying out its pages raises."""
    site = load_site(project)
    origin = Origin.of(site, project, repository, environment)
    cache = project / CACHE
    pulled = origin.pull(site, Wanted(ref, release, offline), environment, cache)
    sources = Sources.read(project, site)
    # No page is rendered, so no day is needed.
    world, _, _ = make_world(site, pulled, sources, origin, date.min, "")
    with Addresses(cache, origin.hosted_as or "") as addresses:
        files = SiteFiles(world, sources, addresses.all)
    file = site.redirects if isinstance(site.redirects, str) else None
    return RedirectList(files.redirects.all, files.warnings, file)
