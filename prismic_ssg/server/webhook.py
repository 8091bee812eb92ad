"""Prismic's webhook: who may send it, what it says. Pure.

There is no signature: the secret is a member of the body. A webhook is only a hint that something
may have changed, so one that is sent twice does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.store.trigger import Hint

PATH = "/_prismic/webhook"
SECRET = "PRISMIC_WEBHOOK_SECRET"  # noqa: S105  (the variable's name)

# A publish names its documents by id: 30,000 of them fit.
MOST_BYTES = 1 << 20
_MOST_DOCUMENTS = 10_000
_MOST_CHARACTERS = 200


class _Payload(msgspec.Struct):
    type: str = ""
    secret: str | None = None
    masterRef: str | None = None  # noqa: N815  (Prismic's name)
    documents: tuple[str, ...] | None = ()
    domain: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What to answer, what to note about it, and the hint that starts a build, if one does."""

    status: int
    answer: str
    event: str
    hint: Hint | None = None


def read_webhook(body: bytes, content_type: str, secret: str | None) -> Verdict:
    """What to make of a request's body, where `secret` is the one that is expected."""
    if not secret:
        return Verdict(403, "this server takes no webhooks", f"{SECRET} is not set")
    if content_type.partition(";")[0].strip().lower() not in ("application/json", "text/json"):
        return Verdict(415, "a webhook is JSON", "the content type is not JSON")
    try:
        payload = msgspec.json.decode(body, type=_Payload)
    except BROKEN_JSON:
        return Verdict(400, "this is no webhook of Prismic", "the body is no webhook")
    # By bytes: texts that are not ASCII can't be compared in constant time. Absent is compared too.
    if not compare_digest((payload.secret or "").encode(), secret.encode()):
        return Verdict(403, "wrong secret", "the secret is wrong or missing")
    if payload.type == "test-trigger":
        return Verdict(200, "the webhook works", "test")
    if payload.type != "api-update":
        return Verdict(200, "nothing to do for this", f"type {payload.type[:40]!r}")
    documents = (payload.documents or ())[:_MOST_DOCUMENTS]
    if not payload.masterRef and not documents:
        return Verdict(200, "nothing that is published changed", "releases or tags only")
    hint = Hint("webhook", _sane(payload.masterRef), tuple(filter(None, map(_sane, documents))))
    return Verdict(200, "a build is coming", "publish", hint)


def _sane(text: str | None) -> str | None:
    """A ref or an id; what is longer than any, or no plain text, is left out."""
    if not text or len(text) > _MOST_CHARACTERS or not text.isprintable():
        return None
    return text
