"""`/_emulator/…`: what tests do to the repository, and ask about what was requested. Pure wiring.

Every answer is JSON. A request changes the emulation; nothing here knows about sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.emulator import messages
from prismic_ssg.emulator.answers import NO_STORE, Answer, Refused, json_answer, refuse
from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.repository import EmulatedRelease, Preview
from prismic_ssg.emulator.traffic import Fault
from prismic_ssg.errors import ContentError

PREFIX = "/_emulator"

Body = TypeVar("Body")
Members = dict[str, Any]


class _Documents(msgspec.Struct, forbid_unknown_fields=True):
    documents: list[Members] = []
    deleted: list[str] = []


class _Ids(msgspec.Struct, forbid_unknown_fields=True):
    ids: list[str]


class _Release(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    label: str
    documents: list[Members] = []
    deleted: list[str] = []
    scheduled_at: int | None = None


class _ReleaseEdit(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    documents: list[Members] = []
    deleted: list[str] = []
    scheduled_at: int | None = None


class _Preview(msgspec.Struct, forbid_unknown_fields=True):
    documents: list[Members] = []
    deleted: list[str] = []
    release: str | None = None


class _Refs(msgspec.Struct, forbid_unknown_fields=True):
    refs: list[str] | None = None


class _End(msgspec.Struct, forbid_unknown_fields=True):
    gone: bool = False


def administrate(
    emulation: Emulation,
    method: str,
    path: str,
    body: bytes,
    *,
    origin: str,
    try_webhook: Callable[[], bool] = lambda: False,
) -> Answer:
    """What `/_emulator/…` answers. `path` is the whole path, undecoded; `try_webhook` sends a test
    message and says whether there is anyone to send it to."""
    steps = tuple(unquote(step) for step in path.removeprefix(PREFIX).strip("/").split("/"))
    try:
        return _reply(emulation, method, steps, body, origin, try_webhook)
    except Refused as refusal:
        return refusal.answer
    except ContentError as error:
        return json_answer({"type": "emulator_error", "message": error.message}, 400, NO_STORE)


def _reply(
    emulation: Emulation,
    method: str,
    steps: tuple[str, ...],
    body: bytes,
    origin: str,
    try_webhook: Callable[[], bool],
) -> Answer:
    match method, *steps:
        case "GET", "":
            return _ok(_state(emulation))
        case "POST", "publish":
            asked = _read(body, _Documents)
            return _ok({"ref": emulation.publish(asked.documents, asked.deleted)})
        case "POST", "unpublish":
            return _ok({"ref": emulation.publish((), _read(body, _Ids).ids)})
        case _, "releases", *rest:
            return _releases(emulation, method, tuple(rest), body)
        case _, "previews", *rest:
            return _previews(emulation, method, tuple(rest), body, origin)
        case "POST", "expire":
            return _ok({"expired": emulation.expire(_read(body, _Refs).refs)})
        case "POST", "reset":
            emulation.reset()
            return _ok({"ref": emulation.repository.master.ref})
        case "POST", "webhook":
            if not try_webhook():
                raise ContentError(messages.ADMIN_NO_WEBHOOK)
            return _ok({"sent": True})
        case _, "faults" | "requests" as what:
            return _traffic(emulation, method, what, body)
        case _:
            return _unknown("/".join(steps))


def _releases(emulation: Emulation, method: str, rest: tuple[str, ...], body: bytes) -> Answer:
    match method, *rest:
        case ["POST"]:
            new = _read(body, _Release)
            if emulation.repository.release(new.label) is not None:
                raise ContentError(messages.ADMIN_RELEASE_EXISTS.format(label=new.label))
            return _ok(
                _release(
                    emulation.put_release(
                        new.label, new.documents, new.deleted, scheduled_at=new.scheduled_at
                    )
                )
            )
        case "PUT", name:
            edit = _read(body, _ReleaseEdit)
            return _ok(
                _release(
                    emulation.put_release(
                        emulation.release(name).label,
                        edit.documents,
                        edit.deleted,
                        scheduled_at=edit.scheduled_at,
                    )
                )
            )
        case "DELETE", name:
            emulation.drop_release(name)
            return _ok({})
        case "POST", name, "publish":
            return _ok({"ref": emulation.publish_release(name)})
        case _:
            return _unknown("/".join(("releases", *rest)))


def _previews(
    emulation: Emulation, method: str, rest: tuple[str, ...], body: bytes, origin: str
) -> Answer:
    match method, *rest:
        case ["POST"]:
            asked = _read(body, _Preview)
            begun = emulation.put_preview(
                origin, asked.documents, asked.deleted, release=asked.release
            )
            return _ok(_preview(emulation, begun))
        case "PUT", session:
            edit = _read(body, _Documents)
            changed = emulation.put_preview(origin, edit.documents, edit.deleted, session=session)
            return _ok(_preview(emulation, changed))
        case "DELETE", session:
            emulation.end_preview(session, gone=_read(body or b"{}", _End).gone)
            return _ok({})
        case _:
            return _unknown("/".join(("previews", *rest)))


def _traffic(emulation: Emulation, method: str, what: str, body: bytes) -> Answer:
    traffic = emulation.traffic
    match method, what:
        case "GET", "faults":
            return _ok(traffic.faults)
        case "POST", "faults":
            traffic.faults.append(_read(body, Fault))
            return _ok(traffic.faults)
        case "DELETE", "faults":
            traffic.faults.clear()
            return _ok([])
        case "GET", "requests":
            return _ok(list(traffic.log))
        case "DELETE", "requests":
            traffic.log.clear()
            return _ok([])
        case _:
            return _unknown(what)


def _read(body: bytes, into: type[Body]) -> Body:
    try:
        return msgspec.json.decode(body or b"{}", type=into)
    except msgspec.ValidationError as error:
        raise ContentError(str(error)) from None
    except (*BROKEN_JSON, UnicodeDecodeError):
        raise ContentError(messages.ADMIN_NO_JSON) from None


def _ok(value: object) -> Answer:
    return json_answer(value, headers=NO_STORE)


def _unknown(path: str) -> Answer:
    refuse(404, "emulator_error", messages.ADMIN_UNKNOWN.format(path=path))


def _state(emulation: Emulation) -> Mapping[str, object]:
    repository = emulation.repository
    return {
        "name": repository.name,
        "ref": repository.master.ref,
        "documents": len(repository.master),
        "releases": [_release(each) for each in repository.releases],
        "previews": [_preview(emulation, each) for each in repository.previews.values()],
        "past": list(repository.past),
    }


def _release(release: EmulatedRelease) -> Mapping[str, object]:
    return {"id": release.id, "ref": release.snapshot.ref, "label": release.label}


def _preview(emulation: Emulation, preview: Preview) -> Mapping[str, object]:
    host = f"{emulation.repository.name}.prismic.io"
    cookie = msgspec.json.encode({"_tracker": "emulated", host: {"preview": preview.token}})
    return {"id": preview.id, "token": preview.token, "cookie": cookie.decode()}
