"""What tests need of the machine they run on. Where it is absent they are skipped, with the reason
in pytest's summary; where CI is set they fail, for a check that is quietly absent proves nothing.

A test that runs node takes the fixture `node`, one that opens a browser `chromium`, one that needs
the web server `nginx`: each is the path of the program.
"""

import os
import shutil
from pathlib import Path

import pytest

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def _program(names: tuple[str, ...], what: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    reason = f"{what} is not installed: looked for {', '.join(names)}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node."""
    return _program(("node",), "node")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. As root it runs only with `--no-sandbox`."""
    return _program(_CHROMIUMS, "Chromium")


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of nginx."""
    return _program(("nginx", "/usr/sbin/nginx"), "nginx")


@pytest.fixture(scope="session")
def real_content() -> Path:
    """A folder of folders, each with the content of a real repository. None of it is ours to ship,
    so nowhere is it required."""
    folder = os.environ.get("PRISMIC_SSG_REAL_CONTENT")
    if not folder:
        pytest.skip("PRISMIC_SSG_REAL_CONTENT names no folder with content of real repositories")
    return Path(folder)
