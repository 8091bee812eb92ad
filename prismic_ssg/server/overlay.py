"""A build's problems as the browser shows them: the source around them, and where to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from prismic_ssg.api.endpoints import editor_url
from prismic_ssg.errors import BuildFailed, PrismicSsgError

_LINES_AROUND = 3
_PAGES_NAMED = 1

# A browser shows no more than these well; the rest is counted, and printed in the terminal.
MOST_SHOWN = 50

Source = Callable[[str], Sequence[str] | None]
"""The lines of a file by the name that messages give it, None where it is no file of the site."""


@dataclass(frozen=True)
class Mistake:
    """A problem, and the paths of all pages that have it."""

    problem: PrismicSsgError
    pages: tuple[str, ...]


def mistakes(problems: Sequence[PrismicSsgError]) -> list[Mistake]:
    """The problems, each once: one mistake in a template is a problem of every page it makes."""
    pages: dict[Any, list[str]] = {}
    firsts: dict[Any, PrismicSsgError] = {}
    for problem in problems:
        key = _mistake(problem)
        firsts.setdefault(key, problem)
        pages.setdefault(key, []).extend([problem.page] if problem.page else [])
    return [Mistake(problem, tuple(pages[key])) for key, problem in firsts.items()]


def overlay(
    found: Sequence[Mistake], source: Source, hosted_as: str | None
) -> list[dict[str, Any]]:
    """Mistakes as data for the script in the browser, without members that do not apply."""
    return [_shown(each.problem, each.pages, source, hosted_as) for each in found[:MOST_SHOWN]]


def _mistake(problem: PrismicSsgError) -> tuple[object, ...]:
    place = (problem.template or problem.file, problem.line)
    if all(place):
        return (problem.message, problem.hint, *place, problem.field)
    return (problem.message, problem.hint, problem.document_id, problem.field, problem.page)


def _shown(
    problem: PrismicSsgError, pages: Sequence[str], source: Source, hosted_as: str | None
) -> dict[str, Any]:
    file = problem.template or problem.file
    lines = source(file) if file and problem.line else None
    # Of one mistake on many pages, the document is that of only one of them.
    document_id = problem.document_id if len(pages) < 2 or problem.field else None
    members = {
        "message": problem.message,
        "hint": problem.hint,
        "pages": list(pages[:_PAGES_NAMED]),
        "more_pages": max(0, len(pages) - _PAGES_NAMED),
        "file": file,
        "line": problem.line,
        "source": _around(lines, problem.line) if lines and problem.line else None,
        "document": document_id,
        "field": problem.field,
        # Document ids of a local repository are in no editor.
        "edit": editor_url(hosted_as, document_id) if hosted_as and document_id else None,
    }
    return {name: value for name, value in members.items() if value}


def _around(lines: Sequence[str], line: int) -> list[tuple[int, str]]:
    """The lines around one, with their numbers."""
    first = max(1, line - _LINES_AROUND)
    last = min(len(lines), line + _LINES_AROUND)
    return [(number, lines[number - 1][:300]) for number in range(first, last + 1)]


def flat(error: PrismicSsgError) -> tuple[PrismicSsgError, ...]:
    """The single problems in an error, at least one."""
    return (error.problems or (error,)) if isinstance(error, BuildFailed) else (error,)
