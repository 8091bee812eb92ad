"""Values that `prismicio.py` takes from the environment: another one reaches every page.

Source and values of a configuration are told from what they were, wherever they are: in an option,
in what a function has as defaults, closes over, or names in its module.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from site_harness import BuiltSite

SITE = """
-- prismicio.py --
import datetime, decimal, enum, functools, logging, os, pathlib, re, threading, types
from prismic_ssg import Route, Site
GIVEN = os.environ["GIVEN"]
HERE = os.path.dirname(__file__)
FOLDER = pathlib.Path(__file__).parent
LOCK = threading.Lock()
log = logging.getLogger(__name__)
class Color(enum.Enum):
    ONE = "1"
    TWO = "2"
class Price:
    def __init__(self, amount):
        self.amount = amount
    def text(self):
        return self.amount
    def __str__(self):
        return GIVEN
class Shop:
    name = GIVEN
    def __str__(self):
        return self.name
class Till:
    @property
    def of_property(self):
        return GIVEN
class Bag:
    @functools.cached_property
    def of_cached_property(self):
        return GIVEN
class Desk:
    @staticmethod
    def of_static():
        return GIVEN
class Shelf:
    @classmethod
    def of_class(cls):
        return GIVEN
def given():
    return GIVEN
def nested():
    with LOCK:
        log.debug("%s %s", HERE, FOLDER)
        return [given() for _ in "a"][0]
def closed(value):
    def inner():
        return value
    return inner
def number(value):
    return value
@functools.cache
def cached():
    return GIVEN
MORE
site = Site(repository="./content", routes=[Route("post", "/:uid/")], globals={"shown": VALUE})
-- templates/post.html --
SHOWN
-- content/a.json --
{"type": "post", "uid": "a"}
"""

pytestmark = pytest.mark.slow

Unbuilt = Callable[[str], BuiltSite]


def configured(value: str, shown: str = "{{ shown }}", more: str = "") -> str:
    return SITE.replace("VALUE", value).replace("SHOWN", shown).replace("MORE", more)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("datetime.date(2026, 1, int(GIVEN))", "{{ shown }}"),
        ("[datetime.datetime(2026, 1, int(GIVEN))]", "{{ shown[0] }}"),
        ("decimal.Decimal(GIVEN)", "{{ shown }}"),
        ("pathlib.Path(GIVEN)", "{{ shown }}"),
        ("GIVEN.encode()", "{{ shown }}"),
        ("Color(GIVEN)", "{{ shown.value }}"),
        ("types.SimpleNamespace(it=GIVEN)", "{{ shown.it }}"),
        ("re.compile(GIVEN)", "{{ shown.pattern }}"),
        ("Price(GIVEN)", "{{ shown.amount }}"),
        ("Price(GIVEN).text", "{{ shown() }}"),
        ("Price('')", "{{ shown }}"),
        ("Shop()", "{{ shown }}"),
        ("Till()", "{{ shown.of_property }}"),
        ("Bag()", "{{ shown.of_cached_property }}"),
        ("Desk()", "{{ shown.of_static() }}"),
        ("Shelf()", "{{ shown.of_class() }}"),
        ("{GIVEN}", "{{ shown|first }}"),
        ("[Color.ONE, Color.TWO, Color(GIVEN)]", "{{ shown[2].value }}"),
        ("re if GIVEN == '1' else os", "{{ shown.__name__ }}"),
        ("given", "{{ shown() }}"),
        ("nested", "{{ shown() }}"),
        ("cached", "{{ shown() }}"),
        ("closed(GIVEN)", "{{ shown() }}"),
        ("lambda value=GIVEN: value", "{{ shown() }}"),
        ("functools.partial(number, GIVEN)", "{{ shown() }}"),
        ("max if GIVEN == '1' else min", "{{ shown(1, 2) }}"),
    ],
)
def test_whatever_has_a_value_from_the_environment_reaches_every_page(
    unbuilt: Unbuilt, monkeypatch: pytest.MonkeyPatch, value: str, shown: str
) -> None:
    built = unbuilt(configured(value, shown))
    texts = set()
    for given in ("1", "2"):
        monkeypatch.setenv("GIVEN", given)
        built.build()
        texts.add(built.text("/a/"))
        assert built.files == built.from_scratch()
        assert not built.build().rendered
    assert len(texts) == 2


def test_a_value_of_a_module_that_a_hook_of_another_reads_reaches_every_page(
    unbuilt: Unbuilt, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = "import shop.words\ndef signed(page, html):\n    return html + shop.words.GIVEN\n"
    built = unbuilt(configured("1", "A", "import hook").replace("globals=", "filters={}, globals="))
    built.write("hook.py", hook)
    built.write("shop/__init__.py", "")
    built.write("shop/words.py", 'import os\nGIVEN = os.environ["GIVEN"]\n')
    path = built.folder / "prismicio.py"
    path.write_text(path.read_text() + "\nsite.on_page(hook.signed)\n")
    for given in ("1", "2"):
        monkeypatch.setenv("GIVEN", given)
        built.build()
        assert built.text("/a/") == f"A{given}"


def test_a_function_that_looks_into_the_environment_is_not_told_all_of_it(
    unbuilt: Unbuilt, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = "from os import environ\ndef host():\n    return environ.get('HOST_OF_SITE')"
    built = unbuilt(configured("host", "A", function))
    monkeypatch.setenv("GIVEN", "1")
    built.build()
    monkeypatch.setenv("OF_A_SHELL", "another one every time")
    assert not built.build().rendered


def test_a_configuration_of_many_values_is_the_same_in_every_process_and_folder(
    unbuilt: Unbuilt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = (
        "[nested, Color.ONE, {'a', 'b', 'c'}, Price(object()), HERE, FOLDER, "
        "FOLDER / 'a', (each for each in 'ab'), log, LOCK, re.compile('a'), given, Shop]"
    )
    built = unbuilt(configured(everything, "A"))
    monkeypatch.setenv("GIVEN", "1")
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    built.build()
    shutil.copytree(built.folder, moved)
    for folder, name in ((built.folder, str(built.folder)), (moved, "."), (moved, str(moved))):
        code = f"from prismic_ssg import build; print(len(build({name!r}).rendered))"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
        )
        assert done.stdout == "0\n"
