"""A page's HTML by the whole of the HTML standard's parser: what `--html` asks for.

html5lib, an extra, takes 20 ms for what our own reading does in one: so it is asked for, and what
it said of a page is kept by the page's content.
"""

from __future__ import annotations

from typing import Any

from prismic_ssg.errors import ConfigurationError

# Elements that are younger than the parser. What it says of them is not so.
_YOUNGER = ("template", "search")

_WORDS = {
    "expected-doctype-but-got-start-tag": "the page does not begin with <!doctype html>",
    "expected-doctype-but-got-chars": "the page does not begin with <!doctype html>",
    "unknown-doctype": "the page does not begin with <!doctype html>",
    "named-entity-without-semicolon": "a character reference without its semicolon",
    "expected-named-entity": "& that begins no character reference: write &amp;",
    "invalid-codepoint": "a character that is not allowed",
    "eof-in-table": "<table> is never closed",
    "unexpected-end-tag": "</{name}>: no <{name}> is open",
    "unexpected-start-tag": "<{name}> can't be here",
    "unexpected-start-tag-implies-end-tag": "<{startName}> closes <{endName}>, which it is in",
    "unexpected-implied-end-tag-in-table": "</{name}> is missing in a table",
    "unexpected-start-tag-implies-table-voodoo": "<{name}> can't be here in a table",
    "unexpected-end-tag-implies-table-voodoo": "</{name}> can't be here in a table",
    "unexpected-char-implies-table-voodoo": "text can't be here in a table",
    "unexpected-cell-in-table-body": "a cell that is in no row",
    "end-tag-too-early": "</{name}> where something inside is still open",
    "end-tag-too-early-named": "</{gotName}> where <{expectedName}> is still open",
    "end-tag-too-early-ignored": "</{name}> comes too early",
    "adoption-agency-1.1": "</{name}> where no <{name}> is open",
    "adoption-agency-1.2": "</{name}> where no <{name}> is open",
    "adoption-agency-1.3": "</{name}> where something inside is still open",
    "expected-closing-tag-but-got-eof": "<{name}> is never closed",
    "non-void-element-with-trailing-solidus": "a /> does not close this element",
    "attributes-in-end-tag": "an end tag with attributes",
    "unquoted-attribute-value-can-only-contain": "an attribute that needs quotes",
    "duplicate-attribute": "an attribute twice in one tag",
}


class _Named(dict[str, Any]):
    """What an error is about; it does not always say so."""

    def __missing__(self, name: str) -> str:
        return "…"


def parse_errors(html: str) -> list[tuple[int, str]]:
    """Every parse error of a page: (line from 1, message).

    Raises ConfigurationError where html5lib is not installed.
    """
    try:
        import html5lib
        from html5lib.constants import E
    except ImportError:
        raise ConfigurationError(
            "--html needs html5lib, which is not installed",
            hint='install it: pip install "prismic-ssg[check]"',
        ) from None
    parser: Any = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    parser.parse(html)
    errors = []
    for (line, _), code, values in parser.errors:
        values = _Named(values or {})
        if any(str(value) in _YOUNGER for value in values.values()):
            continue
        words = _WORDS.get(code)
        text = words.format_map(values) if words else str(E.get(code, code)) % values
        errors.append((int(line), text))
    return errors
