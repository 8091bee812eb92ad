"""What a site's own code takes part in: the decorators of Site, and what their functions get.

A hook is a function of what it is given: content, a page. What it reads through a page is noted as
if a template had read it; its source counts as configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from pathlib import PurePath
from traceback import walk_tb
from typing import Any, Protocol, TypeVar

import msgspec

from prismic_ssg.content.filters import Filter
from prismic_ssg.errors import ConfigurationError, PrismicSsgError

__all__ = ["Content", "Document", "DocumentView", "ExtraPage", "PageView", "SiteView"]

_Result = TypeVar("_Result")


class _Told(Protocol):
    """What is known of a document, whoever holds it."""

    @property
    def id(self) -> str: ...
    @property
    def uid(self) -> str | None: ...
    @property
    def type(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def title(self) -> str: ...
    @property
    def first_publication_date(self) -> datetime | None: ...
    @property
    def last_publication_date(self) -> datetime | None: ...


class DocumentView(_Told, Protocol):
    """`doc` in a template: a document as a page shows it."""

    @property
    def url(self) -> str | None: ...
    @property
    def data(self) -> Any: ...


class SiteView(Protocol):
    """`site` in a template: queries and look-ups, in the language of the page."""

    def query(
        self,
        type: str | None = None,  # noqa: A002  (the contract's name)
        filters: Filter | Sequence[Filter] = (),
        orderings: Any = None,
        lang: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[DocumentView]: ...
    def get(self, id: str) -> DocumentView | None: ...  # noqa: A002
    def get_by_uid(
        self,
        type: str,  # noqa: A002
        uid: str,
        lang: str | None = None,
    ) -> DocumentView | None: ...
    def get_single(self, type: str, lang: str | None = None) -> DocumentView | None: ...  # noqa: A002
    def resolve(self, link: Any) -> DocumentView | None: ...
    def url(self, target: Any) -> str | None: ...


class PageView(Protocol):
    """`page` in a template. `doc` is its document, none for a page of another kind."""

    @property
    def url(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def is_listing(self) -> bool: ...
    @property
    def doc(self) -> DocumentView | None: ...
    @property
    def site(self) -> SiteView: ...


@dataclass(frozen=True)
class ExtraPage:
    """A page that code makes: its place, its template, and the variables that this gets.

    `data` is plain: texts, numbers, lists and mappings. `lang` is a locale, the master one if none
    is given.

    Raises ConfigurationError where the path does not begin with '/', or data is not plain.
    """

    path: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    lang: str | None = field(default=None, kw_only=True)
    in_sitemap: bool = field(default=True, kw_only=True)
    json: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        where = f"ExtraPage({self.path!r}, {self.template!r})"
        if not isinstance(self.path, str) or not self.path.startswith("/"):
            raise ConfigurationError(f"{where}: the path does not begin with '/'")
        if not isinstance(self.template, str) or not self.template:
            raise ConfigurationError(f"{where}: the template is the name of one: 'year.html'")
        if not isinstance(self.data, Mapping) or not all(
            isinstance(name, str) and name.isidentifier() for name in self.data
        ):
            raise ConfigurationError(f"{where}: data is a mapping of names to values")
        try:
            json = msgspec.json.encode(dict(self.data))
        except (TypeError, ValueError, UnicodeError) as error:
            raise ConfigurationError(
                f"{where}: data is not plain: {error}",
                hint="give texts, numbers, lists and mappings; of a document its url and title",
            ) from None
        object.__setattr__(self, "json", json)


class Document(_Told, Protocol):
    """A document of the content. `data` and `json` are yours: nobody else has them."""

    @property
    def data(self) -> dict[str, Any]:
        """Its fields, as the API gives them."""
        ...

    @property
    def json(self) -> dict[str, Any]:
        """The whole document as the API gives it, to be returned from `on_snapshot` changed."""
        ...


class Content(Protocol):
    """All documents of a build, to be read."""

    @property
    def documents(self) -> Sequence[Document]:
        """Every document once, last published first."""
        ...

    def query(
        self,
        type: str | None = None,  # noqa: A002  (as in templates)
        filters: Filter | Sequence[Filter] = (),
        orderings: str | Sequence[Any] | None = None,
        lang: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Sequence[Document]:
        """Documents of every kind asked for, in order; of all languages where none is given."""
        ...

    def get(self, id: str) -> Document | None: ...  # noqa: A002
    def get_by_uid(
        self,
        type: str,  # noqa: A002
        uid: str,
        lang: str | None = None,
    ) -> Document | None: ...


PageData = Callable[[PageView, Any], Mapping[str, Any]]
Pages = Callable[[Content], Iterable[ExtraPage]]
OnSnapshot = Callable[[Content], Iterable[Mapping[str, Any]]]
OnPage = Callable[[PageView, str], str]


class Hooks(msgspec.Struct):
    """The hooks of one site, each kind in the order in which they stand in `prismicio.py`."""

    page_data: list[PageData] = []
    pages: list[Pages] = []
    filters: dict[str, Callable[..., Any]] = {}
    on_snapshot: list[OnSnapshot] = []
    on_page: list[OnPage] = []

    def copy(self) -> Hooks:
        """The same hooks, to which others can be added."""
        return Hooks(
            [*self.page_data],
            [*self.pages],
            {**self.filters},
            [*self.on_snapshot],
            [*self.on_page],
        )


class PagesFolder(str):
    """The folder of Markdown pages, as a text; and the decorator `@site.pages`."""

    __slots__ = ("_hooks",)

    _hooks: Hooks

    @classmethod
    def of(cls, folder: str, hooks: Hooks) -> PagesFolder:
        made = cls(folder)
        made._hooks = hooks
        return made

    def __call__(self, hook: _Pages) -> _Pages:
        self._hooks.pages.append(hook)
        return hook


_Pages = TypeVar("_Pages", bound=Pages)


_PageDataHook = TypeVar("_PageDataHook", bound=PageData)
_FilterHook = TypeVar("_FilterHook", bound=Callable[..., Any])
_OnSnapshotHook = TypeVar("_OnSnapshotHook", bound=OnSnapshot)
_OnPageHook = TypeVar("_OnPageHook", bound=OnPage)


class PagesOption(Protocol):
    """What `Site.pages` is to type checkers: given as a text, and then a PagesFolder."""

    def __get__(self, site: object, of: object = None) -> PagesFolder: ...
    def __set__(self, site: object, value: str) -> None: ...


class Hooked:
    """The decorators of Site, to be used while `prismicio.py` runs."""

    hooks: Hooks
    filters: Mapping[str, Callable[..., Any]]

    def page_data(self, hook: _PageDataHook) -> _PageDataHook:
        """Variables that a page's template gets beside its own."""
        self.hooks.page_data.append(hook)
        return hook

    def filter(self, hook: _FilterHook) -> _FilterHook:
        """A filter of templates, by the function's name."""
        name = hook.__name__
        if name in self.hooks.filters or name in self.filters:
            raise ConfigurationError(
                f"@site.filter {name}: there is a filter of that name already",
                hint="give the function another name",
            )
        self.hooks.filters[name] = hook
        return hook

    def on_snapshot(self, hook: _OnSnapshotHook) -> _OnSnapshotHook:
        """Documents in place of those of the content, and beside them."""
        self.hooks.on_snapshot.append(hook)
        return hook

    def on_page(self, hook: _OnPageHook) -> _OnPageHook:
        """A page's HTML made into other HTML."""
        self.hooks.on_page.append(hook)
        return hook


def attempted(kind: str, hook: Any, work: Callable[[], _Result]) -> _Result:
    """What `work` gives, which calls a hook. Raises ConfigurationError, which names that with
    file and line, where it fails."""
    try:
        return work()
    except Exception as error:
        raise explained(kind, hook, error) from error


def explained(kind: str, hook: Any, error: Exception) -> ConfigurationError:
    """An error of a hook, by its name, file and line."""
    code = getattr(hook, "__code__", None)
    file = code.co_filename if code else ""
    lines = [
        line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == file
    ]
    said = str(error) if isinstance(error, PrismicSsgError) else f"{type(error).__name__}: {error}"
    return refused(
        kind, hook, said, line=lines[-1] if lines else None, hint=getattr(error, "hint", None)
    )


def hook_name(hook: Any) -> str:
    """What a hook is called."""
    return str(getattr(hook, "__name__", type(hook).__name__))


def refused(
    kind: str, hook: Any, said: str, *, line: int | None = None, hint: str | None = None
) -> ConfigurationError:
    """What is wrong with what a hook gives, by its name, file and line."""
    code = getattr(hook, "__code__", None)
    file = PurePath(code.co_filename).name if code else None
    line = line or (code.co_firstlineno if code else None)
    where = f"{file}:{line}: " if file else ""
    message = f"{where}@site.{kind} {hook_name(hook)}: {said}"
    return ConfigurationError(message, file=file, line=line, hint=hint)


def named_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of the site, whose errors name it."""

    @wraps(function)
    def filter_(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except Exception as error:
            raise explained("filter", function, error) from error

    return filter_
