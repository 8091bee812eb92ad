"""What hooks get of the content, and what becomes of what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from prismic_ssg.content.document import Document as Stored
from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.fields import as_date
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.query import Query
from prismic_ssg.content.repository import Language
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import StandIn, original_of
from prismic_ssg.content.titles import title_of
from prismic_ssg.engine.page import Page, UrlPath
from prismic_ssg.engine.stand_in_answers import answer
from prismic_ssg.errors import PrismicSsgError, did_you_mean
from prismic_ssg.hooks import ExtraPage, Hooks, attempted, refused


class ReadDocument:
    """A document of the content, to be read. `data` and `json` are yours: nobody else has them."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def __repr__(self) -> str:
        return repr(self._stored)

    @property
    def id(self) -> str:
        return self._stored.id

    @property
    def type(self) -> str:
        return self._stored.type

    @property
    def uid(self) -> str | None:
        return self._stored.uid

    @property
    def lang(self) -> str:
        """The locale of its content."""
        return original_of(self._stored).lang

    @property
    def tags(self) -> tuple[str, ...]:
        return self._stored.tags

    @property
    def title(self) -> str:
        return title_of(self._stored)

    @property
    def first_publication_date(self) -> datetime | None:
        return as_date(self._stored.envelope.first_publication_date)

    @property
    def last_publication_date(self) -> datetime | None:
        return as_date(self._stored.envelope.last_publication_date)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Its fields, as the API gives them."""
        return {name: msgspec.json.decode(raw) for name, raw in self._stored.fields.items()}

    @property
    def json(self) -> dict[str, Any]:
        """The whole document as the API gives it, to be returned from `on_snapshot` changed."""
        whole: dict[str, Any] = msgspec.json.decode(self._stored.raw)
        return whole


class ReadContent:
    """All documents of a build, to be read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def documents(self) -> list[ReadDocument]:
        """Every document once, last published first."""
        documents = self._snapshot.documents
        return [ReadDocument(each) for each in documents if not isinstance(each, StandIn)]

    def query(
        self,
        type: str | None = None,  # noqa: A002  (as in templates)
        filters: Filter | Sequence[Filter] = (),
        orderings: str | Sequence[Any] | None = None,
        lang: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[ReadDocument]:
        """Documents of every kind asked for, in order; of all languages where none is given."""
        query = Query.asked(type, filters, orderings, lang=lang or "*", limit=limit, offset=offset)
        found = map(self._snapshot.get, answer(query, self._snapshot))
        return [ReadDocument(each) for each in found if each is not None]

    def get(self, id: str) -> ReadDocument | None:  # noqa: A002
        found = self._snapshot.get(id)
        return None if found is None else ReadDocument(found)

    def get_by_uid(self, type: str, uid: str, lang: str | None = None) -> ReadDocument | None:  # noqa: A002
        found = self._snapshot.by_uid(type, uid, lang or "*")
        return None if found is None else ReadDocument(found)


def _given(kind: str, hook: Callable[[Any], Iterable[Any]], snapshot: Snapshot) -> list[Any]:
    return attempted(kind, hook, lambda: list(hook(ReadContent(snapshot))))


def extra_pages(hooks: Hooks, snapshot: Snapshot, languages: Iterable[Language]) -> list[Page]:
    """The pages that hooks make of the content, their files not known yet.

    Raises ConfigurationError where one fails.
    """
    known = [language.id for language in languages]
    made: list[Page] = []
    for hook in hooks.pages:
        given = _given("pages", hook, snapshot)
        for page in given:
            if not isinstance(page, ExtraPage):
                raise refused("pages", hook, f"it gave {page!r:.60}, which is no ExtraPage(…)")
            if page.lang is not None and page.lang not in known:
                hint = did_you_mean(page.lang, known, f"it has {', '.join(known)}")
                said = f"{page!r:.60}: the site has no language {page.lang!r}"
                raise refused("pages", hook, said, hint=hint)
            made.append(_page(page, known[0] if known else ""))
    return made


def _page(given: ExtraPage, master: str) -> Page:
    return Page(
        UrlPath(given.path),
        None,
        given.lang or master,
        f"ExtraPage({given.path!r})",
        (given.template,),
        in_sitemap=given.in_sitemap,
        extra=given.json,
    )


def changed_content(hooks: Hooks, snapshot: Snapshot) -> Snapshot:
    """A snapshot as hooks change it, one after another.

    Raises ConfigurationError where one fails.
    """
    for hook in hooks.on_snapshot:
        given = _given("on_snapshot", hook, snapshot)
        if not given:
            continue
        documents = {document.id: document for document in snapshot.documents}
        for each in given:
            id_ = each.get("id") if isinstance(each, Mapping) else None
            if not isinstance(id_, str) or not id_:
                raise refused(
                    "on_snapshot",
                    hook,
                    f"it gave {each!r:.60}, which is no document",
                    hint="give documents in the API's form: {**document.json, …}",
                )
            if each.get("deleted") is True:
                documents.pop(DocumentId(id_), None)
                continue
            stored = _stored(each, hook)
            documents[stored.id] = stored
        snapshot = Snapshot(snapshot.ref, documents.values())
    return snapshot


def _stored(given: Mapping[str, Any], hook: Any) -> Stored:
    try:
        stored = Stored.from_json(msgspec.json.encode({"tags": [], "data": {}, **given}))
        # Its data is split when somebody first asks for it: better now, where it can be said whose.
        len(stored.fields)
    except (TypeError, ValueError, PrismicSsgError) as error:
        raise refused("on_snapshot", hook, f"document {given.get('id')!r}: {error}") from None
    return stored
