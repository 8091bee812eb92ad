"""Findings in redirects: those of `_redirects`, and those that pages make by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, unquote

from prismic_ssg.checks.addresses import Outcome, SiteAddresses, path_of
from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.redirects import Redirects, Rule
from prismic_ssg.publishing.redirects_file import SENT

# With what is encoded already, and wildcards.
_LEFT = f"{SENT}%*"


def redirect_findings(
    redirects: Redirects,
    addresses: SiteAddresses,
    where: str,
    refreshing: Collection[str] = (),
) -> Iterator[Finding]:
    """Redirects that go in a circle, lead nowhere, or stand where a page is.

    `refreshing` are the files of pages that only send their readers on, as a redirect does.
    """
    circles: set[frozenset[str]] = set()
    for rule in redirects.rules:
        place = Where(file=where, line=rule.line)
        start = rule.example()
        sent = quote(rule.source, safe=_LEFT)
        if sent != rule.source:
            yield Finding(
                "redirect-not-encoded",
                f"{rule.source!r} is no address that a browser asks for: it asks for {sent!r}",
                place,
                "write it like that: Netlify compares the two letter by letter",
            )
        if rule.is_conditional:
            continue
        first = redirects.rule_for(start)
        if first is not None and _takes_over(first[0], rule):
            yield Finding(
                "redirect-shadowed",
                f"{rule.source!r} is never tried: {first[0].source!r} before it is for it, too",
                place,
                f"write it in front of line {first[0].line}, or take it out",
            )
            continue
        way = [start, *redirects.way_from(start, addresses.is_page)]
        seen = [each.rstrip("/") or "/" for each in way]
        if len(set(seen)) < len(seen):
            again = next(each for number, each in enumerate(seen) if each in seen[:number])
            way = seen[: seen.index(again, seen.index(again) + 1) + 1]
            circle = frozenset(way[way.index(again) :])
            if circle not in circles:
                circles.add(circle)
                yield Finding(
                    "redirect-loop",
                    f"{rule.source!r} leads back to where it was: {' → '.join(way)}",
                    place,
                    "take one of these rules out",
                )
            continue
        stands_for_it = addresses.at(unquote(start)).file in refreshing
        is_over_page = addresses.is_page(start) and not stands_for_it
        if is_over_page and not rule.has_wildcards and not rule.rewrites:
            yield Finding(
                "redirect-over-page",
                f"{rule.source!r} is a page, and is redirected to {rule.target!r}",
                place,
                "hosts differ in which of the two wins: take the rule or the page out",
            )
        end = rule.target if rule.rewrites else way[-1]
        if not rule.has_wildcards and _is_missing(end, addresses):
            yield Finding(
                "broken-redirect",
                f"{rule.source!r} leads to {end!r}, where nothing is",
                place,
                "redirect to a page that is there",
            )


def _takes_over(first: Rule, rule: Rule) -> bool:
    """Whether a rule leaves nothing to a later one, wherever the two are read.

    Hosts differ in whether `/a` and `/a/` are one address.
    """
    if first.line >= rule.line or first.target == rule.target:
        return False
    return first.source == rule.source or (first.has_wildcards and not rule.has_wildcards)


def _is_missing(end: str, addresses: SiteAddresses) -> bool:
    """Whether what a rule leads to is of the site, and not there."""
    if end.startswith(("http://", "https://")):
        found = addresses.target(end, "/").outcome
        return found is Outcome.NOTHING
    if not end.startswith("/") or end.startswith("//") or ":" in end:
        return False
    path = unquote(end.partition("#")[0].partition("?")[0])
    return addresses.at(path).outcome not in (Outcome.FILE, Outcome.NEEDS_HTML)


def refresh_loops(refreshing: Mapping[str, str], addresses: SiteAddresses) -> Iterator[Finding]:
    """Pages that send their readers in a circle. `refreshing` is file → address."""
    for file in sorted(refreshing):
        seen, current = [file], file
        while current in refreshing:
            target = addresses.target(refreshing[current], path_of(current))
            if target.file is None:
                break
            current = target.file
            if current in seen:
                if current == min(seen[seen.index(current) :]) == file:
                    names = " → ".join(path_of(each) for each in [*seen, current])
                    yield Finding(
                        "redirect-loop",
                        f"pages send their readers in a circle: {names}",
                        Where(page=path_of(file)),
                        "let one of them be a page",
                    )
                break
            seen.append(current)
