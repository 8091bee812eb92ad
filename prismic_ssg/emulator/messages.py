"""Every text that a client of the emulator can see.

Marked: [seen] in captured answers of the real API; the others are ours, where none was recorded.
"""

from __future__ import annotations

# Refs and tokens.
REF_MISSING = "ref is required to query the API"
REF_NOT_FOUND = (  # [seen]
    "Ref not found. Ensure you have the correct ref and try again. Master ref is: {master}"
)
REF_EXPIRED = "This ref has expired. Master ref is: {master}"  # the tail is [seen]
PREVIEW_EXPIRED = "This preview token has expired"  # [seen]
PREVIEW_GONE = "{token} not found"  # [seen]
TOKEN_INVALID = "Invalid access token"  # [seen] # noqa: S105
TOKEN_NEEDED = "Access to this Ref requires an access token"  # [seen] # noqa: S105

# Parameters.
NOT_A_NUMBER = "{name} must be a number, was {given!r}"
UNEXPECTED_FIELD_IN_ORDERINGS = "unexpected field '{path}' in orderings '{text}'"
TOO_DEEP = "the document '{id}' is nested too deep to be answered"
TOO_MUCH_LINKED = "graphQuery or fetchLinks: more than {limit} MB of linked fields on one page"

# Routes.
ROUTES_NO_JSON = "[Link resolver error] routes must be a JSON array of objects"
ROUTES_UNKNOWN_TYPE = "[Link resolver error] Unknown type"  # [seen]
ROUTES_INVALID_RESOLVER = (  # [seen]
    "[Link resolver error] Invalid resolver {name}\n"
    "It must be a content relationship linked to one and only one custom type."
)
ROUTES_INVALID = "[Link resolver error] {problem}"
BROKEN_ROUTE_INVALID = "[Link resolver error] brokenRoute must begin with '/' and have no keywords"

# HTTP.
NOT_FOUND_HTML = "<!doctype html><title>Not found</title><h1>404 Not found</h1>\n"
METHOD_NOT_ALLOWED = "Method not allowed"
URL_TOO_LONG = "URI Too Long: a request's URL is 2,048 characters at most"
RATE_LIMITED = "Too many requests"
NO_GRAPHQL = "the emulator has no GraphQL API: ask the Document API, it has graphQuery"

# Administration.
ADMIN_LOCAL = "/_emulator/ is for this machine only; start emulate with --remote-admin to change it"
ADMIN_FOREIGN_PAGE = "/_emulator/ can't be asked from a page of another site"
ADMIN_FOREIGN_HOST = "/_emulator/ is asked at localhost, or at an address of this machine"
ADMIN_NO_JSON = "send a JSON object, with content-type: application/json"
ADMIN_UNKNOWN = "there is no {path!r} under /_emulator/"
ADMIN_NO_DOCUMENT = "there is no published document {id!r}"
ADMIN_NO_RELEASE = "there is no release {name!r}"
ADMIN_NO_PREVIEW = "there is no preview {id!r}"
ADMIN_RELEASE_EXISTS = "there is a release {label!r} already"
ADMIN_NO_REF = "the ref {ref!r} is not one that is kept"
ADMIN_MASTER = "the master ref can't expire: publish something first"
ADMIN_BAD_DOCUMENT = "documents[{index}]: {problem}"
ADMIN_BAD_LANG = "documents[{index}]: {lang!r} is not a language of this repository"
ADMIN_NO_WEBHOOK = "no webhook is configured: start emulate with --webhook URL"
