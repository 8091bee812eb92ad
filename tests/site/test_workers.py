"""Pages rendered by several processes: the output is the same, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import heed_ctrl_c, interrupted, needs_proc, processes_of
from site_harness import BuiltSite

from prismic_ssg.building import workers
from prismic_ssg.building.portions import Portions, in_order
from prismic_ssg.content.document import DocumentId
from prismic_ssg.engine.listings import ListingPage
from prismic_ssg.engine.page import Page, UrlPath
from prismic_ssg.errors import ContentError
from prismic_ssg.publishing import site_files

PAGES = "".join(
    f'-- content/p{number:02}.json --\n{{"type": "page", "uid": "p{number:02}", "data": {{}}}}\n'
    for number in range(60)
)
SITE = f"""
-- templates/page.html --
{{{{ doc.uid }}}} of {{{{ site.query(type="page")|length }}}}
{PAGES}
"""


@pytest.fixture(autouse=True)
def few_pages_are_worth_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "WORTH_A_WORKER", {"fork": 1, "spawn": 1})


@pytest.fixture(params=["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def way(request, monkeypatch):
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("no process is copied on this system")
    monkeypatch.setattr(workers, "way_to_begin", lambda: request.param)
    return request.param


@pytest.mark.usefixtures("way")
def test_the_output_does_not_depend_on_the_number_of_workers(unbuilt):
    built = unbuilt(SITE)
    built.build(jobs=3)
    assert len(built.files) > 60
    assert built.from_scratch(jobs=1) == built.files


@pytest.mark.usefixtures("way")
def test_what_workers_read_is_remembered(unbuilt):
    built = unbuilt(SITE)
    built.build(jobs=3)
    built.edit("p07", title="read by nobody")
    assert built.report.rendered == set()
    built.write("content/p99.json", '{"type": "page", "uid": "p99"}')
    assert len(built.build(jobs=3).rendered) == 61


@pytest.mark.usefixtures("way")
def test_what_only_one_page_of_a_worker_s_reads_is_remembered(unbuilt):
    built = unbuilt(SITE)
    query = '{{ site.query(filters=[filter.at("document.tags", [doc.uid])])|length }}'
    built.write("templates/page.html", query)
    built.build(jobs=3)
    built.edit("p07", title="read by nobody")
    assert built.report.rendered == set()
    built.write("content/p07.json", '{"type": "page", "uid": "p07", "tags": ["p33"]}')
    assert built.build(jobs=3).rendered == {"/p33"}


@pytest.mark.usefixtures("way")
def test_errors_of_all_workers_come_in_the_order_of_their_pages(unbuilt):
    built = unbuilt(SITE)
    built.write("templates/page.html", "{{ 1 // (doc.uid|replace('p', '')|int % 20) }}")
    failure = built.failure(jobs=3)
    assert [each.page for each in failure.problems] == ["/p00", "/p20", "/p40"]
    assert not built.dist.exists()


@pytest.mark.usefixtures("way")
def test_warnings_of_all_workers_are_said_once(unbuilt):
    built = unbuilt(SITE)
    for name in ("p10", "p50"):
        built.write(
            f"content/{name}.json",
            f'{{"type": "page", "uid": "{name}", "data": {{"slices": [{{"slice_type": "odd"}}]}}}}',
        )
    built.write("templates/page.html", "{{ slice_zone(doc.data.slices) }}")
    [warning] = built.build(jobs=3).warnings
    assert "'odd'" in warning.message


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("uid", ["p01", "p33"])
def test_a_worker_that_dies_is_an_error_that_names_its_page(unbuilt, uid):
    built = unbuilt(SITE)
    built.write(
        "prismicio.py",
        "import os\nfrom prismic_ssg import Site\n"
        'site = Site(repository="./content", globals={"die": lambda: os.kill(os.getpid(), 9)})',
    )
    built.write(f"templates/page-{uid}.html", "{{ die() }}")
    failure = built.failure(jobs=2)
    assert f"signal 9 while it rendered '/{uid}'" in failure.problems[0].message
    assert not built.dist.exists()


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_error_of_other_files_comes_behind_those_of_pages(unbuilt, monkeypatch, jobs):
    def refuse(*_args: object, **_options: object) -> dict[str, str]:
        raise ContentError("no site map for this site")

    monkeypatch.setattr(site_files, "sitemap_files", refuse)
    built = unbuilt(SITE)
    built.write(
        "prismicio.py",
        "from prismic_ssg import Site\n"
        'site = Site(repository="./content", base_url="https://a.example")',
    )
    with pytest.raises(ContentError, match="no site map for this site"):
        built.build(jobs=jobs)
    built.write("templates/page-p33.html", "{{ 1 // 0 }}")
    assert [each.page for each in built.failure(jobs=jobs).problems] == ["/p33"]
    assert not built.dist.exists()


def page(path: str, number: int = 0, of: int = 0, shows: tuple[str, ...] = ()) -> Page:
    ids = tuple(map(DocumentId, shows))
    listing = ListingPage(path, "en-us", "", ids, number, of, None, None) if number else None
    document_id = None if number else DocumentId(path[1:])
    return Page(UrlPath(path), None, "en-us", None, listing=listing, document_id=document_id)


def test_pages_that_show_the_same_documents_are_rendered_together():
    blog = [
        page(f"/blog/{number}", number, 3, (f"{number}a", f"{number}b")) for number in (1, 2, 3)
    ]
    tag = [page("/tag/1", 1, 2, ("1b", "2b")), page("/tag/2", 2, 2, ("3a",))]
    posts = [page(f"/{name}") for name in ("1a", "1b", "2a", "2b", "3a", "3b", "about")]
    pages, listed = in_order([page("/"), *blog, *posts, *tag])
    assert [each.path for each in pages[:listed]] == [
        *("/1a", "/1b", "/blog/1"),
        *("/2b", "/tag/1"),
        *("/2a", "/blog/2"),
        *("/3a", "/tag/2"),
        *("/3b", "/blog/3"),
    ]
    assert [each.path for each in pages[listed:]] == ["/", "/about"]


@pytest.mark.parametrize(("listed", "total", "count"), [(0, 60, 2), (90, 300, 3), (70, 70, 4)])
def test_every_page_is_one_worker_s(listed, total, count):
    portions = Portions(listed, total, count)
    done: list[list[int]] = [[] for _ in range(count)]
    while worked := [(worker, part) for worker in range(count) if (part := portions.next(worker))]:
        for worker, part in worked:
            done[worker] += part
    assert sorted(number for own in done for number in own) == list(range(total))
    # What comes first of the listings is not all with one of them.
    assert [own[0] < listed for own in done] == [bool(listed)] * count


def test_a_worker_does_what_is_left_of_another_one_s():
    portions = Portions(100, 100, 2)
    done = []
    while part := portions.next(0):
        done += part
    assert sorted(done) == list(range(100))


def test_the_last_portions_are_small():
    portions = Portions(0, 1000, 2)
    sizes = []
    while part := portions.next(len(sizes) % 2):
        sizes.append(len(part))
    assert sizes[:20] == [25] * 20
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-4:] == [1] * 4


def test_few_pages_are_rendered_without_workers(unbuilt, monkeypatch):
    monkeypatch.setattr(workers, "WORTH_A_WORKER", {"fork": 60, "spawn": 800})
    built = unbuilt(SITE)
    built.write(
        "prismicio.py",
        "import os\nfrom prismic_ssg import Site\n"
        'site = Site(repository="./content", globals={"pid": os.getpid})',
    )
    built.write("templates/page.html", "{{ pid() }}")
    built.build(jobs=4)
    assert built.text("/p01") == str(os.getpid())


def _begun(folder: Path, *flags: str) -> subprocess.Popen[str]:
    """A build that has begun to render pages, each of which takes its time."""
    built = BuiltSite(folder, SITE)
    built.write(
        "prismicio.py",
        "import time, pathlib\nfrom prismic_ssg import Site\n"
        f"def slow():\n    pathlib.Path({str(folder / 'begun')!r}).touch()\n    time.sleep(0.3)\n"
        'site = Site(repository="./content", globals={"slow": slow})',
    )
    built.write("templates/page.html", "{{ slow() }}")
    script = (
        "import sys\nfrom prismic_ssg.building import workers\n"
        "workers.WORTH_A_WORKER['fork'] = 1\nfrom prismic_ssg.cli import main\nmain()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "-C", str(folder), "build", "--jobs", "3", *flags],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (folder / "begun").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.01)
    return process


@needs_proc
@pytest.mark.slow
def test_ctrl_c_ends_every_worker_at_once(tmp_path):
    process = _begun(tmp_path)
    began = time.monotonic()
    code, said = interrupted(process, with_all=True)
    assert (code, said.splitlines()[-1:]) == (130, ["interrupted"])
    assert time.monotonic() - began < 5
    assert processes_of(process.pid) == []
    assert not (tmp_path / "dist").exists()


@needs_proc
@pytest.mark.slow
def test_workers_end_when_their_build_is_killed(tmp_path):
    process = _begun(tmp_path)
    process.kill()
    process.communicate(timeout=10)
    deadline = time.monotonic() + 20
    while processes_of(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
