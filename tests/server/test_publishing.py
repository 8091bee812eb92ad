"""What a site does after a build: commands that are run, services that are told."""

from __future__ import annotations

import json
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg import ConfigurationError, GitHubDispatch, PostHook, PrismicSsgError, Site
from prismic_ssg.api.exchange import Answer
from prismic_ssg.api.posts import post
from prismic_ssg.api.retries import Retries
from prismic_ssg.errors import ConnectionFailed
from prismic_ssg.server.failures import may_pass
from prismic_ssg.server.publishing import Publisher, Publishing, do
from prismic_ssg.store.mark import Mark

HOOK = "https://api.netlify.com/build_hooks/s3cret"


class Sent:
    """What was sent, and what is answered in turn."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.posts: list[tuple[str, bytes, Mapping[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], **_: Any) -> Answer:
        self.posts.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, {}, b"")


def published(publisher: Publisher, site: Site, folder: Path) -> None:
    """A build that changed something."""
    publishing = Publishing(site, folder, Mark(folder / "state.owed"))
    publisher.expect(publishing)
    publisher.built(publishing, has_changed=True)


def retries(**options: Any) -> Retries:
    return Retries(clock=lambda: 0.0, sleep=lambda _: None, random=lambda: 0.0, **options)


# As Netlify's documentation sends one: "curl -X POST -d '{}'". With no body at all, receivers that
# look at the content type answer 400: that is no JSON.
def test_a_hook_gets_a_post_of_an_empty_object() -> None:
    sent = Sent()
    assert do(PostHook(HOOK), Path(), {}, send=sent)
    assert sent.posts == [(HOOK, b"{}", {"content-type": "application/json"})]


def test_a_hook_without_an_address_is_left_out() -> None:
    sent = Sent()
    assert not do(PostHook(""), Path(), {}, send=sent)
    assert not sent.posts


def test_github_is_told_with_a_token_of_the_environment() -> None:
    sent = Sent()
    action = GitHubDispatch("octo/site", token_env="MY_TOKEN")
    assert do(action, Path(), {"MY_TOKEN": "t0ken"}, send=sent)
    ((url, body, headers),) = sent.posts
    assert url == "https://api.github.com/repos/octo/site/dispatches"
    assert json.loads(body) == {"event_type": "prismic-publish"}
    assert headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("token", ["", "a\nb", "é"])
def test_without_a_token_github_is_not_asked(token: str) -> None:
    sent = Sent()
    with pytest.raises(PrismicSsgError, match="GITHUB_TOKEN is not set"):
        do(GitHubDispatch("octo/site"), Path(), {"GITHUB_TOKEN": token}, send=sent)
    assert not sent.posts


@pytest.mark.parametrize("status", [401, 404])
def test_a_token_that_github_does_not_take_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("prismic_ssg.api.posts._post", Sent(status))
    told: list[dict[str, Any]] = []
    publisher = Publisher({"MY_TOKEN": "t0ken"}, lambda event, **members: told.append(members))
    action = GitHubDispatch("octo/site", token_env="MY_TOKEN")
    published(publisher, Site(on_publish=[action]), tmp_path)
    publisher.stop()
    assert publisher.join(20)
    assert told == [
        {
            "action": "GitHubDispatch octo/site",
            "error": f"api.github.com answered with status {status}",
            "hint": 'MY_TOKEN: it wants a token for octo/site, with "Contents: read and write"',
        }
    ]


def test_a_post_is_sent_again_until_it_arrives() -> None:
    sent = Sent(503, ConnectionFailed("no answer"), 429, 204)
    assert post(HOOK, send=sent, retries=retries()).status == 204
    assert len(sent.posts) == 4


def test_a_receiver_may_be_down_for_a_while() -> None:
    sent = Sent(*[ConnectionFailed("nobody is there")] * 8)
    assert post(HOOK, send=sent, retries=retries()).status == 200
    assert len(sent.posts) == 9


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 422])
def test_an_answer_that_stays_is_not_asked_for_again(status: int) -> None:
    sent = Sent(status)
    with pytest.raises(PrismicSsgError, match=rf"api\.netlify\.com answered with status {status}"):
        post(HOOK, send=sent, retries=retries())
    assert len(sent.posts) == 1


@pytest.mark.parametrize(
    ("failure", "passes"), [(503, True), (ConnectionFailed("no answer"), True), (404, False)]
)
def test_a_receiver_that_is_down_for_longer_is_tried_again_later(
    failure: Any, passes: bool
) -> None:
    with pytest.raises(PrismicSsgError) as caught:
        post(HOOK, send=Sent(*[failure] * 9), retries=retries(give_up_after_s=0.1))
    assert may_pass(caught.value) == passes


@pytest.mark.parametrize("failure", [503, ConnectionFailed("no answer", HOOK)])
def test_the_address_of_a_hook_is_in_no_error(failure: Any) -> None:
    with pytest.raises(PrismicSsgError) as caught:
        post(HOOK, send=Sent(*[failure] * 9), retries=retries(give_up_after_s=0.1))
    assert "s3cret" not in f"{caught.value!r} {caught.value} {vars(caught.value)}"
    assert "api.netlify.com" in caught.value.message
    assert "s3cret" not in repr(PostHook(HOOK))


@pytest.mark.parametrize(
    "address", ["https://ho st/s3cret", "https://a.example:99999/s3cret", "https:///s3cret"]
)
def test_a_hook_that_no_request_can_be_sent_to_is_told_once_and_without_it(address: str) -> None:
    sent = Sent()
    with pytest.raises(PrismicSsgError, match="is no URL of a web server") as failed:
        post(address, send=sent)
    assert "s3cret" not in f"{failed.value} {failed.value.hint}"
    assert not sent.posts


def test_a_name_and_a_password_in_the_address_of_a_hook_are_sent_as_such() -> None:
    heads: list[bytes] = []

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            heads.append(connection.recv(65536))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,))
        thread.start()
        post(f"http://build%40er:s3cret@127.0.0.1:{listening.getsockname()[1]}/hook/é?a=%20")
        thread.join(20)
    request, *headers = heads[0].decode("ascii").split("\r\n")
    assert request == "POST /hook/%C3%A9?a=%20 HTTP/1.1"
    assert f"authorization: Basic {b64encode(b'build@er:s3cret').decode()}" in headers


def test_a_command_is_run_in_the_folder_of_the_site(tmp_path: Path) -> None:
    code = "import os, pathlib; pathlib.Path('done').write_text(os.environ['WORD'])"
    assert do((sys.executable, "-c", code), tmp_path, {"WORD": "hello"})
    assert (tmp_path / "done").read_text("utf-8") == "hello"


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    code = "import sys; print('no room'); sys.exit(4)"
    with pytest.raises(PrismicSsgError, match="ended with code 4: no room"):
        do((sys.executable, "-c", code), tmp_path, {})
    with pytest.raises(PrismicSsgError, match="can't be run: No such file"):
        do(("no-such-command",), tmp_path, {})


def test_one_that_fails_does_not_keep_the_next_from_being_done(tmp_path: Path) -> None:
    events: list[tuple[str, str]] = []
    ended = threading.Event()

    def journal(event: str, **members: Any) -> None:
        events.append((event, members["action"]))
        if len(events) == 2:
            ended.set()

    publisher = Publisher({}, journal)
    touch = [sys.executable, "-c", "open('done', 'w')"]
    published(publisher, Site(on_publish=[["no-such-command"], touch]), tmp_path)
    assert ended.wait(20)
    assert events == [("on-publish-failed", "no-such-command"), ("on-publish", sys.executable)]
    assert (tmp_path / "done").exists()


def test_the_end_waits_for_what_is_being_done(tmp_path: Path) -> None:
    publisher = Publisher({}, lambda *_, **__: None)
    slow = [sys.executable, "-c", "import time; time.sleep(0.3); open('done', 'w')"]
    published(publisher, Site(on_publish=[slow]), tmp_path)
    publisher.stop()
    assert publisher.join(20)
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("wrong", ["rsync", ["rsync -a"], [["rsync", 5]], [[]], [None], 5])
def test_what_is_no_list_of_actions_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="on_publish"):
        Site(on_publish=wrong)


def test_addresses_and_repositories_are_checked_when_they_are_written() -> None:
    for wrong in ("ftp://example.org/s3cret", "https://", "https://a b/s3cret", "https://[/x"):
        with pytest.raises(ConfigurationError, match="that is no address"):
            PostHook(wrong)
    assert PostHook("https://example.org/hook\n").url == "https://example.org/hook"
    for wrong in (
        "octo",
        "octo/site/x",
        "../site",
        "octo/..",
        "octo/si te",
        "https://github.com/octo/site",
    ):
        with pytest.raises(ConfigurationError, match="that is no repository"):
            GitHubDispatch(wrong)
