"""Which webhooks are heeded. Bodies as Prismic sends them: reference in docs/deploy.md."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prismic_ssg.server.webhook import Verdict, read_webhook
from prismic_ssg.store.trigger import Hint

SECRET = "s3cret"

PUBLISH = {
    "type": "api-update",
    "masterRef": "ZxB08REAACEA",
    "releases": {},
    "masks": {},
    "tags": {},
    "experiments": {},
    "documents": ["ZxA1", "ZxA2"],
    "domain": "my-repo",
    "apiUrl": "https://my-repo.prismic.io/api",
    "secret": "s3cret",
}


def read(
    body: Any,
    secret: str | None = SECRET,
    content_type: str = "application/json",
) -> Verdict:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_webhook(text, content_type, secret)


def test_a_publish_is_a_hint_with_ref_and_documents() -> None:
    verdict = read(PUBLISH)
    assert verdict.status == 200
    assert verdict.hint == Hint("webhook", "ZxB08REAACEA", ("ZxA1", "ZxA2"))


@pytest.mark.parametrize("given", ["S3CRET", "s3cre", "s3cret ", "", None, "é"])
def test_a_wrong_secret_is_refused(given: str | None) -> None:
    verdict = read({**PUBLISH, "secret": given})
    assert (verdict.status, verdict.hint) == (403, None)


def test_a_missing_secret_is_refused() -> None:
    body = {name: value for name, value in PUBLISH.items() if name != "secret"}
    assert read(body).status == 403


@pytest.mark.parametrize("expected", [None, ""])
@pytest.mark.parametrize("given", [None, "", "s3cret"])
def test_without_a_secret_of_its_own_a_server_refuses_all(
    expected: str | None, given: str | None
) -> None:
    verdict = read({**PUBLISH, "secret": given}, secret=expected)
    assert (verdict.status, verdict.hint) == (403, None)
    assert "PRISMIC_WEBHOOK_SECRET is not set" in verdict.event


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_on_another_page_can_send_is_refused(kind: str) -> None:
    assert read(PUBLISH, content_type=kind).status == 415


def test_a_content_type_may_name_its_charset() -> None:
    assert read(PUBLISH, content_type="Application/JSON; charset=utf-8").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"api-update"',
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"secret": 12}',
        b'{"secret": ["s3cret"]}',
        b'{"secret": "s3cret", "documents": "ZxA1"}',
        b'{"secret": "s3cret", "documents": [1, 2]}',
        b'{"secret": "s3cret", "masterRef": {}}',
    ],
)
def test_what_is_no_webhook_is_refused(body: bytes) -> None:
    assert (read(body).status, read(body).hint) == (400, None)


def test_a_trial_is_answered_and_builds_nothing() -> None:
    verdict = read({"type": "test-trigger", "domain": "my-repo", "secret": "s3cret"})
    assert (verdict.status, verdict.event, verdict.hint) == (200, "test", None)
    assert read({"type": "test-trigger", "domain": "my-repo", "secret": "no"}).status == 403


@pytest.mark.parametrize("kind", ["something-new", "", "a" * 5000])
def test_other_events_are_answered_and_noted(kind: str) -> None:
    verdict = read({**PUBLISH, "type": kind})
    assert (verdict.status, verdict.hint) == (200, None)
    assert len(verdict.event) < 60


def test_a_release_that_was_edited_builds_nothing() -> None:
    release = {"update": [{"id": "Y1", "ref": "Zx~Y1", "label": "Spring", "documents": []}]}
    body = {**PUBLISH, "releases": release, "documents": []}
    del body["masterRef"]
    verdict = read(body)
    assert (verdict.status, verdict.hint) == (200, None)


def test_names_that_no_ref_or_document_has_are_left_out() -> None:
    odd = ["ok", "", "a\nb", "x" * 500, "\x1b[31m"]
    verdict = read({**PUBLISH, "masterRef": "a\nref=b", "documents": odd})
    assert verdict.hint == Hint("webhook", None, ("ok",))


def test_the_secret_is_in_no_part_of_the_verdict() -> None:
    for given in ("s3cret", "wrong-one"):
        assert "s3cret" not in repr(read({**PUBLISH, "secret": given}))
        assert "wrong-one" not in repr(read({**PUBLISH, "secret": given}))
