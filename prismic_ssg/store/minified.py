"""HTML and stylesheets without what browsers do not need, by libraries that are extras."""

from __future__ import annotations

import re
from collections import Counter

from prismic_ssg.errors import ConfigurationError

_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_END_TAG = re.compile("</[a-z][^\\s/>]*")


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
    shrunk: str = minify_html.minify(
        text,
        keep_closing_tags=True,
        keep_html_and_head_opening_tags=True,
        keep_input_type_text_attr=True,
        keep_ssi_comments=True,
    )
    return shrunk if _end_tags(text) <= _end_tags(shrunk) else text


def _end_tags(html: str) -> Counter[str]:
    return Counter(_END_TAG.findall(_COMMENT.sub("", html).lower()))


def _not_installed(library: str) -> ConfigurationError:
    return ConfigurationError(
        f"Site(minify=True) needs {library}, which is not installed",
        hint='run pip install "prismic-ssg[minify]"',
    )
