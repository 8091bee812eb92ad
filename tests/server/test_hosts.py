"""Whose requests are answered: a page elsewhere must not read what this machine shows."""

from __future__ import annotations

import pytest

from prismic_ssg.server.hosts import Hosts

HOSTS = Hosts.of(["127.0.0.1", "my-laptop"], "https://www.example.org/docs")


@pytest.mark.parametrize(
    "header",
    [
        "localhost",
        "localhost:8000",
        "LOCALHOST:8000",
        "shop.localhost:8000",
        "127.0.0.1:8000",
        "192.168.1.20:8000",
        "[::1]:8000",
        "my-laptop:8000",
        "www.example.org",
        "www.example.org.",
        "www.example.org:443",
    ],
)
def test_names_of_this_server_are_answered(header: str) -> None:
    assert HOSTS.refusal(header) is None


@pytest.mark.parametrize(
    "header",
    [
        "evil.example",
        "evil.example:8000",
        "example.org",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "www.example.org.evil.example",
        "notlocalhost",
        "0x7f.1",
        "2130706433.evil",
    ],
)
def test_any_other_name_is_refused_and_told_how_to_allow_it(header: str) -> None:
    refusal = HOSTS.refusal(header)
    assert refusal is not None
    status, reason = refusal
    assert status == 421
    assert f"--allow-host {header.partition(':')[0]}" in reason


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        " ",
        "a b",
        "localhost:8000:80",
        "localhost:port",
        "user@localhost",
        "localhost/evil",
        "localhost\\evil",
        "<script>",
        "[::1",
        "[evil]",
        "é.example",
        "a" * 300,
    ],
)
def test_what_is_no_host_is_refused(header: str | None) -> None:
    refusal = HOSTS.refusal(header)
    assert refusal is not None
    assert refusal[0] == 400


def test_a_star_allows_every_name() -> None:
    assert Hosts.of(["*"]).refusal("anything.example") is None
    assert Hosts.of(["*"]).refusal("not a host") is not None
