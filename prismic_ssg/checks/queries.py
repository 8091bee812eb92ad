"""Types and fields that queries ask for in vain.

The repository does not have them: the query finds nothing, or sorts by nothing, and nothing else
would tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prismic_ssg.checks.field_reads import Mention
from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.models import Models
from prismic_ssg.content.field_paths import PATH, parse_path
from prismic_ssg.content.operators import PathKind
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import did_you_mean
from prismic_ssg.listing import Listing


def query_findings(
    mentions: Iterable[Mention], snapshot: Snapshot, types: Mapping[str, str], models: Models
) -> Iterator[Finding]:
    """Each is a type, or a path such as `my.blog_post.date`. `types` are the repository's, by id;
    fields are told of types that have a model."""
    known = {*types, *models.types, *(each.type for each in snapshot.documents)}
    for each in mentions:
        path = parse_path(each.name) if PATH.fullmatch(each.name) else None
        type_ = each.name if path is None else path.type
        where = Where(file=each.file, line=each.line)
        if type_ is None or not known:
            continue
        if type_ not in known:
            yield Finding(
                "unknown-type",
                f"a query asks for the type {type_!r}, which the repository does not have",
                where,
                did_you_mean(type_, known, f"it has {', '.join(sorted(known))}"),
            )
        elif path is not None and path.kind is PathKind.FIELD and type_ in models.types:
            model, name = models.types[type_], path.names[0]
            is_there = any(name in one.fields for one in snapshot.documents if one.type == type_)
            if not is_there and model.field(*path.names) is None:
                fields = [one.id for one in model.fields]
                yield Finding(
                    "unknown-field",
                    f"a query names {each.name!r}, and no model has that field",
                    where,
                    did_you_mean(name, fields, f"{type_!r} has {', '.join(sorted(fields))}"),
                )


def asked_by_listings(listings: Iterable[Listing], written: Mapping[str, str]) -> Iterator[Mention]:
    """What the queries of listings name, and where in the configuration: file → text."""
    for listing in listings:
        for name in listing.asks_for:
            yield _place(name, written)


def _place(name: str, written: Mapping[str, str]) -> Mention:
    for file, text in written.items():
        at = text.find(name)
        if at >= 0:
            return Mention(name, file, text.count("\n", 0, at) + 1)
    return Mention(name, next(iter(written), ""), 1)
