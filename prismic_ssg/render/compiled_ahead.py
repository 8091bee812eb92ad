"""Templates compiled before there is anything to render by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import CodeType

import jinja2

from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.engine.world import Text, World
from prismic_ssg.render.renderer import Renderer
from prismic_ssg.site import Site


def compile_ahead(
    site: Site,
    templates: Mapping[str, Text],
    first: Iterable[str],
    goes_on: Callable[[], bool],
) -> None:
    """Compile the templates that are `first`, and all that those name, one after the other for as
    long as `goes_on()`. Whatever renders in this process finds them compiled.

    One that can't be compiled is left to whoever needs it, and can say where.
    """
    renderer = Renderer(_world_without_content(site, templates))
    wanted = dict.fromkeys(first)
    pending = list(wanted)
    # The list grows while it is walked through.
    for name in pending:
        if not goes_on():
            return
        try:
            codes = renderer.codes_of(name)
        except jinja2.TemplateError:
            continue
        for named in _texts_in(codes):
            if named in templates and named not in wanted:
                wanted[named] = None
                pending.append(named)


def _world_without_content(site: Site, templates: Mapping[str, Text]) -> World:
    pages = PageTable({}, {}, (), (), ())
    return World(site, Snapshot("", ()), pages, (), templates, {}, {}, date.min)


def _texts_in(codes: Iterable[object]) -> Iterator[str]:
    """Every text that compiled code has as it stands, which is how it names other templates."""
    for each in codes:
        if isinstance(each, str):
            yield each
        elif isinstance(each, CodeType):
            yield from _texts_in(each.co_consts)
        elif isinstance(each, tuple):
            yield from _texts_in(each)
