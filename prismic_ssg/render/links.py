"""Links as tags: `<a>` with everything that its field, its target and the page say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from prismic_ssg.content.html_text import is_safe_url
from prismic_ssg.content.links import as_link, as_link_attrs
from prismic_ssg.errors import FieldError
from prismic_ssg.render.attributes import attributes, named
from prismic_ssg.render.page_view import PageView
from prismic_ssg.render.shown_fields import json_of
from prismic_ssg.render.site_view import SiteView
from prismic_ssg.render.views import AlternateView, DocumentView, PageLink


class Links:
    """The filters `as_link`, `as_link_attrs` and `link_tag` of one site."""

    def __init__(self, site: SiteView, *, safe: bool) -> None:
        self._site = site
        self._safe = safe

    def url(
        self, target: Any, *, safe: bool | None = None, link_resolver: Any = None
    ) -> str | None:
        """Where a link field, a document or a page is; None for what leads nowhere."""
        url = self._url(json_of(target), link_resolver)
        return None if url is not None and self._is_refused(url, safe) else url

    def _is_refused(self, url: str, safe: bool | None) -> bool:
        return (self._safe if safe is None else safe) and not is_safe_url(url)

    def _url(self, target: Any, link_resolver: Any) -> str | None:
        if isinstance(target, (DocumentView, AlternateView, PageView, PageLink)):
            return target.url
        if isinstance(target, str):
            return self._site.urls.path_url(target)
        return as_link(target, link_resolver=link_resolver)

    def attrs(self, target: Any, *, safe: bool | None = None, **options: Any) -> Markup:
        """`href`, `target` and `rel` as they stand in a tag, with a space before each."""
        return attributes(self._attributes(target, safe, **options))

    def tag(
        self, target: Any, /, text: Any = None, *, safe: bool | None = None, **keywords: Any
    ) -> Markup:
        """An `<a>`; only its text where it leads nowhere.

        The text is the link's own, else `text`, else what its target is called. On the page that it
        leads to it has `aria-current="page"`, to another language `hreflang`. `rel` and `target`
        win over the field's; other keywords become attributes, `class_` is `class`.
        """
        target = json_of(target)
        if target is None:
            return Markup("")
        if isinstance(target, (list, tuple)):
            raise FieldError(
                f"not a link: {target!r:.60}",
                hint="a repeatable link is a list: {% for link in doc.data.links %}",
            )
        said = self._text(target, json_of(text))
        options = {
            name: keywords.pop(name) for name in ("link_resolver", "rel") if name in keywords
        }
        tag = self._attributes(target, safe, **options)
        if "href" not in tag:
            return Markup("{}").format(said)
        if self._is_current(tag["href"]):
            tag["aria-current"] = "page"
        if isinstance(target, (AlternateView, PageLink)) and target.lang != self._site.page_lang:
            tag["hreflang"] = target.language.code
        tag.update(named(keywords))
        return Markup("<a{}>{}</a>").format(attributes(tag), said)

    def _attributes(self, target: Any, safe: bool | None, **options: Any) -> dict[str, Any]:
        target = json_of(target)
        if isinstance(target, (DocumentView, AlternateView, PageView, PageLink, str)):
            target = {"link_type": "Web", "url": self._url(target, None)}
        found = as_link_attrs(target, **options)
        if self._is_refused(found.get("href", ""), safe):
            return {}
        return {name: value for name, value in found.items() if value}

    def _is_current(self, href: str) -> bool:
        here = self._site.page_url
        return here is not None and href.removeprefix(self._site.origin) == here

    def _text(self, target: Any, given: Any) -> Any:
        if isinstance(target, Mapping):
            return target.get("text") or given or self._name(target)
        if isinstance(target, str):
            return given or _address(target)
        title = target.language.name if isinstance(target, AlternateView) else target.title
        return given or title or self.url(target) or ""

    def _name(self, link: Mapping[str, Any]) -> Any:
        """What to call a link's target: a document's title, a file's name, an address."""
        document = self._site.resolve(link)
        if document is not None:
            return document.title
        if link.get("link_type") == "Document":
            return str(link.get("uid") or "").replace("-", " ")
        return link.get("name") or _address(link.get("url") or "")


def _address(url: str) -> str:
    """A URL as people write it: without scheme, and without a slash at its end."""
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        url = url.removeprefix(scheme)
    return url.removesuffix("/")
