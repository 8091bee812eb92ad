"""Serializers of rich text as templates: `rich_text/heading2.html`, or macros in `rich_text.html`.

A template is named as in a serializer map, in snake_case: `heading1` … `heading6`, `paragraph`,
`preformatted`, `strong`, `em`, `list_item`, `o_list_item`, `list`, `o_list`, `image`, `embed`,
`hyperlink`, `label`, `span`. A file wins over a macro of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jinja2
from jinja2.runtime import Macro
from markupsafe import Markup

from prismic_ssg.content.richtext import Part
from prismic_ssg.engine.facts import RICH_TEXT_TEMPLATES
from prismic_ssg.engine.world import Text
from prismic_ssg.errors import PrismicSsgError, did_you_mean
from prismic_ssg.render.environment import Environment
from prismic_ssg.render.serializers import NAMES, Kept

FOLDER = "rich_text/"
MACROS = "rich_text.html"

_NO_FUNCTIONS: Mapping[str, Callable[[Part], Any]] = {}
_PART = ("node", "text", "children", "type", "key")


class RichTextTemplates:
    """The templates for rich text of one site, as functions for a serializer map.

    `templates` are all that there are. Each page is told of by `turn_to`, since templates see its
    variables; they are taken from the environment anew for each page, which notes who reads them.
    """

    def __init__(self, environment: Environment, templates: Mapping[str, Text]) -> None:
        self._environment = environment
        self._templates = templates
        known = {f"{FOLDER}{name}.html": name for name in NAMES.values()}
        self._files = {known[name]: name for name in templates if name in known}
        self._unknown = sorted(
            name
            for name in templates
            if name.startswith(FOLDER)
            and name not in known
            and not name.removeprefix(FOLDER).startswith("_")
        )
        self._has_macros = MACROS in templates
        self._notebook = environment.notebook
        self._variables: Mapping[str, Any] = {}
        self._macros: Mapping[str, Any] | None = None
        self._functions: Mapping[str, Callable[[Part], Any]] | None = None

    def __bool__(self) -> bool:
        """Whether there are any; a site without them is not asked for more."""
        return bool(self._files) or self._has_macros

    def turn_to(self, variables: Mapping[str, Any]) -> None:
        """What templates see from now on, besides the node: `doc`, `page` and the like."""
        self._variables = variables
        self._macros = None

    @property
    def functions(self) -> Mapping[str, Callable[[Part], Any]]:
        """By name of the node, what makes HTML of one.

        A page that asks depends on all the templates, on those as well that its text has no use
        for, or that are not there: it would have if there were others.
        """
        self._notebook.facts.add(RICH_TEXT_TEMPLATES)
        if not self:
            return _NO_FUNCTIONS
        if self._functions is None:
            macros = self._macro_names() if self._has_macros else ()
            self._functions = {
                **{name: self._by_macro(name) for name in NAMES.values() if name in macros},
                **{name: self._by_file(file) for name, file in self._files.items()},
            }
        return self._functions

    def _macro_names(self) -> frozenset[str]:
        source = self._templates[MACROS]
        tree = self._environment.parse(source.text, MACROS, source.file)
        return frozenset(macro.name for macro in tree.find_all(jinja2.nodes.Macro))

    def _by_file(self, name: str) -> Callable[[Part], Any]:
        def written(part: Part) -> Any:
            self._notebook.is_of_page = True
            template = self._environment.get_template(name)
            return _inline(template.render(self._variables, **_names(part)))

        return written

    def _by_macro(self, name: str) -> Callable[[Part], Any]:
        def written(part: Part) -> Any:
            self._notebook.is_of_page = True
            if self._macros is None:
                template = self._environment.get_template(MACROS)
                self._macros = vars(template.make_module(dict(self._variables)))
            macro: Macro = self._macros[name]
            wanted = _names(part)
            if not macro.catch_kwargs:
                wanted = {each: wanted[each] for each in macro.arguments if each in wanted}
            return _inline(str(macro(**wanted)))

        return written

    def warnings(self) -> Iterator[PrismicSsgError]:
        """Templates that are for no kind of node."""
        for name in self._unknown:
            stem = name.removeprefix(FOLDER).removesuffix(".html")
            every = f"there are {', '.join(NAMES.values())}; a name that begins with _ is yours"
            yield PrismicSsgError(
                f"the template {name!r} is for no kind of rich text",
                template=name,
                hint=did_you_mean(_snake(stem), NAMES.values(), every, shown=FOLDER + "{}.html"),
            )


def _names(part: Part) -> dict[str, Any]:
    found = {name: getattr(part, name) for name in _PART}
    found["children"] = Markup(part.children)  # noqa: S704  (as_html made it, or a template)
    return found


def _inline(html: str) -> Kept:
    """What a template gave, without the line break that ends its file: it would be a space."""
    return Kept(html.removesuffix("\n"))


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).replace(
        "-", "_"
    )
