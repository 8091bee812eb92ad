"""What a command loads: a build that finds nothing to do must not pay for what renders."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

# A minute later: files that have just been written might change again unnoticed, so they are read.
WITH_ALL = """
import atexit, sys, time
now = time.time
time.time = lambda: now() + 60
atexit.register(lambda: print("LOADED", *sorted(sys.modules), file=sys.stderr))
from prismic_ssg.cli import main
main()
"""


def ran(script: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own, in a folder, with this checkout's package."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    done = ran(WITH_ALL, *arguments, folder=folder)
    done.check_returncode()
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("LOADED ")]
    return set(line.split()[1:])


RENDERING = {"jinja2", "markupsafe", "markdown_it", "mdit_py_plugins", "yaml", "multiprocessing"}
CONTENT = {"prismic_ssg.content.snapshot", "prismic_ssg.engine.pages", "prismic_ssg.worlds"}
NETWORK = {"http.client", "ssl", "email"}
SLOW = {"httpx", "stamina", "rich", "starlette", "importlib.metadata", "babel", "pygments"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "content" / "documents"
    documents.mkdir(parents=True)
    (documents / "a.json").write_text('{"id": "a", "type": "post", "uid": "a", "data": {}}')
    site = 'from prismic_ssg import Site\nsite = Site(repository="./content")\n'
    (tmp_path / "prismicio.py").write_text(site)
    return tmp_path


@pytest.mark.slow
def test_a_build_with_nothing_to_do_loads_nothing_that_renders(folder: Path) -> None:
    first = loaded(folder, "build")
    assert first >= {"jinja2", "markupsafe"} | CONTENT
    again = loaded(folder, "build")
    assert again & (RENDERING | CONTENT | SLOW | NETWORK) == set()
    assert [name for name in again if name.startswith("prismic_ssg.emulator")] == []


@pytest.mark.slow
def test_a_site_without_markdown_loads_no_parser_for_it(folder: Path) -> None:
    parsers = {"markdown_it", "mdit_py_plugins", "yaml"}
    (folder / "templates").mkdir()
    (folder / "templates" / "post.html").write_text("{{ doc.uid }}")
    assert loaded(folder, "build", "--jobs", "1") & {*parsers, "multiprocessing"} == set()
    (folder / "templates" / "post.html").write_text("{{ '*' ~ doc.uid ~ '*' | markdown }}")
    assert loaded(folder, "build", "--jobs", "1") >= parsers - {"yaml"}


@pytest.mark.slow
def test_only_a_site_that_cuts_embeds_down_loads_a_parser_for_html(folder: Path) -> None:
    (folder / "content" / "documents" / "a.json").write_text(
        '{"id": "a", "type": "post", "uid": "a", "data": {"video": '
        '{"embed_url": "https://a.example", "type": "video", "html": "<i onclick=x>A</i>"}}}'
    )
    (folder / "templates").mkdir()
    (folder / "templates" / "post.html").write_text("{{ doc.data.video | embed }}")
    parsers = {"html.parser", "prismic_ssg.content.embed_html"}
    page = folder / "dist" / "post" / "a" / "index.html"
    assert loaded(folder, "build", "--jobs", "1") & parsers == set()
    assert "<i onclick=x>A</i>" in page.read_text()
    site = 'from prismic_ssg import Site\nsite = Site(repository="./content", safe_html=True)\n'
    (folder / "prismicio.py").write_text(site)
    assert loaded(folder, "build", "--jobs", "1") >= parsers
    assert "<i>A</i>" in page.read_text()


@pytest.mark.slow
def test_the_version_is_told_without_loading_what_builds(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "--version")
    assert "prismic_ssg.cli" in modules
    unwanted = RENDERING | CONTENT | SLOW | NETWORK | {"msgspec", "sqlite3", "prismic_ssg.build"}
    assert modules & unwanted == set()


AHEAD = """
import sys
import threading
from pathlib import Path
from prismic_ssg.building.ahead import Ahead
from prismic_ssg.site import Site
from prismic_ssg.store.state import BuildState
site = Site(repository="./content")
ahead = Ahead(BuildState(Path("state.db")), None, None, Path(), site)
"""


@pytest.mark.slow
def test_where_nothing_was_built_templates_are_compiled_in_a_thread(tmp_path: Path) -> None:
    script = (
        f"{AHEAD}"
        "ahead.begin()\n"
        "for each in set(threading.enumerate()) - {threading.main_thread()}:\n"
        "    each.join()\n"
        "from prismic_ssg.render.environment import CompiledTemplates\n"
        "print(len(CompiledTemplates._codes) > 5)\n"
    )
    done = ran(script, folder=tmp_path)
    done.check_returncode()
    assert done.stdout == "True\n"


@pytest.mark.slow
def test_what_renders_is_loaded_once_in_a_thread(tmp_path: Path) -> None:
    script = (
        f"{AHEAD}"
        "before = 'jinja2' in sys.modules\n"
        "ahead.begin()\n"
        "ahead.begin()\n"
        "others = [each for each in threading.enumerate() if each is not threading.main_thread()]\n"
        "assert ahead.remembered() is None and ahead.table() is None\n"
        "print(before, 'jinja2' in sys.modules, len(others) <= 1)\n"
    )
    done = ran(script, folder=tmp_path)
    done.check_returncode()
    assert done.stdout.split("\n")[0] == "False True True"


INTERRUPTED_WHILE_LOADING = """
import sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
from prismic_ssg.__main__ import main
main()
"""


@pytest.mark.slow
def test_an_interrupt_while_the_command_line_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    done = ran(INTERRUPTED_WHILE_LOADING, folder=tmp_path)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
