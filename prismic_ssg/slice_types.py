"""Every slice type of a site, from its content and its models: where it is used, what shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.content.document import Document
from prismic_ssg.content.fields import kind
from prismic_ssg.content.model_files import parse_models
from prismic_ssg.content.models import FieldModel, SliceModel, Variation
from prismic_ssg.content.shapes import fields_of
from prismic_ssg.errors import ContentError
from prismic_ssg.origin import Origin, Wanted, is_folder, site_for
from prismic_ssg.render.slice_stubs import slice_stub
from prismic_ssg.render.slices import DEFAULT_SLICE, is_file_name, slice_templates
from prismic_ssg.site import Site
from prismic_ssg.sources import Sources
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.models import read_models, write_new

_EXAMPLES = 3


@dataclass(frozen=True)
class VariationUse:
    """One variation: how many slices there are in how many documents, some of them by name, and
    the template that shows it, None where only the theme's default does."""

    id: str
    slices: int
    documents: int
    examples: tuple[str, ...]
    template: str | None


@dataclass(frozen=True)
class SliceUse:
    """A slice type. `model` is the one from a file, None where it is known from content only;
    `shape` is that, or what content looks like."""

    id: str
    model: SliceModel | None
    shape: SliceModel
    variations: tuple[VariationUse, ...]

    @property
    def is_without_template(self) -> bool:
        return any(each.template is None for each in self.variations)


@dataclass(frozen=True)
class SliceTypes:
    """All slice types, sorted. `folder` is that of the site's templates, in `project`."""

    ref: str
    project: Path
    folder: str
    uses: tuple[SliceUse, ...]

    def stubs(self) -> dict[str, str]:
        """A template to begin with for each slice type that has none, by its file in the project.

        A slice type that can't be the name of a file has no stub.
        """
        return {
            f"{self.folder}/slices/{use.id}.html": slice_stub(
                use.shape, source="its model" if use.model else "its content"
            )
            for use in self.uses
            if use.is_without_template and is_file_name(use.id)
        }

    def write_stubs(self) -> list[str]:
        """Write the stubs; the files that were written."""
        for use in self.uses:
            if use.is_without_template and not is_file_name(use.id):
                raise ContentError(
                    f"the slice type {use.id!r} can't be the name of a file",
                    hint="show it in the slices/default.html of your own templates",
                )
        stubs = self.stubs()
        return [file for file, text in stubs.items() if write_new(self.project / file, text)]


def find_slice_types(
    project: Path,
    environment: Mapping[str, str],
    *,
    repository: str | None = None,
    ref: str | None = None,
    release: str | None = None,
    offline: bool = False,
) -> SliceTypes:
    """The slice types in a project's content, and in the models beside it.

    Models are looked for in the project, in its `src`, and in a local repository. Raises
    BuildFailed with all models that can't be read, and what reading content raises.
    """
    site = site_for(project, repository)
    origin = Origin.of(site, project, repository, environment)
    pulled = origin.pull(site, Wanted(ref, release, offline), environment, project / CACHE)
    folders = [project, project / "src"]
    relative_to = project if repository is None else Path()
    if is_folder(origin.repository, relative_to):
        folders.append(relative_to / origin.repository)
    models = parse_models(read_models(folders)).slices
    return slice_types_in(pulled, models, site, project)


def slice_types_in(
    pulled: Pulled, models: Mapping[str, SliceModel], site: Site, project: Path
) -> SliceTypes:
    """The slice types in what was pulled and in models, with the project's templates for them."""
    found = _Found(pulled.repository.master_language)
    for document in pulled.snapshot.documents:
        found.add(document)
    names = Sources.read(project, site).templates
    uses = tuple(
        _use(name, models.get(name), found, names) for name in sorted({*models, *found.by_type})
    )
    return SliceTypes(pulled.snapshot.ref, project, site.templates, uses)


@dataclass
class _Found:
    """The slices in content, by type and variation."""

    master_language: str
    by_type: dict[str, dict[str, list[tuple[Document, Mapping[str, Any]]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )

    def add(self, document: Document) -> None:
        for name, raw in document.fields.items():
            if b'"slice_type"' in bytes(raw):
                value = document.field(name)
                if kind(value) == "slices":
                    for each in value:
                        variation = str(each.get("variation") or "default")
                        self.by_type[str(each["slice_type"])][variation].append((document, each))

    def named(self, document: Document) -> str:
        """A document by type and UID, and by language where that is not the master's."""
        lang = "" if document.lang == self.master_language else f" ({document.lang})"
        return f"{document.type} {document.uid or document.id}{lang}"


def _use(
    name: str, model: SliceModel | None, found: _Found, templates: Mapping[str, Any]
) -> SliceUse:
    inside = found.by_type.get(name, {})
    known = [each.id for each in model.variations] if model else []
    variations = [*known, *sorted(set(inside) - set(known))]
    shape = model or _shape(name, inside)
    uses = tuple(_variation_use(name, each, found, templates) for each in variations)
    return SliceUse(name, model, shape, uses)


def _variation_use(
    name: str, variation: str, found: _Found, templates: Mapping[str, Any]
) -> VariationUse:
    slices = found.by_type.get(name, {}).get(variation, [])
    documents = {document.id: document for document, _ in slices}
    template = next(each for each in slice_templates(name, variation) if each in templates)
    return VariationUse(
        variation,
        len(slices),
        len(documents),
        tuple(found.named(each) for each in list(documents.values())[:_EXAMPLES]),
        None if template == DEFAULT_SLICE else template,
    )


def _shape(name: str, inside: Mapping[str, list[tuple[Document, Mapping[str, Any]]]]) -> SliceModel:
    """What a model would say, as far as content shows it."""
    variations = []
    values: dict[str, FieldModel] = {}
    for variation, slices in inside.items():
        bodies = [each for _, each in slices]
        primary = fields_of(each.get("primary") for each in bodies)
        items = fields_of(row for each in bodies for row in each.get("items") or ())
        variations.append(Variation(variation, variation, primary, items))
        for found in fields_of({"value": each.get("value")} for each in bodies):
            values.setdefault(found.id, found)
    return SliceModel(name, name, tuple(variations), values.get("value"))
