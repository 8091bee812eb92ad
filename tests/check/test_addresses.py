"""Where an address leads: as a host and a browser take it."""

from __future__ import annotations

import pytest

from prismic_ssg.checks.addresses import Outcome, Place, SiteAddresses
from prismic_ssg.checks.redirects import Redirects

FILES = (
    "index.html",
    "about/index.html",
    "blog/index.html",
    "x.html",
    "é/a b.png",
    "CASE/index.html",
)
RULES = """
# a comment
/old /about
/moved/* /blog/:splat 302
/p/:id /x.html?p=:id
/q/:id /p/:id#:id
/far/* https://example.org/:splat
/round/* /round/:splat
/app/* /index.html 200
/shop id=:id /about 301
/gone /404.html 404
"""


def leads(address: str, page: str = "/about", base: str | None = None, at: Place | None = None):
    addresses = SiteAddresses(FILES, at or Place(), Redirects.parse(RULES))
    target = addresses.target(address, page, base)
    return target.outcome, target.file


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/about", "about/index.html"),
        ("/about/", "about/index.html"),
        ("/about?a=1&b=2#c", "about/index.html"),
        ("/about/index.html", "about/index.html"),
        ("/x.html", "x.html"),
        ("/%C3%A9/a%20b.png", "é/a b.png"),
        ("/é/a b.png", "é/a b.png"),
        ("/blog/../about", "about/index.html"),
        ("#here", "about/index.html"),
        ("?page=2", "about/index.html"),
        ("../x.html", "x.html"),
        ("/app/anything", "index.html"),
        # As browsers read them: dots, backslashes, line breaks.
        ("/./about", "about/index.html"),
        ("/blog/./../about/.", "about/index.html"),
        ("/blog/%2e%2e/about", "about/index.html"),
        ("/blog\\..\\about?a\\b", "about/index.html"),
        ("/ab\n\tout", "about/index.html"),
    ],
)
def test_a_path_is_the_file_that_a_host_gives(address, file):
    assert leads(address) == (Outcome.FILE, file)


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("/nope", Outcome.NOTHING),
        ("/about.html", Outcome.NOTHING),
        ("/x.html/", Outcome.NOTHING),
        ("/x", Outcome.NEEDS_HTML),
        ("/About", Outcome.OTHER_CASE),
        ("/case", Outcome.OTHER_CASE),
        ("/old", Outcome.REDIRECT),
        ("/moved/about", Outcome.NOTHING),
        ("/moved/", Outcome.REDIRECT),
        ("/far/a", Outcome.REDIRECT),
        ("/round/a", Outcome.REDIRECT),
        ("/moved", Outcome.REDIRECT),
        ("/p/7", Outcome.REDIRECT),
        ("/q/7", Outcome.REDIRECT),
        ("/shop", Outcome.NOTHING),
        ("/gone", Outcome.NOTHING),
        ("mailto:a@example.org", Outcome.NO_PAGE),
        ("tel:1", Outcome.NO_PAGE),
        ("data:,", Outcome.NO_PAGE),
        ("javascript:void 0", Outcome.NO_PAGE),
        ("https://other.example/x", Outcome.EXTERNAL),
        ("//other.example/x", Outcome.EXTERNAL),
        ("http://[broken", Outcome.NOTHING),
        ("https://a b.example/", Outcome.NOTHING),
        ("https://other.example:99999/", Outcome.NOTHING),
        ("//[broken", Outcome.NOTHING),
        ("//", Outcome.NOTHING),
        ("HTTPS://", Outcome.NOTHING),
        ("////other.example", Outcome.EXTERNAL),
        ("https://a..example/", Outcome.NOTHING),
        (f"https://{'a' * 64}.example/", Outcome.NOTHING),
        ("https://my_shop.example./ä?ö#ü", Outcome.EXTERNAL),
        ("http://[2001:db8::1]:80/", Outcome.EXTERNAL),
        ("https:///", Outcome.NOTHING),
        ("\\\\other.example\\x", Outcome.EXTERNAL),
        ("java\nscript:void 0", Outcome.NO_PAGE),
        ("", Outcome.EMPTY),
    ],
)
def test_what_is_no_file_is_told_apart(address, outcome):
    assert leads(address)[0] is outcome


def test_a_relative_address_is_right_where_both_forms_of_the_page_agree():
    assert leads("../blog/", "/about/") == (Outcome.FILE, "blog/index.html")
    assert leads("blog/", "/about")[0] is Outcome.DEPENDS_ON_SLASH
    assert leads("x.html", "/") == (Outcome.FILE, "x.html")


def test_a_base_decides_about_every_relative_address():
    assert leads("a%20b.png", base="/é/") == (Outcome.FILE, "é/a b.png")
    assert leads("#here", base="/blog/") == (Outcome.FILE, "blog/index.html")
    assert leads("x.html", base="https://other.example/")[0] is Outcome.EXTERNAL
    assert leads("x.html", base="ftp://other.example/")[0] is Outcome.NO_PAGE
    # Browsers leave out one that is no address.
    assert leads("x.html", "/", base="https://[broken") == (Outcome.FILE, "x.html")


def test_a_site_below_a_path_has_that_path_in_front():
    docs = Place("https://example.org", "/docs")
    assert leads("/docs/about", at=docs) == (Outcome.FILE, "about/index.html")
    assert leads("/docs", at=docs) == (Outcome.FILE, "index.html")
    assert leads("/about", at=docs)[0] is Outcome.OUTSIDE_BASE
    assert leads("/docsabout", at=docs)[0] is Outcome.OUTSIDE_BASE
    assert leads("https://example.org/docs/nope", at=docs)[0] is Outcome.NOTHING
    assert leads("https://example.org/elsewhere", at=docs)[0] is Outcome.EXTERNAL
    for address in ("/./docs/about", "/%64ocs/about", "/docs/../docs/about", "/x/../docs/about"):
        assert leads(address, at=docs) == (Outcome.FILE, "about/index.html")
        assert leads(f"https://example.org{address}", at=docs) == (Outcome.FILE, "about/index.html")
    assert leads("/docs/../about", at=docs)[0] is Outcome.OUTSIDE_BASE
    assert leads("../../about", "/blog/", at=docs)[0] is Outcome.OUTSIDE_BASE


def test_the_path_of_a_site_may_be_encoded():
    at = Place("https://a.example", "/my%20docs")
    for address in ("/my%20docs/about", "https://a.example/my docs/about"):
        assert leads(address, at=at) == (Outcome.FILE, "about/index.html")
    assert leads("/about", at=at)[0] is Outcome.OUTSIDE_BASE


def test_what_begins_with_base_url_is_of_the_site():
    here = Place("https://example.org")
    assert leads("https://example.org/about#x", at=here) == (Outcome.FILE, "about/index.html")
    assert leads("HTTPS://EXAMPLE.ORG/nope", at=here)[0] is Outcome.NOTHING
    assert leads("https://example.org:443/nope", at=here)[0] is Outcome.NOTHING
    assert leads("https://reader@example.org/nope", at=here)[0] is Outcome.NOTHING
    assert leads("https://example.org:8443/nope", at=here)[0] is Outcome.EXTERNAL
    assert leads("http:other.example/x", at=here)[0] is Outcome.EXTERNAL
    assert leads("https:about", "/", at=here) == (Outcome.FILE, "about/index.html")
    umlaut = Place("https://bücher.example")
    assert leads("https://xn--bcher-kva.example/nope", at=umlaut)[0] is Outcome.NOTHING


NEAR = ("index.html", "about/index.html", "shop/about-us/index.html", "blog/mending-day/index.html")
NEAR += ("blog/café/index.html", "one/same/index.html", "two/same/index.html", "a/plan.pdf")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/journal/about", "/about"),
        ("/journal/about/?a#b", "/about/"),
        ("/blog/mending-days", "/blog/mending-day"),
        ("/blog/mendign-day/", "/blog/mending-day/"),
        ("/blog/caff%C3%A9", "/blog/café"),
        ("https://example.org/blog/mending-days", "/blog/mending-day"),
        ("/a/plans.pdf", "/a/plan.pdf"),
        ("/three/same", None),
        ("/mending-days", None),
        ("/blog/other", None),
        ("/", None),
    ],
)
def test_the_path_that_may_be_meant_is_named(address, meant):
    assert SiteAddresses(NEAR, Place(), Redirects()).near(address) == meant


def test_the_path_that_may_be_meant_has_that_of_the_site_in_front():
    addresses = SiteAddresses(NEAR, Place("https://example.org", "/docs"), Redirects())
    assert addresses.near("/docs/blog/mending-days") == "/docs/blog/mending-day"
    assert addresses.near("https://example.org/docs/journal/about/") == "/docs/about/"


def test_many_lost_addresses_are_not_all_looked_for_by_their_spelling():
    addresses = SiteAddresses(NEAR, Place(), Redirects())
    meant = [addresses.near(f"/blog/mending-day{number}") for number in range(1000)]
    assert meant[:20] == ["/blog/mending-day"] * 20
    assert meant[-1] is None
    assert addresses.near("/blog/mending-day0") == "/blog/mending-day"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/old /new", ("/old", "/new", 301, False)),
        ("/old\t/new  302!", ("/old", "/new", 302, False)),
        ("  /old /new 301 # was Country=fr", ("/old", "/new", 301, False)),
        ("/old /new 302 Country=fr,be", ("/old", "/new", 302, True)),
        ("/shop id=:id /item/:id", ("/shop", "/item/:id", 301, True)),
        ("/a https://example.org/?b=c", ("/a", "https://example.org/?b=c", 301, False)),
        # Without a target, what is below a path is shown as it is.
        ("/app/* 200", ("/app/*", "/app/:splat", 200, False)),
    ],
)
def test_a_rule_is_read_as_netlify_reads_it(line, expected):
    [rule] = Redirects.parse(line).rules
    assert (rule.source, rule.target, rule.status, rule.is_conditional) == expected


# What `@netlify/redirect-parser` 15 refuses, or takes for no line at all.
@pytest.mark.parametrize(
    "line",
    ["/old", "/old new", "/old # /new", "/old 301", "/old /new yes", "# /old /new", "//# x", ""],
)
def test_what_netlify_takes_for_no_rule_is_none(line):
    assert Redirects.parse(line).rules == ()
