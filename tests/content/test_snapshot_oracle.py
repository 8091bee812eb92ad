"""A snapshot's answers, held against an oracle that shares no code with it.

The oracle reads `json.loads` of the golden documents and knows neither paths, readings nor columns.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from functools import cmp_to_key
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismic_ssg.content.document import Document
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import OPERATORS
from prismic_ssg.content.query import Query
from prismic_ssg.content.snapshot import Snapshot

LINES = (
    (Path(__file__).parent.parent / "data" / "golden" / "generated-documents.jsonl")
    .read_bytes()
    .splitlines()
)
PLAIN = [json.loads(line) for line in LINES]
GOLDEN = Snapshot("golden", [Document.from_json(line) for line in LINES])


def ids(documents: tuple[Document, ...]) -> list[str]:
    return [document.id for document in documents]


# The oracle.


def instant(text: Any) -> datetime | None:
    for form in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"):
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007  (a date is in UTC: next line)
        except (ValueError, TypeError):
            continue
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    return None


def found_at(plain: dict[str, Any], path: str) -> list[Any]:
    first, *rest = path.split(".")
    if first == "document":
        value = plain[rest[0]]
        return value if isinstance(value, list) else [value]
    if rest[0] != plain["type"]:
        return []
    if rest[1] == "uid":
        return [plain["uid"]]
    found = [plain["data"]]
    for name in rest[1:]:
        rows = [row for value in found for row in (value if isinstance(value, list) else [value])]
        found = [row.get(name) for row in rows if isinstance(row, dict)]
    return found


def link_ids(values: list[Any]) -> list[str]:
    links = [v for v in values if isinstance(v, dict) and v.get("link_type") == "Document"]
    return [link["id"] for link in links if "id" in link]


def comparable(values: list[Any]) -> list[Any]:
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    return [v for v in flat if isinstance(v, str | bool | int | float)] + link_ids(flat)


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and a == b if isinstance(a, bool) or isinstance(b, bool) else a == b


def is_empty(value: Any) -> bool:
    if isinstance(value, dict) and "link_type" in value:
        return "id" not in value and "url" not in value
    if isinstance(value, list):
        only_links = all(isinstance(v, dict) and "link_type" in v for v in value)
        bare = len(value) == 1 and value[0].get("text") == "" and "spans" in value[0]
        return bare or all(is_empty(v) for v in value) if only_links or bare else False
    return value is None or value in ("", {})


def great_circle_km(a: dict[str, float], latitude: float, longitude: float) -> float:
    """By the law of cosines, which is not how it is done in the package."""
    p, q = math.radians(a["latitude"]), math.radians(latitude)
    turn = math.radians(longitude - a["longitude"])
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(turn)
    return 6371 * math.acos(max(-1, min(1, cosine)))


WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
YEAR = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def part_of(name: str, moment: datetime) -> int:
    parts = {
        "day-of-month": moment.day, "day-of-week": moment.isoweekday(), "month": moment.month,
        "year": moment.year, "hour": moment.hour,
    }  # fmt: skip
    return parts[name]


def date_holds(name: str, moment: datetime, args: tuple[Any, ...]) -> bool:
    name = name.removeprefix("date.")
    if name in ("after", "before", "between"):
        bounds = [
            instant(a) if isinstance(a, str) else datetime.fromtimestamp(a / 1000, UTC)
            for a in args
        ]
        if name == "after":
            return moment > bounds[0]
        return moment < bounds[0] if name == "before" else bounds[0] <= moment <= bounds[1]
    part = part_of(name.removesuffix("-after").removesuffix("-before"), moment)
    wanted = args[0]
    if isinstance(wanted, str):
        short = wanted[:3].lower()
        wanted = (WEEK if "week" in name else YEAR).index(short) + 1
    if name.endswith("-after"):
        return part > wanted
    return part < wanted if name.endswith("-before") else part == wanted


def holds(plain: dict[str, Any], name: str, path: str, args: tuple[Any, ...]) -> bool:
    if path.startswith("my.") and path.split(".")[1] != plain["type"]:
        return False
    found = found_at(plain, path)
    match name:
        case "at" if path == "document.tags":
            return all(tag in found for tag in args[0])
        case "not" if path == "document.tags":
            return not [tag for tag in args[0] if tag in found]
        case "at":
            return any(same(args[0], v) for v in comparable(found))
        case "not":
            return not any(same(args[0], v) for v in comparable(found))
        case "any" | "in":
            return any(same(a, v) for a in args[0] for v in comparable(found))
        case "has":
            return any(not is_empty(v) for v in found)
        case "missing":
            return all(is_empty(v) for v in found)
        case "geopoint.near":
            points = [v for v in found if isinstance(v, dict) and "latitude" in v]
            return any(great_circle_km(p, *args[:2]) <= args[2] for p in points)
    numbers = [v for v in found if isinstance(v, int | float) and not isinstance(v, bool)]
    match name:
        case "number.lt":
            return any(n < args[0] for n in numbers)
        case "number.gt":
            return any(n > args[0] for n in numbers)
        case "number.inRange":
            return any(n >= args[0] and n <= args[1] for n in numbers)
    moments = [m for m in map(instant, found) if m is not None]
    return any(date_holds(name, m, args) for m in moments)


def newest_first(plain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def compare(a: dict[str, Any], b: dict[str, Any]) -> int:
        first, second = (instant(d["last_publication_date"]) for d in (a, b))
        if first != second:
            return -1 if first > second else 1
        return -1 if a["id"] < b["id"] else 1

    return sorted(plain, key=cmp_to_key(compare))


# What to ask: every field of every type, fields in groups, and values that are there.


def paths_in(prefix: str, row: dict[str, Any]) -> set[str]:
    paths = set()
    for name, value in row.items():
        path = f"{prefix}.{name}"
        paths.add(path)
        if isinstance(value, list) and value and isinstance(value[0], dict) and name != "slices":
            is_group = "type" not in value[0] and "link_type" not in value[0]
            for inner in value if is_group and "slice_type" not in value[0] else []:
                paths |= paths_in(path, inner)
    return paths


FIELDS = sorted({path for d in PLAIN for path in paths_in(f"my.{d['type']}", d["data"])})
UIDS = sorted({f"my.{d['type']}.uid" for d in PLAIN})
DATED = ["document.first_publication_date", "document.last_publication_date"]


def some_values(path: str) -> list[Any]:
    """Up to six values that documents have there, and two that none has."""
    seen = {repr(v): v for d in PLAIN for v in comparable(found_at(d, path))}
    return [*list(seen.values())[:: max(1, len(seen) // 5)][:6], "no such value", -12345]


DAYS = ["2016-01-12", "2020-06-10T12:00:00+0200", 1591747200000]
ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "has": [()],
    "missing": [()],
    "geopoint.near": [(48.85, 2.35, 1000), (0, 0, 9000), (-33.9, 151.2, 15000)],
    "number.lt": [(0,), (3.5,)],
    "number.gt": [(0,), (3.5,)],
    "number.inRange": [(0, 3.5), (-1, -1)],
    "date.after": [(day,) for day in DAYS],
    "date.before": [(day,) for day in DAYS],
    "date.between": [("2015-01-01", "2019-12-31T23:59:59+0000"), (DAYS[0], DAYS[2])],
    "date.year": [(2018,), (2020,)],
    "date.month": [("May",), (12,), ("JAN",)],
    "date.month-after": [("october",)],
    "date.month-before": [(3,)],
    "date.day-of-week": [("monday",), ("Sun",), (3,)],
    "date.day-of-week-after": [("Fri",)],
    "date.day-of-week-before": [(2,)],
    "date.day-of-month": [(14,)],
    "date.day-of-month-after": [(25,)],
    "date.day-of-month-before": [(5,)],
    "date.hour": [(0,), (12,)],
    "date.hour-after": [(20,)],
    "date.hour-before": [(3,)],
}


def questions(name: str) -> list[tuple[str, tuple[Any, ...]]]:
    """Paths and arguments to try an operator with."""
    if name in ARGUMENTS:
        paths = FIELDS + (DATED if name.startswith("date.") else [])
        paths += UIDS if name in ("has", "missing") else []
        return [(path, args) for path in paths for args in ARGUMENTS[name]]
    paths = ["document.id", *UIDS]
    if name == "in":
        return [(p, ([v for v in some_values(p) if isinstance(v, str)],)) for p in paths]
    paths += ["document.type", *FIELDS]
    tags = [("document.tags", (some,)) for some in (["News"], ["low", "Low"], ["no"], [])]
    if name == "any":
        return tags + [(p, (some_values(p)[i:],)) for p in paths for i in (0, 3)]
    return tags + [(path, (value,)) for path in paths for value in some_values(path)]


# Without those that bring an order of their own.
ALL_QUESTIONS = [
    (name, *question)
    for name in sorted(OPERATORS.keys() - {"fulltext", "similar", "in", "geopoint.near"})
    for question in questions(name)
]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OPERATORS.keys() - {"fulltext", "similar"}))
def test_an_operator_finds_what_the_oracle_finds_on_every_field(name):
    plain = newest_first(PLAIN)
    hits = 0
    for path, args in questions(name):
        filter_ = Filter(name, path, args)
        expected = [d["id"] for d in plain if holds(d, name, path, args)]
        answer = GOLDEN.run(Query((filter_,)))
        if name in ("in", "geopoint.near"):
            assert sorted(ids(answer)) == sorted(expected), filter_
        else:
            assert ids(answer) == expected, filter_
        assert [d.id for d in GOLDEN if Query((filter_,)).matches(d)] == [
            d["id"] for d in plain if d["id"] in set(expected)
        ], filter_
        hits += bool(expected)
    assert hits, "no question had an answer: the test would prove nothing"


def oracle_order(plain: list[dict[str, Any]], orderings: list[tuple[str, bool]]) -> list[str]:
    def value(d: dict[str, Any], path: str) -> Any:
        for found in found_at(d, path):
            if isinstance(found, list):
                text = " ".join(b["text"] for b in found if isinstance(b, dict) and b.get("text"))
                links = link_ids(found)
                found = text or (links[0] if links else None)
            if isinstance(found, dict):
                found = found.get("id") if found.get("link_type") == "Document" else None
            if found is not None and found != "":
                return found
        return None

    def compare(a: dict[str, Any], b: dict[str, Any]) -> int:
        for path, descending in orderings:
            first, second = value(a, path), value(b, path)
            if first is None and second is None:
                continue
            if first is None or second is None:
                return 1 if first is None else -1
            if first != second:
                return -1 if (first < second) != descending else 1
        return 0

    return [d["id"] for d in sorted(newest_first(plain), key=cmp_to_key(compare))]


# Slices have no order of their own, and are not among the fields that Prismic orders by.
ORDERABLE = [path for path in [*FIELDS, *UIDS, *DATED] if path.rsplit(".", 1)[1] != "slices"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(ORDERABLE), st.booleans()), min_size=1, max_size=3),
    st.sampled_from(["*", "en-us", "fr-fr"]),
)
def test_any_orderings_give_the_order_of_the_oracle(orderings, lang):
    query = Query.of((), [f"{p} {'desc' if down else 'asc'}" for p, down in orderings], lang=lang)
    plain = [d for d in PLAIN if lang in ("*", d["lang"])]
    assert ids(GOLDEN.run(query)) == oracle_order(plain, orderings)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_filters_together_find_what_all_of_them_find(data):
    type_ = data.draw(st.sampled_from(sorted({d["type"] for d in PLAIN})))
    askable = [q for q in ALL_QUESTIONS if q[1].startswith(("document.", f"my.{type_}."))]
    asked = data.draw(st.lists(st.sampled_from(askable), min_size=2, max_size=4))
    answer = GOLDEN.run(Query(tuple(Filter(*question) for question in asked)))
    assert ids(answer) == [
        d["id"] for d in newest_first(PLAIN) if all(holds(d, *question) for question in asked)
    ]
