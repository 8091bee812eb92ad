"""Pages that are not to be found: a site map names none of these.

Source: developers.google.com, "Block Search indexing with noindex".
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_META = re.compile(r"<meta\s[^>]*>")
_IS_FOR_ROBOTS = re.compile(r"""\sname\s*=\s*(?:"\s*robots\s*"|'\s*robots\s*'|robots[\s/>])""")
_SAYS_NO = re.compile(r"""\scontent\s*=\s*["']?[^"'>]*\b(?:noindex|none)\b""")


def is_hidden(html: str) -> bool:
    """Whether the head of a page says so, in a `<meta name="robots">`."""
    head = html.partition("<body")[0].lower()
    # Nearly every page ends here.
    if "robots" not in head:
        return False
    tags = _META.findall(_COMMENT.sub("", head))
    return any(_IS_FOR_ROBOTS.search(tag) and _SAYS_NO.search(tag) for tag in tags)
