"""Whether there is anything new since the last build: for a job that asks now and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.api.refs import pinned_ref
from prismic_ssg.building.standing import place_of, state_file
from prismic_ssg.origin import Origin
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import load_site
from prismic_ssg.store.state import BuildState


@dataclass(frozen=True)
class Moved:
    """The ref that the last build was of, None where none is known, and the one that is now."""

    built: str | None
    now: str

    @property
    def has_changed(self) -> bool:
        return self.built != self.now


def what_moved(
    project: Path,
    environment: Mapping[str, str],
    *,
    output: Path | None = None,
    repository: str | None = None,
    release: str | None = None,
) -> Moved:
    """The ref of master, or of a release, beside that of the last build. One request.

    Raises PrismicError where the repository can't be asked.
    """
    site = load_site(project)
    origin = Origin.of(site, project, repository, environment)
    with origin.client(environment) as client:
        now = pinned_ref(client.get_repository(fresh=True), None, release)
        built = last_built_ref(project, output if output is not None else project / site.output)
        return Moved(built, now)


def last_built_ref(project: Path, output: Path) -> str | None:
    """The ref of the content that an output folder was last built of, None where nothing tells."""
    with BuildState(state_file(project / CACHE, project, output)) as state:
        head = state.head()
    return None if head is None else place_of(head).ref
