"""URLs by routes, three times: by the emulator, by a site's pages, and by the rules in short.

The seed is new in every run and is in the message of a failure; PRISMIC_SSG_SEED sets it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from random import Random, SystemRandom
from typing import Any
from urllib.parse import urlencode

import pytest

from prismic_ssg import Route, Site
from prismic_ssg.content.document import Document
from prismic_ssg.content.routes import RouteTable
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.repository import EmulatedRepository
from prismic_ssg.emulator.seed import seed as seeded
from prismic_ssg.engine.pages import site_pages

LANGUAGES = ("en-us", "fr-fr", "de-ch")
UIDS = ["home", "x", "é", "a-b", "v1.2", None]
# Custom type → relationships, each with the type that it is limited to.
FIELDS = {
    "page": {"parent": "page", "category": "category"},
    "category": {"section": "page", "above": "category"},
}

Json = dict[str, Any]


def link(random: Random, targets: list[Json]) -> Json:
    chance = random.random()
    if chance < 0.6 and targets:
        stale = {"uid": "stale", "url": "/stale", "isBroken": True} if chance < 0.2 else {}
        return {"link_type": "Document", "id": random.choice(targets)["id"], **stale}
    return {"link_type": "Document", **({"id": "gone"} if chance < 0.8 else {})}


def documents(random: Random) -> list[Json]:
    made: list[Json] = [
        {
            "id": f"d{number}",
            "type": random.choice(list(FIELDS)),
            "uid": random.choice(UIDS),
            "lang": random.choice(LANGUAGES),
            "data": {},
        }
        for number in range(random.randint(3, 12))
    ]
    for each in made:
        for name, type_ in FIELDS[each["type"]].items():
            each["data"][name] = link(random, [one for one in made if one["type"] == type_])
    return made


def chain(random: Random, type_: str) -> str:
    names = []
    for _ in range(random.randint(1, 3)):
        names.append(random.choice(list(FIELDS[type_])))
        type_ = FIELDS[type_][names[-1]]
    return ".".join(names)


def route(random: Random, types: list[str]) -> Json:
    made: Json = {"type": random.choice(types), "resolvers": {}}
    segments = []
    for _ in range(random.randint(0, 4)):
        parts = random.choices(
            [":uid", ":lang", ":a", ":b", "-", "é", "x.y"], k=random.randint(1, 2)
        )
        for name in {"a", "b"} & {part[1:] for part in parts}:
            made["resolvers"].setdefault(name, chain(random, made["type"]))
        optional = [part + "?" * (part[0] == ":" and random.random() < 0.5) for part in parts]
        segments.append("~".join(optional))
    made["path"] = "/" + "/".join(segments) + "/" * (random.random() < 0.2)
    made |= {"uid": random.choice(UIDS[:-1])} if random.random() < 0.2 else {}
    return made | ({"lang": random.choice(LANGUAGES)} if random.random() < 0.2 else {})


def by_the_rules(routes: list[Json], document: Json, by_id: dict[str, Json]) -> str | None:
    def value(name: str, optional: bool, resolvers: Json) -> str | None:
        if name == "lang":
            return None if optional and document["lang"] == LANGUAGES[0] else document["lang"]
        target: Json = document
        for field in resolvers[name].split(".") if name != "uid" else ():
            target = by_id.get(target.get("data", {}).get(field, {}).get("id"), {})
        return target.get("uid")

    def path(each: Json) -> str:
        def written(match: re.Match[str]) -> str:
            found = value(match[1], bool(match[2]), each["resolvers"])
            if not (found or match[2]):
                raise LookupError
            return found or ""

        segments = [(s, re.sub(r":(\w+)(\??)", written, s)) for s in each["path"][1:].split("/")]
        return "/" + "/".join(text for given, text in segments if text or not given)

    for each in sorted(routes, key=lambda each: ("uid" not in each, "lang" not in each)):
        if all(each.get(n, document[n]) == document[n] for n in ("type", "uid", "lang")):
            try:
                return re.sub("/+", "/", path(each))
            except LookupError:
                continue
    return None


def ask(repository: EmulatedRepository, **params: Any) -> list[Json]:
    query = urlencode({"ref": repository.master.ref, "lang": "*", "pageSize": 100, **params})
    path = "/api/v2/documents/search"
    status, _, body = answer(repository, "GET", path, query, origin="https://emulated.example")
    assert status == 200, body
    results: list[Json] = json.loads(body)["results"]
    return results


def links(fields: Json) -> Iterator[Json]:
    return (each for each in fields.values() if "id" in each)


@pytest.mark.slow
def test_emulator_and_site_give_every_document_and_link_the_same_url() -> None:
    seed = int(os.environ.get("PRISMIC_SSG_SEED") or SystemRandom().randrange(2**32))
    random = Random(seed)  # noqa: S311  (no secret: the same seed must make the same values)
    for _ in range(100):
        made = documents(random)
        files = {f"documents/{each['id']}.json": each for each in made}
        files["repository.json"] = {"languages": [{"id": each} for each in LANGUAGES]}
        named = ((name, json.dumps(content).encode()) for name, content in files.items())
        repository, _ = seeded(named, name="my-repo")
        pulled = [Document.from_json(json.dumps(each).encode()) for each in ask(repository)]
        routes = [route(random, sorted({each["type"] for each in made})) for _ in range(3)]
        own = [Route(**{"uid": None, "lang": None, **each}) for each in routes]
        table, _ = site_pages(
            Site(repository="./content", routes=own),
            Snapshot("ref", pulled),
            RouteTable(own, LANGUAGES[0]),
            languages=LANGUAGES,
            single=frozenset(),
        )
        by_id = {each["id"]: each for each in made}
        for found in ask(repository, routes=json.dumps(routes), brokenRoute="/gone"):
            expected = by_the_rules(routes, by_id[found["id"]], by_id)
            urls = (found["url"], table.urls.get(found["id"]))
            assert urls == (expected, expected), (seed, routes, found)
            for each in links(found["data"]):
                target = by_id.get(each["id"])
                leads = by_the_rules(routes, target, by_id) if target else "/gone"
                assert each.get("url") == leads, (seed, routes, each)
