"""What a check found: a code that docs/checks.md explains, a message, and where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from prismic_ssg.content.document import Document
from prismic_ssg.errors import PrismicSsgError


class Severity(StrEnum):
    """How bad it is: an error fails the check, a warning does with `--strict`, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Kind:
    """A kind of finding: its severity, and what a group of them is called."""

    severity: Severity
    title: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

KINDS: Mapping[str, Kind] = {
    # The build.
    "build-error": Kind(_E, "The site can't be built"),
    "build-warning": Kind(_W, "The build warns"),
    # Pages and files of the output.
    "broken-link": Kind(_E, "Links that lead nowhere"),
    "broken-anchor": Kind(_E, "Links to a place that the page does not have"),
    "wrong-case": Kind(_E, "Links in other letters than the file"),
    "outside-base": Kind(_E, "Links without the path of base_url"),
    "mixed-content": Kind(_E, "Files loaded without encryption"),
    "redirect-loop": Kind(_E, "Redirects that go in a circle"),
    "broken-redirect": Kind(_E, "Redirects that lead nowhere"),
    "relative-link": Kind(_W, "Relative links that lead elsewhere from elsewhere"),
    "link-needs-html": Kind(_W, "Links that need the host to add .html"),
    "link-by-redirect": Kind(_W, "Links to a redirect"),
    "empty-link": Kind(_W, "Links without an address"),
    "redirect-shadowed": Kind(_W, "Redirects that an earlier one leaves nothing to"),
    "redirect-not-encoded": Kind(_W, "Redirects from addresses that no browser asks for"),
    "redirect-over-page": Kind(_W, "Redirects from a page that is there"),
    "invalid-html": Kind(_W, "Invalid HTML"),
    "invalid-xml": Kind(_E, "Feeds, site maps and drawings that are no XML"),
    "duplicate-id": Kind(_W, "Ids that a page has twice"),
    "missing-title": Kind(_W, "Pages without a title"),
    "duplicate-title": Kind(_W, "Pages with the same title"),
    "missing-description": Kind(_W, "Pages without a description"),
    "duplicate-description": Kind(_W, "Pages with the same description"),
    "missing-lang": Kind(_W, "Pages that do not say their language"),
    "image-without-alt": Kind(_W, "Images without alternative text in the pages"),
    "orphan-page": Kind(_N, "Pages that no other page links to"),
    # Other hosts.
    "external-broken": Kind(_E, "Links to other sites that lead nowhere"),
    "external-private": Kind(_E, "Links to a machine that readers can't reach"),
    "external-unsure": Kind(_W, "Links to other sites that could not be followed"),
    "external-refused": Kind(_N, "Links to other sites that refuse programs"),
    "external-moved": Kind(_N, "Links to other sites that have moved"),
    # Content.
    "link-to-unpublished": Kind(_E, "Links to documents that are not published"),
    "link-without-url": Kind(_W, "Links to documents that have no URL"),
    "link-to-other-locale": Kind(_W, "Links into another language, though there is a translation"),
    "link-to-left-out-locale": Kind(_W, "Links to documents of a locale that the site leaves out"),
    "image-alt-empty": Kind(_W, "Images in the content without alternative text"),
    "document-without-url": Kind(_N, "Types whose documents have no URL"),
    # Routes.
    "route-unknown-type": Kind(_E, "Routes of a type that the repository does not have"),
    "route-resolver": Kind(_E, "Resolvers that are not a relationship to one type"),
    "route-order": Kind(_W, "General routes before specific ones"),
    "route-shadowed": Kind(_W, "Routes that another one leaves nothing to"),
    "route-ambiguous": Kind(_W, "Documents that several routes fit"),
    # Templates.
    "slice-without-template": Kind(_W, "Slices without a template"),
    "template-unused": Kind(_N, "Templates that nobody uses"),
    "unknown-type": Kind(_W, "Queries for a type that the repository does not have"),
    "unknown-field": Kind(_W, "Fields that are read and no model has"),
}

# More pages of one finding are counted, and not named.
PAGES_NAMED = 5


@dataclass(frozen=True)
class Where:
    """Where a finding is, as far as that applies.

    `page` is a path of the site, `field` one inside of a document's data (`body[2].primary.link`),
    `file` relative to the project, of the output too (`dist/…`); `line` counts from 1. `source` is
    the file that a page or a document comes from, `source_line` where in it.
    """

    page: str | None = None
    document: Document | None = None
    field: str | None = None
    file: str | None = None
    line: int | None = None
    source: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `pages` are those that have it, `where` among them, the first of
    `occurrences` places."""

    code: str
    message: str
    where: Where = Where()
    hint: str | None = None
    occurrences: int = 1
    pages: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        return KINDS[self.code].severity


def gathered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that say the same of one document, or of pages, as one; the worst first.

    A broken link in a footer is one mistake, on however many pages it is.
    """
    together: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        where = finding.where
        about = (where.document.id, where.field or "") if where.field and where.document else ()
        together.setdefault((finding.code, finding.message, *about), []).append(finding)
    order = list(KINDS)
    return tuple(
        sorted(
            (_one(same) for same in together.values()),
            key=lambda each: (
                list(Severity).index(each.severity),
                order.index(each.code),
                each.where.page or "",
                each.where.document.id if each.where.document else "",
                each.where.field or "",
                each.where.file or "",
                each.where.line or 0,
                each.message,
            ),
        )
    )


def _one(same: list[Finding]) -> Finding:
    first = min(same, key=lambda each: (each.where.page or "", each.where.line or 0))
    pages = {page for each in same for page in (*each.pages, each.where.page) if page is not None}
    return replace(
        first,
        occurrences=sum(each.occurrences for each in same),
        pages=tuple(sorted(pages)),
    )


def counts(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many findings there are of each severity."""
    found = Counter(each.severity for each in findings)
    return {severity: found[severity] for severity in Severity}


def as_findings(code: str, problems: Iterable[PrismicSsgError]) -> list[Finding]:
    """What a build says, as findings."""
    return [
        Finding(
            code,
            each.message,
            Where(each.page, None, each.field, file=each.template or each.file, line=each.line),
            each.hint,
        )
        for each in problems
    ]
