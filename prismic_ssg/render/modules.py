"""Imported templates and their macros, each worked out once where pages may share it.

What an imported template and its macros give depends on what they read and on their arguments. As
long as that is content, it is the same on every page, and so is what they have read: both are kept,
and a page that uses them notes the same facts as if they had run. What asks for something of the
page itself, or could be changed by one, is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from sys import getsizeof
from types import FunctionType, MethodType
from typing import Any

import jinja2
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing, pass_eval_context
from markupsafe import Markup

from prismic_ssg.content.recent import Recent
from prismic_ssg.render.empty import Empty
from prismic_ssg.render.recorder import Notebook, Noted
from prismic_ssg.render.views import DocumentView

# Texts of macros are kept up to about twice this, with their arguments and what they have read: for
# each document a line in a list, and a teaser.
_BYTES_A_DOCUMENT = 1600
_PIECE_BYTES = 400
_NOTICED_BYTES = 500

# Arguments that nothing can change, and of which two that are equal and of one type are the same.
# Not floats: 0.0 and -0.0 print differently.
_FIXED = frozenset({DocumentView, Empty, Markup, bool, int, str, type(None)})

# Methods are of what all pages have, and equal where they are the same one's.
_OR_ITSELF = _FIXED | {date, MethodType}


def tells_itself_apart(kind: type) -> bool:
    """Whether two values of this type that are equal are shown alike: that holds where nothing is
    equal to a value but itself, and for few types besides. Not for tuples: (1,) equals (True,)."""
    is_equal: Any = kind.__eq__
    return kind in _OR_ITSELF or is_equal is object.__eq__


# What several pages may have in a variable of an imported template. A macro or module among them is
# one that may be shared itself: the notebook says `is_of_page` where one is imported that may not.
_SHARED = (str, int, float, type(None), date, Empty, DocumentView, Macro, TemplateModule)

Pieces = Recent[tuple[Any, ...], tuple[str, Noted]]


def size_of(text: str, noted: Noted) -> int:
    """How much room a text takes that is kept with what it has read."""
    more = noted.more
    names = 0 if more is None else 1 + len(more.assets) + len(more.images) + len(more.notes)
    return _PIECE_BYTES + getsizeof(text) + len(noted.facts) + _NOTICED_BYTES * names


def make_pieces(documents: int) -> Pieces:
    """What macros gave for about so many documents, with what they read: for all templates of an
    environment."""
    return Recent(documents * _BYTES_A_DOCUMENT)


class PageContext(Context):
    """Variables of a template. Calls from there that need nothing of it are made directly."""

    @internalcode
    def callee(
        self,
        function: Any,
        loop_vars: Mapping[str, Any] | None = None,
        block_vars: Mapping[str, Any] | None = None,
    ) -> Callable[..., Any]:
        """What to call with the arguments alone where a template calls `function`.

        `loop_vars` and `block_vars` are what was set around it there, for those that ask for all.
        """
        kind = type(function)
        if kind is SharedMacro or kind is PageMacro:
            context = self.eval_ctx
            called: Callable[..., Any] = function.called
            return called if context.autoescape else partial(function, context)
        if (kind is MethodType or kind is FunctionType) and function.__module__ in _PLAIN:
            plain: Callable[..., Any] = function
            return plain
        if block_vars:
            return partial(self.call, function, _loop_vars=loop_vars, _block_vars=block_vars)
        if loop_vars:
            return partial(self.call, function, _loop_vars=loop_vars)
        return partial(self.call, function)

    @internalcode
    def call(__self, __obj: Any, /, *arguments: Any, **options: Any) -> Any:  # noqa: N805  (Jinja's)
        if type(__obj) not in _CALLED_DIRECTLY or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *arguments, **options)
        if options:
            options.pop("_block_vars", None)
            options.pop("_loop_vars", None)
        try:
            return __obj(*arguments, **options)
        except StopIteration:
            return __self.environment.undefined("a callable raised a StopIteration exception")

    def derived(self, locals: dict[str, Any] | None = None) -> PageContext:  # noqa: A002  (Jinja's)
        """The same with more variables; what there are already is not copied, as Jinja would."""
        context = PageContext(self.environment, self.parent, self.name, {})
        more = (locals or {}).items()
        context.vars = {**self.vars, **{name: it for name, it in more if it is not missing}}
        context.eval_ctx = self.eval_ctx
        context.blocks = {name: list(blocks) for name, blocks in self.blocks.items()}
        return context


class PageMacro(Macro):
    """A macro of a template, which is called in a third of the time where nothing is special."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._is_plain = not (self.caller or self.catch_kwargs or self.catch_varargs)

    @internalcode
    def called(self, *arguments: Any, **options: Any) -> str:
        """What the macro gives in a template that escapes."""
        return self._made(True, arguments, options)

    @internalcode
    def _made(self, escaped: bool, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> str:
        if len(arguments) == self._argument_count and self._is_plain and not options:
            text: str = self._func(*arguments)
            # Not `Markup(text)`, which takes three times as long to find out that this is a text.
            return str.__new__(Markup, text) if escaped else text
        context = EvalContext(self._environment)
        context.autoescape = escaped
        called: str = Macro.__call__(self, context, *arguments, **options)
        return called


class SharedMacro(PageMacro):
    """A macro of an imported template that gives the same text on every page.

    One that turns out to show something of the page is called each time.
    """

    def __init__(self, macro: PageMacro, notebook: Notebook, pieces: Pieces) -> None:
        self.__dict__.update(vars(macro))
        self._notebook = notebook
        self._pieces = pieces
        self._is_of_page = False

    @pass_eval_context
    @internalcode
    def __call__(self, *arguments: Any, **options: Any) -> str:
        if arguments and isinstance(arguments[0], EvalContext):
            return self._text(arguments[0].autoescape, arguments[1:], options)
        text: str = super().__call__(*arguments, **options)
        return text

    @internalcode
    def called(self, *arguments: Any, **options: Any) -> str:
        if options or len(arguments) != 1:
            return self._text(True, arguments, options)
        # Written out, as nine of ten calls are of this kind.
        argument = arguments[0]
        kind = type(argument)
        if kind not in _FIXED:
            return self._made(True, arguments, options)
        if self._is_of_page:
            return self._notebook.anew(self._made, True, arguments, options)
        key = (self, argument.id if kind is DocumentView else argument, kind)
        found = self._pieces.get(key)
        if found is None:
            return self._kept(key, True, arguments, options)
        self._notebook.add(found[1])
        return found[0]

    @internalcode
    def _text(self, escaped: bool, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> str:
        """What the macro gives for these arguments."""
        kinds = [type(each) for each in arguments]
        if options:
            kinds += [type(each) for each in options.values()]
        if not _FIXED.issuperset(kinds):
            return self._made(escaped, arguments, options)
        if self._is_of_page:
            return self._notebook.anew(self._made, escaped, arguments, options)
        # The types as well: 1 equals True, and markup equals a text that would be escaped. Not the
        # language: each has a module of its own, so this macro is of one.
        given = map(_kept_as, (*arguments, *options.values()))
        key = (self, escaped, *given, *options, *kinds)
        found = self._pieces.get(key)
        if found is None:
            return self._kept(key, escaped, arguments, options)
        self._notebook.add(found[1])
        return found[0]

    @internalcode
    def _kept(
        self,
        key: tuple[Any, ...],
        escaped: bool,
        arguments: tuple[Any, ...],
        options: Mapping[str, Any],
    ) -> str:
        text, noted = self._notebook.apart(self._made, escaped, arguments, options)
        if noted.is_of_page:
            self._is_of_page = True
        else:
            self._pieces.put(key, (text, noted), size_of(text, noted))
        return text


def _kept_as(argument: Any) -> Any:
    """What stands for an argument in a key: for a document its id, as its view is not kept."""
    return argument.id if type(argument) is DocumentView else argument


_CALLED_DIRECTLY = frozenset({FunctionType, MethodType})

# Where functions come from that never ask for a context, and never raise StopIteration.
_PLAIN = frozenset(
    {
        "prismic_ssg.content.filters",
        "prismic_ssg.render.page_view",
        "prismic_ssg.render.site_view",
        "prismic_ssg.render.views",
    }
)


class Template(jinja2.Template):
    """A template whose module, which imports get, is made once for all pages that may share it.

    Jinja makes one whoever imports it: the second page would get what the first one read, in the
    language of the first, without having read anything.
    """

    _modules: dict[str, tuple[TemplateModule, Noted]] | None = None
    _of_page: tuple[int, TemplateModule, Noted] | None = None

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002  (Jinja's)
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> Context:
        # Jinja copies the globals out of a ChainMap, which takes longer than a small template.
        parent = vars or {} if shared else {**self.environment.globals, **(vars or {})}
        if locals:
            there = {name: value for name, value in locals.items() if value is not missing}
            parent = {**parent, **there}
        return PageContext(self.environment, parent, self.name, self.blocks)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        environment: Any = self.environment
        notebook: Notebook = environment.notebook
        if self._modules is None:
            self._modules = {}
        shared = self._modules.get(notebook.lang)
        if shared is not None:
            notebook.add(shared[1])
            return shared[0]
        of_page = self._of_page
        if of_page is not None and of_page[0] == environment.pages_begun:
            notebook.add(of_page[2])
            return of_page[1]
        context = self.new_context()
        module, noted = notebook.apart(lambda: TemplateModule(self, context))
        if noted.is_of_page or not all(map(_may_be_shared, context.vars.values())):
            notebook.is_of_page = True
            noted = noted.as_of_page()
            self._of_page = environment.pages_begun, module, noted
            return module
        for name, value in vars(module).items():
            if type(value) is PageMacro:
                setattr(module, name, SharedMacro(value, notebook, environment.pieces))
        self._modules[notebook.lang] = module, noted
        environment.blocks.know(module, self.name, noted)
        return module


def _may_be_shared(value: Any) -> bool:
    """Whether no page can change a variable of an imported template under the hands of others."""
    return isinstance(value, _SHARED) or (
        isinstance(value, tuple) and all(map(_may_be_shared, value))
    )
