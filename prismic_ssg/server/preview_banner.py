"""The bar at the bottom of a previewed page: that it is one, of what, and the way out. Pure."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)

# In a tree of its own, so that neither the site's styles nor these reach across.
_STYLE = """
:host{all:initial;color-scheme:light dark}
.bar{position:fixed;z-index:2147483000;inset-inline:0;inset-block-end:1rem;margin-inline:auto;
width:fit-content;max-width:calc(100vw - 2rem);box-sizing:border-box;display:flex;gap:.9rem;
align-items:center;padding:.45rem .5rem .45rem 1.05rem;border-radius:999px;
background:light-dark(#fffdfa,#1d1f23);color:light-dark(#24262b,#e8e6e1);
border:1px solid light-dark(#e2dccf,#3a3d44);box-shadow:0 8px 30px rgb(0 0 0/.18);
font:14px/1.4 system-ui,-apple-system,"Segoe UI",sans-serif}
.dot{flex:none;width:.55rem;height:.55rem;border-radius:50%;background:light-dark(#7a56c2,#b79af0)}
.what{margin:0;min-width:0;overflow:hidden;text-overflow:ellipsis}
b{font-weight:620}
.more{opacity:.72}
form{margin:0;flex:none}
button{font:inherit;font-weight:560;color:inherit;cursor:pointer;border:1px solid transparent;
background:light-dark(#f2ede3,#2b2e34);border-radius:999px;padding:.32rem .95rem}
button:hover{background:light-dark(#e8e1d2,#373b43)}
button:focus-visible{outline:2px solid light-dark(#7a56c2,#b79af0);outline-offset:2px}
@media (max-width:34rem){.more{display:none}}
@media print{:host{display:none}}
""".replace("\n", "")


def banner(release: str | None, exit_path: str, here: str) -> bytes:
    """The bar as HTML. `here` is the page's own address, to which the way out leads back."""
    if release is None:
        what, more = "Preview", "with drafts that readers do not see yet"
    else:
        what, more = f"Preview of {release}", "which readers do not see yet"
    action = f"{exit_path}?to={quote(here, safe='/')}"
    return (
        '<prismic-ssg-preview role="region" aria-label="Preview">'
        f'<template shadowrootmode="open"><style>{_STYLE}</style>'
        '<div class="bar"><span class="dot"></span>'
        f'<p class="what"><b>{escape(what)}</b> <span class="more">{escape(more)}</span></p>'
        f'<form method="post" action="{escape(action)}"><button>Leave preview</button></form>'
        "</div></template></prismic-ssg-preview>"
    ).encode()


def with_banner(body: bytes, bar: bytes) -> bytes:
    """A page's HTML with the bar at its end."""
    ends = list(_BODY_END.finditer(body))
    place = ends[-1].start() if ends else len(body)
    return body[:place] + bar + body[place:]
