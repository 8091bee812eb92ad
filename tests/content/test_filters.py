"""Filters are the official client's, to the byte, and refuse what could not be sent."""

from __future__ import annotations

import inspect
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg.content import filters
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import OPERATORS, canonical_number, number_text

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
RECORDED = [
    line
    for line in map(json.loads, (GOLDEN / "wire.jsonl").read_text().splitlines())
    if "filter" in line
]
HELPERS = {operator.helper for operator in OPERATORS.values()}


def helper(name: str) -> Any:
    """The function for a filter's name as it is recorded: `in` and `not` are words of Python."""
    return getattr(filters, {"in": "in_", "not": "not_"}.get(name, name))


def argument(recorded: Any) -> Any:
    if isinstance(recorded, dict):
        return datetime.fromtimestamp(recorded["$date"] / 1000, UTC)
    return recorded


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["wire"])
def test_text_is_what_the_official_client_sends(case):
    made = helper(case["filter"])(*map(argument, case["args"]))
    assert str(made) == case["wire"]


def test_every_recorded_helper_is_in_the_table():
    assert {helper(case["filter"]).__name__ for case in RECORDED} == HELPERS


def test_there_is_one_function_for_each_operator_and_no_other():
    functions = {
        name
        for name, value in vars(filters).items()
        if inspect.isfunction(value) and not name.startswith("_")
        if value.__module__ == filters.__name__
    }
    assert functions == HELPERS


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=lambda operator: operator.name)
def test_a_function_names_its_arguments_as_the_table_does(operator):
    names = list(inspect.signature(getattr(filters, operator.helper)).parameters)
    assert names == (["path"] if operator.has_path else []) + list(operator.arguments)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (50, "50"),
        (1.0, "1"),
        (-0.0, "0"),
        (-49.95, "-49.95"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (10**21, "1e+21"),
        (2.0**69, "590295810358705700000"),
        (-1.5e300, "-1.5e+300"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (1.25e-7, "1.25e-7"),
        (2**53 + 1, "9007199254740992"),
        (5e-324, "5e-324"),
    ],
)
def test_numbers_are_printed_as_javascript_prints_them(number, text):
    assert number_text(canonical_number(number)) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (date(2020, 6, 10), "1591747200000"),
        (datetime(2020, 6, 10, tzinfo=UTC), "1591747200000"),
        (datetime(2020, 6, 10), "1591747200000"),  # noqa: DTZ001  (no zone is UTC)
        (datetime(2020, 6, 10, 2, tzinfo=timezone(timedelta(hours=2))), "1591747200000"),
        (datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC), "-1"),
        ("2020-05-18T17:00:00-0500", '"2020-05-18T17:00:00-0500"'),
    ],
)
def test_dates_are_sent_as_milliseconds_and_text_as_it_is(moment, text):
    assert str(filters.date_after("my.a.d", moment)) == f"[date.after(my.a.d, {text})]"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: filters.at(5, "x"), "filter.at: path must be a string, not 5"),
        (
            lambda: filters.at("my.a.b", None),
            "filter.at: value must be a string, number, boolean, date or datetime, not None",
        ),
        (
            lambda: filters.at("document.tags", "News"),
            "filter.at: value must be a list or tuple of strings, not 'News'",
        ),
        (
            lambda: filters.at("my.a.b", ["x"]),
            "filter.at: value must be a string, number, boolean, date or datetime, not ['x']",
        ),
        (
            lambda: filters.any("document.tags", "News"),
            "filter.any: values must be a list or tuple of strings, not 'News'",
        ),
        (
            lambda: filters.in_("document.id", ["a", 1]),
            "filter.in_: values must be a list or tuple of strings, not ['a', 1]",
        ),
        (
            lambda: filters.number_less_than("my.a.b", "5"),
            "filter.number_less_than: number must be a finite number, not '5'",
        ),
        (
            lambda: filters.number_less_than("my.a.b", True),
            "filter.number_less_than: number must be a finite number, not True",
        ),
        (
            lambda: filters.date_month("my.a.b", [5]),
            (
                "filter.date_month: month must be a month's name, its first three letters, "
                "or 1 to 12, not [5]"
            ),
        ),
    ],
)
def test_a_wrong_type_is_refused_with_helper_argument_and_what_is_allowed(make, message):
    with pytest.raises(TypeError) as refused:
        make()
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "make",
    [
        lambda: filters.at("product.price", 1),
        lambda: filters.at("my.product", 1),
        lambda: filters.at('my.a.b, 1)][at(my.a."c', 1),
        lambda: filters.at("my.a.b", float("nan")),
        lambda: filters.at("my.a.b", 10**400),
        lambda: filters.number_greater_than("my.a.b", float("inf")),
        lambda: filters.geopoint_near("my.a.b", 139.7, 35.7, 10),
        lambda: filters.geopoint_near("my.a.b", 35.7, 139.7, -1),
        lambda: filters.date_after("my.a.d", "yesterday"),
        lambda: filters.date_after("my.a.d", "2020-02-30"),
        lambda: filters.date_after("my.a.d", "20200229"),
        lambda: filters.date_after("my.a.d", "2020-W09-6"),
        lambda: filters.date_day_of_month("my.a.d", 32),
        lambda: filters.date_day_of_month("my.a.d", 1.5),
        lambda: filters.date_day_of_week("my.a.d", "m"),
        lambda: filters.date_day_of_week("my.a.d", 0),
        lambda: filters.date_month("my.a.d", "maybe"),
        lambda: filters.date_hour("my.a.d", 24),
        lambda: filters.similar("abc", 0),
        lambda: Filter("nearby", "my.a.b", ()),
    ],
)
def test_a_value_that_could_match_nothing_or_break_the_query_is_refused(make):
    with pytest.raises(ValueError):
        make()


def test_a_missing_argument_is_refused_with_the_names_of_all():
    with pytest.raises(TypeError, match="must be lower, upper, 1 were given"):
        Filter("number.inRange", "my.a.b", (1,))


def test_one_number_is_one_filter_however_it_is_written():
    assert {filters.at("my.a.b", 1), filters.at("my.a.b", 1.0)} == {filters.at("my.a.b", 1)}


def test_true_and_one_are_two_filters_although_python_calls_them_equal():
    assert filters.at("my.a.b", True) != filters.at("my.a.b", 1)


def test_lists_and_tuples_make_the_same_filter():
    assert filters.any("document.tags", ["a"]) == filters.any("document.tags", ("a",))


def test_the_documented_short_name_is_the_same_filter():
    assert Filter("lt", "my.a.b", (1,)) == filters.number_less_than("my.a.b", 1)


def test_a_filter_can_be_sent_to_another_process():
    made = filters.at("my.a.b", "x")
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  (our own bytes)


def test_a_filter_cannot_be_changed():
    with pytest.raises(AttributeError):
        filters.at("my.a.b", "x").path = "my.a.c"
