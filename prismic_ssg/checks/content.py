"""Findings in the content: links that lead nowhere, images without text, documents without URL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from prismic_ssg.checks.fields_walk import Found, found_in
from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.models import Models
from prismic_ssg.content.document import Document, DocumentId
from prismic_ssg.content.snapshot import Snapshot


@dataclass(frozen=True)
class ContentCheck:
    """A site's documents, and what is known of them.

    `urls` are those of the documents that have one, None where they could not be worked out;
    `lang` is the locale that the site is limited to, or `*`. `is_unnamed` says of an image's
    address whether some page shows it without an alternative text.
    """

    snapshot: Snapshot
    urls: Mapping[DocumentId, str] | None
    models: Models
    lang: str
    is_unnamed: Callable[[str], bool]

    def findings(self) -> Iterator[Finding]:
        for document in sorted(self.snapshot.documents, key=lambda each: each.id):
            for found in found_in(document):
                if found.is_link:
                    yield from self._link(document, found)
                else:
                    yield from self._image(document, found)
        yield from self._without_url()

    def _link(self, document: Document, found: Found) -> Iterator[Finding]:
        link = found.value
        id_ = str(link["id"])
        target = self.snapshot.get(id_)
        where = self._where(document, found)
        if target is None:
            yield self._absent(link, id_, where)
            return
        if self.urls is not None and target.id not in self.urls and self._is_shown(document, found):
            yield Finding(
                "link-without-url",
                f"a link to {named(target)}, which has no URL",
                where,
                f"add a route for {target.type!r}, or take the link out",
            )
        if target.lang != document.lang:
            translation = self._translation(target, document.lang)
            if translation is not None:
                yield Finding(
                    "link-to-other-locale",
                    f"a link from {document.lang} to {named(target)}, of which there is a version "
                    f"in {document.lang}",
                    where,
                    f"link to {named(translation)}",
                )

    def _absent(self, link: Mapping[str, object], id_: str, where: Where) -> Finding:
        lang = link.get("lang")
        is_broken = link.get("isBroken") is True or link.get("type") == "broken_type"
        if self.lang not in ("*", lang) and lang and not is_broken:
            return Finding(
                "link-to-left-out-locale",
                f"a link to {link.get('type')} {link.get('uid') or id_!r} in {lang}, and the site "
                f"has {self.lang} only",
                where,
                f"link to its version in {self.lang}, or build every language",
            )
        what = f"the document {id_!r}"
        if not is_broken and link.get("type"):
            what = f"{link['type']} {link.get('uid') or id_!r}"
        return Finding(
            "link-to-unpublished",
            f"a link to {what}, which is not published",
            where,
            "publish it, or take the link out",
        )

    def _is_shown(self, document: Document, found: Found) -> bool:
        """Whether a link is there to be followed; others may be there to fetch something by."""
        if found.is_hyperlink:
            return True
        model = self.models.field_of(document.type, found)
        return model is not None and model.type == "Link" and not model.is_relationship

    def _translation(self, target: Document, lang: str) -> Document | None:
        for each in target.envelope.alternate_languages:
            if each.lang == lang:
                return self.snapshot.get(each.id)
        return None

    def _image(self, document: Document, found: Found) -> Iterator[Finding]:
        url = str(found.value["url"])
        # An alt of "" says that the image only decorates; null, that nobody has thought of it.
        if found.value.get("alt") is None and self.is_unnamed(url):
            yield Finding(
                "image-alt-empty",
                "an image without an alternative text",
                self._where(document, found),
                "describe it in Prismic, where the image is chosen",
            )

    def _where(self, document: Document, found: Found) -> Where:
        page = (self.urls or {}).get(document.id)
        return Where(page, document, found.path)

    def _without_url(self) -> Iterator[Finding]:
        if self.urls is None:
            return
        without: dict[str, list[Document]] = defaultdict(list)
        for document in self.snapshot.documents:
            if document.id not in self.urls:
                without[document.type].append(document)
        for type_, documents in sorted(without.items()):
            count = len(documents)
            yield Finding(
                "document-without-url",
                f"{count} document{'s' if count > 1 else ''} of the type {type_!r} "
                f"{'have' if count > 1 else 'has'} no page",
                Where(document=documents[0]),
                f"if readers should have pages of them, add Route({type_!r}, …)",
                occurrences=count,
            )


def named(document: Document) -> str:
    """A document by type, uid and locale: `post 'spring' (fr-fr)`."""
    return f"{document.type} {document.uid or document.id!r} ({document.lang})"


def image_key(url: str) -> str:
    """What stays of an image's address in a page, whatever its parameters are."""
    return url.partition("?")[0]


def is_unnamed_in(addresses: Collection[str], *, are_downloaded: bool) -> Callable[[str], bool]:
    """Whether an image is shown without a text: it is, where its name in the pages is not known."""
    if are_downloaded:
        return lambda _url: True
    return lambda url: image_key(url) in addresses
