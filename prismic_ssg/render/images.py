"""Images as tags: `<img>` and `<picture>` with size, alternative text and widths to choose from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup

from prismic_ssg.content import is_filled
from prismic_ssg.content.html_text import is_safe_url
from prismic_ssg.content.images import as_image_src, as_image_width_srcset
from prismic_ssg.content.js_text import js_text
from prismic_ssg.content.links import as_link
from prismic_ssg.errors import FieldError, PrismicSsgError
from prismic_ssg.render.attributes import attributes, named
from prismic_ssg.render.shown_fields import json_of, object_of
from prismic_ssg.render.site_view import SiteView

# What the `img` filter offers a browser, cut at the picture's own width.
_WIDTHS = (320, 480, 640, 828, 1080, 1200, 1600, 2048, 2880, 3840)

_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+|(?:rgb|hsl|oklch)a?\([\d\s.,/%a-z-]+\)")


class Images:
    """The filters `img`, `picture` and `as_image_src` of one site."""

    def __init__(self, site: SiteView, *, safe: bool) -> None:
        self._site = site
        self._safe = safe

    def src(self, field: Any, **params: Any) -> str | None:
        """The URL of an image with imgix parameters; that of a file of the site as it is."""
        if is_file_of_site(field):
            return str(field["url"])
        return as_image_src(self._image(field), **params)

    def srcset(self, helper: Callable[..., Any]) -> Callable[..., Any]:
        """A helper that gives addresses of an image, none of one that may not be shown."""
        return lambda field, *args, **params: helper(
            None if self._is_refused(field) else field, *args, **params
        )

    def _image(self, field: Any) -> Mapping[str, Any] | None:
        """An image field, None for one that is empty, or may not be shown."""
        return None if self._is_refused(field) else _image(field)

    def _is_refused(self, field: Any) -> bool:
        # An address that runs something does so in a link to the picture, not in an `<img>`.
        url = field.get("url") if self._safe and isinstance(field, Mapping) else None
        return isinstance(url, str) and not is_safe_url(url)

    def img(
        self,
        field: Any,
        *,
        thumbnail: str | None = None,
        alt: str | None = None,
        loading: str | None = "lazy",
        decoding: str | None = "async",
        placeholder: str | None = None,
        style: str | None = None,
        sizes: str | None = None,
        widths: Sequence[int] | str | None = None,
        width: int | None = None,
        height: int | None = None,
        ratio: Any = None,
        focal: tuple[float, float] | None = None,
        params: Mapping[str, Any] | None = None,
        **keywords: Any,
    ) -> Markup:
        """An `<img>` with size, alternative text (empty where there is none) and a `srcset`.

        `thumbnail` is the name of a responsive view. `ratio` ("16:9", a number or a pair) crops,
        around `focal`, a point from (0, 0) at the top left to (1, 1), where that is given; so do
        `width` and `height` together, each alone scales. `params` are imgix's. `sizes` defaults to
        the width at which it is shown, at most the window's. Other keywords become attributes;
        `class_` is `class`.
        """
        field = self._image(field)
        if field is None:
            return Markup("")
        view: Mapping[str, Any] = self._view(field, thumbnail) or field
        width, height = _length("width", width), _length("height", height)
        if ratio is None and width and height:
            ratio = (width, height)
        shape = _Shape.of(view, ratio, focal)
        shape.scale_to(width, height)
        tag = self._sources(view, shape, sizes, widths, params)
        said = alt if alt is not None else view.get("alt") or field.get("alt") or ""
        size = {"width": tag.pop("width"), "height": tag.pop("height")}
        styles = [shape.style if "srcset" not in tag else "", _background(placeholder), style]
        tag.update({"alt": said, **size, "loading": loading, "decoding": decoding})
        tag["style"] = "; ".join(filter(None, styles)) or None
        tag.update(named(keywords))
        return Markup("<img{}>").format(attributes(tag))

    def picture(
        self, field: Any, by_media: Mapping[str, Any], *, sizes: str | None = None, **options: Any
    ) -> Markup:
        """A `<picture>`: for each media query another view or image, else the image itself.

        `by_media` maps a query to the name of a thumbnail, or to an image. Other options are those
        of `img`, for the image itself.
        """
        field = self._image(field)
        if field is None:
            return Markup("")
        sources = Markup("")
        for media, chosen in by_media.items():
            view = self._view(field, chosen) if isinstance(chosen, str) else json_of(chosen)
            if isinstance(view, Mapping) and is_filled.image(view):
                shape = _Shape.of(view, None, None)
                tag = self._sources(view, shape, sizes, None, None)
                source = {"media": media, "srcset": tag.get("srcset") or tag["src"]}
                rest = {name: tag.get(name) for name in ("sizes", "width", "height")}
                sources += Markup("<source{}>").format(attributes({**source, **rest}))
        return Markup("<picture>{}{}</picture>").format(
            sources, self.img(field, sizes=sizes, **options)
        )

    def figure(self, block: Mapping[str, Any]) -> Markup:
        """An image block as a figure; class `wide` where it bears more than the text's width."""
        image = self.img(block, sizes="(min-width: 64rem) 62rem, 100vw")
        size = block.get("dimensions") or {}
        wide = (size.get("width") or 0) >= 1000 and (size.get("height") or 0) < size["width"]
        url = as_link(block.get("linkTo") or None)
        if url and (is_safe_url(url) or not self._safe):
            image = Markup('<a href="{}">{}</a>').format(url, image)
        credit = block.get("copyright")
        caption = Markup("<figcaption>{}</figcaption>").format(credit) if credit else ""
        name = Markup(' class="wide"') if wide else ""
        return Markup("<figure{}>{}{}</figure>").format(name, image, caption) if image else image

    def _view(self, field: Mapping[str, Any], name: str | None) -> Mapping[str, Any] | None:
        """A thumbnail by its name, None and a warning where the image has none of that name.

        A picture chosen before its model got a thumbnail has none until it is published again.
        """
        if name is None:
            return None
        view = field.get(name)
        if isinstance(view, Mapping) and is_filled.image(view):
            return view
        views = [each for each, value in field.items() if _is_view(value)]
        self._site.warn(
            ("thumbnail", name),
            FieldError(
                f"an image has no thumbnail {name!r}: it is shown uncropped ({field['url']})",
                hint=f"it has {', '.join(map(repr, views))}"
                if views
                else "publish its document again, which makes the thumbnails of its model",
            ),
        )
        return None

    def _sources(
        self,
        view: Mapping[str, Any],
        shape: _Shape,
        sizes: str | None,
        widths: Sequence[int] | str | None,
        params: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """`src`, `width`, `height`, and from a host that resizes also `srcset` and `sizes`."""
        url, width = view["url"], shape.width
        tag: dict[str, Any] = {
            "src": self.src(view) if is_file_of_site(view) else url,
            "width": width,
            "height": shape.height,
        }
        if _is_resizable(url):
            wanted = {**(params or {}), **shape.params}
            offered: Any = widths
            if not isinstance(widths, str):
                offered = [each for each in widths or _WIDTHS if not width or each < width]
                offered += [width] if width and not widths and width <= _WIDTHS[-1] else []
                offered = offered or [width or 640]
            found = as_image_width_srcset(view, widths=offered, **wanted)
            if found is not None:
                tag["srcset"] = found["srcset"]
                sized = {"w": width, "h": None} if shape.params else {}
                tag["src"] = as_image_src(view, **wanted, **sized)
                own = f"(min-width: {width}px) {width}px, 100vw" if width else "100vw"
                tag["sizes"] = sizes or own
        return tag


class _Shape:
    """The size at which an image is shown, and how it is cut to it."""

    def __init__(self, width: int | None, height: int | None) -> None:
        self.width, self.height = width, height
        self.params: dict[str, Any] = {}
        self.style = ""

    @classmethod
    def of(cls, view: Mapping[str, Any], ratio: Any, focal: tuple[float, float] | None) -> _Shape:
        size = view.get("dimensions") or {}
        shape = cls(size.get("width"), size.get("height"))
        if ratio is None and focal is not None and shape.width and shape.height:
            ratio = (shape.width, shape.height)
        if ratio is None:
            return shape
        across, down = _ratio(ratio)
        shape.params = {"fit": "crop", "ar": f"{js_text(across)}:{js_text(down)}"}
        shape.style = f"aspect-ratio: {js_text(across)} / {js_text(down)}; object-fit: cover"
        if focal is not None:
            x, y = _point(focal)
            shape.params |= {"crop": "focalpoint", "fp_x": x, "fp_y": y}
            left, top = js_text(round(x * 100, 2)), js_text(round(y * 100, 2))
            shape.style += f"; object-position: {left}% {top}%"
        if shape.width and shape.height:
            shape.width = min(shape.width, max(1, round(shape.height * across / down)))
            shape.height = max(1, round(shape.width * down / across))
        return shape

    def scale_to(self, width: int | None, height: int | None) -> None:
        """Show it in this width or height; what is not given follows."""
        if width or height:
            of_height = self.width / self.height if self.width and self.height else 0.0
            self.width, self.height = (
                width or (round(height * of_height) if height and of_height else None),
                height or (round(width / of_height) if width and of_height else None),
            )


def _image(field: Any) -> Mapping[str, Any] | None:
    """An image field, None for one that is empty."""
    image = object_of(field, "an image", "doc.data.photo|img")
    return image if is_filled.image(image) else None


def is_file_of_site(field: Any) -> bool:
    """Whether an image is a file of this site: `/images/bench.svg`."""
    is_object = type(field) is dict or isinstance(field, Mapping)
    url = field.get("url") if is_object else None
    return isinstance(url, str) and url.startswith("/") and not url.startswith("//")


def _is_resizable(url: str) -> bool:
    """Whether the host makes other sizes of an image: imgix, on Prismic's or another's name.

    A site's own domain for images is known by the parameter that Prismic puts into every URL.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    known = host == "images.prismic.io" or host.endswith(".imgix.net")
    return known or (bool(host) and "auto" in parse_qs(parts.query))


def _is_view(value: Any) -> bool:
    return isinstance(value, Mapping) and "dimensions" in value and is_filled.image(value)


def _length(name: str, given: Any) -> int | None:
    if not given:
        return None
    if not isinstance(given, (int, float)) or not 1 <= given < 100_000:
        raise PrismicSsgError(
            f"no {name} of an image in pixels: {given!r}", hint=f"write {name}=640"
        )
    return round(given)


def _ratio(given: Any) -> tuple[float, float]:
    parts: Any = given.split(":") if isinstance(given, str) else given
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        parts = (given, 1)
    try:
        across, down = (float(part) for part in parts)
    except (TypeError, ValueError):
        across = down = 0.0
    if not (0 < across < 10_000 and 0 < down < 10_000):
        raise PrismicSsgError(
            f"no ratio of width to height: {given!r}", hint='write "16:9", (16, 9) or 1.5'
        )
    return across, down


def _point(given: Any) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in given)
    except (TypeError, ValueError):
        x = y = -1.0
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise PrismicSsgError(
            f"no point of an image: {given!r}",
            hint="a point is two numbers from (0, 0), the top left, to (1, 1)",
        )
    return x, y


def _background(color: str | None) -> str:
    color = json_of(color)
    if not color:
        return ""
    if not _COLOR.fullmatch(color):
        raise PrismicSsgError(f"no color: {color!r}", hint='write "#d8d2c4" or a color field')
    return f"background: {color}"
