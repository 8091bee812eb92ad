"""What a server that runs for weeks keeps in memory."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from serving import ROOT
from site_harness import BuiltSite

SITE = """
-- templates/page.html --
<title>{{ doc.data.title }}</title>{% for each in site.query() %}{{ each.url }}{% endfor %}
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "First"}}
-- content/other.json --
{"type": "page", "uid": "other", "data": {"title": "Other"}}
"""

# The collector is off all the time: longer than those who work without it could ever keep it off.
SERVER = """
import gc
import sys
from pathlib import Path
from prismic_ssg.live import Changed
from prismic_ssg.render.renderer import Renderer
from prismic_ssg.server.causes import Cause
from prismic_ssg.server.options import Options
from prismic_ssg.server.service import Service

gc.disable()
folder = Path(sys.argv[1])
service = Service(Options(folder, environment={}, watches=True, reloads=False))
most = 0
for number in range(100):
    (folder / "templates/page.html").write_text(f"{number} {{{{ doc.data.title }}}}")
    service.site.refresh(Changed(content=False, configuration=False))
    assert service.site.page("first/index.html").body.startswith(str(number).encode())
    service.build(Cause(("page.html",)))
    assert (folder / "dist/first/index.html").read_bytes().startswith(str(number).encode())
    if number % 5 == 4:
        most = max(most, sum(isinstance(each, Renderer) for each in gc.get_objects()))
print(most)
"""

# Texts of pages, all of them let go but for a few between.
TEXTS = """
from pathlib import Path
from prismic_ssg.api.collector import collect_leavings

def resident_kb():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))

texts = [bytes(3000 + number % 500) for number in range(30_000)]
kept = texts[::500]
del texts
before = resident_kb()
assert collect_leavings()
print((before - resident_kb()) // 1000)
"""


def printed(script: str, *arguments: Path) -> int:
    """The number that a script prints, in a process where no other test has left anything."""
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.slow
def test_worlds_that_were_replaced_do_not_pile_up(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path, SITE)
    # The one on show, and no more than make up a quarter of what is in memory.
    assert 1 <= printed(SERVER, site.folder) <= 90


@pytest.mark.slow
@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another C library gives memory back by itself"
)
def test_memory_that_is_free_goes_back_to_the_system() -> None:
    assert printed(TEXTS) > 60  # of 100 MB
