"""docs/errors.md: every class has a heading, and every message that the package raises is there.
In it, `…` is what differs from case to case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from docs_files import DOCS, ROOT

from prismic_ssg import errors

PAGE = (DOCS / "errors.md").read_text("utf-8")
PACKAGE = ROOT / "prismic_ssg"
CLASSES = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.PrismicSsgError)
}
# What the emulator answers to requests under /_emulator/, and what pytest shows of its fixture.
NOT_FOR_USERS = {"emulator/admin.py", "emulator/emulation.py", "testing.py"}
_VARIES = "\0"
# Names of files that messages have from constants.
_CONSTANTS = {"FILE": "prismicio.py", "CONFIG": "prismic.config.json"}


def _text(node: ast.expr) -> str:
    """A message as it stands in the source, with NUL for what is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.JoinedStr(values=parts):
            return "".join(map(_text, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
    return _VARIES


def messages(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each message that an error is made with."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            text = _text(node.args[0])
            if node.func.id in CLASSES and re.search(r"\w{2}", text.replace(_VARIES, "")):
                yield node.lineno, text


def said_in_tables() -> list[str]:
    """The messages of the page: all that is code in the first column of its tables."""
    cells = re.findall(r"^\| (`.*?) \| ", PAGE, re.MULTILINE)
    return [each for cell in cells for each in re.findall(r"`([^`]+)`", cell)]


def documented() -> list[re.Pattern[str]]:
    """What recognises these messages."""
    found = []
    for each in said_in_tables():
        parts = [re.escape(part) for part in each.replace("\\|", "|").split("…")]
        # It begins where the message does, or behind what says where.
        begin = "" if parts[0] == "" else rf"(?:^|[{_VARIES}:] ?)"
        found.append(re.compile(begin + ".*".join(parts), re.DOTALL))
    return found


DOCUMENTED = documented()
# Messages of others: Python, Jinja, the parser of a file.
_FROM_ELSEWHERE = (
    "prismicio.py",
    "prismic.config.json",
    "Type",
    "TYPE",
    "… is undefined",
    "No filter",
    "No test",
)
EVERY = [
    (f"{file.relative_to(PACKAGE).as_posix()}:{line}", text)
    for file in sorted(PACKAGE.rglob("*.py"))
    if file.relative_to(PACKAGE).as_posix() not in NOT_FOR_USERS
    for line, text in messages(file.read_text("utf-8"))
]


def is_documented(text: str) -> bool:
    return any(pattern.search(text) for pattern in DOCUMENTED)


def test_every_class_has_a_heading_in_the_order_of_the_tree() -> None:
    headings = re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)
    name = re.compile(r"^ +(?:[│ ]*[├└]── )?(\w+(?:Error|Failed))\b", re.MULTILINE)
    tree = name.findall(errors.__doc__ or "")
    assert set(headings) == CLASSES
    assert headings == list(dict.fromkeys(tree))


def test_every_message_is_explained() -> None:
    missing = [
        f"{where}: {text.replace(_VARIES, '…')}" for where, text in EVERY if not is_documented(text)
    ]
    assert missing == [], "write these messages into docs/errors.md, with what to do about them"


def test_nothing_is_explained_that_nobody_says() -> None:
    sources = "\n".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    for name, value in _CONSTANTS.items():
        sources = sources.replace(f"{{{name}}}", value)
    flat = re.sub(r'"\s*\n\s*f?"', "", sources)
    words = [
        max(each.replace("\\|", "|").split("…"), key=len).strip()
        for each in said_in_tables()
        if not each.startswith(_FROM_ELSEWHERE)
    ]
    assert len(words) > 100
    assert [each for each in words if each not in flat] == []


@pytest.mark.parametrize("text", ["a message of a new kind", f"the {_VARIES} is no {_VARIES}"])
def test_a_message_that_is_not_there_is_noticed(text: str) -> None:
    assert not is_documented(text)


def test_messages_are_found_in_source() -> None:
    source = 'raise ConfigurationError(f"there is no {x!r} " "here", hint="look")'
    assert list(messages(source)) == [(1, f"there is no {_VARIES} here")]
    assert len(EVERY) > 150
