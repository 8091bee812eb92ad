"""Fields that templates read and that no model has: mostly a name with a letter too few.

Which fields a page has read is kept as the keys of facts, not as names. So the names are those that
the site's templates write; whether one was read of a document, the page's facts tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.checks.models import Models
from prismic_ssg.content.document import Document
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.errors import did_you_mean

# One template shows all documents of a type: what it reads of these, it reads of the others.
_MOST_DOCUMENTS = 100


@dataclass(frozen=True)
class Mention:
    """A name behind a dot in a template: where it is written first."""

    name: str
    file: str
    line: int


def unknown_fields(
    mentions: Collection[Mention],
    snapshot: Snapshot,
    models: Models,
    has_read: Callable[[Document, str], bool],
) -> Iterator[Finding]:
    """Names that some page reads of documents, and that no model and no document has as a field.

    `has_read` says whether a page has read the field of a document. Types without a model are left
    out: of those nobody knows what fields there are.
    """
    known = {each.id for model in models.types.values() for each in model.fields}
    for document in snapshot.documents:
        known |= document.fields.keys()
    unknown = [each for each in mentions if each.name not in known]
    for type_, documents in sorted(_by_type(snapshot, models).items()):
        fields = [each.id for each in models.types[type_].fields]
        for mention in unknown:
            read = next((each for each in documents if has_read(each, mention.name)), None)
            if read is not None:
                yield Finding(
                    "unknown-field",
                    f"the field {mention.name!r} of {type_!r} is read, and no model has it",
                    Where(file=mention.file, line=mention.line),
                    did_you_mean(mention.name, fields, f"it has {', '.join(sorted(fields))}"),
                )


def _by_type(snapshot: Snapshot, models: Models) -> Mapping[str, list[Document]]:
    found: dict[str, list[Document]] = defaultdict(list)
    for document in snapshot.documents:
        if document.type in models.types and len(found[document.type]) < _MOST_DOCUMENTS:
            found[document.type].append(document)
    return {type_: documents for type_, documents in found.items() if documents}
