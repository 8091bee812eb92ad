"""What a page read when it was last rendered, and why it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from prismic_ssg.building.engine_key import engine_key
from prismic_ssg.building.page_notes import decode_uses
from prismic_ssg.building.standing import state_file
from prismic_ssg.content.document import Document
from prismic_ssg.engine.facts import ENVELOPE_FACTS, TODAY, Fact, in_words, key_of, unpacked
from prismic_ssg.engine.page import document_origin
from prismic_ssg.engine.world import World
from prismic_ssg.errors import ConfigurationError, did_you_mean
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.sources import Sources
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import load
from prismic_ssg.store.state import BuildState, PageRow, Remembered
from prismic_ssg.worlds import make_world


@dataclass(frozen=True)
class Explanation:
    """A page as the last build left it. `reads` says what it is made from, a line for each
    document; they are `facts` together, of which `gone` are about what is no longer there."""

    path: str
    file: str
    why: str
    reads: tuple[str, ...]
    facts: int
    gone: int
    images: tuple[str, ...]


def explain(
    project: Path,
    path: str,
    environment: Mapping[str, str],
    *,
    output: Path | None = None,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
) -> Explanation:
    """What is known of a page of the site as it was last built.

    Raises ConfigurationError where the site was not built yet, or has no such page.
    """
    loaded = load(project)
    site, cache = loaded.site, project / CACHE
    target = output if output is not None else project / site.output
    with BuildState(state_file(cache, project, target)) as state:
        remembered = state.remembered()
        if remembered is None:
            raise ConfigurationError(
                f"nothing is known of a build into {str(target)!r}", hint="build the site first"
            )
        row = _row(remembered, path, site.base_path)
        why = state.why(row.path)
    origin = Origin.of(site, project, repository, environment)
    wanted = Wanted(ref, release, offline=origin.local is None)
    pulled = origin.pull(site, wanted, environment, cache)
    key = engine_key(loaded, site, pulled.repository, origin.hosted_as)
    world, _, _ = make_world(
        site,
        pulled,
        Sources.read(project, site),
        origin,
        date.fromisoformat(remembered.world["today"]),
        key,
    )
    reads = {*unpacked(row.reads)}
    found = {fact for fact in _facts(world, remembered) if key_of(fact) in reads}

    def named(id_: str) -> str:
        document = world.snapshot.get(id_)
        return repr(id_) if document is None else document_origin(document)

    return Explanation(
        row.path,
        row.file,
        why,
        tuple(_lines(found, named)),
        len(reads),
        len(reads - {key_of(fact) for fact in found}),
        tuple(url for url, _ in decode_uses(row.uses).images),
    )


def _row(remembered: Remembered, path: str, base_path: str) -> PageRow:
    """The page at a path, which may also be as a browser shows it: encoded, with a host."""
    pages = remembered.pages
    scheme, has_host, rest = path.partition("#")[0].partition("?")[0].partition("://")
    bare = unquote(f"/{rest.partition('/')[2]}" if has_host else scheme)
    if has_host:
        bare = bare.removeprefix(unquote(base_path))
    for place in (path, bare, bare.removesuffix("index.html")):
        for spelling in (place, f"{place}/", place.rstrip("/"), f"/{place}", f"/{place}/"):
            if spelling in pages:
                return pages[spelling]
    raise ConfigurationError(
        f"the site has no page {path!r}",
        hint=did_you_mean(path, pages, f"it has {len(pages):,} pages, such as {min(pages)!r}"),
    )


_OF_A_DOCUMENT = ("field", "exists", "url", "link")
_OTHER_KINDS = (
    "template",
    "asset",
    "query",
    "uid",
    "navigation",
    "crumb",
    "markdown",
    "version",
    "page",
    "today",
)


def _lines(facts: set[Fact], named: Callable[[str], str]) -> Iterator[str]:
    """Facts in words, those about one document in one line."""
    others = [fact for fact in facts if fact[0] not in _OF_A_DOCUMENT]
    for fact in sorted(others, key=lambda fact: (_OTHER_KINDS.index(fact[0]), fact)):
        yield in_words(fact)
    documents: dict[str, list[str]] = {}
    for fact in sorted(facts.difference(others), key=lambda fact: (fact[2:], fact[0])):
        documents.setdefault(fact[1], []).append(_of_document(fact))
    for id_ in sorted(documents):
        yield f"{named(id_)}: {', '.join(documents[id_])}"


def _of_document(fact: Fact) -> str:
    """What is read of a document, without its name."""
    match fact:
        case ("field", _, name):
            return "all names of fields" if name == "names" else name
        case ("link", _):
            return "what links to it show"
        case ("url", _):
            return "its URL"
        case _:
            return "whether it is there"


def _facts(world: World, remembered: Remembered) -> Iterator[Fact]:
    """Every fact that a page could have read: only their keys are kept, so the texts are looked for
    among all there are."""
    yield TODAY
    yield from remembered.answers
    for name in {**remembered.world["templates"], **world.template_digests}:
        yield ("template", name)
    for name in _wished_templates(world):
        yield ("template", name)
    for name in {**remembered.world["assets"], **world.assets}:
        yield ("asset", name)
    for path in {**remembered.pages, **world.pages.pages}:
        yield ("page", path)
    names: dict[str, set[str]] = {}
    for document in world.snapshot.documents:
        names.setdefault(document.type, set()).update(document.fields)
    for document in world.snapshot.documents:
        # One that lacks a field which its like have was asked for it too.
        yield from _facts_about(document, names[document.type])


def _wished_templates(world: World) -> Iterator[str]:
    """Templates that a page looks for before it takes another."""
    for page in world.pages.pages.values():
        yield from page.templates


def _facts_about(document: Document, fields: set[str]) -> Iterator[Fact]:
    for kind in ("exists", "url", "link"):
        yield (kind, document.id)
    for name in ENVELOPE_FACTS:
        yield ("field", document.id, name)
    for name in fields:
        yield ("field", document.id, f"data.{name}")
