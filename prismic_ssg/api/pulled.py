"""What a pull gives, and what one by another process leaves to this one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from prismic_ssg.api.collector import collector_off
from prismic_ssg.content.changes import Place
from prismic_ssg.content.document import Ref
from prismic_ssg.content.repository import Repository

if TYPE_CHECKING:
    from prismic_ssg.content.snapshot import Snapshot

Progress = Callable[[int, int], None]
Way = Literal["stored", "full", "delta"]


class Came(NamedTuple):
    """What a pull into a store leaves in its process: how many requests it took, the store's
    `fresh`, and how it came, as Pulled has it."""

    requests: int
    fresh: Any
    way: Way
    doubt: str | None


Puller = Callable[[Callable[[Progress | None], Came], Callable[[], None], Progress | None], Came]
"""Does a piece of work, in a copy of this process, and gives what it gave. The second piece is done
there afterwards, and nobody waits for it."""


class Pulled:
    """A repository and its documents at one ref.

    `place` is what a store has the documents under, None where they are in memory only: previews,
    and pulls without a store. `requests` is how many it took, `way` what came: `stored` where
    nothing had to, `full` or `delta`. Where a delta was wanted, `doubt` is why all was pulled.
    """

    def __init__(
        self,
        repository: Repository,
        ref: Ref,
        load: Callable[[], tuple[Snapshot, int]],
        *,
        place: Place | None = None,
        requests: int = 0,
        way: Way = "stored",
        doubt: str | None = None,
    ) -> None:
        self.repository = repository
        self.ref = ref
        self.place = place
        self.requests = requests
        self.way = way
        self.doubt = doubt
        self._load = load

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of the ref: it is, or was, the master's, no release's."""
        releases = {entry.ref for entry in self.repository.releases}
        return "~" not in self.ref and self.ref not in releases

    @cached_property
    def snapshot(self) -> Snapshot:
        """The documents: out of the store at the first reading, if they were there.

        Where the store turns out to be damaged they are pulled anew, which `requests` then counts.
        Raises PrismicError where that fails, or was to be offline.
        """
        with collector_off():
            snapshot, requests = self._load()
        self.requests += requests
        return snapshot

    def use(self, snapshot: Snapshot) -> None:
        """Have these documents, which are the same, where they were not read yet."""
        vars(self).setdefault("snapshot", snapshot)
