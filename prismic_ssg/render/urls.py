"""Urls: where things of the site are, for everything in a template that has or holds a link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.repository import Language
from prismic_ssg.engine.pages import call_link_resolver
from prismic_ssg.engine.world import World
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.local_images import SeenImages

# A path of the site in the HTML of an embed.
_ROOTED = re.compile(r"""(\s(?:src|href)=["'])/(?!/)""")


class Urls:
    """URLs of one world's documents, links and paths, with the path of `base_url` in front.

    Notes the links that lead to no document, for the build to tell. `seen_images` are noted where
    images are to become files of the site, None elsewhere.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._base_path = world.site.base_path
        self._languages = {language.id: language for language in world.languages}
        self.seen_images = SeenImages() if world.site.images == "download" else None
        self._missing: dict[str, dict[str, str]] = {}

    def language(self, lang: str) -> Language:
        return self._languages.get(lang) or Language(lang, lang)

    def has(self, id_: str) -> bool:
        return self._world.snapshot.get(DocumentId(id_)) is not None

    def document_url(self, id_: DocumentId) -> str | None:
        path = self._world.pages.urls.get(id_)
        return None if path is None else self.path_url(path)

    def path_url(self, path: str) -> str:
        """A path of the site with the path of `base_url` in front; other URLs as they are."""
        if self._base_path and path.startswith("/") and not path.startswith("//"):
            return self._base_path + path
        return path

    def url_of(self, link: Mapping[str, Any]) -> str | None:
        """Where a link of any kind leads, None for an empty one."""
        if link.get("link_type") == "Document":
            return self.link_url(link)
        found = link.get("url")
        return found if isinstance(found, str) else None

    def fill(self, value: Any, raw: bytes, document: Document, field: str) -> None:
        """Make the URLs in a field's value, of which `raw` is the JSON, those of this site.

        Document links get the URL of their document; what names a path of the site (an image in the
        static folder, a web link) gets the path of `base_url`.
        """
        # Most fields hold neither: a look at the bytes saves the walk.
        if self._base_path and b'"/' in raw:
            for each in objects(value):
                self._prefix(each)
        if b'"Document"' in raw:
            self._fill_links(value, document, field)

    def _prefix(self, value: dict[str, Any]) -> None:
        if value.get("link_type") != "Document" and isinstance(value.get("url"), str):
            value["url"] = self.path_url(value["url"])
        if isinstance(value.get("embed_url"), str):
            value["embed_url"] = self.path_url(value["embed_url"])
            if isinstance(value.get("html"), str):
                value["html"] = _ROOTED.sub(rf"\g<1>{self._base_path}/", value["html"])

    def _fill_links(self, value: Any, document: Document, field: str) -> None:
        for link in document_links(value):
            url = self.link_url(link)
            link.pop("url", None)
            if url is not None:
                link["url"] = url
            if not self.has(link["id"]):
                self._note_missing(document, field, link)

    def link_url(self, link: Mapping[str, Any]) -> str | None:
        """Where a document link leads: link resolver, else page, else broken route, else None."""
        identity = link.get("id")
        if not isinstance(identity, str) or not identity:
            return None
        site = self._world.site
        if site.link_resolver is not None:
            problems: list[PrismicSsgError] = []
            resolved = call_link_resolver(site, link, f"the link to {identity!r}", problems)
            if problems:
                raise problems[0]
            if resolved is not None:
                return self.path_url(resolved)
        if self.has(identity):
            return self.document_url(DocumentId(identity))
        return None if site.broken_route is None else self.path_url(site.broken_route)

    def _note_missing(self, document: Document, field: str, link: Mapping[str, Any]) -> None:
        broken = link.get("isBroken") is True or link.get("type") == "broken_type"
        what = "" if broken else f" ({link.get('type', 'document')})"
        targets = self._missing.setdefault(document.id, {})
        targets.setdefault(link["id"], f"{link['id']!r}{what} in field {field}")

    @property
    def dead_links(self) -> tuple[PrismicSsgError, ...]:
        """A warning for each document with links that lead to no document."""
        return tuple(self._dead(id_, self._missing[id_]) for id_ in sorted(self._missing))

    def _dead(self, id_: str, targets: Mapping[str, str]) -> PrismicSsgError:
        document = self._world.snapshot.get(id_)
        name = repr(document.uid) if document and document.uid else "without UID"
        many = f"{len(targets)} documents" if len(targets) > 1 else "a document"
        return PrismicSsgError(
            f"document {id_!r} ({document.type if document else ''} {name}) links to {many} "
            f"not in ref {self._world.snapshot.ref!r}: {', '.join(targets.values())}",
            document_id=id_,
            page=self._world.pages.urls.get(DocumentId(id_)),
            hint="publish what is missing, or take the links out",
        )


def document_links(value: Any) -> Iterator[dict[str, Any]]:
    """Every filled document link in a JSON value: fields, groups, slices, rich text, `linkTo`."""
    for each in objects(value):
        if each.get("link_type") == "Document" and isinstance(each.get("id"), str):
            yield each


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, at any depth."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            yield current
            pending.extend(each for each in current.values() if isinstance(each, (dict, list)))
        elif isinstance(current, list):
            pending.extend(each for each in current if isinstance(each, (dict, list)))
