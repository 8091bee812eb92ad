"""Names of content as parts of a template, none of which may break out.

A repository may be anybody's, and a template can do whatever Python can: nothing in a name may end
the text, the comment or the tag that it stands in.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_TEXT = re.compile(r"[\"\\{}#%\x00-\x1f\x7f-\x9f\u2028\u2029]")


def is_name(text: str) -> bool:
    """Whether a text can stand in a template as a name."""
    return _NAME.fullmatch(text) is not None


def member(owner: str, name: str) -> str:
    """A member of content: `doc.data.title`, `doc.data["what else"]`."""
    return f"{owner}.{name}" if is_name(name) else f"{owner}[{quoted(name)}]"


def quoted(text: str) -> str:
    """A text in double quotes, wherever in a template, comments among it."""
    return '"' + _NOT_IN_TEXT.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + '"'


def said(text: str) -> str:
    """A text inside of a comment."""
    return text.replace("#}", "# }")
