"""The default theme: any repository, with no template written, as a site that looks finished."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest

from prismic_ssg import build

REAL_CONTENT = os.environ.get("PRISMIC_SSG_REAL_CONTENT", "")
CONFIG = "from prismic_ssg import Listing, Site, filter\nsite = Site(repository='./content', "


def rich(*blocks: str | tuple[str, str]) -> list[dict[str, Any]]:
    """Rich text: a text is a paragraph, a pair is (block type, text)."""
    pairs = [("paragraph", each) if isinstance(each, str) else each for each in blocks]
    return [{"type": kind, "text": text, "spans": []} for kind, text in pairs]


def image(width: int = 1600, height: int = 900, **more: Any) -> dict[str, Any]:
    url = "https://images.prismic.io/acme/a.jpg?auto=compress,format"
    size = {"width": width, "height": height}
    return {"dimensions": size, "alt": None, "copyright": None, "url": url, **more}


def a_slice(kind: str, primary: dict[str, Any], *items: dict[str, Any]) -> dict[str, Any]:
    return {"slice_type": kind, "variation": "default", "primary": primary, "items": list(items)}


def cells(kind: str, *texts: str) -> dict[str, Any]:
    return {"cells": [{"type": kind, "content": rich(text)} for text in texts]}


TO_NOWHERE = {"link_type": "Document", "id": "gone", "type": "broken_type", "isBroken": True}
EMBED = {"embed_url": "https://films.example/1", "title": "A <film>", "author_name": "Ann & Bob"}
IFRAME = '<iframe src="https://films.example/1?a=1" width="640" height="360"></iframe>'

# What a field may hold, each shown on a page of its own; texts in it must be on the page.
FIELDS: dict[str, Any] = {
    "markup in a text": "a <b>bold</b> & 'quoted' \"claim\"",
    "a long text": "word " * 60,
    "rich text that begins with a first-level heading": rich(("heading1", "Top"), "Below"),
    "rich text with levels left out": rich(("heading4", "Deep"), ("heading6", "Deeper"), "Text"),
    "all kinds of blocks": rich(
        ("list-item", "dot"), ("o-list-item", "one"), ("preformatted", "\n  code < 3"), "end"
    ),
    "pictures in rich text": [
        *rich("before"),
        {"type": "image", "copyright": "Ann <ann@x>", "linkTo": TO_NOWHERE, **image()},
        {"type": "image", **image(300, 400, alt='say "hi"')},
    ],
    "an embed in rich text": [{"type": "embed", "oembed": {**EMBED, "html": IFRAME}}],
    "text from right to left": [{**rich("שלום")[0], "direction": "rtl"}],
    "a picture": image(copyright="A & B"),
    "a picture of unknown size": {"url": "/a.svg", "dimensions": {}, "alt": ""},
    "a film": {**EMBED, "type": "video", "html": IFRAME, "width": 640, "height": 360},
    "an embed of odd size": {**EMBED, "type": "rich", "html": IFRAME, "width": "100%"},
    "a page elsewhere": {**EMBED, "type": "link", "html": None, "thumbnail_url": "https://a/b.png"},
    "a link that says something": {
        "link_type": "Web",
        "url": "https://a.example/?a=1&b=2",
        "text": "A < B",
    },
    "a link without a target": {"link_type": "Any", "text": "only words"},
    "a link to a file": {"link_type": "Media", "url": "/a.pdf", "name": "a.pdf", "size": "20480"},
    "a dead link": TO_NOWHERE,
    "a dead link of which something is known": {
        **TO_NOWHERE,
        "data": {"title": rich(("heading1", "Lost"))},
    },
    "many links": [{"link_type": "Web", "url": "https://a.example", "text": "A"}, TO_NOWHERE],
    "a table": {
        "head": {"rows": [cells("header", "H1", "H2")]},
        "body": {"rows": [cells("data", "a", "b")]},
    },
    "a table without a head": {"body": {"rows": [cells("header", "h"), cells("data", "d")]}},
    "a place in the south-west": {"latitude": -33.9, "longitude": -70.5},
    "a date": "2026-03-02",
    "a time": "2026-03-02T10:20:30+0000",
    "a colour": "#AABBCC",
    "what a shop sent, by names that a mapping has": {"items": ["S"], "keys": 2, "get": "got"},
    "numbers": 10.0,
    "yes": True,
    "what a shop sent": {"id": 7, "title": "Loom", "sizes": ["S", {"cm": 3}], "none": None},
    "what a shop sent under the names of methods": {
        "items": [{"values": ["V"], "keys": {"get": "G"}}],
        "update": "U",
    },
    "a picture that has views, and was never chosen": {"square": {}, "16:9": {}},
    "rows of a label and a value": [
        {"label": "Height", "value": "3 m"},
        {"label": "Weight", "value": "9 kg"},
    ],
    "rows of short values": [{"a": "x", "b": 1, "c": True}, {"a": "y", "c": False}],
    "rows with pictures": [
        {"image": image(), "caption": rich("One")},
        {"image": {}, "caption": []},
    ],
    "rows of contributors": [{"role": "Editor", "who": {**TO_NOWHERE, "text": "Ann"}}],
    "rows in rows": [{"name": "Outer", "inner": [{"name": "Inner", "text": rich("Deep")}, {}]}],
    "rows of nothing": [{"text": [], "link": {"link_type": "Any"}, "image": {}}],
    "rows with their own headings": [{"title": rich(("heading2", "Q")), "text": rich("A")}],
    "a slice like an opening": [
        a_slice(
            "hero",
            {
                "title": rich(("heading1", "Big")),
                "image": image(),
                "image_side": "left",
                "buttonText": "Press",
                "buttonLink": {"link_type": "Web", "url": "https://a"},
            },
        )
    ],
    "a slice with a picture and its caption": [
        a_slice("image", {"image": image(), "caption": rich("C")})
    ],
    "a slice of many things": [
        a_slice(
            "all",
            {
                "text": "plain",
                "n": 3,
                "table": {"body": {"rows": [cells("data", "x")]}},
                "film": {**EMBED, "html": IFRAME},
                "rows": [{"t": "row"}],
            },
            {"question": rich(("heading3", "Why?")), "answer": rich("Because.")},
        )
    ],
    "a quotation": [a_slice("quote", {"quote": rich("Said."), "source": "Somebody"})],
    "a slice from before slices had fields": [{"slice_type": "old", "value": rich("Old words")}],
    "a slice of nothing": [a_slice("empty", {"text": []}, {})],
}


def texts(value: Any) -> Iterator[str]:
    """What an author wrote in a field: texts of blocks and links, and plain texts."""
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        if "link_type" in value or (isinstance(value.get("text"), str) and "spans" in value):
            yield str(value.get("text") or "")
        elif "oembed" in value:
            pass  # the official helpers, and so as_html, give the provider's html and nothing else
        elif "embed_url" in value:
            yield from (str(value.get(name) or "") for name in ("title", "author_name"))
        elif "dimensions" in value:
            yield from (str(value.get(name) or "") for name in ("alt", "copyright"))
        else:
            for name, each in value.items():
                if name not in (
                    "id",
                    "slice_type",
                    "slice_label",
                    "variation",
                    "version",
                    "key",
                    "type",
                ):
                    yield from texts(each)
    elif isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", value):
        yield value


def flat(text: str) -> str:
    """Text as HTML lays it out: white space is one blank, tags none."""
    return " ".join(unescape(re.sub(r"<br ?/?>", " ", text)).split())


def errors_in(html: str) -> list[Any]:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return [(place, code) for place, code, _ in parser.errors]


def heading_levels(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h([1-6])[ >]", html)]


def built(
    folder: Path, *documents: dict[str, Any], config: str = "base_url='https://a.example')"
) -> Path:
    """The output of a site with these documents and no template of its own."""
    (folder / "content/documents").mkdir(parents=True)
    (folder / "prismicio.py").write_text(CONFIG + config, "utf-8")
    for number, document in enumerate(documents):
        whole = {"id": f"d{number}", "type": "page", "lang": "en-us", "tags": [], **document}
        (folder / f"content/documents/{number}.json").write_text(json.dumps(whole), "utf-8")
    build(folder, environment={})
    return folder / "dist"


def page(dist: Path, path: str) -> str:
    return (dist / path / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = [
        {"uid": f"p{number}", "data": {"title": rich(("heading1", title)), "field": value}}
        for number, (title, value) in enumerate(FIELDS.items())
    ]
    return built(tmp_path_factory.mktemp("awkward"), *documents)


@pytest.mark.parametrize("title", FIELDS)
def test_a_page_is_valid_has_one_first_heading_and_shows_every_text(
    awkward: Path, title: str
) -> None:
    html = page(awkward, f"p{list(FIELDS).index(title)}")
    assert errors_in(html) == []
    levels = heading_levels(html)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    shown = flat(html)
    assert [text for text in texts(FIELDS[title]) if flat(text) not in shown] == []


def test_a_title_is_said_once(tmp_path: Path) -> None:
    dist = built(
        tmp_path,
        {"uid": "a", "data": {"name": "Only once", "body": rich(("heading2", "Only once"), "x")}},
    )
    assert page(dist, "a").count("Only once</h") == 1


def test_fields_for_search_engines_are_in_the_head_only(tmp_path: Path) -> None:
    data = {
        "title": "T",
        "meta_title": "For <i>engines</i> & us",
        "meta_description": "A <b> & c",
        "meta_image": image(),
    }
    head, body = page(built(tmp_path, {"uid": "a", "data": data}), "a").split("</head>")
    assert "<title>For &lt;i&gt;engines&lt;/i&gt; &amp; us – " in head
    assert '<meta name="description" content="A &lt;b&gt; &amp; c">' in head
    assert '<link rel="canonical" href="https://a.example/a">' in head
    assert "images.prismic.io" in head
    assert "engines" not in body
    assert "images.prismic.io" not in body


@pytest.mark.slow
def test_fields_called_as_those_for_search_engines_may_hold_anything(tmp_path: Path) -> None:
    names = ("meta_title", "seo_description", "meta_image", "og_image", "intro", "author", "price")
    odd = (image(), [image()], [{"x": 1}], TO_NOWHERE, 5, True, None, {}, [], rich("Said"))
    dist = built(
        tmp_path,
        *(
            {"uid": f"p{at}", "data": {"title": f"T{at}", **dict.fromkeys(names, value)}}
            for at, value in enumerate(odd)
        ),
    )
    heads = [page(dist, f"p{at}").split("</head>")[0] for at in range(len(odd))]
    titles = [re.search("<title>(.*) – ", head) for head in heads]
    assert [title and title[1] for title in titles] == [*(f"T{at}" for at in range(9)), "Said"]
    assert [at for at, head in enumerate(heads) if "images.prismic.io" in head] == [0]


def test_a_page_names_its_language_and_leads_to_its_translations(tmp_path: Path) -> None:
    english: dict[str, Any] = {
        "id": "en",
        "uid": "a",
        "lang": "en-us",
        "data": {"title": "A", "on": "2026-03-02"},
    }
    french: dict[str, Any] = {
        "id": "fr",
        "uid": "b",
        "lang": "fr-fr",
        "data": {"title": "B", "on": "2026-03-02"},
    }
    hebrew = {"id": "he", "uid": "c", "lang": "he-il", "data": {"title": "C"}}
    for one, other in ((english, french), (french, english)):
        one["alternate_languages"] = [
            {k: other[k] for k in ("id", "uid", "lang")} | {"type": "page"}
        ]
    dist = built(tmp_path, english, french, hebrew)
    html = page(dist, "fr-fr/b")
    assert '<html lang="fr-fr">' in html
    assert 'href="/a" lang="en-us" hreflang="en-us"' in html
    assert '<link rel="alternate" hreflang="en-us" href="https://a.example/a">' in html
    assert "Aller au texte" in html
    assert "2 mars 2026" in html
    assert "March 2, 2026" in page(dist, "a")
    assert '<html lang="he-il" dir="rtl">' in page(dist, "he-il/c")


def test_a_listing_shows_what_documents_are_about_and_leads_to_its_other_pages(
    tmp_path: Path,
) -> None:
    data = [
        {"title": f"Post {n}", "date": f"2026-01-{n:02}", "body": rich(f"Words {n} & <more>")}
        for n in range(1, 24)
    ]
    documents = [{"uid": f"p{n}", "type": "post", "data": each} for n, each in enumerate(data)]
    listing = (
        "Listing('/blog/', template='listing.html', page_size=2, orderings='my.post.date desc')"
    )
    dist = built(tmp_path, *documents, config=f"listings=[{listing}])")
    html = page(dist, "blog/page/5")
    assert errors_in(html) == []
    assert "Post 15" in html
    assert "January 15, 2026" in html
    assert "Words 15 &amp; &lt;more&gt;" in html
    links = re.findall(r'<a href="(/blog/[^"]*)"', html.split('class="pagination"')[1])
    assert links == [
        "/blog/page/4/",
        "/blog/",
        *(f"/blog/page/{n}/" for n in (3, 4, 6, 7, 12)),
        "/blog/page/6/",
    ]
    assert 'aria-current="page"' in page(dist, "blog").split('class="menu"')[1]


def test_the_missing_page_and_robots_are_there(tmp_path: Path) -> None:
    dist = built(tmp_path, {"uid": "a", "data": {}})
    assert errors_in((dist / "404.html").read_text("utf-8")) == []
    assert (
        dist / "robots.txt"
    ).read_text() == "User-agent: *\nDisallow:\n\nSitemap: https://a.example/sitemap.xml\n"


def test_without_an_address_nothing_claims_one(tmp_path: Path) -> None:
    dist = built(tmp_path, {"uid": "a", "data": {}}, config=")")
    assert "canonical" not in page(dist, "a")
    assert (dist / "robots.txt").read_text() == "User-agent: *\nDisallow:\n"


def test_a_markdown_page_has_one_first_heading(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/with.md").write_text("---\ntitle: Front\n---\n# Own\n\n## Next\n")
    (tmp_path / "pages/without.md").write_text("---\ntitle: Front & <back>\n---\n# One\n\n# Two\n")
    dist = built(tmp_path, {"uid": "a", "data": {}})
    assert heading_levels(page(dist, "with")) == [1, 2]
    assert heading_levels(page(dist, "without")) == [1, 2, 2]
    assert errors_in(page(dist, "without")) == []


def test_the_stylesheet_is_small() -> None:
    css = Path(__file__).parents[2] / "templates/static/theme.css"
    assert css.stat().st_size < 12_300


@pytest.mark.slow
@pytest.mark.skipif(not REAL_CONTENT, reason="PRISMIC_SSG_REAL_CONTENT names no folder")
def test_real_content_makes_valid_pages_that_show_all_its_text(tmp_path: Path) -> None:
    for source in sorted(Path(REAL_CONTENT).glob("*/documents.jsonl")):
        folder = tmp_path / source.parent.name
        folder.mkdir()
        (folder / "prismicio.py").write_text(
            f"from prismic_ssg import Site\nsite = Site(repository={str(source.parent)!r})"
        )
        report = build(folder, environment={})
        assert report.pages
        pages = {file: file.read_text("utf-8") for file in (folder / "dist").rglob("*.html")}
        for file, html in pages.items():
            assert errors_in(html) == [], file
            assert heading_levels(html).count(1) == 1, file
        shown = [
            flat(re.sub(r"</?(em|strong|a|span)\b[^>]*>", "", html)) for html in pages.values()
        ]
        for line in source.read_text("utf-8").splitlines():
            document = json.loads(line)
            if document["type"] in ("settings", "navigation"):
                continue
            wanted = [flat(text) for text in texts(document["data"])]
            missing = [[text for text in wanted if text not in html] for html in shown]
            assert min(missing, key=len) == [], document["id"]


RUNS = "java\x01script:alert(1)"
EVIL: dict[str, Any] = {
    "embed_url": RUNS,
    "title": "A film",
    "width": 16,
    "height": 9,
    "html": "<iframe src='javascript:alert(1)'></iframe><b onclick='x()'>said</b><script></script>",
}
EVIL_FIELDS: dict[str, Any] = {
    "film": {**EVIL, "type": "video"},
    "letter": {**EVIL, "type": "link", "html": None},
    "rows": [{"film": EVIL, "text": rich("Long")}],
    "slices": [a_slice("film", {"film": EVIL}), a_slice("films", {}, {"film": EVIL, "n": "x"})],
    "body": [{"type": "embed", "oembed": EVIL}],
    "link": {"link_type": "Web", "url": RUNS, "text": "A link"},
}


@pytest.mark.parametrize("name", EVIL_FIELDS)
def test_the_theme_runs_nothing_of_content_that_is_not_trusted(tmp_path: Path, name: str) -> None:
    document = {"uid": "a", "data": {"title": "T", name: EVIL_FIELDS[name]}}
    trusting = "base_url='https://a.example', markdown_twins=True"
    trusts = built(tmp_path / "trusts", document, config=f"{trusting})")
    safe = built(tmp_path / "safe", document, config=f"{trusting}, safe_html=True)")
    for file in ("a/index.html", "a.md"):
        found, cut = ((dist / file).read_text("utf-8") for dist in (trusts, safe))
        for evil in ("script:alert(1)", "onclick", "<script></script>"):
            assert evil not in cut
        assert "script:alert(1)" in found or file == "a.md"
    shown = page(tmp_path / "safe" / "dist", "a")
    assert ("A film" in shown) == (name != "body" and name != "link")
    assert errors_in(shown) == []
