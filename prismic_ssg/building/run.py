"""One run over a plan: its pages rendered, the others kept, all files of the site put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from prismic_ssg.building.kept_blocks import KeptBlocks
from prismic_ssg.building.left_files import LeftFiles
from prismic_ssg.building.page_notes import decode_notes, decode_uses
from prismic_ssg.building.page_table import share_texts
from prismic_ssg.building.page_work import PagesDone, PageWork
from prismic_ssg.building.workers import Begin, Failed, Outcome, Workers
from prismic_ssg.content.changes import Change
from prismic_ssg.content.file_names import hashed_name
from prismic_ssg.engine.facts import Fact
from prismic_ssg.engine.plan import Plan
from prismic_ssg.engine.world import World
from prismic_ssg.errors import ContentError, OutputError, PageError, PrismicSsgError
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.publishing.site_files import SITEMAP, SiteFiles
from prismic_ssg.render.environment import BYTECODE_MADE_BY
from prismic_ssg.render.notes import warnings_of
from prismic_ssg.render.renderer import Rendered, Renderer
from prismic_ssg.sources import Sources
from prismic_ssg.store.bytecode import read_bytecode, write_bytecode
from prismic_ssg.store.images import StoredImage, whole
from prismic_ssg.store.output import Kind, OutputTree
from prismic_ssg.store.staging import Difference, Stager, digest_of_file
from prismic_ssg.store.state import BuildState, FileRow, PageRow

if TYPE_CHECKING:
    from prismic_ssg.render.timings import Timings

# For so many it does not pay to read all documents, most of which they do not show.
_FEW_PAGES = 20

# To render more takes so long that what is known of all pages may be put in order before.
_MANY_PAGES = 1000


class _Told(NamedTuple):
    """What there is of the pages that were rendered beside their rows, each taken apart once:
    `notes`, `uses` and `blocks` by path, how files differ by their names."""

    notes: dict[str, bytes]
    uses: dict[str, bytes]
    differences: dict[str, Difference]
    blocks: dict[str, bytes]


class BuildRun(msgspec.Struct, dict=True):
    """What a plan comes to. `kept` are the rows of pages by path, of which those that are rendered
    go; `elsewhere` makes the work of a process that knows nothing of this one; `bytecode` is the
    file of compiled templates; `had` is the document last seen at each path. `changes` are the
    documents that changed where the pages are those of the last build, of which `kept` has all;
    else None. `state` has what is known of the blocks of pages that stand in the output.

    Fill it with `render`, then `arrange` the other files. Nothing of the output changes by that.
    """

    world: World
    sources: Sources
    plan: Plan
    kept: dict[str, PageRow]
    tree: OutputTree
    images: PageImages
    elsewhere: Begin | None = None
    bytecode: Path | None = None
    had: Mapping[str, str] = {}
    changes: Sequence[Change] | None = None
    timings: Timings | None = None
    state: BuildState | None = None
    done: PagesDone = msgspec.field(default_factory=PagesDone)
    problems: list[PrismicSsgError] = []
    answers: dict[Fact, bytes] = {}
    _template_warnings: tuple[PrismicSsgError, ...] = ()

    def watch(self, clock: Callable[[], float]) -> None:
        """Time what `render` does, by a clock in seconds: see `timings`."""
        from prismic_ssg.render.timings import Timings

        self.timings = Timings(clock)

    def render(
        self,
        jobs: int,
        on_page: Callable[[int, int], None] | None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        """Render and stage every page of the plan; what goes wrong becomes `problems`.

        `meanwhile` is what else can be worked out, and is then kept, while other processes render.
        """
        bytecode = read_bytecode(self.bytecode, BYTECODE_MADE_BY) if self.bytecode else {}
        known = dict(bytecode)
        renderer = Renderer(self.world, bytecode)
        self._template_warnings = renderer.warnings
        if self.timings is not None:
            renderer.watch(self.timings)
        pages = [self.world.pages.pages[path] for path in self.plan.render]
        if not pages:
            return
        stager, left = Stager(self.tree.root), self._left_files()
        if len(pages) > _MANY_PAGES and self.changes is not None:
            share_texts(self.world.pages)
        if len(pages) > _FEW_PAGES:
            # Once here, not by every worker; and not before there is room where rows were.
            len(self.world.snapshot.documents)
        here = PageWork(
            renderer,
            stager,
            self.images,
            minify=self.world.site.minify,
            left=left,
            kept=self._kept_blocks(stager, left),
        )

        def prepare() -> None:
            # An error comes again where this is asked for, behind those of the pages.
            with suppress(Exception):
                self._site_files.prepare()
                if self.changes is None:
                    len(self.addresses)
                meanwhile()

        workers = Workers(lambda: here, self.elsewhere, jobs, self.answers, prepare)
        problems: dict[str, PrismicSsgError] = {}
        try:
            self._take(workers.do(pages), here, problems, on_page, len(pages))
        except PageError as error:
            # A worker is gone; its other pages were not tried.
            problems[error.page or ""] = error
        if self.bytecode and bytecode != known:
            write_bytecode(self.bytecode, BYTECODE_MADE_BY, bytecode)
        self.problems = [problems[path] for path in sorted(problems)] + self.images.problems

    def _left_files(self) -> LeftFiles | None:
        """How the last build left the files of pages that are rendered; None where nothing is known
        of them. Their rows go: of all pages of a site they are a fifth of what this process has."""
        render = self.plan.render
        if self.state is None or render.keys().isdisjoint(self.kept):
            return None
        self.kept = {path: row for path, row in self.kept.items() if path not in render}
        return LeftFiles(self.state)

    def _kept_blocks(self, stager: Stager, left: LeftFiles | None) -> KeptBlocks | None:
        if self.state is None or left is None:
            return None
        return KeptBlocks(self.state, stager, left, self.plan)

    def _take(
        self,
        outcomes: Iterator[Outcome],
        here: PageWork,
        problems: dict[str, PrismicSsgError],
        on_page: Callable[[int, int], None] | None,
        total: int,
    ) -> None:
        """Put what became of each page into `done` or `problems`; fetch images if none has one."""
        for number, outcome in enumerate(outcomes, start=1):
            if isinstance(outcome, Failed):
                if isinstance(outcome.error, OutputError):
                    # The disk's, not the page's: it would be that of every page.
                    raise outcome.error
                problems[outcome.path] = outcome.error
            elif isinstance(outcome, bytes):
                self.done.put(outcome)
            elif not problems:
                self._stage(here, self.images.wait(outcome), problems)
            if on_page is not None and (number % 100 == 0 or number == total):
                on_page(number, total)
        if not problems:
            self._stage(here, self.images.rest(), problems)

    def _stage(
        self,
        work: PageWork,
        finished: Iterator[Rendered],
        problems: dict[str, PrismicSsgError],
    ) -> None:
        for each in finished:
            try:
                self.done.put(work.staged(each))
            except ContentError as error:
                problems[each.page.path] = error

    def warnings(self) -> tuple[PrismicSsgError, ...]:
        """What there is to say about all pages, those included that were not rendered now."""
        notes = dict(self._told.notes)
        for path, row in self.kept.items():
            if row.notes is not None:
                notes[path] = row.notes
        pages = self.world.pages.pages
        told = [decode_notes(notes[path]) for path in sorted(notes) if path in pages]
        return (
            *self._template_warnings,
            *warnings_of(told, self.world),
            *self._site_files.warnings,
        )

    @cached_property
    def _site_files(self) -> SiteFiles:
        return SiteFiles(self.world, self.sources, self.had, self.changes)

    @property
    def has_moved(self) -> bool:
        """Whether any document is elsewhere than it was once."""
        return self._site_files.redirects.has_moved

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Which document each page is of, by path; twins in Markdown are left out."""
        return {
            path: page.document_id
            for path, page in self.world.pages.pages.items()
            if page.document_id is not None and not page.file.endswith(".md")
        }

    @cached_property
    def _told(self) -> _Told:
        told = _Told({}, {}, {}, {})
        pages = self.world.pages.pages
        for path, done in self.done.items():
            told.differences[pages[path].file] = done.staged.difference
            if done.uses is not None:
                told.uses[path] = done.uses
            if done.notes is not None:
                told.notes[path] = done.notes
            if done.blocks is not None:
                told.blocks[path] = done.blocks
        return told

    @property
    def blocks(self) -> Mapping[str, bytes]:
        """Where the blocks of the pages are that were rendered now, by path."""
        return self._told.blocks

    def arrange(self, known: Mapping[str, FileRow]) -> tuple[FileRow, ...]:
        """Tell the output every file of the site; gives those that are no pages.

        `known` are the files that stand in the output as an earlier build left them.
        """
        assets: set[str] = set()
        images: set[str] = set()
        pages = self.world.pages.pages
        stay = self._staying()
        self.tree.keep_all([row.file for row in stay.values()])
        used = {path: row.uses for path, row in stay.items() if row.uses is not None}
        used |= self._told.uses
        for file, difference in self._told.differences.items():
            self.tree.accept(file, difference)
        hides: set[bytes] = set()
        for uses in set(used.values()):
            decoded = decode_uses(uses)
            assets.update(decoded.assets)
            images.update(url for url, _ in decoded.images)
            if decoded.hidden:
                hides.add(uses)
        shown: dict[str, tuple[str, ...]] = {}
        if self.world.site.sitemap_images:
            shown = {path: decode_uses(used[path]).shown for path in pages if path in used}
        self.images.use(images)
        everything = self.sources.assets
        assets.update(*(everything[name].refers for name in assets))
        hashed = {hashed_name(name, everything[name].digest): name for name in assets}
        index = tuple(self._search(known))
        hidden = {path for path in pages if used.get(path) in hides} if hides else frozenset()
        files = self._site_files.all(hashed, self.images.files, shown, hidden, self._sitemap(known))
        made = [self._made(*each) for each in files]
        copies = self._copies(hashed, known, leave_out={row.name for row in made})
        return (*made, *copies, *index)

    def _staying(self) -> Mapping[str, PageRow]:
        """The rows of pages that are not rendered now, and not removed."""
        if self.changes is not None:
            return self.kept
        pages, done = self.world.pages.pages, self.done
        return {path: self.kept[path] for path in pages if path not in done}

    def _sitemap(self, known: Mapping[str, FileRow]) -> str | None:
        """The site map that stands in the output, if it is what the last build wrote."""
        row = known.get(SITEMAP)
        if row is None or self.changes is None:
            return None
        content = self.tree.read(SITEMAP)
        return content.decode() if digest_of_file(content).hex() == row.source else None

    def _search(self, known: Mapping[str, FileRow]) -> Iterator[FileRow]:
        if not self.world.site.search:
            return
        from prismic_ssg.building.search import search_files

        pages = self.world.pages.pages
        shown = [
            page
            for path, page in sorted(pages.items())
            if page.in_sitemap and page.file.endswith(".html")
        ]
        yield from search_files(
            [(page, self._digest(page.path)) for page in shown], self.tree, known
        )

    def _digest(self, path: str) -> bytes | None:
        """That of a page's bytes, as they will be published."""
        done = self.done.get(path)
        return self.kept[path].digest if done is None else done.staged.digest

    def _made(self, name: str, text: str) -> FileRow:
        staged = self.tree.add(name, text.encode())
        return FileRow(name, staged.digest.hex(), staged.size, staged.mtime_ns)

    def _copies(
        self, hashed: Mapping[str, str], known: Mapping[str, FileRow], *, leave_out: set[str]
    ) -> Iterator[FileRow]:
        """Static files and images, but for those that a file of the site stands in for. `hashed`
        are those with a content hash in their name, by it."""
        copies: dict[str, tuple[Path | bytes | StoredImage, str]] = {}
        damaged: list[str] = []
        for name, file in {**self.sources.static, **self.sources.changed_static}.items():
            if name not in leave_out:
                copies[name] = (file.path if file.content is None else file.content, file.digest)
        for name, image in self.images.files.items():
            copies[name] = (image, image.digest)
        everything = self.sources.assets
        for name in sorted(hashed):
            file = everything[hashed[name]]
            copies[name] = (file.path if file.content is None else file.content, file.digest)
        for name, (content, digest) in copies.items():
            row = known.get(name)
            if row is not None and row.source == digest:
                self.tree.keep(name, Kind.COPY)
                yield row
                continue
            there = whole(content) if isinstance(content, StoredImage) else content
            if there is None:
                damaged.append(name)
                continue
            if isinstance(there, bytes):
                staged = self.tree.add(name, there, Kind.COPY)
            else:
                staged = self.tree.add_copy(name, there)
            yield FileRow(name, digest, staged.size, staged.mtime_ns)
        if damaged:
            raise OutputError(
                f"images in the cache were damaged, and are removed now: {', '.join(damaged)}",
                hint="build again: they are fetched anew",
            )
