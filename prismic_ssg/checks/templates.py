"""Findings in the templates: slices that none shows, templates that show nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from prismic_ssg.checks.findings import Finding, Where
from prismic_ssg.content.document import Document
from prismic_ssg.content.fields import kind
from prismic_ssg.content.snapshot import Snapshot


class References(Protocol):
    """The templates that one names: by extends, include and import. `are_all` is False where it
    works a name out while it runs."""

    @property
    def names(self) -> Collection[str]: ...

    @property
    def are_all(self) -> bool: ...


@dataclass(frozen=True)
class SlicePlace:
    """A slice type and variation, the first document that has it, and how many slices there are."""

    type: str
    variation: str
    document: Document
    field: str
    count: int


def slices_in(snapshot: Snapshot) -> tuple[SlicePlace, ...]:
    """Every slice type and variation in the content."""
    found: dict[tuple[str, str], tuple[Document, str, int]] = {}
    for document in sorted(snapshot.documents, key=lambda each: each.id):
        for name, raw in document.fields.items():
            if b'"slice_type"' not in bytes(raw):
                continue
            zone = document.field(name)
            if kind(zone) != "slices":
                continue
            for index, each in enumerate(zone):
                key = str(each["slice_type"]), str(each.get("variation") or "default")
                first, path, count = found.get(key, (document, f"{name}[{index}]", 0))
                found[key] = first, path, count + 1
    return tuple(
        SlicePlace(kind_, variation, *found[kind_, variation]) for kind_, variation in sorted(found)
    )


def slice_findings(
    slices: Sequence[SlicePlace], templates: Collection[str], folder: str
) -> Iterator[Finding]:
    """Slice types of the content that only the theme's default shows."""
    for each in slices:
        own = f"slices/{each.type}/{each.variation}.html", f"slices/{each.type}.html"
        if any(name in templates for name in own):
            continue
        what = f"the slice {each.type!r}"
        if any(name.startswith(f"slices/{each.type}/") for name in templates):
            what += f" has no template for the variation {each.variation!r}"
        else:
            what += " has no template"
        yield Finding(
            "slice-without-template",
            f"{what}: the theme's default shows {each.count}",
            Where(document=each.document, field=each.field),
            f"write {folder}/slices/{each.type}.html, or let `prismic-ssg slices --stubs` begin it",
            occurrences=each.count,
        )


def unused_templates(
    own: Mapping[str, str],
    used: Collection[str],
    references: Mapping[str, References],
    known_slices: Collection[str],
    known_types: Collection[str],
) -> Iterator[Finding]:
    """The site's own templates that nothing leads to. `own` is name → file.

    `used` are those that pages and rich text begin with; `references` is for every template there
    is. Says nothing where a template in use works out another one's name.
    """
    reached: set[str] = set()
    pending = [*used, *(name for name in references if _is_of_slice(name, known_slices))]
    while pending:
        name = pending.pop()
        if name in reached or name not in references:
            continue
        reached.add(name)
        if not references[name].are_all:
            return
        pending.extend(references[name].names)
    for name in sorted(own.keys() - reached):
        if name.partition(".")[0] in known_types:
            # Its documents may come later.
            continue
        what = "no page and no other template uses it"
        if name.startswith("slices/") and name != "slices/default.html":
            what = (
                f"no slice in the content or the models is {name.split('/')[1].partition('.')[0]!r}"
            )
        yield Finding(
            "template-unused",
            f"{name}: {what}",
            Where(file=own[name]),
            "remove it, or see whether its name is right",
        )


def _is_of_slice(name: str, known: Collection[str]) -> bool:
    if name == "slices/default.html":
        return True
    folder, _, rest = name.partition("/")
    return folder == "slices" and rest.partition("/")[0].removesuffix(".html") in known
