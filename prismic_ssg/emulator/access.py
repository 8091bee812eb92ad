"""Who may read what: a repository's visibility, and what its access tokens are good for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hmac import compare_digest


class Access(Enum):
    """A repository's visibility.

    `OPEN`: everything for everybody. `PUBLIC`: releases for tokens of that scope only. `PRIVATE`:
    nothing without a token.
    """

    OPEN = "open"
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True)
class Token:
    """An access token; its text is in no representation of it. `releases` is its scope: without,
    it opens the master ref alone."""

    text: str = field(repr=False)
    releases: bool = True


@dataclass(frozen=True)
class Permission:
    """What one request may see."""

    master: bool
    releases: bool


def permission(access: Access, tokens: tuple[Token, ...], given: str | None) -> Permission | None:
    """What a request with this token, or with none, may see; None where the token is wrong.

    A repository without tokens takes any: there is nothing that it could compare with.
    """
    token = None
    if given and tokens:
        token = _find(tokens, given)
        if token is None:
            return None
    elif given and access is Access.PRIVATE:
        return None
    return Permission(
        master=access is not Access.PRIVATE or token is not None,
        releases=access is Access.OPEN or (token is not None and token.releases),
    )


def _find(tokens: tuple[Token, ...], given: str) -> Token | None:
    found = None
    # Each is compared, found or not: the time tells nothing about the text.
    for token in tokens:
        if compare_digest(token.text.encode(), given.encode("utf-8", "surrogatepass")):
            found = token
    return found
