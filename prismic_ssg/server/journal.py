"""What happens, a line an event, for whoever runs the server."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from prismic_ssg.content.visible_text import visible

Journal = Callable[..., None]
"""Notes an event: `journal("built", seconds=0.2, cause="webhook")`. From any thread."""


def no_journal(_event: str, **_members: Any) -> None:
    """Nobody wants to know."""


def moment(time: datetime) -> str:
    """A time as members of events, and of the status, have it."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def text_line(event: str, members: Mapping[str, Any]) -> str:
    """`built cause="two words" seconds=0.2`; a text is quoted where it could be misread.

    Lists are left out: what is in them is printed for people in another way.
    """
    pairs = [
        f"{name}={_value(value)}"
        for name, value in members.items()
        if value is not None and not isinstance(value, list)
    ]
    return " ".join([event, *pairs])


def json_line(time: str, event: str, members: Mapping[str, Any]) -> str:
    """The same as one JSON object."""
    told = {name: value for name, value in members.items() if value is not None}
    return visible(json.dumps({"time": time, "event": event, **told}, ensure_ascii=False))


def _value(value: Any) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    is_plain = text and not any(char in text for char in ' "=\\') and text.isprintable()
    return text if is_plain else visible(json.dumps(text, ensure_ascii=False))
