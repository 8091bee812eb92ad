"""One preview: what an editor's ref has over what is published. In memory only.

A preview begins with the one document that the editor wants to see, put over the published ones:
its first page needs a request or two, whatever the size of the repository. All documents at its ref
are pulled meanwhile, and those that differ kept. Nothing of it is ever written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event, RLock, Semaphore, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from prismic_ssg.api.collector import collect_leavings
from prismic_ssg.api.ingest import texts_of
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.content import filters
from prismic_ssg.content.document import Document, Ref
from prismic_ssg.content.overlaid import differences, overlaid
from prismic_ssg.content.stand_ins import original_of
from prismic_ssg.errors import BuildFailed, ForbiddenError, PrismicSsgError
from prismic_ssg.live import Changed, Edition, LiveSite
from prismic_ssg.rendered_world import RenderedWorld, Shown
from prismic_ssg.worlds import make_world

if TYPE_CHECKING:
    from prismic_ssg.api.client import Client
    from prismic_ssg.content.repository import Repository
    from prismic_ssg.content.snapshot import Snapshot
    from prismic_ssg.site import Site

# Whether a page's own document is still the one at the ref is asked again after so many seconds,
# and whether any other changed after so many.
_SURE_FOR_S = 1.0
_COMPLETE_FOR_S = 120.0

# What needs all documents is waited for so long.
_WAIT_S = 20.0

# Requests at once for everything else: an editor who turns the page goes before.
_WORKERS = 4

# Up to here everything is there at once: it is one request or two.
_FEW_DOCUMENTS = 200


class PreviewEnded(PrismicSsgError):  # noqa: N818  (as the event is called)
    """The preview behind a ref is over, or never was."""


class Preview:
    """What is at one ref, over the newest edition of a site. Thread-safe.

    `label` is the name of the release that it is of, None for drafts. `problem` is what kept its
    documents from being pulled the last time.
    """

    def __init__(
        self,
        ref: Ref,
        site: LiveSite,
        client: Client,
        clock: Callable[[], float],
        pulls: Semaphore,
    ) -> None:
        self.ref = ref
        self.seen_at_s = clock()
        self.label: str | None = None
        self.problem: PrismicSsgError | None = None
        self._site = site
        self._client = client
        self._clock = clock
        self._pulls = pulls
        self._lock = RLock()
        self._base: Snapshot | None = None
        self._changes: dict[str, Document | None] = {}
        self._asked_at_s: dict[str, float] = {}
        self._version = 0
        self._overlaid: tuple[int, Snapshot] | None = None
        self._shown: tuple[Edition, int, RenderedWorld] | None = None
        self._completed_at_s: float | None = None
        # Goes up with whatever may differ by now from what was found out.
        self._doubts = 0
        self._is_completing = False
        self._is_complete = Event()

    @property
    def site(self) -> Site:
        """The site's configuration."""
        return self._edition().site

    @property
    def is_complete(self) -> bool:
        """Whether every document of the ref has been looked at."""
        return self._is_complete.is_set()

    def begin(self, document_id: str | None) -> None:
        """Make sure that the ref is good, by the document that is wanted first if there is one.
        Raises PreviewEnded, PrismicError."""
        if len(self._edition().pulled.snapshot) <= _FEW_DOCUMENTS:
            self._complete()
            if self.problem is not None:
                raise self.problem
        elif document_id is not None:
            self._look_at(document_id, sure_for_s=0.0)
        else:
            self._ask(page_size=1)
        release = release_in(self.ref)
        for each in self._client.get_releases() if release else ():
            if each.ref.partition("~")[0] == release:
                self.label = each.label

    def renew(self) -> None:
        """Look at every document again: the editor has come back."""
        with self._lock:
            self._doubt()
            self._asked_at_s.clear()

    def path_of(self, document_id: str) -> str | None:
        """Where in the site a document is at this ref, None where it has no page. Raises as
        `begin` does."""
        self._look_at(document_id, sure_for_s=_SURE_FOR_S)
        world = self._rendered().world
        return world.pages.address_of(document_id)

    def page(self, file: str) -> Shown | None:
        """The page that is this file of the output, with its document as it is now; None for what
        is no page. Raises as `begin` does."""
        self.seen_at_s = self._clock()
        found = self._rendered().page_of(file)
        if found is None:
            return None
        if found.document_id is not None:
            self._look_at(self._original_of(found.document_id), sure_for_s=_SURE_FOR_S)
        else:
            self.be_sure()
        self.complete_soon()
        return self._rendered().page(file)

    def other(self, file: str) -> bytes | None:
        """A file of the site that is no page."""
        return self._rendered().other(file)

    def page_exists(self, file: str) -> bool:
        """Whether there is such a page, as far as is known."""
        return self._rendered().page_of(file) is not None

    def _original_of(self, document_id: str) -> str:
        """The id by which Prismic knows the document of a page."""
        found = self._rendered().world.snapshot.get(document_id)
        return document_id if found is None else original_of(found).id

    # -- what is at the ref

    def _edition(self) -> Edition:
        return edition_of(self._site)

    def _params(self, edition: Edition) -> dict[str, Any]:
        site = edition.site
        given = {"fetch_links": site.fetch_links, "graph_query": site.graph_query}
        return {name: value for name, value in given.items() if value}

    def _ask(self, **asked: Any) -> list[Document]:
        edition = self._edition()
        params = {**self._params(edition), "ref": self.ref, "lang": "*", **asked}
        try:
            page = self._client.get(**params)
        except ForbiddenError as error:
            raise PreviewEnded("the preview has ended, or never was") from error
        return [Document.from_json(text.json) for text in texts_of(page)]

    def be_sure(self) -> None:
        """Raise PreviewEnded if the ref is no longer good."""
        now = self._clock()
        if now - self._asked_at_s.get("", float("-inf")) >= _SURE_FOR_S:
            self._ask(page_size=1)
            self._asked_at_s[""] = self._clock()

    def _look_at(self, document_id: str, *, sure_for_s: float) -> None:
        """Have a document as it is at the ref now."""
        now = self._clock()
        with self._lock:
            if now - self._asked_at_s.get(document_id, float("-inf")) < sure_for_s:
                return
        found = self._ask(filters=[filters.at("document.id", document_id)], page_size=1)
        document = next((each for each in found if each.id == document_id), None)
        edition = self._edition()
        if document is not None and edition.site.lang not in ("*", document.lang):
            document = None
        with self._lock:
            self._asked_at_s[document_id] = self._clock()
            base = self._based_on(edition)
            before = self._changes.get(document_id, base.get(document_id))
            if _digest(before) == _digest(document):
                return
            if _digest(base.get(document_id)) == _digest(document):
                self._changes.pop(document_id, None)
            else:
                self._changes[document_id] = document
            self._version += 1
            # An editor at work: what else has changed is found out anew.
            self._doubt()

    def _based_on(self, edition: Edition) -> Snapshot:
        """The published documents under this preview, of the newest edition."""
        snapshot = edition.pulled.snapshot
        if self._base is not snapshot:
            # What differs is what differs from these: to be found out anew.
            self._base = snapshot
            self._doubt()
            self._version += 1
        return snapshot

    def _doubt(self) -> None:
        """Find out anew what is at the ref; a page that is not known waits for it."""
        self._completed_at_s = None
        self._doubts += 1
        self._is_complete.clear()

    def _rendered(self) -> RenderedWorld:
        """The pages at the ref, as far as is known. Raises BuildFailed where they can't be."""
        try:
            return self._made()
        except BuildFailed:
            # Two documents that changed places, of which one is known so far, say.
            if self.is_complete or not self.wait_until_complete(_WAIT_S):
                raise
        return self._made()

    def _made(self) -> RenderedWorld:
        with self._lock:
            edition = self._edition()
            base = self._based_on(edition)
            before = None
            if self._shown is not None:
                shown_edition, version, rendered = self._shown
                if shown_edition is edition and version == self._version:
                    return rendered
                before = rendered.world
            if self._overlaid is None or self._overlaid[0] != self._version:
                self._overlaid = (self._version, overlaid(base, self.ref, self._changes))
            world, _, _ = make_world(
                edition.site,
                _in_memory(edition.pulled.repository, self.ref, self._overlaid[1]),
                edition.sources,
                edition.origin,
                self._site.today(),
                edition.pages.world.engine_key,
                before=before,
            )
            rendered = RenderedWorld(world, edition.sources, self._site.cache)
            self._shown = (edition, self._version, rendered)
            return rendered

    # -- everything else at the ref

    def complete_soon(self) -> None:
        """Find out in the background what differs besides what was looked at, if that is due."""
        with self._lock:
            at = self._completed_at_s
            is_due = at is None or self._clock() - at > _COMPLETE_FOR_S
            if self._is_completing or not is_due:
                return
            self._is_completing = True
        Thread(target=self._complete_later, name="prismic-ssg-preview", daemon=True).start()

    def wait_until_complete(self, timeout_s: float) -> bool:
        """Wait for that; whether it came in time."""
        self.complete_soon()
        return self._is_complete.wait(timeout_s)

    def _complete_later(self) -> None:
        with self._pulls:
            self._complete()
        collect_leavings()

    def _complete(self) -> None:
        try:
            # What was saved under way may have been missed; an editor at work has no end.
            if not self._compared():
                self._compared()
        except ForbiddenError as error:
            ended = PreviewEnded("the preview has ended, or never was")
            ended.__cause__ = error
            self._done(ended)
        except PrismicSsgError as error:
            self._done(error)
        else:
            self._done(None)

    def _compared(self) -> bool:
        """Pull all documents at the ref and keep those that differ from the published ones;
        whether nothing is in doubt by then."""
        edition = self._edition()
        with self._lock:
            base = self._based_on(edition)
            doubts, began_at_s = self._doubts, self._clock()
        pulled = pull(
            self._client,
            ref=self.ref,
            lang=edition.site.lang,
            params=self._params(edition),
            over=base,
            workers=_WORKERS,
        )
        changes = differences(base, pulled.snapshot)
        with self._lock:
            is_sure = doubts == self._doubts
            if self._base is not base:
                return False
            if not is_sure:
                self._keep_looked_at(changes, since_s=began_at_s)
            if _digests(changes) != _digests(self._changes):
                self._changes = changes
                self._version += 1
            if is_sure:
                self._completed_at_s = self._clock()
            return is_sure

    def _keep_looked_at(self, changes: dict[str, Document | None], *, since_s: float) -> None:
        """Have documents that were looked at since then as they were found, not as they were."""
        for id_, at_s in self._asked_at_s.items():
            if at_s >= since_s:
                changes.pop(id_, None)
                if id_ in self._changes:
                    changes[id_] = self._changes[id_]

    def _done(self, problem: PrismicSsgError | None) -> None:
        with self._lock:
            self.problem = problem
            self._is_completing = False
        self._is_complete.set()


def edition_of(site: LiveSite) -> Edition:
    """The newest edition of a site, made now if there is none."""
    return site.edition or site.refresh(Changed())


def release_in(ref: str) -> str | None:
    """The release's half of a ref of the form `RELEASE~MASTER`, also where it is in a token's URL;
    None where there is none."""
    text = ref
    if "/previews/" in ref:
        try:
            text = unquote(urlsplit(ref).path.partition("/previews/")[2])
        except ValueError:
            return None
    release, tilde, _ = text.partition("~")
    return release if tilde else None


def _in_memory(repository: Repository, ref: Ref, snapshot: Snapshot) -> Pulled:
    return Pulled(repository, ref, lambda: (snapshot, 0))


def _digest(document: Document | None) -> bytes | None:
    return None if document is None else document.digest


def _digests(changes: Mapping[str, Document | None]) -> dict[str, bytes | None]:
    return {id_: _digest(document) for id_, document in changes.items()}
