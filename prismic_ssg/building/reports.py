"""What a build says of itself, also one that had nothing to do: it loads nothing that renders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from prismic_ssg.building.page_notes import decode_notes, encode_notes
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.report import BuildReport

if TYPE_CHECKING:
    from datetime import date

    from prismic_ssg.api.pulled import Pulled
    from prismic_ssg.engine.plan import Plan
    from prismic_ssg.engine.world import World
    from prismic_ssg.image_downloads import PageImages
    from prismic_ssg.render.recorder import NoteKey
    from prismic_ssg.store.output import Published

# Members of a report that a build with nothing to do takes from the one before.
_COUNTS = ("documents", "pages", "images", "image_bytes")


def new_report(
    pulled: Pulled,
    today: date,
    world: World,
    planned: Plan,
    notes: Sequence[str],
    problems: Sequence[PrismicSsgError],
) -> BuildReport:
    """The report of a build whose pages were rendered as planned, as far as that tells."""
    from prismic_ssg.building.memory import in_words

    return BuildReport(
        ref=pulled.ref,
        documents=len(pulled.snapshot),
        pages=len(world.pages.pages),
        rendered=frozenset(planned.render),
        why=in_words(planned, world),
        requests=pulled.requests,
        today=today,
        documents_without_url=Counter(each.type for each in world.pages.without_url),
        notes=tuple(notes),
        errors=tuple(problems),
    )


def counted_report(report: BuildReport, published: Published, images: PageImages) -> BuildReport:
    """A report with what became of the files of the site."""
    return replace(
        report,
        written=published.written,
        unchanged=published.unchanged,
        removed=published.removed,
        copies=published.copies,
        changed_files=published.files,
        images=len(images.files),
        image_bytes=images.size_bytes,
        images_fetched=images.fetched,
    )


def report_members(report: BuildReport) -> dict[str, Any]:
    """What a build with nothing to do repeats of this report."""
    warnings: dict[NoteKey, PrismicSsgError] = {
        (str(number),): each for number, each in enumerate(report.warnings)
    }
    return {
        **{name: getattr(report, name) for name in _COUNTS},
        "files": report.written + report.unchanged,
        "documents_without_url": dict(report.documents_without_url),
        "notes": list(report.notes),
        "warnings": msgspec.Raw(encode_notes(warnings) or b"[]"),
    }


def repeated_report(members: Mapping[str, Any]) -> BuildReport:
    """The report of a build with nothing to do, as far as the one before tells."""
    return BuildReport(
        **{name: members[name] for name in _COUNTS},
        documents_without_url=members["documents_without_url"],
        notes=tuple(members["notes"]),
        warnings=_warnings(members["warnings"]),
        unchanged=members["files"],
    )


def _warnings(members: Any) -> tuple[PrismicSsgError, ...]:
    return tuple(decode_notes(msgspec.json.encode(members)).values())
