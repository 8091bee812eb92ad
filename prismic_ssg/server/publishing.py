"""What a site does after a build that changed something: commands, and other services told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

import msgspec

from prismic_ssg.api.posts import post
from prismic_ssg.api.retries import Retries
from prismic_ssg.api.waiting import Stopped
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.server.failures import told_in_our_words
from prismic_ssg.server.journal import Journal
from prismic_ssg.site import GitHubDispatch, OnPublish, PostHook, Site
from prismic_ssg.site_commands import RUN_WITHIN_S, run_command

_POSTED_WITHIN_S = 120.0
_SHOWN_CHARACTERS = 2000

_GITHUB = "https://api.github.com"


@dataclass(frozen=True)
class Publishing:
    """A site whose output changed, and where it is."""

    site: Site
    folder: Path


class Publisher:
    """Does what `Site(on_publish=…)` says, in a thread: builds do not wait for it.

    What is published while it is at work is told once more afterwards: of several builds the last
    one counts.
    """

    def __init__(self, environment: Mapping[str, str], journal: Journal) -> None:
        self._environment = environment
        self._journal = journal
        self._waiting: Publishing | None = None
        self._is_stopping = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def published(self, site: Site, folder: Path) -> None:
        """The output changed. From any thread."""
        if not site.on_publish:
            return
        with self._changed:
            self._waiting = Publishing(site, folder)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="prismic-ssg-on-publish", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def stop(self) -> None:
        """Do what is waiting, then nothing more."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait for the end of what is being done; whether it ended in time."""
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._waiting is None:
                    if self._is_stopping:
                        return
                    self._changed.wait()
                publishing, self._waiting = self._waiting, None
            for action in publishing.site.on_publish:
                self._do(action, publishing.folder)

    def _do(self, action: OnPublish, folder: Path) -> None:
        began = time.perf_counter()
        name = name_of(action)
        try:
            with told_in_our_words("it broke off"):
                done = do(action, folder, self._environment)
        except PrismicSsgError as error:
            hint = {"hint": error.hint} if error.hint else {}
            self._journal("on-publish-failed", action=name, error=error.message, **hint)
            return
        except Stopped:
            self._journal("on-publish-failed", action=name, error="the server was stopped before")
            return
        if done:
            seconds = round(time.perf_counter() - began, 3)
            self._journal("on-publish", action=name, seconds=seconds)


def name_of(action: OnPublish) -> str:
    """What to call an action: no part of it that may be a secret."""
    match action:
        case PostHook():
            return "PostHook"
        case GitHubDispatch(repository=repository):
            return f"GitHubDispatch {repository}"
        case _:
            return action[0]


def do(
    action: OnPublish,
    folder: Path,
    environment: Mapping[str, str],
    *,
    send: Callable[..., object] = post,
) -> bool:
    """Do one action; whether there was anything to do. Raises PrismicSsgError where it failed."""
    retries = Retries(give_up_after_s=_POSTED_WITHIN_S)
    match action:
        case PostHook(url=url):
            if url:
                send(url, b"{}", {"content-type": "application/json"}, retries=retries)
            return bool(url)
        case GitHubDispatch():
            _dispatch(action, environment, retries, send)
        case _:
            _command(list(action), folder, environment)
    return True


def _dispatch(
    action: GitHubDispatch,
    environment: Mapping[str, str],
    retries: Retries,
    send: Callable[..., object],
) -> None:
    token = environment.get(action.token_env, "")
    hint = f'it wants a token for {action.repository}, with "Contents: read and write"'
    if not token or not token.isascii() or not token.isprintable():
        raise PrismicSsgError(f"{action.token_env} is not set, or is no token", hint=hint)
    headers = {
        "accept": "application/vnd.github+json",
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "x-github-api-version": "2022-11-28",
    }
    body = msgspec.json.encode({"event_type": action.event_type})
    url = f"{_GITHUB}/repos/{action.repository}/dispatches"
    # GitHub answers 404 to who may not know that a repository exists.
    send(url, body, headers, retries=retries, hint=f"{action.token_env}: {hint}")


def _command(words: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    try:
        ended = run_command(words, folder, environment)
    except TimeoutExpired:
        raise PrismicSsgError(f"not done within {RUN_WITHIN_S:.0f} s") from None
    except OSError as error:
        raise PrismicSsgError(f"can't be run: {error.strerror or error}") from None
    if ended.code:
        raise PrismicSsgError(f"ended with code {ended.code}: {ended.said(_SHOWN_CHARACTERS)}")
