"""Which facts have another answer in the new world than in the old one.

Nothing here asks when something changed: every rule compares two answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from prismic_ssg.content.changes import Change
from prismic_ssg.content.document import Document
from prismic_ssg.content.query import PlaceInAnswer, Query
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.facts import TODAY, Fact, differing, digest_of_answer, ids_of_answer
from prismic_ssg.engine.past import Past
from prismic_ssg.engine.world import World, answer_of

T = TypeVar("T")

# Asking one document one query takes about 5 µs, running a query over 10,000 about 1 ms: from so
# many questions on, running every query once is the cheaper way to the same answers.
_QUESTIONS_PER_RUN = 200

# Asking so many documents whether they are in an answer takes as long as to answer.
_MANY_RIVALS = 50


class Changed(msgspec.Struct, frozen=True):
    """`facts` that have another answer now; `answers`, those of them that are kept, anew."""

    facts: frozenset[Fact]
    answers: Mapping[Fact, bytes]


def changed(past: Past, world: World, changes: Sequence[Change]) -> Changed:
    """The facts of which the answer differs between the past and a world.

    `changes` are all documents that differ between the two. Of facts that no page has read some may
    be missing.
    """
    facts: set[Fact] = set()
    for change in changes:
        facts.update(differing(change.old, change.new))
    for id_ in () if past.urls is None else _unequal(past.urls, world.urls):
        facts.add(("url", id_))
        facts.add(("link", id_))
    facts.update(("template", name) for name in _unequal(past.templates, world.template_digests))
    facts.update(("asset", name) for name in _unequal(past.assets, world.assets))
    facts.update(("page", path) for path in past.pages.keys() ^ world.pages.pages.keys())
    if past.today != world.today.isoformat():
        facts.add(TODAY)
    answers = dict(_answers(past, world, changes))
    return Changed(frozenset(facts | answers.keys()), answers)


def _unequal(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[str]:
    """The names that the two mappings give something else for, or that only one of them has."""
    if old == new:
        return
    for name in {**old, **new}:
        if old.get(name) != new.get(name) or (name in old) != (name in new):
            yield name


def _answers(past: Past, world: World, changes: Sequence[Change]) -> Iterator[tuple[Fact, bytes]]:
    """The kept answers that are others now."""
    queries = [fact for fact in past.answers if fact[0] == "query"]
    uids = {
        (each.type, each.uid or "")
        for change in changes
        for each in (change.old, change.new)
        if each is not None
    }
    others = [
        fact
        for fact in past.answers
        if fact[0] != "query" and (fact[0] != "uid" or fact[1:3] in uids)
    ]
    for fact in (*_touched(queries, changes, world.snapshot, past.answers), *others):
        answer = digest_of_answer(answer_of(world, fact))
        if answer != past.answers[fact]:
            yield fact, answer


def _touched(
    queries: Sequence[Fact],
    changes: Sequence[Change],
    snapshot: Snapshot,
    answers: Mapping[Fact, bytes],
) -> Iterable[Fact]:
    """The queries whose answer may have changed.

    An answer is a list of ids: it changes only if some changed document enters it, leaves it, or
    moves within it.
    """
    if not changes:
        return ()
    if len(changes) > _QUESTIONS_PER_RUN:
        return queries
    return [
        fact
        for fact in queries
        if is_touched(Query.from_text(fact[1]), changes, snapshot, ids_of_answer(answers[fact]))
    ]


def is_touched(
    query: Query,
    changes: Sequence[Change],
    snapshot: Snapshot,
    ids: Sequence[str] | None = None,
    *,
    tied: Collection[str] | None = None,
) -> bool:
    """Whether a query's answer may be another one after these changes, `snapshot` being the content
    after them. If known: `ids` are the answer before, `tied` the places by its orderings that more
    than one document has, as texts."""
    if query.needs_index:
        return True
    return any(_may_move(query, change, snapshot, ids, tied) for change in changes)


def _may_move(
    query: Query,
    change: Change,
    snapshot: Snapshot,
    ids: Sequence[str] | None,
    tied: Collection[str] | None,
) -> bool:
    """Whether a document enters the answer, leaves it, or moves, as far as it is up to this one."""
    before, after = _place(query, change.old), _place(query, change.new)
    if before == after:
        return False
    if before is None or after is None or change.new is None or not query.orderings:
        return True
    if before.ordered_by != after.ordered_by:
        return True
    # Every publish is a new date, by which documents are ordered that nothing else tells apart. It
    # moves this one only among those: if one of them changed too, that one is asked as well.
    if tied is not None:
        return text_of_place(after.ordered_by) in tied
    if ids is not None and not query.after:
        return _is_beside_rivals(query, change.new, after, ids, snapshot)
    rivals = snapshot.level_with(query.orderings, change.new)
    return len(rivals) > _MANY_RIVALS or any(map(query.matches, rivals))


def text_of_place(ordered_by: Iterable[Any]) -> str:
    """What documents are ordered by, as one text for what is equal: 5 and 5.0 are."""
    return repr([(0, float(each[1])) if each and each[0] == 0 else each for each in ordered_by])


def _is_beside_rivals(
    query: Query, document: Document, place: PlaceInAnswer, ids: Sequence[str], snapshot: Snapshot
) -> bool:
    """Whether the piece of an answer with these ids may have documents that the query's orderings
    do not tell from this one. Those are all in one place, this one among them: they are beside it
    there, or at the end of the piece that is next to it."""
    if document.id in ids:
        at = ids.index(document.id)
        if (at == 0 and query.offset) or (at == len(ids) - 1 and query.limit == len(ids)):
            # Beside it is one that is not in this piece.
            return True
        beside = [*ids[max(at - 1, 0) : at], *ids[at + 1 : at + 2]]
    else:
        beside = [*ids[:1], *ids[-1:]]
    for id_ in beside:
        rival = snapshot.get(id_)
        if rival is None or query.place(rival).ordered_by == place.ordered_by:
            return True
    return False


def _place(query: Query, document: Document | None) -> PlaceInAnswer | None:
    """Where a document is in a query's answer; None for one that is not in it."""
    if document is None or not query.matches(document):
        return None
    return query.place(document)
