"""Which addresses in a page's text are images of its content, and what stands in their place."""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismic_ssg.render.local_images import SeenImages, with_local_images
from prismic_ssg.render.recorder import Notebook

A = "https://images.prismic.io/r/a.jpg"


def seen(*urls: str) -> SeenImages:
    images = SeenImages(Notebook())
    images.note([{"url": url, "dimensions": {}} for url in urls])
    return images


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'<img src="{A}">', [A]),
        (f"<img src='{A}?w=1&amp;h=2'>", [f"{A}?w=1&h=2"]),
        (f"<img src={A}>", [A]),
        (f"url({A})", [A]),
        (f"url({A}?auto=compress,format)", [f"{A}?auto=compress,format"]),
        (f"url(&quot;{A}?w=1&quot;)", [f"{A}?w=1"]),
        (f"url(&#39;{A}&#39;)", [A]),
        (f'srcset="{A}?w=1 1w, {A}?w=2 2w"', [f"{A}?w=1", f"{A}?w=2"]),
        (f'srcset="{A} 1x,{A}?w=2 2x"', [A, f"{A}?w=2"]),
        (json.dumps({"x": f"{A}?a=1&b=2"}), [f"{A}?a=1&b=2"]),
        (f'"{A}?a=1\\u0026b=2"', [f"{A}?a=1&b=2"]),
        (json.dumps(f"{A}?a=1").replace("/", "\\/"), [f"{A}?a=1"]),
        (f"![alt]({A}) and [{A}].", [A]),
        (f"At the end {A}, or {A}?w=1; or {A}!", [A, f"{A}?w=1"]),
        (f"{A}#part", [A]),
        (f"{A}x {A}/b {A[:-1]} {A.replace('https', 'http')} {A[8:]}", []),
        (f"https://e.org/?u={A}", []),
        ("no address at all", []),
    ],
)
def test_an_image_is_found_wherever_it_stands(text: str, found: list[str]) -> None:
    assert seen(A).used_in(text) == set(found)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.org/a_(1).jpg",
        "https://e.org/ä%20ö.jpg",
        "https://E.org/a.jpg?w=1",
        "https://e.org/a.jpg?",
        "https://e.org/",
    ],
)
def test_addresses_of_every_form_are_found_as_they_are_written(url: str) -> None:
    assert seen(url).used_in(f'<img src="{escape(url)}"> ({escape(url)})') == {url}


def test_only_what_a_page_has_read_is_an_image_of_it() -> None:
    notebook = Notebook()
    images = SeenImages(notebook)
    images.note_url(A)
    assert images.used_in(A) == {A}
    notebook.turn("en-us")
    assert images.used_in(A) == frozenset()


@pytest.mark.parametrize("value", [None, "", 1, "/a.svg", "//e.org/a.jpg", "data:x", "https://[/a"])
def test_what_has_no_address_is_no_image_of_another_host(value: object) -> None:
    images = SeenImages(Notebook())
    images.note_url(value)
    assert images.used_in(str(value)) <= {value}


def test_base_path_and_base_url_are_in_front() -> None:
    def local(text: str, *, is_html: bool) -> str:
        return with_local_images(
            text, {A: "/i/a.jpg"}, base_path="/docs", base_url="https://e.org/docs", is_html=is_html
        )

    assert local(f"<img src='{A}'>", is_html=True) == "<img src='/docs/i/a.jpg'>"
    assert local(f'<meta content="{A}">', is_html=True) == (
        '<meta content="https://e.org/docs/i/a.jpg">'
    )
    about = f'<script type="application/ld+json">{{"image": "{A}"}}</script>'
    assert local(f"{about}<img src='{A}'>", is_html=True) == (
        f"{about.replace(A, 'https://e.org/docs/i/a.jpg')}<img src='/docs/i/a.jpg'>"
    )
    assert local(f"{A}", is_html=False) == "https://e.org/docs/i/a.jpg"


PIECES = st.sampled_from(
    [
        A,
        f"{A}?w=1",
        f"{A}?a=1&amp;b=2",
        ' "',
        "' ",
        "<",
        ">",
        ")",
        ", ",
        ".",
        "&quot;",
        "x",
        "\\",
        "#",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_no_image_is_left_and_nothing_else_is_touched(text: str) -> None:
    images = seen(A)
    used = images.used_in(text)
    marks = {url: f"\N{BULLET}{number}\N{BULLET}" for number, url in enumerate(sorted(used))}

    local = with_local_images(text, marks, base_path="", base_url="", is_html=True)

    assert images.used_in(local) == frozenset()
    assert local == text or used
    assert with_local_images(text, {}, base_path="/b", base_url="", is_html=True) == text
