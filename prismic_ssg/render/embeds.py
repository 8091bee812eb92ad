"""Embeds: what a provider sent as HTML in a frame of its shape, or else a card that leads there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from prismic_ssg.content.html_text import is_safe_url
from prismic_ssg.render.attributes import attributes, named
from prismic_ssg.render.shown_fields import object_of

_IFRAME = re.compile(r"<iframe(?=[\s>/])(?:[^>\"']|\"[^\"]*\"|'[^']*')*", re.IGNORECASE)
_LOADING = re.compile(r"\sloading\s*=", re.IGNORECASE)
_TITLE = re.compile(r"\stitle\s*=\s*(?:\"[^\"]+\"|'[^']+'|[^\s\"'>]+)", re.IGNORECASE)


def embed_html(
    field: Any,
    *,
    title: str | None = None,
    ratio: str | None = None,
    safe: bool = False,
    **keywords: Any,
) -> Markup:
    """An embed field as HTML; nothing for an empty one.

    Frames are loaded when they come near and bear a title, `title` or the provider's; around them
    is a `<div class="embed">` of their shape, `ratio` ("16 / 9") or what the provider says. What
    has no html (links, photos) is a card. `safe` cuts html down to an allow-list, and drops
    addresses that run something. Other keywords become attributes of the outer tag.
    """
    oembed = object_of(field, "an embed", "doc.data.video|embed")
    if oembed is None or not oembed.get("embed_url"):
        return Markup("")
    html = str(oembed.get("html") or "")
    if safe:
        from prismic_ssg.content.embed_html import sanitised

        html = sanitised(html)
    name = str(title or oembed.get("title") or oembed.get("provider_name") or oembed["embed_url"])
    tag = named(keywords)
    if html.strip() and oembed.get("type") not in ("link", "photo"):
        framed = _IFRAME.sub(lambda match: _lazy(match[0], name), html)
        shape = ratio or _ratio(oembed)
        style = f"aspect-ratio: {shape}" if shape and _IFRAME.search(html) else None
        tag = {"class": "embed", "style": style, **tag}
        inner = Markup(framed)  # noqa: S704  (the provider's own; cut down where it is not trusted)
        return Markup("<div{}>{}</div>").format(attributes(tag), inner)
    return _card(oembed, name, tag, safe=safe)


def _lazy(opening: str, title: str) -> str:
    """An `<iframe …` with `loading` and `title`, where it has none of its own."""
    closing = "/" if opening.endswith("/") else ""
    opening = opening.removesuffix("/")
    if not _LOADING.search(opening):
        opening += ' loading="lazy"'
    if not _TITLE.search(opening):
        opening = re.sub(r"\stitle(?:\s*=\s*(?:\"\"|''))?(?=\s|$)", "", opening)
        opening += f' title="{escape(title)}"'
    return opening + closing


def _ratio(oembed: Mapping[str, Any]) -> str | None:
    width, height = oembed.get("width"), oembed.get("height")
    sizes = (width, height)
    if all(isinstance(each, (int, float)) and each > 0 for each in sizes):
        return f"{width:g} / {height:g}"
    return None


def _card(oembed: Mapping[str, Any], name: str, tag: dict[str, Any], *, safe: bool) -> Markup:
    """A photo as a picture, anything as a link with what its provider says of it."""
    url = oembed["embed_url"]
    is_photo = oembed.get("type") == "photo" and oembed.get("url")
    source = oembed.get("url") if is_photo else oembed.get("thumbnail_url")
    size = ("width", "height") if is_photo else ("thumbnail_width", "thumbnail_height")
    image = Markup("")
    if source and is_safe_url(source):
        width, height = (oembed.get(each) for each in size)
        alt = name if is_photo else ""
        picture = {"src": source, "alt": alt, "width": width, "height": height, "loading": "lazy"}
        image = Markup("<img{}>").format(attributes(picture))
    small = [oembed.get("author_name"), None if is_photo else oembed.get("provider_name")]
    said = Markup("").join(Markup(" <small>{}</small>").format(each) for each in small if each)
    said = Markup("<strong>{}</strong>{}").format(name, said)
    if safe and not is_safe_url(url):
        tag = {"class": "embed-card", **tag}
        return Markup("<span{}>{}{}</span>").format(attributes(tag), image, said)
    tag = {"class": "embed-card", "href": url, "rel": "noreferrer", **tag}
    return Markup("<a{}>{}<span>{}</span></a>").format(attributes(tag), image, said)
