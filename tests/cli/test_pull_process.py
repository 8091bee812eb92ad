"""A build pulls by a copy of its process: nobody notices, whatever happens to either."""

from __future__ import annotations

import json
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hosted import Answer, Hosted
from processes import interrupted, needs_proc, processes_of

from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.seed import seed
from prismic_ssg.store.fresh_fields import FreshFields

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="no process is copied on this system"),
]

SITE = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site
site = Site(
    repository="REPOSITORY",
    routes=[Route("page", "/:uid")],
    listings=[Listing("/kinds/:kind/", template="kind.html", page_size=100, by="my.page.kind")],
)
-- templates/page.html --
{{ doc.data.title }}
-- templates/kind.html --
{% for each in page.documents %}{{ each.uid }} {% endfor %}
"""


class Repository:
    """230 documents, three pages, which are published anew; `hook` may answer instead."""

    def __init__(self, host: Callable[[Answer], Hosted]) -> None:
        self.publish("first")
        self.hook: Callable[[str, str], Any] = lambda path, query: None
        self.host = host(self._respond)
        self.asked = self.host.asked
        self.endpoint = self.host.endpoint

    def publish(self, title: str, *, edited: int | None = None) -> None:
        documents = [
            {
                "id": f"d{n}",
                "type": "page",
                "uid": f"u{n}",
                "last_publication_date": "2026-02-01T00:00:00+0000"
                if n == edited
                else f"2026-01-{1 + n // 10:02}T00:00:00+0000",
                "data": {
                    "title": "edited" if n == edited else f"{title} {n}",
                    "kind": f"{title}-{n % 3}",
                },
            }
            for n in range(230)
        ]
        files = [(f"documents/{each['id']}.json", json.dumps(each).encode()) for each in documents]
        self.made, _ = seed(files, name="test")

    def _respond(self, path: str, query: str) -> tuple[int, dict[str, str], bytes]:
        instead = self.hook(path, query)
        if instead is not None:
            return instead
        return answer(self.made, "GET", path, query, origin=self.host.origin)

    def pages_asked(self) -> int:
        return sum("/documents/search" in each for each in self.asked)


@pytest.fixture
def repository(host) -> Repository:
    return Repository(host)


@pytest.fixture
def project(folder, repository) -> Path:
    return folder(SITE.replace("REPOSITORY", repository.endpoint))


def built(begun: Callable[..., subprocess.Popen[str]], *arguments: str) -> tuple[int, str]:
    """A whole build: its exit code, and what it said."""
    process = begun("build", *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def shown(project: Path) -> dict[str, str]:
    return {
        str(file.relative_to(project / "dist")): file.read_text()
        for file in (project / "dist").rglob("*.html")
    }


class Held:
    """A page that is asked for and not answered."""

    def __init__(self, repository: Repository) -> None:
        self.asked = threading.Event()
        self._released = threading.Event()

        def hold(path: str, query: str) -> Any:
            if path.endswith("/search") and "page=3" in query:
                self.asked.set()
                self._released.wait(30)
                return 503, {}, b""
            return None

        repository.hook = hold

    def release(self) -> None:
        self._released.set()


def test_a_build_shows_what_another_process_has_pulled(begun, project, repository):
    assert built(begun)[0] == 0
    repository.publish("second")
    code, said = built(begun)
    assert (code, "230 documents in 4 requests" in said) == (0, True)
    files = shown(project)
    assert files["u7/index.html"].strip() == "second 7"
    assert {"u1", "u10"} <= set(files["kinds/second-1/index.html"].split())
    assert "kinds/first-1/index.html" not in files
    assert built(begun, "--force")[0] == 0
    assert shown(project) == files


def test_a_delta_comes_over_the_connection_that_is_open(begun, project, repository):
    configuration = project / "prismicio.py"
    configuration.write_text(configuration.read_text().replace("Site(", 'Site(sync="delta",', 1))
    assert built(begun)[0] == 0
    repository.publish("first", edited=7)
    repository.host.connections = 0
    out, log = begun("-v", "build").communicate(timeout=60)
    assert "sync=delta documents=230 came=11" in log
    assert ("230 documents in 3 requests" in out, repository.host.connections) == (True, 1)
    assert shown(project)["u7/index.html"].strip() == "edited"
    repository.publish("second")
    _, log = begun("-v", "build").communicate(timeout=60)
    assert "sync=full because=" in log
    assert shown(project)["u7/index.html"].strip() == "second 7"


def test_what_is_wrong_is_told_as_it_always_is(begun, project, repository):
    built(begun)
    before = shown(project)
    repository.publish("second")
    refused = 401, {"content-type": "application/json"}, b'{"error": "Invalid access token"}'
    repository.hook = lambda path, query: refused if "/search" in path else None
    code, said = built(begun)
    assert code == 5
    assert "PRISMIC_ACCESS_TOKEN" in said
    assert "Traceback" not in said
    assert shown(project) == before
    process = begun("--traceback", "build")
    assert "api/sync.py" in process.communicate(timeout=60)[1]


def test_a_ref_that_expires_under_way_is_followed_by_the_next(begun, project, repository):
    built(begun)
    repository.publish("second")
    is_published = threading.Event()

    def publish(path: str, query: str) -> None:
        if "page=2" in query and not is_published.is_set():
            is_published.set()
            repository.publish("third")

    repository.hook = publish
    assert built(begun)[0] == 0
    assert shown(project)["u7/index.html"].strip() == "third 7"


@needs_proc
@pytest.mark.parametrize("whom", ["all processes, as a terminal does", "the build alone"])
def test_ctrl_c_ends_the_pull_and_keeps_what_has_come(begun, project, repository, whom):
    built(begun)
    repository.publish("second")
    held = Held(repository)
    process = begun("build")
    assert held.asked.wait(30)
    time.sleep(0.3)
    began = time.monotonic()
    code, said = interrupted(process, with_all=whom.startswith("all"))
    assert (code, said.splitlines()[-1]) == (130, "interrupted")
    assert time.monotonic() - began < 4
    assert processes_of(process.pid) == []
    held.release()
    repository.hook = lambda path, query: None
    repository.asked.clear()
    assert built(begun)[0] == 0
    assert repository.pages_asked() == 1
    assert shown(project)["u7/index.html"].strip() == "second 7"


# Python ignores what is raised in some callbacks of imports: an interrupt, too.
DEAF = """
import time
from prismic_ssg.building import ahead
from prismic_ssg.cli import main

def imported(name):
    until = time.monotonic() + 1
    while time.monotonic() < until:
        try:
            time.sleep(0.01)
        except KeyboardInterrupt:
            continue

ahead.import_module = imported
main()
"""


@needs_proc
def test_ctrl_c_is_heeded_while_what_renders_is_loaded(begun, repository):
    built(begun)
    repository.publish("second")
    held = Held(repository)
    process = begun("build", program=("-c", DEAF))
    assert held.asked.wait(30)
    code, said = interrupted(process)
    held.release()
    assert (code, said.splitlines()[-1]) == (130, "interrupted")
    assert processes_of(process.pid) == []


@needs_proc
def test_the_pull_ends_when_its_build_is_killed(begun, repository):
    built(begun)
    repository.publish("second")
    held = Held(repository)
    process = begun("build")
    assert held.asked.wait(30)
    process.kill()
    process.wait(10)
    deadline = time.monotonic() + 10
    while processes_of(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    held.release()


@needs_proc
def test_a_pull_that_is_killed_is_an_error(begun, project, repository):
    built(begun)
    before = shown(project)
    repository.publish("second")
    held = Held(repository)
    process = begun("build")
    assert held.asked.wait(30)
    (copy,) = set(processes_of(process.pid)) - {str(process.pid)}
    os.kill(int(copy), signal.SIGKILL)
    _, said = process.communicate(timeout=20)
    held.release()
    assert process.returncode == 5
    assert "the process that pulls the content was ended by signal 9" in said
    assert shown(project) == before


# What its copy tells can't be read, and something that the copy began holds on to the pipe.
LEFT_BEHIND = """
import os
import pickle
from prismic_ssg.building import pull_process
from prismic_ssg.errors import PrismicError

until_the_end, held = os.pipe()

def refused():
    raise pickle.UnpicklingError

class Unreadable:
    def __reduce__(self):
        return refused, ()

def work(on_progress):
    if not os.fork():
        os.close(held)
        os.read(until_the_end, 1)
        os._exit(0)
    on_progress(Unreadable(), 0)

pull_process._LONGEST_END_MS = 100
try:
    with pull_process.PullProcess(lambda: None) as process:
        process.puller(work, lambda: None, None)
except PrismicError as error:
    print(error.message)
"""


def test_nothing_else_is_killed_where_the_copy_has_ended(begun):
    process = begun(program=("-c", LEFT_BEHIND))
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == "the process that pulls the content ended with code 0\n"


# Something keeps a copy from beginning what it is there for.
NOT_BEGUN = """
import os, signal, threading
from prismic_ssg.cli import main

def start(_):
    raise RuntimeError("can't start new thread")

os.register_at_fork(after_in_child=WHAT)
main()
"""


@pytest.mark.parametrize(
    "what",
    [
        "lambda: os.kill(os.getpid(), signal.SIGTERM)",
        "lambda: setattr(threading.Thread, 'start', start)",
    ],
)
def test_a_copy_that_does_not_begin_does_nothing_of_the_build(begun, what):
    process = begun("build", program=("-c", NOT_BEGUN.replace("WHAT", what)))
    said, _ = process.communicate(timeout=20)[1].splitlines()
    assert said == "error: the process that pulls the content ended with code 1"
    assert processes_of(process.pid) == []


# What is left to be done once the content is there takes a while.
AFTERWARDS = """
import sys
import time
from pathlib import Path
from prismic_ssg.api.pulled import Came
from prismic_ssg.building.pull_process import PullProcess

def afterwards():
    time.sleep(1)
    Path("done").touch()

try:
    with PullProcess(lambda: None) as process:
        began = time.monotonic()
        came = process.puller(lambda on_progress: Came(3, None, "full", None), afterwards, None)
        print(came.requests, time.monotonic() - began < 0.7, Path("done").exists())
        if FAILS:
            raise ValueError
except ValueError:
    print(time.monotonic() - began < 0.7)
print(Path("done").exists())
"""


@needs_proc
@pytest.mark.parametrize("fails", [False, True])
def test_nobody_waits_for_what_a_copy_does_afterwards(
    begun: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
) -> None:
    monkeypatch.chdir(tmp_path)
    process = begun(program=("-c", AFTERWARDS.replace("FAILS", str(fails))))
    out, err = process.communicate(timeout=20)
    assert err == ""
    # A build that fails does not wait for it either, and leaves no process behind.
    assert out.split() == ["3", "True", "False", *(["True", "False"] if fails else ["True"])]
    assert processes_of(process.pid) == []


def test_old_snapshots_are_dropped(begun, project, repository):
    for number in range(12):
        repository.publish(f"number {number}")
        assert built(begun)[0] == 0
    assert shown(project)["u7/index.html"].strip() == "number 11 7"
    with closing(sqlite3.connect(project / ".prismic-ssg/snapshots.db")) as connection:
        ((snapshots, documents),) = connection.execute(
            "SELECT (SELECT count(*) FROM snapshot), (SELECT count(*) FROM document)"
        )
    assert (snapshots, documents) == (8, 8 * 230)


def test_fields_are_handed_over():
    fresh = FreshFields()
    fresh.add(b"digest", {"kind": b'"a"'})
    again = pickle.loads(pickle.dumps(fresh))  # noqa: S301  (our own bytes)
    assert again.take("kind") == {b"digest": b'"a"'}
