"""One query asked from a project: its repository, its token, its cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prismic_ssg.api.requests import mask
from prismic_ssg.content.document import Document
from prismic_ssg.content.filter_syntax import FilterSyntaxError, parse_filters
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.orderings import orderings_to_wire, parse_orderings
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import Repository
from prismic_ssg.errors import ConfigurationError, PrismicError, did_you_mean
from prismic_ssg.origin import Origin, Wanted, site_for
from prismic_ssg.store.cache import CACHE


@dataclass(frozen=True)
class Answer:
    """One page of documents, and where it stands among all that match; where none does, what the
    query asks for that the repository does not have."""

    ref: str
    documents: tuple[Document, ...]
    page: int
    total_pages: int
    total: int
    unknown: tuple[str, ...] = ()


def ask(
    project: Path,
    environment: Mapping[str, str],
    *,
    filters: Sequence[str] = (),
    order: str | None = None,
    lang: str | None = None,
    page: int = 1,
    page_size: int = 20,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
) -> Answer:
    """A page of the documents that all of `filters` hold for.

    Raises ConfigurationError for a filter or ordering that can't be read, PrismicError where the
    repository can't be asked.
    """
    site = site_for(project, repository)
    origin = Origin.of(site, project, repository, environment)
    params = _params(filters, order, lang, page, page_size)
    if offline and origin.local is None:
        pulled = origin.pull(site, Wanted(ref, release, offline=True), environment, project / CACHE)
        query = Query.of(
            params.get("filters", ()),
            params.get("orderings", ()),
            lang=lang or pulled.repository.master_language,
            page=page,
            page_size=page_size,
        )
        found = pulled.snapshot.page(query)
        total = found.total_results_size
        unknown = () if total else _unknown(params, pulled.repository)
        return Answer(pulled.snapshot.ref, found.documents, page, found.total_pages, total, unknown)
    with origin.client(environment) as client:
        pinned = client.get_master_ref().ref if ref is None else ref
        if release is not None:
            pinned = _release_ref(client.get_releases(), release)
        got = client.get(ref=pinned, **params)
        total = got.total_results_size
        unknown = () if total else _unknown(params, client.get_repository())
    return Answer(pinned, got.documents, got.page, got.total_pages, total, unknown)


def _unknown(params: Mapping[str, Any], repository: Repository) -> tuple[str, ...]:
    languages = [each.id for each in repository.languages]
    asked = [("language", params.get("lang"), languages)] if params.get("lang") != "*" else []
    for name in Query.of(params.get("filters", ())).asks_for:
        type_ = name.split(".")[1] if name.startswith("my.") else name
        asked.append(("type", type_, list(repository.types)))
    return tuple(
        f"the repository has no {what} {name!r}: "
        + did_you_mean(name, known, f"it has {', '.join(sorted(known))}")
        for what, name, known in asked
        if name and known and name not in known
    )


def request_url(
    project: Path,
    environment: Mapping[str, str],
    *,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    **asked: Any,
) -> str:
    """The URL that `ask` would get with the same arguments, its access token masked."""
    site = site_for(project, repository)
    origin = Origin.of(site, project, repository, environment)
    names = ("filters", "order", "lang", "page", "page_size")
    params = _params(*(asked.get(name) for name in names))
    with origin.client(environment) as client:
        if release is not None:
            ref = _release_ref(client.get_releases(), release)
        return mask(client.build_query_url(ref=ref, **params))


def _release_ref(releases: Sequence[Any], wanted: str) -> str:
    for release in releases:
        if wanted in (release.id, release.label):
            return str(release.ref)
    names = ", ".join(repr(release.label) for release in releases) or "none"
    raise PrismicError(f"there is no release {wanted!r}", hint=f"there are: {names}")


def _params(
    filters: Sequence[str] | None,
    order: str | None,
    lang: str | None,
    page: int | None,
    page_size: int | None,
) -> dict[str, Any]:
    given = {
        "filters": [each for text in filters or () for each in read_filter(text)],
        "orderings": _orderings(order),
        "lang": lang,
        "page": page if page != 1 else None,
        "page_size": page_size,
    }
    return {name: value for name, value in given.items() if value}


def read_filter(text: str) -> tuple[Filter, ...]:
    """The filters in a text typed by hand: with brackets, as the API wants them, or without.

    Raises ConfigurationError that shows where reading stopped.
    """
    stripped = text.strip()
    wired = stripped if stripped.startswith("[") else f"[{stripped}]"
    try:
        return parse_filters(wired)
    except FilterSyntaxError as error:
        shown = wired.split("\n")[error.line - 1] if error.line <= wired.count("\n") + 1 else wired
        raise ConfigurationError(
            f"{error.problem}\n  {shown}\n  {' ' * (error.column - 1)}^",
            hint="""a filter looks like 'at(document.type, "blog_post")'""",
        ) from None


def _orderings(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return orderings_to_wire(parse_orderings(text))
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"--order {text!r}: {error}", hint="write 'my.blog_post.published_on desc'"
        ) from None
