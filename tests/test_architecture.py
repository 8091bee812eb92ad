"""The package keeps to its architecture: docs/architecture.md in words, the tables below in full.

Every import counts, also those inside functions and under TYPE_CHECKING: a layer that needs another
only for its types still knows of it.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from architecture_tree import PACKAGE, documented, files_that_exist, lines

# From the innermost layer outwards. Modules of one row stand beside each other.
LAYERS = (
    ("_version", "errors", "unbroken"),
    ("content",),
    ("hooks",),
    ("site", "listing", "field_types"),
    ("engine", "render", "api", "store", "emulator", "site_commands"),
    (
        "local_folder",
        "origin",
        "sources",
        "hook_content",
        "worlds",
        "image_downloads",
        "rendered_world",
        "live",
        "previewed",
        "previews",
        "before_build",
        "build",
        "building",
        "publishing",
        "redirect_list",
        "explain",
        "verify",
        "pull",
        "query",
        "slice_types",
        "report",
        "scaffold",
        "new_site",
        "check",
        "checking",
        "checks",
        "last_build",
        "typed_content",
        "doctor",
    ),
    ("server",),
    ("cli", "testing"),
    ("__main__",),
)

# A folder of a row may import another of the same row only so: who → whom.
BESIDE = {
    "site": {"listing"},
    "render": {"engine"},
    "emulator": {"store"},
    "origin": {"local_folder"},
    "doctor": {"origin"},
    "worlds": {"hook_content", "origin", "publishing", "sources"},
    "slice_types": {"origin", "sources"},
    "typed_content": {"origin", "scaffold"},
    "new_site": {"origin", "scaffold", "slice_types"},
    "build": {"before_build", "building", "origin", "sources", "worlds"}
    | {"image_downloads", "report"},
    "rendered_world": {"building", "image_downloads", "publishing", "sources"},
    "live": {"building", "origin", "rendered_world", "sources", "worlds"},
    "previewed": {"live", "rendered_world", "worlds"},
    "previews": {"live", "previewed"},
    "explain": {"building", "origin", "sources", "worlds"},
    "verify": {"build", "building", "report"},
    "building": {"publishing", "sources", "worlds", "image_downloads", "report"},
    "publishing": {"sources"},
    "redirect_list": {"origin", "publishing", "sources", "worlds"},
    "check": {"build", "building", "checking", "checks", "origin", "sources", "worlds"},
    "checking": {"building", "checks"},
    "checks": {"publishing"},
    "last_build": {"building", "origin"},
    "pull": {"origin"},
    "query": {"origin"},
}

# The emulator is what the client is tested with: a bug must not be shared by both.
NEVER = {"emulator": {"api", "engine", "render"}}

# Who may import a library, by the beginning of the module's path. "" is everyone.
LIBRARIES = {
    "msgspec": ("",),
    "xxhash": ("content/document.py", "store/staging.py"),
    "httpx": ("api/transport.py",),
    "stamina": ("api/",),
    "brotli": ("api/", "server/compression.py"),
    "certifi": ("api/",),
    "jinja2": ("render/",),
    "markupsafe": ("render/",),
    "markdown_it": ("render/",),
    "mdit_py_plugins": ("render/",),
    "yaml": ("render/",),
    "babel": ("render/dates.py", "render/lists.py"),
    "pygments": ("render/highlight.py",),
    "starlette": ("server/", "emulator/app.py"),
    "uvicorn": ("server/", "emulator/app.py"),
    "sse_starlette": ("server/", "emulator/app.py"),
    "watchfiles": ("server/watch.py", "cli/emulate.py"),
    "lightningcss": ("store/minified.py",),
    "minify_html": ("store/minified.py",),
    "html5lib": ("checks/markup.py",),
    "pagefind": ("publishing/search_index.py",),
    "click": ("cli/",),
    "pytest": ("testing.py",),
    "rich": ("cli/",),
}

# Modules of the standard library that do what only some parts may do.
STANDARD_LIBRARY = {
    "sqlite3": ("store/", "content/word_index.py"),
    "http.client": ("api/",),
    "socket": ("api/", "server/"),
    "ssl": ("api/",),
    "urllib.request": ("api/",),
    "shutil": ("store/", "cli/"),
    "tempfile": ("store/", "cli/"),
    "time": ("api/", "build.py", "local_folder.py", "server/", "cli/", "testing.py"),
    "random": ("api/", "server/", "cli/"),
    "secrets": ("server/", "cli/"),
    "uuid": ("server/", "cli/"),
}

# What is called by these names reads or writes files, wherever the object comes from.
FILE_CALLS = frozenset(
    {"open", "read_text", "read_bytes", "write_text", "write_bytes", "scandir", "iterdir", "rglob"}
    | {"mkdir", "rmdir", "unlink", "touch", "symlink_to", "hardlink_to"}
)
FILES_ONLY_IN = ("store/", "cli/")
CLOCK_CALLS = frozenset({"now", "utcnow", "today", "fromtimestamp"})
ENVIRONMENT_NAMES = frozenset({"environ", "getenv", "urandom"})
CLOCK_AND_ENVIRONMENT_ONLY_IN = (
    "api/",
    "build.py",
    "origin.py",
    "local_folder.py",
    "server/",
    "cli/",
)

MOST_LINES = 400
EMPTY_NAMES = frozenset({"base", "common", "helpers", "manager", "misc", "utils"})

# Where a rule is broken, and why that is better there. A line that is not needed any more fails.
EXCEPTIONS: Mapping[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Import:
    """`line` of `file` imports `module`, in full: `prismic_ssg.content.filters`, `os`."""

    file: str
    line: int
    module: str


@cache
def sources() -> Mapping[str, str]:
    """The package's files by their path in it: `content/filters.py`."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def parsed(text: str) -> tuple[ast.AST, ...]:
    """Every node of a file, its module first."""
    return tuple(ast.walk(ast.parse(text)))


def nodes_of(file: str) -> tuple[ast.AST, ...]:
    return parsed(sources()[file])


def dotted(file: str) -> str:
    """`content/filters.py` → `content.filters`; a folder's `__init__.py` → the folder."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def own_modules() -> Mapping[str, str]:
    return {dotted(file): file for file in sources() if file != "__init__.py"}


def imports_of(file: str) -> Iterator[Import]:
    ours = own_modules()
    for node in nodes_of(file):
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            for alias in node.names:
                name = f"{module}.{alias.name}"
                is_module = name.removeprefix("prismic_ssg.") in ours or name in STANDARD_LIBRARY
                yield Import(file, node.lineno, name if is_module else module)


def every_import() -> Iterator[Import]:
    for file in sources():
        # The public names: they come from everywhere, and are loaded when they are asked for.
        if file != "__init__.py":
            yield from imports_of(file)


def own(module: str) -> str | None:
    """`prismic_ssg.content.filters` → `content.filters`; None for someone else's module."""
    return module.removeprefix("prismic_ssg.") if module.startswith("prismic_ssg.") else None


def part(file_or_module: str) -> str:
    """The folder of the package, or the module at its top, that something belongs to."""
    return re.split(r"[/.]", file_or_module)[0]


def layer(name: str) -> int:
    for number, names in enumerate(LAYERS):
        if name in names:
            return number
    raise AssertionError(f"prismic_ssg/{name} is in no layer: add it to LAYERS")


def allowed(file: str, places: tuple[str, ...]) -> bool:
    return any(file.startswith(place) for place in places)


def modules_without_a_layer() -> Iterator[str]:
    """Every module is in a layer."""
    for module, file in own_modules().items():
        if not any(part(module) in names for names in LAYERS):
            yield f"{file} is in no row of LAYERS"


def imports_from_above() -> Iterator[str]:
    """A layer imports none above itself."""
    for each in every_import():
        target = own(each.module)
        if target and layer(part(target)) > layer(part(each.file)):
            yield f"{each.file}:{each.line} imports {target}"


def imports_from_beside() -> Iterator[str]:
    """Parts of one layer do not import each other, but for those in BESIDE."""
    for each in every_import():
        target, here = own(each.module), part(each.file)
        if not target or part(target) in {here, *BESIDE.get(here, ())}:
            continue
        if layer(part(target)) == layer(here):
            yield f"{each.file}:{each.line} imports {target}"


def imports_that_would_share_bugs() -> Iterator[str]:
    """The emulator shares no code with the client that it tests: NEVER says with whom."""
    for each in every_import():
        target = own(each.module)
        if target and part(target) in NEVER.get(part(each.file), set()):
            yield f"{each.file}:{each.line} imports {target}"


def imports_of_public_names() -> Iterator[str]:
    """Modules are imported where they are, not through the public names."""
    for each in every_import():
        if each.module == "prismic_ssg":
            yield f"{each.file}:{each.line}"


def relative_imports() -> Iterator[str]:
    """Imports name the whole path."""
    for file in sources():
        for node in nodes_of(file):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield f"{file}:{node.lineno}"


def misplaced_libraries() -> Iterator[str]:
    """A library is behind one part of the package: LIBRARIES says which."""
    for each in every_import():
        library = each.module.split(".")[0]
        if library in sys.stdlib_module_names or library == "prismic_ssg":
            continue
        if library not in LIBRARIES:
            yield f"{each.file}:{each.line} imports {library}, which is in no list"
        elif not allowed(each.file, LIBRARIES[library]):
            places = ", ".join(LIBRARIES[library])
            yield f"{each.file}:{each.line} imports {library}, which is for {places}"


def misplaced_standard_library() -> Iterator[str]:
    """Network, database, files and clock have their place: STANDARD_LIBRARY says which."""
    for each in every_import():
        for module, places in STANDARD_LIBRARY.items():
            is_it = each.module == module or each.module.startswith(f"{module}.")
            if is_it and not allowed(each.file, places):
                yield f"{each.file}:{each.line} imports {module}, which is for {', '.join(places)}"


def opened_files() -> Iterator[str]:
    """Only the store and the command line open files."""
    for file in sources():
        if allowed(file, FILES_ONLY_IN):
            continue
        for node in nodes_of(file):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", None))
                if name in FILE_CALLS:
                    yield f"{file}:{node.lineno} calls {name}()"


def readings_of_clock_or_environment() -> Iterator[str]:
    """Clock and environment are arguments, but at the edge: the same content is the same site at
    any hour and on any machine."""
    for file in sources():
        if allowed(file, CLOCK_AND_ENVIRONMENT_ONLY_IN):
            continue
        for node in nodes_of(file):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                of, name = node.value.id, node.attr
                reads_clock = of in ("datetime", "date") and name in CLOCK_CALLS
                if reads_clock or (of == "os" and name in ENVIRONMENT_NAMES):
                    yield f"{file}:{node.lineno} uses {of}.{name}"


def cycles() -> Iterator[str]:
    """No modules import each other, nor by way of others: what both need goes into a third."""
    graph: dict[str, set[str]] = {module: set() for module in own_modules()}
    for each in every_import():
        target = own(each.module)
        if target in graph and target != dotted(each.file):
            graph[dotted(each.file)].add(target)
    found = set()
    for start in graph:
        paths, seen = [(start,)], set()
        while paths:
            path = paths.pop(0)
            for target in sorted(graph[path[-1]]):
                if target == start:
                    found.add(" ⇄ ".join(sorted(path)))
                elif target not in seen:
                    seen.add(target)
                    paths.append((*path, target))
    yield from sorted(found)


def long_files() -> Iterator[str]:
    """A file of over 400 lines is split by noun, or says why not: 'over 400 lines: …'."""
    for file, text in sources().items():
        lines = text.count("\n")
        if lines > MOST_LINES and f"{MOST_LINES} lines" not in text:
            yield f"{file} has {lines} lines"


def nested_folders() -> Iterator[str]:
    """Folders are one level deep."""
    return (file for file in sources() if file.count("/") > 1)


def names_that_say_nothing() -> Iterator[str]:
    """No file is named after nothing in particular."""
    return (file for file in sources() if Path(file).stem in EMPTY_NAMES)


def files_without_a_first_line() -> Iterator[str]:
    """A file begins by saying what it is."""
    for file, text in sources().items():
        if text.strip() and file != "_version.py" and not ast.get_docstring(nodes_of(file)[0]):
            yield file


Rule = Callable[[], Iterator[str]]

# Every rule, with a file that breaks it: a rule that finds nothing anywhere would look kept.
RULES: tuple[tuple[Rule, str, str], ...] = (
    (modules_without_a_layer, "plugins.py", ""),
    (imports_from_above, "content/a.py", "from prismic_ssg.render.views import SiteView"),
    (imports_from_above, "site.py", "def f():\n    from prismic_ssg.api import client"),
    (
        imports_from_above,
        "engine/a.py",
        "if TYPE_CHECKING:\n    from prismic_ssg.report import BuildReport",
    ),
    (imports_from_beside, "engine/a.py", "import prismic_ssg.render.views"),
    (imports_that_would_share_bugs, "emulator/a.py", "from prismic_ssg.api.requests import mask"),
    (imports_of_public_names, "build.py", "from prismic_ssg import Site"),
    (relative_imports, "content/a.py", "from .b import c"),
    (misplaced_libraries, "engine/a.py", "from jinja2 import Environment"),
    (misplaced_libraries, "api/client.py", "import httpx"),
    (misplaced_libraries, "cli/a.py", "import requests"),
    (misplaced_standard_library, "engine/a.py", "import sqlite3"),
    (misplaced_standard_library, "content/a.py", "from urllib.request import urlopen"),
    (misplaced_standard_library, "render/a.py", "from time import time"),
    (opened_files, "engine/a.py", "with open('x') as file: pass"),
    (opened_files, "build.py", "Path('x').read_text()"),
    (readings_of_clock_or_environment, "engine/a.py", "datetime.now(UTC)"),
    (readings_of_clock_or_environment, "store/a.py", "os.environ['HOME']"),
    (cycles, "content/a.py", "import prismic_ssg.content.b"),
    (long_files, "content/a.py", "\n" * 401),
    (nested_folders, "content/a/b.py", ""),
    (names_that_say_nothing, "content/utils.py", ""),
    (files_without_a_first_line, "content/a.py", "import re"),
)


@pytest.mark.parametrize(
    "rule", dict.fromkeys(rule for rule, _, _ in RULES), ids=lambda r: r.__name__
)
def test_the_package_keeps_to(rule: Rule) -> None:
    broken = [place for place in rule() if (rule.__name__, place) not in EXCEPTIONS]
    assert not broken, f"{rule.__doc__}\n  " + "\n  ".join(broken)


@pytest.mark.parametrize(("rule", "file", "code"), RULES)
def test_a_file_that_breaks_a_rule_is_found(
    rule: Rule, file: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"content/b.py": "import prismic_ssg.content.a"}
    monkeypatch.setattr(sys.modules[__name__], "sources", lambda: {file: code, **other})
    assert list(rule())


def test_every_exception_is_still_needed() -> None:
    found = {(rule.__name__, place) for rule, _, _ in RULES for place in rule()}
    assert set(EXCEPTIONS) <= found, "take what is not broken any more out of EXCEPTIONS"


def test_the_documented_tree_names_exactly_the_files_that_exist() -> None:
    existing = files_that_exist()
    in_page = {name for name in documented() if not name.endswith("/")}
    wrong = [f"add {file}" for file in sorted(existing - in_page)]
    wrong += [f"remove {file}" for file in sorted(in_page - existing)]
    hint = "docs/architecture.md is of another time: run tests/architecture_tree.py"
    assert not wrong, "\n  ".join([hint, *wrong])


def test_the_tree_keeps_what_is_said_of_a_file() -> None:
    said = {"content/": "values", "content/a.py": "a thing", "content/gone.py": "", "cli/": "words"}
    files = {"content/a.py", "cli/__init__.py", "cli/b.py"}
    assert list(lines(files, {**said, "cli/b.py": "another"})) == [
        "├── content/         values",
        "│   └── a.py         a thing",
        "└── cli/             words",
        "    ├── __init__.py",
        "    └── b.py         another",
    ]
