"""Languages: what locales are called in URLs and `lang`, and how pages of several find together."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from site_harness import BuiltSite

from prismic_ssg import BuildFailed, ConfigurationError

SITE = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content",
    base_url="https://a.example",
    languages={"en-us": "en", "fr-fr": "fr"},
    routes=[Route("home", "/:lang?"), Route("post", "/:lang/blog/:uid")],
    listings=[Listing("/:lang/blog/", template="listing.html",
                      filters=[filter.at("document.type", "post")])],
)
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"},
               {"id": "de-de", "name": "German"}]}
-- content/home.json --
{"type": "home", "data": {"title": "Home"},
 "alternate_languages": [{"id": "accueil", "type": "home", "lang": "fr-fr"}]}
-- content/accueil.json --
{"type": "home", "lang": "fr-fr", "data": {"title": "Accueil"},
 "alternate_languages": [{"id": "home", "type": "home", "lang": "en-us"}]}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A", "on": "2026-03-02"},
 "alternate_languages": [{"id": "b", "type": "post", "uid": "b", "lang": "fr-fr"}]}
-- content/b.json --
{"type": "post", "uid": "b", "lang": "fr-fr", "data": {"title": "B", "on": "2026-03-02"},
 "alternate_languages": [{"id": "a", "type": "post", "uid": "a", "lang": "en-us"}]}
-- content/alone.json --
{"type": "post", "uid": "alone", "data": {"title": "Alone"}}
-- content/allein.json --
{"type": "post", "uid": "allein", "lang": "de-de", "data": {"title": "Allein"}}
"""


@pytest.fixture
def languages(site: Callable[[str], BuiltSite]) -> BuiltSite:
    return site(SITE)


def test_a_locale_is_in_urls_what_the_site_calls_it(languages: BuiltSite) -> None:
    pages = {name for name in languages.files if name.endswith("index.html")}
    assert pages == {
        "index.html",
        "fr/index.html",
        "en/blog/a/index.html",
        "en/blog/alone/index.html",
        "fr/blog/b/index.html",
        "de-de/blog/allein/index.html",
        "en/blog/index.html",
        "fr/blog/index.html",
        "de-de/blog/index.html",
    }


def test_a_page_says_its_language_by_that_name(languages: BuiltSite) -> None:
    assert '<html lang="fr">' in languages.text("/fr/blog/b")
    assert '<html lang="de-de">' in languages.text("/de-de/blog/allein")


def test_a_page_names_its_translations_for_search_engines(languages: BuiltSite) -> None:
    head = languages.text("/fr/blog/b")
    for code, path in (("fr", "/fr/blog/b"), ("en", "/en/blog/a"), ("x-default", "/en/blog/a")):
        link = f'<link rel="alternate" hreflang="{code}" href="https://a.example{path}">'
        assert head.count(link) == 1
        assert f'hreflang="{code}" href="https://a.example{path}"' in languages.text("/sitemap.xml")
    assert "x-default" not in languages.text("/de-de/blog/allein")


def test_the_switcher_leads_to_the_translation_or_else_to_the_home_page(
    languages: BuiltSite,
) -> None:
    translated, alone = languages.text("/en/blog/a"), languages.text("/en/blog/alone")
    assert '<a href="/fr/blog/b" lang="fr" hreflang="fr" rel="alternate">Français</a>' in translated
    assert '<a href="/fr" lang="fr" hreflang="fr">Français</a>' in alone
    # Of German there is no home page to lead to.
    assert "Deutsch" not in alone


def test_templates_keep_the_locale_of_prismic_and_have_the_code_beside_it(
    site: Callable[[str], BuiltSite],
) -> None:
    built = site(
        SITE
        + """
        -- templates/post.html --
        {{ page.lang }} {{ page.language.code }} {{ doc.lang }} {{ site.language("fr-fr").code }}
        {%- for each in doc.alternates %} {{ each.language.code }}{{ each|link_tag("x") }}
        {%- endfor %}
        {{- site.languages|map(attribute="code")|join(",") }}
        """
    )
    assert built.text("/fr/blog/b") == (
        'fr-fr fr fr-fr fr en<a href="/en/blog/a" hreflang="en">x</a>en,fr,de-de'
    )


def test_markdown_pages_name_their_language_by_either(site: Callable[[str], BuiltSite]) -> None:
    built = site(
        SITE
        + """
        -- pages/un.md --
        ---
        lang: fr
        ---
        un
        -- pages/deux.md --
        ---
        lang: fr-fr
        ---
        deux
        """
    )
    assert '<html lang="fr">' in built.text("/un/")
    assert '<html lang="fr">' in built.text("/deux/")


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({"fr-fr": "fr", "fr-ca": "FR"}, "'fr-fr' and 'fr-ca' are both 'FR'", "of its own"),
        ({"fr-fr": "fr/x"}, "no code of a language", "lang attributes"),
        ({"fr-fr": ""}, "no code of a language", "'pt-br'"),
        ({"fr-fr": 3}, "was given", "locales to what they are in URLs"),
        (["fr"], "was given", "locales to what they are in URLs"),
        ({"fr-fa": "fr"}, "the repository has no language 'fr-fa'", "did you mean 'fr-fr'?"),
        ({"fr-fr": "de-de"}, "'fr-fr' and 'de-de' are both 'de-de'", "give 'de-de' a code"),
    ],
)
def test_languages_that_can_not_be_are_refused(
    unbuilt: Callable[[str], BuiltSite], given: object, said: str, hint: str
) -> None:
    text = SITE.replace('{"en-us": "en", "fr-fr": "fr"}', repr(given))
    with pytest.raises((ConfigurationError, BuildFailed)) as refused:
        unbuilt(text).build()
    assert said in str(refused.value)
    assert hint in str(refused.value.hint)


def test_the_missing_page_says_so_once_in_every_language_that_has_words(site):
    names = {"en-us": "English (US)", "en-gb": "English (UK)", "fr-fr": "French", "ar-sa": "Arabic"}
    told = ", ".join(f'{{"id": "{id_}", "name": "{name}"}}' for id_, name in names.items())
    homes = "".join(
        f'-- content/{lang}.json --\n{{"type": "home", "lang": "{lang}", "data": {{"t": "x"}}}}\n'
        for lang in names
    )
    configuration = (
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
        "site = Site(repository='./content', languages={'fr-fr': 'fr'},"
        " routes=[Route('home', '/:lang?')])\n"
    )
    missing = site(
        f'{configuration}-- content/repository.json --\n{{"languages": [{told}]}}\n{homes}'
    ).text("404.html")
    assert missing.count("There is no page at this address.") == 1
    assert missing.count("Il n’y a pas de page à cette adresse.") == 1
    assert re.findall(r'<section class="missing" lang="(.*?)">', missing) == ["en-us", "fr"]
    main = missing.partition("<main")[2]
    assert re.findall(r'<a href="([^"#]*)">To the home page</a>', main) == [
        "/",
        "/en-gb",
        "/ar-sa",
    ]
    assert '(<span lang="en-gb">English (UK)</span>)' in main


def test_words_of_the_theme_are_marked_as_english_where_a_language_has_none(site):
    homes = "".join(
        f'-- content/{lang}.json --\n{{"type": "home", "lang": "{lang}", "data": {{"t": "x"}}}}\n'
        for lang in ("fr-fr", "ar-sa")
    )
    built = site(
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
        "site = Site(repository='./content', routes=[Route('home', '/:lang')])\n"
        '-- content/repository.json --\n{"languages": [{"id": "fr-fr"}, {"id": "ar-sa"}]}\n'
        f"{homes}"
    )
    assert '<a class="skip" href="#main" lang="en">Skip to the text</a>' in built.text("/ar-sa")
    assert '<a class="skip" href="#main">Aller au texte</a>' in built.text("/fr-fr")


def test_a_page_that_is_of_no_language_is_of_the_master_locale(site: Callable[..., BuiltSite]):
    shown = "{{ page.lang }} {{ site.query()|map(attribute='uid')|join(' ') }}"
    built = site(f"""
    -- content/repository.json --
    {{"languages": [{{"id": "nl-nl", "name": "Dutch"}}, {{"id": "en-us", "name": "English"}}]}}
    -- content/a.json --
    {{"type": "post", "uid": "a", "lang": "nl-nl"}}
    -- content/b.json --
    {{"type": "post", "uid": "b", "lang": "en-us"}}
    -- templates/pages/404.html --
    {shown}
    -- templates/pages/posts.txt --
    {shown}
    -- templates/markdown.html --
    {shown}
    -- pages/note.md --
    A note.
    """)
    for path in ("/404.html", "/posts.txt", "/note"):
        assert built.text(path).strip() == "nl-nl a"


def test_the_navigation_of_a_language_reaches_no_page_of_another(site: Callable[..., BuiltSite]):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[
        Route("home", "/:lang?/"), Route("team", "/:lang?/team/"),
        Route("terms", "/:lang?/terms/")])
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}],
     "types": {"home": "Home", "team": "Team", "terms": "Terms"}}
    -- templates/home.html --
    {{ site.navigation()|map(attribute="url")|join(" ") }}
    -- templates/pages/404.html --
    Not found
    -- templates/team.html --
    {{ doc.lang }}
    -- templates/terms.html --
    {{ doc.lang }}
    -- content/home.json --
    {"type": "home"}
    -- content/team.json --
    {"type": "team"}
    -- content/accueil.json --
    {"type": "home", "lang": "fr-fr"}
    -- content/equipe.json --
    {"type": "team", "lang": "fr-fr"}
    """)
    assert built.text("/fr-fr/") == "/fr-fr/ /fr-fr/team/"
    built.write("content/mentions.json", '{"type": "terms", "lang": "fr-fr"}')
    assert built.build().rendered == {"/fr-fr/", "/fr-fr/terms/"}
    assert built.text("/fr-fr/") == "/fr-fr/ /fr-fr/team/ /fr-fr/terms/"
