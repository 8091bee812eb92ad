"""The conductor: content → world → plan → rendered → published → remembered → report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from prismic_ssg.api.collector import collector_off
from prismic_ssg.before_build import run_before_build
from prismic_ssg.building.ahead import Ahead
from prismic_ssg.building.engine_key import engine_key
from prismic_ssg.building.phases import Phases, Progress, counted
from prismic_ssg.building.processes import cores
from prismic_ssg.building.pull_process import PullProcess
from prismic_ssg.building.reports import counted_report, new_report, repeated_report, report_members
from prismic_ssg.building.standing import (
    everything_stands,
    key_of_inputs,
    left_behind,
    standing,
    state_file,
    without_images,
)
from prismic_ssg.errors import BuildFailed, ContentError, OutputError, os_told
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.report import BuildReport
from prismic_ssg.sources import Sources, source_folders
from prismic_ssg.store.addresses import Addresses
from prismic_ssg.store.cache import CACHE, forget, forgotten
from prismic_ssg.store.configuration import load
from prismic_ssg.store.output import OutputTree, check_output
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.state import BuildState, FileRow, PageRow, Remembered
from prismic_ssg.unbroken import unbroken

# What renders is imported where there is something to render: it takes longer than to find out that
# there is nothing. tests/cli/test_start.py holds the line.
if TYPE_CHECKING:
    from prismic_ssg.api.pulled import Pulled
    from prismic_ssg.building.elsewhere import Elsewhere
    from prismic_ssg.building.page_table import KeptPages
    from prismic_ssg.building.run import BuildRun
    from prismic_ssg.engine.plan import Plan
    from prismic_ssg.engine.world import World
    from prismic_ssg.site import Site


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
    jobs: int | None = None,
    profile: bool = False,
    hint_ids: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    today: date | None = None,
    on_progress: Progress | None = None,
    on_wait: Callable[[], None] | None = None,
) -> BuildReport:
    """Build the site in a folder and say what was done.

    Renders only what changed since the last build into the same output. `repository`, `base_url`
    and `output` win over what `prismicio.py` says; a relative `output` or repository folder given
    here is relative to the working directory. `ref` and `release` choose other content than
    master's; `offline` takes what was pulled last, `force` forgets it. `jobs` is how many processes
    may render, as many as there are processors by default. `hint_ids` are documents that a webhook
    named. With `profile` templates and queries are timed, in one process. `environment` stands for
    `os.environ`, `today` for the clock. `on_wait` is called where another build of this output has
    to end first.

    Raises ConfigurationError, PrismicError where the content can't be had, OutputError, and
    BuildFailed, which carries every problem found and the report; in all cases the output is as it
    was. With `strict`, warnings are problems.
    """
    environment = os.environ if environment is None else environment
    clock = Phases(perf_counter)
    with collector_off(), os_told(), ExitStack() as at_the_end:
        project = Path(project_dir)
        loaded = load(project)
        site = loaded.site if base_url is None else replace(loaded.site, base_url=base_url)
        target = Path(output) if output is not None else project / site.output
        cache = project / CACHE
        if force and dry_run:
            cache = at_the_end.enter_context(forgotten(cache))
        elif force:
            forget(cache)
        origin = Origin.of(site, project, repository, environment)
        check_output(target, project, source_folders(project, site, origin.folder))
        with (
            OutputTree(target, on_wait=on_wait) as tree,
            BuildState(state_file(cache, project, target)) as state,
            Ahead(state, tree, perf_counter, project, site) as ahead,
            PullProcess(ahead.begin) as process,
            Addresses(cache, origin.hosted_as or "") as addresses,
        ):

            def pull() -> tuple[Pulled, str]:
                with clock.measured("sync"):
                    told = counted(on_progress, "documents"), process.puller, ahead.begin
                    wanted = Wanted(ref, release, offline, tuple(hint_ids))
                    pulled = origin.pull(site, wanted, environment, cache, *told)
                return pulled, engine_key(loaded, site, pulled.repository, origin.hosted_as)

            pulled, key = pull()
            if not dry_run:
                apart = (target, origin.folder or target)
                run_before_build(site.before_build, project, cache, environment, leave_out=apart)
            sources = Sources.read(project, site)
            images = PageImages(
                site, cache, offline=offline, on_fetched=counted(on_progress, "images")
            )
            conductor = _Build(
                project=project,
                site=site,
                origin=origin,
                pulled=pulled,
                sources=sources,
                engine_key=key,
                today=today or datetime.now(UTC).date(),
                tree=tree,
                state=state,
                ahead=ahead,
                addresses=addresses,
                snapshots=cache / "snapshots.db",
                images=images,
                clock=clock,
                on_progress=on_progress,
                jobs=1 if profile else jobs,
                profile=profile,
                dry_run=dry_run,
                strict=strict,
            )
            try:
                return conductor.run()
            except (BuildFailed, ContentError):
                if offline or origin.still_has(pulled, cache):
                    raise
            # The cache was found damaged, and is gone: all is pulled once more.
            pulled, key = pull()
            return msgspec.structs.replace(conductor, pulled=pulled, engine_key=key).run()


class _Build(msgspec.Struct, frozen=True):
    """One build of one output folder, which is locked for as long as it takes."""

    project: Path
    site: Site
    origin: Origin
    pulled: Pulled
    sources: Sources
    engine_key: str
    today: date
    tree: OutputTree
    state: BuildState
    ahead: Ahead
    addresses: Addresses
    snapshots: Path
    images: PageImages
    clock: Phases
    on_progress: Progress | None
    jobs: int | None
    profile: bool
    dry_run: bool
    strict: bool

    def run(self) -> BuildReport:
        with self.clock.measured("plan"):
            nothing = self._nothing_to_do(self._inputs())
            if nothing is not None:
                return nothing
            from prismic_ssg.building.page_table import KeptPages
            from prismic_ssg.building.run import BuildRun
            from prismic_ssg.worlds import make_world

            remembered = self.ahead.remembered()
            if remembered is None or remembered.head["list"] != self.tree.list_digest:
                self.tree.know(left_behind(self.state, self.tree))
            if not self.tree.is_ours:
                remembered = None
            # What was made by another engine counts for nothing, but is told of.
            past = remembered
            if past is not None and past.world["engine_key"] != self.engine_key:
                past = None
            table = KeptPages(self.site, self.ahead.table, self.pulled, past, self.snapshots)
            world, notes, warnings = make_world(
                *(self.site, self.pulled, self.sources, self.origin, self.today, self.engine_key),
                kept=table.get,
            )
            kept, planned = self._planned(remembered, past, world, table)
            files_before = remembered.files if remembered else {}
            everything = kept is None
        run = BuildRun(
            *(world, self.sources, planned, kept or {}, self.tree, self.images),
            self._elsewhere(world),
            self.snapshots.with_name("templates.bin"),
            self.addresses.all if table.has_moved(self.addresses.digest) else {},
            table.changes if table.is_same else None,
            state=self.state,
        )
        del kept, past, remembered  # The run lets go of rows that it does not need.
        if self.profile:
            run.watch(perf_counter)
        with self.clock.measured("render"):
            each = counted(self.on_progress, "pages")
            run.render(self.jobs or cores(), each, lambda: table.row(world.pages))
        report = new_report(self.pulled, self.today, world, planned, notes, run.problems)
        if not run.problems:
            report = replace(report, warnings=(*warnings, *run.warnings()))
        if run.timings is not None:
            report = replace(report, timings=run.timings.all())
        self._check(report)
        with self.clock.measured("write"):
            files = run.arrange(standing(files_before, self.tree))
            if self.dry_run:
                report = counted_report(report, self.tree.preview(), self.images)
                return replace(report, seconds=self.clock.seconds)
            with unbroken():
                self._begin(planned, everything=everything)
                published = self.tree.publish()
                report = counted_report(report, published, self.images)
                report = self._remembered(report, run, files, table, everything=everything)
        return replace(report, seconds=self.clock.seconds)

    def _inputs(self) -> str:
        types = sorted(self.pulled.repository.types)
        made_from = self.pulled.place, self.sources.digests, self.addresses.digest
        return key_of_inputs([self.engine_key, types, *made_from])

    def _nothing_to_do(self, inputs: str) -> BuildReport | None:
        """The report of a build of which everything stands in the output already."""
        head = self.state.head()
        if head is None or head["inputs"] != inputs or head["list"] != self.tree.list_digest:
            return None
        if head["reads_today"] and head["today"] != self.today.isoformat():
            return None
        if not everything_stands(self.state, self.tree, self.images):
            return None
        report = replace(
            repeated_report(head["report"]),
            ref=self.pulled.ref,
            requests=self.pulled.requests,
            today=self.today,
        )
        self._check(report)
        return replace(report, seconds=self.clock.seconds)

    def _planned(
        self,
        remembered: Remembered | None,
        past: Remembered | None,
        world: World,
        table: KeptPages,
    ) -> tuple[dict[str, PageRow] | None, Plan]:
        """The pages of the last build, None where it counts for nothing, and what is to be done.
        `past` is what is `remembered`, where that counts."""
        from prismic_ssg.building.memory import past_of
        from prismic_ssg.engine.plan import plan

        changes = table.changes_in(world)
        if remembered is not None and past is None:
            return None, plan(past_of(remembered, {}, None), world, ())
        if past is None or changes is None:
            return None, plan(None, world, ())
        pages = self.ahead.pages(past, again=bool(self.site.before_build))
        for path in without_images(pages, self.images):
            pages[path] = pages[path]._replace(digest=None)
        urls = None if table.is_same else self.state.urls()
        planned = plan(past_of(past, pages, urls), world, changes, has_same_pages=table.is_same)
        if world.snapshot is self.pulled.snapshot:
            world.snapshot.know(planned.answered)
        return pages, planned

    def _elsewhere(self, world: World) -> Elsewhere | None:
        from prismic_ssg.building.elsewhere import Elsewhere

        if self.pulled.place is None:
            return None
        return Elsewhere.of(world, self.project, self.snapshots, self.pulled.place, self.tree.root)

    def _check(self, report: BuildReport) -> None:
        """Raise BuildFailed where the report has what keeps a build from being published."""
        problems = report.errors or (report.warnings if self.strict else ())
        if problems:
            count = len(problems)
            message = f"{count} problem{'s' if count > 1 else ''}, so nothing was published"
            report = replace(report, seconds=self.clock.seconds)
            raise BuildFailed(message, problems, report=report)

    def _begin(self, planned: Plan, *, everything: bool) -> None:
        try:
            self.state.begin(planned.render, everything=everything or self.pulled.place is None)
        except OutputError:
            # It has removed itself then, which says as well that nothing is known.
            return

    def _remembered(
        self,
        report: BuildReport,
        run: BuildRun,
        files: tuple[FileRow, ...],
        table: KeptPages,
        *,
        everything: bool,
    ) -> BuildReport:
        """Keep for the next build what was done. The site is published: failing here warns only."""
        from prismic_ssg.building.memory import row_of, still_read, world_members
        from prismic_ssg.engine.facts import TODAY, any_reads

        place = self.pulled.place
        if place is None:
            return report
        before = self.addresses.digest
        is_all_kept = True
        try:
            if self.pulled.is_public and not table.has_addresses(before):
                self.addresses.remember(run.addresses)
        except OutputError as error:
            report = replace(report, warnings=(*report.warnings, error))
            # The next build is not to find that there is nothing to do.
            is_all_kept = False
        pages = run.world.pages.pages
        rows = [row_of(pages[path], done, report.why[path]) for path, done in run.done.items()]
        answers = still_read({**run.plan.answers, **run.answers}, run, rows)
        reads = [row.reads for row in rows]
        if table.may_read_today:
            reads += [row.reads for row in run.kept.values()]
        addresses = self.addresses.digest
        head = {
            "inputs": self._inputs() if is_all_kept else "",
            "place": place,
            "addresses": addresses if self.pulled.is_public and is_all_kept else None,
            "has_moved": run.has_moved or addresses != before,
            "list": self.tree.list_digest,
            "today": self.today.isoformat(),
            "reads_today": any_reads(reads, TODAY),
            "report": report_members(report),
        }
        try:
            self.state.commit(
                head,
                world_members(run.world),
                built=rows,
                blocks=run.blocks,
                removed=run.plan.remove,
                files=files,
                answers=answers,
                table=table.row(run.world.pages),
                urls=None if table.is_same else run.world.urls,
                everything=everything,
            )
            with SnapshotStore(self.snapshots) as store:
                store.keep(self.state.path.stem, place)
        except OutputError as error:
            return replace(report, warnings=(*report.warnings, error))
        return report
