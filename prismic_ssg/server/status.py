"""What the server is doing, as a value; and the same as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from prismic_ssg._version import __version__
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.report import problem_members
from prismic_ssg.server.overlay import Mistake, mistakes


@dataclass(frozen=True)
class LastBuild:
    """How long a build took, how many pages it rendered, and why it was made."""

    seconds: float
    rendered: int
    cause: str


@dataclass(frozen=True)
class Status:
    """`ref` is that of the content that is shown; `builds` counts since the start, failed ones
    too; `problems` are those of the last build, which left the site as it was, and `failing_since`
    when a build failed for the first time since one did not. `poll_error` is why it can't be asked
    whether something was published. `on_publish_failing` are actions of `Site(on_publish=…)` that
    are not done yet, with when they failed for the first time."""

    ref: str | None = None
    builds: int = 0
    is_building: bool = False
    last_build: LastBuild | None = None
    problems: tuple[PrismicSsgError, ...] = ()
    pages: int = 0
    failing_since: str | None = None
    poll_error: str | None = None
    on_publish_failing: Mapping[str, str] = field(default_factory=dict)

    def members(self) -> Mapping[str, object]:
        """What `/_prismic/status` gives as JSON."""
        last = self.last_build
        wrong = {
            "failing_since": self.failing_since,
            "poll_error": self.poll_error,
            "on_publish_failing": dict(self.on_publish_failing) or None,
        }
        return {
            "ref": self.ref,
            "builds": self.builds,
            "building": self.is_building,
            "last_build": None
            if last is None
            else {
                "seconds": round(last.seconds, 4),
                "rendered": last.rendered,
                "cause": last.cause,
            },
            "errors": [problem_members(problem) for problem in self.problems],
            **{name: value for name, value in wrong.items() if value is not None},
        }


def status_json(status: Status) -> bytes:
    """The status as one JSON object."""
    return json.dumps(status.members(), ensure_ascii=False, indent=2).encode() + b"\n"


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:8vh auto;padding:0 1.5rem}"
    "h1{font-size:1.35rem;font-weight:600}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem;margin:1.5rem 0}"
    "dt{opacity:.65}dd{margin:0;overflow-wrap:anywhere}"
    "li{margin:.75rem 0;white-space:pre-wrap;overflow-wrap:anywhere}small{opacity:.75}"
)


def status_page(status: Status, notes: Mapping[str, str]) -> bytes:
    """The status as a page for people, with `notes` below it, which are plain text."""
    last = status.last_build
    rows = {
        "state": "building now" if status.is_building else "waiting for changes",
        "ref": status.ref or "none yet",
        "pages": f"{status.pages:,}",
        "builds": f"{status.builds:,} since the start",
    }
    if last is not None:
        rows["last build"] = f"{last.seconds:.2f} s, {last.rendered:,} pages rendered"
        rows["because of"] = last.cause
    if status.failing_since is not None:
        rows["failing since"] = status.failing_since
    if status.poll_error is not None:
        rows["Prismic"] = f"can't be asked what is new: {status.poll_error}"
    for name, since in status.on_publish_failing.items():
        rows[f"on_publish: {name}"] = f"failing since {since}"
    rows |= notes
    listed = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="refresh" content="5">'
        f"<title>Status</title><style>{_STYLE}</style></head><body>"
        f"<h1>prismic-ssg {__version__}</h1><dl>{listed}</dl>{_problems(status)}</body></html>\n"
    ).encode()


def _problems(status: Status) -> str:
    if not status.problems:
        return ""
    lines = "".join(map(_listed, mistakes(status.problems)))
    shown = "the one before it is shown" if status.ref else "there is nothing to show yet"
    return f"<h1>The last build failed; {shown}</h1><ol>{lines}</ol>"


def _listed(mistake: Mistake) -> str:
    problem, pages = mistake.problem, mistake.pages
    where = f"page {pages[0]}" if pages else ""
    where += f" and {len(pages) - 1:,} more" if len(pages) > 1 else ""
    told = [f"<br><small>{escape(each)}</small>" for each in (where, problem.hint) if each]
    return f"<li>{escape(problem.message)}{''.join(told)}</li>"
