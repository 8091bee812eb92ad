"""Text and attributes as HTML, escaped as the official helpers do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.js_text import js_text

if TYPE_CHECKING:
    from collections.abc import Iterable

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# How most URLs begin; for the others everything is looked at, in ten times the time.
_SURELY_SAFE = ("https://", "http://", "/")
_IGNORED_AROUND_URL = "".join(map(chr, range(0x21)))
_IGNORED_IN_URL = str.maketrans("", "", "\t\n\r")


def escape(text: str) -> str:
    """`text` for HTML content and for quoted attributes.

    Not html.escape, which writes the apostrophe as `&#x27;`.
    """
    return (
        text.replace("&", "&amp;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )


def text_html(text: str) -> str:
    """`text` for HTML content, a line feed as `<br />`."""
    # The same as escape() and one more, without the call: a field is thousands of short pieces.
    return (
        text.replace("&", "&amp;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\n", "<br />")
    )


def has_markup(text: str) -> bool:
    """Whether `text_html` changes `text`."""
    return "&" in text or '"' in text or "'" in text or "<" in text or ">" in text or "\n" in text


def attributes_html(attributes: Iterable[tuple[str, Any]], *, kept_empty: str = "") -> str:
    """` name="value"` for each, with a space before it.

    None, "", 0 and False are left out, but for the attribute that `kept_empty` names; True gives
    the name alone. Names are written as they are: they come from the site's own configuration.
    """
    written = []
    for name, value in attributes:
        if value is True:
            written.append(f" {name}")
        elif value or name == kept_empty:
            text = value if isinstance(value, str) else js_text(value)
            written.append(f' {name}="{escape(text)}"')
    return "".join(written)


def is_safe_url(url: str) -> bool:
    """Whether `url` runs nothing when followed: it is relative, or its scheme in SAFE_SCHEMES."""
    if url.startswith(_SURELY_SAFE):
        return True
    scheme = _SCHEME.match(without_blanks(url))
    return scheme is None or scheme[0][:-1].lower() in SAFE_SCHEMES


def without_blanks(url: str) -> str:
    """`url` as browsers read it: without what is blank at its ends and line breaks or tabs within.

    Source: WHATWG URL, "basic URL parser", steps 1 to 3.
    """
    return url.strip(_IGNORED_AROUND_URL).translate(_IGNORED_IN_URL)
