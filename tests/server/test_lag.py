"""Which ref is built after a webhook while the API still names another one."""

from __future__ import annotations

from prismic_ssg.errors import RefNotFoundError
from prismic_ssg.server.lag import Lag


class Api:
    """What the API would say: the master ref, and when each ref's newest document is of."""

    def __init__(self, master: str, **dates: str) -> None:
        self.master = master
        self.dates = dates
        self.asked = 0

    def master_ref(self) -> str:
        self.asked += 1
        return self.master

    def newest(self, ref: str) -> str:
        if ref not in self.dates:
            raise RefNotFoundError("no such ref")
        return self.dates[ref]

    def lag(self, known_since: str = "2026-01-01") -> Lag:
        lag = Lag(self.master_ref, self.newest)
        lag.built(self.master, known_since)
        return lag


OLD, NEW, NEWER = "2026-01-01", "2026-02-01", "2026-03-01"


def test_a_publish_that_the_api_does_not_name_yet_is_built_at_the_webhooks_ref() -> None:
    api = Api("old", old=OLD, new=NEW)
    lag = api.lag()
    assert lag.ref_for(["new"], "old", 0) == "new"
    lag.built("new", NEW)
    assert lag.ref_for([], "new", 15) == lag.ahead == "new"
    api.master = "new"
    assert lag.ref_for([], "new", 30) is None
    assert lag.ahead is None


def test_a_publish_that_the_api_names_is_built_as_ever() -> None:
    api = Api("new", old=OLD, new=NEW)
    assert api.lag().ref_for(["new"], "old", 0) is None


def test_an_api_that_knows_more_than_the_webhook_is_believed() -> None:
    api = Api("newer", old=OLD, new=NEW, newer=NEWER)
    assert api.lag().ref_for(["new"], "old", 0) is None


def test_a_replay_costs_no_request() -> None:
    api = Api("old", old=OLD)
    lag = api.lag()
    assert lag.ref_for(["old"], "old", 0) is None
    assert api.asked == 0


def test_a_webhook_that_comes_too_late_does_not_bring_the_past_back() -> None:
    api = Api("new", old=OLD, new=NEW)
    lag = api.lag()
    assert lag.ref_for(["old"], "new", 0) is None
    assert lag.ahead is None


def test_a_late_webhook_of_a_publish_in_the_same_second_does_not_bring_the_past_back() -> None:
    api = Api("second", first=NEW, second=NEW)
    lag = api.lag()
    assert lag.ref_for(["first"], "second", 0) is None
    assert lag.ahead is None


def test_a_late_webhook_of_what_was_unpublished_since_does_not_publish_it_again() -> None:
    api = Api("without", with_=NEW, without=OLD)
    lag = api.lag(known_since=NEWER)
    assert lag.ref_for(["with_"], "without", 0) is None
    assert lag.ahead is None


def test_where_dates_can_not_tell_the_api_is_asked_again_until_it_has_moved_on() -> None:
    api = Api("with_", with_=NEW, without=OLD)
    lag = api.lag()
    assert lag.ref_for(["without"], "with_", 0) is None
    assert lag.looks_again
    assert lag.ref_for([], "with_", 15) is None
    assert lag.looks_again
    api.master = "without"
    assert lag.ref_for([], "with_", 30) is None
    assert not lag.looks_again


def test_an_api_that_stays_where_it_is_is_not_asked_for_ever() -> None:
    api = Api("new", old=OLD, new=NEW)
    lag = api.lag()
    lag.ref_for(["old"], "new", 0)
    assert lag.looks_again
    lag.ref_for([], "new", 200)
    assert not lag.looks_again


def test_a_ref_that_nobody_knows_is_not_built() -> None:
    api = Api("old", old=OLD)
    assert api.lag().ref_for(["made-up"], "old", 0) is None


def test_a_second_publish_in_the_meantime_is_followed() -> None:
    api = Api("old", old=OLD, new=NEW, newer=NEWER)
    lag = api.lag()
    assert lag.ref_for(["new"], "old", 0) == "new"
    lag.built("new", NEW)
    assert lag.ref_for(["newer"], "new", 5) == "newer"
    lag.built("newer", NEWER)
    assert lag.ref_for(["new"], "newer", 6) == "newer"


def test_of_several_the_newest_is_built_in_whatever_order_they_come() -> None:
    api = Api("old", old=OLD, new=NEW, newer=NEWER)
    assert api.lag().ref_for(["newer", "old", "unknown"], "old", 0) == "newer"


def test_an_api_that_never_moves_is_believed_in_the_end() -> None:
    api = Api("old", old=OLD, new=NEW)
    lag = api.lag()
    assert lag.ref_for(["new"], "old", 0) == "new"
    lag.built("new", NEW)
    assert lag.ref_for([], "new", 200) is None
    assert lag.ahead is None


def test_before_the_first_build_the_api_is_asked_as_ever() -> None:
    assert Api("old", old=OLD, new=NEW).lag().ref_for(["new"], None, 0) is None
