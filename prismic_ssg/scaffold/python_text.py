"""Texts as formatters write them in Python."""

from __future__ import annotations

import json


def python_text(value: str) -> str:
    """A text in double quotes, or in single ones where that saves backslashes."""
    written = json.dumps(value, ensure_ascii=False)
    if '"' in value and "'" not in value:
        return "'" + written[1:-1].replace('\\"', '"') + "'"
    return written
