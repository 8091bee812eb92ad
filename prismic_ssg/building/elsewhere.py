"""The work of a process that knows nothing of this one: its world, made of what can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from prismic_ssg.building.page_work import PageWork
from prismic_ssg.content.changes import Place
from prismic_ssg.engine.world import World
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.render.renderer import Renderer
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import load
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.staging import Stager
from prismic_ssg.worlds import prepared

# Of these a fresh process has its own: code can't be sent, and documents are in the store.
_NOT_SENT = ("site", "snapshot", "made_from")


class Elsewhere(msgspec.Struct, frozen=True):
    """Makes, in whatever process it is called, the PageWork for one world.

    It holds the members of the world that can be sent; the site is loaded from the project again,
    and the documents from the snapshot at `place`.
    """

    project: Path
    base_url: str
    snapshots: Path
    place: Place
    output: Path
    members: Mapping[str, Any]

    @classmethod
    def of(
        cls, world: World, project: Path, snapshots: Path, place: Place, output: Path
    ) -> Elsewhere:
        members = {
            name: getattr(world, name) for name in world.__struct_fields__ if name not in _NOT_SENT
        }
        # The documents without a URL are for the report, and hold on to the store.
        members["pages"] = msgspec.structs.replace(world.pages, without_url=())
        return cls(project, world.site.base_url, snapshots, place, output, members)

    def __call__(self) -> PageWork:
        site = replace(load(self.project).site, base_url=self.base_url)
        with SnapshotStore(self.snapshots) as store:
            snapshot = store.load(self.place)
        if snapshot is None:
            raise ConfigurationError("the cache was removed while a build was at work")
        world = World(site=site, snapshot=prepared(site, snapshot), **self.members)
        # Images that are missing wait for the process that began this one.
        images = PageImages(site, self.project / CACHE, offline=True)
        return PageWork(Renderer(world), Stager(self.output), images, minify=site.minify)
