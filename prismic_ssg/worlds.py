"""A site's files and content → the World that is built. Everything that is wrong is found here at
once, before anything is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from hashlib import blake2b

import msgspec

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.content.changes import Change, changes_between
from prismic_ssg.content.field_paths import PATH, parse_path
from prismic_ssg.content.repository import Language, Repository, SiteLanguage
from prismic_ssg.content.routes import Route, RouteTable, default_routes, shadowed, single_types
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import with_stand_ins
from prismic_ssg.engine.extra_pages import with_extra_pages
from prismic_ssg.engine.page import folders_of
from prismic_ssg.engine.pages import MarkdownSource, PageTable, site_pages
from prismic_ssg.engine.world import World
from prismic_ssg.errors import (
    BuildFailed,
    ConfigurationError,
    ContentError,
    PrismicSsgError,
    did_you_mean,
)
from prismic_ssg.hook_content import changed_content, extra_pages
from prismic_ssg.origin import Origin
from prismic_ssg.publishing.site_files import own_files, own_folders
from prismic_ssg.render.front_matter import MarkdownPage, parse_page
from prismic_ssg.site import Site
from prismic_ssg.sources import Sources
from prismic_ssg.store.sources import StaticFile, TextFile

KeptPages = Callable[[str], PageTable | None]
"""Gives the page table that a site has, where it is known; asked with a key of what else than
content and configuration it is made from."""


def no_pages(_key: str) -> PageTable | None:
    """Nothing is known of the page table."""
    return None


def make_world(
    site: Site,
    pulled: Pulled,
    sources: Sources,
    origin: Origin,
    today: date,
    engine_key: str,
    *,
    before: World | None = None,
    kept: KeptPages = no_pages,
) -> tuple[World, list[str], list[PrismicSsgError]]:
    """The world of a build, with what is to be told about it.

    What the world `before` has is used again where nothing differs that it is made from, and so is
    the table that `kept` gives: it is asked with a key of all that is no content.

    Raises BuildFailed with everything that keeps the site's pages from being built.
    """
    repository = pulled.repository
    languages = _languages(site, pulled)
    markdown, problems = _markdown(sources.markdown)
    locales = {language.code: language.id for language in languages}
    own_pages = [_markdown_source(name, sources, page, locales) for name, page in markdown.items()]
    made_from = (pulled.snapshot, repository, engine_key, own_pages, *sources.template_pages)
    routes: tuple[Route, ...] = ()
    if before is not None and before.made_from == made_from:
        snapshot, table = before.snapshot, before.pages
    else:
        reused = kept(_pages_key(repository, own_pages, sources, origin))
        needs_single = reused is None or site.routes is None
        single = _single_types(pulled, origin) if needs_single else frozenset()
        routes = _routes(site, pulled, origin, single)
        _check_fallback_types(site, repository.types)
        _check_listings(site, repository.types)
        snapshot = prepared(site, pulled.snapshot)
        if reused is not None:
            table = reused
        else:
            table, more = site_pages(
                site,
                snapshot,
                RouteTable(routes, repository.master_language, site.languages),
                languages=tuple(language.id for language in languages),
                single=single,
                markdown=own_pages,
                template_pages=sources.own_template_pages,
                builtin_pages=sources.theme_template_pages,
                extra=extra_pages(site.hooks, snapshot, languages),
            )
            table = with_extra_pages(table, site)
            problems += more
    problems += _static_conflicts(table, sources.static)
    problems += _own_conflicts(site, table, sources.static)
    if problems:
        raise BuildFailed("the site's pages can't be laid out", problems)
    notes: list[str] = []
    if site.routes is None:
        notes.append("no routes are configured: using Prismic's default ones")
    if not site.base_url:
        has_feeds = any(listing.feeds for listing in site.listings)
        what = (
            "sitemap.xml and feeds, which need one, are"
            if has_feeds
            else ("sitemap.xml, which needs one, is")
        )
        notes.append(f"no base_url is configured: {what} left out")
    world = World(
        site=site,
        snapshot=snapshot,
        pages=table,
        languages=languages,
        templates=sources.templates,
        markdown=markdown,
        assets={name: file.digest for name, file in sources.assets.items()},
        today=today,
        hosted_as=origin.hosted_as,
        engine_key=engine_key,
        made_from=made_from,
    )
    refers = any(sources.stylesheets.references.values())
    files = {page.file for page in table.pages.values()} if refers else set[str]()
    dead = [
        each
        for each in sources.stylesheets.missing(files, site.static)
        if (each.file or "").removeprefix(f"{site.static}/") in sources.static
    ]
    return world, notes, [*(_shadowed(*pair) for pair in shadowed(routes)), *dead]


def _single_types(pulled: Pulled, origin: Origin) -> frozenset[str]:
    repeatable = origin.local.repeatable if origin.local else {}
    return single_types(pulled.snapshot.documents, repeatable)


def _pages_key(
    repository: Repository, own_pages: list[MarkdownSource], sources: Sources, origin: Origin
) -> str:
    """One text for what decides about the page table besides content and engine key."""
    local = origin.local
    made_from = [
        repository.types,
        repository.master_language,
        own_pages,
        [sorted(names.items()) for names in sources.template_pages],
        None if local is None else [sorted(local.repeatable.items()), sorted(local.parts)],
    ]
    return blake2b(msgspec.json.encode(made_from), digest_size=16).hexdigest()


def _routes(
    site: Site, pulled: Pulled, origin: Origin, single: frozenset[str]
) -> tuple[Route, ...]:
    """The site's routes; Prismic's default ones where it names none."""
    if site.routes is None:
        parts = origin.local.parts if origin.local else frozenset()
        types = {document.type for document in pulled.snapshot.documents} - parts
        return default_routes(types, single)
    routes = tuple(route for route in site.routes if isinstance(route, Route))
    if not site.hooks.on_snapshot:
        # Hooks may add documents of types that the repository has not.
        _check_types(routes, pulled.repository.types)
    return routes


def prepared(site: Site, snapshot: Snapshot) -> Snapshot:
    """The content that a site is built from: a snapshot, with what the site puts beside it."""
    if site.hooks.on_snapshot:
        snapshot = changed_content(site.hooks, snapshot)
    if site.fallback:
        return with_stand_ins(snapshot, site.fallback, site.fallback_types)
    return snapshot


def changes_since(old: Snapshot | None, world: World) -> tuple[Change, ...] | None:
    """The documents that are others in a world than in what its site made of an older snapshot."""
    return None if old is None else changes_between(prepared(world.site, old), world.snapshot)


def _languages(site: Site, pulled: Pulled) -> tuple[SiteLanguage, ...]:
    """The site's languages, the repository's master locale first where it is one of them."""
    repository = pulled.repository.languages or tuple(
        Language(lang, lang) for lang in sorted({each.lang for each in pulled.snapshot.documents})
    )
    master = pulled.repository.master_language
    repository = tuple(sorted(repository, key=lambda each: each.id != master))
    every = tuple(
        SiteLanguage(each.id, each.name, each.is_master, code=site.language_code(each.id))
        for each in repository
    )
    _check_locales("languages", site.languages, every)
    _check_locales("fallback", (*site.fallback, *site.fallback.values()), every)
    _check_codes(every)
    if site.lang == "*":
        return every
    chosen = tuple(language for language in every if language.id == site.lang)
    if not chosen:
        known = [language.id for language in every]
        raise ConfigurationError(
            f"Site(lang={site.lang!r}): the repository has no such language",
            hint=did_you_mean(site.lang, known, f"it has {', '.join(known)}"),
        )
    return chosen


def _check_locales(member: str, given: Iterable[str], languages: tuple[SiteLanguage, ...]) -> None:
    known = [language.id for language in languages]
    for lang in given:
        if lang not in known:
            raise ConfigurationError(
                f"Site({member}=…): the repository has no language {lang!r}",
                hint=did_you_mean(lang, known, f"it has {', '.join(known)}"),
            )


def _check_codes(languages: tuple[SiteLanguage, ...]) -> None:
    of: dict[str, str] = {}
    for language in languages:
        other = of.setdefault(language.code.lower(), language.id)
        if other != language.id:
            raise ConfigurationError(
                f"Site(languages=…): {other!r} and {language.id!r} are both {language.code!r}",
                hint=f"give {language.id!r} a code too: without one it is its own",
            )


def _check_types(routes: tuple[Route, ...], types: Mapping[str, str]) -> None:
    for route in routes:
        if types and route.type not in types:
            raise ConfigurationError(
                f"Route({route.type!r}, {route.path!r}): the repository has no type {route.type!r}",
                hint=did_you_mean(route.type, types, f"it has {', '.join(sorted(types))}"),
            )


def _check_listings(site: Site, types: Mapping[str, str]) -> None:
    # Hooks may add documents of types that the repository has not.
    for listing in () if site.hooks.on_snapshot else site.listings:
        for name in listing.asks_for:
            type_ = parse_path(name).type or name if PATH.fullmatch(name) else name
            if types and type_ not in types:
                raise ConfigurationError(
                    f"Listing({listing.path!r}): the repository has no type {type_!r}",
                    hint=did_you_mean(type_, types, f"it has {', '.join(sorted(types))}"),
                )


def _check_fallback_types(site: Site, types: Mapping[str, str]) -> None:
    for type_ in site.fallback_types or ():
        if types and type_ not in types:
            raise ConfigurationError(
                f"Site(fallback_types=…): the repository has no type {type_!r}",
                hint=did_you_mean(type_, types, f"it has {', '.join(sorted(types))}"),
            )


def _shadowed(general: Route, specific: Route) -> PrismicSsgError:
    return ConfigurationError(
        f"Route({general.type!r}, {general.path!r}) stands before the more specific "
        f"Route({specific.type!r}, {specific.path!r}), which wins",
        hint="put the specific route first, as other tools need it there",
    )


def _markdown(
    texts: Mapping[str, TextFile],
) -> tuple[dict[str, MarkdownPage], list[PrismicSsgError]]:
    pages: dict[str, MarkdownPage] = {}
    problems: list[PrismicSsgError] = []
    for name, text in texts.items():
        try:
            pages[name] = parse_page(text)
        except ConfigurationError as error:
            problems.append(error)
    return pages, problems


def _markdown_source(
    name: str, sources: Sources, page: MarkdownPage, locales: Mapping[str, str]
) -> MarkdownSource:
    """Where a Markdown file's page is: `url` of its front matter, or its place in the folder.

    `locales` are those of the site by their codes: front matter may name a language by either.
    """
    stem = name.removesuffix(".md")
    stem = "" if stem == "index" else stem.removesuffix("/index")
    url = page.meta.get("url")
    template = page.meta.get("template")
    return MarkdownSource(
        name=name,
        file=sources.markdown[name].file,
        path=url if isinstance(url, str) else f"/{stem}/" if stem else "/",
        lang=locales.get(lang := str(page.meta.get("lang") or ""), lang),
        template=template if isinstance(template, str) else None,
    )


def _static_conflicts(
    table: PageTable, static: Mapping[str, StaticFile]
) -> Iterator[PrismicSsgError]:
    # The usual file of a page is an index: of those it need not be asked where there is no such.
    has_index = any(name.endswith("index.html") for name in static)
    files = {
        page.file: page for page in table.pages.values() if has_index or page.own_file is not None
    }
    for name in static:
        if name in files:
            yield ContentError(
                f"{files[name].origin} and the static file {name!r} have one URL: "
                f"{files[name].path!r}",
                page=files[name].path,
                hint="rename one of the two",
            )
    yield from _folder_conflicts(table, static)


def _folder_conflicts(
    table: PageTable, static: Mapping[str, StaticFile]
) -> Iterator[PrismicSsgError]:
    """A file can't be a folder as well: `blog/a` of the static files, and the page `/blog/a`."""
    tops = {name.partition("/")[0] for name in static}
    inside = {folder: name for name in static for folder in folders_of(name)}
    for page in table.pages.values():
        if page.path[1:].partition("/")[0] not in tops:
            continue
        above = [folder for folder in folders_of(page.file) if folder in static]
        if above:
            said = f"the static file {above[0]!r} is a file, in which {page.origin} would lie"
        elif page.file in inside:
            said = f"{page.origin} is the file {page.file!r}, in which the static file "
            said += f"{inside[page.file]!r} would lie"
        else:
            continue
        yield ContentError(said, page=page.path, hint="rename one of the two")


def _own_conflicts(
    site: Site, table: PageTable, static: Mapping[str, StaticFile]
) -> Iterator[PrismicSsgError]:
    """What lies where a file of the build is to be: `sitemap.xml/x` of the static files."""
    own, folders = own_files(site), own_folders(site)
    starts = tuple(f"{name}/" for name in own)
    inside = {name: f"the static file {name!r}" for name in static if name.startswith(starts)}
    paths = tuple(f"/{start}" for start in starts)
    within = [path for path in table.pages if path.startswith(paths)]
    inside |= {path[1:]: table.pages[path].origin for path in within}
    there = {name: page for name in own if (page := table.pages.get(f"/{name}")) is not None}
    for name, page in there.items():
        if page.file != name:
            # A document's, by its UID: no other makes a page of such a path.
            said = f"{own[name]} is the file {name!r}, in which {page.origin} would lie"
            hint = "change its UID, or the route"
            yield ContentError(said, page=page.path, document_id=page.document_id, hint=hint)
    for file, origin in inside.items():
        name = file.partition("/")[0]
        if name not in there:
            said = f"{own[name]} is the file {name!r}, in which {origin} would lie"
            yield ContentError(said, hint="give that folder another name")
    for name, what in folders.items():
        page = table.pages.get(f"/{name}")
        if name in static:
            said = f"the static file {name!r} is a file, in which {what} would lie"
            yield ContentError(said, hint="give that file another name")
        elif page is not None and page.file == name:
            said = f"{page.origin} is the file {name!r}, in which {what} would lie"
            yield ContentError(said, page=page.path, hint="give that file another name")
