"""When to build after what: by values and a clock that tests turn."""

from __future__ import annotations

import random

from prismic_ssg.server.causes import Cause, Gathering

SAVE = Cause(("templates/post.html",))
HOOK = Cause(("webhook",), content=True, message=True, refs=("r1",), documents=("a",))


def builds(arrivals: list[tuple[float, Cause]], *, takes_s: float) -> list[tuple[float, Cause]]:
    """When builds begin, and for what, where each takes so long."""
    gathering, begun, now, free_at = Gathering(), [], 0.0, 0.0
    waiting = sorted(arrivals, key=lambda arrival: arrival[0])
    while True:
        due_in_s = gathering.due_in_s(now)
        due_at = None if due_in_s is None else max(now + due_in_s, free_at)
        if waiting and (due_at is None or waiting[0][0] <= due_at):
            now, cause = waiting.pop(0)
            gathering.add(cause, now)
        elif due_at is not None:
            now = due_at
            # As the builder does: who was busy looks again whether it is quiet.
            if gathering.due_in_s(now) == 0:
                begun.append((now, gathering.take(now)))
                free_at = now + takes_s
        else:
            return begun


def test_one_save_is_built_almost_at_once() -> None:
    ((at, cause),) = builds([(1.0, SAVE)], takes_s=0.5)
    assert at - 1.0 < 0.05
    assert cause == SAVE


def test_the_events_of_one_save_are_one_build() -> None:
    assert len(builds([(1.0 + 0.005 * n, SAVE) for n in range(6)], takes_s=0.1)) == 1


def test_whatever_comes_during_a_build_is_one_more_after_it() -> None:
    other = Cause(("templates/page.html",))
    begun = builds([(0.0, SAVE), (0.2, SAVE), (0.4, other), (0.9, SAVE)], takes_s=1.0)
    assert [cause.reasons for _, cause in begun] == [
        ("templates/post.html",),
        ("templates/post.html", "templates/page.html"),
    ]


def test_a_file_that_never_rests_is_built_all_the_same() -> None:
    begun = builds([(0.01 * n, SAVE) for n in range(300)], takes_s=0.1)
    assert len(begun) >= 5
    assert begun[0][0] < 0.5


def test_a_webhook_is_followed_almost_at_once() -> None:
    ((at, _),) = builds([(1.0, HOOK)], takes_s=0.5)
    assert at - 1.0 < 0.05


def test_two_hundred_webhooks_in_two_seconds_are_two_builds() -> None:
    for takes_s in (0.01, 0.05, 0.4, 1.5, 3.0):
        for seed in range(20):
            draw = random.Random(seed)  # noqa: S311  (not secret)
            hooks = [
                (2 * draw.random(), Cause(("webhook",), content=True, message=True, refs=(str(n),)))
                for n in range(200)
            ]
            begun = builds(hooks, takes_s=takes_s)
            assert len(begun) == 2, (takes_s, seed)
            assert len({ref for _, cause in begun for ref in cause.refs}) == 200
            assert begun[1][0] >= max(at for at, _ in hooks)


def test_publishes_that_are_apart_are_each_built_at_once() -> None:
    begun = builds([(0.0, HOOK), (5.0, HOOK), (10.0, HOOK)], takes_s=0.3)
    assert [round(at - 5.0 * n, 2) for n, (at, _) in enumerate(begun)] == [0.03, 0.03, 0.03]


def test_webhooks_that_never_end_are_built_now_and_then() -> None:
    begun = builds([(0.1 * n, HOOK) for n in range(600)], takes_s=0.2)
    assert 10 <= len(begun) <= 20


def test_causes_together_are_all_that_each_is() -> None:
    both = SAVE + HOOK
    assert (both.content, both.configuration, both.message) == (True, False, True)
    assert both.reasons == ("templates/post.html", "webhook")
    assert both.refs == ("r1",)


def test_a_cause_of_many_files_is_one_line() -> None:
    many = Cause(tuple(f"templates/{n}.html" for n in range(9)))
    assert str(many) == "templates/0.html, templates/1.html, templates/2.html and 6 more"
