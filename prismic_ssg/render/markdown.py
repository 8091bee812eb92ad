"""Markdown with markdown-it: CommonMark, tables, strikethrough, footnotes; front matter in YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from prismic_ssg.engine.listings import slugify
from prismic_ssg.errors import ConfigurationError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class MarkdownPage:
    """A Markdown file split: its front matter, and the text below it."""

    meta: Mapping[str, Any]
    text: str


def parse_page(text: str, file: str) -> MarkdownPage:
    """A Markdown file's front matter and body. Raises ConfigurationError for broken YAML."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return MarkdownPage({}, text)
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
    return MarkdownPage({str(key): value for key, value in meta.items()}, text[match.end() :])


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"typographer": False})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(tasklists_plugin)
    parser.use(anchors_plugin, max_level=6, slug_func=slugify)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    return parser


def to_html(text: str, url: Callable[[str], str]) -> str:
    """Markdown as HTML. `url` turns a path of the site into its public URL."""
    return str(_parser().render(text, {"url": url}))


def _link_open(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    _point(tokens[index], "href", env)
    return self.renderToken(tokens, index, options, env)


def _image(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    _point(tokens[index], "src", env)
    return self.image(tokens, index, options, env)


def _point(token: Token, attribute: str, env: EnvType) -> None:
    target = token.attrGet(attribute)
    if isinstance(target, str) and target.startswith("/"):
        token.attrSet(attribute, env["url"](target))
