"""The endpoints of the Content API: (repository, request) → (status, headers, body). Pure.

What is not answered is refused with an error, never guessed: see FIDELITY.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from prismic_ssg.emulator import messages
from prismic_ssg.emulator.access import Permission, permission
from prismic_ssg.emulator.answers import NO_STORE, Answer, Refused, json_answer, refuse
from prismic_ssg.emulator.home import FORM_DEFAULTS, SEARCH_PATH, TAGS_PATH, home, oauth
from prismic_ssg.emulator.refs import PREVIEWS, previewed, resolve
from prismic_ssg.emulator.repository import EmulatedRepository
from prismic_ssg.emulator.search import Parameters, search

HOME_PATH = "/api/v2"
GRAPHQL_PATH = "/graphql"

# Of the whole URL. Source: Prismic's documentation of limits.
MAX_URL = 2048

_HTML = {"content-type": "text/html; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_NEVER_KEPT = {**NO_STORE, "cache-control": "max-age=0, no-store"}
# A ref never changes what it stands for, except a preview's.
_KEPT = {"content-type": NO_STORE["content-type"], "cache-control": "public, max-age=60"}


def answer(
    repository: EmulatedRepository,
    method: str,
    path: str,
    query: str,
    *,
    origin: str,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """What the API answers to one request.

    `path` and `query` are those of the URL, undecoded; `headers` have lower-case names; `origin` is
    scheme and host, for the URLs that an answer holds.
    """
    try:
        return _answer(repository, method, path, query, origin, headers or {})
    except Refused as refusal:
        return refusal.answer


def _answer(
    repository: EmulatedRepository,
    method: str,
    path: str,
    query: str,
    origin: str,
    headers: Mapping[str, str],
) -> Answer:
    if len(origin) + len(path) + 1 + len(query) > MAX_URL:
        return 414, _TEXT, messages.URL_TOO_LONG.encode()
    if method not in ("GET", "HEAD"):
        refuse(405, "api_method_error", messages.METHOD_NOT_ALLOWED)
    if path.startswith(PREVIEWS):
        return json_answer(previewed(repository, f"{origin}{path}", oauth(origin)), 200, NO_STORE)
    trimmed = path.rstrip("/")
    if trimmed == GRAPHQL_PATH:
        refuse(501, "api_not_emulated", messages.NO_GRAPHQL)
    if trimmed not in (HOME_PATH, SEARCH_PATH, TAGS_PATH):
        return 404, _HTML, messages.NOT_FOUND_HTML.encode()
    pairs = parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="replace")
    parameters = Parameters.of(pairs)
    token = parameters["access_token"] or None
    allowed = _permission(repository, token, headers)
    if trimmed == SEARCH_PATH:
        return _search(repository, parameters, allowed, origin)
    if allowed is None or not allowed.master:
        return json_answer({"error": messages.TOKEN_INVALID}, 401, NO_STORE)
    if trimmed == TAGS_PATH:
        return json_answer(repository.tags, headers=_NEVER_KEPT)
    kept = {name: parameters[name] for name in FORM_DEFAULTS if parameters[name]}
    return json_answer(home(repository, allowed, origin, kept), headers=_NEVER_KEPT)


def _permission(
    repository: EmulatedRepository, token: str | None, headers: Mapping[str, str]
) -> Permission | None:
    """What the request may see, None with a wrong token.

    A header `Authorization` opens nothing here, but a wrong one is refused: so does the real API.
    """
    in_header = headers.get("authorization", "").rpartition(" ")[2]
    if in_header and permission(repository.access, repository.tokens, in_header) is None:
        return None
    return permission(repository.access, repository.tokens, token)


def _search(
    repository: EmulatedRepository,
    parameters: Parameters,
    allowed: Permission | None,
    origin: str,
) -> Answer:
    if allowed is None:
        refuse(401, "api_security_error", messages.TOKEN_INVALID, **oauth(origin))
    if not parameters["ref"]:
        refuse(400, "api_validation_error", messages.REF_MISSING)
    snapshot = resolve(repository, parameters["ref"], allowed, oauth(origin))
    body = search(snapshot, parameters, master_language=repository.master_language, origin=origin)
    is_fixed = parameters["ref"] == snapshot.ref
    return 200, _KEPT if is_fixed else NO_STORE, body
