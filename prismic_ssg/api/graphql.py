"""A GraphQL query → URL and headers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from prismic_ssg.api.requests import form_encode

# Strings and block strings are kept as they are; the official client squeezes those as well.
_PIECE = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|\s*([{}])\s*|\s+')


def graphql_url(
    endpoint: str,
    query: str,
    ref: str,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
) -> str:
    """The URL of a query. The ref is in it, too, so that caches keep refs apart."""
    pairs = [("query", minified(query))]
    if operation_name:
        pairs.append(("operationName", operation_name))
    if variables:
        pairs.append(("variables", msgspec.json.encode(variables).decode()))
    pairs.append(("ref", ref))
    base = endpoint.rstrip("/").removesuffix("/api/v2")
    return f"{base}/graphql?{form_encode(pairs)}"


def graphql_headers(
    ref: str, access_token: str | None, integration_fields_ref: str | None
) -> dict[str, str]:
    """The headers in which the GraphQL API takes what the Content API takes in the URL."""
    headers = {"prismic-ref": ref}
    if access_token:
        headers["authorization"] = f"Token {access_token}"
    if integration_fields_ref:
        headers["prismic-integration-field-ref"] = integration_fields_ref
    return headers


def minified(query: str) -> str:
    """The query without white space that means nothing: it counts against the URL's length."""

    def replace(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith('"'):
            return text
        return "" if text.startswith("#") else found[1] or " "

    return _PIECE.sub(replace, query).strip()
