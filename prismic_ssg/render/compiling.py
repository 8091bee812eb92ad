"""What templates are compiled to: Jinja's code, with outputs that cost less."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from keyword import iskeyword
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.idtracking import VAR_LOAD_RESOLVE
from markupsafe import Markup, escape

from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.shared_pieces import CommonNames, sees_context
from prismic_ssg.render.slices import SEEN_BY_SLICES

# Counted up with every change of what is written below: compiled templates are kept on disk.
GENERATOR_VERSION = 9


class OutputGenerator(CodeGenerator):
    """Writes `shown(value)` for each output, where Jinja has two calls and a Markup; and a call
    without the arguments that Jinja adds to each, for the few functions that want them.

    Nothing is worked out while compiling, which `optimized=False` does not see to alone: what a
    filter makes of a constant is of one site and one world. Jinja offers `finalize` for both, at
    three times the price of an output, of which a page has about a hundred.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._common = CommonNames(self.environment)
        self._pieces = 0
        self._block_names: dict[str, set[str] | None] = {}
        self._block: str | None = None
        self._is_in_piece = False

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        # Names of the module that a template is compiled to: nothing is looked up less dearly.
        self.writeline("from prismic_ssg.render.compiling import plain, shown")
        self.writeline("from prismic_ssg.render.modules import PageMacro")
        super().visit_Template(node, frame)
        names = {
            # Slices see these, also where the block names none of them.
            block: sorted(taken | SEEN_BY_SLICES if "slice_zone" in taken else taken)
            for block, taken in self._block_names.items()
            if taken
        }
        self.writeline(f"block_names = {names!r}")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        if frame.block is not None and frame.parent is None:
            self._block = frame.block
            names = frame.symbols.refs
            is_of_others = "self" in names or "super" in names
            self._block_names[frame.block] = None if is_of_others else set()
        taken = self._block_names.get(self._block or "")
        if taken is not None:
            loads = frame.symbols.loads.values()
            taken.update(name for action, name in loads if action == VAR_LOAD_RESOLVE and name)

    def _give_up_block(self) -> None:
        """The block being written may take something from around it that its names do not tell."""
        if self._block is not None:
            self._block_names[self._block] = None

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802  (Jinja's)
        self._give_up_block()
        if node.scoped or node.required or frame.buffer is None:
            super().visit_Block(node, frame)
            return
        levels = 0
        if frame.toplevel:
            # As in Jinja: what extends another template leaves its blocks to that one.
            if self.has_known_extends:
                return
            if self.extends_so_far > 0:
                self.writeline("if parent_template is None:")
                self.indent()
                levels = 1
        block = f"environment.blocks.shown({self.get_context_ref()}, {node.name!r})"
        self.writeline(f"{frame.buffer}.append({block})", node)
        self.outdent(levels)

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        # What follows begins with `Macro(`.
        self.write("Page")
        super().macro_def(macro_ref, frame)

    def visit_Call(  # noqa: N802
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,
    ) -> None:
        names = [each.key for each in node.kwargs]
        if forward_caller or node.dyn_args or node.dyn_kwargs or any(map(iskeyword, names)):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("context.callee(")
        self.visit(node.node, frame)
        if frame.block_frame:
            self.write(f", {'_loop_vars' if frame.loop_frame else None}, _block_vars")
        elif frame.loop_frame:
            self.write(", _loop_vars")
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        if frame.buffer is not None or self._is_in_piece:
            super().blockvisit(nodes, frame)
            return
        # A template, or a block of one: it yields its text at once. Each of its eighty pieces would
        # be handed on by each of the templates that it extends.
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802
        if node.with_context:
            self._give_up_block()
        if node.with_context or frame.buffer is None:
            super().visit_Include(node, frame)
            return
        # What is without context Jinja yields from where it stands, past any buffer.
        function = self.temporary_identifier()
        self.writeline(f"def {function}():", node)
        self.indent()
        inside = frame.copy()
        inside.buffer = None
        super().visit_Include(node, inside)
        self.outdent()
        self.writeline(f"{frame.buffer}.extend({function}())")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        inner = node.node
        if isinstance(inner, nodes.Getattr) and inner.attr == "data":
            self.write("environment.field(")
            self.visit(inner.node, frame)
            self.write(f", {node.attr!r})")
        else:
            super().visit_Getattr(node, frame)

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802  (Jinja's)
        if sees_context(self.environment, node):
            self._give_up_block()
        field = node.node
        is_plain = not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
        if (
            node.name == "as_html"
            and is_plain
            and isinstance(field, nodes.Getattr)
            and isinstance(field.node, nodes.Getattr)
            and field.node.attr == "data"
        ):
            self.write(f"environment.as_html({self.filters[node.name]}, ")
            self.visit(field.node.node, frame)
            self.write(f", {field.attr!r})")
        else:
            super().visit_Filter(node, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802
        if node.with_context:
            self._give_up_block()
        super().visit_FromImport(node, frame)

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:  # noqa: N802  (Jinja's)
        if node.with_context:
            self._give_up_block()
        super().visit_Import(node, frame)
        if frame.toplevel:
            self._common.add_import(node)

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:  # noqa: N802
        super().visit_Assign(node, frame)
        if frame.toplevel:
            self._common.add_assignment(node)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        names = None if self._is_in_piece or node.recursive else self._common.in_piece(node)
        if names is None or frame.eval_ctx.volatile:
            super().visit_For(node, frame)
            return
        self._pieces += 1
        function = self.temporary_identifier()
        self.writeline(f"def {function}():", node)
        self.indent()
        inside = frame.copy()
        inside.buffer = None
        # Else what is set in a loop around this one would be looked for among what is set in it.
        inside.loop_frame = False
        self._is_in_piece = True
        super().visit_For(node, inside)
        self._is_in_piece = False
        self.outdent()
        # A name that is used in the loop only is looked up there, so nothing stands for it here.
        found = [frame.symbols.find_ref(name) or f"resolve({name!r})" for name in names]
        values = "".join(f"{each}, " for each in found)
        key = f"{self.name}:{node.lineno}:{self._pieces}"
        self.start_write(frame, node)
        self.write(f"environment.piece({key!r}, ({values}), {function})")
        self.end_write(frame)

    def _make_finalize(self) -> CodeGenerator._FinalizeInfo:
        return self._FinalizeInfo(None, None)

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile:
            self.write("(shown if context.eval_ctx.autoescape else plain)(")
        else:
            self.write("shown(" if frame.eval_ctx.autoescape else "plain(")


def _escaped_text(text: str) -> str:
    return str(escape(text))


# What `escape` gives to a text before it makes markup of it, in a third of the time. Not public:
# MarkupSafe 2 has no such thing.
_escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", _escaped_text)


def shown(value: Any) -> str:
    """A value as HTML: text escaped, markup as it is. None prints nothing."""
    kind = type(value)
    if kind is str:
        # Not `escape`, which makes markup of it: the pieces of a page are only put together.
        value = _escaped(value)
    elif kind is int:
        value = str(value)
    elif value is None:
        value = ""
    elif kind is not Markup:
        _check_is_value(kind)
        value = escape(value)
    text: str = value
    return text


def plain(value: Any) -> str:
    """A value where nothing is escaped. None prints nothing."""
    _check_is_value(type(value))
    return "" if value is None else str(value)


# What Python prints with its place in memory, or on the disk.
_NO_VALUES = frozenset(
    {BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType, partial}
)


def _check_is_value(kind: Any) -> None:
    """Raise PrismicSsgError for a type of which a page would show something else in every build."""
    if kind not in _NO_VALUES:
        if kind.__repr__ is not object.__repr__ or kind.__str__ is not object.__str__:
            return
        if hasattr(kind, "__html__"):
            return
    is_called = kind in _NO_VALUES and kind not in (GeneratorType, ModuleType)
    raise PrismicSsgError(
        f"a {kind.__name__} is printed, which is no value",
        hint="call it: write () behind its name"
        if is_called
        else 'write |join(", ") behind it, or go through it with for',
    )
