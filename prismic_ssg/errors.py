"""Every error that prismic-ssg raises on purpose.

    PrismicSsgError
    ├── ConfigurationError              prismicio.py or a flag is wrong
    ├── ContentError                    a document, model or local repository is wrong
    │   └── FieldError                  a field's JSON has not the shape that the API gives it
    ├── PageError                       one page can't be rendered
    ├── OutputError                     the output folder can't be written
    ├── BuildFailed                     a build that published nothing; carries all its problems
    └── PrismicError                    the Content API refused, or could not be reached
        ├── ConnectionFailed            no answer at all: network, DNS, time-out
        ├── NotFoundError
        │   └── RepositoryNotFoundError
        ├── ParsingError
        └── ForbiddenError
            ├── RefNotFoundError
            ├── RefExpiredError
            └── PreviewTokenExpiredError

Messages say what happened, where, and what to do. Where is also in attributes, so that a report can
carry it as data. Programming mistakes are TypeError and ValueError, as everywhere in Python.
"""

from __future__ import annotations

from contextlib import contextmanager
from errno import EADDRNOTAVAIL, EAGAIN, EMFILE, ENFILE, ENOMEM
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class PrismicSsgError(Exception):
    """Base of every error that prismic-ssg raises on purpose.

    `message` is what happened, `hint` what to do about it. The other attributes say where, and are
    None where they do not apply: `page` is a URL path, `document_id` an id, `field` a path inside
    the document's data (`body[2].text`), `template` a template's name, `file` a file, `line` a line
    in that template or file, counted from 1.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        page: str | None = None,
        document_id: str | None = None,
        field: str | None = None,
        template: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.page = page
        self.document_id = document_id
        self.field = field
        self.template = template
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # What is pickled by default is made again without the names that an __init__ asks for.
        return _again, (type(self), self.args), self.__dict__


def _again(cls: type[PrismicSsgError], args: tuple[Any, ...]) -> PrismicSsgError:
    """An error without its attributes, which who unpickles it sets."""
    return cls.__new__(cls, *args)


class ConfigurationError(PrismicSsgError):
    """`prismicio.py`, `prismic.config.json` or a flag says something that can't be followed."""


class ContentError(PrismicSsgError):
    """A document, a model or a local repository is not what the Content API would give."""


class FieldError(ContentError, TypeError):
    """A field's JSON has not the shape that the Content API gives it."""


class PageError(PrismicSsgError):
    """One page can't be rendered; the others were tried all the same."""


class OutputError(PrismicSsgError):
    """The output folder can't be written."""


_FILES = "let it have more files open at once, as with `ulimit -n`"
_HINTS = {
    EMFILE: _FILES,
    ENFILE: _FILES,
    EAGAIN: "let it have more processes and threads, as with `ulimit -u` or by its container",
    ENOMEM: "give it more memory, or render in one process: --jobs 1",
}


def refusal_in(error: Exception) -> OSError | None:
    """What the system refused, where an exception says so; None for any other."""
    if isinstance(error, OSError):
        return error
    # What Python raises where the system has no thread left.
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        refusal = BlockingIOError(EAGAIN, "no more threads can be begun")
        refusal.__cause__ = error
        return refusal
    return None


def system_error(error: OSError) -> PrismicSsgError:
    """What the system refused, in our words: a file that may not be read, a full disk."""
    name = None if error.filename is None else str(error.filename)
    reason = error.strerror or str(error) or type(error).__name__
    problem = PrismicSsgError(
        f"the system refused: {reason}" if name is None else f"can't use {name!r}: {reason}",
        file=name,
        hint=_HINTS.get(
            error.errno or 0,
            "look at the permissions of files and folders, and at the room on the disk",
        ),
    )
    problem.__cause__ = error
    return problem


def memory_error() -> PrismicSsgError:
    """What there is to say where this process got no more memory."""
    error = PrismicSsgError(
        "there is not enough memory",
        hint="give it more, or render in one process: --jobs 1; what was pulled is kept",
    )
    error.__cause__ = MemoryError()
    return error


@contextmanager
def os_told() -> Iterator[None]:
    """Raises PrismicSsgError for what the system refuses meanwhile."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        refusal = refusal_in(error)
        if refusal is None:
            raise
        raise system_error(refusal) from refusal


def cannot_listen(shown: str, port: int, reason: object) -> ConfigurationError:
    """Why no server can be started at an address: `reason` is an OSError, or None."""
    # Numbers of looking up a name are below zero, as far as they are of the system. Newer versions
    # of asyncio give none where no address of a host is this machine's.
    number = reason.errno if isinstance(reason, OSError) else 0
    is_of_host = number is None or number == EADDRNOTAVAIL or number < 0
    return ConfigurationError(
        f"can't listen on {shown}:{port}: {reason or 'no reason is given'}",
        hint="give an address of this machine with --host: 127.0.0.1, or 0.0.0.0 for all it has"
        if is_of_host
        else "give another port with -p, or -p 0 for any that is free",
    )


class BuildFailed(PrismicSsgError):  # noqa: N818  (a build fails; it is not wrong)
    """The build published nothing. `problems` are all that it found, not only the first.

    `report` is the BuildReport of what was done until then, None where that was not much.
    """

    def __init__(
        self, message: str, problems: Sequence[PrismicSsgError], *, report: Any = None
    ) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
        self.report = report


class PrismicError(PrismicSsgError):
    """The Content API refused a request, answered something unusable, or could not be asked.

    `url` is the request with its token masked, `response` the decoded body (its text where it is no
    JSON), None where there was none.
    """

    def __init__(
        self,
        message: str = "An invalid API response was returned",
        url: str | None = None,
        response: Any = None,
        *,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.response = response


class ConnectionFailed(PrismicError):  # noqa: N818  (as the event is called)
    """No answer came: no network, no such host, a time-out, or an answer cut short."""


class NotFoundError(PrismicError):
    """What was asked for is not there."""


class RepositoryNotFoundError(NotFoundError):
    """There is no repository of that name."""


class ParsingError(PrismicError):
    """The API could not make sense of the query."""


class ForbiddenError(PrismicError):
    """The access token is missing, wrong, or not enough for what was asked."""


class RefNotFoundError(ForbiddenError):
    """The ref does not exist."""


class RefExpiredError(ForbiddenError):
    """The ref existed and is no longer kept."""


class PreviewTokenExpiredError(ForbiddenError):
    """The preview session behind this token is over."""


def did_you_mean(given: str, known: Iterable[str], otherwise: str, *, shown: str = "{!r}") -> str:
    """The hint for a name that nothing has: the known one that is nearest, else `otherwise`.

    `shown` is how the name is written in it.
    """
    from difflib import get_close_matches

    close = get_close_matches(given, list(known), n=1)
    return f"did you mean {shown.format(close[0])}?" if close else otherwise


def did_you_mean_file(given: str, known: Iterable[str], otherwise: str) -> str:
    """The same for a file's path: one of its folder, else one from elsewhere that is called so.

    Compared without their endings, which nearly all files have in common, and without folders.
    """
    from difflib import get_close_matches
    from pathlib import PurePosixPath

    wanted = PurePosixPath(given)
    every = [PurePosixPath(each) for each in known]
    beside = [each for each in every if each.parent == wanted.parent]
    for files in (beside, every):
        stems = get_close_matches(wanted.stem, {each.stem: None for each in files}, n=1)
        alike = [str(each) for each in files if each.stem in stems]
        if alike:
            (nearest,) = get_close_matches(given, alike, n=1, cutoff=0)
            return f"did you mean {nearest!r}?"
    return otherwise
