"""Image fields as URLs and `srcset` attributes, with imgix parameters.

Parameters are imgix's, with `_` for `-` (`fp_debug=True`) or in the official camelCase
(`fpDebug`). A value of None takes the parameter out of the URL, as `undefined` does in JavaScript;
what JavaScript makes of `null` is here the text "null". Lists are joined by commas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias, TypedDict

from prismic_ssg.content import is_filled
from prismic_ssg.content.js_text import in_property_order, js_text
from prismic_ssg.content.web_url import WebUrl, form_pairs, form_query, parse_url
from prismic_ssg.errors import FieldError

DEFAULT_WIDTHS = (640, 828, 1200, 2048, 3840)
DEFAULT_PIXEL_DENSITIES = (1, 2, 3)

_Texts: TypeAlias = tuple[tuple[str, str | None], ...]

_NO_VIEWS = frozenset({"dimensions", "alt", "copyright", "url", "id", "edit"})
_CAPITAL = re.compile("[A-Z]")


class SourceSet(TypedDict):
    """The attributes `src` and `srcset` of an `<img>`."""

    src: str
    srcset: str


def as_image_src(field: Any, **params: Any) -> str | None:
    """The URL of an image or thumbnail with `params` applied, None where it is empty.

    Without params, and if the URL is not signed, its query stays as it is. Otherwise it is written
    anew, as forms are: its commas become `%2C`. Parameters that are in the URL are replaced where
    they stand, others follow in the order given, and a signature `s` comes last.

    Raises FieldError where the URL is not absolute.
    """
    if not is_filled.image(field):
        return None
    return _with_params(_url(field), params)


def as_image_width_srcset(
    field: Any, *, widths: Sequence[float] | str | None = None, **params: Any
) -> SourceSet | None:
    """`src` and `srcset` by widths in pixels, None where the image is empty.

    `widths` is DEFAULT_WIDTHS if None. "thumbnails" takes the image and its responsive views, each
    at its own width, or DEFAULT_WIDTHS where it has none; then every member that is no image's own
    must be such a view, which excludes image blocks of rich text.

    Raises FieldError where a URL is not absolute or a view has no URL or width.
    """
    if not is_filled.image(field):
        return None
    views = _views(field) if widths == "thumbnails" else []
    url = _url(field)
    texts = _texts(params)
    if views:
        entries = [_width_entries(view, (width,), texts)[0] for view, width in views]
    elif widths is None or widths == "thumbnails":
        entries = _width_entries(url, DEFAULT_WIDTHS, texts)
    elif isinstance(widths, str):
        raise ValueError(f"widths are numbers, or 'thumbnails': not {widths!r}")
    else:
        entries = _width_entries(url, widths, texts)
    return {"src": _with_texts(url, texts), "srcset": ", ".join(entries)}


def as_image_pixel_density_srcset(
    field: Any, *, pixel_densities: Sequence[float] | None = None, **params: Any
) -> SourceSet | None:
    """`src` and `srcset` by pixel density (1, 2 and 3 if None), None where the image is empty."""
    if not is_filled.image(field):
        return None
    url = _url(field)
    densities = DEFAULT_PIXEL_DENSITIES if pixel_densities is None else pixel_densities
    entries = [f"{_with_params(url, {**params, 'dpr': d})} {js_text(d)}x" for d in densities]
    return {"src": _with_params(url, params), "srcset": ", ".join(entries)}


def _width_entries(url: WebUrl, widths: Sequence[float], params: _Texts) -> list[str]:
    location, query, fragment = url
    texts = tuple([str(width) if type(width) is int else js_text(width) for width in widths])
    return [location + ending for ending in _width_endings(query, fragment, texts, params)]


# Images of a site differ in their path: what is behind it is worked out once for all of them, which
# takes a tenth of the time.


@lru_cache(maxsize=1024)
def _width_endings(
    query: str | None, fragment: str | None, widths: tuple[str, ...], params: _Texts
) -> tuple[str, ...]:
    return tuple(f"{_ending(query, fragment, _sized(params, width))} {width}w" for width in widths)


@lru_cache(maxsize=1024)
def _ending(query: str | None, fragment: str | None, params: _Texts) -> str:
    """What comes after a URL's path: the query with `params` applied, and the fragment."""
    wanted = _query(query or "", params)
    if wanted is None:
        return str(WebUrl("", query, fragment))
    end = "" if fragment is None else f"#{fragment}"
    return f"?{wanted}{end}" if wanted else end


def _sized(params: _Texts, width: str) -> _Texts:
    # The widths decide alone: a size in the URL or from the caller would contradict them.
    sized = {"w": None, "h": None, "height": None, "width": width}
    given = {name for name, _ in params}
    return (
        *((name, sized.get(name, text)) for name, text in params),
        *((name, text) for name, text in sized.items() if name not in given),
    )


def _views(field: Mapping[str, Any]) -> list[tuple[WebUrl, float]]:
    """The image and its responsive views, each with its width; nothing if there are no views."""
    names = in_property_order([name for name in field if name not in _NO_VIEWS])
    if not names:
        return []
    views = [(_url(field), _width(field, "dimensions"))]
    for name in names:
        view = field[name]
        if not isinstance(view, Mapping):
            raise FieldError(f"not a responsive view of an image: {view!r:.40}", field=name)
        views.append((_url(view, name), _width(view, name)))
    return views


def _width(view: Mapping[str, Any], name: str) -> float:
    try:
        width: float = view["dimensions"]["width"]
    except (KeyError, TypeError):
        raise FieldError("a view of an image has no width", field=name) from None
    return width


def _url(view: Mapping[str, Any], name: str | None = None) -> WebUrl:
    url = view.get("url")
    try:
        return parse_url(url if isinstance(url, str) else "")
    except ValueError:
        raise FieldError(
            f"an image's URL is not absolute: {url!r}",
            field="url" if name is None else f"{name}.url",
            hint="image URLs start with https://",
        ) from None


def _with_params(url: WebUrl, params: Mapping[str, Any]) -> str:
    return _with_texts(url, _texts(params))


def _with_texts(url: WebUrl, params: _Texts) -> str:
    location, query, fragment = url
    return location + _ending(query, fragment, params)


def _texts(params: Mapping[str, Any]) -> _Texts:
    """Parameters by imgix's names, their values as JavaScript writes them."""
    if not params:
        return ()
    return tuple(
        [
            (_parameter(name), None if value is None else js_text(value))
            for name, value in params.items()
        ]
    )


def _query(query: str, params: _Texts) -> str | None:
    """`query` with `params` applied, None where it stays as it is written."""
    pairs = form_pairs(query)
    if not params and not _signature(pairs):
        return None
    for name, text in params:
        pairs = _replaced(pairs, name, text)
    signature = _signature(pairs)
    if signature:
        pairs = [*_replaced(pairs, "s", None), ("s", signature)]
    return form_query(pairs)


def _signature(pairs: list[tuple[str, str]]) -> str:
    return next((value for name, value in pairs if name == "s"), "")


def _replaced(pairs: list[tuple[str, str]], name: str, value: str | None) -> list[tuple[str, str]]:
    """`pairs` with one `name`, where the first was or last; with none if value is None."""
    kept: list[tuple[str, str]] = []
    for pair in pairs:
        if pair[0] != name:
            kept.append(pair)
        elif value is not None:
            kept.append((name, value))
            value = None
    return kept if value is None else [*kept, (name, value)]


@cache
def _parameter(name: str) -> str:
    return _CAPITAL.sub(lambda match: f"-{match[0].lower()}", name).replace("_", "-")
