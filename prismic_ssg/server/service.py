"""The server's parts together: what changes is built, what was built is told."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prismic_ssg.api.collector import collect_leavings
from prismic_ssg.api.waiting import sleep
from prismic_ssg.build import build
from prismic_ssg.building.standing import state_file
from prismic_ssg.errors import PrismicError, PrismicSsgError
from prismic_ssg.previews import Previews
from prismic_ssg.report import BuildReport, problem_members
from prismic_ssg.server.builder import Builder
from prismic_ssg.server.causes import Cause, cause_of, together
from prismic_ssg.server.days import Days
from prismic_ssg.server.failures import Failures, told_in_our_words
from prismic_ssg.server.files import Answer, Asked, SiteFiles
from prismic_ssg.server.front import Front, live_site, today
from prismic_ssg.server.journal import Journal, moment, no_journal
from prismic_ssg.server.lag import LOOK_AGAIN_S, Lag
from prismic_ssg.server.livereload import LiveReload
from prismic_ssg.server.options import Options
from prismic_ssg.server.overlay import Mistake, flat, mistakes, overlay
from prismic_ssg.server.polling import Poller
from prismic_ssg.server.preview_site import PreviewSite
from prismic_ssg.server.project import Project
from prismic_ssg.server.publishing import Publisher, Publishing
from prismic_ssg.server.repository import Repository
from prismic_ssg.server.status import LastBuild, Status
from prismic_ssg.server.watch import Watcher
from prismic_ssg.server.watched import watched
from prismic_ssg.store.folder_lock import is_locked
from prismic_ssg.store.mark import Mark
from prismic_ssg.store.published import PublishedFiles
from prismic_ssg.store.sources import source_lines
from prismic_ssg.store.trigger import Hint, Trigger

# So often it is looked whether another build of the output is done.
_LOOK_S = 0.1

# Their content is in their name: what is new about them is new in the pages that name them.
_HASHED_NAME = re.compile(r"\.[0-9a-f]{8}\.[a-z0-9]+$")

START = Cause(("start",), content=True, configuration=True)


class Service:
    """A site that is served and, if it is watched, built whenever something changes.

    `on_built` is told each build's report, or its problems. `today` stands for the clock.
    """

    def __init__(
        self,
        options: Options,
        *,
        journal: Journal = no_journal,
        on_built: Callable[[Cause, BuildReport], None] = lambda _cause, _report: None,
        on_failed: Callable[[Cause, PrismicSsgError], None] = lambda _cause, _error: None,
        today: Callable[[], date] = today,
    ) -> None:
        self.options = options
        self.journal = journal
        self.status = Status()
        self.project = Project.read(options.folder, options.build, options.environment)
        self.live = (
            LiveReload(lambda path: self.files.seen(path), self._trouble)
            if options.reloads
            else None
        )
        self.site = live_site(options, today)
        self.days = Days(today, self.ask)
        self.front = Front(
            self.site,
            self.live,
            build=lambda cause: self._builder.ask(cause),
            look=lambda path: self.files.seen(path),
            names=lambda path: self.files.names(path),
            on_failed=self._tell_problems,
            ref=lambda: self._lag.ahead,
        )
        self.files = self._files()
        self.previews = PreviewSite(
            self.site,
            Previews(self.site, options.environment, time.monotonic),
            lambda: self.files,
            journal,
        )
        self.trigger = Trigger(options.trigger or self.project.cache / "trigger")
        self._on_built = on_built
        self._on_failed = on_failed
        self._builder = Builder(self.build)
        self._watcher = Watcher(self._changed, journal)
        self._publisher = Publisher(options.environment, journal)
        self._repository = Repository(options)
        self._lag = Lag(self._repository.master_ref, self._repository.newest)
        self._poller = self._polling(options.poll_s) if options.poll_s else None
        self._failures = Failures(lambda: datetime.now(UTC))
        self._has_content = False
        self._watched = watched(self.project, self.trigger.path)
        self._touching = threading.Lock()

    def _files(self) -> SiteFiles:
        if not (self.options.watches or self.options.renders):
            return SiteFiles(
                PublishedFiles(self.project.output), base_path=self.project.site.base_path
            )
        return SiteFiles(
            PublishedFiles(self.project.output),
            base_path=self.project.site.base_path,
            decorate=self.live.decorate if self.live else None,
            page=self.front.page,
            is_gone=self.front.is_gone,
            fails=lambda name: self.front.problem(name) is not None,
            is_for_good=not self.options.watches,
        )

    def _polling(self, every_s: float) -> Poller:
        return Poller(
            every_s,
            self._repository.master_ref,
            lambda: self._lag.ahead or self.status.ref,
            lambda _: self.ask(Cause(("poll",), content=True)),
            self.journal,
        )

    @property
    def status_now(self) -> Status:
        """The status, with what only others know."""
        error = self._poller.error if self._poller is not None else None
        failing = {name: moment(since) for name, since in self._publisher.failing.items()}
        return replace(
            self.status, poll_error=error.message if error else None, on_publish_failing=failing
        )

    # -- life

    def start(self) -> None:
        """Build, and again after every change. To be called in the event loop."""
        if self.live is not None:
            self.live.start()
        self._watch()
        self._builder.start()
        self.front.start()
        self.days.start()
        if self._poller is not None:
            self._poller.start()
        self.ask(START)

    def stop(self) -> None:
        """Begin nothing new; `join` waits for what is under way."""
        self._watcher.stop()
        self.days.stop()
        self.front.stop()
        self.previews.close()
        self._builder.stop()
        if self._poller is not None:
            self._poller.stop()

    def join(self, timeout_s: float) -> bool:
        """Wait for the build in hand, and for what it set off; whether that ended in time."""
        if not self._builder.join(timeout_s):
            return False
        self._publisher.stop()
        return self._publisher.join(timeout_s)

    @property
    def under_way(self) -> str:
        """What `join` waits for."""
        return "on_publish" if self._builder.join(0) else "the build in hand"

    def ask(self, cause: Cause) -> None:
        """Show what can be shown at once, and build soon. From any thread."""
        if cause == START:
            self._builder.ask(cause)
        else:
            self.front.ask(cause)

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request for a page: as an editor sees it, or as everybody does."""
        return self.previews.answer(asked) or self.files.answer(asked)

    # -- changes

    def _watch(self) -> None:
        self._watched = watched(self.project, self.trigger.path)
        self._watcher.watch(self._watched.deep, self._watched.flat)

    def _changed(self, paths: set[Path]) -> None:
        """Files changed: build if they matter. From a watcher's thread."""
        self._watch()
        causes = [self._watched.cause_of(paths, self.project), self._touched()]
        given = [cause for cause in causes if cause is not None]
        if given:
            self.ask(together(given))

    def _touched(self) -> Cause | None:
        with self._touching:
            hints = self.trigger.news()
        return None if hints is None else cause_of(hints)

    def take(self, hint: Hint) -> None:
        """Build for a hint: by way of the trigger file, which is there also if this process is not
        any more, or at once where that can't be written."""
        try:
            self.trigger.append(hint)
        except OSError as error:
            self.journal("trigger-failed", error=str(error))
            self.ask(cause_of([hint]))

    # -- builds

    def build_once(self) -> None:
        """The only build of a site that is not watched. Raises what build() raises."""
        began = time.perf_counter()
        report = self._built(START)
        self._note_success(START, report, time.perf_counter() - began)

    def build(self, cause: Cause) -> float | None:
        """One build; its outcome is told to whoever wants to know. In the builder's thread."""
        self.status = replace(self.status, is_building=True)
        began = time.perf_counter()
        try:
            if cause.configuration:
                self._read_project()
            report = self._built(cause)
        except PrismicSsgError as error:
            again_in_s = self._note_failure(cause, error, time.perf_counter() - began)
        else:
            self._note_success(cause, report, time.perf_counter() - began)
            again_in_s = LOOK_AGAIN_S if self._lag.looks_again else None
        if self.options.watches:
            self._watch_what_was_read()
            collect_leavings()
        return again_in_s

    def _watch_what_was_read(self) -> None:
        """Build once more where something was read that was not watched then."""
        before = self._watched
        self._watch()
        now = self._watched
        if (before.deep, before.configuration) != (now.deep, now.configuration):
            self.ask(Cause(("more to watch",), content=True, configuration=True))
        touched = self._touched()
        if touched is not None:
            self.ask(touched)

    def _read_project(self) -> None:
        self.project = Project.read(
            self.options.folder, self.options.build, self.options.environment, self.project
        )
        self.files = self._files()

    def _built(self, cause: Cause) -> BuildReport:
        options = dict(self.options.build)
        # What was pulled last is still right where no content can have changed. Images of content
        # that a template newly asks for have to be fetched.
        is_hosted = self.project.content is None
        is_current = is_hosted and self._has_content and not cause.content
        if is_current and self.project.site.images == "link":
            options["offline"] = True
        if cause.content:
            self._has_content = False
        if is_hosted and cause.content and not options.keys() & {"ref", "release", "offline"}:
            self._lag.ref_for(cause.refs, self.status.ref, time.monotonic())
            options["hint_ids"] = cause.documents
        if self._lag.ahead is not None:
            options["ref"] = self._lag.ahead
        asked_at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}+0000"
        with told_in_our_words("the build broke off"):
            if self.options.watches and not self.files.published.is_there:
                self.front.before_first_build()
            shown = self.front.beginning()
            if self.options.watches:
                self._publisher.expect(self._publishing)
            report = self._build(options)
        self._has_content = True
        self._lag.built(report.ref or "", asked_at)
        if self.options.watches:
            self.front.built(shown, cause)
        return report

    def _build(self, options: Mapping[str, Any]) -> BuildReport:
        ours = {"environment": self.options.environment, "on_wait": self._await_other}
        given = {**ours, "today": self.site.today(), **options}
        try:
            return build(self.options.folder, **given)
        except PrismicError:
            if "offline" in self.options.build or "offline" not in options:
                raise
        # The configuration asks for other content by now than was pulled last.
        return build(self.options.folder, **{**given, "offline": False})

    @property
    def _publishing(self) -> Publishing:
        project = self.project
        state = state_file(project.cache, project.folder, project.output)
        return Publishing(project.site, project.folder, Mark(state.with_suffix(".owed")))

    def _await_other(self) -> None:
        """Wait until the output is no other build's, in a way that can be left."""
        self.journal("waiting", until="another build of this output is done")
        while is_locked(self.project.output):
            sleep(_LOOK_S)

    def _note_success(self, cause: Cause, report: BuildReport, seconds: float) -> None:
        self.status = replace(
            self.status,
            ref=report.ref,
            builds=self.status.builds + 1,
            is_building=False,
            last_build=LastBuild(seconds, len(report.rendered), str(cause)),
            problems=(),
            pages=report.pages,
            failing_since=None,
        )
        if self.live is not None:
            self.live.announce(self.front.untold(changed_assets(report.changed_files)))
        before = self._failures.worked()
        self.journal(
            "built",
            cause=str(cause),
            seconds=round(seconds, 3),
            rendered=len(report.rendered),
            written=report.written,
            removed=report.removed,
            ref=report.ref,
            failed_since=None if before is None else moment(before.since),
        )
        self._on_built(cause, report)
        if self.options.watches:
            self._publisher.built(self._publishing, has_changed=bool(report.changed_files))

    def _note_failure(self, cause: Cause, error: PrismicSsgError, seconds: float) -> float | None:
        problems = flat(error)
        report = getattr(error, "report", None)
        if isinstance(report, BuildReport) and report.ref:
            # The content is there; it is a page that can't be rendered.
            self._has_content = True
        failing = self._failures.failed(problems)
        is_first = failing.times == 1
        rendered = len(report.rendered) if isinstance(report, BuildReport) else 0
        self.status = replace(
            self.status,
            builds=self.status.builds + 1,
            is_building=False,
            last_build=LastBuild(seconds, rendered, str(cause)),
            problems=tuple(problems),
            failing_since=moment(failing.since),
        )
        self._tell_problems(error)
        self.journal(
            "failed",
            cause=str(cause),
            seconds=round(seconds, 3),
            problems=len(problems),
            first=problems[0].message,
            times=None if is_first else failing.times,
            since=None if is_first else moment(failing.since),
            again_in_s=failing.again_in_s,
            errors=[problem_members(problem) for problem in problems] if failing.is_news else None,
        )
        if failing.is_news:
            self._on_failed(cause, error)
        return failing.again_in_s

    def _tell_problems(self, error: PrismicSsgError) -> None:
        if self.live is not None:
            found = mistakes(flat(error))
            self.live.announce(problems=self._shown(found), problem_count=len(found))

    def _trouble(self, path: bytes) -> Sequence[Mapping[str, Any]]:
        """What keeps the page at a path from being shown as it is now."""
        problems = [self.front.problem(name) for name in self.files.names(path)]
        return self._shown(mistakes([problem for problem in problems if problem is not None]))

    def _shown(self, found: Sequence[Mistake]) -> list[dict[str, Any]]:
        return overlay(found, self._source, self.project.hosted_as)

    def _source(self, shown: str) -> Sequence[str] | None:
        path = self.project.file_named(shown)
        return source_lines(path) if path else None


def changed_assets(files: Iterable[str]) -> list[str]:
    """Of changed files those that pages may show, but for those with a hash in their name: where
    such a one is new, the pages that name it have changed."""
    return [name for name in files if not name.endswith(".html") and not _HASHED_NAME.search(name)]
