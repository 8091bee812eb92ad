"""Between what a build knows and what is stored of it for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prismic_ssg.building.page_work import PageDone
from prismic_ssg.building.run import BuildRun
from prismic_ssg.engine import facts
from prismic_ssg.engine.facts import Fact, key_of, unpacked
from prismic_ssg.engine.page import Page, document_origin
from prismic_ssg.engine.past import Past
from prismic_ssg.engine.plan import Plan, Why
from prismic_ssg.engine.world import World
from prismic_ssg.store.state import PageRow, Remembered


def past_of(
    remembered: Remembered,
    pages: Mapping[str, PageRow],
    urls: Mapping[str, str | None] | None,
) -> Past:
    """What was built, with `pages` as they are now known to stand in the output, and its `urls`,
    None where they are the same now."""
    world = remembered.world
    return Past(
        engine_key=world["engine_key"],
        templates=world["templates"],
        assets=world["assets"],
        urls=urls,
        today=world["today"],
        answers=remembered.answers,
        pages=pages,
    )


def world_members(world: World) -> dict[str, Any]:
    """A world as it is kept for `past_of`."""
    return {
        "engine_key": world.engine_key,
        "templates": dict(world.template_digests),
        "assets": dict(world.assets),
        "today": world.today.isoformat(),
    }


def row_of(page: Page, done: PageDone, why: str) -> PageRow:
    """What is kept of a page that was rendered."""
    staged = done.staged
    return PageRow(
        page.path,
        page.file,
        done.definition,
        staged.digest,
        staged.size,
        staged.mtime_ns,
        done.reads,
        done.uses,
        done.notes,
        why,
    )


def still_read(answers: dict[Fact, bytes], run: BuildRun, rows: list[PageRow]) -> dict[Fact, bytes]:
    """The answers that some page reads: a query that no template asks any more is forgotten."""
    # What was asked just now was asked by a page; of a first build that is all.
    older = answers.keys() - run.answers.keys()
    if not older or answers.keys() == run.plan.answers.keys():
        return answers
    read: set[int] = set()
    for row in (*rows, *run.kept.values()):
        read.update(unpacked(row.reads))
    return {
        fact: digest
        for fact, digest in answers.items()
        if fact not in older or key_of(fact) in read
    }


def in_words(planned: Plan, world: World) -> dict[str, str]:
    """Why each page is rendered, as people read it."""

    def name_of(id_: str) -> str:
        document = world.snapshot.get(id_)
        return f"document {id_!r}" if document is None else document_origin(document)

    texts: dict[Why, str] = {}
    for why in planned.render.values():
        if why not in texts:
            what = "" if why.fact is None else f"{facts.in_words(why.fact, name_of)} "
            texts[why] = what + why.reason
    return {path: texts[why] for path, why in planned.render.items()}
