"""Where content comes from: a hosted repository, or a local folder read through the emulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prismic_ssg.api.client import Client
from prismic_ssg.api.endpoints import is_repository_endpoint, repository_name
from prismic_ssg.api.sync import Pulled, last_pulled, pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.seed import EmulatedRepository, seed
from prismic_ssg.errors import BuildFailed, ConfigurationError
from prismic_ssg.site import Site
from prismic_ssg.store.configuration import FILE, load_site
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.sources import read_local_repository

_LOCAL_ORIGIN = "http://localhost"

# A publish at night should survive a minute without network; a person at a terminal is told at once
# what is being waited for.
GIVE_UP_AFTER_S = 60.0


@dataclass(frozen=True)
class Wanted:
    """Which content: master's, or that of one ref or one release (label or id). `offline` takes
    what was pulled last, without a request."""

    ref: str | None = None
    release: str | None = None
    offline: bool = False


@dataclass(frozen=True)
class Origin:
    """Where the content comes from: a hosted repository's name or endpoint, or a local folder."""

    repository: str
    local: EmulatedRepository | None
    folder: Path | None = None

    @classmethod
    def of(
        cls, site: Site, project: Path, given: str | None, environment: Mapping[str, str]
    ) -> Origin:
        """The first of: the argument, the environment's, the site's."""
        relative_to = project if given is None else Path()
        chosen = (
            given
            or environment.get("PRISMIC_ENVIRONMENT")
            or environment.get("PRISMIC_REPOSITORY_NAME")
            or site.repository
        )
        if not chosen:
            raise ConfigurationError(
                "no repository is named",
                hint='write Site(repository="your-repository"), or "./content" for a local one',
            )
        if not is_folder(chosen, relative_to):
            return cls(chosen, None)
        folder = relative_to / chosen
        local, problems = seed(read_local_repository(folder), name=folder.resolve().name)
        if problems:
            raise BuildFailed("the local repository can't be used", problems)
        return cls(chosen, local, folder)

    @property
    def hosted_as(self) -> str | None:
        """The repository's name on Prismic's servers, None for one that is elsewhere."""
        if self.local is not None:
            return None
        if is_repository_endpoint(self.repository):
            return repository_name(self.repository)
        return self.repository

    def client(self, environment: Mapping[str, str]) -> Client:
        token = environment.get("PRISMIC_ACCESS_TOKEN") or None
        local = self.local
        if local is None:
            return Client(self.repository, access_token=token, give_up_after_s=GIVE_UP_AFTER_S)
        transport = InProcessTransport(
            lambda method, path, query, _headers: answer(
                local, method, path, query, origin=_LOCAL_ORIGIN
            )
        )
        return Client(f"{_LOCAL_ORIGIN}/api/v2", transport=transport)

    def pull(
        self,
        site: Site,
        wanted: Wanted,
        environment: Mapping[str, str],
        cache: Path,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Pulled:
        """The content that is wanted, at one ref. A hosted repository's is kept in `cache`.

        Raises PrismicError where it can't be had, or was never pulled and is wanted offline.
        """
        params = {"fetch_links": site.fetch_links, "graph_query": site.graph_query}
        asked: dict[str, Any] = {
            "ref": wanted.ref,
            "release": wanted.release,
            "lang": site.lang,
            "params": {name: value for name, value in params.items() if value},
        }
        with self.client(environment) as client:
            if self.local is not None:
                return pull(client, on_progress=on_progress, **asked)
            with SnapshotStore(cache / "snapshots.db") as store:
                if wanted.offline:
                    return last_pulled(store, client.endpoint, **asked)
                return pull(client, store=store, on_progress=on_progress, **asked)


def site_for(project: Path, repository: str | None) -> Site:
    """The project's site; a bare one for a repository named on the command line elsewhere."""
    if repository is not None and not (project / FILE).is_file():
        return Site(repository=repository)
    return load_site(project)


def is_folder(repository: str, relative_to: Path) -> bool:
    """Whether `repository` is meant as a local folder: by its look, or because there is one."""
    if "://" in repository:
        return False
    return "/" in repository or "\\" in repository or (relative_to / repository).is_dir()
