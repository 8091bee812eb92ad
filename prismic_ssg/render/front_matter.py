"""Markdown files as they are read: YAML between two lines of `---`, and the text below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from prismic_ssg.engine.world import Text
from prismic_ssg.errors import ConfigurationError

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# The same without its second line, and no text that only begins with a rule.
_BEGUN = re.compile(r"\A---[ \t]*\n[ \t]*[A-Za-z_][\w-]*:(?:[ \t]|\n|\Z)")


class MarkdownPage(msgspec.Struct, frozen=True):
    """A Markdown file split: its front matter, and the text below it. `digest` is the file's."""

    meta: Mapping[str, Any]
    text: str
    digest: str


def parse_page(source: Text) -> MarkdownPage:
    """A Markdown file's front matter and body. Raises ConfigurationError for broken YAML, and
    for a `url` that is no path."""
    text, file = source.text, source.file
    match = _FRONT_MATTER.match(text)
    if match is None:
        if _BEGUN.match(text):
            raise ConfigurationError(
                f"{file}:1: the front matter has no end",
                file=file,
                line=1,
                hint="write a line of --- below it; a page that begins with a rule has *** there",
            )
        return MarkdownPage({}, text, source.digest)
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        meta = yaml.load(match[1], Loader=loader)  # noqa: S506  (a safe loader, in C where it is)
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
    url = named.get("url")
    if url is not None and not (isinstance(url, str) and url.startswith("/")):
        raise ConfigurationError(
            f"{file}: the page's url {url!r} does not begin with '/'",
            file=file,
            hint=f"write url: /{str(url).lstrip('/')}",
        )
    return MarkdownPage(named, text[match.end() :], source.digest)
