"""Links to other hosts: asked for, and kept for a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import msgspec

from prismic_ssg.api.link_probe import LinkProbe, Probe
from prismic_ssg.store.check_cache import CheckCache

# A check of a site that has more of them takes others the next day.
MOST = 2000

_KEPT_S = 24 * 60 * 60

_decoder = msgspec.json.Decoder(Probe)


def ask_others(
    urls: Collection[str],
    cache: Path,
    now: datetime,
    probe: LinkProbe,
    on_progress: Callable[[str, int, int], None] | None,
) -> dict[str, Probe]:
    """What every address gives, at most MOST of those that were not asked for within a day.

    Kept is what works or what a program can't tell. What is broken is asked for again: who has
    mended it wants to see that.
    """
    second = int(now.timestamp())
    with CheckCache(cache / "check.db") as store:
        known = store.answers(since=second - _KEPT_S, now=second)
        found = {url: _decoder.decode(known[url]) for url in urls if url in known}
        wanted = sorted(url for url in urls if url not in found)[:MOST]
        asked: dict[str, Probe] = {}
        try:
            for number, (url, answer) in enumerate(probe.ask_all(wanted), start=1):
                asked[url] = answer
                if on_progress is not None:
                    on_progress("links", number, len(wanted))
        finally:
            lasting = {
                url: msgspec.json.encode(answer)
                for url, answer in asked.items()
                if answer.failure is None and answer.status not in (404, 410) and _is_calm(answer)
            }
            store.remember_answers(lasting, second, since=second - _KEPT_S)
    return {**found, **asked}


def _is_calm(answer: Probe) -> bool:
    return answer.status is not None and answer.status < 500
