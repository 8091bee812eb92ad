"""A translation that is missing: its page is there all the same, with what another locale has."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from site_harness import BuiltSite

from prismic_ssg import BuildFailed, ConfigurationError

Site = Callable[..., BuiltSite]

THEMED = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content",
    base_url="https://a.example",
    languages={"en-us": "en", "fr-fr": "fr"},
    fallback={"fr-ca": "fr-fr", "fr-fr": "en-us"},
    fallback_types=["product", "maker", "settings"],
    routes=[Route("product", "/:lang?/shop/:uid"), Route("post", "/:lang?/blog/:uid"),
            Route("maker", "/makers/:uid")],
    listings=[Listing("/:lang?/shop/", template="listing.html", orderings="my.product.name",
                      filters=[filter.at("document.type", "product")])],
)
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"},
               {"id": "fr-ca", "name": "French (Canada)"}],
 "types": {"product": "Product", "post": "Post", "maker": "Maker", "settings": "Settings"}}
-- content/settings.json --
{"type": "settings", "data": {"name": "Looms"}}
-- content/heron.json --
{"type": "product", "uid": "heron", "data": {"name": "Heron", "text": [{"type": "paragraph",
  "text": "Wren", "spans": [{"type": "hyperlink", "start": 0, "end": 4, "data":
  {"link_type": "Document", "id": "wren", "type": "product", "uid": "wren", "lang": "en-us"}}]}],
  "maker": {"link_type": "Document", "id": "maud", "type": "maker", "lang": "en-us"}}}
-- content/wren.json --
{"type": "product", "uid": "wren", "data": {"name": "Wren"},
 "alternate_languages": [{"id": "roitelet", "type": "product", "uid": "roitelet", "lang": "fr-fr"}]}
-- content/roitelet.json --
{"type": "product", "uid": "roitelet", "lang": "fr-fr", "data": {"name": "Roitelet",
  "other": {"link_type": "Document", "id": "heron", "type": "product", "lang": "en-us"},
  "in_english": {"link_type": "Document", "id": "wren", "type": "product", "lang": "en-us"}},
 "alternate_languages": [{"id": "wren", "type": "product", "uid": "wren", "lang": "en-us"}]}
-- content/maud.json --
{"type": "maker", "uid": "maud", "data": {"name": "Maud"}}
-- content/news.json --
{"type": "post", "uid": "news", "data": {"name": "News"}}
"""

# An author in two languages.
AUTHORS = """
-- content/repository.json --
{"languages": [{"id": "en-us"}, {"id": "fr-fr"}], "types": {"author": "A", "post": "P"}}
-- content/ines.json --
{"type": "author", "uid": "ines",
 "alternate_languages": [{"id": "agnes", "type": "author", "uid": "agnes", "lang": "fr-fr"}]}
-- content/agnes.json --
{"type": "author", "uid": "agnes", "lang": "fr-fr",
 "alternate_languages": [{"id": "ines", "type": "author", "uid": "ines", "lang": "en-us"}]}
"""


SITE = (
    THEMED.replace("listing.html", "shop.html")
    + """
-- templates/base.html --
{% block main %}{% endblock %} {{ site.get_single("settings").data.name }}
-- templates/product.html --
{% extends "base.html" %}{% block main %}
{{ page.lang }} {{ doc.lang }} {{ doc.data.name }} {{ doc.data.text|as_html }}
{{- doc.data.other|as_link }} {{ doc.data.in_english|as_link }} {{ doc.data.maker|as_link }}
{%- for field in ["other", "in_english"] -%}
{%- for by in [filter.at, filter.not_] -%}
{%- set by = by("my.product." ~ field, doc.id) %}
{{ site.query(type="product", filters=by)|map(attribute="url")|join(" ") }}
{%- endfor -%}
{%- endfor -%}
{%- endblock %}
-- templates/shop.html --
{% for each in page.documents %}{{ each.url }} {% endfor -%}
{% for each in site.query(type="product") %}{{ each.data.name }} {% endfor -%}
{{ site.query(lang="*", type="product")|length }}
"""
)


def test_a_document_that_a_locale_lacks_has_a_page_there(site: Site) -> None:
    built = site(SITE)
    assert "fr-fr en-us Heron" in built.text("/fr/shop/heron")
    assert "fr-fr fr-fr Roitelet" in built.text("/fr/shop/roitelet")
    # Canada takes from France what that has, else what that takes from elsewhere.
    assert "fr-ca fr-fr Roitelet" in built.text("/fr-ca/shop/roitelet")
    assert "fr-ca en-us Heron" in built.text("/fr-ca/shop/heron")
    assert "fr/shop/wren/index.html" not in built.files
    assert "fr-ca/shop/wren/index.html" not in built.files
    # Only the types that were chosen, and only one page where a route has no language.
    assert [name for name in built.files if "news" in name] == ["blog/news/index.html"]
    assert [name for name in built.files if "maud" in name] == ["makers/maud/index.html"]
    assert built.report.documents == 6


def test_listings_queries_and_look_ups_find_it(site: Site) -> None:
    built = site(SITE)
    assert built.text("/fr/shop/").startswith("/fr/shop/heron /fr/shop/roitelet ")
    assert sorted(built.text("/fr/shop/").split()[2:]) == ["3", "Heron", "Roitelet"]
    assert sorted(built.text("/shop/").split()[2:]) == ["3", "Heron", "Wren"]
    assert "Looms" in built.text("/fr/shop/heron")


def test_a_look_up_in_all_languages_finds_the_original(site: Site) -> None:
    built = site(
        SITE
        + """
    -- templates/shop.html --
    {{ site.get_by_uid("product", "heron", lang="*").url }}
    {{ site.get_by_uid("product", "heron").url }}
    """
    )
    assert built.text("/fr/shop/").split() == ["/shop/heron", "/fr/shop/heron"]
    assert built.text("/shop/").split() == ["/shop/heron", "/shop/heron"]


def test_a_query_by_what_no_document_is_called_finds_nothing(site: Site) -> None:
    built = site(
        SITE
        + """
    -- templates/shop.html --
    {{ site.query(type="product", filters=filter.at("my.product.maker", "nobody"))|length }}
    {{ site.query(type="product", filters=filter.not_("my.product.maker", "nobody"))|length }}
    """
    )
    assert built.text("/fr/shop/").split() == ["0", "2"]


def test_links_stay_in_the_language_of_the_page(site: Site) -> None:
    built = site(SITE)
    # In a page in place of a translation: to the translation of what it links to.
    assert '<a href="/fr/shop/roitelet">Wren</a>' in built.text("/fr/shop/heron")
    assert '<a href="/shop/wren">Wren</a>' in built.text("/shop/heron")
    assert "/makers/maud" in built.text("/fr/shop/heron")
    # In a French document: to what stands in; where there is a translation, as its author meant.
    assert "/fr/shop/heron /shop/wren" in built.text("/fr/shop/roitelet")


def test_search_engines_are_told_that_it_is_the_original(site: Site) -> None:
    built = site(THEMED)
    html = built.text("/fr/shop/heron")
    assert '<html lang="fr">' in html
    assert '<main id="main" tabindex="-1" lang="en" dir="ltr">' in html
    assert '<link rel="canonical" href="https://a.example/shop/heron">' in html
    assert "hreflang" not in html.partition("</head>")[0]
    assert '<a href="/shop/heron" lang="en" hreflang="en" rel="alternate">English</a>' in html
    sitemap = built.text("/sitemap.xml")
    assert "https://a.example/shop/heron<" in sitemap
    assert "/fr/shop/heron" not in sitemap
    assert "/fr/shop/roitelet" in sitemap


def test_the_original_leads_to_it_without_calling_it_a_translation(site: Site) -> None:
    html = site(THEMED).text("/shop/heron")
    assert '<a href="/fr/shop/heron" lang="fr" hreflang="fr">' in html
    assert "hreflang" not in html.partition("</head>")[0]
    assert 'main id="main" tabindex="-1">' in html


def rebuilt(built: BuiltSite) -> set[str]:
    """The pages that a build renders, which is as good as a build from nothing."""
    report = built.build()
    assert built.files == built.from_scratch()
    return set(report.rendered)


def test_an_edit_of_the_original_renders_what_shows_it_in_any_locale(site: Site) -> None:
    built = site(SITE)
    built.edit("heron", name="Grey heron")
    assert {"/shop/heron", "/fr/shop/heron", "/fr-ca/shop/heron"} <= built.report.rendered
    assert "/fr/shop/roitelet" not in built.report.rendered
    assert built.files == built.from_scratch()


def test_a_translation_takes_the_place_of_what_stood_in(site: Site) -> None:
    built = site(SITE)
    built.write(
        "content/heron-fr.json",
        '{"type": "product", "uid": "heron", "lang": "fr-fr", "data": {"name": "Héron"}}',
    )
    assert {"/fr/shop/heron", "/fr/shop/", "/fr-ca/shop/heron"} <= rebuilt(built)
    assert "fr-fr fr-fr Héron" in built.text("/fr/shop/heron")
    assert "fr-ca fr-fr Héron" in built.text("/fr-ca/shop/heron")
    (built.folder / "content/documents/heron-fr.json").unlink()
    rebuilt(built)
    assert "fr-fr en-us Heron" in built.text("/fr/shop/heron")
    (built.folder / "content/documents/roitelet.json").unlink()
    assert "/fr/shop/heron" in rebuilt(built)
    assert '<a href="/fr/shop/wren">Wren</a>' in built.text("/fr/shop/heron")


def test_a_query_by_a_link_finds_what_links_to_the_original(site: Site) -> None:
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", fallback={"fr-fr": "en-us"}, fallback_types=["author"],
                routes=[Route("author", "/:lang?/people/:uid")])
    -- content/repository.json --
    {"languages": [{"id": "en-us"}, {"id": "fr-fr"}], "types": {"author": "A", "post": "P"}}
    -- templates/author.html --
    {% set by = filter.any("my.post.author", [doc.id]) %}
    {{ site.query(type="post", filters=[by])|map(attribute="uid")|join(" ") }}
    -- content/ines.json --
    {"type": "author", "uid": "ines", "data": {"name": "Ines"}}
    -- content/a.json --
    {"type": "post", "uid": "a", "data": {"author": {"link_type": "Document", "id": "ines"}}}
    -- content/b.json --
    {"type": "post", "uid": "b", "lang": "fr-fr",
     "data": {"author": {"link_type": "Document", "id": "ines"}}}
    """)
    assert built.text("/people/ines").strip() == "a"
    assert built.text("/fr-fr/people/ines").strip() == "b"
    built.edit("b", author=None)
    assert built.text("/fr-fr/people/ines").strip() == ""
    assert built.report.rendered == {"/fr-fr/people/ines"}
    assert built.files == built.from_scratch()


def test_a_query_by_a_translation_finds_what_stands_in_with_a_link_to_its_original(
    site: Site,
) -> None:
    built = site(
        AUTHORS
        + """
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", fallback={"fr-fr": "en-us"},
                routes=[Route("author", "/:lang?/people/:uid"), Route("post", "/:lang?/:uid")])
    -- templates/author.html --
    {% macro asked(by, options={}) %}
    {{- site.query(type="post", filters=by, orderings="my.post.n", **options)
        |map(attribute="uid")|join(" ") -}}
    {% endmacro %}
    {{- asked(filter.at("my.post.author", doc.id)) }},
    {{- asked(filter.at("my.post.author", doc.id), {"limit": 2, "offset": 1}) }},
    {{- asked(filter.not_("my.post.author", doc.id)) }}
    -- content/a.json --
    {"type": "post", "uid": "a",
     "data": {"n": 1, "author": {"link_type": "Document", "id": "ines"}}}
    -- content/b.json --
    {"type": "post", "uid": "b", "lang": "fr-fr",
     "data": {"n": 2, "author": {"link_type": "Document", "id": "agnes"}}}
    -- content/c.json --
    {"type": "post", "uid": "c", "lang": "fr-fr",
     "data": {"n": 3, "author": {"link_type": "Document", "id": "ines"}}}
    -- content/d.json --
    {"type": "post", "uid": "d",
     "data": {"n": 4, "author": {"link_type": "Document", "id": "ines"}}}
    -- content/e.json --
    {"type": "post", "uid": "e", "data": {"n": 5}}
    """
    )
    # c is French, and links to the English author: as was meant.
    assert built.text("/fr-fr/people/agnes") == "a b d,b d,c e"
    assert built.text("/people/ines") == "a d,d,e"
    built.edit("d", author=None)
    assert built.text("/fr-fr/people/agnes") == "a b,b,c d e"
    assert built.files == built.from_scratch()
    built.edit("d", author={"link_type": "Document", "id": "ines"})
    built.edit("c", author={"link_type": "Document", "id": "agnes"})
    assert built.text("/fr-fr/people/agnes") == "a b c d,b c,e"
    # Another edit reaches none of this.
    assert "/fr-fr/people/agnes" not in built.edit("a", title="A").rendered
    english = '{"type": "author", "uid": "ines"'
    built.write("content/ines.json", english + "}")
    built.write("content/agnes.json", '{"type": "author", "uid": "agnes", "lang": "fr-fr"}')
    assert "/fr-fr/people/agnes" in rebuilt(built)
    assert built.text("/fr-fr/people/agnes") == "b c,c,a d e"
    told = '[{"id": "agnes", "type": "author", "uid": "agnes", "lang": "fr-fr"}]'
    built.write("content/ines.json", f'{english}, "alternate_languages": {told}}}')
    told = '[{"id": "ines", "type": "author", "uid": "ines", "lang": "en-us"}]'
    french = '{"type": "author", "uid": "agnes", "lang": "fr-fr"'
    built.write("content/agnes.json", f'{french}, "alternate_languages": {told}}}')
    rebuilt(built)
    assert built.text("/fr-fr/people/agnes") == "a b c d,b c,e"


def test_a_listing_by_a_filter_on_a_link_lists_as_a_query_finds(site: Site) -> None:
    built = site(
        AUTHORS
        + """
    -- prismicio.py --
    from prismic_ssg import Listing, Route, Site, filter
    site = Site(repository="./content", fallback={"fr-fr": "en-us"},
                routes=[Route("author", "/:lang?/people/:uid"), Route("post", "/:lang?/:uid")],
                listings=[Listing("/:lang?/by-agnes/", template="list.html",
                          filters=[filter.any("my.post.author", ["agnes", "ines"])]),
                          Listing("/:lang?/not-agnes/", template="list.html",
                          filters=[filter.not_("my.post.author", "agnes")])])
    -- templates/author.html --
    -
    -- templates/post.html --
    -
    -- templates/list.html --
    {{ page.documents|map(attribute="uid")|sort|join(" ") }}
    -- content/a.json --
    {"type": "post", "uid": "a", "data": {"author": {"link_type": "Document", "id": "ines"}}}
    -- content/b.json --
    {"type": "post", "uid": "b", "lang": "fr-fr",
     "data": {"author": {"link_type": "Document", "id": "agnes"}}}
    -- content/c.json --
    {"type": "post", "uid": "c", "lang": "fr-fr"}
    """
    )
    assert built.text("/by-agnes/") == "a"
    assert built.text("/fr-fr/by-agnes/") == "a b"
    # a stands in with a link that leads to agnes in French.
    assert built.text("/fr-fr/not-agnes/") == "c"
    assert built.text("/not-agnes/") == "a"
    built.edit("a", author=None)
    assert built.text("/fr-fr/not-agnes/") == "a c"
    assert built.files == built.from_scratch()


def test_a_listing_by_a_link_is_by_what_the_link_leads_to_in_its_language(site: Site) -> None:
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Listing, Route, Site, filter
    site = Site(repository="./content", fallback={"fr-fr": "en-us"},
                routes=[Route("topic", "/:lang?/about/:uid"), Route("post", "/:lang?/:uid")],
                listings=[Listing("/:lang?/topics/:topic/", template="list.html",
                          by="my.post.topic", filters=[filter.at("document.type", "post")])])
    -- content/repository.json --
    {"languages": [{"id": "en-us"}, {"id": "fr-fr"}], "types": {"topic": "T", "post": "P"}}
    -- templates/list.html --
    {{ page.value.url }} {{ page.value.data.name }}:
    {{- " " ~ page.documents|map(attribute="url")|sort|join(" ") }}
    {%- for each in page.alternates %} {{ each.url }}{% endfor %}
    -- content/wood.json --
    {"type": "topic", "uid": "wood", "data": {"name": "Wood"},
     "alternate_languages": [{"id": "bois", "type": "topic", "uid": "bois", "lang": "fr-fr"}]}
    -- content/bois.json --
    {"type": "topic", "uid": "bois", "lang": "fr-fr", "data": {"name": "Bois"},
     "alternate_languages": [{"id": "wood", "type": "topic", "uid": "wood", "lang": "en-us"}]}
    -- content/news.json --
    {"type": "topic", "uid": "news", "data": {"name": "News"}}
    -- content/rare.json --
    {"type": "topic", "data": {"name": "Rare"}}
    -- content/a.json --
    {"type": "post", "uid": "a", "data": {"topic": {"link_type": "Document", "id": "wood"}}}
    -- content/b.json --
    {"type": "post", "uid": "b", "data": {"topic": {"link_type": "Document", "id": "news"}}}
    -- content/c.json --
    {"type": "post", "uid": "c", "lang": "fr-fr",
     "data": {"topic": {"link_type": "Document", "id": "bois"}}}
    -- content/d.json --
    {"type": "post", "uid": "d", "lang": "fr-fr",
     "data": {"topic": {"link_type": "Document", "id": "news"}}}
    -- content/e.json --
    {"type": "post", "uid": "e", "data": {"topic": {"link_type": "Document", "id": "rare"}}}
    """)
    assert built.text("/topics/wood/") == "/about/wood Wood: /a /fr-fr/topics/bois/"
    assert (
        built.text("/fr-fr/topics/bois/")
        == "/fr-fr/about/bois Bois: /fr-fr/a /fr-fr/c /topics/wood/"
    )
    assert not (built.dist / "fr-fr/topics/wood").exists()
    assert (
        built.text("/fr-fr/topics/news/")
        == "/fr-fr/about/news News: /fr-fr/b /fr-fr/d /topics/news/"
    )
    # Without a UID it is called by its id, in every language by the same.
    assert "Rare: /fr-fr/e /topics/rare/" in built.text("/fr-fr/topics/rare/")
    assert "Rare: /e /fr-fr/topics/rare/" in built.text("/topics/rare/")
    # As its author meant it, where there is a translation.
    built.edit("d", topic={"link_type": "Document", "id": "wood"})
    assert built.text("/fr-fr/topics/wood/") == "/about/wood Wood: /fr-fr/d"
    assert "/fr-fr/a /fr-fr/c /topics/wood/" in built.text("/fr-fr/topics/bois/")
    assert built.files == built.from_scratch()
    (built.folder / "content/documents/bois.json").unlink()
    built.edit("c", topic={"link_type": "Document", "id": "wood"})
    assert "/fr-fr/topics/wood/" in built.report.rendered
    assert (
        built.text("/fr-fr/topics/wood/")
        == "/fr-fr/about/wood Wood: /fr-fr/a /fr-fr/c /fr-fr/d /topics/wood/"
    )
    assert built.files == built.from_scratch()


def test_workers_show_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    built = site(SITE)
    from prismic_ssg.building.workers import WORTH_A_WORKER

    monkeypatch.setitem(WORTH_A_WORKER, "fork", 1)
    assert built.from_scratch(jobs=2) == built.files


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_it_is_as_good_as_a_build_from_nothing(site: Site, seed: int) -> None:
    built, chosen = site(SITE), random.Random(seed)  # noqa: S311
    documents: dict[str, dict[str, Any]] = {}
    for path in (built.folder / "content/documents").iterdir():
        documents[path.stem] = json.loads(path.read_text("utf-8"))
    rendered = pages = 0
    for _ in range(15):
        for _ in range(chosen.choice([1, 1, 2])):
            _edit(documents, chosen)
        for path in (built.folder / "content/documents").iterdir():
            path.unlink()
        for name, document in documents.items():
            built.write(f"content/{name}.json", json.dumps(document))
        rendered += len(rebuilt(built))
        pages += built.report.pages
    assert rendered < 0.8 * pages


def _edit(documents: dict[str, dict[str, Any]], chosen: random.Random) -> None:
    """Rename, translate, take away a translation or an original, or join two."""
    name = chosen.choice([each for each in documents if documents[each]["type"] == "product"])
    document, lang = documents[name], chosen.choice(["en-us", "fr-fr", "fr-ca"])
    other = f"{name.partition('.')[0]}.{lang}"
    match chosen.choice(["name", "name", "translate", "translate", "remove", "join"]):
        case "name":
            document["data"]["name"] = chosen.choice(["Ash", "Bee", "Cat"])
        case "translate" if document["lang"] != lang and other not in documents:
            places = {(each.get("uid"), each["lang"]) for each in documents.values()}
            joined = (document["uid"], lang) in places or chosen.random() < 0.5
            named = {"type": "product", "uid": f"u{chosen.random()}" if joined else document["uid"]}
            documents[other] = {**document, **named, "id": other, "lang": lang}
            documents[other]["alternate_languages"] = []
            if joined:
                _join(document, documents[other])
        case "remove" if len(documents) > 5:
            del documents[name]
        case "join":
            _join(
                document,
                documents[chosen.choice(sorted({"wren", "heron", name} & documents.keys()))],
            )
        case _:
            return


def _join(one: dict[str, Any], other: dict[str, Any]) -> None:
    for each, translation in ((one, other), (other, one)):
        told = {key: translation[key] for key in ("id", "type", "uid", "lang")}
        if each["lang"] != translation["lang"]:
            each["alternate_languages"] = [*each.get("alternate_languages", ()), told]


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ('fallback={"fr-ca": "fr-ca"}', "was given {'fr-ca': 'fr-ca'}", "a mapping of locales"),
        ('fallback={"fr-ca": "fr-rf"}', "no language 'fr-rf'", "did you mean 'fr-fr'?"),
        ('fallback={"fr-cq": "fr-fr"}', "no language 'fr-cq'", "did you mean 'fr-ca'?"),
        ('fallback={"fr-ca": "fr-fr"}, fallback_types=["produkt"]', "no type", "mean 'product'"),
        ('fallback_types=["product"]', "fallback_types", "together with fallback"),
        ('fallback={"fr-ca": "fr-fr"}, fallback_types="product"', "fallback_types", "a list"),
        ('fallback={"fr-ca": "fr-fr"}, lang="fr-ca"', "one locale alone", "leave out"),
    ],
)
def test_a_fallback_that_can_not_be_is_refused(
    unbuilt: Site, given: str, said: str, hint: str
) -> None:
    text = SITE.replace('fallback={"fr-ca": "fr-fr", "fr-fr": "en-us"},', f"{given},").replace(
        '    fallback_types=["product", "maker", "settings"],\n', ""
    )
    with pytest.raises((ConfigurationError, BuildFailed)) as refused:
        unbuilt(text).build()
    assert said in str(refused.value)
    assert hint in str(refused.value.hint)
