"""The one place that knows about colour, width, terminals, progress and exit codes."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prismic_ssg.cli.ending import said_of
from prismic_ssg.content.visible_text import visible
from prismic_ssg.errors import (
    BuildFailed,
    ConfigurationError,
    PrismicError,
    PrismicSsgError,
    memory_error,
    refusal_in,
    system_error,
)

if TYPE_CHECKING:
    from rich.progress import TaskID

OK, FAILED, USAGE, NOTHING_TO_DO, UNREACHABLE = 0, 1, 2, 3, 5

# More of one kind is a list to read in a file, not on a screen.
_SHOWN = 10
_NAMED = 4

# Work of fewer pieces is over before anybody looks. Progress comes in steps of about a hundred.
_LONG = 1000
_PROGRESS_EVERY = 100

Progress = Callable[[str, int, int], None]


class Console:
    """What the global flags say, and printing by it. Results go to standard output, the rest to
    standard error, so that either can be piped."""

    def __init__(
        self,
        project: Path,
        *,
        quiet: bool = False,
        verbose: bool = False,
        color: bool | None = None,
        traceback: bool = False,
    ) -> None:
        self.project = project
        self.quiet = quiet
        self.verbose = verbose
        self.color = False if color is None and os.environ.get("NO_COLOR") else color
        self.traceback = traceback
        self.results_on_stderr = False
        # A server is not there for its log.
        self.goes_on_unread = False
        logger = logging.getLogger("prismic_ssg")
        logger.handlers = [_LogLines()]
        logger.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING)

    def result(self, text: str, *, is_styled: bool = False) -> None:
        """What the user asked for; `--quiet` leaves it out. `is_styled` says that whatever in it
        is not ours has been made visible."""
        if not self.quiet:
            shown = text if is_styled else visible(text)
            self._echo(shown, err=self.results_on_stderr)

    def note(self, text: str) -> None:
        """Something worth knowing that is nothing to worry about."""
        if not self.quiet:
            self._echo(f"note: {visible(text)}", err=True)

    def problem(self, kind: str, problem: PrismicSsgError, also_on: Sequence[str] = ()) -> None:
        """A warning or an error: what, where, what to do. It is the same on other pages."""
        label = click.style(f"{kind}:", fg="red" if kind == "error" else "yellow", bold=True)
        self._echo(f"{label} {visible(problem.message)}", err=True)
        for told in (_where(problem), _also(also_on) if also_on else "", problem.hint):
            if told:
                shown = visible(told).replace("\n", "\n  ")
                self._echo(f"  {shown}", err=True)

    def problems(self, kind: str, problems: Sequence[PrismicSsgError]) -> None:
        """Several warnings or errors. Without `--verbose` what is the same on many pages is told
        once, and beyond a screenful only the number."""
        if self.verbose:
            for problem in problems:
                self.problem(kind, problem)
            return
        told: dict[tuple[object, ...], list[PrismicSsgError]] = {}
        for problem in problems:
            told.setdefault(_but_for_its_page(problem), []).append(problem)
        shown = list(told.values())[:_SHOWN]
        for first, *others in shown:
            self.problem(kind, first, [each.page for each in others if each.page])
        left = len(told) - len(shown)
        if left:
            more = f"… and {left} more {kind}{'s' if left > 1 else ''}: see --verbose or --report"
            self._echo(more, err=True)

    def _echo(self, text: str, *, err: bool) -> None:
        try:
            click.echo(text, err=err, color=self.color)
        except OSError:
            # Who read it is gone, or the disk is full that it goes to.
            if not self.goes_on_unread:
                raise

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """A function to report progress to: bars on a terminal, elsewhere a line now and then."""
        if self.quiet:
            yield None
            return
        if os.environ.get("CI") or not sys.stderr.isatty() or self.verbose:
            yield _quarterly
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            TextColumn("{task.description:>9}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=RichConsole(stderr=True, no_color=self.color is False),
            transient=True,
            # It would draw from a thread of its own, with which no worker may be forked.
            auto_refresh=False,
        )
        tasks: dict[str, TaskID] = {}

        def report(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total)
            bars.update(tasks[phase], completed=done, total=total, refresh=True)

        with bars:
            yield report


def _quarterly(phase: str, done: int, total: int) -> None:
    """A line for each quarter of long work; short work is told by the summary."""
    before = max(0, done - _PROGRESS_EVERY)
    if total >= _LONG and 4 * done // total > 4 * before // total:
        click.echo(f"{phase} {done:,} of {total:,}", err=True)


class _LogLines(logging.Handler):
    """Log records as lines of standard error, with the rest of what is printed there."""

    def emit(self, record: logging.LogRecord) -> None:
        said = visible(record.getMessage())
        with suppress(OSError):
            click.echo(f"{record.name.removeprefix('prismic_ssg.')}: {said}", err=True)


def _where(problem: PrismicSsgError) -> str:
    parts = []
    if problem.field:
        parts.append(f"in field {problem.field}")
        if problem.document_id and problem.document_id not in problem.message:
            parts.append(f"of document {problem.document_id!r}")
    if problem.page:
        parts.append(f"on page {problem.page}")
    url = getattr(problem, "url", None)
    if url and url not in problem.message:
        parts.append(f"asking {url}")
    return " ".join(parts)


def _but_for_its_page(problem: PrismicSsgError) -> tuple[object, ...]:
    """What is equal where a problem is the same on another page."""
    if problem.page is None or problem.field is not None:
        return (id(problem),)
    return type(problem), problem.message, problem.hint


def _also(pages: Sequence[str]) -> str:
    named = ", ".join(pages[:_NAMED])
    left = len(pages) - _NAMED
    return f"also on {named} and {left} more" if left > 0 else f"also on {named}"


def counted(number: int, what: str) -> str:
    """`1 page`, `10,050 pages`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def exit_code(error: PrismicSsgError) -> int:
    """The code that a script can tell errors apart by."""
    if isinstance(error, PrismicError):
        return UNREACHABLE
    if isinstance(error, ConfigurationError):
        return USAGE
    return FAILED


def run(group: click.Group) -> int:
    """Run a command line; every error becomes text and an exit code, none a traceback.

    `group` is given a list as its object, and appends the console that it begins.
    """
    begun: list[Console] = []
    try:
        result: Any = group.main(prog_name="prismic-ssg", standalone_mode=False, obj=begun)
    except click.exceptions.Abort as abort:
        return _told_to_end(abort.__cause__)
    except KeyboardInterrupt as told:
        return _told_to_end(told)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and error.option_name in _flags(group):
            click.echo(
                f"{error.option_name} is a flag of all commands, and stands before them: "
                f"prismic-ssg {error.option_name} …",
                err=True,
            )
        return USAGE
    except PrismicSsgError as error:
        return _failed(error, begun)
    except BrokenPipeError:
        # Whoever read our output has had enough: `prismic-ssg … | head`.
        sys.stderr.close()
        return FAILED
    except MemoryError:
        return _failed(memory_error(), begun)
    except Exception as error:  # noqa: BLE001  (the edge)
        refusal = refusal_in(error)
        return _failed(_unforeseen(error) if refusal is None else system_error(refusal), begun)
    return result if isinstance(result, int) else OK


def _flags(command: click.Command) -> set[str]:
    return {flag for each in command.params for flag in (*each.opts, *each.secondary_opts)}


def _told_to_end(how: BaseException | None) -> int:
    said, code = said_of(how)
    # With a terminal that is gone nobody reads it.
    with suppress(OSError):
        click.echo(said, err=True)
    return code


def _unforeseen(error: Exception) -> PrismicSsgError:
    told = PrismicSsgError(
        f"the command broke off: {type(error).__name__}: {error}",
        hint="prismic-ssg --traceback … shows where; if that is not in your code, please report it",
    )
    told.__cause__ = error
    return told


def _failed(error: PrismicSsgError, begun: Sequence[Console]) -> int:
    console = begun[-1] if begun else Console(Path())
    if console.traceback:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, BuildFailed):
        console.problems("error", error.problems)
        click.echo(error.message, err=True)
        return max((exit_code(each) for each in error.problems), default=FAILED)
    console.problem("error", error)
    return exit_code(error)
