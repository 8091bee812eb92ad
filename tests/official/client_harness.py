"""The official client, run by node against an emulator over HTTP, and the golden documents.

Skipped with a reason where node or the client is not there; a failure where CI is set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg.testing import RunningRepository, running_repository

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "data" / "golden"

Json = dict[str, Any]


def golden_documents() -> list[Json]:
    """The generated documents, as the API would order them without orderings: newest first."""
    lines = (GOLDEN / "generated-documents.jsonl").read_bytes().split(b"\n")
    documents = [json.loads(line) for line in lines if line]
    documents.sort(key=lambda each: each["id"])
    return sorted(documents, key=lambda each: each["last_publication_date"], reverse=True)


def golden_description() -> Json:
    description: Json = json.loads((GOLDEN / "generated-repository.json").read_bytes())
    return description


def missing(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Official:
    """Calls of the official client against one repository."""

    def __init__(self, repository: RunningRepository, node: subprocess.Popen[bytes]) -> None:
        self.repository = repository
        self._node = node

    def all(self, calls: list[Json]) -> list[Json]:
        """The answers to many calls, in order: `{"result": …}` or `{"error": …, "message": …}`."""
        asked = [{"endpoint": self.repository.endpoint, **call} for call in calls]
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps(asked).encode() + b"\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        assert line, "node has ended: its words are above"
        answers: list[Json] = json.loads(line)
        return answers

    def __call__(
        self,
        method: str,
        *args: Any,
        options: Json | None = None,
        cookie: str = "",
        first: Any = (),
    ) -> Json:
        """The answer to one call; `first` are calls of the client before it: `[[name, arg]]`."""
        call = {"steps": list(first), "call": method, "args": args, "options": options or {}}
        (answer,) = self.all([{**call, "cookie": cookie}])
        return answer

    def ids(self, method: str, *args: Any, **how: Any) -> list[str]:
        """The ids of the documents in a page or a list."""
        answer = self(method, *args, **how)
        assert "result" in answer, answer
        found = answer["result"]
        documents = found["results"] if isinstance(found, dict) else found
        return [each["id"] for each in documents]


def require_node() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        missing("node and npm are not installed: the official client can't be run")
    if not (HERE / "node_modules" / "@prismicio" / "client").exists():
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
        if installed.returncode:
            missing(f"npm could not install the official client: {installed.stderr[-300:]}")


@contextmanager
def official_client(documents: list[Json], **options: Any) -> Iterator[Official]:
    """The official client with a running repository of these documents."""
    require_node()
    command = ["node", "node/client.mjs"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        running_repository(documents, **options) as repository,
        subprocess.Popen(command, cwd=HERE, **pipes) as node,
    ):
        yield Official(repository, node)


@contextmanager
def official_with_golden(**options: Any) -> Iterator[Official]:
    """The official client with the golden documents and their models."""
    described = golden_description()
    languages = [language["id"] for language in described["languages"]]
    named = {"name": "example-repo", "languages": languages, "models": described["models"]}
    with official_client(golden_documents(), **named, **options) as official:
        yield official
