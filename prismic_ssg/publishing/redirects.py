"""Where addresses lead that are no page any more: given ones, and those that documents had before.

Pure: addresses, pages and rules go in, redirects come out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from prismic_ssg.content.redirects import GONE, Target
from prismic_ssg.engine.page import url_of_path
from prismic_ssg.errors import ConfigurationError, PrismicSsgError

# What may stand in a path as it is. A space, a quote or a bracket in one of these files would be
# the end of it; `*` and `:` at the start of a part are wildcards, `$` a variable of nginx.
SAFE = "/!'(),;=@~.-_+&"


class Redirect(msgspec.Struct, frozen=True):
    """One address and where it leads: a path of the site, or a URL; None for what is gone for good.

    `source` is as in the page table: not encoded. Both are without the path of the base URL.
    `is_learned` is one that a document had before.
    """

    source: str
    target: str | None
    status: int = 301
    is_learned: bool = False


class Redirects(msgspec.Struct, frozen=True):
    """All redirects of a site, by source; `warnings` about those that can't be. `has_moved` where
    a document is elsewhere than it was, whatever became of that."""

    all: tuple[Redirect, ...] = ()
    warnings: tuple[PrismicSsgError, ...] = ()
    has_moved: bool = False


def redirects_of(
    given: Mapping[str, Target],
    had: Mapping[str, str],
    urls: Mapping[str, str],
    taken: Iterable[str],
    *,
    are_saved: bool = False,
) -> Redirects:
    """The redirects of a site, each to where its way ends.

    `given` are those of the configuration, `had` the document that was last seen at a path, by
    path; `urls` where documents are now; `taken` the paths of all pages and static files, which no
    redirect may replace. That is worth a warning, unless those given `are_saved` from what was
    learned: a document may have moved back.
    """
    # Nearly every document is where it was: of 10,000 paths none is looked at closely then.
    moved = {
        path: target
        for path, document in had.items()
        if (target := urls.get(document)) is not None and target != path
    }
    if not moved and not given:
        return Redirects()
    standing = {_key(path) for path in taken}
    rules: dict[str, Redirect] = {}
    for path, target in moved.items():
        if _key(path) not in standing and _key(target) != _key(path):
            rules[_key(path)] = Redirect(path, url_of_path(target), is_learned=True)
    warnings = []
    for path, told in given.items():
        rule = _rule(path, told)
        if _key(rule.source) in standing:
            if not are_saved:
                warnings.append(_in_the_way(rule))
            continue
        rules[_key(rule.source)] = rule
    found, loops = [], set[frozenset[str]]()
    for key in sorted(rules):
        way = _way(rules[key], rules, standing)
        if isinstance(way, frozenset):
            if way not in loops:
                loops.add(way)
                warnings.append(_loop(way))
            continue
        found.append(way)
    return Redirects(tuple(found), tuple(warnings), has_moved=bool(moved))


def _key(path: str) -> str:
    """One text for `/blog/old`, `/blog/old/` and `/blog/old/index.html`: hosts serve one page."""
    path = unquote(path).removesuffix("index.html") if path.endswith("/index.html") else path
    return unquote(path).rstrip("/") or "/"


def _rule(path: str, told: Target) -> Redirect:
    source = unquote(path)
    match told:
        case str():
            return Redirect(source, told)
        case (target, status):
            return Redirect(source, target, status)
        case _:
            return Redirect(source, None, GONE)


def _way(
    start: Redirect, rules: Mapping[str, Redirect], standing: set[str]
) -> Redirect | frozenset[str]:
    """The redirect to where the way from `start` ends; the paths of a circle it gets into."""
    at, seen = start, [_key(start.source)]
    while at.target is not None and is_path(at.target):
        path, hash_, fragment = at.target.partition("#")
        key = _key(path.partition("?")[0])
        if key in seen:
            return frozenset(seen[seen.index(key) :])
        following = rules.get(key)
        if key in standing or following is None:
            break
        seen.append(key)
        target = following.target
        if target is not None and hash_ and "#" not in target:
            target = f"{target}#{fragment}"
        # One step that is not for good makes the whole way so.
        status = at.status if at.status in (302, 303, 307) else following.status
        at = replace(at, target=target, status=status)
    return replace(at, status=GONE) if at.target is None else at


def is_path(target: str) -> bool:
    """Whether a target is a page of this site, and not a URL elsewhere."""
    return target.startswith("/") and not target.startswith("//")


def _in_the_way(rule: Redirect) -> PrismicSsgError:
    return ConfigurationError(
        f"Site(redirects=…): {rule.source!r} is a page of the site, so it is not redirected",
        page=rule.source,
        hint="take the redirect out, or give the page another URL",
    )


def _loop(paths: frozenset[str]) -> PrismicSsgError:
    names = " → ".join(sorted(paths))
    return ConfigurationError(
        f"Site(redirects=…): a circle of redirects leads nowhere: {names}",
        hint="let one of them lead to a page",
    )


# -- as files


def encoded(path: str) -> str:
    """A path or URL as hosts and browsers want it: what is encoded already stays as it is."""
    if not is_path(path):
        return quote(path, safe="%:/?#[]@!$&'()*+,;=~-._")
    path, hash_, fragment = path.partition("#")
    path, mark, query = path.partition("?")
    text = quote(unquote(path), safe=SAFE)
    if mark:
        text += "?" + quote(query, safe="%/?:@!$&'()*+,;=~-._")
    return text + (hash_ + quote(fragment, safe="%/?:@!$&'()*+,;=~-._") if hash_ else "")


def spellings(redirect: Redirect) -> tuple[str, ...]:
    """A redirect's path with and without its last slash, where it is one of a page, not of a file.

    Netlify takes one for the other, Cloudflare compares the text.
    """
    source = redirect.source
    bare = source.rstrip("/")
    is_known = redirect.is_learned or source.endswith("/")
    if not bare or is_file(redirect) or ("." in bare.rpartition("/")[2] and not is_known):
        return (source,)
    return (bare, f"{bare}/") if not source.endswith("/") else (f"{bare}/", bare)


def on_site(target: str, base_path: str) -> str:
    """A target as a reader's browser must get it."""
    return encoded(base_path + target if is_path(target) else target)


def nginx_map(redirects: Redirects, base_path: str, taken: Iterable[str]) -> str:
    """The inside of a `map $uri $moved { … }` for nginx; what is gone leads to `gone`.

    nginx compares texts without regard to case: beside an address that differs in case alone, of a
    redirect or of what is `taken`, one is written as a pattern.

    Source: nginx.org, "ngx_http_map_module": `$uri` is decoded, a value may hold variables.
    """
    sources = {_key(each.source) for each in redirects.all}
    folded = {key.lower() for key in sources}
    alike = {key for path in taken if (key := _key(path)).lower() in folded}
    spellings_of = Counter(key.lower() for key in sources | alike)
    lines = []
    for each in redirects.all:
        target = "gone" if each.target is None else on_site(each.target, base_path)
        quoted = _quoted(target.replace("$", "%24"))
        is_pattern = spellings_of[_key(each.source).lower()] > 1
        for path in spellings(each):
            text = unquote(base_path) + path
            pattern = f"~^{re.escape(text)}$" if is_pattern else text
            lines.append(f"{_quoted(pattern)} {quoted};\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def redirect_pages(
    redirects: Redirects, origin: str, base_path: str
) -> Iterator[tuple[Redirect, str]]:
    """A page for each redirect, with its HTML, for hosts that know no redirects.

    Its target is its only text, so that it needs no language.
    """
    for each in redirects.all:
        if each.target is not None:
            yield each, _page(on_site(each.target, base_path), origin)


def is_file(redirect: Redirect) -> bool:
    """Whether a redirect's page is a file of this very name, as `/old.html`, and no folder's.

    Hosts tell by its ending what a file is: a page called `v1.2` is none for them, one called
    `old.php` a program. From the address of a folder they lead to the page in it.
    """
    return redirect.source.endswith((".html", ".htm"))


def _escaped(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text


def _page(target: str, origin: str) -> str:
    url = _escaped(target)
    whole = _escaped(origin + target) if is_path(target) else url
    canonical = f'<link rel="canonical" href="{whole}">\n' if whole.startswith("http") else ""
    return (
        "<!doctype html>\n<html>\n<head>\n"
        f'<meta charset="utf-8">\n<title>{whole}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={url}">\n'
        f'<meta name="robots" content="noindex">\n{canonical}</head>\n'
        f'<body>\n<p><a href="{url}">{whole}</a></p>\n</body>\n</html>\n'
    )
