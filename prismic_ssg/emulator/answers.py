"""What the endpoints give: status, headers, body. And how they refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

Answer = tuple[int, Mapping[str, str], bytes]

JSON = {"content-type": "application/json; charset=utf-8"}
NO_STORE = {**JSON, "cache-control": "no-store"}


class Refused(Exception):  # noqa: N818  (a request is refused; it is not an error of ours)
    """The API's answer to a request that it does not follow."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer[0])
        self.answer = answer


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] = JSON) -> Answer:
    return status, headers, msgspec.json.encode(value)


def refused(status: int, kind: str, message: str, **members: str) -> Refused:
    """The usual form of a refusal: `{"type": …, "message": …}`."""
    body = {"type": kind, "message": message, **members}
    return Refused(json_answer(body, status, NO_STORE))


def refuse(status: int, kind: str, message: str, **members: str) -> NoReturn:
    raise refused(status, kind, message, **members)
