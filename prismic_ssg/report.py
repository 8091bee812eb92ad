"""What a build did, as a value; and the same as text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from prismic_ssg.errors import BuildFailed, PrismicSsgError

if TYPE_CHECKING:
    from prismic_ssg.render.timings import Timing

PHASES = ("sync", "plan", "render", "write", "total")


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `rendered` are paths, of the `pages` that there are; `written`, `unchanged`
    and `removed` count files of the output: those of pages, and `sitemap.xml` and its like.

    `documents_without_url` counts by type the documents that no route reaches: they are content
    for other pages. `copies` counts static files written. `images` counts those of content that
    are files of the site, `image_bytes` together; `images_fetched` were not there before. `seconds`
    has each of PHASES. `timings` are those of a build that was to be profiled.
    `why` says for each page why it was rendered. `changed_files` are the files
    of the output, pages and others, whose bytes are not what they were, or that are gone. `today`
    is the day that the pages were told.
    """

    ref: str | None = None
    today: date | None = None
    documents: int = 0
    pages: int = 0
    rendered: frozenset[str] = frozenset()
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    requests: int = 0
    copies: int = 0
    images: int = 0
    image_bytes: int = 0
    images_fetched: int = 0
    timings: Sequence[Timing] = field(default=(), repr=False)
    why: Mapping[str, str] = field(default_factory=dict, repr=False)
    changed_files: frozenset[str] = frozenset()
    documents_without_url: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[PrismicSsgError, ...] = ()
    errors: tuple[PrismicSsgError, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> str:
        """One JSON object, its members in a fixed order."""
        import json

        return (
            json.dumps(
                {
                    "ref": self.ref,
                    "documents": self.documents,
                    "pages": self.pages,
                    "rendered": len(self.rendered),
                    "written": self.written,
                    "unchanged": self.unchanged,
                    "removed": self.removed,
                    "requests": self.requests,
                    "images": self.images,
                    "image_bytes": self.image_bytes,
                    "images_fetched": self.images_fetched,
                    "documents_without_url": dict(sorted(self.documents_without_url.items())),
                    "warnings": [problem_members(each) for each in self.warnings],
                    "errors": [problem_members(each) for each in self.errors],
                    "seconds": {phase: round(self.seconds.get(phase, 0.0), 4) for phase in PHASES},
                },
                ensure_ascii=False,
                indent=2,
            )
            + "\n"
        )


def problem_members(problem: PrismicSsgError) -> dict[str, Any]:
    """A warning or error as data, without the members that do not apply."""
    members = {
        "message": problem.message,
        "page": problem.page,
        "document": problem.document_id,
        "field": problem.field,
        "template": problem.template or problem.file,
        "line": problem.line,
        "hint": problem.hint,
    }
    return {name: value for name, value in members.items() if value is not None}


def flatten(error: PrismicSsgError) -> Sequence[PrismicSsgError]:
    """The single problems in an error."""
    return error.problems if isinstance(error, BuildFailed) else (error,)
