"""Wire text → filters: `[[at(document.type, "product")][number.lt(my.product.price, 5)]]`.

For what arrives from outside: requests to the emulator, filters typed in a terminal. A text is read
once from left to right, in linear time, whatever it holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import msgspec

from prismic_ssg.content.field_paths import PATH, parse_path
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import ALIASES, OPERATORS
from prismic_ssg.errors import ContentError

if TYPE_CHECKING:
    from prismic_ssg.content.operators import Argument, Scalar

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_VARIABLE = re.compile(r":[\w-]+\s*=")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WORD = re.compile(r"\w+")
_QUOTE = re.compile(r'\\?"')
_WORDS = {"true": True, "false": False}


class FilterSyntaxError(ContentError):
    """A text is no query. `message` ends with the place in Prismic's own form, which is also in
    `line` and `column`, counted from 1; `problem` is the message without it, `query` the text."""

    line: int
    column: int

    def __init__(self, problem: str, *, line: int, column: int, query: str) -> None:
        super().__init__(f"{problem} on line:{line} col:{column} in query '{query}'", line=line)
        self.problem = problem
        self.column = column
        self.query = query


class ParsedFilter(msgspec.Struct, frozen=True):
    """A filter, and where in the text its path is (the name's place, for `similar`)."""

    filter: Filter
    name: str
    line: int
    column: int
    query: str

    def unexpected_field(self) -> FilterSyntaxError:
        """The error with which the Content API refuses a path to what no document can have."""
        return FilterSyntaxError(
            f"[function {self.name}(..)] unexpected field '{self.filter.path}'",
            line=self.line,
            column=self.column,
            query=self.query,
        )


def parse_filters(text: str) -> tuple[Filter, ...]:
    """The filters in one `q` parameter, or in `str()` of a filter; none in `[]`.

    Raises FilterSyntaxError. A field of a type is not looked up: see `parse_query`.
    """
    return tuple(parsed.filter for parsed in parse_query(text))


def parse_query(text: str) -> tuple[ParsedFilter, ...]:
    """`parse_filters`, with the places of their paths, for one who knows which fields there are."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def query(self) -> tuple[ParsedFilter, ...]:
        parsed: list[ParsedFilter] = []
        self.skip_space()
        self.expect("[")
        if self.next_is("["):
            while self.next_is("["):
                self.expect("[")
                parsed.append(self.predicate())
                self.expect("]")
        elif not self.next_is("]"):
            parsed.append(self.predicate())
        self.expect("]")
        if self.position < len(self.text):
            self.fail("expected the end of the query")
        return tuple(parsed)

    def predicate(self) -> ParsedFilter:
        if variable := _VARIABLE.match(self.text, self.position):
            self.position = variable.end()
            self.skip_space()
        name_at = self.position
        name = self.token(_NAME, "the name of a filter")
        operator = OPERATORS.get(ALIASES.get(name, name))
        if operator is None:
            self.fail(f"unknown function '{name}'", at=name_at)
        self.expect("(")
        path, path_at = None, name_at
        if operator.has_path:
            path_at = self.position
            path = self.token(_NAME, "a path")
        args: list[Argument] = []
        while not self.next_is(")"):
            if args or path is not None:
                self.expect(",")
            args.append(self.argument())
        self.expect(")")
        if path is not None and not PATH.fullmatch(path):
            self.refuse_field(name, path, path_at)
        if path is not None and parse_path(path).kind not in operator.paths:
            self.refuse_field(name, path, path_at)
        try:
            filter_ = Filter(name, path, tuple(args))
        except (TypeError, ValueError) as error:
            problem = str(error).removeprefix(f"filter.{operator.helper}: ")
            self.fail(f"[function {name}(..)] {problem}", at=name_at)
        return ParsedFilter(filter_, name, *self.place(path_at), self.text)

    def argument(self) -> Argument:
        if not self.next_is("["):
            return self.scalar()
        self.expect("[")
        elements: list[Scalar] = []
        while not self.next_is("]"):
            if elements:
                self.expect(",")
            elements.append(self.scalar())
        self.expect("]")
        return tuple(elements)

    def scalar(self) -> Scalar:
        if self.next_is('"'):
            return self.string()
        if number := _NUMBER.match(self.text, self.position):
            self.position = number.end()
            self.skip_space()
            # Never int() of the text: it refuses 5,000 digits. Infinity is refused by Filter.
            value = float(number[0])
            return int(value) if value.is_integer() else value
        start = self.position
        word = self.token(_WORD, "a string, number, boolean or list")
        if word not in _WORDS:
            self.fail(f"unexpected value '{word}'", at=start)
        return _WORDS[word]

    def string(self) -> str:
        r"""`\"` is a quote, any other backslash is itself.

        A string that ends in a backslash goes out as `"x\"`, where that is the end. The two are
        told apart by the quotes up to the next `\"`, which can only be in a string: after the end
        of one, an odd number of quotes leads there (and an even number to the end of the text).
        """
        start = end = self.position + 1
        while quote := _QUOTE.search(self.text, end):
            end = quote.end()
            if quote[0] == '"' or self._ends_string(end):
                self.position = end
                self.skip_space()
                return self.text[start : end - 1].replace('\\"', '"')
        return self.fail("a string is not closed", at=start - 1)

    def _ends_string(self, after: int) -> bool:
        following = self.text.find('\\"', after)
        if following < 0:
            return self.text.count('"', after) % 2 == 0
        return self.text.count('"', after, following) % 2 == 1

    def token(self, pattern: re.Pattern[str], what: str) -> str:
        found = pattern.match(self.text, self.position)
        if found is None:
            self.fail(f"expected {what}")
        self.position = found.end()
        self.skip_space()
        return found[0]

    def next_is(self, character: str) -> bool:
        return self.text.startswith(character, self.position)

    def expect(self, character: str) -> None:
        if not self.next_is(character):
            self.fail(f"expected '{character}'")
        self.position += 1
        self.skip_space()

    def skip_space(self) -> None:
        while self.text[self.position : self.position + 1].isspace():
            self.position += 1

    def refuse_field(self, name: str, path: str, at: int) -> NoReturn:
        self.fail(f"[function {name}(..)] unexpected field '{path}'", at=at)

    def place(self, position: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line_start = self.text.rfind("\n", 0, position) + 1
        return self.text.count("\n", 0, position) + 1, position - line_start + 1

    def fail(self, problem: str, *, at: int | None = None) -> NoReturn:
        line, column = self.place(self.position if at is None else at)
        raise FilterSyntaxError(problem, line=line, column=column, query=self.text)
