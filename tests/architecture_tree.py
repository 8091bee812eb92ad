"""The tree in docs/architecture.md: read by a test, brought up to date by running this file.

    .venv/bin/python tests/architecture_tree.py

What the tree says of a file stays as it is; a new file gets the first sentence of its docstring, to
be said shorter by hand, and a file that is gone loses its line.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "prismic_ssg"
PAGE = CHECKOUT / "docs" / "architecture.md"

_BLOCK = re.compile(r"(?<=```text\nprismic_ssg/\n).*?(?=\n```)", re.DOTALL)
_LINE = re.compile(r"(?P<indent>[│ ]*)[├└]── (?P<name>\S+) *(?P<says>.*)")
_WIDTH = 100


def files_that_exist() -> set[str]:
    """The package's files by their path in it: `content/filters.py`."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def documented() -> dict[str, str]:
    """What the page says of each file and, with a `/` at the end, each folder; in its order."""
    [block] = _BLOCK.findall(PAGE.read_text("utf-8"))
    found, folder = {}, ""
    for line in block.splitlines():
        if match := _LINE.fullmatch(line):
            name = match["name"]
            if name.endswith("/"):
                folder = name
                found[name] = match["says"]
            else:
                found[(folder if match["indent"] else "") + name] = match["says"]
    return found


def first_words(file: str) -> str:
    """The first sentence of a module's docstring."""
    path = PACKAGE / file
    if path.suffix != ".py" or path.name == "__init__.py":
        return ""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    sentence = re.split(r"\.(?= |$)", " ".join(text.split("\n\n")[0].split()))[0]
    return sentence[:1].lower() + sentence[1:]


def lines(files: set[str], says: Mapping[str, str]) -> Iterator[str]:
    """The tree's lines. The top of the package is in the page's order, folders by name."""
    parts = {file.partition("/")[0] + "/" * ("/" in file) for file in files}
    known = [name for name in says if name in parts]
    top = [*known[:-1], *sorted(parts - set(known)), *known[-1:]]
    rows = []
    for name in top:
        last = name == top[-1]
        rows.append(("└── " if last else "├── ", name, name))
        inside = sorted(file for file in files if name.endswith("/") and file.startswith(name))
        for file in inside:
            branch = "└── " if file == inside[-1] else "├── "
            rows.append((("    " if last else "│   ") + branch, file.rpartition("/")[2], file))
    column = max(len(branch + name) for branch, name, _ in rows) + 2
    for branch, name, file in rows:
        words = says.get(file) or ("" if file.endswith("/") else first_words(file))
        yield (
            f"{branch}{name}".ljust(column).rstrip()
            if not words
            else (f"{branch}{name}".ljust(column) + words)
        )


def main() -> None:
    """Write the tree anew, and name the lines that are too long for the page."""
    page = PAGE.read_text("utf-8")
    tree = list(lines(files_that_exist(), documented()))
    PAGE.write_text(_BLOCK.sub(lambda _: "\n".join(tree), page), "utf-8")
    for line in tree:
        if len(line) > _WIDTH:
            print(f"say it shorter: {line}")


if __name__ == "__main__":
    main()
