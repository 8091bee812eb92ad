"""What the emulator's tests share: asking the pure endpoints, and the golden documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from prismic_ssg.emulator.access import Access, Token
from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.repository import EmulatedRepository
from prismic_ssg.emulator.seed import seed
from prismic_ssg.emulator.traffic import Traffic
from prismic_ssg.testing import prismic_repository

__all__ = ["prismic_repository"]

ORIGIN = "https://emulated.example"
GOLDEN = Path(__file__).parents[1] / "data" / "golden"


class Asked:
    """A repository in memory: `search(q=…)` gives results, `refusal(…)` what was refused."""

    def __init__(self, emulation: Emulation) -> None:
        self.emulation = emulation

    @property
    def repository(self) -> EmulatedRepository:
        return self.emulation.repository

    @property
    def ref(self) -> str:
        return self.repository.master.ref

    def get(
        self, path: str = "/api/v2/documents/search", headers: Any = None, **params: Any
    ) -> tuple[int, Any]:
        query = urlencode(params, doseq=True)
        status, _, body = answer(
            self.repository, "GET", path, query, origin=ORIGIN, headers=headers
        )
        try:
            return status, json.loads(body)
        except ValueError:
            return status, body.decode()

    def page(self, **params: Any) -> dict[str, Any]:
        status, body = self.get(**{"ref": self.ref, "lang": "*", "pageSize": 100, **params})
        assert status == 200, body
        return body

    def search(self, **params: Any) -> list[dict[str, Any]]:
        return self.page(**params)["results"]

    def ids(self, **params: Any) -> list[str]:
        return [each["id"] for each in self.search(**params)]

    def data(self, identity: str, **params: Any) -> dict[str, Any]:
        (document,) = self.search(q=f'[[at(document.id, "{identity}")]]', **params)
        return document["data"]

    def refusal(self, **params: Any) -> tuple[int, dict[str, Any]]:
        status, body = self.get(**{"ref": self.ref, **params})
        assert status >= 400, body
        return status, body


def emulated(
    *documents: dict[str, Any],
    files: dict[str, Any] | None = None,
    languages: tuple[str, ...] = ("en-us", "fr-fr"),
    models: tuple[dict[str, Any], ...] = (),
    access: str = "open",
    tokens: tuple[Token, ...] = (),
    keep_refs: int = 20,
) -> Asked:
    """A repository of these documents; `id` and `lang` may be left out."""
    named: dict[str, Any] = {
        "repository.json": {
            "name": "my-repo",
            "languages": [{"id": lang, "name": lang} for lang in languages],
        }
    }
    for at, document in enumerate(documents):
        named[f"documents/{at}.json"] = {"id": document.get("uid") or f"d{at}", **document}
    for model in models:
        named[f"customtypes/{model['id']}/index.json"] = model
    named.update(files or {})
    repository, problems = seed(
        ((name, json.dumps(each).encode()) for name, each in named.items()), name="x"
    )
    assert not problems
    guarded = replace(repository, access=Access(access), tokens=tokens)
    return Asked(Emulation(guarded, Traffic(lambda: 0.0), now=days(), keep_refs=keep_refs))


def days() -> Callable[[], datetime]:
    """A clock that is a day later each time it is asked."""

    def each() -> Iterator[datetime]:
        for day in range(1, 29):
            yield datetime(2026, 1, day, 10, 30, tzinfo=UTC)

    return each().__next__


def link(identity: str, **members: Any) -> dict[str, Any]:
    return {"link_type": "Document", "id": identity, **members}


@pytest.fixture(scope="session")
def golden_files() -> list[tuple[str, bytes]]:
    """The generated documents with their models, as a local repository."""
    described = json.loads((GOLDEN / "generated-repository.json").read_bytes())
    settings = {"name": described["repository"], "languages": described["languages"]}
    settings["types"] = described["types"]
    settings["tags"] = described["tags"]
    files = [("repository.json", json.dumps(settings).encode())]
    files += [
        (f"customtypes/{model['id']}/index.json", json.dumps(model).encode())
        for model in described["models"]
    ]
    lines = (GOLDEN / "generated-documents.jsonl").read_bytes()
    return [*files, ("documents/all.jsonl", lines)]


@pytest.fixture(scope="session")
def golden_documents() -> dict[str, dict[str, Any]]:
    """The generated documents by id, read by nothing of ours."""
    lines = (GOLDEN / "generated-documents.jsonl").read_bytes().split(b"\n")
    documents = [json.loads(line) for line in lines if line]
    return {document["id"]: document for document in documents}


@pytest.fixture(scope="session")
def golden(golden_files: list[tuple[str, bytes]]) -> Asked:
    repository, problems = seed(golden_files, name="x")
    assert not problems
    return Asked(Emulation(repository, Traffic(lambda: 0.0), now=days()))
