"""Where an address in a page leads: a file of the site, nowhere, or away.

A host gives `about/index.html` for `/about` and `/about/`, as this generator writes its pages.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from prismic_ssg.checks.redirects import Redirects, Rule
from prismic_ssg.content.html_text import without_blanks
from prismic_ssg.content.web_address import is_web_address
from prismic_ssg.content.web_url import parse_url

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WHOLE = ("http://", "https://")
_WITH_HOST = re.compile(r"https?://", re.IGNORECASE)
_FETCHED = ("http:", "https:", "//")

_ORIGIN = re.compile(r"(https?:)?//[^/]*", re.IGNORECASE)

# Among 10,000 pages of a folder it takes a tenth of a second to find the one that is spelled most
# like an address, and nobody mends more of these one by one.
_SPELLED_ALIKE = 0.85
_MOST_SPELLED = 50

# What browsers read otherwise than it is written, wherever it stands.
_UNUSUAL = re.compile(r"[\\\t\n\r]")


class Outcome(Enum):
    """What there is at an address."""

    FILE = auto()
    NOTHING = auto()
    OTHER_CASE = auto()
    NEEDS_HTML = auto()
    REDIRECT = auto()
    OUTSIDE_BASE = auto()
    DEPENDS_ON_SLASH = auto()
    EXTERNAL = auto()
    NO_PAGE = auto()
    EMPTY = auto()


class Target(NamedTuple):
    """Where an address leads: `file` of the output, and the `fragment` as it is written.

    `detail` is the file in other letters, where the redirect leads, or the external address.
    """

    outcome: Outcome
    file: str | None = None
    fragment: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Place:
    """A site's place on the web, from its `base_url`: `https://example.org` and `/docs`."""

    origin: str = ""
    base_path: str = ""


class SiteAddresses:
    """The files of an output folder, as a host would give them."""

    def __init__(
        self,
        files: Iterable[str],
        place: Place,
        redirects: Redirects,
    ) -> None:
        self.files = frozenset(files)
        self.place = place
        here = urlsplit(place.origin)
        with suppress(ValueError):
            here = urlsplit(str(parse_url(place.origin or "http://site.invalid")))
        self._host = here.hostname, here.port
        self._redirects = redirects
        self._folded: dict[str, str] = {}
        for file in sorted(self.files, reverse=True):
            self._folded[file.casefold()] = file
        self._known: dict[str, Target] = {}
        self._by_ending: dict[str, list[str]] = {}
        self._by_folder: dict[str, dict[str, str]] = {}
        self._near: dict[str, str | None] = {}
        self._spelled = 0

    def target(self, address: str, page: str, base: str | None = None) -> Target:
        """Where an address leads from a page, of which `page` is the path in the site.

        `base` is what its `<base>` says.
        """
        if base is None:
            known = self._known.get(address)
            if known is not None:
                return known
        if _UNUSUAL.search(address):
            address = _as_browsers_read(address)
        if not address:
            return Target(Outcome.EMPTY)
        if address.startswith("/") and not address.startswith("//") and base is None:
            return self._rooted(address)
        if address.startswith(_WHOLE):
            known = self._known.get(address)
            if known is None:
                known = self._known[address] = self._absolute(address, is_whole=True)
            return known
        if address.startswith("#"):
            if base is None:
                return Target(Outcome.FILE, self._file_at(page), address[1:])
        elif _SCHEME.match(address) and not address.lower().startswith(_FETCHED):
            return Target(Outcome.NO_PAGE)
        return self._relative(address, page, base)

    def _rooted(self, address: str) -> Target:
        known = self._known.get(address)
        if known is None:
            known = self._known[address] = self._looked_up(address)
        return known

    def _relative(self, address: str, page: str, base: str | None) -> Target:
        there = self.url_of(page)
        if base is not None:
            with suppress(ValueError):
                there = urljoin(there, base)
        is_whole = address.lower().startswith(_FETCHED)
        first = self._joined(there, address, is_whole=is_whole)
        file = self._file_at(page)
        if base is None and not page.endswith("/") and file and file.endswith("index.html"):
            # The host may send readers of /about to /about/, and there `team` is another address.
            second = self._joined(there + "/", address, is_whole=is_whole)
            if (first.outcome, first.file) != (second.outcome, second.file):
                found = [each for each in (first, second) if each.outcome is Outcome.FILE]
                if found:
                    return found[0]._replace(outcome=Outcome.DEPENDS_ON_SLASH)
        return first

    def _joined(self, there: str, address: str, *, is_whole: bool) -> Target:
        try:
            if address.startswith("//"):
                url = f"{there.partition(':')[0]}:{address}"
            else:
                url = address if _WITH_HOST.match(address) else urljoin(there, address)
        except ValueError:
            return Target(Outcome.NOTHING)
        return self._absolute(url, is_whole=is_whole)

    def url_of(self, page: str) -> str:
        """The whole URL of a page's path; of an example's host where the site names none."""
        return (self.place.origin or "http://site.invalid") + self.place.base_path + quote(page)

    def _absolute(self, url: str, *, is_whole: bool) -> Target:
        """Where a URL leads. `is_whole` says that the page names its host, too."""
        try:
            normal = str(parse_url(url))
        except ValueError:
            return Target(Outcome.NOTHING)
        if not normal.startswith(_WHOLE):
            # By a <base> of another kind.
            return Target(Outcome.NO_PAGE)
        if not is_web_address(normal):
            return Target(Outcome.NOTHING)
        parts = urlsplit(normal)
        host = parts.hostname, parts.port
        elsewhere = Target(
            Outcome.EXTERNAL, detail=url if url.lower().startswith(_WHOLE) else normal
        )
        if host != self._host:
            return elsewhere
        rest = parts.path or "/"
        if parts.query:
            rest += f"?{parts.query}"
        if parts.fragment:
            rest += f"#{parts.fragment}"
        target = self._rooted(rest)
        if target.outcome is Outcome.OUTSIDE_BASE and is_whole:
            # Another site on the same host.
            return elsewhere
        return target

    def _looked_up(self, address: str) -> Target:
        path, _, fragment = address.partition("#")
        path = _plain(unquote(path.partition("?")[0]))
        base = unquote(self.place.base_path)
        if base:
            if path != base and not path.startswith(f"{base}/"):
                return Target(Outcome.OUTSIDE_BASE, self._file_at(path))
            path = path[len(base) :] or "/"
        return self.at(path)._replace(fragment=fragment)

    def at(self, path: str) -> Target:
        """What there is at a path of the site, decoded and without the path of `base_url`."""
        path = _plain(path)
        file = self._file_at(path)
        if file is not None:
            return Target(Outcome.FILE, file)
        ruled = self._redirects.rule_for(path)
        if ruled is not None and not ruled[0].rewrites:
            return self._led_on(path, ruled)
        if ruled is not None and ruled[0].status == 200:
            return Target(Outcome.FILE, self._file_at(ruled[1]))
        name = path.strip("/")
        if f"{name}.html" in self.files:
            return Target(Outcome.NEEDS_HTML, f"{name}.html")
        for candidate in (name, f"{name}/index.html"):
            other = self._folded.get(candidate.casefold())
            if other is not None and other != candidate:
                return Target(Outcome.OTHER_CASE, other, detail=path_of(other))
        return Target(Outcome.NOTHING)

    def _led_on(self, path: str, ruled: tuple[Rule, str]) -> Target:
        rule, led = ruled
        # Whether a rule for one address leads anywhere is said of the rule itself.
        if rule.has_wildcards:
            *_, end = self._redirects.way_from(path, self.is_page)
            end = unquote(end.partition("#")[0].partition("?")[0])
            is_here = end.startswith("/") and not end.startswith("//")
            ends = (last := self._redirects.rule_for(end)) is None or last[0].rewrites
            if is_here and ends and self.at(end).outcome is Outcome.NOTHING:
                return Target(Outcome.NOTHING)
        return Target(Outcome.REDIRECT, detail=led)

    def is_page(self, path: str) -> bool:
        """Whether there is a file for a path."""
        return self._file_at(unquote(path)) is not None

    def near(self, address: str) -> str | None:
        """The path that an address which leads nowhere may be meant for: the one elsewhere that
        ends as it does, or one of its folder that is spelled much like it. It has a slash at its
        end where the address has one."""
        if address not in self._near:
            path = _ORIGIN.sub("", address.partition("#")[0].partition("?")[0])
            path = _plain(unquote(path))
            base = unquote(self.place.base_path)
            found = self._meant_by(path.removeprefix(base).rstrip("/"))
            if found is not None:
                found = base + found.rstrip("/") + ("/" if path.endswith("/") else "")
            self._near[address] = found
        return self._near[address]

    def _meant_by(self, path: str) -> str | None:
        if not self._by_ending:
            for each in sorted(map(path_of, self.files)):
                self._by_ending.setdefault(_ending(each), []).append(each)
                folder, _, name = each.rstrip("/").rpartition("/")
                self._by_folder.setdefault(folder, {})[name] = each
        alike = self._by_ending.get(_ending(path), []) if path else []
        if alike or not path:
            return alike[0] if len(alike) == 1 else None
        folder, _, name = path.rpartition("/")
        if folder not in self._by_folder or self._spelled == _MOST_SPELLED:
            return None
        from difflib import get_close_matches

        self._spelled += 1
        beside = self._by_folder[folder]
        close = get_close_matches(name, beside, n=1, cutoff=_SPELLED_ALIKE)
        return beside[close[0]] if close else None

    def _file_at(self, path: str) -> str | None:
        name = path.lstrip("/")
        if name in self.files and not path.endswith("/"):
            return name
        index = f"{name.rstrip('/')}/index.html".lstrip("/")
        return index if index in self.files else None


def _as_browsers_read(address: str) -> str:
    """An address without line breaks and tabs, and with slashes for backslashes in its path."""
    address = without_blanks(address)
    end = re.search(r"[?#]|\Z", address).start()  # type: ignore[union-attr]
    return address[:end].replace("\\", "/") + address[end:]


def _plain(path: str) -> str:
    """A decoded path without `.`, `..` and empty parts."""
    if "/." not in path and "//" not in path:
        return path
    plain = posixpath.normpath("/" + path.lstrip("/"))
    return f"{plain}/" if path.endswith(("/", "/.", "/..")) and plain != "/" else plain


def _ending(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2].casefold()


def path_of(file: str) -> str:
    """The path at which a file of the output is read: `blog/index.html` → `/blog/`."""
    if file == "index.html":
        return "/"
    return f"/{file.removesuffix('index.html')}" if file.endswith("/index.html") else f"/{file}"
