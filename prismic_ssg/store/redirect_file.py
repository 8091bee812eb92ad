"""A project's file of redirects, kept in git: `{"/old/": "/new/"}`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prismic_ssg.content.redirects import Target, read_redirects
from prismic_ssg.errors import ConfigurationError, OutputError


def read_redirect_file(project: Path, name: str) -> dict[str, Target]:
    """The redirects in a file; none where there is no such file yet.

    Raises ConfigurationError where it can't be read.
    """
    try:
        text = (project / name).read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"{name} is not a UTF-8 text", file=name, hint="save it as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{name} can't be read: {error}", file=name) from None
    # Most sites have no such file.
    import json

    try:
        given = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{name} is no JSON: {error}", file=name, hint='it holds {"/old/": "/new/"}'
        ) from None
    return read_redirects(given, name)


def write_redirect_file(project: Path, name: str, redirects: Mapping[str, Target]) -> bool:
    """Write redirects to a file, sorted, one a line; whether that changed it."""
    import json

    path = project / name
    text = json.dumps(dict(sorted(redirects.items())), ensure_ascii=False, indent=2) + "\n"
    try:
        if path.is_file() and path.read_text("utf-8") == text:
            return False
        path.write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(f"{name} can't be written: {error}", file=name) from None
    return True
