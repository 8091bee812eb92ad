"""Findings in links to other hosts, by what those answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from prismic_ssg.checks.findings import Finding, Where


class Answer(Protocol):
    """What an address gave: see `api.link_probe.Probe`."""

    @property
    def status(self) -> int | None: ...

    @property
    def failure(self) -> str | None: ...

    @property
    def moved_to(self) -> str | None: ...

    @property
    def leads_to(self) -> str | None: ...


# What hosts say to a program, and not to a reader.
_REFUSALS = frozenset({400, 401, 402, 403, 405, 406, 407, 418, 429, 451, 999})
_GONE = frozenset({404, 410})

_FAILURES = {
    "host": "there is no such host",
    "tls": "its certificate or encryption is wrong",
    "time": "no answer came in time",
    "network": "no connection could be made",
    "answer": "the connection broke off, or what came is no HTTP",
    "inside": "its name leads into a private network from here: it was not asked for",
    "redirects": "it redirects without an end",
    "location": "it redirects to what is no address",
    "busy": "the host asks not to be asked now",
}


def external_findings(
    answers: Mapping[str, Answer], places: Mapping[str, Sequence[Where]]
) -> Iterator[Finding]:
    """What is wrong with addresses at other hosts. `places` are the pages that have each."""
    # Without a network no host is there: that says nothing about the links.
    has_network = any(each.status is not None for each in answers.values())
    for url, answer in sorted(answers.items()):
        finding = _finding(url, answer, has_network=has_network)
        if finding is not None:
            where = places[url][0] if places[url] else Where()
            pages = tuple(sorted({each.page for each in places[url] if each.page}))
            yield replace(finding, where=where, pages=pages)


def _finding(url: str, answer: Answer, *, has_network: bool) -> Finding | None:
    status, failure = answer.status, answer.failure
    if failure == "private":
        return Finding(
            "external-private",
            f"{url!r} is, or leads to, a machine that readers can't reach",
            hint="link to where it is published",
        )
    if failure == "busy" or (failure is None and status in _REFUSALS):
        said = f"answers {status}" if status else _FAILURES["busy"]
        return Finding("external-refused", f"{url!r} {said} to a program: open it yourself")
    if failure == "host" and has_network:
        return Finding("external-broken", f"{url!r}: {_FAILURES['host']}", hint=_MEND)
    if failure is not None:
        return Finding("external-unsure", f"{url!r}: {_FAILURES[failure]}", hint="see by yourself")
    if status in _GONE:
        return Finding("external-broken", f"{url!r} answers {status}", hint=_MEND)
    if status is not None and status >= 400:
        return Finding("external-unsure", f"{url!r} answers {status}", hint="see by yourself")
    if answer.leads_to:
        return Finding(
            "external-unsure",
            f"{url!r} redirects to {answer.leads_to!r}, which is no page",
            hint="link to that itself, so that readers know what will open",
        )
    if answer.moved_to:
        return Finding(
            "external-moved",
            f"{url!r} has moved to {answer.moved_to!r} for good",
            hint="link to the new address",
        )
    return None


_MEND = "link to another address, or take the link out"
