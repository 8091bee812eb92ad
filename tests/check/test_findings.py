"""For every finding a site that has it, and one that does not."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from check_harness import PAGE, A, page_of

from prismic_ssg.checks.findings import KINDS


class Case(NamedTuple):
    """Two sites, and what the finding in the first one says and where."""

    wrong: str
    right: str
    says: str
    page: str | None = None
    field: str | None = None
    file: str | None = None
    line: int | None = None


B = '-- content/b.json --\n{"type": "page", "uid": "b"}\n'


def link(fields: str, *more: str, template: str = "{{ doc.data.link|link_tag }}") -> str:
    """A page whose fields are these, and other documents."""
    document = f'-- content/a.json --\n{{"type": "page", "uid": "a", "data": {{{fields}}}}}\n'
    return f"{PAGE}{template}\n</body></html>\n{document}{''.join(more)}"


def site(options: str) -> str:
    return (
        "-- prismicio.py --\nfrom prismic_ssg import Listing, Route, Site\n"
        f'site = Site(repository="./content", {options})\n'
    )


def listed(name: str, **more: str) -> str:
    """A page's head with one thing changed, for two documents."""
    head = {
        "html": '<html lang="en">',
        "title": "<title>{{ doc.uid }}</title>",
        "description": '<meta name="description" content="{{ doc.uid }}">',
    } | more
    page = f"<!doctype html>\n{head['html']}<head>{head['title']}{head['description']}</head>"
    return f"-- templates/page.html --\n{page}<body></body></html>\n{A}{B}"


TO_B = '"link": {"link_type": "Document", "id": "b", "type": "page", "lang": "en-us"}'
RICH_TO_B = (
    '"text": [{"type": "paragraph", "text": "see", "spans": [{"type": "hyperlink", "start": 0, '
    '"end": 3, "data": {"link_type": "Document", "id": "b", "type": "author", "lang": "en-us"}}]}]'
)
IMAGE = (
    '"image": {{"url": "https://images.prismic.io/x/y.png?w=9", "alt": {}, '
    '"dimensions": {{"width": 9, "height": 9}}}}'
)
PARENT = """\
-- content/customtypes/page/index.json --
{{"id": "page", "repeatable": true, "json": {{"Main": {{"uid": {{"type": "UID"}}, "parent":
 {{"type": "Link", "config": {{"select": "document", "customtypes": [{}]}}}}}}}}}}
"""
FR = '-- content/repository.json --\n{"languages": [{"id": "en-us"}, {"id": "fr-fr"}]}\n'
TRANSLATED = (
    '-- content/b.json --\n{"type": "page", "uid": "b", "alternate_languages": '
    '[{"id": "bf", "type": "page", "lang": "fr-fr", "uid": "b"}]}\n'
    '-- content/bf.json --\n{"type": "page", "uid": "b", "lang": "fr-fr", "alternate_languages": '
    '[{"id": "b", "type": "page", "lang": "en-us", "uid": "b"}]}\n'
)
FRENCH_LINK = (
    '-- content/a.json --\n{{"type": "page", "uid": "a", "lang": "fr-fr", "data": {{"link": '
    '{{"link_type": "Document", "id": "{}", "type": "page", "lang": "en-us"}}}}}}\n'
)

pytestmark = pytest.mark.slow

CASES: dict[str, Case] = {
    "build-error": Case(page_of("{{ nope }}"), page_of("fine"), "'nope' is undefined", "/a"),
    "build-warning": Case(
        page_of("fine", "-- templates/rich_text/paragraf.html --\n"),
        page_of("fine", "-- templates/rich_text/paragraph.html --\n"),
        "is for no kind of rich text",
    ),
    "broken-link": Case(
        page_of('<p>x</p>\n<a href="/nope">x</a>'),
        page_of('<p>x</p>\n<a href="/a">x</a>'),
        "'/nope' leads nowhere",
        "/a",
        file="dist/a/index.html",
        line=6,
    ),
    "broken-anchor": Case(
        page_of('<a href="/a#End">x</a><h2 id="end">x</h2>'),
        page_of('<a href="/a#end">x</a><h2 id="end">x</h2>'),
        "'/a#End': the page has nothing with the id 'End'",
        "/a",
    ),
    "wrong-case": Case(
        page_of('<a href="/A">x</a>'),
        page_of('<a href="/a">x</a>'),
        "'/A' is '/a/' in other letters",
    ),
    "outside-base": Case(
        site('base_url="https://example.org/docs"') + page_of('<a href="/a">x</a>'),
        site('base_url="https://example.org/docs"') + page_of('<a href="/docs/a">x</a>'),
        "'/a' lacks the path of base_url",
    ),
    "mixed-content": Case(
        page_of('<img src="http://images.example/x.png" alt="">'),
        page_of(
            '<img src="https://images.example/x.png" alt=""><a href="http://old.example">x</a>'
        ),
        "'http://images.example/x.png' is loaded by http",
    ),
    "redirect-loop": Case(
        page_of("x", "-- static/_redirects --\n/x /y\n/y /x 302\n"),
        page_of("x", "-- static/_redirects --\n/x /y\n/y /a 302\n"),
        "'/x' leads back to where it was: /x → /y → /x",
        file="dist/_redirects",
        line=1,
    ),
    "broken-redirect": Case(
        page_of("x", "-- static/_redirects --\n/old /nope\n"),
        page_of("x", "-- static/_redirects --\n/old /a\n/away https://example.org/x\n"),
        "'/old' leads to '/nope', where nothing is",
    ),
    "relative-link": Case(
        page_of('<a href="b">x</a>', B), page_of('<a href="/b">x</a>', B), "'b' is right only with"
    ),
    "link-needs-html": Case(
        page_of('<a href="/x">x</a>', "-- static/x.html --\n<p>x</p>\n"),
        page_of('<a href="/x.html">x</a>', "-- static/x.html --\n<p>x</p>\n"),
        "'/x' is the file 'x.html'",
    ),
    "link-by-redirect": Case(
        page_of('<a href="/old">x</a>', "-- static/_redirects --\n/old /a\n"),
        page_of('<a href="/a">x</a>', "-- static/_redirects --\n/old /a\n"),
        "'/old' is a redirect to '/a'",
    ),
    "empty-link": Case(
        page_of('<a href="{{ doc.data.link|as_link }}">x</a>'),
        page_of("<a>x</a>"),
        "a link without an address",
    ),
    "redirect-shadowed": Case(
        page_of("x", "-- static/_redirects --\n/* /404.html 404\n/x /a\n"),
        # Some hosts tell `/x` from `/x/`.
        page_of("x", B + "-- static/_redirects --\n/x /a\n/x/ /b\n/* /404.html 404\n"),
        "'/x' is never tried: '/*' before it is for it, too",
        file="dist/_redirects",
        line=2,
    ),
    "redirect-not-encoded": Case(
        page_of("x", "-- static/_redirects --\n/über /a\n"),
        page_of(
            "x", "-- static/_redirects --\n/%C3%BCber /a\n/[x]|y$/12:30/* /a\n/z /%C3%BC 404\n"
        ),
        "'/über' is no address that a browser asks for: it asks for '/%C3%BCber'",
        file="dist/_redirects",
        line=1,
    ),
    "redirect-over-page": Case(
        page_of("x", B + "-- static/_redirects --\n/a /b\n"),
        # A page that sends on by itself, for hosts that read no rules, is none.
        page_of(
            "x",
            B + "-- static/_redirects --\n/c /b\n/%C3%BC /b\n-- static/ü/index.html --\n"
            '<!doctype html><title>b</title><meta http-equiv="refresh" content="0; url=/b">\n',
        ),
        "'/a' is a page, and is redirected to '/b'",
    ),
    "invalid-html": Case(
        page_of("<p><ul><li>x</ul></p>"),
        page_of("<div><ul><li>x</ul></div>"),
        "</p> where no <p> is open",
        "/a",
        line=5,
    ),
    "invalid-xml": Case(
        page_of("x", "-- static/feed.xml --\n<rss>\n<title>A & B</title></rss>\n"),
        page_of("x", "-- static/feed.xml --\n<rss>\n<title>A &amp; B</title></rss>\n"),
        "feed.xml is no XML: not well-formed",
        file="dist/feed.xml",
        line=2,
    ),
    "duplicate-id": Case(
        page_of('<i id="x"></i><i id="x"></i>'),
        page_of('<i id="x"></i><i id="y"></i>'),
        "the id 'x' comes again",
    ),
    "missing-title": Case(listed("x", title=""), listed("x"), "there is no <title>", "/a"),
    "duplicate-title": Case(
        listed("x", title="<title>Same</title>"), listed("x"), "2 pages have the title 'Same'", "/a"
    ),
    "missing-description": Case(
        listed("x", description=""), listed("x"), "there is no description", "/a"
    ),
    "duplicate-description": Case(
        listed("x", description='<meta name="description" content="Same">'),
        listed("x"),
        "2 pages have the description 'Same'",
    ),
    "missing-lang": Case(listed("x", html="<html>"), listed("x"), "<html> has no lang"),
    "image-without-alt": Case(
        page_of('<img src="/x.svg">', "-- static/x.svg --\n<svg/>"),
        page_of('<img src="/x.svg" alt="">', "-- static/x.svg --\n<svg/>"),
        "the image '/x.svg' has no alt",
    ),
    "orphan-page": Case(
        page_of("x", B),
        page_of('<a href="/b">x</a><a href="/a">x</a>', B),
        "no other page links to this one",
    ),
    "link-to-unpublished": Case(
        link(TO_B),
        link(TO_B, B),
        "a link to the document 'b', which is not published",
        "/a",
        "link",
    ),
    "link-without-url": Case(
        link(RICH_TO_B, '-- content/b.json --\n{"type": "author"}\n', template="x")
        + site('routes=[Route("page", "/:uid")]'),
        link(RICH_TO_B, '-- content/b.json --\n{"type": "author"}\n', template="x")
        + site('routes=[Route("page", "/:uid"), Route("author", "/author")]'),
        "a link to author 'b' (en-us), which has no URL",
        "/a",
        "text[0]",
    ),
    "link-to-other-locale": Case(
        FR + PAGE + FRENCH_LINK.format("b") + TRANSLATED,
        FR + PAGE + FRENCH_LINK.format("bf") + TRANSLATED,
        "a link from fr-fr to page 'b' (en-us)",
        "/fr-fr/a",
        "link",
    ),
    "link-to-left-out-locale": Case(
        site('lang="fr-fr"') + FR + PAGE + FRENCH_LINK.format("b") + TRANSLATED,
        site('lang="*"') + FR + PAGE + FRENCH_LINK.format("b") + TRANSLATED,
        "and the site has fr-fr only",
    ),
    "image-alt-empty": Case(
        link(IMAGE.format("null"), template="{{ doc.data.image|img }}"),
        link(IMAGE.format('"A loom"'), template="{{ doc.data.image|img }}"),
        "an image without an alternative text",
        "/a",
        "image",
    ),
    "document-without-url": Case(
        page_of("x", '-- content/b.json --\n{"type": "author"}\n')
        + site('routes=[Route("page", "/:uid")]'),
        page_of("x") + site('routes=[Route("page", "/:uid")]'),
        "1 document of the type 'author' has no page",
    ),
    "route-unknown-type": Case(
        page_of("x") + site('routes=[Route("page", "/:uid"), Route("pages", "/x/:uid")]'),
        page_of("x") + site('routes=[Route("page", "/:uid")]'),
        "Route('pages', '/x/:uid'): the repository has no type 'pages'",
        file="prismicio.py",
        line=2,
    ),
    "route-resolver": Case(
        page_of("x", PARENT.format('"page", "post"'))
        + site('routes=[Route("page", "/:parent?/:uid", resolvers={"parent": "parent"})]'),
        page_of("x", PARENT.format('"page"'))
        + site('routes=[Route("page", "/:parent?/:uid", resolvers={"parent": "parent"})]'),
        "'parent' of 'page' may link to page, post",
    ),
    "route-order": Case(
        page_of("x") + site('routes=[Route("page", "/:uid"), Route("page", "/", uid="home")]'),
        page_of("x") + site('routes=[Route("page", "/", uid="home"), Route("page", "/:uid")]'),
        "Route('page', '/:uid') stands before Route('page', '/', uid='home')",
    ),
    "route-shadowed": Case(
        page_of("x") + site('routes=[Route("page", "/:uid"), Route("page", "/x/:uid")]'),
        page_of("x") + site('routes=[Route("page", "/:uid")]'),
        "Route('page', '/:uid') takes every document that Route('page', '/x/:uid') fits",
    ),
    "route-ambiguous": Case(
        page_of("x", '-- content/b.json --\n{"type": "page"}\n')
        + site('routes=[Route("page", "/x/:uid"), Route("page", "/only")]'),
        page_of("x", '-- content/b.json --\n{"type": "page"}\n')
        + site('routes=[Route("page", "/x/:uid"), Route("page", "/only", lang="en-us")]'),
        "both fit 1 document: page 'a' (en-us) is at '/x/a', and could be at '/only'",
    ),
    "slice-without-template": Case(
        link('"body": [{"slice_type": "hero", "primary": {}, "items": []}]', template="x"),
        link(
            '"body": [{"slice_type": "hero", "primary": {}, "items": []}]',
            "-- templates/slices/hero.html --\n",
            template="x",
        ),
        "the slice 'hero' has no template",
        field="body[0]",
    ),
    "template-unused": Case(
        page_of("x", "-- templates/old.html --\n"),
        page_of('{% include "old.html" %}', "-- templates/old.html --\n"),
        "old.html: no page and no other template uses it",
        file="templates/old.html",
    ),
    "unknown-type": Case(
        page_of("{% for each in site.query(type='pages') %}{% endfor %}"),
        page_of("{% for each in site.query(type='page') %}{% endfor %}"),
        "a query asks for the type 'pages', which the repository does not have",
        file="templates/page.html",
        line=5,
    ),
    "unknown-field": Case(
        page_of("{{ doc.data.parnet }}", PARENT.format('"page"')),
        page_of("{{ doc.data.parent }}{{ page.url }}", PARENT.format('"page"')),
        "the field 'parnet' of 'page' is read, and no model has it",
        file="templates/page.html",
        line=5,
    ),
}

# tests/check/test_external.py has those.
ELSEWHERE = {code for code in KINDS if code.startswith("external-")}


@pytest.mark.parametrize("code", CASES)
def test_it_is_found_where_it_is(code, checked):
    case = CASES[code]
    found = [each for each in checked(case.wrong).findings if each.code == code]
    assert len(found) == 1, found
    (finding,) = found
    assert case.says in finding.message
    for name in ("page", "field", "file", "line"):
        wanted = getattr(case, name)
        assert wanted is None or getattr(finding.where, name) == wanted


@pytest.mark.parametrize("code", CASES)
def test_it_is_not_found_where_it_is_not(code, checked):
    found = checked(CASES[code].right).findings
    assert [each for each in found if each.code == code] == []


def test_every_kind_of_finding_has_a_case():
    assert CASES.keys() | ELSEWHERE == KINDS.keys()


def test_a_title_that_is_twice_in_two_languages_is_a_finding_of_each(checked) -> None:
    languages = '-- content/repository.json --\n{"languages": [{"id": "en-us"}, {"id": "fr-fr"}]}\n'
    french = "".join(
        f'-- content/{name}.json --\n{{"type": "page", "uid": "{name}", "lang": "fr-fr"}}\n'
        for name in ("c", "d", "e")
    )
    text = listed("x", title="<title>Same</title>", html='<html lang="{{ page.lang }}">')
    report = checked(text + languages + french)
    found = [each.message for each in report.findings if each.code == "duplicate-title"]
    assert found == [
        "2 pages in en-us have the title 'Same'",
        "3 pages in fr-fr have the title 'Same'",
    ]


def redirect_codes(checked, html: str, options: str, rules: str = "") -> list[str]:
    text = site(options) + page_of(html, f"-- static/_redirects --\n{rules}\n" if rules else "")
    return [each.code for each in checked(text).findings if "redirect" in each.code]


BELOW = 'base_url="https://example.org/docs", '


def test_redirects_of_a_site_below_a_path_are_followed_there(checked) -> None:
    given = 'redirects={"/old": "/a", "/far": "https://example.com/"}'
    assert redirect_codes(checked, "x", BELOW + given) == []
    to_nothing = BELOW + 'redirects={"/old/": "/nope"}, redirects_as=["_redirects"]'
    assert redirect_codes(checked, "x", to_nothing) == ["broken-redirect"] * 2
    link = '<a href="/docs/old">x</a>'
    assert redirect_codes(checked, link, BELOW + given) == ["link-by-redirect"]


def test_a_page_that_stands_for_a_redirect_is_none_that_is_redirected(checked) -> None:
    given = 'redirects={"/v1.2": "/a", "/old.php": "/a", "/old.html": "/a", "/old/": "/a"}, '
    options = given + 'redirects_as=["_redirects", "html"]'
    assert redirect_codes(checked, "x", options) == []
    page = "<!doctype html><title>x</title>"
    own = f"-- static/_redirects --\n/v1.2 /a\n-- static/v1.2/index.html --\n{page}\n"
    codes = [each.code for each in checked(site(options) + page_of("x", own)).findings]
    assert "redirect-over-page" in codes


def test_a_redirect_to_a_whole_address_of_the_site_is_followed(checked) -> None:
    rules = "/x https://example.org/nope\n/y https://example.org/a\n/z https://example.com/nope"
    options = 'base_url="https://example.org"'
    assert redirect_codes(checked, "x", options, rules) == ["broken-redirect"]


def test_what_else_a_host_redirects_is_not_known(checked) -> None:
    rules = "/a /other\n/docs/x /other\n/docs/y /docs/nope\n/docs /docs/a"
    assert redirect_codes(checked, "x", BELOW, rules) == ["broken-redirect"]


def test_a_link_to_an_address_beyond_ascii_is_led_on_by_its_rule(checked) -> None:
    text = site('redirects={"/öld/": "/a"}') + page_of('<a href="/öld/">x</a>')
    codes = {each.code for each in checked(text).findings}
    assert ("link-by-redirect" in codes, "broken-link" in codes) == (True, False)


FEEDS = {
    "rss": "<rss><channel><link>https://example.org{}</link><item><link>https://example.org/b"
    "</link></item></channel></rss>",
    "rss guid": "<rss><channel><item><guid>https://example.org{}</guid></item></channel></rss>",
    "rss enclosure": '<rss><channel><item><enclosure url="{}"/></item></channel></rss>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><id>https://example.org/never</id>'
    '<link rel="self" href="https://example.org/x.xml"/><entry><link href="{}"/></entry></feed>',
    "site map": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
    "<loc>https://example.org{}</loc></url></urlset>",
    "images": '<urlset xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><url><i:image>'
    "<i:loc>{}</i:loc></i:image></url></urlset>",
    "languages": '<urlset xmlns:x="http://www.w3.org/1999/xhtml"><url><loc>https://example.org/b'
    '</loc><x:link rel="alternate" hreflang="fr" href="{}"/></url></urlset>',
}


@pytest.mark.parametrize("kind", FEEDS)
def test_a_link_in_a_feed_or_a_site_map_is_followed(kind, checked) -> None:
    def found(address: str) -> list[tuple[str, str, str | None, int | None]]:
        feed = f"-- static/x.xml --\n\n{FEEDS[kind].format(address)}\n"
        report = checked(site('base_url="https://example.org"') + page_of("x", B + feed))
        return [
            (each.code, each.message, each.where.file, each.where.line)
            for each in report.findings
            if each.code in ("broken-link", "invalid-xml")
        ]

    ((code, message, file, line),) = found("/nope")
    assert (code, file, line) == ("broken-link", "dist/x.xml", 2)
    assert "/nope' " in message
    assert found("/b") == []


def test_a_name_in_a_feed_and_xml_of_other_kinds_are_no_links(checked) -> None:
    feeds = (
        '-- static/x.xml --\n<rss><channel><item><guid isPermaLink="false">https://example.org/no'
        "</guid><guid>no</guid></item></channel></rss>\n"
        "-- static/y.xml --\n<mine><link>/nope</link></mine>\n"
    )
    report = checked(site('base_url="https://example.org"') + page_of("x", feeds))
    assert not [each for each in report.findings if each.code == "broken-link"]


def test_a_page_that_only_a_site_map_names_is_one_that_no_page_links_to(checked) -> None:
    report = checked(site('base_url="https://example.org"') + page_of("x"))
    assert [each.where.page for each in report.findings if each.code == "orphan-page"] == ["/a"]


@pytest.mark.parametrize(
    "address", ["/a#:~:text=x", "/a#end:~:text=x", "#TOP", "?x=1#top", "/a#%C3%A9", "/a#!/x"]
)
def test_an_anchor_that_browsers_find_is_none_that_is_broken(address, checked) -> None:
    html = f'<a href="{address}">x</a><h2 id="end">x</h2><h2 id="é">x</h2>'
    assert "broken-anchor" not in {each.code for each in checked(page_of(html)).findings}


def test_a_page_for_every_address_has_no_relative_ones(checked) -> None:
    page = '<!doctype html><html lang="en"><title>x</title>{}</html>\n'
    links = '<a href="/a">x</a><a href="#x" id="x">x</a><a href="?x">x</a><a href="tel:1">x</a>'
    style = "-- static/site.css --\na {}\n"

    def found(head: str) -> list[str]:
        error = f"-- templates/pages/404.html --\n{page.format(head + links)}{style}"
        report = checked(page_of("x", error))
        return [each.message for each in report.findings if each.code == "relative-link"]

    (message,) = found('<link rel="stylesheet" href="site.css">')
    assert message.startswith("'site.css' leads elsewhere from every address")
    assert found('<base href="/"><link rel="stylesheet" href="site.css">') == []
    assert found('<link rel="stylesheet" href="/site.css">') == []


def test_what_stands_before_a_text_to_show_is_an_anchor(checked) -> None:
    found = checked(page_of('<a href="/a#nope:~:text=x">x</a>')).findings
    (message,) = [each.message for each in found if each.code == "broken-anchor"]
    assert "nothing with the id 'nope'" in message


def test_an_image_without_an_address_is_found(checked) -> None:
    found = checked(page_of('<img src="{{ doc.data.image.url }}" alt="x">')).findings
    assert [(each.code, each.where.line) for each in found if "empty" in each.code] == [
        ("empty-link", 5)
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<svg><a xlink:href="/nope"><text>x</text></a></svg>',
        '<svg><script href="/nope"></script></svg>',
        '<svg><filter id="f"><feImage href="/nope"/></filter></svg>',
        '<blockquote cite="/nope">x</blockquote>',
        '<p><q cite="/nope">x</q> <del cite="https://[nope">x</del></p>',
    ],
)
def test_every_attribute_with_an_address_is_looked_at(html, checked) -> None:
    assert "broken-link" in {each.code for each in checked(page_of(html)).findings}


def test_a_file_of_ones_own_is_not_loaded_by_http_either(checked) -> None:
    html = '<script src="http://example.org/x.js"></script><a href="http://example.org/a">x</a>'
    text = page_of(html, "-- static/x.js --\n")
    mixed = [
        [each.message for each in checked(site(f'base_url="{base}"') + text).findings
         if each.code == "mixed-content"]
        for base in ("https://example.org", "http://example.org")
    ]  # fmt: skip
    assert mixed == [["'http://example.org/x.js' is loaded by http"], []]
