"""What readers see between a change and the end of its build.

A change of templates shows at once: pages that a browser has open are rendered first and told of,
then the whole site is built. Once the output is what it should be, it alone is shown again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.live import Changed, Edition, LiveOptions, LiveSite, changed_static
from prismic_ssg.server.builder import Builder
from prismic_ssg.server.causes import Cause
from prismic_ssg.server.failures import told_in_our_words
from prismic_ssg.server.livereload import LiveReload
from prismic_ssg.server.options import Options

_log = logging.getLogger("prismic_ssg.server")

# Pages that are rendered before browsers are told; more than these follow when they ask.
_OPEN_PAGES = 50

# The browser that was told asks for its page next: it shall not have to wait for a build's plan.
_HEAD_START_S = 0.15

# Between emptying a file and writing it, as most programs save.
_WRITTEN_WITHIN_S = 0.05

Place = TypeVar("Place", bytes, str)

FOLLOWED = Cause(("followed",), content=True)


def today() -> date:
    """The day by the clock, in UTC."""
    return datetime.now(UTC).date()


def live_site(options: Options, today: Callable[[], date]) -> LiveSite:
    """The site of a project, for a server with these options."""
    known = LiveOptions.__dataclass_fields__.keys()
    given = {name: value for name, value in options.build.items() if name in known}
    return LiveSite(
        options.folder,
        options.environment,
        today,
        lambda: time.sleep(_WRITTEN_WITHIN_S),
        LiveOptions(**given),
    )


class Front:
    """Keeps a live site at what is newest, and tells browsers.

    `build` is asked for a build after each change. `look` renders what is at a path, which stands
    for a file of these `names`. `on_failed` is told what keeps a change from being followed. `ref`
    is where builds take the content from, if not from master.
    """

    def __init__(
        self,
        site: LiveSite,
        browsers: LiveReload | None,
        *,
        build: Callable[[Cause], None],
        look: Callable[[bytes], object],
        names: Callable[[bytes], Sequence[str]],
        on_failed: Callable[[PrismicSsgError], None],
        ref: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.site = site
        self._browsers = browsers
        self._build = build
        self._look = look
        self._names = names
        self._on_failed = on_failed
        self._ref = ref
        self._published: Edition | None = None
        self._told: dict[str, str] = {}
        self._thread = Builder(self._follow, name="prismic-ssg-front")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Follow nothing new."""
        self._thread.stop()

    def ask(self, cause: Cause) -> None:
        """Show a change, then build. From any thread.

        Content has to be asked for, which a build does better; what it found is shown by it.
        """
        if cause.content and not cause.configuration:
            self._build(cause)
        else:
            self._thread.ask(cause)

    # -- what is shown

    @property
    def is_ahead(self) -> bool:
        """Whether the output is behind what is known here."""
        return self.site.edition is not self._published

    def page(self, name: str) -> bytes | None:
        """A file of the output where it is fresher here."""
        return self.site.file(name) if self.is_ahead else None

    def is_gone(self, name: str) -> bool:
        """Whether the output has this file only because it is behind."""
        edition, published = self.site.edition, self._published
        if edition is None or published is None or edition is published:
            return False
        was_page = published.pages.page_of(name) is not None
        return was_page and edition.pages.page_of(name) is None

    def problem(self, name: str) -> PrismicSsgError | None:
        """What keeps this page from being shown as it is now."""
        return self.site.problem(name) if self.is_ahead else None

    # -- builds

    def before_first_build(self) -> None:
        """Show the site while it is built for the first time. Raises what refresh() does."""
        if self.site.edition is None:
            self.site.refresh(Changed())

    def beginning(self) -> Edition | None:
        """What a build that begins now will have made of the output at least, for `built`."""
        return self.site.edition

    def built(self, of: Edition | None, cause: Cause) -> None:
        """A build has succeeded: the output is at least what this edition shows."""
        # The edition may be a later one that shows what an earlier build found: no fresher for it.
        if self.is_ahead:
            self._published = of
        if cause.content or of is None or self.site.is_behind:
            self._thread.ask(FOLLOWED)

    def untold(self, names: Iterable[str]) -> list[str]:
        """Of static files that a build has put in place those that browsers do not show yet."""
        edition = self.site.edition
        static = edition.sources.static if edition else {}
        return [
            name
            for name in names
            if name not in static or self._told.get(name) != static[name].digest
        ]

    # -- in the thread

    def _follow(self, cause: Cause) -> float | None:
        old = self.site.edition
        is_built = FOLLOWED.reasons[0] in cause.reasons
        reasons = tuple(each for each in cause.reasons if each not in FOLLOWED.reasons)
        try:
            # A build has pulled what is newest: no request is needed to have it here.
            with told_in_our_words("the site can't be shown"):
                new = self.site.refresh(
                    Changed(is_built, cause.configuration, pulled=is_built, ref=self._ref())
                )
        except PrismicSsgError as error:
            if reasons:
                self._on_failed(error)
            _log.info("not followed: %s", error.message)
        else:
            if reasons:
                self._tell(old, new)
            else:
                # The output shows it already. What pages ask of new content is found out now, not
                # when somebody waits for it.
                self._published = new
                for path in self._open:
                    for name in self._names(path):
                        self._rendered(self.site.page, name)
        if reasons:
            self._build_soon(Cause(reasons, cause.configuration, cause.configuration))
        return None

    def _rendered(self, render: Callable[[Place], object], place: Place) -> None:
        """Render a page ahead of who asks for it, who is told what keeps it from being shown."""
        try:
            render(place)
        except (Exception, SystemExit):  # noqa: BLE001  (whatever it is, the change is to be built)
            _log.exception("a page can't be rendered")

    def _tell(self, old: Edition | None, new: Edition) -> None:
        if self._browsers is None:
            return
        for path in self._open:
            self._rendered(self._look, path)
        changed = changed_static(old, new)
        static = new.sources.static
        self._told.update((name, static[name].digest) for name in changed if name in static)
        self._browsers.announce(changed)

    @property
    def _open(self) -> Sequence[bytes]:
        return () if self._browsers is None else self._browsers.paths[:_OPEN_PAGES]

    def _build_soon(self, cause: Cause) -> None:
        if self._browsers is None or not self._browsers.streams:
            self._build(cause)
            return
        waiting = threading.Timer(_HEAD_START_S, self._build, [cause])
        waiting.daemon = True
        waiting.start()
