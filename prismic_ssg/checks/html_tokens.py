"""HTML as tags, by the tokenizer of the HTML standard, with the place of each.

Source: HTML standard, 13.2.5 "Tokenization". Left out, as no page needs them: escaped states of
scripts (`<!--<script>` in a script), and CDATA in SVG. html5lib, which builds a tree as well, takes
thirty times as long; the tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_TOKEN = re.compile(
    r"""<(?:
      (?P<end>/)?(?P<name>[A-Za-z][^\t\n\f\r\ />]*+)
      (?P<attributes>(?: [^>=]++
        | =[\t\n\f\r\ ]*+ (?: "[^"]*+" | '[^']*+' | [^\t\n\f\r\ "'>][^\t\n\f\r\ >]*+ | (?=>) )
        )*+)>
    | !--(?P<comment>>|->|.*?(?:--!?>|\Z))
    | (?P<bogus>[!?][^>]*+(?:>|\Z)|/[^A-Za-z>][^>]*+(?:>|\Z)|/>)
    | (?P<cut>/?[A-Za-z])
    )""",
    re.VERBOSE | re.DOTALL,
)

_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r\ /]*+(?P<name>=?[^\t\n\f\r\ />=]++)
    (?: [\t\n\f\r\ ]*+ = [\t\n\f\r\ ]*+
      (?: "(?P<a>[^"]*+)" | '(?P<b>[^']*+)' | (?P<c>[^\t\n\f\r\ "'>][^\t\n\f\r\ >]*+) )?
    )?
    """,
    re.VERBOSE,
)

# What is inside of these is text, up to their own end tag.
_RAW = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp")
}

# In these, `<style>` and `<title>` are elements like others.
_FOREIGN = frozenset({"svg", "math"})
_SPECIAL = _FOREIGN | _RAW.keys()


# (name, is it an end tag, attributes undecoded, offset in characters, text inside). A plain tuple:
# there are hundreds a page, and a named one takes five times as long to make. The text is that of
# an element which holds nothing else, None for the others. What is malformed has no name, and says
# what it is as its text.
Token = tuple[str, bool, str, int, str | None]


def tokens(html: str) -> Iterator[Token]:
    """Every tag of a page, in order, and what can't be one. Comments and doctypes are left out."""
    position, foreign = 0, 0
    while True:
        for match in _TOKEN.finditer(html, position):
            end, name, attributes, comment, bogus, cut = match.groups()
            if name:
                name = name.lower()
                if name in _SPECIAL:
                    if name in _FOREIGN:
                        if not attributes.endswith("/"):
                            foreign = max(0, foreign + (-1 if end else 1))
                    elif not end and not foreign:
                        closing = _RAW[name].search(html, match.end())
                        position = closing.start() if closing else len(html)
                        inside = html[match.end() : position]
                        yield name, False, attributes, match.start(), inside
                        if closing is None:
                            yield "", False, "", match.start(), f"<{name}> never ends"
                        break
                yield name, end is not None, attributes, match.start(), None
            elif cut:
                yield "", False, "", match.start(), "a tag never ends: a quote or a > is missing"
                return
            elif comment is not None:
                if not comment.endswith(">"):
                    yield "", False, "", match.start(), "a comment never ends"
            elif bogus[:8].lower() != "!doctype":
                text = match[0] if len(match[0]) < 30 else f"{match[0][:29]}…"
                yield "", False, "", match.start(), f"{text} is neither a tag nor a comment"
        else:
            return


def attributes_of(attributes: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The attributes of a tag by name in lower case, and the names that it has twice.

    The first of two counts. Character references are decoded.
    """
    found: dict[str, str] = {}
    twice: list[str] = []
    for name, one, two, bare in _ATTRIBUTE.findall(attributes):
        value = one or two or bare
        if not name.islower():
            name = name.lower()
        if name in found:
            twice.append(name)
        else:
            found[name] = unescape(value) if "&" in value else value
    return found, tuple(twice)


def line_of(html: str, offset: int) -> int:
    """The line of a place in a page, counted from 1."""
    return html.count("\n", 0, offset) + 1
