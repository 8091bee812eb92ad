"""Markdown of a site's files and templates as HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from prismic_ssg.render.urls import Urls


class Markdown:
    """Markdown of one site as HTML. Ids are unique in a page, over all texts of it.

    `urls` turns a path of the site into its public URL, `url_of_file` a path from the folder of
    pages into the URL of that Markdown page, or of that static file. With `permalinks`, headings
    bear a link to themselves. `safe` is for texts that are not trusted: HTML in them is shown as
    text.
    """

    def __init__(
        self,
        urls: Urls,
        url_of_file: Callable[[str], str | None],
        *,
        permalinks: bool,
        safe: bool,
    ) -> None:
        self._urls = urls
        self._url_of_file = url_of_file
        self._permalinks = permalinks
        self._safe = safe
        self._ids: set[str] = set()
        self._texts = 0

    def turn_to_next_page(self) -> None:
        """Forget the ids of the last page."""
        self._ids = set()
        self._texts = 0

    def html(
        self,
        text: str,
        *,
        permalinks: bool | None = None,
        safe: bool | None = None,
    ) -> Markup:
        """Markdown as HTML; link targets of `[^1]` and headings as the first text of the page has
        them, with a number after them in later ones."""
        return self._parsed(text, permalinks=permalinks, safe=safe)[0]

    def page(self, text: str, file: str) -> tuple[Markup, str]:
        """A page's own text as HTML, and the text of its first heading of the first level.

        It is trusted. Links from it to other files, `[deploying](deploy.md#caches)` and
        `![a loom](../static/loom.png)`, lead to where these are published.
        """
        return self._parsed(text, permalinks=None, safe=False, file=file)

    def _parsed(
        self, text: str, *, permalinks: bool | None, safe: bool | None, file: str | None = None
    ) -> tuple[Markup, str]:
        from prismic_ssg.render.markdown_parser import markdown_parser

        self._urls.notebook.is_of_page = True  # The ids are: what several pages share has none.
        env: dict[str, Any] = {
            "urls": self._urls,
            "url_of_file": self._url_of_file,
            "file": file,
            "ids": self._ids,
            "permalinks": self._permalinks if permalinks is None else permalinks,
        }
        if self._texts:
            env["docId"] = str(self._texts + 1)
        self._texts += 1
        parser = markdown_parser(self._safe if safe is None else safe)
        html = Markup(parser.render(text, env))  # noqa: S704  (Markdown's own output)
        return html, env.get("title", "")
