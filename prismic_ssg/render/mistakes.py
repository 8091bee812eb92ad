"""What was probably meant by a name that is not there.

Jinja says what it looked for; which names there are, it does not.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterable
from types import ModuleType
from typing import Any

import jinja2
from jinja2.utils import missing

from prismic_ssg.errors import did_you_mean

# Names that some pages, slices or rich text templates have, beside the globals.
_OF_PAGES = frozenset(
    {"doc", "page", "content", "slice", "index", "first", "last", "previous", "next", "slices"}
    | {"node", "text", "children", "type", "key", "loop", "caller", "self"}
)
_CALLED = {
    "DocumentView": "a document",
    "PageView": "`page`",
    "SiteView": "`site`",
    "SliceView": "a slice",
}
_UNDEFINED = re.compile(r"'(?P<name>\w+)' is undefined")
_NO_SUCH = re.compile(r"No (?P<kind>filter|test) named '(?P<name>[\w.]+)'")
_METHOD = re.compile(r"\b(?:\w+\.)+(?=\w+\(\) (?:got|missing|takes))")

# So many templates are within each other only where some are within themselves, and then these
# innermost ones are those of the circle.
_INNERMOST = 60


class UnknownName(jinja2.UndefinedError):
    """A name that is not defined, with what was probably meant as its `hint`, None for nothing."""

    hint: str | None = None


def unknown_attribute(owner: Any, name: Any, message: str) -> UnknownName:
    """The error for a member that a value does not have. `message` is Jinja's."""
    if owner is missing or not isinstance(name, str):
        return UnknownName(message)
    if isinstance(owner, ModuleType):
        known: Iterable[str] = getattr(owner, "__all__", dir(owner))
        message = f"a module has no attribute {name!r}"
    else:
        # Of the class alone: to look at a member could be to read it.
        known = [each for each in dir(type(owner)) if not each.startswith("_")]
        called = _CALLED.get(type(owner).__name__)
        message = f"{called} has no attribute {name!r}" if called else message
    error = UnknownName(message)
    error.hint = did_you_mean(name, known, "") or None
    return error


def hint_for(message: str, environment: jinja2.Environment) -> str | None:
    """What was meant where Jinja says that a name, a filter or a test is not there."""
    if match := _UNDEFINED.fullmatch(message):
        names = (environment.globals.keys() | _OF_PAGES) - {match["name"]}
        return did_you_mean(match["name"], names, "") or None
    if match := _NO_SUCH.match(message):
        known: Collection[str] = environment.filters
        if match["kind"] == "test":
            known = environment.tests
        return did_you_mean(match["name"], known, "") or None
    return None


def without_owner(message: str) -> str:
    """What Python says of a call, without the classes of ours: `prose() got an unexpected …`."""
    return _METHOD.sub("", message)


def circle(error: BaseException, files: Collection[str]) -> list[str]:
    """The files of templates that lead to each other without an end, sorted; nothing where it is
    code that calls itself, or content that is nested too deep."""
    frames = (frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__))
    inside = [file for file in frames if file in files]
    return sorted(set(inside[-_INNERMOST:])) if len(inside) > _INNERMOST else []
