"""Slice zones: every slice by the template of its variation, or of its type, or by the theme's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import jinja2
from markupsafe import Markup

from prismic_ssg.engine.facts import key_of
from prismic_ssg.errors import FieldError, PrismicSsgError
from prismic_ssg.render.shown_fields import json_of
from prismic_ssg.render.site_view import SiteView

DEFAULT_SLICE = "slices/default.html"

# What a slice's template sees of the page around it.
SEEN_BY_SLICES = frozenset({"content", "doc", "page"})


# One that could lead out of the folder of templates gets no file.
_FILE_NAME = re.compile(r"[\w-]+")


def is_file_name(kind: str) -> bool:
    """Whether a template can be called as this slice type is."""
    return _FILE_NAME.fullmatch(kind) is not None


def slice_templates(kind: str, variation: str) -> tuple[str, str, str]:
    """Templates that may show a slice, best first."""
    return f"slices/{kind}/{variation}.html", f"slices/{kind}.html", DEFAULT_SLICE


class SliceZones:
    """The global `slice_zone` of one site.

    `names` are all templates there are; `folder` is that of the site's own, for messages.
    """

    def __init__(
        self,
        environment: jinja2.Environment,
        names: Mapping[str, Any],
        site: SiteView,
        folder: str,
    ) -> None:
        self._environment = environment
        self._names = names
        self._site = site
        self._folder = folder
        self._templates: dict[tuple[str, str], tuple[jinja2.Template, frozenset[int]]] = {}

    @jinja2.pass_context
    def show(self, context: jinja2.runtime.Context, zone: Any, **more: Any) -> Markup:
        """Every slice of a zone. Keywords are variables for their templates."""
        zone = json_of(zone)
        # What a filter such as `rejectattr` leaves of a zone is a generator: a zone all the same.
        if isinstance(zone, Iterable) and not isinstance(zone, (str, Mapping)):
            zone = list(zone)
        elif zone is not None:
            raise FieldError(
                f"not a slice zone: {zone!r:.60}", hint="give a field that holds a list of slices"
            )
        slices = [each for each in zone or () if type(each) is dict or isinstance(each, Mapping)]
        shared = {name: context.get(name) for name in SEEN_BY_SLICES if name in context}
        around = {**self._environment.globals, **shared, **more, "slices": slices}
        texts: list[str] = []
        for index, slice_ in enumerate(slices):
            template = self._template(slice_)
            names = {
                **around,
                "slice": slice_,
                "index": index,
                "first": index == 0,
                "last": index == len(slices) - 1,
                "previous": slices[index - 1] if index else None,
                "next": slices[index + 1] if index + 1 < len(slices) else None,
            }
            # Not `render`: what goes wrong is explained by the page that all of this is in.
            texts += template.root_render_func(template.new_context(names, True))
        return Markup("".join(texts))  # noqa: S704  (templates' own output, escaped in there)

    def _template(self, slice_: Mapping[str, Any]) -> jinja2.Template:
        kind = str(slice_.get("slice_type"))
        shape = kind, str(slice_.get("variation") or "default")
        template, facts = self._templates.get(shape) or self._template_of(*shape)
        self._site.notebook.facts |= facts
        if template.name == DEFAULT_SLICE:
            self._warn_of_default(kind)
        return template

    def _template_of(self, kind: str, variation: str) -> tuple[jinja2.Template, frozenset[int]]:
        """The template of a variation, with the keys of those that were looked for: also of those
        that are not there, as a page changes when one comes."""
        candidates = slice_templates(kind, variation)
        name = next((each for each in candidates if each in self._names), DEFAULT_SLICE)
        looked_for = candidates[: candidates.index(name) + 1]
        found = (
            self._environment.get_template(name),
            frozenset(key_of(("template", each)) for each in looked_for),
        )
        self._templates[kind, variation] = found
        return found

    def _warn_of_default(self, kind: str) -> None:
        hint = (
            f"write {self._folder}/slices/{kind}.html, or let `prismic-ssg slices --stubs` begin it"
        )
        if not is_file_name(kind):
            hint = "no file can be called so: show it in a slices/default.html of your own"
        self._site.warn(
            ("slice", kind),
            PrismicSsgError(
                f"slice type {kind!r} has no template: the theme's default shows its fields",
                template=DEFAULT_SLICE,
                hint=hint,
            ),
        )
