"""Urls: where things of the site are, for everything in a template that has or holds a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.repository import SiteLanguage
from prismic_ssg.content.stand_ins import StandIn, led_to, original_of
from prismic_ssg.engine.extra_pages import twin_path
from prismic_ssg.engine.facts import Fact, digest_of_answer
from prismic_ssg.engine.page import url_of_path
from prismic_ssg.engine.pages import call_link_resolver
from prismic_ssg.engine.world import World, version_of
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.notes import DEAD_LINK
from prismic_ssg.render.recorder import Notebook

if TYPE_CHECKING:
    from prismic_ssg.render.local_images import SeenImages

# A path of the site in the HTML of an embed.
_ROOTED = re.compile(r"""(\s(?:src|href)=["'])/(?!/)""")

# Blocks of rich text that have a text: in its few members, links are in spans alone.
_TEXT_BLOCKS = frozenset(
    {"paragraph", "preformatted", "list-item", "o-list-item", *(f"heading{n}" for n in range(1, 7))}
)

# A link as the API writes it: a quote that stands here ends no text, for there would be a comma.
_LINK = b',"link_type":"Document"'

# Below, there is little to walk through.
_WORTH_A_SEARCH = 1000

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

# What is left in names of files as it is, besides letters and digits.
_IN_NAMES = "/!$&'()*+,;=:@~"

_CONTAINERS = frozenset({dict, list})
_NO_OBJECTS = frozenset({str, int, float, bool, type(None)})


class Urls:
    """URLs of one world's documents, links and paths, with the path of `base_url` in front.

    `answers` are digests of those answers that the next build compares with. What is asked is noted
    in `notebook`, and so are links that lead to no document. `seen_images`
    are noted where images are to become files of the site, None elsewhere.
    """

    def __init__(self, world: World, notebook: Notebook) -> None:
        self._world = world
        self.notebook = notebook
        self._base_path = world.site.base_path
        self._languages = {language.id: language for language in world.languages}
        self.answers: dict[Fact, bytes] = {}
        self._has_stand_ins = bool(world.site.fallback)
        self.seen_images: SeenImages | None = None
        if world.site.images == "download":
            from prismic_ssg.render.local_images import SeenImages

            self.seen_images = SeenImages(notebook)
        # Whether `filled` does no more than `filler`. A resolver gets links as they are published,
        # once: it can tell whether it has been asked before.
        self.fills_links_only = not (
            self._base_path or self.seen_images or world.site.link_resolver
        )

    def language(self, lang: str) -> SiteLanguage:
        return self._languages.get(lang) or SiteLanguage(
            lang, lang, code=self._world.site.language_code(lang)
        )

    def has(self, id_: str) -> bool:
        self.notebook.facts.add(("exists", id_))
        return self._world.snapshot.get(id_) is not None

    def document_url(self, id_: DocumentId) -> str | None:
        self.notebook.facts.add(("url", id_))
        return self._path_of(id_)

    def _path_of(self, id_: DocumentId) -> str | None:
        url = self._world.pages.address_of(id_)
        return None if url is None else self.path_url(url)

    def markdown_url(self, id_: DocumentId) -> str | None:
        """Where a document's page is as Markdown, None where it is not."""
        self.notebook.facts.add(("url", id_))
        path = self._world.pages.urls.get(id_)
        if path is None or not self._world.site.markdown_twins:
            return None
        twin = twin_path(path)
        self.notebook.facts.add(("page", twin))
        return self.page_url(twin) if twin in self._world.pages.pages else None

    def page_url(self, path: str) -> str:
        """Where the page at a path is, which is not encoded."""
        return self._base_path + url_of_path(path)

    def file_url(self, name: str) -> str:
        """Where a static file is, by its name."""
        return f"{self._base_path}/{quote(name, safe=_IN_NAMES)}"

    def path_url(self, path: str) -> str:
        """A URL without host with the path of `base_url` in front; other URLs as they are."""
        if self._base_path and path.startswith("/") and not path.startswith("//"):
            return self._base_path + path
        return path

    def url_of(self, link: Mapping[str, Any]) -> str | None:
        """Where a link of any kind leads, None for an empty one."""
        if link.get("link_type") == "Document":
            return self.link_url(link)
        found = link.get("url")
        return found if isinstance(found, str) else None

    def has_to_fill(self, raw: bytes) -> bool:
        """Whether `filled` does more than decode this JSON: most hold nothing of a site's,
        and a look at the bytes saves the walk."""
        return (
            b'"Document"' in raw
            or (bool(self._base_path) and b'"/' in raw)
            or (self.seen_images is not None and _has_image(raw))
        )

    def filled(self, raw: bytes, document: Document, field: str) -> Any:
        """The value of a field with this JSON, in which URLs are those of this site.

        Document links get the URL of their document; what names a path of the site (an image in the
        static folder, a web link) gets the path of `base_url`. Images are noted.
        """
        has_links = b'"Document"' in raw
        json = self._with_links(raw, document, field) if has_links else raw
        value = _decode(raw if json is None else json)
        if self._base_path and b'"/' in raw:
            for each in objects(value):
                self._prefix(each)
        if json is None:
            for link in document_links(value):
                self._fill_link(link, document, field)
        if self.seen_images is not None and _has_image(raw):
            self.seen_images.note(objects(value))
        return value

    def filler(self, document: Document, field: str) -> Callable[[dict[str, Any]], None]:
        """What gives a link to a document in a field its URL."""

        def fill(link: dict[str, Any]) -> None:
            if isinstance(link.get("id"), str):
                self._fill_link(link, document, field)

        return fill

    def _with_links(self, raw: bytes, document: Document, field: str) -> bytes | None:
        """The JSON of a field in which document links are filled; None where that needs its value.

        Of a post's 10 KB a link or two: to look for their bytes takes 12 us, to walk through what
        was decoded 34. A `{` or `}` that is in a text, or another object's, leaves no JSON.
        """
        parts: list[bytes] = []
        done, at = 0, raw.find(_LINK)
        if len(raw) < _WORTH_A_SEARCH or raw.count(_LINK) != raw.count(b'"Document"'):
            return None
        while at >= 0:
            start, end = raw.rfind(b"{", done, at), raw.find(b"}", at) + 1
            try:
                link = _decode(raw[start:end]) if start >= 0 else None
                if not isinstance(link, dict) or link.get("link_type") != "Document":
                    return None
                if isinstance(link.get("id"), str):
                    self._fill_link(link, document, field)
                    parts += raw[done:start], _encode(link)
                    done = end
            except (msgspec.DecodeError, UnicodeEncodeError):
                return None
            at = raw.find(_LINK, end)
        return b"".join((*parts, raw[done:]))

    def _prefix(self, value: dict[str, Any]) -> None:
        if value.get("link_type") != "Document" and isinstance(value.get("url"), str):
            value["url"] = self.path_url(value["url"])
        if isinstance(value.get("embed_url"), str):
            value["embed_url"] = self.path_url(value["embed_url"])
            if isinstance(value.get("html"), str):
                value["html"] = _ROOTED.sub(rf"\g<1>{self._base_path}/", value["html"])

    def _fill_link(self, link: dict[str, Any], document: Document, field: str) -> None:
        if self._has_stand_ins:
            self._lead_to_version(link, document)
        target = self._world.snapshot.get(link["id"])
        if target is None:
            self._note_missing(document, field, link)
        else:
            _name_target(link, target)
        url = self.link_url(link)
        link.pop("url", None)
        if url is not None:
            link["url"] = url

    def _lead_to_version(self, link: dict[str, Any], document: Document) -> None:
        """Make a link to another language lead where one in that of the document does."""
        target, lang = self._world.snapshot.get(link["id"]), document.lang
        if target is None or target.lang == lang:
            return
        self.version(target.id, lang)  # Notes that it has been asked.
        link["id"] = led_to(target.id, document, self._world.snapshot)

    def version(self, document_id: str, lang: str) -> DocumentId:
        """What a document is in a language, itself where it is not there in it."""
        fact = ("version", document_id, lang)
        self.notebook.facts.add(fact)
        version = version_of(self._world, document_id, lang)
        if fact not in self.answers:
            self.answers[fact] = digest_of_answer((version,))
        return version

    def stand_in(self, document: Document, lang: str) -> DocumentId | None:
        """What stands in for a document in a language; None where nothing does."""
        if not self._has_stand_ins:
            return None
        found = self._world.snapshot.get(self.version(original_of(document).id, lang))
        return found.id if isinstance(found, StandIn) and found.lang == lang else None

    def link_url(self, link: Mapping[str, Any]) -> str | None:
        """Where a document link leads: link resolver, else page, else broken route, else None."""
        identity = link.get("id")
        if not isinstance(identity, str) or not identity:
            return None
        self.notebook.facts.add(("link", identity))
        site = self._world.site
        if site.link_resolver is not None:
            problems: list[PrismicSsgError] = []
            resolved = call_link_resolver(site, link, f"the link to {identity!r}", problems)
            if problems:
                raise problems[0]
            if resolved is not None:
                # A plain text, even of a resolver that gives markup: what is kept of a field is.
                return self.path_url(str.__str__(resolved))
        if identity in self._world.snapshot:
            return self._path_of(DocumentId(identity))
        return None if site.broken_route is None else self.path_url(site.broken_route)

    def _note_missing(self, document: Document, field: str, link: Mapping[str, Any]) -> None:
        broken = link.get("isBroken") is True or link.get("type") == "broken_type"
        what = "" if broken else f" ({link.get('type', 'document')})"
        self.notebook.notes.setdefault(
            (DEAD_LINK, original_of(document).id, link["id"]),
            PrismicSsgError(f"{link['id']!r}{what} in field {field}"),
        )


def _name_target(link: dict[str, Any], target: Document) -> None:
    """Make a link show what its target is now. What it holds itself is from the day on which the
    linking document was published."""
    envelope = target.envelope
    live = {
        "type": envelope.type,
        "lang": envelope.lang,
        "tags": list(envelope.tags),
        "slug": envelope.slugs[0] if envelope.slugs else None,
        "isBroken": False,
    }
    link.update({name: value for name, value in live.items() if name in link})
    if envelope.uid is None:
        link.pop("uid", None)
    else:
        link["uid"] = envelope.uid


def document_links(value: Any) -> list[dict[str, Any]]:
    """Every filled document link in a value as it was decoded: fields, groups, slices, rich text,
    `linkTo`."""
    found: list[dict[str, Any]] = []
    pending = [value]
    # Written out, as every post's body comes through here: 28 us for one of 8 KB, 66 by `objects`.
    for current in pending:
        inner = current
        if type(current) is dict:
            if "link_type" in current and current["link_type"] == "Document":
                found.append(current)
            if len(current) <= 4 and "spans" in current and current.get("type") in _TEXT_BLOCKS:
                # Most of a body is spans, and only those of links and labels hold anything.
                for span in current["spans"] or ():
                    if "data" in span:
                        pending.append(span)  # noqa: PERF401  (the list that is walked through)
                continue
            inner = current.values()
        for each in inner:
            if each and type(each) in _CONTAINERS:
                pending.append(each)  # noqa: PERF401  (the list that is walked through)
    return [each for each in found if isinstance(each.get("id"), str)]


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object in a JSON value, at any depth."""
    found: list[dict[str, Any]] = []
    pending = [value]
    # The list grows while it is walked through: half the time of a generator with a stack.
    for current in pending:
        if isinstance(current, dict):
            found.append(current)
            pending += [each for each in current.values() if type(each) not in _NO_OBJECTS]
        elif isinstance(current, list) and current:
            pending += [each for each in current if type(each) not in _NO_OBJECTS]
    return found


def _has_image(raw: bytes) -> bool:
    return b'"dimensions"' in raw or b'"embed_url"' in raw
