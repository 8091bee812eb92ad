"""A site over a local folder: what is read of it when little or nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from prismic_ssg.api.client import Client
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.errors import BuildFailed
from prismic_ssg.local_folder import ORIGIN, LocalFolder
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.site import Site
from prismic_ssg.store.snapshots import SnapshotStore


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened by their path."""
    names: list[str] = []
    real = Path.open

    def noting(self: Path, *given: object, **more: object) -> object:
        names.append(self.name)
        return real(self, *given, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", noting)
    return names


def write(folder: Path, id_: str, title: str, **members: object) -> Path:
    path = folder / "documents" / f"{id_}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"id": id_, "type": "post", "uid": id_, "data": {"title": title}, **members}
    path.write_text(json.dumps(document), "utf-8")
    return path


def pull_from(folder: Path, project: Path, *, later_s: float = 60.0) -> Pulled:
    """Pull as a build does that runs `later_s` seconds from now."""
    local = LocalFolder(folder, project, now_s=lambda: time.time() + later_s)
    with (
        SnapshotStore(project / "snapshots.db") as store,
        Client(f"{ORIGIN}/api/v2", transport=InProcessTransport(local.answer)) as client,
    ):
        local.prepare(store)
        return pull(client, store=store, stored_as=local.stored_as)


def titles(pulled: Pulled) -> dict[str, str]:
    return {document.id: document.field("title") for document in pulled.snapshot}


def test_a_folder_in_which_nothing_changed_is_listed_not_read(
    tmp_path: Path, opened: list[str]
) -> None:
    folder = tmp_path / "content"
    for number in range(5):
        write(folder, f"p{number}", "one")
    first = pull_from(folder, tmp_path)
    assert sorted(set(opened)) == [f"p{number}.json" for number in range(5)]
    opened.clear()
    again = pull_from(folder, tmp_path)
    assert (opened, again.requests, again.place) == ([], 1, first.place)
    assert titles(again) == titles(first)


def test_every_edit_is_noticed_also_one_that_leaves_size_and_time_as_they_were(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "content"
    path = write(folder, "a", "one")
    pull_from(folder, tmp_path)
    before = path.stat()
    write(folder, "a", "two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert titles(pull_from(folder, tmp_path)) == {"a": "two"}
    replaced = tmp_path / "beside.json"
    shutil.copy2(write(tmp_path / "other", "a", "six"), replaced)
    replaced.replace(path)
    assert titles(pull_from(folder, tmp_path)) == {"a": "six"}
    path.unlink()
    write(folder, "b", "one")
    assert titles(pull_from(folder, tmp_path)) == {"b": "one"}


def test_a_listing_with_a_change_of_a_moment_ago_is_not_relied_on(
    tmp_path: Path, opened: list[str]
) -> None:
    folder = tmp_path / "content"
    write(folder, "a", "one")
    for _ in range(2):
        opened.clear()
        pull_from(folder, tmp_path, later_s=0.5)
        assert opened == ["a.json"]


def test_a_model_that_changes_what_links_bring_along_is_another_content(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    write(folder, "a", "Ann", type="author")
    link = {"link_type": "Document", "id": "a", "type": "author"}
    write(folder, "p", "P", data={"title": "P", "by": link})
    plain = pull_from(folder, tmp_path).snapshot.get("p")
    selected = {"id": "author", "fields": ["title"]}
    model = {
        "id": "post",
        "label": "Post",
        "repeatable": True,
        "json": {"Main": {"by": {"type": "Link", "config": {"customtypes": [selected]}}}},
    }
    file = folder / "customtypes" / "post" / "index.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(model))
    expanded = pull_from(folder, tmp_path).snapshot.get("p")
    assert plain is not None
    assert expanded is not None
    assert "data" not in plain.field("by")
    assert expanded.field("by")["data"] == {"title": "Ann"}


def test_two_folders_with_the_same_documents_do_not_mix(tmp_path: Path) -> None:
    places = []
    for name in ("one", "two"):
        write(tmp_path / name, "a", "same")
        places.append(pull_from(tmp_path / name, tmp_path).place)
    assert None not in places
    assert places[0] != places[1]
    assert not any(str(tmp_path) in text for place in places if place for text in place)


def test_a_folder_with_mistakes_is_refused_as_long_as_they_are_there(tmp_path: Path) -> None:
    path = write(tmp_path / "content", "a", "one")
    origin = Origin.of(Site(repository="./content"), tmp_path, None, {})
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(BuildFailed):
            origin.pull(Site(), Wanted(), {}, tmp_path / ".prismic-ssg")
    write(tmp_path / "content", "a", "two")
    origin = Origin.of(Site(repository="./content"), tmp_path, None, {})
    pulled = origin.pull(Site(), Wanted(offline=True), {}, tmp_path / ".prismic-ssg")
    assert titles(pulled) == {"a": "two"}
