"""The output of a build, read file by file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from prismic_ssg.checks.addresses import Place, SiteAddresses
from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.pages import OutputCheck
from prismic_ssg.checks.redirect_rules import redirect_findings
from prismic_ssg.checks.redirects import Redirects
from prismic_ssg.store.built_site import BuiltSite

Progress = Callable[[str, int, int], None]

_REDIRECTS = "_redirects"
_PAGES = (".html", ".htm")
_OTHERS = (".css", ".xml", ".svg", ".json")


class OutputReading:
    """One output. `shown_as` is how messages name its folder, `pages` what each file is.

    With `reads_markup` False, somebody else looks at the HTML itself.
    """

    def __init__(
        self,
        site: BuiltSite,
        place: Place,
        pages: Mapping[str, Where],
        *,
        shown_as: str,
        continued: frozenset[str],
        reads_markup: bool,
    ) -> None:
        self._site = site
        self._pages = pages
        self._shown_as = shown_as
        rules = Redirects.parse(site.text(_REDIRECTS) if _REDIRECTS in site.names else "")
        self._redirects = rules.below(place.base_path)
        self._addresses = SiteAddresses(site.names, place, self._redirects)
        self.check = OutputCheck(
            self._addresses,
            self._place_of,
            loads_encrypted=not place.origin.startswith("http:"),
            continued=continued,
            reads_markup=reads_markup,
        )

    def findings(self, on_progress: Progress | None) -> Iterator[Finding]:
        """What is wrong with pages, stylesheets, feeds, site maps, drawings and redirects."""
        names = [each for each in self._site.names if each.endswith((*_PAGES, *_OTHERS))]
        check = self.check
        readers = {"css": check.stylesheet, "json": check.json, "xml": check.xml, "svg": check.xml}
        for number, name in enumerate(names, start=1):
            read = readers.get(name.rpartition(".")[2], check.page)
            yield from read(name, self._site.text(name))
            if on_progress is not None and (number % 100 == 0 or number == len(names)):
                on_progress("checked", number, len(names))
        yield from self.check.rest()
        yield from redirect_findings(
            self._redirects,
            self._addresses,
            f"{self._shown_as}/{_REDIRECTS}",
            self.check.refreshing,
        )

    def texts(self) -> Iterator[tuple[Where, str]]:
        """Every page with its text."""
        for name in self._site.names:
            if name.endswith(_PAGES):
                yield self._place_of(name), self._site.text(name)

    def _place_of(self, name: str) -> Where:
        return replace(self._pages.get(name, Where()), file=f"{self._shown_as}/{name}")
