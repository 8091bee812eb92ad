"""`_headers` for Netlify and Cloudflare: browsers keep what has its content hash in its name.

Sources: docs.netlify.com "Custom headers"; developers.cloudflare.com "Headers" (at most 100 rules;
of two rules for one file both count, so that none is made for what the site's own file names).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

FOREVER = "Cache-Control: public, max-age=31536000, immutable"

_BY_US = "# By prismic-ssg."


def headers_file(hashed: Iterable[str], own: str, base_path: str) -> str:
    """The text of `_headers`: the site's own, then a rule for each of the files in `hashed`.

    An entry that ends in `/*` stands for a whole folder.
    """
    known = {line.strip() for line in own.splitlines()}
    rules = []
    for name in sorted(hashed):
        path = quote(f"{unquote(base_path)}/{name}", safe="/*!'(),;=@~.-_+&$")
        if path not in known:
            rules.append(f"{path}\n  {FOREVER}\n")
    if not rules:
        return own
    before = f"{own.rstrip()}\n\n" if own.strip() else ""
    return f"{before}{_BY_US}\n{''.join(rules)}"
