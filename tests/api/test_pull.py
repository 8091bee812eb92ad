"""What a pull makes of an API that misbehaves: everything, once, at one ref, or an error."""

from __future__ import annotations

import gc
import json
import threading
from collections import Counter
from urllib.parse import parse_qs

import pytest
from fault_server import (
    FakeTime,
    Fault,
    FaultyApi,
    answers,
    changes,
    changes_results,
    client_of,
    cut_json,
)

from prismic_ssg.api.collector import collector_off
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.errors import (
    ContentError,
    ForbiddenError,
    PrismicError,
    RefExpiredError,
    RefNotFoundError,
    RepositoryNotFoundError,
)


def refs_of(pulled: Pulled) -> set[str]:
    """The refs at which the documents were asked."""
    return {document.field("pulled_at") for document in pulled.snapshot}


def test_a_pull_brings_every_document_in_one_request_a_page() -> None:
    api = FaultyApi(count=250)
    pulled = pull(client_of(api))
    assert {document.id for document in pulled.snapshot} == {f"D{n:05d}" for n in range(250)}
    assert (pulled.requests, api.searches) == (4, 3)


def test_a_pull_of_an_empty_repository_is_an_empty_snapshot() -> None:
    assert len(pull(client_of(FaultyApi(count=0))).snapshot) == 0


def test_a_pull_asks_for_all_languages_and_no_routes() -> None:
    api = FaultyApi(count=1)
    pull(client_of(api, routes=[{"type": "page", "path": "/:uid"}], broken_route="/404"))
    assert parse_qs(api.asked[1].partition("?")[2]) == {
        "lang": ["*"],
        "ref": ["M1"],
        "pageSize": ["100"],
    }


def test_documents_come_without_the_ref_in_their_href() -> None:
    (document,) = pull(client_of(FaultyApi(count=1))).snapshot
    assert json.loads(document.raw)["href"] == ""


def test_progress_counts_documents_up_to_the_total_in_the_calling_thread() -> None:
    seen: list[tuple[int, int]] = []
    threads = set()

    def note(done: int, total: int) -> None:
        seen.append((done, total))
        threads.add(threading.current_thread())

    pull(client_of(FaultyApi(count=250)), on_progress=note)
    assert (sorted(seen), threads) == (seen, {threading.current_thread()})
    assert seen[-1] == (250, 250)


def test_no_more_pages_are_under_way_than_twice_the_workers() -> None:
    api = FaultyApi(count=2000)
    arrived = []
    pull(
        client_of(api), workers=2, on_progress=lambda done, _: arrived.append((done, api.searches))
    )
    assert all(searches - done // 100 <= 4 for done, searches in arrived)


RETRIED: dict[str, Fault] = {
    "429 with seconds to wait": answers(429, retry_after="2"),
    "429 without": answers(429),
    "500": answers(500, "oops"),
    "503 with seconds to wait": answers(503, retry_after="1"),
    "JSON cut short": cut_json,
    "HTML instead of JSON": answers(200, "<html>"),
    "JSON of another shape": answers(200, []),
}


@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.parametrize("fault", RETRIED.values(), ids=RETRIED)
def test_a_passing_fault_costs_one_more_request(fault: Fault, page: int) -> None:
    api = FaultyApi(faults={page: [fault]})
    pulled = pull(client_of(api))
    assert (len(pulled.snapshot), pulled.requests) == (250, 5)


ONCE_WRONG: dict[str, Fault] = {
    "a document of another page": changes_results(lambda r: [r[0] | {"id": "D00000"}, *r[1:]]),
    "a page that is short": changes_results(lambda results: results[:-1]),
    "an empty page": changes_results(lambda results: []),
    "another page": changes(page=1),
    "another total": changes(total_results_size=249),
}


@pytest.mark.parametrize("fault", ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_pages_that_do_not_add_up_are_all_asked_again_by_other_urls(fault: Fault) -> None:
    api = FaultyApi(faults={2: [fault]})
    pulled = pull(client_of(api))
    assert len(pulled.snapshot) == 250
    assert max(Counter(api.asked).values()) == 1


@pytest.mark.parametrize("fault", ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_pages_that_never_add_up_are_an_error(fault: Fault) -> None:
    with pytest.raises(PrismicError, match="do not add up"):
        pull(client_of(FaultyApi(always={2: fault})))


def test_a_total_that_lies_on_every_page_is_an_error() -> None:
    lie = changes(total_results_size=300)
    with pytest.raises(PrismicError, match="250 documents came where 300 are counted"):
        pull(client_of(FaultyApi(always={1: lie, 2: lie, 3: lie})))


def test_a_document_that_is_none_is_an_error_that_says_so() -> None:
    with pytest.raises(ContentError, match="not a document"):
        pull(client_of(FaultyApi(always={2: changes_results(lambda _: [{"id": 5}])})))


def test_a_publish_between_pages_starts_again_at_the_new_ref() -> None:
    api = FaultyApi()
    api.faults = {3: [api.publishes("M2")]}
    pulled = pull(client_of(api))
    assert (len(pulled.snapshot), pulled.snapshot.ref, refs_of(pulled)) == (250, "M2", {"M2"})


def test_the_error_names_the_new_ref_where_the_repository_api_is_stale() -> None:
    api = FaultyApi()
    stale = api.repository()
    api.always = {0: answers(200, stale)}
    api.faults = {2: [api.publishes("M2")]}
    assert refs_of(pull(client_of(api))) == {"M2"}


def test_a_ref_that_always_expires_is_given_up_after_three_pulls() -> None:
    api = FaultyApi()
    api.faults = {2: [api.publishes(f"M{number}") for number in range(2, 9)]}
    with pytest.raises(RefExpiredError):
        pull(client_of(api))
    assert len(api.faults[2]) == 4


def test_an_unknown_master_ref_starts_again_as_well() -> None:
    api = FaultyApi()
    message = "Ref not found. Ensure you have the correct ref and try again. Master ref is: M2"
    refused = answers(404, {"type": "api_notfound_error", "message": message})

    def fault(page: dict[str, object]) -> tuple[int, object, bytes]:
        api.ref = "M2"
        return refused(page)

    api.faults = {2: [fault]}  # type: ignore[list-item]
    assert refs_of(pull(client_of(api))) == {"M2"}


def test_an_explicit_ref_that_expired_is_an_error_not_the_master() -> None:
    with pytest.raises(RefExpiredError):
        pull(client_of(FaultyApi()), ref="Old")


def test_an_explicit_ref_that_is_unknown_is_an_error_not_the_master() -> None:
    message = "Ref not found. Master ref is: M1"
    api = FaultyApi(always={1: answers(404, {"type": "api_notfound_error", "message": message})})
    with pytest.raises(RefNotFoundError):
        pull(client_of(api), ref="Typo")
    assert api.searches == 1


@pytest.mark.parametrize("name", ["spring", "id-spring"])
def test_a_release_is_pulled_by_label_or_id(name: str) -> None:
    api = FaultyApi(releases={"spring": "R1~M1"})
    assert refs_of(pull(client_of(api), release=name)) == {"R1~M1"}


def test_a_release_that_is_over_is_an_error_not_the_master() -> None:
    api = FaultyApi(releases={"spring": "R1~M1"})
    # Once: whoever asked for the master after it would get that.
    api.faults = {2: [api.expired]}
    with pytest.raises(RefExpiredError):
        pull(client_of(api), release="spring")


def test_a_release_that_is_unknown_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(PrismicError) as raised:
        pull(client_of(FaultyApi(releases={"spring": "R1~M1"})), release="autumn")
    assert "'spring'" in (raised.value.hint or "")


def test_a_missing_token_is_an_error_at_once_that_says_where_to_set_it() -> None:
    refused = {"type": "api_security_error", "message": "Access to this Ref requires a token"}
    api = FaultyApi(always={1: answers(401, refused)})
    with pytest.raises(ForbiddenError) as raised:
        pull(client_of(api))
    assert "PRISMIC_ACCESS_TOKEN" in (raised.value.hint or "")
    assert api.searches == 1


def test_a_repository_that_does_not_exist_is_an_error_that_says_where_its_name_is_set() -> None:
    with pytest.raises(RepositoryNotFoundError) as raised:
        pull(client_of(FaultyApi(always={0: answers(404, "<h1>Not found</h1>")})))
    assert "prismicio.py" in (raised.value.hint or "")


def test_an_api_that_stays_down_is_given_up_within_a_minute_and_says_what_was_tried() -> None:
    time = FakeTime()
    started = time.clock()
    with pytest.raises(PrismicError, match=r"503.*asked \d+ times in \d+ s"):
        pull(client_of(FaultyApi(always={0: answers(503)}), time))
    assert 40 < time.clock() - started <= 60


def test_a_wait_longer_than_the_time_that_is_left_is_not_begun() -> None:
    time = FakeTime()
    with pytest.raises(PrismicError, match="429") as raised:
        pull(client_of(FaultyApi(always={0: answers(429, retry_after="3600")}), time))
    assert time.slept == []
    assert "in 3600 s" in (raised.value.hint or "")


def test_an_error_on_one_page_stops_the_others() -> None:
    api = FaultyApi(count=10_000, always={2: answers(403, {"error": "no"})})
    with pytest.raises(ForbiddenError):
        pull(client_of(api), workers=2)
    assert api.searches < 20


def test_the_collector_is_on_again_once_all_who_work_without_it_are_done():
    collector_was_on = gc.isenabled()
    gc.enable()
    first, second = collector_off(), collector_off()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
    if not collector_was_on:
        gc.disable()


@pytest.mark.parametrize("pages", [10**9, 10**30])
def test_pages_that_can_be_none_are_not_asked_for(pages: int) -> None:
    api = FaultyApi(count=1, always={1: changes(total_pages=pages)})
    with pytest.raises(PrismicError, match=r"00 pages of 1 documents"):
        pull(client_of(api))
    assert api.searches <= 3


@pytest.mark.parametrize("data", [None, 1, "x", []])
def test_a_document_whose_data_is_no_object_is_named(data: object) -> None:
    api = FaultyApi(count=1)
    document = {**api.page(1, {"pageSize": "1"})["results"][0], "data": data}
    api.always = {1: changes(results=[document])}
    (found,) = pull(client_of(api)).snapshot.documents
    with pytest.raises(ContentError, match=r"'D00000' .page. has broken data") as raised:
        found.field("title")
    assert raised.value.document_id == "D00000"
