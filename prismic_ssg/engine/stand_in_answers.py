"""Answers to queries, also where documents stand in for translations.

A stand-in has the links of its original, but they lead to translations. So a query that names a
translation is asked twice: as it is, and by what that is the translation of. The first answer tells
which other documents are found, the second which stand-ins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from prismic_ssg.content.document import DocumentId
from prismic_ssg.content.field_paths import parse_path
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import PathKind
from prismic_ssg.content.query import Query
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.content.stand_ins import FilledSnapshot, StandIn
from prismic_ssg.engine.facts import Fact

_BY_LINK = frozenset({"at", "any", "not"})

Select = Callable[[Query], tuple[DocumentId, ...]]
"""The ids that a snapshot itself gives for a query."""


def answer(
    query: Query, snapshot: Snapshot, select: Select | None = None
) -> tuple[DocumentId, ...]:
    """The ids that a query gives, whoever asks: a template, a hook, a listing.

    `select` is asked in place of the snapshot: for that, and for `translation_facts`, what is given
    depends on.
    """
    asked = select or _ids_in(snapshot)
    if not isinstance(snapshot, FilledSnapshot):
        return asked(query)
    query = snapshot.naming_originals(query)
    parts = _asked_of_stand_ins(query, snapshot) if query.lang in snapshot.filled else None
    if parts is None:
        return asked(query)
    return _put_together([asked(each) for each in parts], query, snapshot)


def _ids_in(snapshot: Snapshot) -> Select:
    return lambda query: tuple(document.id for document in snapshot.select(query))


class Asked(NamedTuple):
    """The whole answers that make up one: `every` has all that the others have, in order."""

    every: Query
    as_it_is: Query
    of_stand_ins: Query


def _asked_of_stand_ins(query: Query, snapshot: FilledSnapshot) -> Asked | None:
    """What a query comes down to; None where stand-ins are asked the same as others."""
    by_filter = [(each, _for_stand_ins(each, query.lang, snapshot)) for each in query.filters]
    if all(others == (each,) for each, others in by_filter):
        return None
    whole = replace(query, limit=None, offset=0)
    of_stand_ins = tuple(other for _, others in by_filter for other in others)
    if not any(each.name == "not" for each, others in by_filter if len(others) > 1):
        # Those find more, and nothing less.
        every = of_stand_ins
    else:
        every = tuple(each for each, others in by_filter if others == (each,))
    return Asked(replace(whole, filters=every), whole, replace(whole, filters=of_stand_ins))


def _put_together(
    answers: Sequence[Iterable[DocumentId]], query: Query, snapshot: FilledSnapshot
) -> tuple[DocumentId, ...]:
    """A query's answer, from those to what it comes down to, in their order."""
    every, as_it_is, of_stand_ins = answers
    others, stand_ins = frozenset(as_it_is), frozenset(of_stand_ins)
    ids = [
        id_
        for id_ in every
        if id_ in (stand_ins if isinstance(snapshot.get(id_), StandIn) else others)
    ]
    end = None if query.limit is None else query.offset + query.limit
    return tuple(ids[query.offset : end])


def translation_facts(query: Query, snapshot: Snapshot) -> Iterator[Fact]:
    """What decides what a query comes down to."""
    if not isinstance(snapshot, FilledSnapshot) or query.lang not in snapshot.filled:
        return
    for filter_ in snapshot.naming_originals(query).filters:
        for id_ in _named(filter_):
            yield ("exists", id_)
            document = snapshot.get(id_)
            if document is not None:
                yield ("field", id_, "alternate_languages")
                for each in document.envelope.alternate_languages:
                    yield ("version", each.id, query.lang)


def _for_stand_ins(filter_: Filter, lang: str, snapshot: FilledSnapshot) -> tuple[Filter, ...]:
    named = tuple(_named(filter_))
    more = tuple(original for id_ in named for original in _translated_by(id_, lang, snapshot))
    if not more:
        return (filter_,)
    if filter_.name == "not":
        return (filter_, *(Filter("not", filter_.path, (each,)) for each in more))
    return (Filter("any", filter_.path, ((*_wanted(filter_), *more),)),)


def _translated_by(id_: str, lang: str, snapshot: FilledSnapshot) -> Iterator[DocumentId]:
    """The documents that lead to this one in its locale: those that it is a translation of."""
    document = snapshot.get(id_)
    if document is not None and document.lang == lang and not isinstance(document, StandIn):
        for each in document.envelope.alternate_languages:
            if snapshot.version(each.id, lang) == id_:
                yield DocumentId(each.id)


def _named(filter_: Filter) -> Iterator[str]:
    """What may be ids of documents among what fields are asked for."""
    if filter_.name in _BY_LINK and parse_path(filter_.path or "").kind is PathKind.FIELD:
        yield from (each for each in _wanted(filter_) if isinstance(each, str))


def _wanted(filter_: Filter) -> tuple[object, ...]:
    (given,) = filter_.args
    return given if isinstance(given, tuple) else (given,)
