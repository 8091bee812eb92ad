"""The conductor: content → pages → rendered → published → report."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from prismic_ssg.api.sync import Pulled, collector_off
from prismic_ssg.engine.sitemap import sitemap_files
from prismic_ssg.engine.world import World
from prismic_ssg.errors import BuildFailed, ContentError, PrismicSsgError
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.render.renderer import Rendered, Renderer, hashed_name
from prismic_ssg.report import BuildReport
from prismic_ssg.site import Site
from prismic_ssg.store.cache import CACHE, forget
from prismic_ssg.store.configuration import load_site
from prismic_ssg.store.output import OutputTree, Published, check_output
from prismic_ssg.worlds import Sources, make_world

Progress = Callable[[str, int, int], None]
"""Called with a phase ("documents", "pages", "images"), how many are done and how many it has."""


def build(
    project_dir: str | Path = ".",
    *,
    output: str | Path | None = None,
    base_url: str | None = None,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
    force: bool = False,
    dry_run: bool = False,
    strict: bool = False,
    environment: Mapping[str, str] | None = None,
    today: date | None = None,
    on_progress: Progress | None = None,
) -> BuildReport:
    """Build the site in a folder and say what was done.

    `repository`, `base_url` and `output` win over what `prismicio.py` says; a relative `output` or
    repository folder given here is relative to the working directory. `ref` and `release` choose
    other content than master's; `offline` takes what was pulled last, `force` forgets it.
    `environment` stands for `os.environ`, `today` for the clock.

    Raises ConfigurationError, PrismicError where the content can't be had, OutputError, and
    BuildFailed, which carries every problem found and the report; in all cases the output is as it
    was. With `strict`, warnings are problems.
    """
    environment = os.environ if environment is None else environment
    clock = _Clock()
    with collector_off():
        project = Path(project_dir)
        site = load_site(project)
        if base_url is not None:
            site = replace(site, base_url=base_url)
        target = Path(output) if output is not None else project / site.output
        sources = Sources.read(project, site)
        cache = project / CACHE
        if force:
            forget(cache)
        with clock.measured("sync"):
            origin = Origin.of(site, project, repository, environment)
            check_output(target, project, _source_folders(project, site, origin))
            wanted = Wanted(ref, release, offline)
            counting = _counting(on_progress, "documents")
            pulled = origin.pull(site, wanted, environment, cache, counting)
        with clock.measured("plan"):
            world, notes, warnings = make_world(
                site, pulled, sources, origin, today or datetime.now(UTC).date()
            )
        images = PageImages(
            site, cache, offline=offline, on_fetched=_counting(on_progress, "images")
        )
        run = _Run(world, sources, target, images, clock, on_progress)
        return run.finished(pulled, notes, warnings, dry_run=dry_run, strict=strict)


class _Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def measured(self, phase: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self._seconds[phase] = self._seconds.get(phase, 0.0) + perf_counter() - start

    @property
    def seconds(self) -> dict[str, float]:
        return {**self._seconds, "total": perf_counter() - self._start}


def _counting(on_progress: Progress | None, phase: str) -> Callable[[int, int], None] | None:
    if on_progress is None:
        return None
    return lambda done, total: on_progress(phase, done, total)


def _source_folders(project: Path, site: Site, origin: Origin) -> list[Path]:
    folders = [project / site.templates, project / site.static, project / site.pages]
    return [*folders, origin.folder] if origin.folder else folders


@dataclass(frozen=True)
class _Run:
    world: World
    sources: Sources
    target: Path
    images: PageImages
    clock: _Clock
    on_progress: Progress | None

    def finished(
        self,
        pulled: Pulled,
        notes: list[str],
        warnings: list[PrismicSsgError],
        *,
        dry_run: bool,
        strict: bool,
    ) -> BuildReport:
        """Render everything into the output's staging; publish if nothing failed."""
        renderer = Renderer(self.world)
        with OutputTree(self.target) as tree:
            with self.clock.measured("render"):
                problems, assets = self._rendered(renderer, tree)
            warnings = [*warnings, *renderer.warnings]
            report = self._report(pulled, notes, warnings, problems)
            if problems or (strict and warnings):
                self._fail(report, problems or warnings)
            with self.clock.measured("write"):
                self._add_static(tree, assets)
                published = tree.preview() if dry_run else tree.publish()
        return self._counted(report, published)

    def _rendered(
        self, renderer: Renderer, tree: OutputTree
    ) -> tuple[list[PrismicSsgError], set[str]]:
        problems: list[PrismicSsgError] = []
        assets: set[str] = set()
        pages = sorted(self.world.pages.pages.values(), key=lambda page: page.path)
        for number, page in enumerate(pages, start=1):
            try:
                rendered = renderer.render(page)
                _check_encoding(rendered)
            except PrismicSsgError as error:
                problems.append(error)
            else:
                assets |= rendered.assets
                for each in self.images.ready(rendered) if not problems else ():
                    tree.add(each.page.file, each.text.encode())
            if self.on_progress is not None and (number % 100 == 0 or number == len(pages)):
                self.on_progress("pages", number, len(pages))
        if not problems:
            for each in self.images.rest():
                tree.add(each.page.file, each.text.encode())
        return [*problems, *self.images.problems], assets

    def _add_static(self, tree: OutputTree, assets: set[str]) -> None:
        site = self.world.site
        pages = self.world.pages
        has_own_sitemap = "sitemap.xml" in self.sources.static or "/sitemap.xml" in pages.pages
        if site.base_url and not has_own_sitemap:
            files = sitemap_files(pages, self.world.snapshot, site.base_url.rstrip("/"))
            for name, text in files.items():
                tree.add(name, text.encode())
        for name, file in self.sources.static.items():
            tree.add_copy(name, file.path)
        everything = self.sources.assets
        for name, path in self.images.files.items():
            tree.add_copy(name, path)
        for name in sorted(assets):
            tree.add_copy(hashed_name(name, everything[name].digest), everything[name].path)

    def _fail(self, report: BuildReport, problems: list[PrismicSsgError]) -> None:
        count = len(problems)
        message = f"{count} problem{'s' if count > 1 else ''}, so nothing was published"
        raise BuildFailed(message, problems, report=report)

    def _report(
        self,
        pulled: Pulled,
        notes: list[str],
        warnings: list[PrismicSsgError],
        problems: list[PrismicSsgError],
    ) -> BuildReport:
        table = self.world.pages
        return BuildReport(
            ref=pulled.snapshot.ref,
            documents=len(pulled.snapshot.documents),
            pages=len(table.pages),
            rendered=frozenset(table.pages),
            requests=pulled.requests,
            documents_without_url=Counter(document.type for document in table.without_url),
            notes=tuple(notes),
            warnings=tuple(warnings),
            errors=tuple(problems),
            seconds=self.clock.seconds,
        )

    def _counted(self, report: BuildReport, published: Published) -> BuildReport:
        return replace(
            report,
            written=published.written,
            unchanged=published.unchanged,
            removed=published.removed,
            copies=published.copies,
            images=len(self.images.files),
            image_bytes=self.images.size_bytes,
            images_fetched=self.images.fetched,
            seconds=self.clock.seconds,
        )


def _check_encoding(rendered: Rendered) -> None:
    try:
        rendered.text.encode()
    except UnicodeEncodeError as error:
        page = rendered.page
        raise ContentError(
            f"{page.origin}: text that is no Unicode: {error}", page=page.path
        ) from None
