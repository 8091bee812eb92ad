"""Answers of the Content API → result pages, or the error that they stand for. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from prismic_ssg.api.requests import mask
from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.content.document import Document, Ref
from prismic_ssg.content.repository import parse_repository
from prismic_ssg.errors import (
    ForbiddenError,
    NotFoundError,
    ParsingError,
    PreviewTokenExpiredError,
    PrismicError,
    RefExpiredError,
    RefNotFoundError,
    RepositoryNotFoundError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismic_ssg.api.exchange import Body
    from prismic_ssg.content.repository import Repository

Api = Literal["repository", "search", "tags", "graphql", "asset"]

_DEFAULT_MESSAGE = "An invalid API response was returned"

_ACCESS_HINT = (
    "set PRISMIC_ACCESS_TOKEN to a token of this repository (Settings > API & Security); drafts "
    "and releases need one with access to releases"
)
_NAME_HINT = (
    "check the repository's name: --repo, `repository` in prismicio.py, repositoryName in "
    "prismic.config.json, or PRISMIC_ENVIRONMENT"
)


T = TypeVar("T")


class UnusableAnswer(PrismicError):  # noqa: N818  (what the answer is)
    """An answer with a good status whose body is cut short or is not what was asked for."""


class SearchPage(msgspec.Struct, frozen=True):
    """One page of a search. `results` are documents as raw JSON, in the API's order."""

    page: int
    results_per_page: int
    results_size: int
    total_results_size: int
    total_pages: int
    results: tuple[msgspec.Raw, ...]
    next_page: str | None = None
    prev_page: str | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(Document.from_json(bytes(raw)) for raw in self.results)


_search_page = msgspec.json.Decoder(SearchPage)


def read_search_page(body: Body, url: str) -> SearchPage:
    """The page in a search's answer. Raises UnusableAnswer where there is none."""
    try:
        page = _search_page.decode(body)
    except BROKEN_JSON as error:
        raise unusable(body, url, error) from None
    if page.total_pages > max(page.total_results_size, 1):
        # Each of them would be asked for.
        said = f"{page.total_pages:,} pages of {page.total_results_size:,} documents"
        raise unusable(body, url, ValueError(said))
    return page


def read_repository(body: Body, url: str) -> Repository:
    """The repository in the Repository API's answer. Raises UnusableAnswer where there is none."""
    try:
        return parse_repository(bytes(body))
    except PrismicError as error:
        raise unusable(body, url, error.__context__ or error) from None


def read_json(body: Body, url: str, *, of: type[T]) -> T:
    """A JSON answer as a value of a type. Raises UnusableAnswer where it is none."""
    try:
        return msgspec.json.decode(body, type=of)
    except BROKEN_JSON as error:
        raise unusable(body, url, error) from None


def unusable(body: Body, url: str, error: BaseException) -> UnusableAnswer:
    """The error for a body that is not what was asked for."""
    text = mask(body.decode("utf-8", "replace"), asked=url)
    return UnusableAnswer(
        f"the answer can't be read: {error} ({len(body):,} bytes, beginning {text[:60]!r})",
        mask(url),
        text,
        hint="is this the endpoint of a Prismic repository, ending in /api/v2?",
    )


def error_of(status: int, body: Body, url: str, *, api: Api) -> PrismicError:
    """The error that an answer with a bad status stands for.

    The official client's classes; where ours differ is in docs/client.md.
    """
    try:
        decoded: Any = msgspec.json.decode(body)
    except BROKEN_JSON:
        decoded = None
    members: Mapping[str, Any] = decoded if isinstance(decoded, dict) else {}
    response = decoded if decoded is not None else body.decode("utf-8", "replace")
    where = mask(url)
    said = str(members.get("message") or members.get("error") or _DEFAULT_MESSAGE)
    message = mask(said, asked=url)
    kind = members.get("type")
    match status:
        case 400:
            return ParsingError(message, where, response, hint=_caret(message))
        case 401 | 403:
            return ForbiddenError(message, where, response, hint=_ACCESS_HINT)
        case 404 if api == "asset":
            return NotFoundError("there is no such file", where)
        case 404 if api == "repository" or decoded is None:
            return _no_repository(where, response)
        case 404 if kind == "api_notfound_error":
            return RefNotFoundError(message, where, response, hint=_ref_hint(message))
        case 404 if kind == "api_security_error" and _is_of_expired_preview(message):
            return PreviewTokenExpiredError(
                message, where, response, hint="open the preview again from Prismic"
            )
        case 404:
            return NotFoundError(message, where, response)
        case 410:
            return RefExpiredError(message, where, response, hint=_ref_hint(message))
    if message == _DEFAULT_MESSAGE:
        message = f"{_DEFAULT_MESSAGE}: status {status}"
    return PrismicError(message, where, response)


def _is_of_expired_preview(message: str) -> bool:
    # Any other text says that the token is wrong, which no opening of the preview mends.
    return re.search("preview token.*expired", message, re.IGNORECASE) is not None


def _no_repository(url: str, response: Any) -> RepositoryNotFoundError:
    endpoint = url.partition("?")[0].removesuffix("/documents/search")
    return RepositoryNotFoundError(
        f"Prismic repository not found. Check that {endpoint!r} is pointing to the correct "
        "repository.",
        url,
        response,
        hint=_NAME_HINT,
    )


def _ref_hint(message: str) -> str:
    master = master_ref_in(message)
    return f"the master ref is {master}" if master else "the release or preview may be over"


def master_ref_in(message: str) -> Ref | None:
    """The master ref that the API names at the end of its message about a ref that is no more."""
    found = re.search(r"master ref is: (.+)$", message, re.IGNORECASE | re.DOTALL)
    return Ref(found[1].strip()) if found else None


_PLACE = re.compile(r"line:(\d+) col:(\d+) in query '(.*)'$", re.DOTALL)


def _caret(message: str) -> str | None:
    """The query's line that the API complains about with a caret under the column."""
    found = _PLACE.search(message)
    if not found:
        return None
    line, column, lines = int(found[1]), int(found[2]), found[3].split("\n")
    if not 1 <= line <= len(lines):
        return None
    shown = lines[line - 1].replace("\t", " ")
    hint = f"{shown}\n{' ' * (column - 1)}^"
    if "unexpected field" in message:
        hint += "\nthe field is unknown, or no document of its type is published yet"
    return hint
