"""What is inside of feeds and drawings: HTML that readers see elsewhere, and SVG."""

from __future__ import annotations

import json

import pytest
from check_harness import page_of

pytestmark = pytest.mark.slow

SITE = """\
-- prismicio.py --
from prismic_ssg import Route, Site

routes = [Route("page", "/:uid")]
site = Site(repository="./content", base_url="https://example.org", routes=routes)
"""

ESCAPED = "&lt;p&gt;x&lt;/p&gt;\n&lt;a href=&quot;{}&quot;&gt;x&lt;/a&gt;"
MARKED = '<![CDATA[<p>x</p>\n<a href="{}">x</a>]]>'
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "x",
    "items": [{"id": "1", "content_html": "<a href='{}'>x</a>"}],
}
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">\n<a href="{}">x</a></div>'
ENCODED = '<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/">{}</c:encoded>'
FEEDS = {
    "x.xml, escaped": f'<feed><entry><content type="html">{ESCAPED}</content></entry></feed>',
    "x.xml, cdata": f'<feed><entry><summary type="html">{MARKED}</summary></entry></feed>',
    "x.xml, xhtml": f'<feed><entry><content type="xhtml">{XHTML}</content></entry></feed>',
    "x.xml, rss": f"<rss><item><description>{ESCAPED}</description></item></rss>",
    "x.xml, whole": f"<rss><item>{ENCODED.replace('{}', MARKED)}</item></rss>",
    "x.json": json.dumps(JSON_FEED, indent=1),
}


def findings(checked, file: str, text: str, *codes: str) -> list[tuple[str, str, int | None]]:
    report = checked(f"{SITE}{page_of('x')}-- static/{file} --\n{text}\n")
    return [
        (each.code, each.message, each.where.line)
        for each in report.findings
        if each.code in codes and each.where.file == f"dist/{file}"
    ]


@pytest.mark.parametrize("kind", FEEDS)
def test_a_link_in_the_html_of_a_feed_is_followed(kind, checked) -> None:
    file, text = kind.partition(",")[0], FEEDS[kind]

    def found(address: str) -> list[tuple[str, str, int | None]]:
        return findings(checked, file, text.replace("{}", address), "broken-link", "broken-anchor")

    ((code, message, line),) = found("https://example.org/nope")
    assert (code, line) == ("broken-link", 2 if file == "x.xml" else 7)
    assert "'https://example.org/nope' leads nowhere" in message
    assert [code for code, *_ in found("https://example.org/a#no")] == ["broken-anchor"]
    assert found("https://example.org/a") == []


@pytest.mark.parametrize("kind", FEEDS)
def test_an_address_without_a_host_in_the_html_of_a_feed_is_told(kind, checked) -> None:
    file, text = kind.partition(",")[0], FEEDS[kind]

    def found(address: str) -> list[str]:
        return [
            message
            for _, message, _ in findings(
                checked, file, text.replace("{}", address), "relative-link"
            )
        ]

    assert found("/a") == ["'/a' in the text of a feed says no host"]
    assert found("https://example.org/a") == []
    assert found("mailto:a@example.org") == []


def test_what_leads_to_the_entry_itself_is_in_it(checked) -> None:
    html = '<a href="https://example.org/a#fn">1</a><p id="fn">x</p><a href="#up">x</a>'
    feed = f'<feed><entry><content type="html"><![CDATA[{html}]]></content></entry></feed>'
    assert findings(checked, "x.xml", feed, "broken-anchor", "relative-link", "empty-link") == []


def test_addresses_of_a_feed_with_a_base_are_relative_to_it(checked) -> None:
    feed = (
        '<feed xml:base="https://example.org/"><entry xml:base="{}"><content type="html">'
        '&lt;a href="team"></content><link href="team"/></entry></feed>'
    )
    codes = ("broken-link", "relative-link")
    there = page_of("x", '-- content/b.json --\n{"type": "page", "uid": "team"}\n')
    for base, expected in (
        (".", []),
        ("other/", ["'https://example.org/other/team' leads nowhere"]),
    ):
        report = checked(f"{SITE}{there}-- static/x.xml --\n{feed.replace('{}', base)}\n")
        assert [each.message for each in report.findings if each.code in codes] == expected


def test_text_that_only_looks_like_html_is_none(checked) -> None:
    feed = "<feed><title>&lt;a href='/nope'></title></feed>"
    assert findings(checked, "x.xml", feed, "broken-link", "relative-link") == []
    assert findings(checked, "x.xml", feed.replace("<title", '<title type="html"'), "broken-link")
    other = '{"items": [{"content_html": "<a href=\'/nope\'>x</a>"}]}'
    assert findings(checked, "x.json", other, "broken-link", "relative-link") == []


DRAWINGS = {
    "a": '<a href="{}"/>',
    "image": '<image href="{}"/>',
    "xlink": '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{}#id"/>',
    "script": '<script href="{}"/>',
    "filter": '<filter><feImage href="{}"/></filter>',
    "style": "<style>rect {{ fill: url({}) }}</style>".replace("{{", "{").replace("}}", "}"),
    "style attribute": '<rect style="fill: url({})"/>',
}


@pytest.mark.parametrize("kind", DRAWINGS)
def test_an_address_in_a_drawing_is_followed(kind, checked) -> None:
    def found(address: str) -> list[tuple[str, str, int | None]]:
        inside = DRAWINGS[kind].replace("{}", address)
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg">\n<rect id="x"/>\n{inside}</svg>'
        return findings(checked, "in/x.svg", drawing, "broken-link", "invalid-xml", "relative-link")

    ((code, message, line),) = found("nope.svg")
    assert (code, line) == ("broken-link", 3)
    assert message.startswith("'nope.svg")
    assert found("x.svg") == found("/a") == found("../a") == []


def test_a_stylesheet_of_xml_is_looked_for(checked) -> None:
    text = '<?xml version="1.0"?>\n<?xml-stylesheet type="text/css" href="/{}"?>\n<svg/>'
    ((code, _, line),) = findings(checked, "x.svg", text.replace("{}", "nope.css"), "broken-link")
    assert (code, line) == ("broken-link", 2)
    assert findings(checked, "x.svg", text.replace("{}", "x.svg"), "broken-link") == []


def test_places_in_the_drawing_itself_are_left_alone(checked) -> None:
    drawing = '<svg><style>a { fill: url(#no) }</style><use href="#no"/><a href="#"/></svg>'
    assert findings(checked, "x.svg", drawing, "broken-link", "empty-link", "broken-anchor") == []


def test_a_drawing_that_no_browser_shows_is_told(checked) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg">\n<use xlink:href="#a"/></svg>'
    ((code, message, line),) = findings(checked, "x.svg", drawing, "invalid-xml")
    assert (code, line) == ("invalid-xml", 2)
    assert message == "x.svg is no XML: unbound prefix"
