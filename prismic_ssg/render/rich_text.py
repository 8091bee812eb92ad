"""Rich text in templates: as HTML with a site's serializers, as text, and as the body of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from itertools import groupby
from typing import Any

from markupsafe import Markup

from prismic_ssg.content.html_text import is_safe_url
from prismic_ssg.content.richtext_html import HtmlWriter, as_html
from prismic_ssg.content.tables import TABLE_TAGS, table_html
from prismic_ssg.errors import FieldError
from prismic_ssg.render.embeds import embed_html
from prismic_ssg.render.serializers import AnySerializer, layered
from prismic_ssg.render.shown_fields import json_of
from prismic_ssg.render.urls import objects
from prismic_ssg.render.views import Fields

_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")


class RichText:
    """The filters `as_html`, `as_markdown`, `prose` and `table` of one site.

    `templates` gives the functions of the templates for rich text, `figure` draws an image block.
    """

    def __init__(
        self,
        serializer: AnySerializer | None,
        templates: Callable[[], Mapping[str, Any]],
        figure: Callable[[Mapping[str, Any]], Markup],
        *,
        safe: bool,
    ) -> None:
        self._own = serializer
        self._templates = templates
        self._figure = figure
        self._safe = safe
        self._usual: tuple[Mapping[str, Any] | None, HtmlWriter] | None = None

    def html(
        self,
        field: Any,
        *,
        link_resolver: Any = None,
        serializer: AnySerializer | None = None,
        safe: bool | None = None,
        quirks: bool = False,
    ) -> Markup | None:
        """A rich text field as HTML, None for an empty one. With `quirks`, to the byte what the
        official helper gives, its faults included."""
        if link_resolver is None and serializer is None and safe is None and not quirks:
            text = self._usual_writer().html(json_of(field))
        else:
            text = as_html(
                json_of(field),
                link_resolver=link_resolver,
                serializer=layered(serializer, self._templates(), self._own),
                quirks=quirks,
                safe=self._safe if safe is None else safe,
            )
        return None if text is None else Markup(text)  # noqa: S704  (as_html escapes)

    def html_of(self, fields: Fields, name: str) -> Markup | None:
        """`doc.data.NAME|as_html` without a value of the field; None where that takes one."""
        if not fields.fills_links_only:
            return None
        writer = self._usual_writer()
        content = fields.content(name) if writer.custom is None else None
        if content is None:
            return None
        try:
            text = content.html(writer)
        except FieldError:
            # Whoever writes the value can say where it stands.
            return None
        return None if text is None else Markup(text)  # noqa: S704  (as_html escapes)

    def _usual_writer(self) -> HtmlWriter:
        """What writes fields of which a template says nothing in particular."""
        templates = self._templates()
        if self._usual is None or self._usual[0] is not templates:
            serializer = layered(templates, self._own)
            self._usual = templates, HtmlWriter(None, serializer, False, self._safe)
        return self._usual[1]

    def markdown(
        self, field: Any, *, link_resolver: Any = None, safe: bool | None = None
    ) -> str | None:
        """A rich text field as Markdown, None for an empty one."""
        blocks = json_of(field)
        if self._safe if safe is None else safe:
            blocks = deepcopy(blocks)
            for each in objects(blocks):
                for name in ("url", "embed_url"):
                    if isinstance(each.get(name), str) and not is_safe_url(each[name]):
                        del each[name]
        # Few sites ask for it, and its patterns take a while to compile.
        from prismic_ssg.content.richtext_markdown import as_markdown

        return as_markdown(blocks, link_resolver=link_resolver)

    def table(
        self, field: Any, *, serializer: AnySerializer | None = None, safe: bool | None = None
    ) -> Markup:
        """A table field as `<table>`; a map may also hold attributes for its tags."""
        cells = layered(serializer, self._templates(), self._own)
        if isinstance(cells, Mapping):
            for each in (self._own, serializer):
                if isinstance(each, Mapping):
                    tags = {name: each[name] for name in TABLE_TAGS if name in each}
                    cells = {**cells, **tags}
        safe = self._safe if safe is None else safe
        text = table_html(json_of(field), serializer=cells, safe=safe)
        return Markup(text or "")  # noqa: S704  (table_html escapes)

    def prose(self, field: Any, top: int = 2) -> Markup:
        """Rich text whose highest heading is `<h{top}>`, whose pictures are figures with size,
        `srcset` and credit, whose embeds are as `embed` has them, and whose code can be scrolled
        with the keyboard; unless the site draws them itself. A heading without text is left out."""
        return with_headings_from(self._runs(json_of(field) or ()), top)

    def _runs(self, blocks: Sequence[Any]) -> Markup:
        parts = []
        kinds = {"image": self._figure, "embed": self._embed, "preformatted": self._code}
        shown = {kind: show for kind, show in kinds.items() if not self._draws(kind)}
        blocks = [each for each in blocks if not _is_empty_heading(each)]
        for show, run in groupby(blocks, key=lambda each: shown.get(each.get("type"))):
            if show is None:
                parts.append(self.html(list(run)) or Markup(""))
            else:
                parts += [show(block) for block in run]
        return Markup("").join(parts)

    def _embed(self, block: Mapping[str, Any]) -> Markup:
        return embed_html(block.get("oembed"), safe=self._safe)

    def _code(self, block: Mapping[str, Any]) -> Markup:
        html = self.html([block]) or ""
        # Its long lines are scrolled: with the keyboard that takes the focus.
        return Markup(str(html).replace("<pre", '<pre tabindex="0"', 1))  # noqa: S704  (HTML before)

    def _draws(self, kind: str) -> bool:
        """Whether the site says how blocks of a kind look."""
        own = self._own
        if kind in self._templates():
            return True
        return own is not None and (not isinstance(own, Mapping) or bool(own.get(kind)))


def _is_empty_heading(block: Mapping[str, Any]) -> bool:
    kind, text = block.get("type"), block.get("text")
    return str(kind).startswith("heading") and isinstance(text, str) and not text.strip()


def with_headings_from(html: str, top: int) -> Markup:
    """HTML with its highest headings as `<h{top}>`, the next as the one below, without a gap.

    A page has one `<h1>`; whoever writes a body begins with whatever level looks right to them.
    """
    found = sorted({int(match[2]) for match in _HEADING.finditer(html)})
    levels = {str(level): min(6, top + rank) for rank, level in enumerate(found)}
    text = _HEADING.sub(lambda match: f"<{match[1]}h{levels[match[2]]}", html)
    return Markup(text)  # noqa: S704  (it was HTML before)
