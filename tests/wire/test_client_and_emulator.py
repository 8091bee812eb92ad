"""Client and emulator face to face, in memory: what one asks, the other answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from prismic_ssg.api.client import Client
from prismic_ssg.api.sync import pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.content import filters as filter_
from prismic_ssg.emulator.access import Access, Token
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.repository import EmulatedRepository
from prismic_ssg.emulator.seed import seed
from prismic_ssg.errors import ForbiddenError, NotFoundError, ParsingError, RefNotFoundError

ORIGIN = "http://emulator.test"


def document(id_: str, uid: str, **members: Any) -> dict[str, Any]:
    return {"id": id_, "uid": uid, "type": "page", "lang": "en-us", "data": {}} | members


FILES = {
    "repository.json": {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr"}]},
    "documents/1.json": document("Z1", "home", tags=["a", "b"], data={"rank": 3}),
    "documents/2.json": document("Z2", "about", tags=["a"], data={"rank": 1}),
    "documents/3.json": document("Z3", "home", lang="fr-fr", tags=["c"]),
    "documents/4.json": document("Z4", "ada", type="author", tags=["b"]),
    "releases/spring/1.json": document("Z1", "start"),
    "releases/spring/2.json": {"id": "Z2", "deleted": True},
}


def repository(**more: Any) -> EmulatedRepository:
    files = [(name, json.dumps(content).encode()) for name, content in {**FILES, **more}.items()]
    seeded, problems = seed(files, name="blog")
    assert problems == ()
    return seeded


def client_of(emulated: EmulatedRepository, **options: Any) -> Client:
    transport = InProcessTransport(
        lambda method, path, query, headers: answer(
            emulated, method, path, query, origin=ORIGIN, headers=headers
        )
    )
    return Client(f"{ORIGIN}/api/v2", transport=transport, **options)


@pytest.fixture
def client() -> Client:
    return client_of(repository())


METHODS: list[tuple[str, tuple[Any, ...], set[str]]] = [
    ("get_all", (), {"Z1", "Z2", "Z4"}),
    ("get_all_by_ids", (["Z4", "Z1"],), {"Z1", "Z4"}),
    ("get_all_by_uids", ("page", ["home", "nobody"]), {"Z1"}),
    ("get_all_by_type", ("page",), {"Z1", "Z2"}),
    ("get_all_by_tag", ("b",), {"Z1", "Z4"}),
    ("get_all_by_every_tag", (["a", "b"],), {"Z1"}),
    ("get_all_by_some_tags", (["a", "b"],), {"Z1", "Z2", "Z4"}),
]


@pytest.mark.parametrize(("method", "arguments", "ids"), METHODS)
def test_a_method_brings_the_documents_that_its_name_says(
    client: Client, method: str, arguments: tuple[Any, ...], ids: set[str]
) -> None:
    assert {each.id for each in getattr(client, method)(*arguments)} == ids


def test_documents_by_id_come_in_the_order_of_the_list(client: Client) -> None:
    assert [each.id for each in client.get_all_by_ids(["Z4", "Z1", "Z2"])] == ["Z4", "Z1", "Z2"]


def test_one_document_is_found_by_id_and_by_uid(client: Client) -> None:
    assert client.get_by_id("Z2").uid == "about"
    assert client.get_by_uid("page", "home", lang="fr-fr").id == "Z3"


def test_a_document_that_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFoundError):
        client.get_by_id("nobody")


def test_orderings_are_understood(client: Client) -> None:
    found = client.get_by_type("page", orderings={"field": "my.page.rank", "direction": "asc"})
    assert [each.id for each in found.documents] == ["Z2", "Z1"]


def test_every_page_can_be_asked_for(client: Client) -> None:
    pages = [client.get(lang="*", page_size=2, page=number) for number in (1, 2)]
    assert {each.id for page in pages for each in page.documents} == {"Z1", "Z2", "Z3", "Z4"}


def test_an_unknown_field_is_a_parsing_error_with_a_caret(client: Client) -> None:
    with pytest.raises(ParsingError) as raised:
        client.get(filters=[filter_.at("my.page.nothing", "x")])
    assert (raised.value.hint or "").splitlines()[1].strip() == "^"


def test_an_unknown_ref_is_an_error(client: Client) -> None:
    with pytest.raises(RefNotFoundError):
        client.get(ref="nowhere")


def test_all_tags_are_known(client: Client) -> None:
    assert set(client.get_tags()) == {"a", "b", "c"}


def test_a_pull_of_a_release_has_what_it_changes_and_takes_out(client: Client) -> None:
    snapshot = pull(client, release="spring").snapshot
    assert {(each.id, each.uid) for each in snapshot} == {
        ("Z1", "start"),
        ("Z3", "home"),
        ("Z4", "ada"),
    }


def test_a_pull_of_many_pages_is_the_seed_again() -> None:
    more = {f"documents/n{n}.json": document(f"N{n}", f"n-{n}") for n in range(345)}
    emulated = repository(**more)
    snapshot = pull(client_of(emulated)).snapshot
    assert {each.id for each in snapshot} == {each.id for each in emulated.master}
    assert all(each.fields == emulated.master.get(each.id).fields for each in snapshot)


def test_a_private_repository_is_refused_without_a_token_and_opened_by_one() -> None:
    token = Token("s3cret")
    private = replace(repository(), access=Access.PRIVATE, tokens=(token,))
    with pytest.raises(ForbiddenError):
        pull(client_of(private))
    assert len(pull(client_of(private, access_token="s3cret")).snapshot) == 4
