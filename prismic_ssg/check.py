"""`prismic-ssg check`: a build of now, its output and its content, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from prismic_ssg.api.collector import collector_off
from prismic_ssg.api.link_probe import LinkProbe
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.build import build
from prismic_ssg.building.processes import cores
from prismic_ssg.checking.external_links import ask_others
from prismic_ssg.checking.markup_reading import markup_findings
from prismic_ssg.checking.model_files import read_model_files
from prismic_ssg.checking.output_reading import OutputReading
from prismic_ssg.checking.recorded_reads import reads_of
from prismic_ssg.checks.addresses import Place
from prismic_ssg.checks.content import ContentCheck, is_unnamed_in
from prismic_ssg.checks.external import external_findings
from prismic_ssg.checks.field_reads import Mention, unknown_fields
from prismic_ssg.checks.findings import Finding, Severity, Where, as_findings, gathered
from prismic_ssg.checks.queries import asked_by_listings, query_findings
from prismic_ssg.checks.routing import RouteCheck, shown, written_at
from prismic_ssg.checks.templates import slice_findings, slices_in, unused_templates
from prismic_ssg.content.document import Document
from prismic_ssg.content.routes import Route
from prismic_ssg.content.stand_ins import original_of
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.world import World
from prismic_ssg.errors import BuildFailed, ConfigurationError, PrismicError
from prismic_ssg.errors import PrismicSsgError as Problem
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.render.slices import DEFAULT_SLICE
from prismic_ssg.render.template_references import asked_in, members_named, template_references
from prismic_ssg.site import Site
from prismic_ssg.sources import Sources
from prismic_ssg.store.built_site import BuiltSite, is_built
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import load_site, read_configuration
from prismic_ssg.store.document_files import files_of_documents
from prismic_ssg.worlds import make_world

Progress = Callable[[str, int, int], None]

# Where a site is built that is not published: in the cache, so that the next check is quick.
_FOLDER = "check"


@dataclass(frozen=True)
class Wishes:
    """What is looked at besides: all of the HTML by its standard; links to other hosts, by what
    asks for them."""

    html: bool = False
    external: LinkProbe | None = None


@dataclass(frozen=True)
class CheckReport:
    """What was checked, and what is wrong with it. `output` says which build was looked at, None
    where none could be made; `hosted_as` is the repository's name on Prismic's servers."""

    ref: str
    documents: int
    pages: int
    output: str | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    hosted_as: str | None = None

    def has_failed(self, *, strict: bool) -> bool:
        """Whether something of it must be mended: errors, with `strict` warnings too."""
        fails = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(each.severity in fails for each in self.findings)


def check(
    project: Path,
    *,
    environment: Mapping[str, str],
    now: datetime,
    output: Path | None = None,
    base_url: str | None = None,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
    wishes: Wishes | None = None,
    on_progress: Progress | None = None,
) -> CheckReport:
    """What is wrong with a site as a build of now makes it.

    The output folder is looked at where it is what a build of now would make; else the site is
    built into the cache. Nothing that is published changes.

    Raises ConfigurationError where there is no site to check, PrismicError where its content can't
    be had. A build that fails is a finding.
    """
    site = load_site(project)
    if base_url is not None:
        site = replace(site, base_url=base_url)
    options: dict[str, Any] = {
        "base_url": base_url,
        "repository": repository,
        "ref": ref,
        "release": release,
        "environment": environment,
        "today": now.date(),
        "on_progress": on_progress,
    }
    wishes = wishes or Wishes()
    with collector_off():
        built = _built(project, site, output, {**options, "offline": offline})
        origin = Origin.of(site, project, repository, environment)
        wanted = Wanted(ref, release, offline)
        pulled = _pulled(origin, site, wanted, environment, project / CACHE)
        run = _Run(project, site, origin, pulled, built, wishes, now)
        findings, pages = run.findings(on_progress)
    return CheckReport(
        pulled.snapshot.ref,
        len(pulled.snapshot.documents),
        pages,
        built.shown,
        findings,
        run.notes,
        origin.hosted_as,
    )


@dataclass(frozen=True)
class _Built:
    """The build that is looked at, and what it said. `folder` is None where it failed."""

    folder: Path | None
    shown: str | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def _built(project: Path, site: Site, output: Path | None, options: Mapping[str, Any]) -> _Built:
    target = output if output is not None else project / site.output
    name = str(output) if output is not None else site.output
    try:
        if is_built(target):
            done = build(project, output=target, dry_run=True, **options)
            if not done.written and not done.removed and not done.copies:
                return _Built(target, name, warnings=done.warnings)
        folder = project / CACHE / _FOLDER
        done = build(project, output=folder, **options)
    except BuildFailed as failure:
        return _Built(None, None, problems=failure.problems)
    except PrismicError:
        raise
    except Problem as problem:
        return _Built(None, None, problems=(problem,))
    else:
        return _Built(folder, "a build of now", warnings=done.warnings)


def _pulled(
    origin: Origin, site: Site, wanted: Wanted, environment: Mapping[str, str], cache: Path
) -> Pulled:
    """The content that the build has pulled; asked for again only where it was not kept."""
    if origin.local is None and not wanted.offline:
        try:
            kept = msgspec.structs.replace(wanted, offline=True)
            return origin.pull(site, kept, environment, cache)
        except PrismicError:
            pass
    return origin.pull(site, wanted, environment, cache)


class _Run:
    """Every check of one site. `notes` say what could not be checked."""

    def __init__(
        self,
        project: Path,
        site: Site,
        origin: Origin,
        pulled: Pulled,
        built: _Built,
        wishes: Wishes,
        now: datetime,
    ) -> None:
        self._project = project
        self._site = site
        self._origin = origin
        self._pulled = pulled
        self._built = built
        self._wishes = wishes
        self._now = now
        self._sources = Sources.read(project, site)
        self._notes: list[str] = []
        folders = [project, project / "src", *([origin.folder] if origin.folder else ())]
        self._models, problems = read_model_files(folders)
        self._problems: list[Finding] = list(problems)
        self._world: World | None = None
        try:
            self._world = make_world(site, pulled, self._sources, origin, now.date(), "")[0]
        except Problem as problem:
            # The build says the same, where it got that far.
            if not built.problems:
                self._problems += as_findings("build-error", (problem,))

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def findings(self, on_progress: Progress | None) -> tuple[tuple[Finding, ...], int]:
        """What is wrong, and how many pages were looked at."""
        found = list(self._problems)
        output = None
        if self._built.folder is not None:
            output = OutputReading(
                BuiltSite(self._built.folder),
                Place(self._site.origin, self._site.base_path),
                self._where_of(),
                shown_as=self._site.output,
                continued=self._continued(),
                reads_markup=not self._wishes.html,
            )
            found += output.findings(on_progress)
            found += self._by_wish(output, on_progress)
        else:
            self._notes.append("the site can't be built: its pages were not looked at")
        unnamed = output.check.unnamed_images if output else set()
        found += ContentCheck(
            self._pulled.snapshot,
            self._world.pages.urls if self._world else None,
            self._models,
            self._site.lang,
            is_unnamed_in(unnamed, are_downloaded=self._site.images == "download"),
        ).findings()
        routes = self._routes()
        found += routes
        found += self._templates()
        found += self._said_by_build(routes)
        return gathered(self._with_sources(found)), output.check.pages if output else 0

    def _by_wish(self, output: OutputReading, on_progress: Progress | None) -> Iterator[Finding]:
        """What takes longer than a build does."""
        cache, count = self._project / CACHE, output.check.pages
        if self._wishes.html:

            def progress(done: int) -> None:
                if on_progress is not None:
                    on_progress("html", done, count)

            yield from markup_findings(output.texts(), cache, cores(), progress)
        if self._wishes.external is not None:
            places = output.check.external
            answers = ask_others(places, cache, self._now, self._wishes.external, on_progress)
            yield from external_findings(answers, places)
            left = len(places) - len(answers)
            if left:
                self._notes.append(f"{left:,} links to other hosts were left for another day")

    def _where_of(self) -> Mapping[str, Where]:
        """The page and the document of each file of the output."""
        if self._world is None:
            return {}
        return {
            page.file: Where(
                page.path,
                self._document_of(page),
                source=page.origin if page.markdown or page.origin.endswith(".html") else None,
            )
            for page in self._world.pages.pages.values()
        }

    def _document_of(self, page: Page) -> Document | None:
        found = (
            self._world.snapshot.get(page.document_id) if self._world and page.document_id else None
        )
        return None if found is None else original_of(found)

    def _continued(self) -> frozenset[str]:
        pages = self._world.pages.pages.values() if self._world else ()
        return frozenset(each.file for each in pages if each.listing and each.listing.number > 1)

    def _routes(self) -> list[Finding]:
        if self._site.routes is None:
            return []
        written = read_configuration(self._project)
        return list(
            RouteCheck(
                tuple(each for each in self._site.routes if isinstance(each, Route)),
                self._pulled.snapshot,
                self._pulled.repository.types,
                self._pulled.repository.master_language,
                self._site.languages,
                self._models,
                lambda route: written_at(route, written),
            ).findings()
        )

    def _templates(self) -> Iterator[Finding]:
        templates, folder = self._sources.templates, self._site.templates
        slices = slices_in(self._pulled.snapshot)
        yield from slice_findings(slices, templates, folder)
        if self._world is None:
            return
        own = {
            name: text.file
            for name, text in templates.items()
            if text.file.startswith(f"{folder}/") and not name.startswith("theme/")
        }
        used = {
            next((name for name in page.templates if name in templates), "")
            for page in self._world.pages.pages.values()
        }
        used |= {name for name in templates if name.startswith("rich_text")}
        yield from unused_templates(
            own,
            used,
            template_references(templates),
            {each.type for each in slices} | set(self._models.slices),
            {*self._pulled.repository.types, *self._models.types},
        )
        # What the theme asks for need not be there: nor where a site has made a template its own.
        optional = {
            each[0] for each in asked_in(templates[name] for name in templates.keys() - own)
        }
        asked = [
            Mention(*each)
            for each in asked_in(templates[name] for name in own)
            if each[0] not in optional
        ]
        asked += asked_by_listings(self._site.listings, read_configuration(self._project))
        if not self._site.hooks.on_snapshot:
            types = self._pulled.repository.types
            yield from query_findings(asked, self._world.snapshot, types, self._models)
        if self._built.folder is not None and self._models.types:
            theirs = members_named(text for name, text in templates.items() if name not in own)
            mentions = members_named(templates[name] for name in own)
            yield from unknown_fields(
                [Mention(name, *mentions[name]) for name in sorted(mentions.keys() - theirs)],
                self._pulled.snapshot,
                self._models,
                reads_of(self._project / CACHE, self._project, self._built.folder, self._world),
            )

    def _said_by_build(self, routes: Iterable[Finding]) -> Iterator[Finding]:
        """What the build says that no check says better."""
        about = [shown(route) for route in self._site.routes or () if isinstance(route, Route)]
        unknown = any(each.code == "route-unknown-type" for each in routes)
        for problem in self._built.problems:
            named = any(each in problem.message for each in about)
            if not (unknown and named and isinstance(problem, ConfigurationError)):
                yield from as_findings("build-error", (problem,))
        for warning in self._built.warnings:
            is_of_slice = warning.template == DEFAULT_SLICE
            is_of_links = warning.document_id is not None and " not in ref " in warning.message
            is_of_routes = any(each in warning.message for each in about)
            if not (is_of_slice or is_of_links or is_of_routes):
                yield from as_findings("build-warning", (warning,))

    def _with_sources(self, findings: list[Finding]) -> list[Finding]:
        """Findings in documents of a local repository, with the file that each is in."""
        folder = self._origin.folder
        if folder is None:
            return findings
        ids = {each.where.document.id for each in findings if each.where.document is not None}
        files = files_of_documents(folder, ids)
        shown_as = (
            folder.relative_to(self._project) if folder.is_relative_to(self._project) else folder
        )
        result = []
        for each in findings:
            document = each.where.document
            if document is not None and document.id in files and each.where.source is None:
                name, line = files[document.id]
                source = (shown_as / name).as_posix()
                where = replace(each.where, source=source, source_line=line)
                result.append(replace(each, where=where))
            else:
                result.append(each)
        return result
