"""Text and attributes as HTML, escaped as the official helpers do."""

from __future__ import annotations

import re
from sys import getsizeof
from typing import TYPE_CHECKING, Any

from prismic_ssg.content.js_text import js_text
from prismic_ssg.content.utf16 import writable

if TYPE_CHECKING:
    from collections.abc import Iterable

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_TAG_START = re.compile(r"<[A-Za-z/!?]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
# How most URLs begin; for the others everything is looked at, in ten times the time.
_SURELY_SAFE = ("https://", "http://", "/")
_IGNORED_AROUND_URL = "".join(map(chr, range(0x21)))
_IGNORED_IN_URL = str.maketrans("", "", "\t\n\r")

# What the HTML standard calls a parse error wherever it stands: control characters but white space,
# and noncharacters. Compiled where there is one, which is rare, and takes 0.7 ms.
_NOT_IN_LATIN = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0)))
_NOT_IN_HTML = (
    f"[{re.escape(_NOT_IN_LATIN.decode('latin-1'))}\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]"
)


def escape(text: str) -> str:
    """`text` for HTML content and for quoted attributes.

    Not html.escape, which writes the apostrophe as `&#x27;`.
    """
    # Looking first: `replace` counts one by one, and takes ten times as long to find nothing.
    if "&" in text:
        text = text.replace("&", "&amp;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if "'" in text:
        text = text.replace("'", "&#39;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def text_html(text: str) -> str:
    """`text` for HTML content, a line feed as `<br />`."""
    return escape(text).replace("\n", "<br />")


def texts_html(texts: list[str]) -> list[str]:
    """`text_html` of each; done at once, as they are short and there is much to look for."""
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        return list(map(text_html, texts))
    return text_html(joined).split("\0")


def has_markup(text: str) -> bool:
    """Whether `text_html` changes `text`."""
    return "&" in text or '"' in text or "'" in text or "<" in text or ">" in text or "\n" in text


def valid_html(text: str) -> str:
    """`text` without the characters that HTML forbids, and with U+FFFD for half an emoji."""
    return text if _is_valid(text) else re.sub(_NOT_IN_HTML, "", writable(text))


def _is_valid(text: str) -> bool:
    """Whether there is surely nothing in `text` that HTML forbids."""
    # Bytes are looked through in a fifth of the time that `isprintable` takes.
    latin = text.encode("latin-1", "replace")
    if len(latin.translate(None, _NOT_IN_LATIN)) != len(latin):
        return False
    if text.isascii() or getsizeof(text) < 2 * len(text):
        return True  # kept in a byte a character, so `latin` was all of it
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return False
    # Noncharacters end with one of the first two, or begin with the third.
    return not (
        (b"\xbf" in encoded and (b"\xbf\xbe" in encoded or b"\xbf\xbf" in encoded))
        or (b"\xef" in encoded and b"\xef\xb7" in encoded)
    )


def without_cut_tag(html: str) -> str:
    """`html` up to a tag or comment that never ends, which no browser shows.

    For Python's parser: where it finds no end, it looks for one again from each `<` that follows,
    and takes a minute for 40 KB of `<a `.
    """
    cut = _TAG_START.search(html, html.rfind(">") + 1)
    return html if cut is None else html[: cut.start()]


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
    """Whether `url` runs nothing when followed: it is relative, or its scheme in SAFE_SCHEMES.

    It is judged as browsers read it, and as it is once `valid_html` has left out what HTML forbids:
    `java\\x01script:` has no scheme before that.
    """
    if url.startswith(_SURELY_SAFE):
        return True
    scheme = _SCHEME.match(without_blanks(valid_html(url)))
    return scheme is None or scheme[0][:-1].lower() in SAFE_SCHEMES


def without_blanks(url: str) -> str:
    """`url` as browsers read it: without what is blank at its ends and line breaks or tabs within.

    Source: WHATWG URL, "basic URL parser", steps 1 to 3.
    """
    return url.strip(_IGNORED_AROUND_URL).translate(_IGNORED_IN_URL)
