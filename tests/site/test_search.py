"""`Site(search=True)`: an index by Pagefind, and a page of the theme that shows what it finds."""

import gzip
import json
import sys
from base64 import b64encode

import pytest
from site_harness import BuiltSite

from prismic_ssg import ConfigurationError, OutputError

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", base_url="https://example.org/docs", search=True,
            routes=[Route("post", "/:lang?/:uid/")])
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "Français"},
 {"id": "de-de", "name": "Deutsch"}]}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "Looms", "body": [
 {"type": "paragraph", "text": "Ash and maple.", "spans": []}]}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "Dyes", "body": [
 {"type": "paragraph", "text": "Madder & weld.", "spans": []}]}}
-- content/c.json --
{"type": "post", "uid": "c", "lang": "fr-fr", "data": {"title": "Métiers"}}
"""


def index(built: BuiltSite) -> dict[str, bytes]:
    return {name: text for name, text in built.files.items() if name.startswith("pagefind/")}


def fragments(built: BuiltSite) -> list[bytes]:
    """What the index has of each page, as JSON."""
    return [
        gzip.decompress(content).removeprefix(b"pagefind_dcd")
        for name, content in index(built).items()
        if "fragment/" in name
    ]


@pytest.mark.slow
def test_a_site_has_an_index_of_its_pages(site):
    built = site(SITE)
    entry = json.loads(built.files["pagefind/pagefind-entry.json"])
    counts = {lang: told["page_count"] for lang, told in entry["languages"].items()}
    assert counts == {"en-us": 2, "fr-fr": 1}
    assert "pagefind/pagefind.js" in built.files
    assert not [name for name in built.files if "-ui." in name]
    assert "/docs/pagefind/fragment/*\n  Cache-Control" in built.text("/_headers")


@pytest.mark.slow
def test_what_is_around_the_text_of_a_page_is_not_found(site):
    built = site(
        SITE
        + """
-- templates/post.html --
<!doctype html><html lang="en"><head><title>t</title></head><body><a href="#main">skip it</a>
<header>Marrow Lane</header><main id="main"><header>Within</header><p>{{ doc.title }}</p></main>
<footer>Below</footer></body></html>
"""
    )
    found = [json.loads(text)["content"] for text in fragments(built)]
    assert sorted(found) == ["Within Dyes.", "Within Looms.", "Within Métiers."]


@pytest.mark.slow
@pytest.mark.parametrize("minify", [False, True])
def test_a_title_is_found_as_it_reads(site, minify):
    """With `&` and `<` in it, also where a page writes the first as it is, as minified ones do."""
    built = site(
        SITE.replace("search=True", f"search=True, minify={minify}")
        + """
-- content/d.json --
{"type": "post", "uid": "d", "data": {"title": "Wool & <silk> &lt; &copy linen"}}
-- pages/plain.html.md --
---
title: Plain
---
<h1>Ash & &lt;maple&gt; &mdash; <a href="?a=1&copy=2">R&D &#38; &nosuch;</a></h1>
"""
    )
    titles = {json.loads(text)["meta"]["title"] for text in fragments(built)}
    assert "Wool & <silk> &lt; &copy linen" in titles
    assert "Ash & <maple> — R&D & &nosuch;" in titles


@pytest.mark.slow
def test_each_language_with_pages_has_a_search_and_pages_lead_to_it(site):
    built = site(SITE)
    assert '<form class="search" role="search" action="/docs/search/"' in built.text("/a/")
    assert 'action="/docs/fr-fr/search/"' in built.text("/fr-fr/c/")
    search = built.text("/fr-fr/search/")
    assert "<title>Rechercher" in search
    assert 'data-pagefind="/docs/pagefind/pagefind.js"' in search
    assert "<noscript><p>La recherche a besoin de JavaScript." in search
    assert 'href="https://example.org/docs/search/"' in search
    assert search.count('hreflang="fr-fr"') == 1
    assert not (built.dist / "de-de").exists()
    assert "search" not in built.text("/sitemap.xml")


@pytest.mark.slow
def test_a_language_in_which_everything_stands_in_has_no_search(site):
    routes = 'routes=[Route("post", "/:lang?/:uid/")]'
    built = site(SITE.replace(routes, routes + ', fallback={"de-de": "en-us"}'))
    assert "Looms" in built.text("/de-de/a/")
    assert not (built.dist / "de-de/search").exists()
    assert 'role="search"' not in built.text("/de-de/a/")


@pytest.mark.slow
def test_the_index_is_made_again_only_where_a_page_has_changed(site, monkeypatch):
    built = site(SITE)
    before = index(built)
    monkeypatch.setitem(sys.modules, "pagefind.service", None)
    built.write("static/more.txt", "more")
    built.build()
    assert index(built) == before
    monkeypatch.undo()
    built.edit("a", title="Great looms")
    after = index(built)
    assert after != before
    assert len([name for name in after if "fragment/" in name]) == 3
    assert built.from_scratch() == built.files


@pytest.mark.slow
def test_a_file_of_the_index_that_is_missing_comes_back(site):
    built = site(SITE)
    before = index(built)
    (built.dist / min(before)).unlink()
    built.build()
    assert index(built) == before


@pytest.mark.slow
def test_a_search_names_those_of_languages_that_come_later(site):
    built = site(SITE)
    built.write("content/d.json", '{"type": "post", "uid": "d", "lang": "de-de"}')
    built.build()
    assert 'hreflang="de-de" href="https://example.org/docs/de-de/search/"' in built.text(
        "/search/"
    )
    assert built.from_scratch() == built.files


@pytest.mark.slow
def test_the_index_goes_with_the_option(site):
    built = site(SITE)
    path = built.folder / "prismicio.py"
    path.write_text(path.read_text().replace("search=True", "search=False"))
    built.build()
    assert index(built) == {}
    assert not (built.dist / "search").exists()
    assert "search" not in built.text("/a/")


def test_without_pagefind_it_says_what_to_install(site, monkeypatch):
    monkeypatch.setitem(sys.modules, "pagefind.service", None)
    with pytest.raises(ConfigurationError, match="which is not installed") as caught:
        site(SITE)
    assert 'pip install "prismic-ssg[search]"' in caught.value.hint


def program(built: BuiltSite, text: str) -> str:
    """A program in the place of Pagefind's."""
    path = built.folder / "pagefind"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_the_program_of_pagefind_it_says_what_to_install(unbuilt, monkeypatch):
    monkeypatch.setattr("pagefind.service.get_executable", lambda: None)
    with pytest.raises(ConfigurationError, match="needs the program of pagefind") as caught:
        unbuilt(SITE).build()
    assert 'pip install "prismic-ssg[search]"' in caught.value.hint


NEW = b64encode(b'{"payload": {"type": "NewIndex", "index_id": 1}}').decode()
ERROR = b64encode(b'{"payload": {"type": "Error", "message": "no room"}}').decode()


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell's")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"head -c 1 > /dev/null; exec <&-; printf '{NEW},'", "Broken pipe"),
        ("head -c 1 > /dev/null", "it ended before it had answered"),
        (f"printf '{ERROR},'; cat > /dev/null", "no room"),
    ],
)
def test_a_pagefind_that_fails_is_an_error_and_changes_no_file(site, monkeypatch, text, said):
    built = site(SITE.replace("search=True,", ""))
    before = built.files
    path = built.folder / "prismicio.py"
    path.write_text(path.read_text().replace("site = Site(", "site = Site(search=True, "))
    executable = program(built, text)
    monkeypatch.setattr("pagefind.service.get_executable", lambda: executable)
    with pytest.raises(OutputError, match=f"could not make the search index: .*{said}"):
        built.build()
    assert built.files == before


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell's")
@pytest.mark.parametrize("answered", ["", f"head -c 1 > /dev/null; printf '{NEW},';"])
def test_a_pagefind_that_never_answers_is_not_waited_for_without_an_end(
    unbuilt, monkeypatch, answered
):
    """As where the system has no thread left for it."""
    built = unbuilt(SITE)
    executable = program(built, f"{answered} exec sleep 600")
    monkeypatch.setattr("pagefind.service.get_executable", lambda: executable)
    monkeypatch.setattr("prismic_ssg.publishing.search_index._DONE_WITHIN_S", 0.3)
    with pytest.raises(OutputError, match="it was not done within 0 s"):
        built.build()


@pytest.mark.slow
def test_a_page_of_the_site_at_that_place_stays(site):
    built = site(SITE + "-- templates/pages/search/index.html --\nmine\n")
    assert built.text("/search/") == "mine"
    assert index(built)


@pytest.mark.slow
def test_a_base_template_of_ones_own_need_not_name_the_site(site):
    base = "\n-- templates/base.html --\n<title>{% block title %}{% endblock %}</title>"
    built = site(
        f"{SITE}{base}{{% block head %}}{{% endblock %}}{{% block main %}}{{% endblock %}}\n"
    )
    assert "<title>Search</title>" in built.text("/search/")
