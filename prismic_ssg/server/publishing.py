"""What a site does after a build that changed something: commands, and other services told.

What must never happen: a change of the output that they are not told of, because a command failed,
another service was down, or this process ended before. So a mark is set before a build, and stays
until all was done that the build asks for. To do something twice is the lesser evil.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import TimeoutExpired
from typing import NamedTuple

import msgspec

from prismic_ssg.api.posts import post
from prismic_ssg.api.retries import Retries
from prismic_ssg.api.waiting import Stopped
from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.server.failures import Failures, told_in_our_words
from prismic_ssg.server.journal import Journal, moment
from prismic_ssg.site import GitHubDispatch, OnPublish, PostHook, Site
from prismic_ssg.site_commands import RUN_WITHIN_S, run_command
from prismic_ssg.store.mark import Mark

_POSTED_WITHIN_S = 120.0
_SHOWN_CHARACTERS = 2000

_GITHUB = "https://api.github.com"

_AT_ONCE = float("-inf")


@dataclass(frozen=True)
class Publishing:
    """A site that is built, where it is, and the mark that its output may have changed."""

    site: Site
    folder: Path
    mark: Mark


class _Left(NamedTuple):
    """An action that is not done, and how it failed; when to do it, in seconds of the clock, None
    where that is of no use until somebody mends it."""

    action: OnPublish
    failures: Failures
    at_s: float | None = _AT_ONCE


class _Todo(NamedTuple):
    """What a publishing asks for that is not done."""

    publishing: Publishing
    left: Sequence[_Left]

    @property
    def at_s(self) -> float | None:
        """When to do any of it."""
        return min((each.at_s for each in self.left if each.at_s is not None), default=None)


class Publisher:
    """Does what `Site(on_publish=…)` says, in a thread: builds do not wait for it.

    `expect` is to be called before each build, `built` after each that did not fail. What is
    published while the thread is at work is told once more afterwards: of several builds the last
    one counts. What fails is tried again, less and less often, unless somebody has to mend it.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        journal: Journal,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._environment = environment
        self._journal = journal
        self._clock = clock
        self._now = now
        self._is_expecting = False
        self._is_owed = False
        # What is at work is still to be done.
        self._todo: _Todo | None = None
        self._is_stopping = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def expect(self, publishing: Publishing) -> None:
        """The output may change now."""
        if not publishing.site.on_publish:
            return
        with self._changed, self._noted():
            is_ours = self._is_expecting or self._todo is not None
            self._is_expecting = True
            # A mark that is not ours was left by a process that ended before all was done.
            self._is_owed = self._is_owed or (not is_ours and publishing.mark.is_set)
            publishing.mark.set()

    def built(self, publishing: Publishing, *, has_changed: bool) -> None:
        """The output is up to date, and whether it changed by that."""
        actions = publishing.site.on_publish
        with self._changed:
            self._is_expecting = False
            before = self._todo
            is_mended = before is not None and before.publishing.site.on_publish != actions
            if actions and (has_changed or self._is_owed or is_mended):
                self._is_owed = False
                known = {each.action: each.failures for each in (before.left if before else ())}
                left = [_Left(each, known.get(each) or Failures(self._now)) for each in actions]
                self._todo = _Todo(publishing, left)
            elif not actions:
                self._todo = None
            self._settle(publishing)
            if self._todo is not None:
                self._wake()

    def _wake(self) -> None:
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="prismic-ssg-on-publish", daemon=True)
            # Where the system has none left this raises; the next build comes here again.
            thread.start()
            self._thread = thread
        self._changed.notify_all()

    @property
    def failing(self) -> Mapping[str, datetime]:
        """The actions that failed and are not done yet, by name, with when that began."""
        todo = self._todo
        left = () if todo is None else todo.left
        failing = [(name_of(each.action), each.failures.failing) for each in left]
        return {name: each.since for name, each in failing if each is not None}

    def stop(self) -> None:
        """Do what is waiting, then nothing more: what failed is left to the next start."""
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
        while (todo := self._next()) is not None:
            now_s, folder = self._clock(), todo.publishing.folder
            left: list[_Left] = []
            for each in todo.left:
                if each.at_s is None or each.at_s > now_s:
                    left.append(each)
                elif (again := self._done(each, folder)) is not None:
                    left.append(again)
            with self._changed:
                # Else something newer came meanwhile, which asks for all of them.
                if self._todo is todo:
                    self._todo = todo._replace(left=left) if left else None
                self._settle(todo.publishing)

    def _next(self) -> _Todo | None:
        """What to do, once it is time for it; None at the end."""
        with self._changed:
            while True:
                todo = self._todo
                at_s = None if todo is None else todo.at_s
                if at_s == _AT_ONCE:
                    return todo
                if self._is_stopping:
                    return None
                due_in_s = None if at_s is None else at_s - self._clock()
                if due_in_s is not None and due_in_s <= 0:
                    return todo
                self._changed.wait(due_in_s)

    def _settle(self, publishing: Publishing) -> None:
        """Clear the mark where nothing is owed."""
        if not self._is_expecting and self._todo is None:
            with self._noted():
                publishing.mark.clear()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._journal("on-publish-not-noted", error=error.strerror or str(error))

    def _done(self, left: _Left, folder: Path) -> _Left | None:
        """Do an action; gives what is left of it, None where it is done."""
        action, failures, _ = left
        name, began = name_of(action), time.perf_counter()
        try:
            with told_in_our_words("it broke off"):
                done = do(action, folder, self._environment)
        except PrismicSsgError as error:
            # Why a command ended nobody knows: perhaps another machine did not answer.
            failing = failures.failed([error], passes=isinstance(action, tuple))
            is_again = failing.times > 1
            members = {
                "hint": error.hint,
                "times": failing.times if is_again else None,
                "since": moment(failing.since) if is_again else None,
                "again_in_s": failing.again_in_s,
            }
            told = {name: value for name, value in members.items() if value is not None}
            self._journal("on-publish-failed", action=name, error=error.message, **told)
            wait_s = failing.again_in_s
            return left._replace(at_s=None if wait_s is None else self._clock() + wait_s)
        except Stopped:
            self._journal("on-publish-failed", action=name, error="the server was stopped before")
            return left._replace(at_s=None)
        before = failures.worked()
        if done:
            seconds = round(time.perf_counter() - began, 3)
            since = {} if before is None else {"failed_since": moment(before.since)}
            self._journal("on-publish", action=name, seconds=seconds, **since)
        return None


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
