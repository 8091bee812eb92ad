"""What publishing does: refs, dates, former UIDs, releases; and what is told of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from emulator.conftest import emulated, link

from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.folder import read_file
from prismic_ssg.emulator.seed import assemble, seed
from prismic_ssg.emulator.traffic import Traffic
from prismic_ssg.emulator.webhooks import api_update, trial
from prismic_ssg.errors import ContentError

PAGE = {"type": "page", "uid": "home", "data": {"n": 1}}


def told(repository):
    changes = []
    repository.emulation.listeners.append(changes.append)
    return changes


def bodies(changes):
    return [api_update(each, domain="d", api_url="u", secret=None) for each in changes]


def test_publishing_changes_the_ref_and_dates_the_document():
    repository = emulated(PAGE)
    before = repository.ref
    repository.emulation.publish([{"id": "new", "type": "page"}])
    repository.emulation.publish([{"id": "new", "uid": "later"}])
    (document,) = repository.search(q='[[at(document.id, "new")]]')
    assert repository.ref != before
    assert document["first_publication_date"] == "2026-01-01T10:30:00+0000"
    assert document["last_publication_date"] == "2026-01-02T10:30:00+0000"


def test_what_is_published_later_has_no_earlier_date_where_the_clock_was_set_back():
    repository = emulated(PAGE)
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    times = iter([noon, noon.replace(hour=9), noon.replace(minute=1)])
    emulation = Emulation(repository.emulation.repository, Traffic(lambda: 0.0), now=times.__next__)
    refs = [emulation.publish([{"id": name, "type": "page"}]) for name in ("a", "b", "c")]
    assert len(set(refs)) == 3
    dates = [emulation.repository.master.get(name).envelope.last_publication_date for name in "abc"]
    assert dates == [f"2026-05-01T{time}:00+0000" for time in ("12:00", "12:00", "12:01")]


def test_what_a_document_leaves_out_stays_as_it_is():
    repository = emulated(PAGE)
    repository.emulation.publish([{"id": "home", "tags": ["new"]}])
    (document,) = repository.search()
    assert (document["tags"], document["uid"], document["data"]) == (["new"], "home", {"n": 1})


def test_publishing_what_is_published_already_changes_nothing():
    repository = emulated({**PAGE, "last_publication_date": "2026-01-01T10:30:00+0000"})
    changes = told(repository)
    before = repository.ref
    repository.emulation.publish([], [])
    assert (repository.ref, changes) == (before, [])


def test_links_to_an_unpublished_document_are_broken_from_then_on():
    repository = emulated(
        {"type": "page", "uid": "a", "data": {"l": link("b")}}, {**PAGE, "id": "b"}
    )
    old = repository.ref
    repository.emulation.publish([], ["b"])
    assert repository.data("a")["l"]["isBroken"] is True
    assert repository.data("a", ref=old)["l"]["isBroken"] is False


def test_a_document_is_found_by_the_uids_that_it_had():
    repository = emulated(PAGE)
    repository.emulation.publish([{"id": "home", "uid": "start"}])
    repository.emulation.publish([{"id": "home", "uid": "now"}])
    for uid in ("home", "start", "now"):
        for q in (f'[[at(my.page.uid, "{uid}")]]', f'[[in(my.page.uid, ["x", "{uid}"])]]'):
            assert [each["uid"] for each in repository.search(q=q)] == ["now"]
    assert repository.search(q='[[not(my.page.uid, "start")]]')


def test_a_uid_of_the_past_finds_nothing_that_never_had_it():
    repository = emulated(
        {"id": "en", "type": "page", "uid": "news"},
        {"id": "fr", "type": "page", "uid": "actualites", "lang": "fr-fr"},
        {"id": "other", "type": "page", "uid": "other", "lang": "fr-fr"},
    )
    repository.emulation.publish([{"id": "fr", "uid": "news"}])
    for name in ("at", "any", "in"):
        given = '"actualites"' if name == "at" else '["x", "other", "actualites"]'
        q = f"[[{name}(my.page.uid, {given})]]"
        found = repository.ids(q=q, lang="*")
        # In English, nothing was ever called so.
        assert sorted(found) == (["fr"] if name == "at" else ["fr", "other"])
        assert found == (["other", "fr"] if name == "in" else found)
        assert repository.ids(q=q, lang="en-us") == []
        assert "fr" in repository.ids(q=q, lang="fr-fr")
    assert sorted(repository.ids(q='[[at(my.page.uid, "news")]]', lang="*")) == ["en", "fr"]
    assert repository.ids(q='[[in(my.page.uid, ["actualites", "news"])]]', lang="*")[0] == "fr"


def test_unpublishing_what_is_not_there_is_refused():
    with pytest.raises(ContentError, match="there is no published document 'x'"):
        emulated(PAGE).emulation.publish([], ["x"])


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "documents[0]: the document has no id and no type"),
        ({"id": "x"}, "documents[0]: the document has no type"),
        ({"id": "x", "type": "p", "lang": "xx"}, "documents[0]: 'xx' is not a language of this"),
        ({"id": "x", "type": "p", "tags": 1}, "documents[0]: not a document: Expected `array`"),
        ({"id": "x", "type": "p", "data": []}, "documents[0]: not a document: its data is no JSON"),
    ],
)
def test_a_bad_document_changes_nothing(document, problem):
    repository = emulated(PAGE)
    before = repository.ref
    with pytest.raises(ContentError) as refused:
        repository.emulation.publish([document])
    assert refused.value.message.startswith(problem)
    assert repository.ref == before


def test_publishing_a_release_is_one_change_of_master():
    repository = emulated(PAGE, {"type": "page", "uid": "old"})
    repository.emulation.put_release("Spring", [{"id": "new", "type": "page"}], ["old"])
    changes = told(repository)
    repository.emulation.publish_release("Spring")
    (body,) = bodies(changes)
    assert set(repository.ids()) == {"home", "new"}
    assert repository.repository.releases == ()
    assert body["masterRef"] == repository.ref
    assert body["documents"] == ["new", "old"]
    assert [each["label"] for each in body["releases"]["deletion"]] == ["Spring"]


def test_a_deleted_release_leaves_master_alone():
    repository = emulated(PAGE)
    before = repository.ref
    release = repository.emulation.put_release("Spring", [{"id": "new", "type": "page"}])
    repository.emulation.drop_release(release.id)
    assert (repository.ref, repository.repository.releases) == (before, ())


def test_reset_goes_back_to_the_start():
    repository = emulated(PAGE)
    before = repository.ref
    repository.emulation.put_release("Spring", [])
    repository.emulation.publish([{"id": "x", "type": "page"}])
    repository.emulation.reset()
    assert repository.ref == before
    assert repository.repository.releases == ()
    assert repository.repository.past == {}


def folder(**documents):
    return {
        f"documents/{name}.json": json.dumps({"id": name, "type": "p", "lang": "en-us", **each})
        for name, each in documents.items()
    }


def read(files):
    found = [read_file(name, text.encode()) for name, text in files.items()]
    repository, problems = assemble(found, name="my-repo")
    assert not problems
    return repository


def test_a_changed_folder_is_published():
    repository = emulated(languages=("en-us",))
    repository.emulation.replace_content(read(folder(a={}, b={})))
    changes = told(repository)
    ids = repository.emulation.replace_content(read(folder(a={"uid": "x"}, c={})))
    (body,) = bodies(changes)
    assert sorted(ids) == ["a", "b", "c"]
    assert sorted(repository.ids()) == ["a", "c"]
    assert (body["masterRef"], sorted(body["documents"])) == (repository.ref, ["a", "b", "c"])
    assert len(repository.repository.past) == 2


def test_a_folder_that_says_the_same_changes_no_ref():
    repository = emulated(languages=("en-us",))
    repository.emulation.replace_content(read(folder(a={})))
    changes = told(repository)
    before = repository.ref
    assert repository.emulation.replace_content(read(folder(a={}))) == ()
    assert (repository.ref, changes) == (before, [])


def test_a_new_release_in_the_folder_is_told():
    repository = emulated(languages=("en-us",))
    repository.emulation.replace_content(read(folder(a={})))
    changes = told(repository)
    files = folder(a={}) | {"releases/Spring/x.json": '{"id":"x","type":"p","lang":"en-us"}'}
    repository.emulation.replace_content(read(files))
    (body,) = bodies(changes)
    assert [each["documents"] for each in body["releases"]["addition"]] == [["x"]]
    assert "masterRef" not in body


def test_the_body_of_a_webhook_has_its_members_in_prismics_order():
    repository = emulated(PAGE)
    changes = told(repository)
    repository.emulation.publish([{"id": "x", "type": "page", "tags": ["t"]}])
    (body,) = (api_update(c, domain="my-repo", api_url="A", secret="S") for c in changes)
    assert list(body.items()) == [
        ("type", "api-update"),
        ("masterRef", repository.ref),
        ("releases", {}),
        ("masks", {}),
        ("tags", {"addition": [{"id": "t"}]}),
        ("experiments", {}),
        ("documents", ["x"]),
        ("domain", "my-repo"),
        ("apiUrl", "A"),
        ("secret", "S"),
    ]


def test_a_test_trigger_says_who_sent_it_and_no_more():
    assert trial(domain="d", api_url="u", secret=None) == {
        "type": "test-trigger",
        "domain": "d",
        "apiUrl": "u",
        "secret": None,
    }


GOOD = '{"id": "good", "type": "p", "lang": "en-us"}'
OTHER = GOOD.replace("good", "other")


@pytest.mark.parametrize(
    ("files", "problem", "line"),
    [
        ({"documents/a.json": '{\n"id": "a",\n"type" 1}'}, "documents/a.json:3: broken JSON", 3),
        ({"documents/a.jsonl": f"{OTHER}\n{{"}, "documents/a.jsonl:2: broken JSON", 2),
        ({"documents/a.json": "1"}, "documents/a.json: is not a JSON object", None),
        ({"documents/a.json": '{"type": "p"}'}, "documents/a.json: the document has no id", None),
        ({"documents/a.json": GOOD}, "the document id 'good' is already in documents/a.json", None),
        (
            {"documents/a.json": '{"id": "a", "type": "p", "lang": "xx"}'},
            "documents/a.json: the document is in 'xx', which is not a language",
            None,
        ),
        (
            {"releases/S/a.json": '{"id": "a", "deleted": true}'},
            "releases/S/a.json: the release 'S' deletes 'a', which is not there",
            None,
        ),
        ({"documents/a.json": '{"id": "a", "type": "p", "data": 1}'}, "is no JSON object", None),
        ({"customtypes/a/index.json": "{"}, "customtypes/a/index.json:1: broken", 1),
        ({"documents/a.json": '{"id": "a", "type": "p", "tags": 1}'}, "a.json: not a doc", None),
    ],
)
def test_bad_files_are_told_and_what_is_good_is_served(files, problem, line):
    named = {"repository.json": '{"languages": [{"id": "en-us"}]}', **files}
    named["documents/good.json"] = GOOD
    repository, problems = seed(((name, each.encode()) for name, each in named.items()), name="x")
    assert [problem in each.message for each in problems] == [True]
    assert line is None or problems[0].line == line
    assert "good" in repository.master
