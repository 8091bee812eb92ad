"""Findings in the routes: unknown types, order, resolvers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prismic_ssg.checks.content import named
from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.models import Models
from prismic_ssg.content.document import Document
from prismic_ssg.content.models import FieldModel, TypeModel
from prismic_ssg.content.routes import Route, shadowed
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import did_you_mean


@dataclass(frozen=True)
class RouteCheck:
    """The routes that a site is written with. `types` are those of the repository, by id; `place`
    says where a route is written."""

    routes: Sequence[Route]
    snapshot: Snapshot
    types: Mapping[str, str]
    master_language: str
    codes: Mapping[str, str]
    models: Models
    place: Callable[[Route], Where]

    def findings(self) -> Iterator[Finding]:
        known = {**self.types, **{each.type: "" for each in self.snapshot.documents}}
        for route in self.routes:
            if known and route.type not in known:
                yield Finding(
                    "route-unknown-type",
                    f"{shown(route)}: the repository has no type {route.type!r}",
                    self.place(route),
                    did_you_mean(route.type, known, f"it has {', '.join(sorted(known))}"),
                )
            for keyword, chain in route.resolvers.items():
                yield from self._resolver(route, keyword, chain)
        for general, specific in shadowed(self.routes):
            yield Finding(
                "route-order",
                f"{shown(general)} stands before {shown(specific)}, which wins here",
                self.place(specific),
                "put the specific route first: elsewhere the first one that fits wins",
            )
        yield from self._several()

    def _several(self) -> Iterator[Finding]:
        """Routes of one type and rank that fit the same documents: the first one gets them all."""
        takes: Counter[tuple[int, int]] = Counter()
        examples: dict[tuple[int, int], tuple[Document, str, str]] = {}
        given: Counter[int] = Counter()
        ranked: dict[str, list[int]] = defaultdict(list)
        for number, route in enumerate(self.routes):
            ranked[route.type].append(number)
        for document in sorted(self.snapshot.documents, key=lambda each: each.id):
            paths: dict[int, str] = {}
            for number in ranked.get(document.type, ()):
                path = self._path(self.routes[number], document)
                if path is not None:
                    paths[number] = path
            if not paths:
                continue
            best = min(paths, key=lambda number: (_rank(self.routes[number]), number))
            given[best] += 1
            for number, path in paths.items():
                same = _rank(self.routes[number]) == _rank(self.routes[best])
                if number != best and same and path != paths[best]:
                    takes[best, number] += 1
                    examples.setdefault((best, number), (document, paths[best], path))
        for (first, second), count in sorted(takes.items()):
            document, one, other = examples[first, second]
            if given[second]:
                yield Finding(
                    "route-ambiguous",
                    f"{shown(self.routes[first])} and {shown(self.routes[second])} both fit "
                    f"{count} document{'s' if count > 1 else ''}: {named(document)} is at {one!r}, "
                    f"and could be at {other!r}",
                    self.place(self.routes[second]),
                    "make one of them optional keywords, or for a uid or a lang",
                    occurrences=count,
                )
            else:
                yield Finding(
                    "route-shadowed",
                    f"{shown(self.routes[first])} takes every document that "
                    f"{shown(self.routes[second])} fits",
                    self.place(self.routes[second]),
                    "take the second one out, or put it first",
                )

    def _path(self, route: Route, document: Document) -> str | None:
        if route.uid is not None and route.uid != document.uid:
            return None
        if route.lang is not None and route.lang != document.lang:
            return None
        return route.path_for(document, self.snapshot.get, self.master_language, self.codes)

    def _resolver(self, route: Route, keyword: str, chain: str) -> Iterator[Finding]:
        type_: str | None = route.type
        for name in chain.split("."):
            if type_ is None:
                return
            model = self.models.types.get(type_)
            if model is not None:
                wrong, hint = _wrong_by_model(model, name)
                linked = _single(model.field(name))
            else:
                wrong, hint, linked = self._wrong_by_content(type_, name)
            if wrong:
                yield Finding(
                    "route-resolver",
                    f"{shown(route)}: {keyword!r} is by {chain!r}, and {wrong}",
                    self.place(route),
                    hint,
                )
                return
            type_ = linked

    def _wrong_by_content(self, type_: str, name: str) -> tuple[str, str | None, str | None]:
        """What documents tell where there is no model."""
        targets: set[str] = set()
        fields: set[str] = set()
        documents = 0
        for document in self.snapshot.documents:
            if document.type == type_:
                documents += 1
                fields |= document.fields.keys()
                value = document.field(name)
                if isinstance(value, dict) and value.get("link_type") == "Document":
                    targets |= {str(value["type"])} if value.get("type") else set()
                elif value is not None and not isinstance(value, dict):
                    return f"{name!r} of {type_!r} is no content relationship", _RELATIONSHIP, None
        targets.discard("broken_type")
        if documents and name not in fields:
            hint = did_you_mean(name, fields, "name a content relationship of the type")
            return f"no document of {type_!r} has a field {name!r}", hint, None
        if len(targets) > 1:
            many = ", ".join(sorted(targets))
            return f"{name!r} of {type_!r} links to several types: {many}", _RELATIONSHIP, None
        return "", None, next(iter(targets), None)


_RELATIONSHIP = "Prismic takes a content relationship that is limited to one custom type"


def _wrong_by_model(model: TypeModel, name: str) -> tuple[str, str | None]:
    found = model.field(name)
    if found is None:
        known = [each.id for each in model.fields]
        return (
            f"the model of {model.id!r} has no field {name!r}",
            did_you_mean(name, known, _RELATIONSHIP),
        )
    if not found.is_relationship:
        return f"{name!r} of {model.id!r} is no content relationship", _RELATIONSHIP
    if len(found.linked_types) != 1:
        allowed = ", ".join(found.linked_types) or "any type"
        return f"{name!r} of {model.id!r} may link to {allowed}", _RELATIONSHIP
    return "", None


def _single(found: FieldModel | None) -> str | None:
    return found.linked_types[0] if found is not None and found.linked_types else None


def _rank(route: Route) -> tuple[bool, bool]:
    return route.uid is None, route.lang is None


def shown(route: Route) -> str:
    """A route as it is written: `Route('page', '/:uid', lang='fr-fr')`."""
    more = "".join(
        f", {name}={value!r}"
        for name, value in (("uid", route.uid), ("lang", route.lang))
        if value is not None
    )
    return f"Route({route.type!r}, {route.path!r}{more})"


def written_at(route: Route, written: Mapping[str, str]) -> Where:
    """Where a route is written: the first line that has its path, and its type on it or near it."""
    for file, text in written.items():
        lines = text.split("\n")
        for number, line in enumerate(lines, start=1):
            near = "\n".join(lines[max(0, number - 3) : number + 2])
            quoted = any(f"{quote}{route.path}{quote}" in line for quote in "\"'")
            if quoted and route.type in near:
                return Where(file=file, line=number)
    return Where(file=next(iter(written), None))
