"""`prismic-ssg serve`."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from prismic_ssg._version import __version__
from prismic_ssg.cli.console import OK, Console
from prismic_ssg.cli.ending import BY_SIGNAL, leave
from prismic_ssg.cli.options import (
    base_url_option,
    content_options,
    jobs_option,
    output_option,
    strict_option,
)
from prismic_ssg.errors import PrismicSsgError

if TYPE_CHECKING:
    from prismic_ssg.report import BuildReport
    from prismic_ssg.server.causes import Cause
    from prismic_ssg.server.options import Options
    from prismic_ssg.server.service import Service


# A first build that takes longer is told of: somebody may wonder what the server is doing.
_LONG_S = 10.0


@click.command()
@click.option("--watch", is_flag=True, help="Rebuild when something changes, reload browsers.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    envvar=["PRISMIC_SSG_SERVE_PORT", "PORT"],
    show_default=True,
    help="Or what $PORT says; 0 for any that is free.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--strict-port", is_flag=True, help="Fail if the port is taken, take no other.")
@click.option("--open", "opens", is_flag=True, help="Open the site in a browser.")
@click.option(
    "--reload/--no-reload",
    "reloads",
    default=True,
    help="With --watch: whether pages get the script that reloads them.  [default: reload]",
)
@click.option(
    "--trigger",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --watch: build when this file is touched.  [default: .prismic-ssg/trigger]",
)
@click.option(
    "--poll",
    "poll_s",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="With --watch: ask this often whether something was published.",
)
@click.option(
    "--allow-host",
    "allowed",
    metavar="NAME",
    multiple=True,
    help="Answer requests for this host, too; * for any. Repeatable.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print what happens.",
)
@output_option("Folder to publish into.")
@base_url_option
@jobs_option
@strict_option
@content_options
@click.pass_obj
def command(
    console: Console,
    /,
    watch: bool,
    port: int,
    host: str,
    strict_port: bool,
    opens: bool,
    reloads: bool,
    trigger: Path | None,
    poll_s: float | None,
    allowed: Sequence[str],
    log_format: str,
    **build_options: Any,
) -> int:
    """Build the site, then serve it.

    With --watch it is built again whenever something changes: templates, static files, pages,
    prismicio.py, a local repository, or what a webhook to /_prismic/webhook tells of. Pages in a
    browser follow by themselves; a build that fails is explained there, over the last good site.
    """
    from prismic_ssg.server.options import Options
    from prismic_ssg.server.running import bound, origin_of

    if poll_s is not None and not watch:
        raise click.UsageError("--poll needs --watch: without it nothing is built again")
    options = Options(
        console.project,
        {name: value for name, value in build_options.items() if value not in (None, False)},
        watches=watch,
        reloads=watch and reloads,
        trigger=trigger,
        poll_s=poll_s,
    )
    listening = bound(host, port, strict=strict_port)
    origin = origin_of(listening, host)
    told = _Told(console, origin, opens=opens, as_json=log_format == "json", watches=watch)
    service = told.service(options)
    if not watch:
        service.build_once()
    return asyncio.run(_serve(service, listening, [host, *allowed], told))


async def _serve(service: Service, listening: Any, names: Sequence[str], told: _Told) -> NoReturn:
    from prismic_ssg.api import waiting
    from prismic_ssg.server.application import make_app
    from prismic_ssg.server.running import serve

    def started() -> None:
        if service.options.watches:
            service.start()
            asyncio.get_running_loop().call_later(_LONG_S, told.still_building, service)
        else:
            told.ready(service)

    waiting.look_for_the_end()
    app = make_app(service, names)
    ending = await serve(app, service, listening, on_started=started, on_ending=waiting.leave)
    told.journal("stopped")
    leave(BY_SIGNAL + ending.number if ending.is_at_once else OK)


class _Told:
    """What the server prints: lines for people, or JSON for a log. Called from several threads; a
    line is one write."""

    def __init__(
        self, console: Console, origin: str, *, opens: bool, as_json: bool, watches: bool
    ) -> None:
        console.goes_on_unread = True
        self._console = console
        self._origin = origin
        self._opens = opens
        self._as_json = as_json
        self._watches = watches
        self._is_ready = False
        self._service: Service | None = None

    def service(self, options: Options) -> Service:
        from prismic_ssg.server.service import Service

        self._service = Service(
            options, journal=self.journal, on_built=self.built, on_failed=self.failed
        )
        return self._service

    def journal(self, event: str, **members: Any) -> None:
        """A line for an event."""
        from prismic_ssg.server.journal import json_line, text_line

        now = datetime.now(UTC)
        if self._as_json:
            moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._console.result(json_line(moment, event, members))
        else:
            clock = click.style(now.astimezone().strftime("%H:%M:%S"), dim=True)
            line = f"{clock} {text_line(event, members)}"
            self._console.result(line, is_styled=True)

    def built(self, cause: Cause, report: BuildReport) -> None:
        if not self._is_ready and not self._as_json:
            for note in report.notes:
                self._console.note(note)
        if self._as_json:
            from prismic_ssg.report import problem_members

            for warning in report.warnings:
                self.journal("warning", **problem_members(warning))
        else:
            self._console.problems("warning", report.warnings)
        if self._watches:
            self.ready(self._service)

    def failed(self, cause: Cause, error: PrismicSsgError) -> None:
        from prismic_ssg.server.overlay import flat, mistakes

        if not self._as_json:
            found = mistakes(flat(error))
            self._console.problems("error", [each.problem for each in found])
            others = sum(max(0, len(each.pages) - 1) for each in found)
            if others:
                self._console.note(f"the same on {others} more page{'s' if others > 1 else ''}")
        if self._watches:
            self.ready(self._service)

    def still_building(self, service: Service) -> None:
        """Where the site is, though its first build is not done: what was built before is shown."""
        if not self._is_ready:
            self.journal("building", cause="start", url=self._url(service))

    def _url(self, service: Service) -> str:
        return f"{self._origin}{service.project.site.base_path}/"

    def ready(self, service: Service | None) -> None:
        """Once, after the first build: where the site is, and how to stop."""
        if self._is_ready or service is None:
            return
        self._is_ready = True
        status = service.status
        url = self._url(service)
        seconds = status.last_build.seconds if status.last_build else 0.0
        if self._as_json:
            self.journal("serving", url=url, version=__version__, pages=status.pages)
        else:
            state = f"{status.pages:,} pages in {seconds:.2f} s"
            if status.problems:
                state = "the first build failed"
            link = click.style(url, fg="cyan", underline=True)
            more = "watching for changes; " if self._watches else ""
            self._console.result(
                f"prismic-ssg {__version__}: {state}\n  {link}\n  {more}Ctrl-C stops",
                is_styled=True,
            )
        if self._opens:
            webbrowser.open(url)
