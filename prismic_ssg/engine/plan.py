"""What a build has to render and why: a pure function of what was built and what there is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

import msgspec

from prismic_ssg.content.changes import Change
from prismic_ssg.engine.changed import changed
from prismic_ssg.engine.facts import Fact, ids_of_answer, key_of, readers
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.past import Past
from prismic_ssg.engine.world import World

_encode = msgspec.json.Encoder().encode


class Why(msgspec.Struct, frozen=True):
    """Why a page is rendered: `fact` changed, where it is one; else what `reason` says."""

    reason: str
    fact: Fact | None = None


FIRST = Why("nothing is known of an earlier build")
ENGINE = Why("prismic-ssg, the configuration or the site's own code changed")
NEW = Why("it is new")
DEFINITION = Why("what it is changed: its template, its place or what it lists")
UNKNOWN = Why("its file in the output is missing, was changed, or was left by a build cut short")


class Plan(msgspec.Struct, frozen=True):
    """The pages to render, each with the reason, and the paths of those that are no more.

    Both are sorted by path. `answers` are those of the past that still count, brought up to date;
    `changed` are the keys of facts that have another answer now.
    """

    render: Mapping[str, Why]
    remove: tuple[str, ...] = ()
    answers: Mapping[Fact, bytes] = {}
    changed: frozenset[int] = frozenset()

    @property
    def answered(self) -> dict[str, tuple[str, ...]]:
        """The ids that queries give, by their texts, as far as `answers` have them."""
        answers = ((fact, ids_of_answer(answer)) for fact, answer in self.answers.items())
        return {fact[1]: ids for fact, ids in answers if fact[0] == "query" and ids is not None}


def definition_of(page: Page, world: World) -> bytes:
    """8 bytes that are equal where two pages are the same but for what their templates read."""
    source = world.markdown[page.markdown].digest if page.markdown is not None else None
    parts = (page.file, page.lang, page.templates, page.document_id, source)
    # Those of a document are read as facts; listings and searches are told theirs.
    more = (page.listing, page.alternates) if page.listing or page.alternates else ()
    extra = () if page.extra is None else (page.extra, page.in_sitemap)
    return blake2b(_encode((*parts, *more, *extra)), digest_size=8).digest()


def plan(
    past: Past | None, world: World, changes: Sequence[Change], *, has_same_pages: bool = False
) -> Plan:
    """Which pages of a world have to be rendered, given the past and the documents that changed.

    `changes` are all documents that differ from those of the past; they do not matter where there
    is none, or where its engine key is another. `has_same_pages` says that the page table is that
    of the past: then every page is what it was but for the text of Markdown files.
    """
    pages = world.pages.pages
    if past is None or past.engine_key != world.engine_key:
        everything = dict.fromkeys(sorted(pages), FIRST if past is None else ENGINE)
        gone = past.pages.keys() - pages.keys() if past else ()
        return Plan(everything, tuple(sorted(gone)))
    found = changed(past, world, changes)
    facts = {key_of(fact): fact for fact in sorted(found.facts)}
    render = _stale(past, facts)
    for page in _in_question(past, pages) if has_same_pages else pages.values():
        why = _reason(page, past, world, is_same=has_same_pages and page.markdown is None)
        if why is not None:
            render[page.path] = why
    there = [pages[path].path for path in sorted(render) if path in pages]
    return Plan(
        # By the texts that pages have, not by equal ones that were read with rows.
        {path: render[path] for path in there},
        tuple(sorted(past.pages.keys() - pages.keys())),
        {**past.answers, **found.answers},
        frozenset(facts),
    )


def _in_question(past: Past, pages: Mapping[str, Page]) -> Iterator[Page]:
    """Of pages that are those of the past, which may have to be rendered whatever they read."""
    built = past.pages
    for path, page in pages.items():
        if page.markdown is not None or path not in built:
            yield page
    for path, each in built.items():
        if not each.is_known and path in pages:
            yield pages[path]


def _reason(page: Page, past: Past, world: World, *, is_same: bool) -> Why | None:
    """Why a page must be rendered whatever it has read. `is_same` says that it is what it was."""
    built = past.pages.get(page.path)
    if built is None:
        return NEW
    if not built.is_known:
        return UNKNOWN
    if is_same:
        return None
    return DEFINITION if built.definition != definition_of(page, world) else None


def _stale(past: Past, facts: Mapping[int, Fact]) -> dict[str, Why]:
    """The pages that have read something that changed: one of these facts, by their keys."""
    if not facts:
        return {}
    reads = {path: built.reads for path, built in past.pages.items()}
    whys = {key: Why("changed", fact) for key, fact in facts.items()}
    return {path: whys[key] for path, key in readers(reads, facts.keys())}
