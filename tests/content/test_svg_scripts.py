"""Drawings as files of a site: which of them could run something there."""

from __future__ import annotations

import pytest

from prismic_ssg.content.svg_scripts import could_run

SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'

RUNS = [
    "<script>x()</script>",
    '<script href="https://e.org/x.js"/>',
    f"<foreignObject><script {XHTML}>x()</script></foreignObject>",
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">x()</h:script>',
    f'<foreignObject><iframe {XHTML} srcdoc="x"/></foreignObject>',
    '<g onload="x()"/>',
    '<g ONLOAD="x()"/>',
    '<a href="javascript:x()"><text>y</text></a>',
    '<a xlink:href="java&#10;script:x()"><text>y</text></a>',
    '<a href="data:text/html,x"><text>y</text></a>',
    '<use href="data:image/svg+xml,x#y"/>',
    '<a><animate attributeName="href" values="#a;javascript:x()"/></a>',
    '<a><set attributeName="href" to="javascript:x()"/></a>',
    "<g>",
    "<g>&unknown;</g>",
]
RUNS_NOTHING = [
    "",
    '<g style="fill:#fff;font-family:Arial" xml:space="preserve"/>',
    '<a href="https://e.org/a:b"><text>y</text></a>',
    '<use xlink:href="#a"/><image href="data:image/png;base64,iVBORw0K"/>',
    '<animate attributeName="x" values="0;10" from="0" to="10"/>',
    "<foreignObject/><title>javascript: &lt;script></title>",
    "<style>@import url(x.css)</style>",
]


@pytest.mark.parametrize("inside", RUNS)
def test_a_drawing_that_could_run_something_is_known(inside: str) -> None:
    assert could_run(f"<svg {SVG}>{inside}</svg>".encode())


@pytest.mark.parametrize("inside", RUNS_NOTHING)
def test_a_drawing_that_runs_nothing_is_left_alone(inside: str) -> None:
    assert not could_run(f'<?xml version="1.0"?>\n<svg {SVG}>{inside}</svg>'.encode())


@pytest.mark.parametrize(
    ("declared", "runs"),
    [
        ("<!ENTITY x '<script/>'>", True),
        ("<!ENTITY x 'harmless'>", False),
        ("<!ENTITY x SYSTEM 'https://e.org/x'>", True),
        ("<!ENTITY % p '<!ENTITY x \"y\">'> %p;", True),
        ("<!ATTLIST g onload CDATA 'x()'> <!ENTITY x 'y'>", True),
    ],
)
def test_what_a_document_type_declares_counts(declared: str, runs: bool) -> None:
    svg = f"<!DOCTYPE svg [{declared}]><svg {SVG}><g>&x;</g></svg>"
    assert could_run(svg.encode()) is runs


def test_a_style_sheet_that_makes_something_else_of_a_drawing_counts() -> None:
    assert could_run(f'<?xml-stylesheet type="text/xsl" href="x.xsl"?><svg {SVG}/>'.encode())


def test_a_drawing_in_another_encoding_is_judged_as_well() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?><svg {SVG}><script/></svg>'
    assert could_run(text.encode("utf-16"))
    assert not could_run(text.replace("<script/>", "").encode("utf-16"))
