"""The few pages that the server itself has: nothing there, nothing there yet."""

from __future__ import annotations

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.05rem/1.6 system-ui,sans-serif}"
    "body{max-width:34rem;margin:22vh auto 0;padding:0 1.5rem}"
    "h1{font-size:1.35rem;font-weight:600;margin:0 0 .4rem}p{margin:0;opacity:.75}"
)


def plain_page(title: str, text: str) -> bytes:
    """A whole HTML page of a heading and a sentence, both plain text without markup."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>\n"
    ).encode()


NOT_FOUND = plain_page("Nothing here", "The site has no page at this address.")
NOT_YET = plain_page(
    "The site is not built yet",
    "It will be shown here as soon as the first build has succeeded.",
)
