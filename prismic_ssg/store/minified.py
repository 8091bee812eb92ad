"""HTML and stylesheets without what browsers do not need, by libraries that are extras."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain

from prismic_ssg.errors import ConfigurationError

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_END_TAG = re.compile("</[a-z][^\\s/>]*")

# White space beside these is not seen. Source: HTML standard, 15.3 "Non-replaced elements".
_BLOCKS = (
    "address|area|article|aside|base|blockquote|body|br|caption|center|col|colgroup|dd|details"
    "|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head"
    "|header|hgroup|hr|html|legend|li|link|main|menu|meta|nav|noscript|ol|optgroup|option|p|param"
    "|pre|script|search|section|source|style|summary|table|tbody|td|template|tfoot|th|thead|title"
    "|tr|track|ul"
)
_INLINE = rf"/?(?!(?:{_BLOCKS})[\s/>])[a-z]"
# What never ends goes up to the end of the page, or each of many would be looked for up to there.
_REST_OF_TAG = r"""(?:[^"'>]|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)"""
# A comment, or an element whose white space is its own; else a tag and white space before another.
_BETWEEN = re.compile(
    rf"""<(?: !--.*?(?:-->|\Z)
      | (?P<name>math|pre|script|style|svg|template|textarea|title)(?=[\s/>])
        .*?(?:</(?P=name)\s*>|\Z)
      | (?P<tag>{_INLINE}{_REST_OF_TAG})
        [ \t\n\f\r]++ (?=<(?:!--(?!\#).*?-->[ \t\n\f\r]*+<)*+{_INLINE})
      | /?[a-z]{_REST_OF_TAG})""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)


def minified_css(text: str, name: str) -> str:
    """A stylesheet that says the same in fewer bytes. Raises ValueError where it is no CSS."""
    try:
        import lightningcss
    except ImportError:
        raise _not_installed("lightningcss") from None
    shrunk: str = lightningcss.process_stylesheet(text, filename=name, minify=True)
    return shrunk


def minified_html(text: str) -> str:
    """A page that says the same in fewer bytes.

    Every tag and attribute stays as the standard wants it: what is left out is comments, and white
    space that nobody sees. Scripts, styles and preformatted text are not touched. A page that would
    lose an end tag besides stays as it is: where two elements without theirs end together, as in
    `<ul><li><p>…</ul>`, the library (0.18) leaves out the one that ends them.
    """
    try:
        import minify_html
    except ImportError:
        raise _not_installed("minify-html") from None
    space = _absent_from(text)

    def held(match: re.Match[str]) -> str:
        return f"<{match['tag']}{space}" if match["tag"] else match[0]

    # The library takes out what is between two links right in a <nav> or <div>, which is seen.
    shrunk: str = minify_html.minify(
        _BETWEEN.sub(held, text),
        keep_closing_tags=True,
        keep_html_and_head_opening_tags=True,
        keep_input_type_text_attr=True,
        keep_ssi_comments=True,
    )
    shrunk = shrunk.replace(space, " ")
    return shrunk if _end_tags(text) <= _end_tags(shrunk) else text


def _absent_from(text: str) -> str:
    """A character that is not in the text: one that is none, by Unicode, if it can be."""
    candidates = chain(range(0xFDD0, 0xFDF0), range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))
    return next(each for each in map(chr, candidates) if each not in text)


def _end_tags(html: str) -> Counter[str]:
    return Counter(_END_TAG.findall(_COMMENT.sub("", html).lower()))


def _not_installed(library: str) -> ConfigurationError:
    return ConfigurationError(
        f"Site(minify=True) needs {library}, which is not installed",
        hint='run pip install "prismic-ssg[minify]"',
    )
