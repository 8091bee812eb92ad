"""What is published: a wheel and a source archive are built, the wheel is installed into a virtual
environment of its own, and builds a site there, away from the checkout."""

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow

DOCUMENT = """{
  "id": "ZPackagedAAAAAAA", "uid": "first-page", "type": "page", "lang": "en-us", "tags": [],
  "data": {"title": [{"type": "heading1", "text": "Made by a wheel", "spans": []}]}
}"""
PRISMICIO = """
from prismic_ssg import Route, Site

site = Site(
    repository="./content",
    base_url="https://example.org",
    routes=[Route("page", "/:uid")],
)
"""


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; where it fails, the test does, with its words."""
    # Neither the checkout nor our own environment may help the installed package.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PRISMIC_")) and name != "VIRTUAL_ENV"
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("archives")
    run(
        *(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, CHECKOUT),
        cwd=folder,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(archives: Path) -> Path:
    return next(archives.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `prismic-ssg` of a virtual environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run(
        *(programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        wheel,
        cwd=folder,
    )
    return programs / "prismic-ssg"


def test_the_wheel_has_every_file_of_the_theme(wheel_names: set[str]) -> None:
    theme = {
        f"prismic_ssg/_theme/{path.relative_to(CHECKOUT / 'templates').as_posix()}"
        for path in (CHECKOUT / "templates").rglob("*")
        if path.is_file()
    }
    assert theme
    assert theme <= wheel_names


def test_the_wheel_has_every_file_of_the_starter(wheel_names: set[str]) -> None:
    starter = {
        f"prismic_ssg/_starter/starter/{path.relative_to(CHECKOUT / 'starter').as_posix()}"
        for path in (CHECKOUT / "starter").rglob("*")
        if path.is_file()
    }
    assert starter
    assert starter <= wheel_names


def test_the_wheel_has_every_module(wheel_names: set[str]) -> None:
    modules = {
        path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "prismic_ssg").rglob("*.py")
    }
    assert modules <= wheel_names


def test_the_wheel_says_that_the_package_is_typed(wheel_names: set[str]) -> None:
    assert "prismic_ssg/py.typed" in wheel_names


def test_the_wheel_has_the_licence(wheel_names: set[str]) -> None:
    assert any(re.fullmatch(r"[^/]+\.dist-info/licenses/LICENSE", name) for name in wheel_names)


def test_the_wheel_has_nothing_but_the_package(wheel_names: set[str]) -> None:
    others = {
        name
        for name in wheel_names
        if not re.match(r"prismic_ssg/|prismic_ssg-[^/]+\.dist-info/", name)
    }
    assert not others


def test_the_wheel_has_no_litter(wheel_names: set[str]) -> None:
    assert not {name for name in wheel_names if re.search(r"__pycache__|\.py[co]$|/\.", name)}


def test_the_wheel_asks_for_no_library_without_a_lower_bound(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    needed = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert needed
    assert not [each for each in needed if ">=" not in each]


def test_the_source_archive_has_what_the_wheel_is_built_from(archives: Path) -> None:
    with tarfile.open(next(archives.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "templates/document.html"} <= names


def test_the_installed_wheel_builds_a_site_with_its_own_theme(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "prismicio.py").write_text(PRISMICIO)
    (tmp_path / "content" / "documents").mkdir(parents=True)
    (tmp_path / "content" / "documents" / "page.json").write_text(DOCUMENT)
    run(installed, "build", "--strict", cwd=tmp_path)
    page = (tmp_path / "dist" / "first-page" / "index.html").read_text("utf-8")
    assert "Made by a wheel" in page
    [stylesheet] = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page)
    assert (tmp_path / "dist" / stylesheet.lstrip("/")).is_file()


def test_the_installed_wheel_begins_a_site_that_builds(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", ".", cwd=tmp_path)
    assert not list(tmp_path.rglob("__pycache__")), "what pip compiled is no part of a site"
    run(installed, "build", "--strict", cwd=tmp_path)
    assert "libraries: click " in run(installed, "doctor", cwd=tmp_path)
    assert (tmp_path / ".github/workflows/deploy.yml").is_file()
    assert (tmp_path / "dist/images/dawn.svg").is_file()


def test_the_installed_wheel_comes_from_its_environment(installed: Path, tmp_path: Path) -> None:
    code = "import prismic_ssg; print(prismic_ssg.__file__)"
    where = run(installed.parent / "python", "-c", code, cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parents[1])
