"""Pages by the whole of the HTML standard, each once for what is in it, by several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import islice
from pathlib import Path

from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.markup import parse_errors
from prismic_ssg.store.check_cache import CheckCache

# Starting a process costs as much as some dozen pages.
_WORTH_PROCESSES = 100
_AT_ONCE = 400
_MOST_OF_A_PAGE = 10

Errors = list[tuple[int, str]]


def markup_findings(
    pages: Iterable[tuple[Where, str]],
    cache: Path,
    jobs: int,
    on_progress: Callable[[int], None],
) -> Iterator[Finding]:
    """What is wrong with the HTML of pages: (where, text). A page that has not changed since it
    was looked at is not looked at again.

    Raises ConfigurationError where the parser is not installed.
    """
    parse_errors("<!doctype html>")
    with CheckCache(cache / "check.db") as store:
        remaining, done = iter(pages), 0
        while some := list(islice(remaining, _AT_ONCE)):
            digests = [sha256(text.encode()).digest()[:16] for _, text in some]
            known = {digest: store.markup(digest) for digest in digests}
            new = {
                digest: text
                for digest, (_, text) in zip(digests, some, strict=True)
                if known[digest] is None
            }
            found = dict(zip(new, _parsed(list(new.values()), jobs), strict=True))
            if found:
                store.remember_markup(found)
            for digest, (where, _) in zip(digests, some, strict=True):
                yield from _findings(where, found.get(digest) or known[digest] or [])
            done += len(some)
            on_progress(done)


def _parsed(texts: list[str], jobs: int) -> list[Errors]:
    if jobs < 2 or len(texts) < _WORTH_PROCESSES:
        return [parse_errors(text) for text in texts]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        return list(pool.map(parse_errors, texts, chunksize=16))


def _findings(where: Where, errors: Errors) -> Iterator[Finding]:
    for line, message in errors[:_MOST_OF_A_PAGE]:
        yield Finding(
            "invalid-html",
            message,
            Where(where.page, where.document, None, where.file, line, where.source),
            "browsers have to guess here",
        )
