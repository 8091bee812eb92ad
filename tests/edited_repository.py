"""A repository that is edited at random, for comparing pulls of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs

from prismic_ssg.api.client import Client
from prismic_ssg.api.pulled import Pulled
from prismic_ssg.api.sync import pull
from prismic_ssg.api.transport import InProcessTransport
from prismic_ssg.emulator.emulation import Emulation
from prismic_ssg.emulator.endpoints import answer
from prismic_ssg.emulator.seed import seed
from prismic_ssg.emulator.traffic import Traffic
from prismic_ssg.store.snapshots import SnapshotStore

ORIGIN = "http://edited.test"
ENDPOINT = f"{ORIGIN}/api/v2"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = ("en-us", "fr-fr", "de-de")
Members = dict[str, Any]

# Links to an author bring his name and his city's along, unasked.
_CITY = {"id": "city", "fields": ["title"]}
_NAME = {"id": "author", "fields": ["title", {"id": "city", "customtypes": [_CITY]}]}
MODEL = {
    "id": "post",
    "label": "Post",
    "repeatable": True,
    "json": {"Main": {"by": {"type": "Link", "config": {"customtypes": [_NAME]}}}},
}


def name(number: int) -> str:
    """An id as the API gives them."""
    return f"Zd-{number:05}_AAAAAAA"


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def link(id_: str, type_: str = "post") -> Members:
    return {"link_type": "Document", "id": id_, "type": type_}


class EditedRepository:
    """Posts that name authors, other posts and their translations; and its clock.

    `clock` is the time; publishes are dated by a clock that is `behind` it. `asked` are the
    searches, as their parameters.
    """

    def __init__(self, rng: Random, *, count: int = 1000) -> None:
        self.rng = rng
        self.clock = BEGINNING
        self.behind = timedelta()
        self.asked: list[Mapping[str, list[str]]] = []
        self._next = count
        documents = [self._document(number) for number in range(count)]
        self.group: dict[str, tuple[str, ...]] = {each["id"]: () for each in documents}
        files = {
            "repository.json": {"languages": [{"id": each, "name": each} for each in LANGUAGES]},
            "customtypes/post/index.json": MODEL,
            "documents.jsonl": documents,
        }
        contents = {
            file: json.dumps(content)
            if file != "documents.jsonl"
            else "\n".join(map(json.dumps, content))
            for file, content in files.items()
        }
        repository, problems = seed(
            [(file, text.encode()) for file, text in contents.items()], name="edited"
        )
        assert problems == ()
        self.emulation = Emulation(
            repository, Traffic(lambda: 0.0), now=lambda: self.clock - self.behind
        )
        self.client = self.connected()

    def connected(self, **options: Any) -> Client:
        def answered(method: str, path: str, query: str, headers: Mapping[str, str]) -> Any:
            if path.endswith("/search"):
                self.asked.append(parse_qs(query))
            return answer(
                self.emulation.repository, method, path, query, origin=ORIGIN, headers=headers
            )

        return Client(ENDPOINT, transport=InProcessTransport(answered), **options)

    def _document(self, number: int) -> Members:
        """A new document. Of the first ones a part was imported at once: with the same dates."""
        rng = self.rng
        type_ = "city" if number % 50 == 0 else "author" if number % 10 == 0 else "post"
        at = BEGINNING - timedelta(days=30, minutes=-number if number % 3 else 0)
        return {
            "id": name(number),
            "uid": f"{type_}-{number}",
            "type": type_,
            "lang": "en-us",
            "tags": rng.sample(["a", "b", "c"], rng.randrange(3)),
            "first_publication_date": stamp(at),
            "last_publication_date": stamp(at),
            "slugs": [f"{type_}-{number}"],
            "data": self._data(type_),
        }

    def _data(self, type_: str) -> Members:
        rng = self.rng
        # Some are not there yet, or not any more.
        some = [name(rng.randrange(self._next + 20)) for _ in range(rng.randrange(3))]
        data: Members = {
            "title": f"Title {rng.random()}",
            "related": [{"l": link(id_)} for id_ in some],
        }
        if type_ == "post":
            data["by"] = link(name(10 * rng.randrange(self._next // 10)), "author")
        if type_ == "author":
            data["city"] = link(name(50 * rng.randrange(self._next // 50)), "city")
        return data

    @property
    def ids(self) -> list[str]:
        return sorted(each.id for each in self.emulation.repository.master.documents)

    def some(self, most: int) -> list[str]:
        return self.rng.sample(self.ids, self.rng.randint(1, most))

    def publish(self, *documents: Members, gone: tuple[str, ...] = ()) -> None:
        self.emulation.publish(documents, gone)

    # Edits. Each gives the ids that a webhook would name.

    def edit(self) -> list[str]:
        ids = self.some(3)
        self.publish(*({"id": id_, "data": self._data("post")} for id_ in ids))
        return ids

    def rename(self) -> list[str]:
        ids = self.some(2)
        self.publish(*({"id": id_, "uid": f"was-{self.rng.random()}"} for id_ in ids))
        return ids

    def swap_uids(self) -> list[str]:
        documents = [
            self.emulation.repository.master.get(id_) for id_ in self.rng.sample(self.ids, 2)
        ]
        one, other = (each for each in documents if each)
        self.publish({"id": one.id, "uid": other.uid}, {"id": other.id, "uid": one.uid})
        return [one.id, other.id]

    def retag(self) -> list[str]:
        ids = self.some(3)
        self.publish(*({"id": id_, "tags": [f"t{self.rng.randrange(9)}"]} for id_ in ids))
        return ids

    def republish(self) -> list[str]:
        ids = self.some(2)
        self.publish(*({"id": id_} for id_ in ids))
        return ids

    def add(self) -> list[str]:
        added = []
        for _ in range(self.rng.randint(1, 3)):
            document = self._document(self._next)
            del document["first_publication_date"], document["last_publication_date"]
            self._next += 1
            self.group[document["id"]] = ()
            added.append(document)
        self.publish(*added)
        return [each["id"] for each in added]

    def unpublish(self) -> list[str]:
        ids = self.some(3)
        self._leave(ids)
        self.publish(gone=tuple(ids))
        return ids

    def unpublish_and_add(self) -> list[str]:
        """The number of documents stays as it is."""
        (id_,) = self.rng.sample(self.ids, 1)
        self._leave([id_])
        document = self._document(self._next)
        del document["first_publication_date"], document["last_publication_date"]
        self._next += 1
        self.group[document["id"]] = ()
        self.publish(document, gone=(id_,))
        return [id_, document["id"]]

    def translate(self) -> list[str]:
        """A document in another language: its translations name it then, with their old dates."""
        (id_,) = self.rng.sample(self.ids, 1)
        there = (id_, *self.group[id_])
        langs = {self._lang(each) for each in there}
        free = [lang for lang in LANGUAGES if lang not in langs]
        if not free:
            return self.edit()
        made = name(self._next)
        self._next += 1
        family = (*there, made)
        members = {
            "id": made,
            "uid": f"u-{made}",
            "type": "post",
            "lang": free[0],
            "data": self._data("post"),
        }
        named: dict[str, Members] = {made: members, **{each: self._undated(each) for each in there}}
        for each in family:
            self.group[each] = tuple(other for other in family if other != each)
            named[each]["alternate_languages"] = [
                {
                    "id": other,
                    "type": "post",
                    "lang": free[0] if other == made else self._lang(other),
                }
                for other in self.group[each]
            ]
        self.publish(*named.values())
        return [made]

    def bulk(self) -> list[str]:
        ids = self.rng.sample(self.ids, 150)
        self.publish(*({"id": id_, "tags": ["bulk", str(self.rng.random())]} for id_ in ids))
        return ids

    def bulk_unpublish(self) -> list[str]:
        ids = self.rng.sample(self.ids, self.rng.randint(5, 40))
        self._leave(ids)
        self.publish(gone=tuple(ids))
        return ids

    def _lang(self, id_: str) -> str:
        found = self.emulation.repository.master.get(id_)
        assert found is not None
        return found.lang

    def _undated(self, id_: str) -> Members:
        found = self.emulation.repository.master.get(id_)
        assert found is not None
        return {"id": id_, "last_publication_date": found.envelope.last_publication_date}

    def _leave(self, ids: list[str]) -> None:
        """Out of the groups of translations, as the API does it: without a date."""
        for id_ in ids:
            for other in self.group.pop(id_):
                if other in self.group:
                    self.group[other] = tuple(each for each in self.group[other] if each != id_)


EDITS = (
    *(EditedRepository.edit, EditedRepository.edit, EditedRepository.rename),
    *(EditedRepository.swap_uids, EditedRepository.retag, EditedRepository.republish),
    *(EditedRepository.add, EditedRepository.unpublish, EditedRepository.unpublish_and_add),
    *(EditedRepository.translate, EditedRepository.translate),
)
RARE = (EditedRepository.bulk, EditedRepository.bulk_unpublish)


class Follower:
    """Delta pulls of a repository into one store, each compared with a whole pull."""

    def __init__(self, repository: EditedRepository, store: SnapshotStore) -> None:
        self.repository = repository
        self.store = store

    def pull(self, hint_ids: tuple[str, ...] = (), **options: Any) -> Pulled:
        now_s = self.repository.clock.timestamp() + 1
        wanted: dict[str, Any] = {"sync": "delta", "now_s": lambda: now_s, **options}
        return pull(self.repository.client, store=self.store, hint_ids=hint_ids, **wanted)

    def differences(self, pulled: Pulled) -> list[str]:
        """The ids of documents that a whole pull at the same time has otherwise."""
        whole = {each.id: bytes(each.raw) for each in pull(self.repository.client).snapshot}
        found = {each.id: bytes(each.raw) for each in pulled.snapshot}
        return sorted(id_ for id_ in whole.keys() | found if whole.get(id_) != found.get(id_))


def random_rounds(
    seed_: int, rounds: int, path: Path, *, count: int = 1000, sync: str = "delta"
) -> dict[str, int]:
    """Edit, pull, compare, so many times; gives how often each way was gone.

    Raises AssertionError with the documents that differ.
    """
    rng = Random(seed_)  # noqa: S311
    repository = EditedRepository(rng, count=count)
    ways: dict[str, int] = {}
    with SnapshotStore(path) as store:
        follower = Follower(repository, store)
        follower.pull()
        for round_ in range(rounds):
            told: list[str] = []
            done: list[str] = []
            for _ in range(rng.choice((1, 1, 1, 2, 4))):
                # Several publishes in one second, by servers whose clocks differ.
                repository.clock += timedelta(seconds=rng.choice((0, 0, 1, 40, 900)))
                repository.behind = timedelta(seconds=rng.choice((0, 0, 5, 2400)))
                edit = rng.choice(RARE if rng.random() < 0.04 else EDITS)
                done.append(edit.__name__)
                told += edit(repository)
            hints = rng.choice(((), (), tuple(told), tuple(told[:1])))
            pulled = follower.pull(hints, sync=sync)
            way = pulled.way if pulled.doubt is None else f"{pulled.way}: {pulled.doubt}"
            ways[way] = ways.get(way, 0) + 1
            wrong = follower.differences(pulled)
            assert not wrong, f"seed {seed_}, round {round_}: {done}: {way}: {wrong[:5]}"
    return ways
