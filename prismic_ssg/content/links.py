"""Links: where a link field or a document leads, and what a link to it says in HTML.

A link is told from a document by its `link_type`. A link leads somewhere exactly when it has the
key `id` or `url`; what else it holds (`text`, `key`, `variant`) is there in empty ones too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from prismic_ssg.content import is_filled
from prismic_ssg.errors import FieldError

LinkResolver: TypeAlias = Callable[[dict[str, Any]], "str | None"]
"""Gets a link field of type Document, gives its URL; None leaves it to the link's own `url`."""


class LinkTarget(NamedTuple):
    """What a `rel` function is asked about. `href` and `target` are None where there is none."""

    href: str | None
    is_external: bool
    target: str | None


def as_link(link_or_document: Any, *, link_resolver: LinkResolver | None = None) -> str | None:
    """The URL of a link field or a document, None where it leads nowhere.

    Web and Media links give their `url`, even if it is empty. For a document, and a link to one,
    the resolver comes first where there is an id, then a `url` that is not empty: so a link to a
    document that is gone is resolved too (its type is `broken_type`).

    Raises FieldError for what is neither a link nor a document.
    """
    if link_or_document is None:
        return None
    link = _link_field(link_or_document)
    link_type = link.get("link_type")
    if link_type in {"Web", "Media"}:
        url: str | None = link.get("url")
        return url
    if link_type != "Document":
        return None
    if link_resolver is not None and "id" in link:
        resolved = link_resolver(link)
        if resolved is not None:
            return resolved
    return link.get("url") or None


def as_link_attrs(
    link_or_document: Any,
    *,
    link_resolver: LinkResolver | None = None,
    rel: Callable[[LinkTarget], str | None] | str | None = None,
) -> dict[str, str]:
    """The attributes `href`, `target`, `rel` of an `<a>`, those that it has; {} for an empty link.

    A link that leaves the site (anything but `/path` and `#anchor`) has `rel="noreferrer"`. `rel`
    replaces that: a text for every link, or a function that is asked about each.
    """
    if link_or_document is None:
        return {}
    link = _link_field(link_or_document)
    if not is_filled.link(link):
        return {}
    href = as_link(link, link_resolver=link_resolver)
    target = link.get("target")
    external = href is not None and is_external(href)
    if callable(rel):
        rel = rel(LinkTarget(href, external, target))
    elif rel is None and external:
        rel = "noreferrer"
    attributes = {"href": href, "target": target, "rel": rel}
    return {name: value for name, value in attributes.items() if value is not None}


def is_external(href: str) -> bool:
    """Whether a URL counts as leaving the site: all do but `/path` and `#anchor`, even `./path`."""
    return not href.startswith("#") and (not href.startswith("/") or href.startswith("//"))


def document_to_link_field(document: Any) -> dict[str, Any]:
    """The link field that leads to a document.

    `document` is the API's JSON, or any object with the attributes `id`, `type`, `tags`, `lang`,
    and perhaps `uid`, `url` and `slugs` (a `Document` has the latter in its envelope). Absent
    members are left out. The fields are passed on from JSON only: copying those of an object means
    decoding them.
    """
    read = _reader(document)
    tags = read("tags")
    slugs = read("slugs")
    link = {
        "link_type": "Document",
        "id": read("id"),
        "uid": read("uid") or None,
        "type": read("type"),
        "tags": None if tags is None else list(tags),
        "lang": read("lang"),
        "url": read("url"),
        "slug": slugs[0] if slugs else None,
    }
    if isinstance(document, Mapping) and document.get("data"):
        link["data"] = document["data"]
    return {name: value for name, value in link.items() if value is not None}


def _link_field(link_or_document: Any) -> dict[str, Any]:
    if isinstance(link_or_document, dict) and "link_type" in link_or_document:
        return link_or_document
    if isinstance(link_or_document, Mapping) and "link_type" in link_or_document:
        return dict(link_or_document)
    return document_to_link_field(link_or_document)


def _reader(document: Any) -> Callable[[str], Any]:
    if isinstance(document, Mapping):
        return document.get
    if not hasattr(document, "id"):
        raise FieldError(
            f"neither a link nor a document: {document!r:.60}",
            hint="give a link field, or a document",
        )
    envelope = getattr(document, "envelope", None)
    return lambda name: getattr(document, name, getattr(envelope, name, None))
