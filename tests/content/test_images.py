"""Image URLs: tests/cases/images.txt, and what the table can't say."""

import json
from typing import Any

import pytest
from case_files import Case, load_cases

from prismic_ssg.content.images import (
    as_image_pixel_density_srcset,
    as_image_src,
    as_image_width_srcset,
)
from prismic_ssg.errors import FieldError

IMAGE = {"url": "https://e.org/a.png?w=1&h=2&auto=format", "dimensions": {"width": 9, "height": 9}}


@pytest.mark.parametrize("case", load_cases("images"), ids=str)
def test_an_image_url_takes_parameters_as_the_official_helper_does(case: Case) -> None:
    url, _, params = case.input.partition("\n")

    assert as_image_src({"url": url}, **json.loads(params or "{}")) == case.expected


@pytest.mark.parametrize("name", ["fp_debug", "fpDebug"])
def test_parameters_are_named_in_snake_case_or_camel_case(name: str) -> None:
    assert (
        as_image_src({"url": "https://e.org/a"}, **{name: True}) == "https://e.org/a?fp-debug=true"
    )


@pytest.mark.parametrize(
    "helper", [as_image_src, as_image_width_srcset, as_image_pixel_density_srcset]
)
@pytest.mark.parametrize("field", [None, {}, {"url": None}])
def test_an_empty_image_is_none(helper: Any, field: Any) -> None:
    assert helper(field) is None


def test_widths_replace_what_the_url_says_of_its_size() -> None:
    assert as_image_width_srcset(IMAGE, widths=[200, 1000]) == {
        "src": IMAGE["url"],
        "srcset": "https://e.org/a.png?auto=format&width=200 200w, "
        "https://e.org/a.png?auto=format&width=1000 1000w",
    }


def test_thumbnails_are_the_image_and_its_views_at_their_widths() -> None:
    view = {"url": "https://e.org/b.png", "dimensions": {"width": 5, "height": 5}}

    sources = as_image_width_srcset({**IMAGE, "16:9": view}, widths="thumbnails")

    assert sources is not None
    assert sources["srcset"] == (
        "https://e.org/a.png?auto=format&width=9 9w, https://e.org/b.png?width=5 5w"
    )


def test_views_named_by_numbers_come_first_by_size_as_in_javascript() -> None:
    names = ["wide", "1200", "480", "0480", "16:9", "0"]
    views = {
        name: {"url": f"https://e.org/{at}", "dimensions": {"width": at}}
        for at, name in enumerate(names, 1)
    }

    sources = as_image_width_srcset(IMAGE | views, widths="thumbnails")

    assert sources is not None
    widths = [entry.rpartition(" ")[2] for entry in sources["srcset"].split(", ")]
    assert widths == ["9w", "6w", "3w", "2w", "1w", "4w", "5w"]


def test_an_image_without_views_has_the_usual_widths_for_thumbnails() -> None:
    assert as_image_width_srcset(IMAGE, widths="thumbnails") == as_image_width_srcset(IMAGE)


def test_densities_keep_the_size() -> None:
    assert as_image_pixel_density_srcset(IMAGE, pixel_densities=[1, 1.5]) == {
        "src": IMAGE["url"],
        "srcset": "https://e.org/a.png?w=1&h=2&auto=format&dpr=1 1x, "
        "https://e.org/a.png?w=1&h=2&auto=format&dpr=1.5 1.5x",
    }


@pytest.mark.parametrize("url", ["/a.png", "//e.org/a.png", "https://", "https://e .org/"])
def test_a_url_that_is_not_absolute_is_an_error(url: str) -> None:
    with pytest.raises(FieldError) as caught:
        as_image_src({"url": url})

    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("view", "path"), [({}, "square.url"), ("text", "square"), ({"url": "https://e"}, "square")]
)
def test_a_view_that_is_none_is_an_error_that_names_it(view: Any, path: str) -> None:
    with pytest.raises(FieldError) as caught:
        as_image_width_srcset({**IMAGE, "square": view}, widths="thumbnails")

    assert caught.value.field == path
