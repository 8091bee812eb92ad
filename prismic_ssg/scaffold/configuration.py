"""The `prismicio.py` of a new site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prismic_ssg.content.models import FieldModel
from prismic_ssg.scaffold.python_text import python_text
from prismic_ssg.scaffold.sketches import TypeSketch

_WIDTH = 88


@dataclass(frozen=True)
class Beginning:
    """What a new `prismicio.py` says. `repository` is None where `prismic.config.json` names it,
    `has_routes` whether that file has routes, too."""

    repository: str | None
    types: tuple[TypeSketch, ...]
    languages: tuple[str, ...]
    has_routes: bool = False

    @property
    def pages(self) -> tuple[TypeSketch, ...]:
        """The types whose documents have pages, the home page's first, the most general last."""

        def place(each: TypeSketch) -> tuple[int, str]:
            return (0 if each.id == "homepage" else 2 if each.id == "page" else 1, each.id)

        return tuple(sorted((each for each in self.types if each.is_page), key=place))

    @property
    def parts(self) -> tuple[TypeSketch, ...]:
        return tuple(each for each in self.types if not each.is_page)


def configuration(site: Beginning) -> str:
    """The text of `prismicio.py`."""
    listings = () if site.has_routes else _listings(site)
    names = ["Site"]
    if not site.has_routes and site.pages:
        names.insert(0, "Route")
    if listings:
        names = ["Listing", *names, "filter"]
    lines = [
        '"""This site: where its content is, and which page is at which address.',
        "",
        "    prismic-ssg build           writes it to dist/",
        "    prismic-ssg serve --watch   shows it, and again after every change",
        "",
        "`prismic-ssg --help` says what else there is.",
        '"""',
        "",
        f"from prismic_ssg import {', '.join(names)}",
        "",
        "site = Site(",
        *_repository(site),
        "    # Where the site will be, for sitemap.xml and all that names whole addresses.",
        '    base_url="https://example.org",',
        *_routes(site),
    ]
    if listings:
        lines += ["    # Pages that no document stands for: lists of documents.", "    listings=["]
        lines += [line for each in listings for line in each]
        lines += ["    ],"]
    return "\n".join([*lines, ")", ""])


def _repository(site: Beginning) -> list[str]:
    if site.repository is None:
        return ["    # The repository is the one that prismic.config.json names."]
    return [
        "    # A repository's name, its endpoint's URL, or a folder with a local repository.",
        f"    repository={python_text(site.repository)},",
    ]


def _routes(site: Beginning) -> list[str]:
    if site.has_routes:
        return ["    # Routes are those of prismic.config.json."]
    lines = []
    if len(site.languages) > 1:
        lines += _wrapped(f"`:lang?` is left out in the first language, {site.languages[0]}.")
    lines.append("    # More specific routes come first.")
    parts = ", ".join(each.id for each in site.parts)
    lines += _wrapped(f"Without pages of their own: {parts}.") if parts else []
    lines += ["    routes=["]
    for each in site.pages:
        lines += _route(each, site)
    return [*lines, "    ],"] if site.pages else ["    routes=[],"]


def _route(each: TypeSketch, site: Beginning) -> list[str]:
    """The routes of a type: for a page that is the home page, one of its own before that of all."""
    lang = "/:lang?" if len(site.languages) > 1 else ""

    def route(path: str, *more: str) -> list[str]:
        return _call("Route", [python_text(each.id), python_text(lang + path or "/"), *more])

    if not each.is_repeatable and not each.has_uid:
        return route(_folder(each, "homepage"))
    lines = []
    has_homepage = any(other.id == "homepage" for other in site.pages)
    home = next((uid for uid in ("home", "homepage", "index") if uid in each.uids), None)
    if each.id == "page" and home is not None and not has_homepage:
        lines = route("", f"uid={python_text(home)}")
    folder = _folder(each, "page")
    if any(own.id == "parent" and own.linked_types == (each.id,) for own in each.relationships):
        return [*lines, *route(f"{folder}/:parent?/:uid", 'resolvers={"parent": "parent"}')]
    return [*lines, *route(f"{folder}/:uid")]


def _folder(each: TypeSketch, top: str) -> str:
    return "" if each.id == top else "/" + each.id.replace("_", "-")


def _listings(site: Beginning) -> list[list[str]]:
    """A list of each type whose documents have a folder to themselves."""
    lang = "/:lang?" if len(site.languages) > 1 else ""
    taken = {uid for each in site.pages if each.id == "page" for uid in each.uids}
    taken |= {_folder(each, "")[1:] for each in site.pages if not each.is_repeatable}
    listings = []
    for each in site.pages:
        folder = _folder(each, "page")
        if not each.is_repeatable or not folder or folder[1:] in taken:
            continue
        date = _date(each)
        order = f"my.{each.id}.{date.id}" if date else "document.first_publication_date"
        listings.append(
            _call(
                "Listing",
                [
                    python_text(f"{lang}{folder}/"),
                    'template="listing.html"',
                    f'filters=[filter.at("document.type", {python_text(each.id)})]',
                    f"orderings={python_text(order + ' desc')}",
                ],
            )
        )
    return listings


def _date(each: TypeSketch) -> FieldModel | None:
    """The field that says when a document is from, where most documents have one."""

    def place(field: FieldModel) -> tuple[bool, bool, bool]:
        name = field.id.lower()
        is_of_changes = any(word in name for word in ("update", "modif", "change", "expir", "end"))
        return (is_of_changes, "publi" not in name, field.type == "Timestamp")

    dates = [own for own in each.askable_fields if own.type in ("Date", "Timestamp")]
    usual = [own for own in dates if own.id not in each.rare_fields]
    return min(usual, key=place, default=None)


def _call(name: str, arguments: Sequence[str]) -> list[str]:
    """A call as an entry of a list, in one line where it fits, as formatters lay it out."""
    indent = " " * 8
    line = f"{indent}{name}({', '.join(arguments)}),"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{indent}{name}(", *(f"{indent}    {each}," for each in arguments), f"{indent}),"]


def _wrapped(text: str) -> list[str]:
    """A comment, in as many lines as it needs. Line breaks in the text are blanks."""
    lines = ["    #"]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append("    #")
        lines[-1] += f" {word}"
    return lines
