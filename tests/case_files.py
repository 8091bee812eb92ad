"""Tables of cases as text files, so that a case is added without touching code.

A file in tests/cases/ is a sequence of cases: a line `== title`, the input, a line `--`, what is
expected. Neither block ends in a line break; blank lines before the next title are no part of it.
Lines before the first title say what the table is about.

    @pytest.mark.parametrize("case", load_cases("routes"), ids=str)
    def test_…(case): assert f(case.input) == case.expected
"""

from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    title: str
    input: str
    expected: str

    def __str__(self) -> str:
        return self.title


def load_cases(name: str) -> list[Case]:
    """The cases of tests/cases/`name`.txt, in the file's order. Only LF separates lines."""
    text = (Path(__file__).parent / "cases" / f"{name}.txt").read_bytes().decode()
    cases = []
    for chunk in ("\n" + text.rstrip("\n")).split("\n== ")[1:]:
        title, _, rest = chunk.partition("\n")
        given, _, expected = f"\n{rest}".partition("\n--")
        cases.append(Case(title, given.removeprefix("\n"), expected.strip("\n")))
    return cases
