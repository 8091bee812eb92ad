"""The search index of a site, made by Pagefind from its pages.

Pagefind comes with the extra `search`: a program that is told of pages one by one, and gives the
files of the index. It is spoken to in its own protocol, messages in base64 with a comma behind:
its Python interface waits a tenth of a second for each answer, and can't take a large one.
"""

from __future__ import annotations

import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Timer
from typing import Any, BinaryIO

import msgspec

from prismic_ssg.errors import ConfigurationError, OutputError

# What belongs to Pagefind's own user interfaces. The theme has one, in 2 kB.
_NOT_NEEDED = (
    "pagefind-ui.",
    "pagefind-modular-ui.",
    "pagefind-component-ui.",
    "pagefind-highlight.",
)

# What is on every page is what no page is about: the banner, the footer, the link that skips them.
_AROUND = ["body > header", "body > footer", "body > nav", 'body > a[href^="#"]']

# Pagefind (1.5) leaves every `&lt;` of a text as it is written that has an `&` of no reference,
# which HTML allows, and minified pages have.
_MERE_AMPERSAND = re.compile(r"&(?!#?\w+;)", re.ASCII)
_REFERENCE = "&amp;"

# What an index is made by, besides Pagefind and the pages.
MADE_BY = (*_AROUND, _REFERENCE)

_ENTRY = "pagefind-entry.json"

# It takes seconds for thousands of pages.
_DONE_WITHIN_S = 900.0

_HINT = 'run pip install "prismic-ssg[search]", or leave search=True out'


def index_of(pages: Iterable[tuple[str, str]]) -> list[tuple[str, bytes]]:
    """The files of an index over pages, given as (path, HTML), by name in `pagefind/`; sorted.

    Raises ConfigurationError where Pagefind is not installed, OutputError where it fails.
    """
    with _started() as program:
        talk = _Talk(program)
        try:
            talk.end_by.start()
            index = talk.ask({"type": "NewIndex", "config": {"exclude_selectors": _AROUND}})[
                "index_id"
            ]
            for path, page in pages:
                html = _MERE_AMPERSAND.sub(_REFERENCE, page)
                talk.ask({"type": "AddFile", "index_id": index, "url": path, "file_contents": html})
            files = talk.ask({"type": "GetFiles", "index_id": index})["files"]
        except OSError as error:
            raise _failed(talk.lateness or str(error)) from None
        finally:
            program.kill()
            talk.end()
    found = ((each["path"], b64decode(each["content"])) for each in files)
    return sorted(
        (path, _in_order(content) if path == _ENTRY else content)
        for path, content in found
        if not path.startswith(_NOT_NEEDED)
    )


def _in_order(entry: bytes) -> bytes:
    """The list of languages, in one order: Pagefind's is another one every time."""
    members = msgspec.json.decode(entry)
    members["languages"] = dict(sorted(members["languages"].items()))
    return msgspec.json.encode(members)


def _started() -> subprocess.Popen[bytes]:
    try:
        from pagefind.service import get_executable
    except ImportError:
        raise ConfigurationError(
            "Site(search=True) needs pagefind, which is not installed", hint=_HINT
        ) from None
    program = get_executable()
    if program is None:
        raise ConfigurationError(
            "Site(search=True) needs the program of pagefind, which is not installed", hint=_HINT
        )
    return subprocess.Popen(  # noqa: S603  (a program of an installed package)
        [program, "--service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


class _Talk:
    """Questions and answers, one after the other: so the index does not depend on how many
    processors there are. When the timer `end_by` is over the program is ended, and `lateness` says
    so."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        if program.stdin is None or program.stdout is None:
            raise AssertionError("a program was started without pipes")
        self._to: BinaryIO = program.stdin  # type: ignore[assignment]
        self._answers = _messages(program.stdout)  # type: ignore[arg-type]
        self._count = 0
        self.end_by = Timer(_DONE_WITHIN_S, self._give_up)
        self.end_by.daemon = True
        self._program = program
        self.lateness: str | None = None

    def _give_up(self) -> None:
        self.lateness = f"it was not done within {_DONE_WITHIN_S:.0f} s"
        self._program.kill()

    def ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        message = {"message_id": self._count, "payload": payload}
        self._to.write(b64encode(msgspec.json.encode(message)) + b",")
        self._to.flush()
        answer = next(self._answers, None)
        if answer is None:
            raise _failed(self.lateness or "it ended before it had answered")
        said: dict[str, Any] = answer["payload"]
        if said["type"] == "Error":
            raise _failed(str(said.get("message")))
        return said

    def end(self) -> None:
        """Close the pipe, also where the program has not taken all that was said."""
        self.end_by.cancel()
        with suppress(OSError):
            self._to.close()


def _messages(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    rest = bytearray()
    while chunk := stream.read1(1 << 20):  # type: ignore[attr-defined]
        begin = len(rest)
        rest += chunk
        while (end := rest.find(b",", begin)) >= 0:
            yield msgspec.json.decode(b64decode(bytes(rest[:end])))
            del rest[: end + 1]
            begin = 0


def _failed(what: str) -> OutputError:
    return OutputError(
        f"pagefind could not make the search index: {what}",
        hint="build again; where that does not help, leave search=True out and report it",
    )
