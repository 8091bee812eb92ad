"""Repository name ⇄ endpoint, and where its documents are edited. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from prismic_ssg.content.web_address import is_web_address
from prismic_ssg.errors import ConfigurationError

_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{2,}[a-zA-Z0-9]")

# A user's name and password in front of a host.
_USER = re.compile(r"//[^/]*@")

_HOSTS = (
    ".prismic.io",
    ".wroom.io",
    ".dev-tools-wroom.com",
    ".marketing-tools-wroom.com",
    ".platform-wroom.com",
    ".wroom.test",
)


def is_repository_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def is_repository_endpoint(text: str) -> bool:
    """Whether it is an absolute URL, of any scheme and host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)


def checked_endpoint(text: str) -> str:
    """An endpoint that a request can be sent to, as it was given.

    Raises ConfigurationError for what is no URL of a web server, and for what has more than an
    endpoint has: to ask such a one again and again would help nobody.
    """
    # What follows may be a token.
    shown = _USER.sub("//", re.split("[?#]", text)[0])
    if not is_web_address(text):
        raise ConfigurationError(
            f"the endpoint {shown!r} is no URL of a web server",
            hint="it begins with https:// or http:// and a host, "
            "as in https://NAME.cdn.prismic.io/api/v2",
        )
    if shown != text:
        raise ConfigurationError(
            f"the endpoint {shown!r} has a password in front of its host, a ? or a # behind it",
            hint="an endpoint ends with its path; a token comes from PRISMIC_ACCESS_TOKEN",
        )
    return text


def repository_endpoint(name: str) -> str:
    """The Content API of a repository, through Prismic's CDN."""
    return f"https://{_checked(name)}.cdn.prismic.io/api/v2"


def repository_name(endpoint: str) -> str | None:
    """The name in a hosted repository's endpoint, None in any other URL."""
    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        return None
    return host.partition(".")[0] if host.endswith(_HOSTS) else None


def is_beside(url: str, endpoint: str) -> bool:
    """Whether a URL is one of the same repository: of the endpoint's host, or another of Prismic's
    for its name; and not in the clear where that is not."""
    try:
        one, other = urlsplit(url), urlsplit(endpoint)
    except ValueError:
        return False
    name = repository_name(endpoint)
    is_same = one.netloc.lower() == other.netloc.lower()
    is_named = name is not None and repository_name(url) == name
    return (is_same or is_named) and one.scheme in (other.scheme, "https")


def editor_url(name: str, document_id: str) -> str:
    """Where a document of a hosted repository is edited."""
    return f"https://{quote(name, safe='')}.prismic.io/builder/pages/{quote(document_id, safe='')}"


def _checked(name: str) -> str:
    if not is_repository_name(name):
        raise ConfigurationError(
            f"{name!r} is neither a repository's name nor an endpoint's URL",
            hint="a name has four or more letters, digits and hyphens, as in "
            "https://NAME.prismic.io; set it with --repo or as `repository` in prismicio.py",
        )
    return name
