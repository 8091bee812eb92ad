"""Wire text is read as the Content API reads it; every value survives the way out and back."""

from __future__ import annotations

import string
import time
from contextlib import suppress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismic_ssg.content import filters
from prismic_ssg.content.filter_syntax import FilterSyntaxError, parse_filters, parse_query
from prismic_ssg.content.filters import Filter
from prismic_ssg.content.operators import OPERATORS

A = filters.at("document.type", "a")
PRICE = filters.number_less_than("my.product.price", 5)

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
dates = st.dates() | st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", ()),
        (" [ ] ", ()),
        ('[at(document.type, "a")]', (A,)),
        ('[[at(document.type, "a")]]', (A,)),
        ('[[at(document.type,"a")][number.lt(my.product.price,5)]]', (A, PRICE)),
        ('[ [ at ( document.type , "a" ) ]\n\t[lt(my.product.price, 5.0) ] ] ', (A, PRICE)),
        ('[[:d = at(document.type, "a") ]]', (A,)),
        ('[[:d=at(document.type, "a")]]', (A,)),
        ("[[gt(my.a.b, -1.5e3)]]", (filters.number_greater_than("my.a.b", -1500),)),
        ("[[any(my.a.b, [1,true , false])]]", (filters.any("my.a.b", [1, True, False]),)),
        ("[[any(my.a.b, [])]]", (filters.any("my.a.b", []),)),
        ("[[has(my.kitchen-sink.key_text)]]", (filters.has("my.kitchen-sink.key_text"),)),
        ('[[similar("WiU", 10)]]', (filters.similar("WiU", 10),)),
        (r'[[at(my.a.b, "say \"hi\"")]]', (filters.at("my.a.b", 'say "hi"'),)),
        (r'[[at(my.a.b, "C:\dir")]]', (filters.at("my.a.b", r"C:\dir"),)),
        (r'[[at(my.a.b, "a\\b")]]', (filters.at("my.a.b", r"a\\b"),)),
        (r'[[at(my.a.b, "dir\")]]', (filters.at("my.a.b", "dir\\"),)),
        (r'[[any(my.a.b, ["\", "\""])]]', (filters.any("my.a.b", ["\\", '"']),)),
        ("[[date.month(my.a.d, 5)]]", (filters.date_month("my.a.d", 5),)),
    ],
)
def test_text_is_read(text, expected):
    assert parse_filters(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        ("", 1, 1, "expected '['"),
        ("[", 1, 2, "expected the name of a filter"),
        ("[[]]", 1, 3, "expected the name of a filter"),
        ('[[at(document.type, "a")]', 1, 26, "expected ']'"),
        ('[[at(document.type, "a")],[has(my.a.b)]]', 1, 26, "expected ']'"),
        ("[[has(my.a.b),has(my.a.c)]]", 1, 14, "expected ']'"),
        ("[[has(my.a.b)]] x", 1, 17, "expected the end of the query"),
        ("[[near(my.a.b, 1)]]", 1, 3, "unknown function 'near'"),
        ("[[has my.a.b]]", 1, 7, "expected '('"),
        ('[[at("a", "b")]]', 1, 6, "expected a path"),
        ("[[at(my.a.b, null)]]", 1, 14, "unexpected value 'null'"),
        ("[[at(my.a.b, 'x')]]", 1, 14, "expected a string, number, boolean or list"),
        ('[[at(my.a.b, "x)]]', 1, 14, "a string is not closed"),
        ('[[at(my.a.b, "x" "y")]]', 1, 18, "expected ','"),
        ('[[at(my.a.b,\n  "x",\n  nope)]]', 3, 3, "unexpected value 'nope'"),
        (
            '[[at(document.lang, "fr")]]',
            1,
            6,
            "[function at(..)] unexpected field 'document.lang'",
        ),
        ('[[at(my.page, "x")]]', 1, 6, "[function at(..)] unexpected field 'my.page'"),
        (
            "[[number.lt(document.type, 1)]]",
            1,
            13,
            "[function number.lt(..)] unexpected field 'document.type'",
        ),
        (
            "[[number.lt(my.a.b, 1e999)]]",
            1,
            3,
            "[function number.lt(..)] number must be a finite number, not inf",
        ),
        (
            '[[at(document.tags, "a")]]',
            1,
            3,
            "[function at(..)] value must be a list or tuple of strings, not 'a'",
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_where(text, line, column, problem):
    with pytest.raises(FilterSyntaxError) as error:
        parse_filters(text)
    found = error.value
    assert (found.line, found.column, found.problem) == (line, column, problem)


def test_an_error_reads_as_the_content_api_writes_it():
    (parsed,) = parse_query('[[at(my.page.uid, "home")]]')
    assert str(parsed.unexpected_field()) == (
        "[function at(..)] unexpected field 'my.page.uid' on line:1 col:6 "
        "in query '[[at(my.page.uid, \"home\")]]'"
    )


def test_each_filter_knows_where_its_path_is():
    parsed = parse_query("[[has(my.a.b)]\n  [:d = gt(my.a.c, 1)]]")
    assert [(p.filter.path, p.line, p.column) for p in parsed] == [
        ("my.a.b", 1, 7),
        ("my.a.c", 2, 12),
    ]


def test_a_name_in_an_error_is_the_one_that_was_written():
    (parsed,) = parse_query("[[gt(my.a.c, 1)]]")
    assert parsed.unexpected_field().problem.startswith("[function gt(..)]")


@given(st.lists(st.text()))
def test_any_strings_survive_the_way_out_and_back(values):
    made = filters.any("my.a.b", values)
    assert parse_filters(str(made))[0].args == (tuple(values),)


@given(st.lists(st.text(alphabet='\\",[]() a')), st.text(alphabet='\\",[]() a'))
def test_strings_of_quotes_and_backslashes_survive_beside_each_other(values, value):
    made = (filters.any("my.a.b", values), filters.at("my.a.b", value))
    assert parse_filters(f"[{made[0]}{made[1]}]") == made


@given(numbers.filter(lambda number: abs(number) < 1e308))
def test_any_number_survives_as_the_double_it_is(number):
    (read,) = parse_filters(str(filters.number_less_than("my.a.b", number)))
    assert float(read.args[0]) == float(number)


@given(dates)
def test_any_date_survives_to_the_millisecond(moment):
    made = filters.date_after("my.a.d", moment)
    assert parse_filters(str(made)) == (made,)


@given(st.datetimes(timezones=st.timezones()))
def test_a_datetime_is_sent_as_its_moment_in_any_zone(moment):
    whole = moment.replace(microsecond=0)
    assert filters.date_after("my.a.d", whole).args == (whole.timestamp() * 1000,)


@given(st.text() | st.text(alphabet='[]()"\\,.:= -1eatmydocumenthas\n'))
def test_any_text_is_read_or_refused(text):
    with suppress(FilterSyntaxError):
        parse_filters(text)


@given(
    st.sampled_from(sorted(OPERATORS)),
    st.lists(st.sampled_from(['"x"', "1", "true", "[1]", '["a"]', "2020", '"2020-01-01"'])),
)
def test_any_arguments_for_any_filter_are_read_or_refused(name, args):
    try:
        (read,) = parse_filters(f"[{name}({', '.join(['my.a.b', *args])})]")
    except FilterSyntaxError:
        return
    assert isinstance(read, Filter)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '[[any(my.a.b, ["' + '\\"' * 50_000,
        '[[any(my.a.b, ["' + '\\", "' * 20_000,
        "[[at(my.a.b, " + "9" * 100_000 + ")]]",
        "[[at(my." + "a." * 50_000 + ", 1)]]",
        "[[at(my.a.b" + " " * 100_000,
        string.printable * 1_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_long_hostile_text_is_refused_at_once(text):
    began = time.perf_counter()
    with pytest.raises(FilterSyntaxError):
        parse_filters(text)
    assert time.perf_counter() - began < 1
