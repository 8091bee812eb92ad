"""A repository → a local repository folder: a backup, and content to work with offline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.content.repository import RefInfo
from prismic_ssg.errors import ConfigurationError, PrismicError
from prismic_ssg.origin import Origin, Wanted, site_for
from prismic_ssg.site import Site
from prismic_ssg.store.assets import SavedAssets, asset_urls, save_assets
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.local_repository import Written, write_local_repository

DEFAULT_FOLDER = "content"
ASSETS = "assets"


@dataclass(frozen=True)
class PullReport:
    """What a pull did. `folder` is as it was given; `assets` None where none were asked for."""

    folder: Path
    ref: str
    documents: int
    requests: int
    files: Written
    assets: SavedAssets | None = None


def pull_to_folder(
    project: Path,
    environment: Mapping[str, str],
    *,
    to: Path | None = None,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
    assets: bool = False,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> PullReport:
    """Write every document of every locale to a folder (`content` in the project by default).

    With `release`, what that release changes is written beside master's documents. With `assets`,
    images and media are kept in the folder too; those that can't be had are in the report.

    Raises ConfigurationError, PrismicError and OutputError; the folder is then as it was, unless
    the disk failed under way.
    """
    # A backup is of everything, whatever part of it the site shows.
    site = Site(repository=site_for(project, repository).repository)
    origin = Origin.of(site, project, repository, environment)
    folder = to if to is not None else project / DEFAULT_FOLDER
    if origin.folder is not None and origin.folder.resolve() == folder.resolve():
        raise ConfigurationError(
            f"{str(folder)!r} is the local repository itself, which can't be pulled into itself",
            hint="name the hosted one with --repo, or another folder with --to",
        )

    def counting(phase: str) -> Callable[[int, int], None] | None:
        return None if on_progress is None else lambda done, all_: on_progress(phase, done, all_)

    cache = project / CACHE
    master = origin.pull(
        site, Wanted(ref, None, offline), environment, cache, counting("documents")
    )
    requests = master.requests
    releases = {}
    if release is not None:
        wanted = Wanted(None, release, offline)
        pulled = origin.pull(site, wanted, environment, cache, counting("release"))
        requests += pulled.requests
        releases[_label(pulled.repository.releases, release)] = pulled.snapshot
    name = origin.hosted_as or folder.resolve().name
    files = write_local_repository(
        folder, name, master.repository, master.snapshot, releases=releases
    )
    saved = None
    if assets:
        documents = [
            document
            for snapshot in (master.snapshot, *releases.values())
            for document in snapshot.documents
        ]
        with origin.client(environment) as client:
            saved = save_assets(
                folder / ASSETS,
                asset_urls(documents),
                client.get_asset,
                on_progress=counting("files"),
            )
    return PullReport(folder, master.snapshot.ref, len(master.snapshot), requests, files, saved)


def _label(releases: Sequence[RefInfo], wanted: str) -> str:
    for release in releases:
        if wanted in (release.label, release.id):
            return release.label or release.id
    raise PrismicError(f"there is no release {wanted!r}")
