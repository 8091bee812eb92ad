"""Findings in the output: its pages and stylesheets, read one after the other."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from prismic_ssg.checks.addresses import Outcome, SiteAddresses, Target, path_of
from prismic_ssg.checks.css import addresses_in_css
from prismic_ssg.checks.feed_html import FileAddress, addresses_in_json_feed
from prismic_ssg.checks.findings import PAGES_NAMED, Finding, Where
from prismic_ssg.checks.html_page import Link, PageMarkup, Use, read_page
from prismic_ssg.checks.html_tokens import line_of
from prismic_ssg.checks.redirect_rules import refresh_loops
from prismic_ssg.checks.xml_addresses import read_xml

# What an address with this at its end means is up to a script in the page, or to the browser.
_ANY_PLACE = ("", "top")
_OF_SCRIPTS = ("/", "!")

# What leads to the same place wherever it is shown.
_WHOLE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|$")

# What is looked for from where the page is, and no query or anchor of the page itself.
_RELATIVE = re.compile(r"(?![/\\#?]|[a-zA-Z][a-zA-Z0-9+.-]*:)[^\s]")


@dataclass
class OutputCheck:
    """Reads pages and stylesheets, each once, and says what is wrong with them.

    `place_of` says which page and document a file is. What depends on other pages (anchors, titles)
    comes with `rest`, once all were read.
    """

    addresses: SiteAddresses
    place_of: Callable[[str], Where]
    loads_encrypted: bool = True
    continued: frozenset[str] = frozenset()
    """Files that go on with another page, as `/blog/page/2/` does: they need no description."""
    reads_markup: bool = True
    external: dict[str, list[Where]] = field(default_factory=dict)
    """Addresses at other hosts without their fragment, each with some pages that have it."""
    unnamed_images: set[str] = field(default_factory=set)
    """Addresses of images that some page shows without an alternative text, without a query."""
    pages: int = 0
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)
    _external_in: dict[str, str] = field(default_factory=dict)
    _linked: dict[str, tuple[str, Where]] = field(default_factory=dict)
    _alone: dict[str, Where] = field(default_factory=dict)
    _refreshing: dict[str, str] = field(default_factory=dict)
    _anchors: list[tuple[str, str, str, Where]] = field(default_factory=list)
    _titles: dict[tuple[str, str], list[Where]] = field(default_factory=lambda: defaultdict(list))
    _descriptions: dict[tuple[str, str], list[Where]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def page(self, file: str, html: str) -> Iterator[Finding]:
        """What is wrong with one page by itself, and its links to files."""
        self.pages += 1
        markup = read_page(html)
        where = self.place_of(file)
        path = where.page or path_of(file)
        self._ids[file] = frozenset(markup.ids)

        def at(offset: int) -> Where:
            return replace(where, line=line_of(html, offset))

        yield from self._markup(markup, at)
        if markup.refresh is None:
            yield from self._head(markup, where, file)
        else:
            self._refreshing[file] = markup.refresh
        if _is_error_page(file) and markup.base is None:
            yield from self._relative(markup, at)
        for link in markup.links:
            target = self.addresses.target(link.address, path, markup.base)
            if target.outcome is Outcome.FILE:
                self._note_linked(target, link, file, at)
                is_there = not target.fragment or (
                    target.file == file and target.fragment in markup.ids
                )
                if is_there and not self._is_mixed(link.address, link.use):
                    continue
            yield from self._link(link.address, link.use, target, file, lambda: at(link.offset))  # noqa: B023
        self.unnamed_images |= {each.partition("?")[0] for each in markup.unnamed_images}

    @property
    def refreshing(self) -> frozenset[str]:
        """The files of pages that only send their readers on."""
        return frozenset(self._refreshing)

    def stylesheet(self, file: str, css: str) -> Iterator[Finding]:
        """Addresses in a stylesheet that lead nowhere."""
        for address, offset in addresses_in_css(css):
            if address.startswith("#"):
                continue
            target = self.addresses.target(address, f"/{file}")
            where = Where(file=f"{self.place_of(file).file}", line=line_of(css, offset))
            yield from self._link(address, Use.LOAD, target, file, lambda: where)  # noqa: B023

    def xml(self, file: str, text: str) -> Iterator[Finding]:
        """Addresses in a feed, a site map or a drawing that lead nowhere; what can't be read."""
        found = read_xml(text)
        if found.problem is not None:
            line, message = found.problem
            yield Finding(
                "invalid-xml",
                f"{file} is no XML: {message}",
                Where(file=self.place_of(file).file, line=line),
                "browsers and readers of feeds stop here: write `|e` behind a text, &amp; for &, "
                "and nothing in front of <?xml",
            )
        yield from self._in_file(file, found.addresses)

    def json(self, file: str, text: str) -> Iterator[Finding]:
        """Addresses in a JSON feed that lead nowhere."""
        yield from self._in_file(file, addresses_in_json_feed(text))

    def rest(self) -> Iterator[Finding]:
        """What could be told only after every page was read."""
        for file, fragment, address, where in self._anchors:
            ids = self._ids.get(file)
            if ids is None or fragment in ids or unquote(fragment) in ids:
                continue
            near = min((each for each in ids if each.casefold() == fragment.casefold()), default="")
            yield Finding(
                "broken-anchor",
                f"{address!r}: the page has nothing with the id {unquote(fragment)!r}",
                where,
                f"it has {near!r}" if near else "give the heading that id, or link to the page",
            )
        for file, led in self._refreshing.items():
            if file in self._linked:
                address, where = self._linked[file]
                yield _problem(address, Target(Outcome.REDIRECT, detail=led), where)
        yield from refresh_loops(self._refreshing, self.addresses)
        for file, where in self._alone.items():
            if file not in self._linked:
                yield Finding(
                    "orphan-page",
                    "no other page links to this one",
                    where,
                    "readers can't come across it: link to it, or leave it out",
                )
        for code, groups, what in (
            ("duplicate-title", self._titles, "the title"),
            ("duplicate-description", self._descriptions, "the description"),
        ):
            several = {key: places for key, places in groups.items() if len(places) > 1}
            languages = Counter(text for _, text in several)
            for (lang, text), places in several.items():
                among = f" in {lang}" if languages[text] > 1 else ""
                paths = sorted(each.page or "" for each in places)
                shown = text if len(text) <= 80 else f"{text[:79]}…"
                yield Finding(
                    code,
                    f"{len(places)} pages{among} have {what} {shown!r}",
                    min(places, key=lambda each: each.page or ""),
                    "tell each page's readers, and search engines, what only it has",
                    pages=tuple(paths),
                )

    # Inside.

    def _markup(self, markup: PageMarkup, at: Callable[[int], Where]) -> Iterator[Finding]:
        for offset, message in markup.problems if self.reads_markup else ():
            yield Finding("invalid-html", message, at(offset), "browsers have to guess here")
        for identity, offset in markup.twice:
            yield Finding(
                "duplicate-id",
                f"the id {identity!r} comes again",
                at(offset),
                "a link to it, a label or a script finds only the first one",
            )
        for address, offset in markup.bare_images:
            yield Finding(
                "image-without-alt",
                f"the image {_short(address)!r} has no alt",
                at(offset),
                'describe it, or write alt="" if it only decorates; `img` does so by itself',
            )

    def _head(self, markup: PageMarkup, where: Where, file: str) -> Iterator[Finding]:
        if not markup.has_html and markup.title is None:
            # A piece of HTML for something else to include.
            return
        if not markup.lang:
            yield Finding(
                "missing-lang",
                "<html> has no lang",
                where,
                'write <html lang="{{ page.language.code }}">: screen readers choose '
                "the voice by it",
            )
        if not markup.title:
            yield Finding("missing-title", "there is no <title>, or it is empty", where)
        if markup.is_hidden or _is_error_page(file) or self._is_elsewhere(markup, file, where):
            return
        if file != "index.html":
            self._alone[file] = where
        lang = markup.lang or ""
        if markup.title:
            self._titles[lang, markup.title].append(where)
        if markup.description:
            self._descriptions[lang, markup.description].append(where)
        elif file not in self.continued:
            yield Finding(
                "missing-description",
                "there is no description for search engines",
                where,
                'write <meta name="description" content="…">, from a field such as '
                "meta_description",
            )

    def _relative(self, markup: PageMarkup, at: Callable[[int], Where]) -> Iterator[Finding]:
        """Addresses of a page that hosts show wherever there is none."""
        for link in markup.links:
            if link.use is not Use.NAME and _RELATIVE.match(link.address):
                yield Finding(
                    "relative-link",
                    f"{_short(link.address)!r} leads elsewhere from every address at which hosts "
                    "show this page",
                    at(link.offset),
                    "begin the address with a /",
                )

    def _in_file(self, file: str, addresses: Iterable[FileAddress]) -> Iterator[Finding]:
        shown_as = self.place_of(file).file
        for address, line, use, stands_alone in addresses:
            where = Where(file=shown_as, line=line)
            if stands_alone and not _WHOLE.match(address):
                yield Finding(
                    "relative-link",
                    f"{_short(address)!r} in the text of a feed says no host",
                    where,
                    "who reads it elsewhere is led nowhere: write |absolute_urls behind the HTML",
                )
            target = self.addresses.target(address, f"/{file}")
            yield from self._link(address, use, target, file, lambda: where)  # noqa: B023

    def _is_elsewhere(self, markup: PageMarkup, file: str, where: Where) -> bool:
        """Whether a page says that another one is the original."""
        if markup.canonical is None:
            return False
        target = self.addresses.target(markup.canonical, where.page or path_of(file), markup.base)
        return target.file != file

    def _link(
        self, address: str, use: Use, target: Target, file: str, at: Callable[[], Where]
    ) -> Iterator[Finding]:
        outcome = target.outcome
        if self._is_mixed(address, use):
            yield Finding(
                "mixed-content",
                f"{_short(address)!r} is loaded by http",
                at(),
                "browsers refuse it on a page that came by https: write https://",
            )
        if outcome is Outcome.EXTERNAL:
            self._note_external(address, target.detail, use, file, at)
            return
        if outcome is Outcome.NO_PAGE or (outcome is Outcome.EMPTY and use is Use.NAME):
            return
        is_page = target.file is not None and target.file.endswith((".html", ".htm"))
        # What stands behind `:~:` is for the browser: a text to show.
        fragment = target.fragment.partition(":~:")[0]
        if is_page and target.file and not _is_free(fragment):
            self._anchors.append((target.file, fragment, address, at()))
        if outcome is not Outcome.FILE:
            yield self._explained(address, target, use, at())

    def _is_mixed(self, address: str, use: Use) -> bool:
        return use is Use.LOAD and self.loads_encrypted and address[:5].lower() == "http:"

    def _explained(self, address: str, target: Target, use: Use, where: Where) -> Finding:
        if target.outcome is not Outcome.NOTHING:
            return _problem(address, target, where, use)
        near = self.addresses.near(address)
        what = "leads nowhere" if use is Use.LINK else "is not there"
        return Finding(
            "broken-link",
            f"{_short(address)!r} {what}",
            where,
            f"did you mean {near!r}?" if near else "mend the link, or add what it leads to",
        )

    def _note_linked(
        self, target: Target, link: Link, file: str, at: Callable[[int], Where]
    ) -> None:
        to = target.file
        if to is not None and to != file and to not in self._linked and link.use is Use.LINK:
            self._linked[to] = link.address, at(link.offset)

    def _note_external(
        self, address: str, url: str, use: Use, file: str, at: Callable[[], Where]
    ) -> None:
        if use is Use.NAME and not address.lower().startswith("http"):
            return
        url = url.partition("#")[0]
        places = self.external.setdefault(url, [])
        if len(places) < PAGES_NAMED and self._external_in.get(url) != file:
            self._external_in[url] = file
            places.append(at())


def _is_error_page(file: str) -> bool:
    return file.rpartition("/")[2] == "404.html"


def _is_free(fragment: str) -> bool:
    return fragment.lower() in _ANY_PLACE or fragment.startswith(_OF_SCRIPTS)


def _problem(address: str, target: Target, where: Where, use: Use = Use.LINK) -> Finding:
    shown = _short(address)
    match target.outcome:
        case Outcome.OTHER_CASE:
            return Finding(
                "wrong-case",
                f"{shown!r} is {target.detail!r} in other letters",
                where,
                "it is found on macOS and Windows, and not on a server: write it as the file is",
            )
        case Outcome.NEEDS_HTML:
            return Finding(
                "link-needs-html",
                f"{shown!r} is the file {target.file!r}",
                where,
                f"some hosts add the .html by themselves, others do not: write /{target.file}",
            )
        case Outcome.REDIRECT:
            return Finding(
                "link-by-redirect",
                f"{shown!r} is a redirect to {target.detail!r}",
                where,
                "link to where it leads: readers wait for one request less",
            )
        case Outcome.OUTSIDE_BASE:
            hint = "write {{ site.url(…) }}, which puts it in front"
            return Finding("outside-base", f"{shown!r} lacks the path of base_url", where, hint)
        case Outcome.DEPENDS_ON_SLASH:
            return Finding(
                "relative-link",
                f"{shown!r} is right only with, or only without a slash at the page's end",
                where,
                "hosts differ in that: begin the address with a /",
            )
        case _ if use is Use.LOAD:
            return Finding(
                "empty-link",
                "an image, a script or a frame has no address",
                where,
                "leave it out where the field is empty: {% if image|is_filled %}",
            )
        case _:
            return Finding(
                "empty-link",
                "a link without an address leads to its own page",
                where,
                "leave the link out where the field is empty: {% if link|is_filled %}",
            )


def _short(address: str) -> str:
    return address if len(address) <= 120 else f"{address[:119]}…"
