"""Filters and globals of templates, bound to one site's view."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from prismic_ssg.content import is_filled
from prismic_ssg.content.fields import as_date, kind
from prismic_ssg.content.images import (
    as_image_pixel_density_srcset,
    as_image_src,
    as_image_width_srcset,
)
from prismic_ssg.content.links import as_link, as_link_attrs
from prismic_ssg.content.richtext import as_text
from prismic_ssg.content.richtext_html import as_html
from prismic_ssg.content.tables import table_html
from prismic_ssg.engine.listings import slugify
from prismic_ssg.render.empty import EMPTY, Empty
from prismic_ssg.render.markdown import to_html
from prismic_ssg.render.urls import Urls
from prismic_ssg.render.views import AlternateView, DocumentView, Fields

# What the `img` filter offers a browser, cut at the picture's own width.
_WIDTHS = (320, 480, 640, 828, 1080, 1200, 1600, 2048, 2880, 3840)


def make_filters(urls: Urls, serializer: Any) -> dict[str, Callable[..., Any]]:
    """The filters of the contract. All take an empty field and give something empty for it."""

    def html(field: Any, *, link_resolver: Any = None, serializer: Any = serializer) -> Any:
        text = as_html(
            _json(field), link_resolver=link_resolver, serializer=serializer, quirks=False
        )
        return EMPTY if text is None else Markup(text)  # noqa: S704  (as_html escapes)

    draws_images = serializer is None or (
        isinstance(serializer, Mapping) and not serializer.get("image")
    )

    def prose(field: Any, top: int = 2) -> Markup:
        return with_headings_from(_runs(_json(field) or (), html, urls, draws_images), top)

    def text(field: Any, separator: str = " ") -> Any:
        if isinstance(field, str):
            return field
        return _or_empty(as_text(_json(field), separator=separator))

    def link(target: Any, *, link_resolver: Any = None) -> Any:
        if isinstance(target, (DocumentView, AlternateView)):
            return _or_empty(target.url)
        return _or_empty(as_link(_json(target), link_resolver=link_resolver))

    def link_attrs(target: Any, **options: Any) -> Markup:
        attributes = as_link_attrs(_json(target), **options)
        return _attributes({name: value for name, value in attributes.items() if value})

    def image_src(field: Any, **params: Any) -> Any:
        if is_relative(field):
            return urls.path_url(field["url"])
        return _or_empty(as_image_src(_json(field), **params))

    def img(field: Any, **options: Any) -> Markup:
        return image_tag(_json(field), urls, **options)

    return {
        "as_html": html,
        "prose": prose,
        "headings_from": lambda text, top=2: with_headings_from(str(text or ""), top),
        "as_text": text,
        "as_link": link,
        "as_link_attrs": link_attrs,
        "as_date": lambda value: _or_empty(_moment(value)),
        "as_image_src": image_src,
        "as_image_width_srcset": lambda field, **options: _or_empty(
            as_image_width_srcset(_json(field), **options)
        ),
        "as_image_pixel_density_srcset": lambda field, **options: _or_empty(
            as_image_pixel_density_srcset(_json(field), **options)
        ),
        "is_filled": filled,
        "img": img,
        "markdown": lambda source: Markup(to_html(str(source or ""), urls.path_url)),  # noqa: S704
        "date": format_date,
        "fields": fields,
        "kind": lambda value: kind(_json(value)),
        "table": lambda value: Markup(table_html(_json(value)) or ""),  # noqa: S704
        "humanize": humanize,
        "slug": lambda value: slugify(str(value or "")),
    }


def _json(value: Any) -> Any:
    return None if isinstance(value, Empty) else value


def _or_empty(value: Any) -> Any:
    return EMPTY if value is None else value


_IS_FILLED: Mapping[str, Callable[[Any], bool]] = {
    "rich_text": is_filled.rich_text,
    "image": is_filled.image,
    "link": is_filled.link,
    "embed": is_filled.embed,
    "geopoint": is_filled.geo_point,
    "table": is_filled.table,
}


def filled(value: Any, kind_of_field: str | None = None) -> bool:
    """Whether a field is filled, judged as its kind is: `doc.data.photo|is_filled`.

    The kind is inferred from the value; `is_filled("link")` says it.
    """
    value = _json(value)
    inferred = kind_of_field or kind(value)
    check = _IS_FILLED.get(inferred) or getattr(is_filled, inferred, None)
    if check is not None:
        return bool(check(value))
    return inferred != "empty" and value is not None


def _moment(value: Any) -> datetime | None:
    value = _json(value)
    if isinstance(value, datetime) or value is None:
        return value
    if isinstance(value, date):
        return as_date(value.isoformat())
    return as_date(value)


def format_date(value: Any, pattern: str = "%Y-%m-%d") -> Any:
    """A date, timestamp or datetime by a strftime pattern; `2026-03-02` without one.

    `%-d` and `%-m`, numbers without a zero in front, work on every system. Names of months and days
    are English: what a machine's locale says would make two machines' pages differ.
    """
    moment = _moment(value)
    if moment is None:
        return EMPTY
    for directive, text in (
        ("%-d", str(moment.day)),
        ("%-m", str(moment.month)),
        ("%-H", str(moment.hour)),
        ("%B", _MONTHS[moment.month - 1]),
        ("%b", _MONTHS[moment.month - 1][:3]),
        ("%A", _DAYS[moment.weekday()]),
        ("%a", _DAYS[moment.weekday()][:3]),
    ):
        pattern = pattern.replace(directive, text)
    return moment.strftime(pattern)


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def humanize(name: str) -> str:
    """A field's or type's id as a label: `published_on` → `Published on`."""
    words: list[str] = []
    for part in str(name).replace("-", "_").split("_"):
        start = 0
        for index in range(1, len(part)):
            if part[index].isupper() and part[index - 1].islower():
                words.append(part[start:index])
                start = index
        words.append(part[start:])
    text = " ".join(word if word.isupper() else word.lower() for word in words if word)
    return text[:1].upper() + text[1:]


def fields(container: Any, *leave_out: str) -> list[SimpleNamespace]:
    """The fields of a document's data, a slice's primary or a group's row that show something.

    In order; each has `name`, `label`, `kind` and `value`. Those named in `leave_out` are left out,
    as are groups of which no row shows anything.
    """
    container = _json(container)
    if not isinstance(container, (Mapping, Fields)):
        return []
    found = []
    for name in container:
        value = _json(container[name])
        if name in leave_out or not _shows(value):
            continue
        entry = SimpleNamespace(name=name, label=humanize(name), kind=kind(value), value=value)
        found.append(entry)
    return found


def _shows(value: Any) -> bool:
    """Whether a reader would see anything of a field: a link's text too, but no empty rows."""
    if kind(value) == "group":
        return any(fields(row) for row in value)
    if kind(value) == "link":
        return _says_something(value)
    return filled(value)


def _says_something(link: Mapping[str, Any]) -> bool:
    """Whether a link leads somewhere, or at least has a name: a dead one may be a bare id."""
    named = (
        link.get("text") or link.get("data") or link.get("uid") or link.get("slug") not in _NO_SLUG
    )
    return bool(link.get("url") or named)


_NO_SLUG = (None, "", "-")
_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])")


def with_headings_from(html: str, top: int) -> Markup:
    """HTML with its highest headings as `<h{top}>`, the next as the one below, without a gap.

    A page has one `<h1>`; whoever writes a body begins with whatever level looks right to them.
    """
    found = sorted({int(match[2]) for match in _HEADING.finditer(html)})
    levels = {str(level): min(6, top + rank) for rank, level in enumerate(found)}
    text = _HEADING.sub(lambda match: f"<{match[1]}h{levels[match[2]]}", html)
    return Markup(text)  # noqa: S704  (it was HTML before)


def _runs(
    blocks: Sequence[Any], html: Callable[..., Any], urls: Urls, draws_images: bool
) -> Markup:
    """Rich text in which pictures have size, `srcset` and credit, unless the site draws its own."""
    parts = []
    for is_picture, run in groupby(blocks, key=lambda each: each.get("type") == "image"):
        if is_picture and draws_images:
            parts += [picture(block, urls) for block in run]
        else:
            parts.append(html(list(run)))
    return Markup("").join(parts)


def picture(block: Mapping[str, Any], urls: Urls) -> Markup:
    """An image block as a figure; class `wide` where it bears more than the width of the text."""
    image = image_tag(block, urls, sizes="(min-width: 64rem) 62rem, 100vw")
    size = block.get("dimensions") or {}
    wide = (size.get("width") or 0) >= 1000 and (size.get("height") or 0) < size["width"]
    url = as_link(block.get("linkTo") or None)
    if url:
        image = Markup('<a href="{}">{}</a>').format(url, image)
    credit = block.get("copyright")
    caption = Markup("<figcaption>{}</figcaption>").format(credit) if credit else ""
    name = Markup(' class="wide"') if wide else ""
    return Markup("<figure{}>{}{}</figure>").format(name, image, caption) if image else image


def is_relative(field: Any) -> bool:
    """Whether an image is a file of this site: `/images/bench.svg`."""
    url = field.get("url") if isinstance(field, Mapping) else None
    return isinstance(url, str) and url.startswith("/") and not url.startswith("//")


def _is_resizable(url: str) -> bool:
    """Whether the host makes other sizes of an image: imgix, on Prismic's or another's name."""
    host = urlsplit(url).hostname or ""
    return host == "images.prismic.io" or host.endswith(".imgix.net")


def image_tag(
    field: Any,
    urls: Urls,
    *,
    sizes: str | None = None,
    widths: Sequence[int] | None = None,
    alt: str | None = None,
    loading: str = "lazy",
    **attributes: Any,
) -> Markup:
    """An `<img>` with size, alternative text (empty where there is none) and a `srcset`.

    `sizes` defaults to the picture's own width, at most the window's. Other keywords become
    attributes; `class_` is `class`.
    """
    if not is_filled.image(field):
        return Markup("")
    url = field["url"]
    dimensions = field.get("dimensions") or {}
    width, height = dimensions.get("width"), dimensions.get("height")
    tag: dict[str, Any] = {"src": urls.path_url(url) if is_relative(field) else url}
    if _is_resizable(url):
        offered = [each for each in widths or _WIDTHS if not width or each < width]
        offered += [width] if width and not widths and width <= _WIDTHS[-1] else []
        found = as_image_width_srcset(field, widths=offered or [width or 640])
        if found is not None:
            tag["src"], tag["srcset"] = found["src"], found["srcset"]
            tag["sizes"] = sizes or (
                f"(min-width: {width}px) {width}px, 100vw" if width else "100vw"
            )
    tag["alt"] = alt if alt is not None else field.get("alt") or ""
    tag["width"], tag["height"] = width, height
    tag["loading"], tag["decoding"] = loading, "async"
    tag.update({name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    return Markup("<img{}>").format(_attributes(tag))


def _attributes(attributes: Mapping[str, Any]) -> Markup:
    """` name="value"` for each, in order; None and False leave one out, True is a bare name."""
    written = Markup("")
    for name, value in attributes.items():
        if value is True:
            written += Markup(" {}").format(name)
        elif value is not None and value is not False:
            written += Markup(' {}="{}"').format(name, escape(value))
    return written
