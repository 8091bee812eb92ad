"""Markdown with markdown-it: CommonMark, tables, footnotes, task lists, ids of headings, colours.

Front matter is YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from prismic_ssg.content.slugs import slugify
from prismic_ssg.engine.world import Text
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.render.highlight import CLASS, highlighted
from prismic_ssg.render.urls import Urls

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# For the mouse only: read out, it would be part of every heading.
_PERMALINK = ' <a class="permalink" href="#{}" aria-hidden="true" tabindex="-1">#</a>'
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class MarkdownPage:
    """A Markdown file split: its front matter, and the text below it. `digest` is the file's."""

    meta: Mapping[str, Any]
    text: str
    digest: str


def parse_page(source: Text) -> MarkdownPage:
    """A Markdown file's front matter and body. Raises ConfigurationError for broken YAML."""
    text, file = source.text, source.file
    match = _FRONT_MATTER.match(text)
    if match is None:
        return MarkdownPage({}, text, source.digest)
    try:
        meta = yaml.load(match[1], Loader=_Loader)  # noqa: S506  (a safe loader, in C where it is)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise ConfigurationError(
            f"{file}:{line}: the front matter can't be read: {problem}",
            file=file,
            line=line,
            hint="front matter is YAML between two lines of ---; quote a text that holds a colon",
        ) from None
    if meta is None:
        meta = {}
    if not isinstance(meta, dict):
        raise ConfigurationError(
            f"{file}:2: the front matter is not a mapping",
            file=file,
            line=2,
            hint="write it as `title: A title`",
        )
    named = {str(key): value for key, value in meta.items()}
    return MarkdownPage(named, text[match.end() :], source.digest)


class Markdown:
    """Markdown of one site as HTML. Ids are unique in a page, over all texts of it.

    `urls` turns a path of the site into its public URL, `url_of_file` the name of a Markdown file
    into that of its page. With `permalinks`, headings bear a link to themselves. `safe` is for
    texts that are not trusted: HTML in them is shown as text.
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
        file: str | None = None,
    ) -> Markup:
        """Markdown as HTML; link targets of `[^1]` and headings as the first text of the page has
        them, with a number after them in later ones. `file` is the one that the text is of: links
        from it to others, `[deploying](deploy.md#caches)`, lead to their pages."""
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
        parser = _parser(self._safe if safe is None else safe)
        return Markup(parser.render(text, env))  # noqa: S704  (Markdown's own output)


@cache
def _parser(safe: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": not safe, "highlight": _code})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(tasklists_plugin)
    parser.core.ruler.push("anchors", _anchors)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    return parser


def _code(code: str, language: str, _attributes: str) -> str:
    """A fenced block; "" leaves it to the parser."""
    html = highlighted(code, language)
    if html is None:
        return ""
    name = escape(language)
    return f'<pre class="{CLASS}"><code class="language-{name}">{html}</code></pre>\n'


def _anchors(state: StateCore) -> None:
    """Give every heading an id from its text, and where that is wanted a link to itself."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        shown = [each for each in inline.children or () if each.type in ("text", "code_inline")]
        id_ = _unique(slugify("".join(each.content for each in shown)), state.env["ids"])
        opening.attrSet("id", id_)
        if state.env["permalinks"]:
            link = Token("html_inline", "", 0)
            link.content = _PERMALINK.format(escape(id_))
            inline.children = [*(inline.children or ()), link]


def _unique(slug: str, taken: set[str]) -> str:
    id_, number = slug, 1
    while id_ in taken:
        id_, number = f"{slug}-{number}", number + 1
    taken.add(id_)
    return id_


def _link_open(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    _point(tokens[index], "href", env)
    _lead_to_page(tokens[index], env)
    return self.renderToken(tokens, index, options, env)


def _image(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    urls: Urls = env["urls"]
    if urls.seen_images is not None:
        urls.seen_images.note_url(tokens[index].attrGet("src"))
    _point(tokens[index], "src", env)
    return self.image(tokens, index, options, env)


def _lead_to_page(token: Token, env: EnvType) -> None:
    """Make a link to another Markdown file one to its page: in both a reader gets on."""
    target = token.attrGet("href")
    if env["file"] is None or not isinstance(target, str):
        return
    name, hash_, anchor = target.partition("#")
    if not name.endswith(".md") or name.startswith("/") or ":" in name:
        return
    found = env["url_of_file"](normpath(join(dirname(env["file"]), unquote(name))))
    if found is not None:
        token.attrSet("href", f"{found}{hash_}{anchor}")


def _point(token: Token, attribute: str, env: EnvType) -> None:
    target = token.attrGet(attribute)
    if isinstance(target, str) and target.startswith("/"):
        token.attrSet(attribute, env["urls"].path_url(target))
