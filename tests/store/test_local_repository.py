"""A pull as a folder: stable files, readable diffs, removals, releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg.content.document import Document
from prismic_ssg.content.repository import Repository, parse_repository
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.emulator.seed import seed
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.store.local_repository import Written, file_names, write_local_repository
from prismic_ssg.store.sources import read_local_repository

REPOSITORY: Repository = parse_repository(
    b'{"refs": [{"id": "master", "ref": "M1", "isMasterRef": true}],'
    b' "languages": [{"id": "en-us", "name": "English", "is_master": true}, {"id": "fr-fr"}],'
    b' "types": {"page": "Page", "author": "Author"}}'
)


def document(id_: str, uid: str | None = None, **members: Any) -> Document:
    whole = {"id": id_, "uid": uid, "type": "page", "lang": "en-us", "data": {}, **members}
    return Document.from_json(json.dumps(whole, ensure_ascii=False).encode())


def write(folder: Path, *documents: Document, **releases: list[Document]) -> Written:
    snapshots = {label: Snapshot("R", some) for label, some in releases.items()}
    return write_local_repository(
        folder, "blog", REPOSITORY, Snapshot("M", documents), releases=snapshots
    )


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_document_has_a_file_by_language_type_and_uid(tmp_path: Path) -> None:
    write(tmp_path, document("A", "home"), document("B", lang="fr-fr", type="author"))
    assert files(tmp_path) == {
        "repository.json",
        "documents/en-us/page/home.json",
        "documents/fr-fr/author/B.json",
    }


def test_a_file_holds_the_document_in_the_apis_order_one_member_a_line(tmp_path: Path) -> None:
    write(tmp_path, document("A", "home", data={"titre": "Été"}))
    assert (tmp_path / "documents/en-us/page/home.json").read_text("utf-8") == (
        '{\n  "id": "A",\n  "uid": "home",\n  "type": "page",\n  "lang": "en-us",\n'
        '  "data": {\n    "titre": "Été"\n  }\n}\n'
    )


def test_the_repository_file_says_name_languages_and_types(tmp_path: Path) -> None:
    write(tmp_path, document("A"))
    assert json.loads((tmp_path / "repository.json").read_text("utf-8")) == {
        "name": "blog",
        "languages": [
            {"id": "en-us", "name": "English", "is_master": True},
            {"id": "fr-fr", "name": "", "is_master": False},
        ],
        "types": {"author": "Author", "page": "Page"},
        "made_by": "prismic-ssg pull",
    }


def test_nothing_is_written_where_nothing_changed(tmp_path: Path) -> None:
    write(tmp_path, document("A"), document("B"))
    assert write(tmp_path, document("A"), document("B")) == Written(0, 3, 0)


def test_a_changed_document_is_the_only_file_written(tmp_path: Path) -> None:
    write(tmp_path, document("A"), document("B"))
    assert write(tmp_path, document("A"), document("B", tags=["new"])) == Written(1, 2, 0)


def test_a_document_that_is_gone_loses_its_file_and_an_empty_folder_goes_too(
    tmp_path: Path,
) -> None:
    write(tmp_path, document("A"), document("B", type="author"))
    assert write(tmp_path, document("A")) == Written(0, 2, 1)
    assert not (tmp_path / "documents/en-us/author").exists()


def test_what_an_interrupted_pull_left_goes_away(tmp_path: Path) -> None:
    write(tmp_path, document("A"))
    left = tmp_path / "documents/en-us/page/.B.json.new"
    left.write_text("{")
    write(tmp_path, document("A"))
    assert not left.exists()


def test_a_folder_with_documents_written_by_hand_is_not_touched(tmp_path: Path) -> None:
    mine = tmp_path / "documents" / "mine.json"
    mine.parent.mkdir()
    mine.write_text('{"id": "X"}')
    with pytest.raises(ConfigurationError, match="no pull has written"):
        write(tmp_path, document("A"))
    assert mine.read_text() == '{"id": "X"}'


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "customtypes").mkdir()
    (tmp_path / "customtypes" / "index.json").write_text("{}")
    write(tmp_path, document("A"))
    assert (tmp_path / "customtypes" / "index.json").exists()


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", ".hidden", "CON", "x" * 200, "a\0b", "é"])
def test_no_name_in_a_document_leads_out_of_the_folder_or_is_none(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / "content"
    write(target, document("A", name, type=name or "page", lang=name))
    (written,) = (target / "documents").glob("*/*/*.json")
    assert json.loads(written.read_text("utf-8"))["id"] == "A"
    assert files(tmp_path) == {f"content/{file}" for file in files(target)}


def test_names_that_differ_in_case_only_get_two_files() -> None:
    names = file_names([document("A", "Home"), document("B", "home"), document("a"), document("b")])
    assert len({name.lower() for name in names}) == 4


def test_names_that_are_left_with_the_same_letters_get_two_files() -> None:
    assert len(file_names([document("x y"), document("x/y"), document("x-y")])) == 3
    assert len(file_names([document("A", "home", type=name) for name in ("a b", "a/b")])) == 2


def test_names_do_not_depend_on_the_order_of_the_documents() -> None:
    some = [document("A", "Home"), document("B", "home"), document("C", "B")]
    assert file_names(some) == file_names(some[::-1])


def test_a_release_holds_what_it_changes_adds_and_takes_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        document("A"),
        document("B"),
        document("C"),
        spring=[document("A"), document("B", tags=["x"]), document("D")],
    )
    assert files(tmp_path / "releases") == {
        "spring/en-us/page/B.json",
        "spring/en-us/page/C.deleted.json",
        "spring/en-us/page/D.json",
    }


def test_a_release_that_is_not_given_stays(tmp_path: Path) -> None:
    write(tmp_path, document("A"), spring=[])
    write(tmp_path, document("A"))
    assert files(tmp_path / "releases") == {"spring/en-us/page/A.deleted.json"}


def test_the_emulator_reads_back_what_was_written(tmp_path: Path) -> None:
    pulled = [document("A", "home"), document("B", lang="fr-fr"), document("C", type="author")]
    write(tmp_path, *pulled, spring=[document("A", "start"), document("B", lang="fr-fr")])
    repository, problems = seed(read_local_repository(tmp_path), name="x")
    assert problems == ()
    assert {each.id for each in repository.master} == {"A", "B", "C"}
    (release,) = repository.releases
    assert {(each.id, each.uid) for each in release.snapshot} == {("A", "start"), ("B", None)}
