"""Paths with `%` in them, and paths that a link resolver gives as URLs."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import unquote, urlsplit

from site_harness import BuiltSite

Site = Callable[..., BuiltSite]

SITE = """
-- prismicio.py --
from prismic_ssg import ExtraPage, Listing, Route, Site, filter
site = Site(
    repository="./content",
    base_url="https://a.example/b%20c",
    markdown_twins=True,
    sitemap_images=True,
    redirects={"/old%25": "/100%25/one/"},
    redirects_as=["_redirects", "nginx", "html"],
    routes=[Route("post", "/:lang?/100%/:uid/")],
    listings=[Listing("/:lang?/50%/", template="listing.html", page_size=1, feed="feed.xml",
                      filters=[filter.at("document.type", "post")])],
)
@site.pages
def extra(snapshot):
    yield ExtraPage("/5%25/", "extra.html")
-- templates/extra.html --
<a href="{{ page.url }}">{{ page.path }}</a><img src="a.png" alt="">
<link href="{{ asset("1%#.css") }}">
-- static/1%#.css --
a { color: red }
-- pages/9%.md --
[Extra](8%25.md)
-- pages/8%.md --
# Eight
-- content/repository.json --
{"languages": [{"id": "en-us"}, {"id": "fr-fr"}]}
-- content/one.json --
{"type": "post", "uid": "one", "tags": ["Loom"], "alternate_languages":
 [{"id": "un", "type": "post", "uid": "un", "lang": "fr-fr"}]}
-- content/two.json --
{"type": "post", "uid": "two", "tags": ["Loom"]}
-- content/un.json --
{"type": "post", "uid": "un", "lang": "fr-fr", "alternate_languages":
 [{"id": "one", "type": "post", "uid": "one", "lang": "en-us"}]}
"""
BASE = "https://a.example/b%20c"


def leads_somewhere(built: BuiltSite, address: str) -> bool:
    """Whether a host finds a file of the site at an address, which it decodes once."""
    parts = urlsplit(address)
    if parts.netloc not in ("", "a.example") or parts.query:
        return True
    path = unquote(parts.path)
    assert path.startswith("/b c/"), address
    name = path.removeprefix("/b c/")
    return (built.dist / name / ("index.html" if name.endswith("/") else "")).exists()


def addresses(text: str) -> set[str]:
    found = re.findall(r'(?:href|src|content|url)="((?:https?://|/)[^"]*)"', text)
    found += re.findall(r"(?:<loc>|<id>|<image:loc>|\]\()(.*?)(?:</|\))", text)
    return {unescape(each) for each in found if each.startswith(("https:", "/"))}


def test_every_address_has_its_percent_signs_encoded(site: Site) -> None:
    built = site(SITE)
    for name, content in built.files.items():
        if not name.endswith((".html", ".xml", ".md", ".txt")):
            continue
        for address in addresses(content.decode()):
            assert not re.search("%(?![0-9A-F]{2})", address), (name, address)
            if not address.endswith("a.png"):
                assert leads_somewhere(built, address), (name, address)
    assert f"<loc>{BASE}/100%25/one/</loc>" in built.text("/sitemap.xml")
    assert f'href="{BASE}/fr-fr/100%25/un/"' in built.text("/sitemap.xml")
    assert f"<loc>{BASE}/5%2525/</loc>" in built.text("/sitemap.xml")
    assert f"<image:loc>{BASE}/5%2525/a.png</image:loc>" in built.text("/sitemap.xml")
    one = built.text("/100%/one/")
    assert f'<link rel="canonical" href="{BASE}/100%25/one/">' in one
    assert f'hreflang="fr-fr" href="{BASE}/fr-fr/100%25/un/"' in one
    assert f"({BASE}/100%25/one/index.md)" in built.text("/llms.txt")
    assert f'href="{BASE}/100%25/one/"' in built.text("/50%/feed.xml")
    assert '<link rel="next" href="/b%20c/50%25/page/2/">' in built.text("/50%/")
    assert built.text("/5%25/").startswith('<a href="/b%20c/5%2525/">/5%25/</a>')
    assert 'href="/b%20c/8%25/"' in built.text("/9%")
    assert "\n/b%20c/1%25%23." in built.text("/_headers")
    assert "/b%20c/old%25 /b%20c/100%25/one/ 301" in built.text("/_redirects")


def test_an_address_that_a_document_left_leads_to_where_it_is(site: Site) -> None:
    built = site(SITE)
    built.write("content/one.json", '{"type": "post", "uid": "first"}')
    built.build()
    assert "/b%20c/100%25/one/ /b%20c/100%25/first/ 301" in built.text("/_redirects")
    assert '"/b c/100%/one/" "/b%20c/100%25/first/";' in built.text("/_redirects.nginx")
    assert "url=/b%20c/100%25/first/" in built.text("/100%/one/")


def test_a_link_resolver_gives_urls_and_pages_are_where_these_lead(site: Site) -> None:
    built = site(
        """
-- prismicio.py --
from prismic_ssg import Site
site = Site(repository="./content", base_url="https://a.example",
            link_resolver=lambda link: f"/caf%C3%A9/{link['uid']}%2525")
-- templates/page.html --
{{ page.url }} {{ doc.url }} {{ site.url(doc.data.to) }} {{ doc.data.to|as_link }}
-- content/one.json --
{"type": "page", "uid": "one", "data": {"to": {"link_type": "Document", "id": "one"}}}
"""
    )
    said = built.text("/café/one%25")
    assert said == "/café/one%2525 /café/one%2525 /caf%C3%A9/one%2525 /caf%C3%A9/one%2525"
    assert "<loc>https://a.example/caf%C3%A9/one%2525</loc>" in built.text("/sitemap.xml")


def test_a_page_whose_address_ends_in_a_number_or_uid_is_a_page_for_every_host(site: Site) -> None:
    """As by a route: a file called `v1.2` or `vue.js` would be offered for download, or run."""
    built = site(
        """
-- prismicio.py --
from prismic_ssg import ExtraPage, Site
site = Site(repository="./content",
            link_resolver=lambda link: f"/blog/{link['uid']}{'.html' * ('node' in link['uid'])}")
@site.pages
def pages(snapshot):
    yield from (ExtraPage("/v1.2", "x.html"), ExtraPage("/data.json", "x.html"))
-- templates/x.html --
x
-- content/a.json --
{"type": "post", "uid": "v1.2"}
-- content/b.json --
{"type": "post", "uid": "vue.js"}
-- content/c.json --
{"type": "post", "uid": "node.js"}
-- pages/notes.md --
---
url: /notes/2.0
---
# Notes
-- pages/text.md --
---
url: /notes/all.html
---
# Notes
"""
    )
    names = [name for name in built.files if name.startswith(("blog", "v", "data", "notes"))]
    assert names == [
        "blog/node.js.html",
        "blog/v1.2/index.html",
        "blog/vue.js/index.html",
        "data.json",
        "notes/2.0/index.html",
        "notes/all.html",
        "v1.2/index.html",
    ]
