"""The Jinja environment: content's own rules for attributes, and templates from a mapping."""

from __future__ import annotations

import json
import marshal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

import jinja2
from jinja2.bccache import Bucket
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import _PassArg
from markupsafe import Markup

from prismic_ssg._version import __version__
from prismic_ssg.engine.facts import key_of
from prismic_ssg.engine.world import Text
from prismic_ssg.render.blocks import Blocks
from prismic_ssg.render.compiling import GENERATOR_VERSION, OutputGenerator
from prismic_ssg.render.empty import EMPTY, Empty, Unknown
from prismic_ssg.render.fixed_values import CHANGEABLE, FixedValues
from prismic_ssg.render.modules import (
    PageContext,
    Pieces,
    Template,
    make_pieces,
    size_of,
    tells_itself_apart,
)
from prismic_ssg.render.recorder import Notebook
from prismic_ssg.render.views import DocumentView, Fields

if TYPE_CHECKING:
    from jinja2.ext import Extension

    from prismic_ssg.render.timings import Timings

# Loaded by name with the first template that is compiled, which takes 2 ms.
_EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.loopcontrols")

# With whom compiled templates may be shared: the same Python, Jinja and code generator.
BYTECODE_MADE_BY = f"{sys.version} Jinja {jinja2.__version__} {__version__} {GENERATOR_VERSION}"

_METHODS = frozenset({"get", "items", "keys", "values"})
_MISSING = object()


class Environment(jinja2.Environment):
    """Autoescaping Jinja in which content's members come before Python's.

    `slice.items` is the slice's repeatable zone, not a method of a mapping; a member that is
    missing or null is empty. Everything that is not content keeps Jinja's rules, strictly: an
    unknown name is an error. Whoever renders a page counts it in `pages_begun` first, and finds in
    `notebook` which templates it took or looked for.
    """

    template_class = Template
    context_class = PageContext
    code_generator_class = OutputGenerator
    pages_begun = 0
    notebook: Notebook
    pieces: Pieces
    timings: Timings | None = None
    html_of: Callable[[Fields, str], Markup | None] | None = None
    blocks: Blocks

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._loaded: dict[str, jinja2.Template] = {}
        self._keys: dict[str, int] = {}
        self._of_page: set[str] = set()
        self.fixed = FixedValues()

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002  (Jinja's)
    ) -> jinja2.Template:
        found = self._loaded.get(name) if type(name) is str else None
        if found is None or globals is not None:
            return super().get_template(name, parent, globals)
        self.notebook.facts.add(self._keys[name])  # type: ignore[index]
        return found

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:  # noqa: A002  (Jinja's)
        # Each use of a template comes through here, cached or not, and before it is known whether
        # there is one: loaders are asked only the first time.
        key = self._keys.get(name) or self._keys.setdefault(name, key_of(("template", name)))
        self.notebook.facts.add(key)
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super()._load_template(name, globals)
            if self.timings is not None:
                self.timings.watch_template(template)
        return template

    def add_filters(self, filters: Mapping[str, Callable[..., Any]]) -> None:
        """Add those of a site. Templates that were compiled for others are not used."""
        self.filters.update(filters)
        if isinstance(self.bytecode_cache, CompiledTemplates):
            wanted = {name: _PassArg.from_obj(each) for name, each in filters.items()}
            self.bytecode_cache.made_for = repr(sorted(wanted.items())) if wanted else ""

    def iter_extensions(self) -> Iterator[Extension]:
        """Those that are asked to read a template: compiled before, templates need none."""
        if not self.extensions:
            for name in _EXTENSIONS:
                self.add_extension(name)
        return super().iter_extensions()

    def piece(
        self, name: str, values: tuple[Any, ...], make: Callable[[], Iterable[str] | None]
    ) -> str:
        """A loop that gives the same on every page: see shared_pieces.py.

        `values` are all that it takes from around it. One that turns out to show something of the
        page is made each time.
        """
        notebook = self.notebook
        # The types as well, as macros have it.
        kinds = tuple(map(type, values))
        if not all(map(tells_itself_apart, kinds)):
            # Such as a list that the template has made: nobody else has the same.
            return "".join(make() or ())
        key = (name, notebook.lang, kinds, *values)
        found = self.pieces.get(key)
        if found is not None:
            notebook.add(found[1])
            return found[0]
        if name in self._of_page:
            return notebook.anew(lambda: "".join(make() or ()))
        text, noted = notebook.apart(lambda: "".join(make() or ()))
        if noted.is_of_page:
            self._of_page.add(name)
        else:
            self.pieces.put(key, (text, noted), size_of(text, noted))
        return text

    def getattr(self, obj: Any, attribute: str) -> Any:
        kind = type(obj)
        if kind is dict:
            value = obj.get(attribute)
            if value is not None:
                return value
            return _member(obj, attribute) if attribute in _METHODS else EMPTY
        if kind is Fields:
            return _member(obj, attribute)
        if obj is None or kind is Empty:
            return EMPTY
        if kind in CHANGEABLE:
            self.fixed.check(obj, attribute)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def field(self, obj: Any, name: str) -> Any:
        """`obj.data.NAME`, which is what templates say most: one call for four."""
        if type(obj) is DocumentView:
            value = obj.data[name]
            return _member(obj.data, name) if value is EMPTY and name in _METHODS else value
        return self.getattr(self.getattr(obj, "data"), name)

    def as_html(self, filter_: Callable[..., Any], obj: Any, name: str) -> Any:
        """`obj.data.NAME|as_html`, of which most text of a site comes."""
        if type(obj) is DocumentView and self.html_of is not None:
            html = self.html_of(obj.data, name)
            if html is not None:
                return html
        return filter_(self.field(obj, name))

    def call_test(
        self,
        name: str,
        value: Any,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        context: Context | None = None,
        eval_ctx: EvalContext | None = None,
    ) -> Any:
        """What `select` and its like ask for each value: directly, in a quarter of the time."""
        test: Any = self.tests.get(name)
        if test is None or hasattr(test, "jinja_pass_arg"):
            return super().call_test(name, value, args, kwargs, context, eval_ctx)
        return test(value, *(args or ()), **(kwargs or {}))

    def getitem(self, obj: Any, argument: Any) -> Any:
        kind = type(obj)
        if kind is dict or kind is Fields:
            return _member(obj, argument)
        if obj is None or kind is Empty:
            return EMPTY
        if type(argument) is str and (kind is DocumentView or kind in CHANGEABLE):
            # What `map(attribute="uid")` asks for, and Jinja tries as an item first.
            return self.getattr(obj, argument)
        if kind is list and type(argument) is int and not -len(obj) <= argument < len(obj):
            return EMPTY
        return super().getitem(obj, argument)


def _member(obj: Any, name: Any) -> Any:
    value = obj.get(name, _MISSING) if type(obj) is dict else obj[name]
    if value is None:
        return EMPTY
    if (value is _MISSING or value is EMPTY) and name in _METHODS and name not in obj:
        return getattr(obj, name)
    return EMPTY if value is _MISSING else value


class MappingLoader(jinja2.BaseLoader):
    """Templates by name from a mapping, each under the file name that messages should give."""

    def __init__(self, templates: Mapping[str, Text]) -> None:
        self._templates = templates

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        found = self._templates.get(template)
        if found is None:
            raise jinja2.TemplateNotFound(template)
        return found.text, found.file, lambda: True

    def list_templates(self) -> list[str]:
        return sorted(self._templates)


class CompiledTemplates(jinja2.BytecodeCache):
    """Compiled templates: those of this process, each as its text was last, and `stored` ones.

    A build makes a new environment, as nothing in it may outlive the world that it shows; compiling
    is most of what a small build costs. Code is a function of its source, so it may be kept.
    What is compiled is put into `stored`, for whoever wants to keep it. Of a template that was
    edited only the last version is kept: a server builds thousands of times.

    `made_for` are the filters that the site adds: a template is compiled to other code where one is
    missing, or wants to be called with more.
    """

    _codes: ClassVar[dict[str, tuple[str, CodeType]]] = {}

    def __init__(self, stored: MutableMapping[str, bytes]) -> None:
        self._stored = stored
        self.made_for = ""

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self.made_for + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        known, last = self._codes.get(bucket.key, (None, None))
        code = last if known == bucket.checksum else None
        checksum = bucket.checksum.encode()
        kept = self._stored.get(bucket.key)
        if kept is not None and kept.startswith(checksum):
            bucket.code = code or marshal.loads(kept[len(checksum) :])  # noqa: S302  (our own)
            self._codes[bucket.key] = bucket.checksum, bucket.code
        elif code is not None:
            bucket.code = code
            self.dump_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        code = bucket.code
        if code is not None:
            self._codes[bucket.key] = bucket.checksum, code
            self._stored[bucket.key] = bucket.checksum.encode() + marshal.dumps(code)


def _autoescape(name: str | None) -> bool:
    """On for everything but formats in which HTML's escapes would be part of the text."""
    return name is None or not name.endswith((".txt", ".json", ".js", ".css", ".md", ".csv"))


def _dumps(value: Any, **options: Any) -> str:
    return json.dumps(value, default=_jsonable, ensure_ascii=False, **options)


def _jsonable(value: Any) -> Any:
    if isinstance(value, Empty):
        return None
    if isinstance(value, Fields):
        return dict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def make_environment(
    templates: Mapping[str, Text],
    notebook: Notebook,
    bytecode: MutableMapping[str, bytes] | None = None,
    documents: int = 0,
) -> Environment:
    """An environment over templates by name, with nothing of a site in it yet. `bytecode` holds
    templates compiled by a process of the same BYTECODE_MADE_BY. What macros make of documents is
    kept for so many `documents`."""
    environment = Environment(
        loader=MappingLoader(templates),
        autoescape=_autoescape,
        undefined=Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        optimized=False,
        cache_size=0,
        bytecode_cache=CompiledTemplates({} if bytecode is None else bytecode),
    )
    environment.notebook = notebook
    environment.pieces = make_pieces(documents)
    environment.blocks = Blocks(notebook)
    environment.tests["none"] = lambda value: value is None or value is EMPTY
    environment.policies["json.dumps_function"] = _dumps
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    # A template sees nothing that differs from one run or machine to the next.
    for name in ("lipsum",):
        environment.globals.pop(name, None)
    environment.filters.pop("random", None)
    return environment


__all__ = ["Environment", "Markup", "make_environment"]
