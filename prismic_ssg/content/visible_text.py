"""Texts of others, made harmless to terminals: nothing in one moves or hides the rest."""

from __future__ import annotations

import re

# Control characters but tabs and line breaks, half pairs, and what turns the direction of others.
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """`text` with `\\u001b` for an escape, and so on for what is not shown, but obeyed."""
    return _NOT_SHOWN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
