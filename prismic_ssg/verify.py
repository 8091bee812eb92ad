"""`build --verify`: on the user's own site, a build leaves what one from nothing makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from prismic_ssg.build import build
from prismic_ssg.building.standing import state_file
from prismic_ssg.errors import BuildFailed, PageError, PrismicSsgError
from prismic_ssg.report import BuildReport
from prismic_ssg.store.cache import CACHE, forget
from prismic_ssg.store.comparison import FileDifference, differences
from prismic_ssg.store.configuration import load_site

_FOLDER = "verify"

_HINT = (
    "something that decides about it is no content: a filter, a global or a resolver of the site "
    "that reads the clock, a file, the network or a random number"
)


def build_and_verify(project: Path, **options: Any) -> BuildReport:
    """Build, then build the same content from nothing and compare.

    Takes what `build` takes. Raises BuildFailed with a problem for each file that differs; the
    output is then what the first build left.
    """
    report = build(project, **options)
    output = options.get("output") or project / load_site(project).output
    cache = project / CACHE
    scratch = cache / _FOLDER
    again = {
        **options,
        "output": scratch,
        "today": report.today,
        "force": False,
        # The ref that was just pulled, whatever is published meanwhile.
        "offline": options.get("offline", False) or (cache / "snapshots.db").is_file(),
    }
    try:
        build(project, **again)
        problems = tuple(_problems(Path(output), scratch))
    finally:
        forget(scratch)
        forget(state_file(cache, project, scratch))
    if not problems:
        return report
    count = len(problems)
    raise BuildFailed(
        f"{count} file{'s are' if count > 1 else ' is'} not what a build from nothing makes",
        problems,
        report=replace(report, errors=problems),
    )


def _problems(output: Path, scratch: Path) -> Iterator[PrismicSsgError]:
    for each in differences(output, scratch):
        page = "/" + each.name.removesuffix("index.html")
        yield PageError(_message(each), page=page, hint=_HINT)


def _message(difference: FileDifference) -> str:
    name, line = difference.name, difference.line
    if difference.there is None:
        return f"{name} is in the output, and a build from nothing does not make it"
    if difference.here is None:
        return f"{name} is not in the output, and a build from nothing makes it"
    where = f", first in line {line}" if line else ""
    return f"{name} is not what a build from nothing makes of it{where}"
