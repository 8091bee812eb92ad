"""What counts as an address in a stylesheet, and how another one is written in its place."""

from __future__ import annotations

import pytest

from prismic_ssg.content.css_addresses import css_addresses, with_addresses


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { b: url(x.png) }", ["x.png"]),
        ("a { b: URL( 'x y.png' ) }", ["x y.png"]),
        ('a { b: url("x\\"y.png") }', ['x"y.png']),
        (r"a { b: url(x\29 y.png) }", ["x)y.png"]),
        (r"a { b: url(x\ y.png) }", ["x y.png"]),
        ("a { b: url('x\\\ny.png') }", ["xy.png"]),
        ("a { b: url(é.png) }", ["é.png"]),
        ("a { b: url(x.eot?#iefix) format('eot'), url(x.woff) }", ["x.eot?#iefix", "x.woff"]),
        ("@import 'a.css'; @import url(b.css) screen;", ["a.css", "b.css"]),
        ("@IMPORT/**/'a.css' layer(x) supports(content: 'no');", ["a.css"]),
        ("@import url('a.css') supports(selector(a['b']));", ["a.css"]),
        ("a { b: image-set('x.png' 1x, url(y.png) 2x type('image/png')) }", ["x.png", "y.png"]),
        ("a { b: url(data:image/png;base64,AA==) }", ["data:image/png;base64,AA=="]),
        ("a { b: url() } c { d: url('') }", [""]),
        ("@namespace url(http://www.w3.org/1999/xhtml); a { b: url(x) }", ["x"]),
        ("/* url(x) */ a { content: 'url(y)' } /*# sourceMappingURL=a.css.map */", []),
        ("a { b: my-url('x'); c: url-x(y); d: 'a' url }", []),
        ("a { b: url(x y) } c { d: url(z) }", ["z"]),
        ("a { b: 'open\n} c { d: url(z) }", ["z"]),
        ("a { b: url(x", []),
        ("/* open url(x)", []),
        ("@import", []),
    ],
)
def test_addresses_in(css: str, found: list[str]) -> None:
    assert [each.url for each in css_addresses(css)] == found


def test_another_address_is_quoted_and_escaped_and_the_rest_stays() -> None:
    css = "a{b:url( x.png )}/* url(x.png) */@import 'x.png';"
    assert with_addresses(css, lambda each: 'y "\\\n.png' if each.url else None) == (
        'a{b:url( "y \\22 \\5c \\a .png" )}/* url(x.png) */@import "y \\22 \\5c \\a .png";'
    )
    assert with_addresses(css, lambda _: None) == css


def test_what_was_written_is_read_again() -> None:
    url = "".join(map(chr, range(1, 160))) + "é)\\'\""
    (found,) = css_addresses(with_addresses("a{b:url(x)}", lambda _: url))
    assert found.url == url
