"""Whether a text is the URL of a web server: what is asked of endpoints, hooks and `base_url`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# What a request's address can't have; urlsplit takes some of it out without a word.
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_NOT_IN_NAME = re.compile(r'["%<>\\^`{|}]')

_LONGEST_LABEL = 63


def is_web_address(text: str) -> bool:
    """Whether a request can be sent to it: with a host and a port that there can be, and without
    blanks. Letters beyond ASCII are fine: who sends encodes them."""
    try:
        parts = urlsplit(text)
        is_sound = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return False
    if not is_sound or _BLANK.search(text):
        return False
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        return True
    labels = host.split(".")
    return not _NOT_IN_NAME.search(host) and all(0 < len(each) <= _LONGEST_LABEL for each in labels)
