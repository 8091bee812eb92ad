"""Filters, tests and globals of templates by name, bound to one site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import msgspec
from markupsafe import Markup, escape

from prismic_ssg.content.fields import kind
from prismic_ssg.content.images import as_image_pixel_density_srcset, as_image_width_srcset
from prismic_ssg.content.richtext import as_text
from prismic_ssg.content.slices import map_slice_zone
from prismic_ssg.content.slugs import slugify
from prismic_ssg.errors import FieldError
from prismic_ssg.render.dates import format_date, moment_of
from prismic_ssg.render.embeds import embed_html
from prismic_ssg.render.empty import EMPTY
from prismic_ssg.render.feed_filters import Outside
from prismic_ssg.render.geopoints import format_geopoint
from prismic_ssg.render.images import Images
from prismic_ssg.render.links import Links
from prismic_ssg.render.lists import format_list
from prismic_ssg.render.markdown import Markdown
from prismic_ssg.render.rich_text import RichText, with_headings_from
from prismic_ssg.render.serializers import AnySerializer
from prismic_ssg.render.shown_fields import fields, filled, humanize, json_of
from prismic_ssg.render.site_view import SiteView


class Helpers(msgspec.Struct, frozen=True):
    """What filters are made of, for one site. All take an empty field, and give nothing for it."""

    site: SiteView
    rich_text: RichText
    images: Images
    links: Links
    markdown: Markdown
    safe: bool

    @classmethod
    def of(
        cls,
        site: SiteView,
        markdown: Markdown,
        serializer: AnySerializer | None,
        templates: Callable[[], Mapping[str, Any]],
        *,
        safe: bool,
    ) -> Helpers:
        images = Images(site, safe=safe)
        rich_text = RichText(serializer, templates, images.figure, safe=safe)
        return cls(site, rich_text, images, Links(site, safe=safe), markdown, safe)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filters by name."""
        return {name: self._placing(function) for name, function in self._by_name().items()}

    def _placing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, giving an empty field where it gives None, and whose FieldError also names
        the document and the field that it was given."""

        @wraps(function)
        def filter_(*arguments: Any, **options: Any) -> Any:
            try:
                # Passing on no keywords takes longer than what some filters do.
                result = function(*arguments, **options) if options else function(*arguments)
            except FieldError as error:
                place = self.site.place_of(json_of(arguments[0])) if arguments else None
                if place is not None:
                    error.document_id, path = place
                    error.field = f"{path}{error.field or ''}"
                raise
            return EMPTY if result is None else result

        return filter_

    def _by_name(self) -> dict[str, Callable[..., Any]]:
        outside = Outside(self.site.base_url, lambda: self.site.page_url)
        return {
            **outside.filters(),
            "as_html": self.rich_text.html,
            "as_text": _text,
            "as_markdown": self.rich_text.markdown,
            "prose": self.rich_text.prose,
            "headings_from": self._headings_from,
            "as_link": self.links.url,
            "as_link_attrs": self.links.attrs,
            "link_tag": self.links.tag,
            "as_image_src": self.images.src,
            "as_image_width_srcset": self.images.srcset(as_image_width_srcset),
            "as_image_pixel_density_srcset": self.images.srcset(as_image_pixel_density_srcset),
            "img": self.images.img,
            "picture": self.images.picture,
            "as_date": moment_of,
            "date": self._date,
            "listed": self._listed,
            "embed": self._embed,
            "table": self.rich_text.table,
            "geopoint": format_geopoint,
            "markdown": self._markdown,
            "is_filled": filled,
            "kind": lambda value: kind(json_of(value)),
            "fields": fields,
            "humanize": humanize,
            "slug": lambda value: slugify(str(value or "")),
            "map_slice_zone": lambda zone, mappers, context=None: map_slice_zone(
                json_of(zone), mappers, context
            ),
        }

    def tests(self) -> dict[str, Callable[..., bool]]:
        """What can be asked with `is`."""
        return {"filled": filled}

    def _date(self, value: Any, pattern: str = "%Y-%m-%d", *, lang: str | None = None) -> Any:
        return format_date(value, pattern, lang=lang or self.site.page_lang)

    def _listed(self, values: Any, style: str = "and", *, lang: str | None = None) -> Markup:
        return format_list(values or (), style, lang=lang or self.site.page_lang)

    def _embed(self, field: Any, *, safe: bool | None = None, **options: Any) -> Markup:
        return embed_html(field, safe=self.safe if safe is None else safe, **options)

    def _headings_from(self, html: Any, top: int = 2) -> Markup:
        # What was markup before is a template's, or ours; a text is of content.
        is_trusted = isinstance(html, Markup) or not self.safe
        return with_headings_from(str(html or "") if is_trusted else escape(html or ""), top)

    def _markdown(self, source: Any, **options: Any) -> Markup:
        return self.markdown.html(str(source or ""), **options)


def _text(field: Any, separator: str = " ") -> Any:
    return field if isinstance(field, str) else as_text(json_of(field), separator=separator)
