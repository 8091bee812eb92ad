"""Every filter on every field, as the official client sends it, against an oracle of plain JSON.

The oracle knows the models' field types and `json.loads`, and nothing of our evaluator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from official.client_harness import (
    Json,
    Official,
    golden_description,
    golden_documents,
    official_with_golden,
)

pytestmark = pytest.mark.slow

DOCUMENTS = golden_documents()
Field = tuple[str, str, str]  # (custom type, path below it, the field's type in the model)
Case = tuple[list[Any], Callable[[Json], bool]]


@pytest.fixture(scope="module")
def official() -> Iterator[Official]:
    with official_with_golden() as client:
        yield client


def fields() -> Iterator[Field]:
    for model in golden_description()["models"]:
        for tab in model["json"].values():
            for name, definition in tab.items():
                if definition["type"] == "Group":
                    for inner, its in definition["config"]["fields"].items():
                        if its["type"] != "Group":
                            yield model["id"], f"{name}.{inner}", its["type"]
                elif definition["type"] not in ("Slices", "Choice"):
                    yield model["id"], name, definition["type"]


FIELDS = list(fields())


def values(document: Json, field: Field) -> list[Any]:
    """What a document of the type has in the field: in a group, one value a row."""
    if field[1] == "uid":
        return [document["uid"]]
    first, _, inner = field[1].partition(".")
    value = document["data"].get(first)
    return [row.get(inner) for row in value or []] if inner else [value]


def scalars(document: Json, field: Field) -> list[Any]:
    found: list[Any] = []
    for value in values(document, field):
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                is_document = each.get("link_type") == "Document" and "id" in each
                found += [each["id"]] if is_document else []
            elif each is not None:
                found.append(each)
    return found


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other if isinstance(one, bool) else one == other


def of_type(field: Field) -> list[Json]:
    return [document for document in DOCUMENTS if document["type"] == field[0]]


def path(field: Field) -> str:
    return f"my.{field[0]}.{field[1]}"


def some(field: Field, kind: Any, count: int = 4) -> list[Any]:
    """Different values that documents have in the field, from everywhere in the list."""
    found = dict.fromkeys(
        each
        for document in of_type(field)
        for each in scalars(document, field)
        if isinstance(each, kind) and (kind is bool or not isinstance(each, bool))
    )
    every = list(found)
    return every[:: max(1, len(every) // count)][:count]


def run(official: Official, field_type: str | None, cases: list[Case]) -> None:
    """Ask for every case, and compare number and first page with what the oracle says."""
    assert cases
    calls = [
        {"call": "get", "args": [{"filters": [written], "lang": "*", "pageSize": 100}]}
        for written, _ in cases
    ]
    for (written, passes), answer in zip(cases, official.all(calls), strict=True):
        expected = [
            document["id"]
            for document in DOCUMENTS
            if (field_type is None or document["type"] == field_type) and passes(document)
        ]
        assert "result" in answer, (written, answer)
        page = answer["result"]
        assert page["total_results_size"] == len(expected), written
        assert [each["id"] for each in page["results"]] == expected[:100], written


EQUAL = ("UID", "Text", "Select", "Number", "Date", "Timestamp", "Boolean", "Link", "Color")


@pytest.mark.parametrize("field", [f for f in FIELDS if f[2] in EQUAL], ids=path)
def test_at_not_and_any(official: Official, field: Field) -> None:
    def has_any(*wanted: Any) -> Callable[[Json], bool]:
        return lambda document: any(
            same(value, each) for value in scalars(document, field) for each in wanted
        )

    given = some(field, (str, int, float)) or some(field, bool) or ["nothing has this"]
    if isinstance(given[0], str):
        given.append('"quoted" \\ back')
    cases: list[Case] = []
    for value in given:
        holds = has_any(value)
        cases.append((["at", path(field), value], holds))
        cases.append((["not", path(field), value], lambda each, holds=holds: not holds(each)))
    cases.append((["any", path(field), given], has_any(*given)))
    cases.append((["any", path(field), []], lambda _: False))
    run(official, field[0], cases)


def is_filled(value: Any, kind: str) -> bool:
    match kind:
        case "StructuredText":
            only_empty = value and len(value) == 1 and value[0].get("text") == ""
            return bool(value) and not only_empty
        case "Image":
            return bool(value) and "url" in value
        case "Embed":
            return bool(value) and "embed_url" in value
        case "GeoPoint":
            return bool(value) and "latitude" in value
        case "Link":
            links = value if isinstance(value, list) else [value or {}]
            return any("id" in link or "url" in link for link in links)
        case "Text" | "Select" | "Color" | "Date" | "Timestamp" | "UID":
            return bool(value)
        case _:
            return value is not None


@pytest.mark.parametrize("field", FIELDS, ids=path)
def test_has_and_missing(official: Official, field: Field) -> None:
    def has(document: Json) -> bool:
        return any(is_filled(value, field[2]) for value in values(document, field))

    cases: list[Case] = [
        (["has", path(field)], has),
        (["missing", path(field)], lambda document: not has(document)),
    ]
    run(official, field[0], cases)


@pytest.mark.parametrize("field", [f for f in FIELDS if f[2] == "Number"], ids=path)
def test_numbers(official: Official, field: Field) -> None:
    def numbers(document: Json) -> list[float]:
        return [v for v in values(document, field) if isinstance(v, (int, float))]

    cases: list[Case] = []
    for bound in [*some(field, (int, float)), 0, -1.5, 1e21]:
        cases.append(
            (
                ["numberLessThan", path(field), bound],
                lambda each, bound=bound: any(n < bound for n in numbers(each)),
            )
        )
        cases.append(
            (
                ["numberGreaterThan", path(field), bound],
                lambda each, bound=bound: any(n > bound for n in numbers(each)),
            )
        )
        cases.append(
            (
                ["numberInRange", path(field), bound, bound + 10],
                lambda each, bound=bound: any(bound <= n <= bound + 10 for n in numbers(each)),
            )
        )
    run(official, field[0], cases)


DATES = [f for f in FIELDS if f[2] in ("Date", "Timestamp")]
ENVELOPE = ["document.first_publication_date", "document.last_publication_date"]


def instant(text: str) -> datetime:
    if len(text) == 10:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


def date_cases(where: str, dates: Callable[[Json], list[datetime]], given: list[str]) -> list[Case]:
    """Every date filter at a path. Components are in UTC."""

    def holds(test: Callable[[datetime], bool]) -> Callable[[Json], bool]:
        return lambda document: any(test(date) for date in dates(document))

    cases: list[Case] = []
    for at, value in [(instant(text), text) for text in given]:
        for bound in (value, int(at.timestamp() * 1000)):
            cases += [
                (["dateAfter", where, bound], holds(lambda d, at=at: d > at)),
                (["dateBefore", where, bound], holds(lambda d, at=at: d < at)),
            ]
    low, high = min(map(instant, given)), max(map(instant, given))
    between = ["dateBetween", where, min(given, key=instant), max(given, key=instant)]
    cases.append((between, holds(lambda d: low <= d <= high)))
    for year in {instant(text).year for text in given}:
        cases.append((["dateYear", where, year], holds(lambda d, n=year: d.year == n)))
    months = ["January", "february", "MAR", "apr", 5, 12]
    for number, value in zip((1, 2, 3, 4, 5, 12), months, strict=True):
        cases += part_cases(where, "dateMonth", value, number, holds, lambda d: d.month)
    days = ["Monday", "tue", "WEDNESDAY", 4, 7]
    for number, value in zip((1, 2, 3, 4, 7), days, strict=True):
        cases += part_cases(where, "dateDayOfWeek", value, number, holds, lambda d: d.isoweekday())
    for day in (1, 15, 31):
        cases += part_cases(where, "dateDayOfMonth", day, day, holds, lambda d: d.day)
    for hour in (0, 12, 23):
        cases += part_cases(where, "dateHour", hour, hour, holds, lambda d: d.hour)
    return cases


def part_cases(
    where: str, name: str, value: Any, number: int, holds: Any, part: Callable[[datetime], int]
) -> list[Case]:
    return [
        ([name, where, value], holds(lambda d: part(d.astimezone(UTC)) == number)),
        ([f"{name}After", where, value], holds(lambda d: part(d.astimezone(UTC)) > number)),
        ([f"{name}Before", where, value], holds(lambda d: part(d.astimezone(UTC)) < number)),
    ]


@pytest.mark.parametrize("field", DATES, ids=path)
def test_dates_of_fields(official: Official, field: Field) -> None:
    def dates(document: Json) -> list[datetime]:
        return [instant(text) for text in values(document, field) if text]

    given = some(field, str) or ["2020-01-01"]
    run(official, field[0], date_cases(path(field), dates, given))


@pytest.mark.parametrize("where", ENVELOPE)
def test_dates_of_publication(official: Official, where: str) -> None:
    member = where.partition(".")[2]
    given = [document[member] for document in DOCUMENTS[::60]]
    run(official, None, date_cases(where, lambda each: [instant(each[member])], given))


def test_types_ids_and_tags(official: Official) -> None:
    first, last = DOCUMENTS[0]["id"], DOCUMENTS[-1]["id"]
    cases: list[Case] = [
        (["at", "document.type", "page"], lambda d: d["type"] == "page"),
        (["at", "document.type", "nothing"], lambda _: False),
        (["not", "document.type", "page"], lambda d: d["type"] != "page"),
        (["any", "document.type", ["page", "author"]], lambda d: d["type"] in ("page", "author")),
        (["at", "document.id", first], lambda d: d["id"] == first),
        (["not", "document.id", first], lambda d: d["id"] != first),
        (["any", "document.id", [last, "nope"]], lambda d: d["id"] == last),
    ]
    for one, other in (("News", "low"), ("low", "Low"), ('quote"d', "Été"), ("a&b", "with space")):
        wanted = {one, other}
        cases += [
            (["at", "document.tags", [one]], lambda d, tag=one: tag in d["tags"]),
            (["at", "document.tags", [one, other]], lambda d, w=wanted: w <= set(d["tags"])),
            (["any", "document.tags", [one, other]], lambda d, w=wanted: bool(w & set(d["tags"]))),
            (["not", "document.tags", [one, other]], lambda d, w=wanted: not w & set(d["tags"])),
        ]
    run(official, None, cases)


def test_in_keeps_the_order_of_its_list(official: Official) -> None:
    wanted = [DOCUMENTS[at]["id"] for at in (200, 3, 90)]
    asked = {"filters": [["in", "document.id", [*wanted, "nope", wanted[0]]]], "lang": "*"}
    assert official.ids("get", asked) == wanted


def distance_km(one: Json, latitude: float, longitude: float) -> float:
    """By the law of cosines, which another formula in the emulator has to agree with."""
    here, there = math.radians(one["latitude"]), math.radians(latitude)
    turn = math.radians(longitude - one["longitude"])
    cosine = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(turn)
    return 6371 * math.acos(max(-1, min(1, cosine)))


@pytest.mark.parametrize(
    "field", [f for f in FIELDS if f[2] == "GeoPoint" and "." not in f[1]], ids=path
)
def test_geopoints_come_nearest_first(official: Official, field: Field) -> None:
    there = [(d["id"], values(d, field)[0]) for d in of_type(field)]
    points = [(identity, point) for identity, point in there if is_filled(point, "GeoPoint")]
    calls, expected = [], []
    for latitude, longitude, radius in ((48.85, 2.35, 500), (0, 0, 8000), (-33, 151, 20100)):
        written = ["geopointNear", path(field), latitude, longitude, radius]
        calls.append(
            {"call": "get", "args": [{"filters": [written], "lang": "*", "pageSize": 100}]}
        )
        near = [(distance_km(p, latitude, longitude), id_) for id_, p in points]
        expected.append([(km, id_) for km, id_ in sorted(near) if km <= radius])
    for wanted, answer in zip(expected, official.all(calls), strict=True):
        got = [each["id"] for each in answer["result"]["results"]]
        far = {id_: km for km, id_ in wanted}
        assert set(got) == set(far)
        assert all(far[a] <= far[b] + 1e-6 for a, b in pairwise(got))


def texts(value: Any) -> Iterator[str]:
    """Every string that editors may have written, and more."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


@pytest.mark.parametrize("words", ["dogs", "quick brown", "Emoji", "naïve cafe", "runs"])
def test_fulltext_finds_words_and_their_stems(official: Official, words: str) -> None:
    """The words in rich text must be found; what is found must have something like them."""
    asked = {"filters": [["fulltext", "document", words]], "lang": "*", "pageSize": 100}
    answer = official("get", asked)["result"]
    found = {each["id"] for each in answer["results"]}
    stems = [word[:3].lower() for word in words.split()]
    exactly = {
        document["id"]
        for document in DOCUMENTS
        if all(
            f" {word} " in f" {' '.join(block_texts(document))} ".lower()
            for word in words.lower().split()
        )
    }
    for document in answer["results"]:
        everything = " ".join(texts([document["data"], document["uid"]])).lower()
        assert all(stem in everything.replace("é", "e") for stem in stems), document["id"]
    assert answer["total_results_size"] >= len(exactly)
    assert answer["total_results_size"] > 100 or exactly <= found


def block_texts(document: Json) -> Iterator[str]:
    for value in document["data"].values():
        for block in value if isinstance(value, list) else []:
            if isinstance(block, dict) and "spans" in block:
                yield block.get("text", "")


def test_several_filters_must_all_hold(official: Official) -> None:
    asked = {
        "filters": [
            ["at", "document.type", "blog_post"],
            ["any", "document.tags", ["News", "low"]],
            ["dateAfter", "document.first_publication_date", "2018-01-01"],
        ],
        "lang": "*",
        "pageSize": 100,
    }
    expected = [
        d["id"]
        for d in DOCUMENTS
        if d["type"] == "blog_post"
        and {"News", "low"} & set(d["tags"])
        and instant(d["first_publication_date"]) > instant("2018-01-01")
    ]
    assert official.ids("get", asked) == expected
