"""Blocks of templates, each with what it has read by itself.

A change of what is on every page, a title in a list or the layout, reaches all pages, and a small
part of each. So the blocks of a page (`{% block main %}`) count their reads apart, and one of which
no read has changed is shown as it was. That takes a block whose text follows from its reads: of the
names that it takes from around it, each must be one of the page or of the site, or an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

from prismic_ssg.engine.facts import packed
from prismic_ssg.render.recorder import Notebook, Noted
from prismic_ssg.render.shared_pieces import OF_ALL_PAGES

# Globals of which every use is noted. Not those of a site: what they do is theirs.
_NOTED = OF_ALL_PAGES | {"has_asset", "slice_zone"}

_OF_A_PAGE = ("doc", "page")

_MISSING = object()


class Block(msgspec.Struct, frozen=True, gc=False):
    """A block as a page shows it. `key` stands for the code that has made it: the template that it
    is in, its name, and what is imported there. `reads` are packed facts."""

    key: bytes
    text: str
    reads: bytes


class _Code(msgspec.Struct, frozen=True):
    """What makes a block: its key, and packed facts that it has read before it begins."""

    key: bytes
    reads: frozenset[bytes]


class Blocks:
    """The blocks of the page being rendered: those that `shown` has given, in `made`."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._of_all_pages: dict[str, Any] = {}
        self._around: dict[str, Any] = {}
        self._before: Mapping[bytes, Block] = {}
        # By module or macro: its template, what that has read, and its name in a key.
        self._imports: dict[Any, tuple[str, Noted, str]] = {}
        # By the function of a block, with what is imported around it.
        self._codes: dict[tuple[Any, ...], _Code] = {}
        self.made: list[Block] = []

    def begin(self, of_all_pages: Mapping[str, Any]) -> None:
        """Take note of the globals of all pages."""
        self._of_all_pages = {name: of_all_pages[name] for name in _NOTED}

    def turn_to(self, variables: Mapping[str, Any], before: Mapping[bytes, Block]) -> None:
        """Begin with a page. Of its `variables` blocks may take those of every page; where there
        are none no block counts as one. `before` are those that stay as they were, by their keys.
        """
        own = {name: variables[name] for name in _OF_A_PAGE if name in variables}
        self._around = {**self._of_all_pages, **own} if variables else {}
        self._before = before
        self.made = []

    def know(self, module: TemplateModule, name: str, noted: Noted) -> None:
        """Take note of an imported template that all pages share, and of what it has read."""
        if noted.more is not None:
            return
        self._imports[module] = name, noted, name
        for macro in vars(module).values():
            if isinstance(macro, Macro):
                self._imports[macro] = name, noted, f"{name}:{macro.name}"

    def shown(self, context: Context, name: str) -> str:
        """The text of a block. Lists and objects of content are its own: what is done to them
        around it is not seen in it, nor the other way."""
        make = context.blocks[name][0]
        notebook = self._notebook
        code = self._code(make, name, context)
        if code is None:
            return notebook.anew(lambda: "".join(make(context)))
        before = self._before.get(code.key)
        if before is not None:
            notebook.shared.add(before.reads)
            self.made.append(before)
            return before.text
        text, read = notebook.apart(self._text, make, context, code)
        if read.more is None:
            self.made.append(Block(code.key, text, read.facts))
        return text

    def _text(self, make: Callable[[Context], Iterable[str]], context: Context, code: _Code) -> str:
        self._notebook.shared |= code.reads
        return "".join(make(context))

    def _code(self, make: Callable[..., Any], name: str, context: Context) -> _Code | None:
        """What makes a block here; None where it takes something else from around it."""
        names = make.__globals__["block_names"].get(name)
        if names is None:
            return None
        imports: list[Any] = []
        own, parent, around = context.vars, context.parent, self._around
        for each in names:
            if each in own:
                if not isinstance(own[each], _IMPORTED):
                    return None
                imports.append(own[each])
            elif parent.get(each, _MISSING) is not around.get(each, _MISSING):
                return None
        what = (make, *imports)
        code = self._codes.get(what)
        if code is None and self._imports.keys() >= set(imports):
            code = self._codes[what] = self._new_code(make, name, context)
        return code

    def _new_code(self, make: Callable[..., Any], name: str, context: Context) -> _Code:
        code = make.__globals__
        title, reads = f"{code['name']} {name}", {packed([("template", code["name"])])}
        for each in code["block_names"][name]:
            if each in context.vars:
                template, noted, imported = self._imports[context.vars[each]]
                title += f" {each}={imported}"
                reads |= {packed([("template", template)]), noted.facts}
        return _Code(blake2b(title.encode(), digest_size=8).digest(), frozenset(reads))


_IMPORTED = (TemplateModule, Macro)
