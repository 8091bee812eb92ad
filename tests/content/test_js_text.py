"""Numbers as JavaScript writes them; the expected texts are node's."""

import pytest

from prismic_ssg.content.js_text import js_number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (10.0, "10"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (100.25, "100.25"),
        (1e16, "10000000000000000"),
        (1.5e20, "150000000000000000000"),
        (1e21, "1e+21"),
        (-1.25e30, "-1.25e+30"),
        (0.000001, "0.000001"),
        (1.5e-6, "0.0000015"),
        (1e-7, "1e-7"),
        (-1.25e-9, "-1.25e-9"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_a_number_has_the_text_that_javascript_gives_it(value: float, expected: str) -> None:
    assert js_number(value) == expected
