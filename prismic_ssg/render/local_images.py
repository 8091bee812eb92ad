"""Images that are to be files of the site: which are in a page, and what stands for them there.

A page is rendered with the URLs that the API gave. Which of the addresses in its text are images is
known from what it has read: an address is one if it is that of an image field, whatever parameters
a filter put behind it. So it makes no difference by what filter, or by none, it got into the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from prismic_ssg.content.web_url import parse_url
from prismic_ssg.render.recorder import Notebook

# An address in a text that is HTML or JSON. It ends before what can't be in one, and before the
# entity of a quote; a bracket may be in its path, and not in its query: `url(https://…?w=1)`.
_END = r"(?!&(?:quot|apos|lt|gt|#34|#39|#x27|#60|#62);)"
_IN_PATH = rf"(?:{_END}[^\s\"'<>`\\?#]|\\/|\\u0026)"
_IN_QUERY = rf"(?:{_END}[^\s\"'<>`\\#)]|\\/|\\u0026)"
_ADDRESS = re.compile(rf"https?:(?:\\?/){{2}}{_IN_PATH}+(?:\?{_IN_QUERY}*)?")
_AFTER = ".,;:!"
_AFTER_PATH = ")]}*_" + _AFTER

_ESCAPES = (("\\/", "/"), ("\\u0026", "&"), ("&amp;", "&"), ("&#38;", "&"), ("&#x26;", "&"))


class SeenImages:
    """The images that the page being rendered has read: their addresses are in its notebook."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def note(self, objects: Iterable[Mapping[str, Any]]) -> None:
        """Remember those objects of a field that are images: thumbnails, blocks, embeds as well."""
        for each in objects:
            if "dimensions" in each:
                self.note_url(each.get("url"))
            if "embed_url" in each:
                self.note_url(each.get("thumbnail_url"))
                self.note_url(each.get("url") if each.get("type") == "photo" else None)

    def note_url(self, url: Any) -> None:
        """Remember one image, as it is written and as parameters make it be written anew."""
        if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
            return
        addresses = self._notebook.images
        addresses.add(_without_query(url))
        try:
            addresses.add(_without_query(str(parse_url(url))))
        except ValueError:
            return

    def used_in(self, text: str) -> frozenset[str]:
        """The URLs of these images in a page's text, with their parameters."""
        addresses = self._notebook.images
        if not addresses:
            return frozenset()
        is_image: Callable[[str], bool] = lambda url: _without_query(url) in addresses  # noqa: E731
        return frozenset(url for _, _, url in _found(text, is_image))


def with_local_images(
    text: str, paths: Mapping[str, str], *, base_path: str, base_url: str, is_html: bool
) -> str:
    """A page's text with the URLs of images replaced by those of files of the site.

    `paths` gives the path of each: `/images/bench.3f9c01aa22bb.jpg`. They stand in the text with
    `base_path` in front; where others read them, which is in `<meta content>`, in JSON-LD and in
    files that are no HTML, with the whole `base_url`, which may be empty.
    """
    pieces = []
    at = 0
    for_others = (
        [match.span() for match in _JSON_LD.finditer(text)] if is_html else [(0, len(text))]
    )
    for start, end, url in _found(text, paths.__contains__):
        is_for_others = text[max(0, start - 9) : start].endswith(_CONTENT) or any(
            first <= start < last for first, last in for_others
        )
        before = base_url if base_url and is_for_others else base_path
        pieces += [text[at:start], before, paths[url]]
        at = end
    return "".join([*pieces, text[at:]])


_CONTENT = ('content="', "content='")
_JSON_LD = re.compile(r"<script[^>]*application/ld\+json.*?</script", re.DOTALL | re.IGNORECASE)


def _found(text: str, is_image: Callable[[str], bool]) -> Iterator[tuple[int, int, str]]:
    """Where in a text the URLs of images are, from the first to the last, with each URL."""
    for match in _ADDRESS.finditer(text):
        written = match[0].rstrip(_AFTER)
        url = _unescaped(written)
        while not is_image(url) and "?" not in url and written[-1:] in _AFTER_PATH:
            written = written[:-1]
            url = _unescaped(written)
        if is_image(url):
            yield match.start(), match.start() + len(written), url


def _unescaped(written: str) -> str:
    for escape, character in _ESCAPES:
        written = written.replace(escape, character)
    return written


def _without_query(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
