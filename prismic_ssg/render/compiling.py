"""What templates are compiled to: Jinja's code, with outputs that cost less."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape
from markupsafe import _escape_inner as _escaped  # type: ignore[attr-defined]

# Counted up with every change of what is written below: compiled templates are kept on disk.
GENERATOR_VERSION = 1


class OutputGenerator(CodeGenerator):
    """Writes `environment.shown(value)` for each output, where Jinja has two calls and a Markup.

    Nothing is worked out while compiling, which `optimized=False` does not see to alone: what a
    filter makes of a constant is of one site and one world. Jinja offers `finalize` for both, at
    three times the price of an output, of which a page has about a hundred.
    """

    def _make_finalize(self) -> CodeGenerator._FinalizeInfo:
        return self._FinalizeInfo(None, None)

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile:
            self.write("(environment.shown if context.eval_ctx.autoescape else environment.plain)(")
        elif frame.eval_ctx.autoescape:
            self.write("environment.shown(")
        else:
            self.write("environment.plain(")


def shown(value: Any) -> str:
    """A value as HTML: text escaped, markup as it is. None prints nothing."""
    kind = type(value)
    if kind is str:
        # Not `escape`, which makes markup of it: the pieces of a page are only put together.
        value = _escaped(value)
    elif kind is not Markup:
        value = "" if value is None else escape(value)
    text: str = value
    return text


def plain(value: Any) -> str:
    """A value where nothing is escaped. None prints nothing."""
    return "" if value is None else str(value)
