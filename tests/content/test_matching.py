"""One document, one filter: does it hold?"""

from __future__ import annotations

from calendar import day_name, month_name

import pytest
from msgspec import json

from prismic_ssg.content import filters
from prismic_ssg.content.document import Document
from prismic_ssg.content.filter_syntax import parse_filters
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.matching import RANKED, condition_of, matches
from prismic_ssg.content.operators import MOMENT, OPERATORS, TEXTS, VALUES
from prismic_ssg.errors import ContentError

POST = {
    "id": "Xa",
    "uid": "hello",
    "type": "post",
    "lang": "en-us",
    "tags": ["News", "Été"],
    "first_publication_date": "2020-05-18T22:30:00+0000",
    "last_publication_date": "2021-12-31T23:59:59+0000",
    "data": {
        "key": 'It\'s "it"',
        "none": None,
        "blank": "",
        "select": "one",
        "number": 5.0,
        "zero": 0,
        "yes": True,
        "no": False,
        "day": "2020-06-10",
        "time": "2020-06-10T15:30:00+0000",
        "rel": {"link_type": "Document", "id": "Xb", "type": "author", "isBroken": False},
        "no_rel": {"link_type": "Document"},
        "web": {"link_type": "Web", "url": "https://example.org"},
        "no_web": {"link_type": "Web", "text": "label", "key": "k"},
        "links": [{"link_type": "Document", "id": "Xc"}, {"link_type": "Web", "key": "k"}],
        "no_links": [{"link_type": "Any", "key": "k"}],
        "rich": [{"type": "paragraph", "text": "word", "spans": []}],
        "no_rich": [{"type": "heading1", "text": "", "spans": []}],
        "picture": [{"type": "image", "url": "u", "dimensions": {}}],
        "paris": {"latitude": 48.8566, "longitude": 2.3522},
        "nowhere": {},
        "empty": [],
        "no_picture": {"square": {}, "16:9": {}},
        "kitchen-sink": "hyphen",
        "rows": [
            {"label": "a", "count": 1, "inner": [{"day": "2020-01-01"}]},
            {"label": "b", "count": None, "inner": []},
            {"rel": {"link_type": "Document", "id": "Xd"}, "inner": [{"day": "2020-02-03"}]},
        ],
    },
}
DRAFT = POST | {"first_publication_date": None, "last_publication_date": None}


def holds(text: str, document: dict[str, object] = POST) -> bool:
    (filter_,) = parse_filters(text)
    return matches(filter_, Document.from_json(json.encode(document)))


def cases(text: str) -> list[tuple[str, bool]]:
    """`yes` or `no`, then a filter, a line."""
    split = [line.split(maxsplit=1) for line in text.strip().splitlines()]
    return [(filter_, answer == "yes") for answer, filter_ in split]


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        yes [at(document.type, "post")]
        no  [at(document.type, "page")]
        no  [at(document.type, 1)]
        yes [not(document.type, "page")]
        yes [any(document.type, ["page", "post"])]
        yes [at(document.id, "Xa")]
        yes [in(document.id, ["Xz", "Xa"])]
        no  [in(document.id, [])]
        yes [at(document.tags, ["News"])]
        yes [at(document.tags, ["Été", "News"])]
        no  [at(document.tags, ["News", "Old"])]
        no  [at(document.tags, ["news"])]
        yes [any(document.tags, ["News", "Old"])]
        no  [any(document.tags, ["Old"])]
        no  [not(document.tags, ["News"])]
        no  [not(document.tags, ["News", "Old"])]
        yes [not(document.tags, ["Old"])]
        yes [at(my.post.uid, "hello")]
        no  [at(my.page.uid, "hello")]
        yes [in(my.post.uid, ["hello"])]
        no  [not(my.post.uid, "hello")]
        yes [has(my.post.uid)]
        no  [missing(my.post.uid)]
    """),
)
def test_envelope(text, expected):
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        yes [at(my.post.key, "It's \"it\"")]
        no  [at(my.post.key, "it's \"it\"")]
        yes [not(my.post.key, "x")]
        no  [not(my.page.key, "x")]
        yes [not(my.post.none, "x")]
        yes [not(my.post.never, "x")]
        no  [at(my.post.never, "x")]
        yes [at(my.post.select, "one")]
        yes [any(my.post.select, ["one", "two"])]
        no  [any(my.post.select, [])]
        yes [at(my.post.number, 5)]
        no  [at(my.post.number, "5")]
        yes [any(my.post.number, [1, 5])]
        no  [at(my.post.number, true)]
        yes [at(my.post.zero, 0)]
        no  [at(my.post.zero, false)]
        yes [at(my.post.yes, true)]
        no  [at(my.post.yes, 1)]
        yes [at(my.post.no, false)]
        no  [at(my.post.no, 0)]
        yes [any(my.post.yes, [true])]
        yes [at(my.post.day, "2020-06-10")]
        yes [at(my.post.day, 1591747200000)]
        no  [at(my.post.day, 1591747200001)]
        yes [any(my.post.day, [1591747200000])]
        yes [at(my.post.rel, "Xb")]
        no  [at(my.post.rel, "author")]
        no  [at(my.post.no_rel, "Xb")]
        yes [not(my.post.no_rel, "Xb")]
        no  [at(my.post.web, "https://example.org")]
        yes [at(my.post.links, "Xc")]
        yes [at(my.post.kitchen-sink, "hyphen")]
        yes [at(my.post.rows.label, "a")]
        yes [at(my.post.rows.label, "b")]
        no  [at(my.post.rows.label, "c")]
        yes [at(my.post.rows.rel, "Xd")]
        yes [at(my.post.rows.inner.day, "2020-02-03")]
        no  [at(my.post.rows.inner, "2020-02-03")]
        no  [at(my.post.key.inner, "x")]
        no  [not(my.post.rows.label, "a")]
        yes [not(my.post.rows.label, "c")]
    """),
)
def test_fields(text, expected):
    assert holds(text) is expected


@pytest.mark.parametrize(
    "name", ["key", "number", "zero", "yes", "no", "day", "rel", "web", "links", "rich", "picture"]
)
def test_a_filled_field_is_there_and_not_missing(name):
    assert (holds(f"[has(my.post.{name})]"), holds(f"[missing(my.post.{name})]")) == (True, False)


@pytest.mark.parametrize(
    "name",
    [
        *("none", "blank", "no_rel", "no_web", "no_links", "no_rich", "nowhere", "empty", "never"),
        "no_picture",
        *("rows.never", "rows.inner.never"),
    ],
)
def test_an_empty_field_is_missing_and_not_there(name):
    assert (holds(f"[has(my.post.{name})]"), holds(f"[missing(my.post.{name})]")) == (False, True)


def test_a_field_in_a_group_is_there_when_one_row_has_it():
    assert holds("[has(my.post.rows.count)]")


def test_a_field_is_not_missing_from_a_document_of_another_type():
    assert not holds("[missing(my.page.key)]")


@pytest.mark.parametrize(
    ("text", "expected"),
    cases("""
        yes [number.lt(my.post.number, 5.1)]
        no  [number.lt(my.post.number, 5)]
        yes [number.gt(my.post.number, 4.9)]
        no  [number.gt(my.post.number, 5)]
        yes [number.inRange(my.post.number, 5, 5)]
        yes [number.inRange(my.post.rows.count, 0, 1)]
        no  [number.lt(my.post.none, 5)]
        no  [number.lt(my.post.no, 5)]
        no  [number.lt(my.post.key, 5)]
        yes [geopoint.near(my.post.paris, 48.8566, 2.3522, 0)]
        yes [geopoint.near(my.post.paris, 51.5074, -0.1278, 344)]
        no  [geopoint.near(my.post.paris, 51.5074, -0.1278, 343)]
        no  [geopoint.near(my.post.nowhere, 0, 0, 99999)]
        yes [geopoint.near(my.post.paris, -48.8566, -177.6478, 20016)]
    """),
)
def test_numbers_and_places(text, expected):
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases("""
        yes [date.after(my.post.day, "2020-06-09")]
        no  [date.after(my.post.day, "2020-06-10")]
        yes [date.before(my.post.day, "2020-06-11")]
        no  [date.before(my.post.day, "2020-06-10")]
        yes [date.between(my.post.day, "2020-06-10", "2020-06-10")]
        no  [date.between(my.post.day, "2020-06-11", "2020-06-09")]
        yes [date.after(my.post.time, "2020-06-10")]
        yes [date.after(my.post.time, "2020-06-10T18:29:59+0300")]
        no  [date.after(my.post.time, "2020-06-10T18:30:00+0300")]
        no  [date.after(my.post.time, "2020-06-10T15:30:00Z")]
        yes [date.after(my.post.time, "2020-06-10T15:29:59.999+00:00")]
        no  [date.after(my.post.time, 1591803000000.5)]
        yes [date.after(my.post.time, 1591802999999.5)]
        no  [date.after(my.post.time, 1591803000000)]
        no  [date.before(my.post.none, "2099-01-01")]
        no  [date.before(my.post.key, "2099-01-01")]
        yes [date.before(my.post.rows.inner.day, "2020-01-02")]
        yes [date.after(document.first_publication_date, "2020-05-18T17:29:59-0500")]
        no  [date.after(document.first_publication_date, "2020-05-18T17:30:00-0500")]
        yes [date.year(document.last_publication_date, 2021)]
        yes [date.day-of-month(my.post.day, 10)]
        no  [date.day-of-month-after(my.post.day, 10)]
        yes [date.day-of-month-after(my.post.day, 9)]
        no  [date.day-of-month-before(my.post.day, 10)]
        yes [date.day-of-month-before(my.post.day, 11)]
        yes [date.day-of-week(my.post.day, "wednesday")]
        yes [date.day-of-week(my.post.day, "WED")]
        yes [date.day-of-week(my.post.day, 3)]
        no  [date.day-of-week-after(my.post.day, "Wed")]
        yes [date.day-of-week-after(my.post.day, "monday")]
        yes [date.day-of-week-before(my.post.day, "Sunday")]
        yes [date.month(my.post.day, "June")]
        yes [date.month(my.post.day, 6)]
        no  [date.month-after(my.post.day, "jun")]
        yes [date.month-after(my.post.day, "may")]
        yes [date.month-before(my.post.day, 7)]
        yes [date.year(my.post.day, 2020)]
        no  [date.year(my.post.day, 2021)]
        yes [date.hour(my.post.day, 0)]
        yes [date.hour(my.post.time, 15)]
        no  [date.hour-after(my.post.time, 15)]
        yes [date.hour-after(my.post.time, 14)]
        yes [date.hour-before(my.post.time, 16)]
    """),
)
def test_dates(text, expected):
    assert holds(text) is expected


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_is_called_by_its_name(month):
    on = {**POST, "data": {"day": f"2021-{month:02}-15"}}
    found = [name for name in month_name[1:] if holds(f'[date.month(my.post.day, "{name}")]', on)]
    assert found == [month_name[month]]


@pytest.mark.parametrize("day", range(7))
def test_a_day_of_the_week_is_called_by_its_name(day):
    on = {**POST, "data": {"day": f"2024-01-0{day + 1}"}}
    asked = '[date.day-of-week(my.post.day, "{}")]'
    assert [name for name in day_name if holds(asked.format(name), on)] == [day_name[day]]


def test_a_draft_has_no_publication_date_to_match():
    assert not holds('[date.after(document.first_publication_date, "1970-01-01")]', DRAFT)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"link_type": "Document", "id": {}}, '[any(my.post.odd, ["x"])]'),
        ({"latitude": "48", "longitude": None}, "[geopoint.near(my.post.odd, 1, 1, 99999)]"),
        ([[], "x", 1, None], "[has(my.post.odd.inner)]"),
    ],
    ids=str,
)
def test_a_field_of_no_known_shape_matches_nothing(field, text):
    assert not holds(text, POST | {"data": {"odd": field}})


def test_a_date_before_1970_has_its_parts():
    old = POST | {"data": {"day": "1969-07-20"}}
    assert holds("[date.day-of-week(my.post.day, 7)]", old)


@pytest.mark.parametrize(
    "filter_", [filters.fulltext("document", "word"), filters.similar("Xa", 5)], ids=str
)
def test_what_ranks_all_documents_is_no_condition_on_one(filter_):
    with pytest.raises(ValueError, match="no condition on one document"):
        condition_of(filter_)


def test_a_path_that_no_document_has_is_refused():
    with pytest.raises(ContentError, match=r"at is not for 'document.lang'"):
        condition_of(filters.at("document.lang", "fr-fr"))


@pytest.mark.parametrize("name", sorted(OPERATORS.keys() - RANKED))
def test_every_other_operator_of_the_table_has_a_condition(name):
    values = {VALUES: ["x"], TEXTS: ["x"], MOMENT: "2020-01-01"}
    args = tuple(values.get(kind, 1) for kind in OPERATORS[name].arguments.values())
    path = "my.a.uid" if name == "in" else "my.a.b"
    assert condition_of(Filter(name, path, args)).path.type == "a"
