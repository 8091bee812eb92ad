"""Where content comes from: a hosted repository, or a local folder read through the emulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from prismic_ssg.api.client import Client
from prismic_ssg.api.endpoints import is_repository_endpoint, repository_name
from prismic_ssg.api.pulled import Pulled, Puller
from prismic_ssg.api.sync import last_pulled, pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.errors import ConfigurationError, ConnectionFailed, PrismicError
from prismic_ssg.local_folder import ORIGIN, LocalFolder
from prismic_ssg.site import Site
from prismic_ssg.store.configuration import FILE, load_site
from prismic_ssg.store.snapshots import SnapshotStore

# A publish at night should survive a minute without network; a person at a terminal is told at once
# what is being waited for.
GIVE_UP_AFTER_S = 60.0


class Wanted(msgspec.Struct, frozen=True):
    """Which content: master's, or that of one ref or one release (label or id). `offline` takes
    what was pulled last, without a request. `hint_ids` are documents that a webhook has named:
    with `Site(sync="delta")` they are looked at first."""

    ref: str | None = None
    release: str | None = None
    offline: bool = False
    hint_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.ref is not None and self.release is not None:
            raise ConfigurationError(
                f"both the ref {self.ref!r} and the release {self.release!r} are asked for",
                hint="give --ref or --release: a release has a ref of its own",
            )


class Origin(msgspec.Struct, frozen=True):
    """Where the content comes from: a hosted repository's name or endpoint, or a local folder."""

    repository: str
    local: LocalFolder | None

    @classmethod
    def of(
        cls, site: Site, project: Path, given: str | None, environment: Mapping[str, str]
    ) -> Origin:
        """The first of: the argument, the environment's, the site's."""
        relative_to = project if given is None else Path()
        chosen = chosen_repository(site, given, environment)
        if not chosen:
            raise ConfigurationError(
                "no repository is named",
                hint='write Site(repository="your-repository"), or "./content" for a local one',
            )
        if not is_folder(chosen, relative_to):
            return cls(chosen, None)
        return cls(chosen, LocalFolder(relative_to / chosen, project))

    @property
    def folder(self) -> Path | None:
        """Where a local repository's files are."""
        return None if self.local is None else self.local.path

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
        if self.local is None:
            return Client(self.repository, access_token=token, give_up_after_s=GIVE_UP_AFTER_S)
        return Client(f"{ORIGIN}/api/v2", transport=InProcessTransport(self.local.answer))

    def pull(
        self,
        site: Site,
        wanted: Wanted,
        environment: Mapping[str, str],
        cache: Path,
        on_progress: Callable[[int, int], None] | None = None,
        puller: Puller | None = None,
        on_new_ref: Callable[[], None] | None = None,
    ) -> Pulled:
        """The content that is wanted, at one ref. It is kept in `cache`. A `puller` has what is new
        in a hosted repository pulled by another process; of other new content `on_new_ref` is told.

        Raises PrismicError where it can't be had, or was never pulled and is wanted offline;
        BuildFailed where a local repository's files can't be used.
        """
        params = {"fetch_links": site.fetch_links, "graph_query": site.graph_query}
        asked: dict[str, Any] = {
            "ref": wanted.ref,
            "release": wanted.release,
            "lang": site.lang,
            "params": {name: value for name, value in params.items() if value},
        }
        told: dict[str, Any] = {"on_new_ref": on_new_ref, "on_progress": on_progress}
        with (
            self.client(environment) as client,
            SnapshotStore(cache / "snapshots.db") as store,
        ):
            if self.local is not None:
                self.local.prepare(store)
                asked["stored_as"] = self.local.stored_as
                pulled = pull(client, store=store, **asked, **told)
                self.local.forget()
                return pulled
            if wanted.offline:
                return last_pulled(store, client.endpoint, **asked)
            told.update(sync=site.sync, hint_ids=wanted.hint_ids, puller=puller)
            try:
                return pull(client, store=store, **asked, **told)
            except ConnectionFailed as error:
                # Only where that would help.
                with suppress(PrismicError):
                    last_pulled(store, client.endpoint, **asked)
                    error.hint = f"{error.hint or ''} --offline uses what was pulled last".strip()
                raise

    def still_has(self, pulled: Pulled, cache: Path) -> bool:
        """Whether what was pulled into `cache` is still there, if it was kept at all: whoever finds
        that file damaged removes it."""
        if pulled.place is None:
            return True
        with SnapshotStore(cache / "snapshots.db") as store:
            return store.has(pulled.place)


def chosen_repository(site: Site, given: str | None, environment: Mapping[str, str]) -> str | None:
    """Which repository is meant: the first of the argument, the environment's, the site's."""
    return (
        given
        or environment.get("PRISMIC_ENVIRONMENT")
        or environment.get("PRISMIC_REPOSITORY_NAME")
        or site.repository
    )


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
