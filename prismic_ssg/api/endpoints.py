"""Repository name ⇄ endpoint, and where its documents are edited. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from prismic_ssg.errors import ConfigurationError

_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{2,}[a-zA-Z0-9]")

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
