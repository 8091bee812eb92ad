"""What a template gets for a field that a document does not have.

The API leaves out what was never filled in, and writes null for what was emptied. To a template
both are one thing: it prints nothing, is false, has no members, and takes every filter. A name that
is nowhere defined stays an error: that is a mistake of the template, this is content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.utils import missing

from prismic_ssg.render.mistakes import UnknownName, unknown_attribute


class Empty(Undefined):
    """The one value `EMPTY`. Arithmetic with it is empty as well; compared, it equals none.

    A subclass of Jinja's Undefined, so that `default`, `is defined` and `map` treat it as one.
    """

    __slots__ = ()

    def _fail_with_undefined_error(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise TypeError("an empty field has no such use")

    def __getattr__(self, name: str) -> Any:
        # Python looks for special methods here too: those must stay unfound.
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def _self(self, *_args: Any, **_kwargs: Any) -> Empty:
        return self

    __getitem__ = __call__ = _self  # type: ignore[assignment]
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _self  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _self  # type: ignore[assignment]
    __mod__ = __rmod__ = __pow__ = __rpow__ = _self  # type: ignore[assignment]
    __neg__ = __pos__ = __abs__ = __round__ = _self  # type: ignore[assignment]

    def __int__(self) -> int:  # type: ignore[override]
        return 0

    def __float__(self) -> float:  # type: ignore[override]
        return 0.0

    def _never(self, _other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Empty)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(None)

    def __str__(self) -> str:
        return ""

    def __html__(self) -> str:
        return ""

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __contains__(self, _value: object) -> bool:
        return False


EMPTY = Empty()


class Unknown(StrictUndefined):
    """A name that nothing has, or an attribute that no view has: any use is an error."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: Callable[[str], UnknownName] | None = None,
    ) -> None:
        # Jinja raises what this makes of its message.
        super().__init__(hint, obj, name, exc or partial(unknown_attribute, obj, name))  # type: ignore[arg-type]
