"""When documents were published, as the API tells it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple


class Dated(NamedTuple):
    """A document as it was: when it was published last, in seconds since the epoch, None where it
    has no date as the API writes them; and its digest."""

    published_s: int | None
    digest: bytes


_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", re.ASCII)


def seconds_of(date: str | None) -> int | None:
    """A document's date in seconds since the epoch, None for what is no date as the API writes
    them. They have milliseconds, which are not written."""
    if date is None or not _DATE.fullmatch(date):
        return None
    try:
        return int(datetime.fromisoformat(date).timestamp())
    except ValueError:
        return None
