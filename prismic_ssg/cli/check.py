"""`prismic-ssg check`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.console import FAILED, NOTHING_TO_DO, OK, Console, counted
from prismic_ssg.cli.options import base_url_option, content_options, output_option
from prismic_ssg.content.visible_text import visible

if TYPE_CHECKING:
    from prismic_ssg.check import CheckReport
    from prismic_ssg.checks.findings import Finding

_SHOWN = 10
_COLORS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.command()
@click.option("--changed", is_flag=True, help="Only ask whether the content has changed since.")
@click.option("--external", is_flag=True, help="Ask other hosts whether links to them still work.")
@click.option("--html", is_flag=True, help="Check the HTML by all of its standard; slower.")
@click.option("-s", "--strict", is_flag=True, help="Let warnings fail the check.")
@click.option(
    "--format",
    "as_format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub workflow.",
)
@output_option("Folder that the site is published into.")
@base_url_option
@content_options
@click.pass_obj
def command(
    console: Console,
    /,
    changed: bool,
    external: bool,
    html: bool,
    strict: bool,
    as_format: str,
    **options: Any,
) -> int:
    """What is wrong with this site, before readers find out.

    Looks at the pages as a build of now makes them, and at the content: broken links and anchors,
    links to unpublished documents, routes, templates, titles, alternative texts. docs/checks.md
    explains every finding. Ends with 1 where there are errors.
    """
    if changed:
        return _changed(console, options)
    from prismic_ssg.check import Wishes, check

    probe = None
    if external:
        from prismic_ssg.api.link_probe import LinkProbe

        probe = LinkProbe()
    with console.progress() as progress:
        report = check(
            console.project,
            environment=os.environ,
            now=datetime.now(UTC),
            wishes=Wishes(html, probe),
            on_progress=progress,
            **options,
        )
    if as_format == "text":
        _print(console, report)
    else:
        from prismic_ssg.checks import formats

        if as_format == "json":
            click.echo(formats.as_json(_head(report), report.findings, report.hosted_as), nl=False)
        else:
            click.echo(formats.as_github(report.findings, report.hosted_as), nl=False)
    return FAILED if report.has_failed(strict=strict) else OK


def _changed(console: Console, options: dict[str, Any]) -> int:
    from prismic_ssg.last_build import what_moved

    for name in ("offline", "ref"):
        if options[name]:
            raise click.UsageError(f"--changed asks the repository: it does not go with --{name}")
    wanted = {name: options[name] for name in ("output", "repository", "release")}
    moved = what_moved(console.project, os.environ, **wanted)
    if not moved.has_changed:
        console.result(f"nothing has changed since the last build, of ref {moved.now}")
        return NOTHING_TO_DO
    before = f"the last build was of {moved.built}" if moved.built else "nothing was built before"
    console.result(f"the content is now at ref {moved.now}, and {before}")
    return OK


def _head(report: CheckReport) -> dict[str, Any]:
    return {
        "ref": report.ref,
        "documents": report.documents,
        "pages": report.pages,
        "output": report.output,
        "notes": list(report.notes),
    }


def _print(console: Console, report: CheckReport) -> None:
    from prismic_ssg.checks.findings import KINDS, Severity, counts

    hidden = 0
    for code, group in groupby(report.findings, key=lambda each: each.code):
        findings = list(group)
        kind = KINDS[code]
        if kind.severity is Severity.NOTE and not console.verbose:
            hidden += len(findings)
            continue
        if console.quiet and kind.severity is Severity.NOTE:
            continue
        label = click.style(f"{kind.severity}", fg=_COLORS[kind.severity], bold=True)
        click.echo(f"{label} {click.style(kind.title, bold=True)} [{code}]", color=console.color)
        shown = findings if console.verbose else findings[:_SHOWN]
        hints = {finding.hint for finding in findings}
        for finding in shown:
            for line in _lines(finding, report.hosted_as, with_hint=len(hints) > 1):
                click.echo(line, color=console.color)
        if len(shown) < len(findings):
            click.echo(f"  … and {len(findings) - len(shown)} more: see --verbose")
        if len(hints) == 1 and findings[0].hint:
            hint = visible(findings[0].hint)
            click.echo(f"  {click.style('→', bold=True)} {hint}", color=console.color)
        click.echo()
    for note in report.notes:
        console.note(note)
    found = counts(report.findings)
    parts = [counted(found[each], each) for each in Severity]
    looked = (
        f"looked at {counted(report.pages, 'page')} of {report.output}, and "
        if report.output
        else "looked at "
    )
    console.result(
        f"{', '.join(parts)}" + (": --verbose shows the notes" if hidden else "") + "\n"
        f"{looked}{counted(report.documents, 'document')} at ref {report.ref}"
    )


def _lines(finding: Finding, hosted_as: str | None, *, with_hint: bool) -> Iterator[str]:
    from prismic_ssg.checks.findings import PAGES_NAMED
    from prismic_ssg.checks.formats import edited_at, place_of

    yield f"  {visible(finding.message)}"
    place = place_of(finding)
    if place:
        yield f"    {visible(place)}"
    others = [page for page in finding.pages if page != finding.where.page]
    if others:
        named = ", ".join(others[: PAGES_NAMED - 1])
        more = len(others) - (PAGES_NAMED - 1)
        yield f"    also on {visible(named)}" + (f" and {more} more" if more > 0 else "")
    if finding.hint and with_hint:
        yield f"    {click.style('→', bold=True)} {visible(finding.hint)}"
    editor = edited_at(finding, hosted_as)
    if editor:
        yield f"    {editor}"
