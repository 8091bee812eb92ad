"""Values of a configuration as JSON: equal in every process where the values are, else not.

A configuration is Python, so its source alone does not tell: it may read the environment, and what
its functions have from there is in their defaults, in what they close over, and in the names of
their modules. What can't be told, as a lock can't, is told by the name of its type.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copyreg import dispatch_table
from dataclasses import fields, is_dataclass
from functools import _lru_cache_wrapper, cached_property
from hashlib import blake2b
from pathlib import Path, PurePath
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import msgspec

from prismic_ssg.content.filters import Filter

# What wraps code or is code, and has its source in a file.
_OF_CODE = (FunctionType, staticmethod, classmethod, property, cached_property, _lru_cache_wrapper)


class StableValues:
    """Tells values of one site, whose own code is in these `files` below its folder `root`.

    Of code its name is told, not its source: that is for whoever has read the files.
    """

    def __init__(self, root: Path, files: Iterable[Path]) -> None:
        self._root = os.path.realpath(root)
        self._own = frozenset(_module_name(file, self._root) for file in files)
        # By their ids, which are theirs for as long as they are here.
        self._told: dict[int, tuple[int, Any]] = {}

    def of(self, value: Any) -> Any:
        """A value as JSON. What was told before, or is being told, is told by its number."""
        match value:
            case str():
                return self._text(str(value))
            case None | bool() | int() | float():
                return value
            case Filter():
                return str(value)
            case bytes() | bytearray():
                return ["bytes", blake2b(value, digest_size=16).hexdigest()]
            case PurePath():
                return [type(value).__name__, self._text(os.fspath(value))]
        known = self._told.get(id(value))
        if known is not None:
            return ["told", known[0]]
        self._told[id(value)] = (len(self._told), value)
        return self._thing(value)

    def _thing(self, value: Any) -> Any:
        match value:
            case Mapping():
                return [[str(name), self.of(each)] for name, each in value.items()]
            case AbstractSet():
                return sorted(repr(self.of(each)) for each in value)
            case Sequence():
                return [self.of(each) for each in value]
            case ModuleType():
                return ["module", value.__name__]
            case type():
                return [_name_of(value), *self._class(value)]
            case _ if isinstance(value, _OF_CODE):
                return [_name_of(value), *map(self.of, self._code(value))]
            case MethodType():
                return [_name_of(value), self.of(value.__self__), self.of(value.__func__)]
        return [self.of(type(value)), *self._object(value)]

    def _text(self, text: str) -> str:
        """A text; of a path in the project what it is in there, wherever that may be."""
        if text.startswith(self._root) and text[len(self._root) :][:1] in ("", os.sep):
            return text[len(self._root) :]
        return text

    def _object(self, value: Any) -> list[Any]:
        """What an object has. Dates, decimals, patterns and others say of themselves what pickle
        would make them again of."""
        if isinstance(value, msgspec.Struct):
            return [self.of(getattr(value, name)) for name in value.__struct_fields__]
        if is_dataclass(value):
            # Those of ours work out from the rest what is not given.
            given = [each.name for each in fields(value) if each.init or not _is_ours(value)]
            return [self.of(getattr(value, name, None)) for name in given]
        reduce = dispatch_table.get(type(value))
        try:
            made = value.__reduce_ex__(4) if reduce is None else reduce(value)
        except Exception:  # noqa: BLE001  (anybody's code: anything)
            return []
        return list(map(self.of, made[:3])) if isinstance(made, tuple) else [_name_of(value)]

    def _class(self, value: type) -> Iterator[Any]:
        if value.__module__ not in self._own:
            return
        for base in value.__bases__:
            yield self.of(base)
        for name, each in vars(value).items():
            if not _is_special(name) or isinstance(each, _OF_CODE):
                yield [name, self.of(each)]

    def _code(self, value: Any) -> Iterator[Any]:
        """What decides about a function besides its source."""
        match value:
            case FunctionType():
                yield value.__defaults__
                yield value.__kwdefaults__
                for cell in value.__closure__ or ():
                    yield _content(cell)
                if value.__globals__.get("__name__") in self._own:
                    yield from self._globals(value)
            case staticmethod() | classmethod():
                yield value.__func__
            case property():
                yield from (value.fget, value.fset)
            case cached_property():
                yield value.func
            case _:
                yield getattr(value, "__wrapped__", None)

    def _globals(self, function: FunctionType) -> Iterator[Any]:
        """The values of its module that a function names, and those of the site's own modules."""
        names = sorted(set(_names(function.__code__)))
        modules, seen = [function.__globals__], {function.__globals__["__name__"]}
        for there in modules:
            for name in names:
                value = there.get(name)
                # What a function reads of the environment itself is noted by nobody.
                if name not in there or _is_environment(value) or _is_special(name):
                    continue
                if isinstance(value, ModuleType) and value.__name__ in self._own:
                    if value.__name__ not in seen:
                        seen.add(value.__name__)
                        modules.append(vars(value))
                else:
                    yield [name, value]


def _module_name(file: Path, root: str) -> str:
    inside = os.path.relpath(os.path.realpath(file), root)
    return inside.removesuffix(".py").replace(os.sep, ".").removesuffix(".__init__")


def _names(code: CodeType) -> Iterator[str]:
    """The names that code uses, of globals and attributes; with those of the functions in it."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)


def _is_environment(value: Any) -> bool:
    return f"{type(value).__module__}.{type(value).__name__}" == "os._Environ"


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing is in it yet
        return None


def _is_ours(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "prismic_ssg"


def _name_of(value: Any) -> str:
    named = value if hasattr(value, "__qualname__") else type(value)
    return f"{getattr(named, '__module__', '')}.{named.__qualname__}"
