"""What `prismicio.py` is written with: Site, Route, Listing. Validated when made, then frozen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, cast
from urllib.parse import urlsplit

from prismic_ssg.content.redirects import Target, read_redirects
from prismic_ssg.content.routes import Route
from prismic_ssg.content.web_address import is_web_address
from prismic_ssg.errors import ConfigurationError, did_you_mean
from prismic_ssg.hooks import Hooked, Hooks, PagesFolder, PagesOption
from prismic_ssg.listing import Listing

__all__ = ["GitHubDispatch", "Listing", "PostHook", "Route", "Site"]

LinkResolver = Callable[[Mapping[str, Any]], str | None]

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/(?!\.\.?$)[\w.-]+", re.ASCII)
_LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_SWITCHES = (
    "safe_html",
    "permalinks",
    "minify",
    "headers",
    "search",
    "markdown_twins",
    "sitemap_images",
)
_REDIRECTS_AS = ("_redirects", "nginx", "html")


@dataclass(frozen=True)
class PostHook:
    """An address that gets a POST of `{}`: a build hook of Netlify, Cloudflare or Vercel. It is a
    secret, for who knows it can start builds: take it from `os.environ`.

    Raises ConfigurationError where it is no address; empty, as without that variable, it is none
    yet, and is left out.
    """

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        # Secrets often come with a line's end behind them.
        url = self.url.strip() if isinstance(self.url, str) else None
        if url is None or (url and not is_web_address(url)):
            raise ConfigurationError(
                "PostHook(…): that is no address",
                hint="it begins with https:// and a host, and has no blanks",
            )
        object.__setattr__(self, "url", url)


@dataclass(frozen=True)
class GitHubDispatch:
    """A `repository_dispatch` for a workflow of a repository on GitHub, `owner/name`. The token is
    in the environment variable `token_env`.

    Raises ConfigurationError where `repository` is not of that form.
    """

    repository: str
    token_env: str = field(default="GITHUB_TOKEN", kw_only=True)
    event_type: str = field(default="prismic-publish", kw_only=True)

    def __post_init__(self) -> None:
        if not _REPOSITORY.fullmatch(str(self.repository)):
            raise ConfigurationError(
                f"GitHubDispatch({self.repository!r}): that is no repository",
                hint='write GitHubDispatch("owner/name")',
            )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


OnPublish = Sequence[str] | PostHook | GitHubDispatch


@dataclass(frozen=True, kw_only=True)
class Site(Hooked):
    """A whole site, as `prismicio.py` describes it. Folders are relative to that file.

    `repository` is a repository's name, its endpoint's URL, or a folder with a local repository.
    `routes` None means those of `prismic.config.json`, or Prismic's defaults where it has none;
    `lang` is one locale or `*`; `languages` maps locales to what they are in URLs and `lang`
    attributes. With `fallback`, from a locale to another, documents (of `fallback_types`, else of
    all types) that the one lacks are shown in it as the other has them.
    `base_url` is where the site will be; a path in it is put in front
    of every URL. `link_resolver` gets a link field and its text wins over the routes. `rich_text`
    is a serializer for rich text (map or function); `filters` and `globals` are added to those of
    the templates. With `images="download"`, images of content become files of the site. With
    `sync="delta"`, a hosted repository is asked only for what was published since the last pull.
    With `safe_html`, content is not trusted: addresses that run something are dropped, and the
    html of embeds is cut down. With `permalinks`, headings in Markdown link to themselves.
    `redirects` say where addresses lead that are no page, or name a JSON file that does; they and
    the addresses that documents had before are written as `redirects_as` says: "_redirects" for
    Netlify and Cloudflare, "nginx", "html" pages. With `headers`, a file `_headers` lets browsers
    keep what has its content hash in its name. `search` adds a search to the site (with the extra
    `search`), `markdown_twins` each page as Markdown and llms.txt, `sitemap_images` the images of
    pages to sitemap.xml.
    `on_publish` is done by `serve --watch`, in its order, after a build that changed something:
    commands as lists of words, `PostHook` and `GitHubDispatch`.

    Raises ConfigurationError where a value can't be used.
    """

    repository: str | None = None
    base_url: str = ""
    routes: Sequence[Route | Mapping[str, Any]] | None = None
    listings: Sequence[Listing] = ()
    broken_route: str | None = None
    link_resolver: LinkResolver | None = None
    rich_text: Mapping[str, Any] | Callable[..., str | None] | None = None
    templates: str = "templates"
    static: str = "static"
    pages: PagesOption = field(default=cast("PagesOption", "pages"))
    output: str = "dist"
    lang: str = "*"
    languages: Mapping[str, str] = field(default_factory=dict)
    fallback: Mapping[str, str] = field(default_factory=dict)
    fallback_types: Sequence[str] | None = None
    fetch_links: str | Sequence[str] = ()
    graph_query: str | None = None
    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    globals: Mapping[str, Any] = field(default_factory=dict)
    images: str = "link"
    sync: str = "full"
    safe_html: bool = False
    permalinks: bool = False
    minify: bool = False
    before_build: Sequence[Sequence[str]] = ()
    hooks: Hooks = field(default_factory=Hooks, repr=False, compare=False)
    redirects: Mapping[str, Target] | str = field(default_factory=dict)
    redirects_as: Sequence[str] = ("_redirects",)
    headers: bool = True
    search: bool = False
    markdown_twins: bool = False
    sitemap_images: bool = False
    on_publish: Sequence[OnPublish] = ()

    def __post_init__(self) -> None:
        for name in ("base_url", "templates", "static", "pages", "output", "lang"):
            self._check(name, str, "a text")
        for name in ("repository", "broken_route", "graph_query"):
            self._check(name, (str, type(None)), "a text")
        for name in ("filters", "globals"):
            self._check(name, Mapping, "a mapping of names")
        self._check_languages()
        self._check_fallback()
        if self.images not in ("link", "download"):
            self._refuse("images", '"link" (where they are) or "download" (as files of the site)')
        if self.sync not in ("full", "delta"):
            self._refuse("sync", '"full" (every document of a new ref) or "delta" (what changed)')
        for name in _SWITCHES:
            self._check(name, bool, "True or False")
        self._check(
            "link_resolver", (Callable, type(None)), "a function from a link to a URL or None"
        )
        self._check("rich_text", (Mapping, Callable, type(None)), "a mapping or a function")
        if isinstance(self.rich_text, Mapping):
            self._check_serializers(self.rich_text)
        self._check("listings", Sequence, "a list of Listing(…)")
        if not all(isinstance(listing, Listing) for listing in self.listings):
            self._refuse("listings", "a list of Listing(…)")
        if self.routes is not None:
            self._check("routes", Sequence, "a list of Route(…)")
            object.__setattr__(self, "routes", tuple(read_route(route) for route in self.routes))
        object.__setattr__(self, "listings", tuple(self.listings))
        self._check_before_build()
        # Each site has its own: what is added to a copy is not added to the one it was made of.
        self._check("hooks", Hooks, "nothing: hooks are added by @site.page_data and its like")
        object.__setattr__(self, "hooks", self.hooks.copy())
        object.__setattr__(self, "pages", PagesFolder.of(str(self.pages), self.hooks))
        self._check_on_publish()
        self._check_base_url()
        self._check_redirects()

    def _check_serializers(self, serializers: Mapping[str, Any]) -> None:
        from prismic_ssg.content.richtext import serializer_names
        from prismic_ssg.content.tables import TABLE_TAGS

        known = sorted(serializer_names().union(TABLE_TAGS))
        for name, given in serializers.items():
            if name not in known:
                raise ConfigurationError(
                    f"Site(rich_text=…): there is no kind of rich text {name!r}",
                    hint=did_you_mean(str(name), known, f"there are: {', '.join(known)}"),
                )
            if not (given is None or isinstance(given, Mapping) or callable(given)):
                self._refuse("rich_text", "functions of one node, or mappings of attributes")

    def _check_languages(self) -> None:
        allowed = 'a mapping of locales to what they are in URLs, such as {"en-us": "en"}'
        self._check("languages", Mapping, allowed)
        of: dict[str, str] = {}
        for lang, code in self.languages.items():
            if not _is_text(lang) or not _is_text(code):
                self._refuse("languages", allowed)
            if not _LANGUAGE_CODE.fullmatch(code):
                raise ConfigurationError(
                    f"Site(languages={{{lang!r}: {code!r}}}): that is no code of a language",
                    hint="it is for lang attributes too: letters, then parts with hyphens, "
                    "such as 'en', 'pt-br' or 'zh-hant'",
                )
            other = of.setdefault(code.lower(), lang)
            if other != lang:
                raise ConfigurationError(
                    f"Site(languages=…): {other!r} and {lang!r} are both {code!r}",
                    hint="give each locale a code of its own: their pages would have one URL",
                )

    def _check_fallback(self) -> None:
        allowed = 'a mapping of locales, such as {"fr-ca": "fr-fr", "fr-fr": "en-us"}'
        self._check("fallback", Mapping, allowed)
        for lang, other in self.fallback.items():
            if not _is_text(lang) or not _is_text(other) or lang == other:
                self._refuse("fallback", allowed)
        types = self.fallback_types
        if types is not None:
            if isinstance(types, str) or not isinstance(types, Sequence) or not self.fallback:
                self._refuse("fallback_types", "a list of types, together with fallback")
            object.__setattr__(self, "fallback_types", tuple(types))
        if self.fallback and self.lang != "*":
            raise ConfigurationError(
                f"Site(fallback=…, lang={self.lang!r}): one locale alone can't fall back",
                hint="leave out lang, or fallback",
            )

    def language_code(self, lang: str) -> str:
        """What a locale is in URLs and `lang` attributes; its id, where nothing else is said."""
        return self.languages.get(lang, lang)

    def _check_before_build(self) -> None:
        allowed = 'a list of commands, each a list of words: [["npx", "tailwindcss", "-o", …], …]'
        self._check("before_build", (list, tuple), allowed)
        for command in self.before_build:
            if not isinstance(command, (list, tuple)) or not command:
                self._refuse("before_build", allowed)
            if not all(map(_is_text, command)):
                self._refuse("before_build", allowed)
        object.__setattr__(self, "before_build", tuple(map(tuple, self.before_build)))

    def _check_on_publish(self) -> None:
        allowed = 'a list of commands (["rsync", …]), PostHook(…) and GitHubDispatch(…)'
        self._check("on_publish", (list, tuple), allowed)
        actions: list[OnPublish] = []
        for each in self.on_publish:
            if isinstance(each, (PostHook, GitHubDispatch)):
                actions.append(each)
            elif isinstance(each, (list, tuple)) and each and all(map(_is_text, each)):
                actions.append(tuple(each))
            else:
                self._refuse("on_publish", allowed)
        object.__setattr__(self, "on_publish", tuple(actions))

    def _check(self, name: str, expected: Any, allowed: str) -> None:
        if not isinstance(getattr(self, name), expected):
            self._refuse(name, allowed)

    def _refuse(self, name: str, allowed: str) -> None:
        raise ConfigurationError(
            f"Site({name}=…): was given {getattr(self, name)!r}", hint=f"it takes {allowed}"
        )

    def _check_base_url(self) -> None:
        if self.base_url and not is_web_address(self.base_url):
            self._refuse("base_url", "an address such as 'https://example.org'")
        parts = urlsplit(self.base_url)
        if parts.query or parts.fragment:
            self._refuse("base_url", "an address without a query or a fragment")

    def _check_redirects(self) -> None:
        if not isinstance(self.redirects, str):
            read = read_redirects(self.redirects, "Site(redirects=…)")
            object.__setattr__(self, "redirects", read)
        if isinstance(self.redirects_as, str):
            object.__setattr__(self, "redirects_as", (self.redirects_as,))
        if not set(self.redirects_as) <= set(_REDIRECTS_AS):
            self._refuse("redirects_as", f"some of {', '.join(map(repr, _REDIRECTS_AS))}")

    @property
    def base_path(self) -> str:
        """The path of `base_url` without its last slash: `/docs`, empty for a site at the root."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host of `base_url`, empty where there is none: `https://example.org`."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def read_route(given: Route | Mapping[str, Any]) -> Route:
    """A Route from its own class or from the mapping that Prismic's tools keep in JSON."""
    if isinstance(given, Route):
        return given
    if not isinstance(given, Mapping) or not {"type", "path"} <= given.keys():
        raise ConfigurationError(
            f"routes: {given!r} is not a route", hint='write Route("page", "/:uid")'
        )
    # Prismic ignores other keys of a route, so they may be there.
    names = {entry.name for entry in fields(Route) if entry.init}
    known = {key: value for key, value in given.items() if key in names and value is not None}
    return Route(known.pop("type"), known.pop("path"), **known)
