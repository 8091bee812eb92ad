"""markdown-it as this site's Markdown wants it: CommonMark, tables, footnotes, task lists, ids of
headings, colours. It is loaded where there is Markdown: that takes 0.05 s."""

from __future__ import annotations

import unicodedata
from functools import cache
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from prismic_ssg.content.slugs import slugify
from prismic_ssg.render.highlight import CLASS, highlighted
from prismic_ssg.render.urls import Urls

# For the mouse only: read out, or found by a search, it would be part of every heading.
_PERMALINK = (
    ' <a class="permalink" href="#{}" aria-hidden="true" tabindex="-1" data-pagefind-ignore>#</a>'
)


@cache
def markdown_parser(safe: bool) -> MarkdownIt:
    """A parser that renders to HTML; `safe` shows HTML in a text as text."""
    parser = MarkdownIt("commonmark", {"html": not safe, "highlight": _code})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(tasklists_plugin, label=True)
    parser.core.ruler.push("anchors", _anchors)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _code_block)
    return parser


def _code(code: str, language: str, _attributes: str) -> str:
    """A fenced block; "" leaves it to the parser."""
    html = highlighted(code, language)
    if html is None:
        return ""
    name = escape(language)
    return f'<pre class="{CLASS}"><code class="language-{name}">{html}</code></pre>\n'


# Code is scrolled where its lines are long: with the keyboard that takes the focus.
_PRE, _REACHABLE_PRE = "<pre", '<pre tabindex="0"'


def _fence(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return self.fence(tokens, index, options, env).replace(_PRE, _REACHABLE_PRE, 1)


def _code_block(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return self.code_block(tokens, index, options, env).replace(_PRE, _REACHABLE_PRE, 1)


def _anchors(state: StateCore) -> None:
    """Give every heading an id from its text, and where that is wanted a link to itself."""
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        shown = [each for each in inline.children or () if each.type in ("text", "code_inline")]
        text = "".join(each.content for each in shown)
        if opening.tag == "h1":
            state.env.setdefault("title", text)
        id_ = _unique(_heading_id(text), state.env["ids"])
        opening.attrSet("id", id_)
        if state.env["permalinks"]:
            link = Token("html_inline", "", 0)
            link.content = _PERMALINK.format(escape(id_))
            inline.children = [*(inline.children or ()), link]


def _heading_id(text: str) -> str:
    """The id of a heading as GitHub has it, where the same files may be read: letters, digits, `-`
    and `_` stay, in lower case, a space is a hyphen, and nothing is left of the rest."""
    kept = "".join(each for each in text.strip().lower() if each in "-_ " or _is_of_word(each))
    return kept.replace(" ", "-") or slugify(text)


def _is_of_word(character: str) -> bool:
    # Marks too: in many scripts they are the vowels.
    return unicodedata.category(character)[0] in "LNM"


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
    _lead_to_file(tokens[index], "href", env)
    return self.renderToken(tokens, index, options, env)


def _image(
    self: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    urls: Urls = env["urls"]
    if urls.seen_images is not None:
        urls.seen_images.note_url(tokens[index].attrGet("src"))
    _point(tokens[index], "src", env)
    _lead_to_file(tokens[index], "src", env)
    return self.image(tokens, index, options, env)


def _lead_to_file(token: Token, attribute: str, env: EnvType) -> None:
    """Make a link to another file one to where that is published: in both a reader gets on."""
    target = token.attrGet(attribute)
    if env["file"] is None or not isinstance(target, str):
        return
    name, hash_, anchor = target.partition("#")
    if not name or name.startswith("/") or ":" in name or "?" in name:
        return
    found = env["url_of_file"](normpath(join(dirname(env["file"]), unquote(name))))
    if found is not None:
        token.attrSet(attribute, f"{found}{hash_}{anchor}")


def _point(token: Token, attribute: str, env: EnvType) -> None:
    target = token.attrGet(attribute)
    if isinstance(target, str) and target.startswith("/"):
        token.attrSet(attribute, env["urls"].path_url(target))
