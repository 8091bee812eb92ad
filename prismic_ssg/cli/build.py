"""`prismic-ssg build`."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.console import OK, Console, counted
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

_WAITING = "another build of this output is at work: waiting until it is done"


@click.command()
@output_option("Folder to publish into.")
@base_url_option
@click.option("-f", "--force", is_flag=True, help="Forget what is known and build everything.")
@jobs_option
@strict_option
@click.option("--verify", is_flag=True, help="Build from nothing as well, and compare.")
@click.option("--explain", is_flag=True, help="Say for each page why it was rendered.")
@click.option("--profile", is_flag=True, help="Say which templates and queries take the time.")
@click.option("-n", "--dry-run", is_flag=True, help="Render what changed, publish nothing.")
@click.option("--report", metavar="FILE", help="Write a report as JSON; - for standard output.")
@content_options
@click.pass_obj
def command(
    console: Console, /, report: str | None, verify: bool, explain: bool, **options: Any
) -> int:
    """Build the site: content → dist/.

    Only what changed since the last build is rendered, all of it before the first file of the
    output changes; a build with an error publishes nothing. The access token of a private
    repository comes from PRISMIC_ACCESS_TOKEN.
    """
    if verify and options["dry_run"]:
        raise click.UsageError("--verify compares what was published: not with --dry-run")
    console.results_on_stderr = report == "-"
    try:
        with console.progress() as progress:
            options.update(on_progress=progress, on_wait=lambda: console.note(_WAITING))
            done = _build(console.project, verify=verify, **options)
    except PrismicSsgError as error:
        if report is not None:
            _write_failure(report, error)
        raise
    if report is not None:
        _write(report, done)
    for note in done.notes:
        console.note(note)
    console.problems("warning", done.warnings)
    if done.timings:
        console.result(_timings(done))
    if explain:
        for path in sorted(done.rendered):
            console.result(f"{path}  {done.why[path]}")
    console.result(_summary(done, dry_run=options["dry_run"]))
    if verify:
        console.result("verified: a build from nothing makes the same files")
    return OK


def _build(project: Path, *, verify: bool, **options: Any) -> BuildReport:
    if verify:
        from prismic_ssg.verify import build_and_verify

        # Of the first build not everything need stay while the second is made.
        gc.enable()
        return build_and_verify(project, **options)
    from prismic_ssg.build import build

    return build(project, **options)


def _write_failure(report: str, error: PrismicSsgError) -> None:
    from dataclasses import replace

    from prismic_ssg.report import BuildReport, flatten

    done = getattr(error, "report", None)
    if not isinstance(done, BuildReport):
        done = BuildReport(errors=tuple(flatten(error)))
    _write(report, replace(done, errors=tuple(flatten(error))))


def _write(target: str, report: BuildReport) -> None:
    if target == "-":
        click.echo(report.to_json(), nl=False)
        return
    try:
        Path(target).write_text(report.to_json(), "utf-8")
    except OSError as error:
        raise click.FileError(target, hint=error.strerror) from None


_TIMINGS_SHOWN = 15


def _timings(report: BuildReport) -> str:
    """Tables of the templates and the queries that took most, in milliseconds."""
    lines = []
    for kind, title in (("template", "templates, with what they include"), ("query", "queries")):
        rows = [each for each in report.timings if each.kind == kind]
        lines += [f"{'together':>10} {'average':>9} {'longest':>9} {'count':>7}  {title}"]
        lines += [
            f"{1000 * each.total_s:>10.1f} {1000 * each.average_s:>9.3f} "
            f"{1000 * each.longest_s:>9.3f} {each.count:>7}  {each.name}"
            for each in rows[:_TIMINGS_SHOWN]
        ]
        if len(rows) > _TIMINGS_SHOWN:
            lines.append(f"{'':>39}… and {len(rows) - _TIMINGS_SHOWN} more")
    return "\n".join(lines)


def _summary(report: BuildReport, *, dry_run: bool) -> str:
    counts = [
        f"{counted(len(report.rendered), 'page')} rendered",
        f"{report.written:,} written",
        f"{report.unchanged:,} unchanged",
        f"{report.removed:,} removed",
    ]
    seconds = report.seconds
    phases = ", ".join(
        f"{phase} {seconds[phase]:.2f}" for phase in ("sync", "plan", "render", "write")
    )
    documents = counted(report.documents, "document")
    lines = [
        f"ref {report.ref}: {documents} in {counted(report.requests, 'request')}",
        ("would be: " if dry_run else "") + ", ".join(counts),
        f"{seconds['total']:.2f} s ({phases})",
    ]
    if report.documents_without_url:
        without = report.documents_without_url
        types = ", ".join(f"{type_} {without[type_]}" for type_ in sorted(without))
        lines.insert(1, f"without a page of their own: {types}")
    if report.images:
        size = f"{report.image_bytes / 1000:,.1f} kB"
        lines.insert(-1, f"images: {report.images} of {size}, {report.images_fetched} fetched")
    return "\n".join(lines)
