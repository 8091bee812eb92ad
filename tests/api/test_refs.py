"""At which ref a client asks, and what it knows of refs and tags."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from fault_server import FakeTime, FaultyApi, answers, client_of

from prismic_ssg.errors import PrismicError, RefExpiredError


def ref_asked_by(api: FaultyApi) -> str:
    return dict(parse_qsl(api.asked[-1].partition("?")[2]))["ref"]


def test_a_query_is_asked_at_the_master_ref() -> None:
    api = FaultyApi(count=1)
    client_of(api).get()
    assert ref_asked_by(api) == "M1"


@pytest.mark.parametrize("ref", ["R1~M1", lambda: "R1~M1"])
def test_a_configured_ref_or_function_is_used(ref: Any) -> None:
    api = FaultyApi(count=1, releases={"spring": "R1~M1"})
    client_of(api, ref=ref).get()
    assert ref_asked_by(api) == "R1~M1"


def test_a_function_that_gives_nothing_means_the_master() -> None:
    api = FaultyApi(count=1)
    client_of(api, ref=lambda: None).get()
    assert ref_asked_by(api) == "M1"


def test_the_query_mode_can_be_changed() -> None:
    api = FaultyApi(count=1, releases={"spring": "R1~M1"})
    client = client_of(api)
    client.query_content_from_release_by_label("spring")
    client.get()
    assert ref_asked_by(api) == "R1~M1"
    client.query_latest_content()
    client.get()
    assert ref_asked_by(api) == "M1"


def test_a_releases_ref_is_looked_up_again_for_each_query() -> None:
    api, time = FaultyApi(count=1, releases={"spring": "R1~M1"}), FakeTime()
    client = client_of(api, time)
    client.query_content_from_release_by_id("id-spring")
    client.get()
    api.releases = {"spring": "R2~M1"}
    time.sleep(5)
    client.get()
    assert ref_asked_by(api) == "R2~M1"


def test_a_preview_cookie_wins_over_the_configured_ref_until_it_is_disabled() -> None:
    api = FaultyApi(count=1, releases={"preview": "P1"})
    client = client_of(api)
    client.enable_auto_previews_from_req({"Cookie": "a=b; io.prismic.preview=P1"})
    client.get()
    assert ref_asked_by(api) == "P1"
    client.disable_auto_previews()
    client.get()
    assert ref_asked_by(api) == "M1"


def test_a_master_ref_that_expired_is_replaced() -> None:
    api = FaultyApi(count=1)
    client = client_of(api)
    client.get_repository()
    api.ref = "M2"
    assert client.get_first().field("pulled_at") == "M2"


def test_an_explicit_ref_that_expired_is_never_replaced() -> None:
    api = FaultyApi(count=1)
    with pytest.raises(RefExpiredError):
        client_of(api).get(ref="Old")
    assert api.searches == 1


def test_refs_are_found_by_id_and_label() -> None:
    client = client_of(FaultyApi(releases={"spring": "R1~M1"}))
    found = [
        client.get_master_ref(),
        client.get_ref_by_id("master"),
        client.get_ref_by_label("Master"),
        client.get_release_by_id("id-spring"),
        client.get_release_by_label("spring"),
    ]
    assert [entry.ref for entry in found] == ["M1", "M1", "M1", "R1~M1", "R1~M1"]


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("get_ref_by_id", 'Ref with ID "x" could not be found.'),
        ("get_ref_by_label", 'Ref with label "x" could not be found.'),
        ("get_release_by_id", 'Release with ID "x" could not be found.'),
        ("get_release_by_label", 'Release with label "x" could not be found.'),
    ],
)
def test_a_ref_that_is_not_there_is_an_error_in_the_official_words(
    method: str, message: str
) -> None:
    with pytest.raises(PrismicError) as raised:
        getattr(client_of(FaultyApi()), method)("x")
    assert raised.value.message == message


def test_tags_come_from_the_form_that_the_repository_names() -> None:
    api = FaultyApi()
    form = {"tags": {"method": "GET", "action": "http://api.test/api/tags"}}
    api.faults = {
        0: [answers(200, {**api.repository(), "forms": form}), answers(200, ["a", "b"])],
    }
    assert client_of(api, access_token="TK").get_tags() == ("a", "b")
    assert api.asked[-1] == "/api/tags?access_token=TK"


def test_tags_are_the_repositorys_own_where_there_is_no_form() -> None:
    api = FaultyApi()
    api.always = {0: answers(200, {**api.repository(), "tags": ["c"]})}
    assert client_of(api).get_tags() == ("c",)
