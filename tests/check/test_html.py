"""Reading HTML: what our one pass sees is what a whole parser sees."""

from __future__ import annotations

import time

import html5lib
import pytest
from html5lib.constants import tokenTypes
from hypothesis import given, settings
from hypothesis import strategies as st

from prismic_ssg.checks.css import addresses_in_css
from prismic_ssg.checks.html_page import read_page
from prismic_ssg.checks.html_tokens import attributes_of, tokens

_ELEMENTS = ("a", "b", "button", "div", "h2", "i", "img", "li", "p", "section", "span", "td", "ul")
_BLANKS = st.sampled_from(["", " ", "\n", "\t ", "/"])
_VALUES = st.sampled_from(
    ["", "x", "a b", "a>b", "a&amp;b", "a&b=c", "'", "=", "/", "é", "a\nb", "/x/", "<p>"]
)


@st.composite
def _attribute(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["id", "HREF", "data-x", "class", "x", "é"]))
    value = draw(_VALUES)
    quote = draw(st.sampled_from(['"', "'", "", None]))
    if quote is None:
        return f" {name}"
    if quote == "" and (not value or set(value) & set(" \n>'\"=<`") or value.endswith("/")):
        quote = '"'
    if quote and quote in value:
        value = "x"
    equals = draw(st.sampled_from(["=", " = ", "= "]))
    return f" {name}{equals}{quote}{value}{quote}"


@st.composite
def _tag(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from([*_ELEMENTS, "DIV", "x-y"]))
    if draw(st.booleans()):
        return f"</{name}>"
    attributes = "".join(draw(st.lists(_attribute(), max_size=3)))
    return f"<{name}{attributes}{draw(_BLANKS)}>"


_TEXTS = """
text <  &lt; <!--&nbsp;<p>&nbsp;--> <!--> <!doctype&nbsp;html> <?x&nbsp;y?> </> <style>a{}</style>
<script>if(a<b)'</p>'</script> <title>a</b></title> <textarea><p></textarea> < a<b&nbsp;c <3 ' " -->
<! </&nbsp;p>
"""
_PIECES = st.one_of(
    _tag(), st.sampled_from([each.replace("&nbsp;", " ") for each in _TEXTS.split()])
)


def _by_html5lib(html: str) -> list[tuple[str, bool, dict[str, str]]]:
    from html5lib._tokenizer import HTMLTokenizer

    found = []
    tokenizer = HTMLTokenizer(html)
    for token in tokenizer:
        name = token.get("name")
        if token["type"] == tokenTypes["StartTag"]:
            found.append((name, False, dict(token["data"])))
            if name in ("title", "textarea"):
                tokenizer.state = tokenizer.rcdataState
            elif name == "style":
                tokenizer.state = tokenizer.rawtextState
            elif name == "script":
                tokenizer.state = tokenizer.scriptDataState
        elif token["type"] == tokenTypes["EndTag"]:
            found.append((name, True, {}))
    return found


@given(st.lists(_PIECES, max_size=8).map("".join))
@settings(max_examples=600, deadline=None)
@pytest.mark.slow
def test_tags_are_those_that_html5lib_reads(html):
    ours = [
        (name, is_end, {} if is_end else attributes_of(attributes)[0])
        for name, is_end, attributes, _, _ in tokens(html)
        if name
    ]
    assert ours == _by_html5lib(html)


@given(st.lists(_PIECES, max_size=10).map("".join))
@settings(max_examples=600, deadline=None)
@pytest.mark.slow
def test_what_is_called_invalid_is_invalid(html):
    page = f"<!doctype html><html><head><title>x</title></head><body>{html}</body></html>"
    if read_page(page).problems:
        parser = html5lib.HTMLParser()
        parser.parse(page)
        assert parser.errors, read_page(page).problems


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<div><span></div>", "</div> where <span> is still open"),
        ("<p><div></div></p>", "</p> where no <p> is open"),
        ("<section>", "<section> is never closed"),
        ("</div>", "</div>: no <div> is open"),
        ("<a href=x><b><a href=y></a></b></a>", "<a> inside of another"),
        ('<p id="a" id="b">', "<p> has the attribute 'id' twice"),
        ('<a href="/x>never', "a tag never ends"),
        ("<!-- never", "a comment never ends"),
        ("<div/>", "<div/> does not close itself"),
        ("<img></img>", "</img>: an element that has no end"),
        ("<script>x", "<script> never ends"),
        ("<? php ?>", "is neither a tag nor a comment"),
    ],
)
def test_invalid_html_is_named(html, says):
    assert any(says in message for _, message in read_page(html).problems)


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>a<li>b</ul><p>a<p>b<table><tr><td>x</table>",
        "<p>a<button><div>b</div></button></p>",
        '<svg viewBox="0 0 1 1"><path d="M0 0"/><g><title>x</title></g></svg>',
        "<details><summary>a</summary><p>b</details>",
        "<p><a href=x>a</a><br/><img src=x alt></p>",
        "<dl><dt>a<dd><p>b</dl><select><option>a<option>b</select>",
        "<template><p>x</template><p>y",
        "<a href=/x/>y</a>",
    ],
)
def test_valid_html_is_left_alone(html):
    assert read_page(html).problems == []


@pytest.mark.parametrize(
    ("html", "addresses"),
    [
        ('<a href=" /x ">', ["/x"]),
        ('<a href="/x?a=1&amp;b=2">', ["/x?a=1&b=2"]),
        ('<img src=a.png srcset="b.png 1x, c,d.png 2x">', ["a.png", "b.png", "c,d.png"]),
        ('<img srcset="a.png, b.png 2x">', ["a.png", "b.png"]),
        ('<source srcset="a.png 100w">', ["a.png"]),
        ('<div style="background: url(&quot;a.png&quot;)">', ["a.png"]),
        (
            "<style>@import 'a.css'; b { c: url( d.png ) } /* url(e.png) */</style>",
            ["a.css", "d.png"],
        ),
        ('<link rel="preconnect" href="https://x.example">', []),
        ('<meta property="og:image" content="/x.png">', ["/x.png"]),
        ('<meta http-equiv="refresh" content="0; url=/x">', ["/x"]),
        ('<script>a = "<a href=x>"</script><!-- <a href=y> -->', []),
        ('<svg><use xlink:href="/s.svg#a"/></svg>', ["/s.svg#a"]),
        ('<form action="/go"><button formaction="/other">', ["/go", "/other"]),
        ('<video poster="p.png"><track src="t.vtt"></video>', ["p.png", "t.vtt"]),
    ],
)
def test_addresses_are_found_wherever_they_are(html, addresses):
    assert [each.address for each in read_page(html).links] == addresses


def test_escapes_in_a_stylesheet_are_undone():
    assert [each for each, _ in addresses_in_css(r"a { b: url(\2f x\).png) }")] == ["/x).png"]


def test_the_title_of_a_drawing_is_not_the_page_s():
    page = read_page("<svg><title>Logo</title></svg><title>Home &amp; away</title>")
    assert page.title == "Home & away"


def test_an_id_is_twice_only_where_a_page_has_it_twice() -> None:
    page = read_page(
        '<a name="x"></a><h2 id="x">x</h2><template><i id="y"></i><template><i id="z"></i>'
        '</template><i id="y"></i></template><i id="y"></i><i id="w"></i><i id="w"></i>'
    )
    assert [identity for identity, _ in page.twice] == ["w"]
    assert page.ids == {"x", "y", "w"}


def test_what_a_template_holds_is_no_place_to_link_to() -> None:
    page = read_page('<template id="t"><i id="x"></i><a name="y"></a></template><a name="n"></a>')
    assert page.ids == {"t", "n"}


@pytest.mark.parametrize(
    ("candidates", "addresses"),
    [
        ("/a.png, /b.png 2x", ["/a.png", "/b.png"]),
        ("/a,b.png 1x,/c.png 2x", ["/a,b.png", "/c.png"]),
        ("/a.png,/b.png", ["/a.png,/b.png"]),
        (" ,, /a.png 100w 50h , /b.png", ["/a.png", "/b.png"]),
        ("/a.png (x, y) 2x, /b.png,, /c.png", ["/a.png", "/b.png", "/c.png"]),
        ("data:image/png;base64,AA== 1x, /b.png", ["data:image/png;base64,AA==", "/b.png"]),
        ("/a.png (x, /b.png", ["/a.png"]),
        ("", []),
        (" , ", []),
    ],
)
def test_the_addresses_of_a_srcset_are_those_that_a_browser_reads(candidates, addresses) -> None:
    links = read_page(f'<img alt="" srcset="{candidates}">').links
    assert [link.address for link in links] == addresses


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        *(f'<img srcset="{piece * 50_000}">' for piece in ("a (", "a, ", ",", " ", "(")),
        "<div>" * 50_000,
        "<div><p>" * 50_000,
    ],
    ids=lambda html: html[:16],
)
def test_a_long_page_takes_no_more_than_its_length(html) -> None:
    begun = time.process_time()
    read_page(html)
    assert time.process_time() - begun < 2
