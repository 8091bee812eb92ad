"""The official client's query methods, each a few filters on top of get, get_first and get_all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from prismic_ssg.api.requests import filter_list
from prismic_ssg.content import filters as filter_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prismic_ssg.api.responses import SearchPage
    from prismic_ssg.content.document import Document
    from prismic_ssg.content.filters import Filter


class QueryParams(TypedDict, total=False):
    """Parameters of a query. Others are sent on as they are; None leaves one out.

    `orderings` is `"my.t.f desc"`, or a list of such texts and of `{"field", "direction"}`.
    """

    access_token: str | None
    ref: str | None
    lang: str | None
    page: int | None
    page_size: int | None
    after: str | None
    fetch: str | Sequence[str] | None
    fetch_links: str | Sequence[str] | None
    graph_query: str | None
    orderings: str | Mapping[str, str] | Sequence[str | Mapping[str, str]] | None
    routes: Any
    broken_route: str | None
    filters: Filter | str | Sequence[Filter | str] | None
    integration_fields_ref: str | None


class AllParams(QueryParams, total=False):
    """Parameters of a query for all documents: `limit` is how many are wanted at most."""

    limit: int | None


class QueryMethods(ABC):
    """What is common to all: a caller's own `filters` stay in front of the method's."""

    @abstractmethod
    def get(self, **params: Unpack[QueryParams]) -> SearchPage: ...

    @abstractmethod
    def get_first(self, **params: Unpack[QueryParams]) -> Document: ...

    @abstractmethod
    def get_all(self, **params: Unpack[AllParams]) -> list[Document]: ...

    @abstractmethod
    def _get_all_in(
        self,
        values: Sequence[str],
        in_values: Callable[[Sequence[str]], Filter],
        params: AllParams,
    ) -> list[Document]: ...

    def get_by_id(self, id_: str, **params: Unpack[QueryParams]) -> Document:
        """The document with this id. Raises NotFoundError where there is none in `lang`."""
        return self.get_first(**_with(params, filter_.at("document.id", id_)))

    def get_by_ids(self, ids: Sequence[str], **params: Unpack[QueryParams]) -> SearchPage:
        """One page of the documents with these ids, in their order."""
        return self.get(**_with(params, filter_.in_("document.id", ids)))

    def get_all_by_ids(self, ids: Sequence[str], **params: Unpack[AllParams]) -> list[Document]:
        """The documents with these ids, in their order, in as many requests as it takes."""
        return self._get_all_in(ids, lambda some: filter_.in_("document.id", some), params)

    def get_by_uid(self, type_: str, uid: str, **params: Unpack[QueryParams]) -> Document:
        """The document of a type with this UID, or which had it: compare its `uid` to redirect."""
        own = (filter_.at("document.type", type_), filter_.at(f"my.{type_}.uid", uid))
        return self.get_first(**_with(params, *own))

    def get_by_uids(
        self, type_: str, uids: Sequence[str], **params: Unpack[QueryParams]
    ) -> SearchPage:
        """One page of the documents of a type with these UIDs, in their order."""
        own = (filter_.at("document.type", type_), filter_.in_(f"my.{type_}.uid", uids))
        return self.get(**_with(params, *own))

    def get_all_by_uids(
        self, type_: str, uids: Sequence[str], **params: Unpack[AllParams]
    ) -> list[Document]:
        """The documents of a type with these UIDs, in their order; as get_all_by_ids."""
        params = _with(params, filter_.at("document.type", type_))
        return self._get_all_in(uids, lambda some: filter_.in_(f"my.{type_}.uid", some), params)

    def get_single(self, type_: str, **params: Unpack[QueryParams]) -> Document:
        """The document of a single type. Raises NotFoundError where it is not published."""
        return self.get_first(**_with(params, filter_.at("document.type", type_)))

    def get_by_type(self, type_: str, **params: Unpack[QueryParams]) -> SearchPage:
        return self.get(**_with(params, filter_.at("document.type", type_)))

    def get_all_by_type(self, type_: str, **params: Unpack[AllParams]) -> list[Document]:
        return self.get_all(**_with(params, filter_.at("document.type", type_)))

    def get_by_tag(self, tag: str, **params: Unpack[QueryParams]) -> SearchPage:
        return self.get(**_with(params, filter_.any("document.tags", [tag])))

    def get_all_by_tag(self, tag: str, **params: Unpack[AllParams]) -> list[Document]:
        return self.get_all(**_with(params, filter_.any("document.tags", [tag])))

    def get_by_every_tag(self, tags: Sequence[str], **params: Unpack[QueryParams]) -> SearchPage:
        return self.get(**_with(params, filter_.at("document.tags", tags)))

    def get_all_by_every_tag(
        self, tags: Sequence[str], **params: Unpack[AllParams]
    ) -> list[Document]:
        return self.get_all(**_with(params, filter_.at("document.tags", tags)))

    def get_by_some_tags(self, tags: Sequence[str], **params: Unpack[QueryParams]) -> SearchPage:
        return self.get(**_with(params, filter_.any("document.tags", tags)))

    def get_all_by_some_tags(
        self, tags: Sequence[str], **params: Unpack[AllParams]
    ) -> list[Document]:
        return self.get_all(**_with(params, filter_.any("document.tags", tags)))


def _with(params: Any, *own: Filter) -> Any:
    """The parameters with a method's filters behind the caller's."""
    return {**params, "filters": [*filter_list(params), *own]}
