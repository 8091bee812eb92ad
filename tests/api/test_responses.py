"""Each status and body of the API, and the error that it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from prismic_ssg.api.responses import (
    Api,
    UnusableAnswer,
    error_of,
    read_json,
    read_repository,
    read_search_page,
)
from prismic_ssg.errors import (
    ForbiddenError,
    NotFoundError,
    ParsingError,
    PreviewTokenExpiredError,
    PrismicError,
    RefExpiredError,
    RefNotFoundError,
    RepositoryNotFoundError,
)

URL = "https://r.cdn.prismic.io/api/v2/documents/search?ref=M1&access_token=s3cret"

CASES: list[tuple[int, object, Api, type[PrismicError]]] = [
    (400, {"type": "api_parsing_error", "message": "m"}, "search", ParsingError),
    (400, {"type": "parsing-error", "message": "m"}, "search", ParsingError),
    (400, {"message": "[Link resolver error] Unknown type"}, "search", ParsingError),
    (401, {"error": "Invalid access token"}, "repository", ForbiddenError),
    (401, {"type": "api_security_error", "message": "m"}, "search", ForbiddenError),
    (403, {"error": "no"}, "search", ForbiddenError),
    (404, {"type": "api_notfound_error", "message": "m"}, "search", RefNotFoundError),
    (
        404,
        {"type": "api_security_error", "message": "This preview token has expired"},
        "search",
        PreviewTokenExpiredError,
    ),
    (
        404,
        {"type": "api_security_error", "message": "Not a preview token of this repository"},
        "search",
        NotFoundError,
    ),
    (404, {"message": "m"}, "search", NotFoundError),
    (404, {"message": "m"}, "repository", RepositoryNotFoundError),
    (404, "<html>Not found</html>", "repository", RepositoryNotFoundError),
    (404, "<html>Not found</html>", "search", RepositoryNotFoundError),
    (410, {"type": "api_validation_error", "message": "m"}, "search", RefExpiredError),
    (414, "too long", "search", PrismicError),
    (500, "oops", "search", PrismicError),
]


@pytest.mark.parametrize(("status", "body", "api", "expected"), CASES)
def test_a_status_and_body_have_their_own_class(
    status: int, body: object, api: Api, expected: type[PrismicError]
) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    error = error_of(status, content, URL, api=api)
    assert (type(error), error.response) == (expected, body)


def test_the_message_is_the_bodys() -> None:
    error = error_of(400, b'{"message": "unexpected field"}', URL, api="search")
    assert error.message == "unexpected field"


def test_a_body_without_a_message_leaves_the_status() -> None:
    error = error_of(502, b"<html>", URL, api="search")
    assert error.message == "An invalid API response was returned: status 502"


def test_the_url_is_there_with_its_token_masked() -> None:
    error = error_of(400, b"{}", URL, api="search")
    assert error.url == URL.replace("s3cret", "***")


@pytest.mark.parametrize("read", [read_search_page, read_repository, partial(read_json, of=object)])
def test_an_answer_that_is_nested_without_an_end_cant_be_read(
    read: Callable[[bytes, str], object],
) -> None:
    body = b'{"refs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(UnusableAnswer, match="can't be read"):
        read(body, URL)
    assert error_of(500, body, URL, api="search").message.endswith("status 500")
