"""Downloads: a few at once, repeated where it helps, with an end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from image_server import ImageServer, image_server, png

from prismic_ssg.api.downloads import Downloads
from prismic_ssg.api.limiter import Limiter
from prismic_ssg.api.retries import Retries
from prismic_ssg.errors import ConnectionFailed, NotFoundError, PrismicError


@pytest.fixture
def host() -> Iterator[ImageServer]:
    with image_server() as images:
        yield images


def patient() -> Downloads:
    """Downloads for which a minute is over soon, and that wait for nothing."""
    clock = count(step=10.0)
    return Downloads(
        retries=Retries(sleep=lambda _seconds: None, clock=lambda: next(clock)),
        limiter=Limiter(per_second=1000, at_once=4, clock=lambda: next(clock)),
    )


def test_every_url_gives_its_content_in_order(host: ImageServer) -> None:
    urls = [f"{host.url}/{number}" for number in range(40)]
    with patient() as downloads:
        found = list(downloads.fetch_all(urls))
    assert [url for url, _ in found] == urls
    assert all(isinstance(content, bytes) and content[:4] == png()[:4] for _, content in found)
    assert set(host.asked.values()) == {1}


def test_one_that_fails_does_not_hide_the_others(host: ImageServer) -> None:
    host.answers["/1"] = (404, b"")
    with patient() as downloads:
        found = dict(downloads.fetch_all([f"{host.url}/{number}" for number in range(3)]))
    assert isinstance(found.pop(f"{host.url}/1"), NotFoundError)
    assert all(isinstance(content, bytes) for content in found.values())


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_in_trouble_is_asked_again_and_then_no_more(host: ImageServer, status: int) -> None:
    host.answers["/a"] = (status, b"")
    with (
        patient() as downloads,
        pytest.raises(PrismicError, match=f"status {status} \\(asked") as caught,
    ):
        downloads.fetch(f"{host.url}/a")
    assert 2 <= host.asked["/a"] < 10
    assert caught.value.url == f"{host.url}/a"


def test_an_answer_that_stays_is_asked_for_once(host: ImageServer) -> None:
    host.answers["/a"] = (403, b"")
    with patient() as downloads, pytest.raises(PrismicError, match="status 403"):
        downloads.fetch(f"{host.url}/a")
    assert host.asked["/a"] == 1


def test_characters_that_no_request_may_hold_are_encoded(host: ImageServer) -> None:
    with patient() as downloads:
        downloads.fetch(f"{host.url}/a é.jpg?x=ü")
    assert list(host.asked) == ["/a%20%C3%A9.jpg?x=%C3%BC"]


@pytest.mark.parametrize("url", ["https://", "no address", "ftp://e.org/a.jpg"])
def test_what_is_no_address_is_an_error(url: str) -> None:
    with patient() as downloads, pytest.raises(PrismicError):
        downloads.fetch(url)


def test_a_host_that_nobody_reaches_is_given_up_for_all_of_its_files() -> None:
    waits: list[float] = []
    urls = [f"http://127.0.0.1:9/{number}" for number in range(100)]
    with Downloads(retries=Retries(sleep=waits.append)) as downloads:
        found = dict(downloads.fetch_all(urls))
    assert list(found) == urls
    assert all(isinstance(error, ConnectionFailed) for error in found.values())
    assert 0 < len(waits) < 100


def test_a_host_that_answered_once_is_not_given_up(host: ImageServer) -> None:
    host.answers["/b"] = (500, b"")
    with patient() as downloads:
        downloads.fetch(f"{host.url}/a")
        with pytest.raises(PrismicError):
            downloads.fetch(f"{host.url}/b")
        assert downloads.fetch(f"{host.url}/c")


def test_a_file_that_is_too_long_is_asked_for_once(host: ImageServer) -> None:
    host.answers["/a"] = (200, bytes(1001))
    with Downloads(most_bytes=1000) as downloads, pytest.raises(PrismicError, match="more than"):
        downloads.fetch(f"{host.url}/a")
    assert host.asked["/a"] == 1


def test_a_machine_inside_of_a_network_is_asked_only_where_that_is_wanted(
    host: ImageServer,
) -> None:
    with Downloads(is_public_only=True) as downloads:
        for name in ("127.0.0.1", "localhost", "0x7f.1"):
            url = host.url.replace("127.0.0.1", name)
            with pytest.raises(PrismicError, match="machine inside of a network"):
                downloads.fetch(f"{url}/a")
    assert not host.asked
    with Downloads() as downloads:
        downloads.fetch(f"{host.url}/a")
    assert host.asked["/a"] == 1
