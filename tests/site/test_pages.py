"""Which pages a site has, where they are, and which template shows them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from prismic_ssg import ConfigurationError

POST = "-- templates/post.html --\n{{ doc.data.title }}\n"


def test_a_document_is_where_its_route_says(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("post", "/blog/:uid/")])
    -- templates/post.html --
    {{ doc.data.title }} at {{ doc.url }}
    -- content/a.json --
    {"type": "post", "uid": "spring", "data": {"title": "Spring"}}
    """)
    assert built.text("/blog/spring/") == "Spring at /blog/spring/"


def test_a_template_for_one_uid_wins_over_that_of_the_type(site):
    built = site("""
    -- templates/post.html --
    any post
    -- templates/post-b.html --
    that post
    -- content/a.json --
    {"type": "post", "uid": "a"}
    -- content/b.json --
    {"type": "post", "uid": "b"}
    """)
    assert (built.text("/post/a"), built.text("/post/b")) == ("any post", "that post")


def test_documents_without_a_url_are_counted(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("post", "/:uid")])
    -- content/a.json --
    {"type": "post", "uid": "a"}
    -- content/b.json --
    {"type": "author", "uid": "b"}
    """)
    assert built.report.documents_without_url == {"author": 1}


def test_two_documents_with_one_url_are_an_error_that_names_both(unbuilt):
    failure = unbuilt("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("post", "/same")])
    -- content/a.json --
    {"type": "post", "uid": "a"}
    -- content/b.json --
    {"type": "post", "uid": "b"}
    """).failure()
    (problem,) = failure.problems
    assert "'a'" in problem.message
    assert "'b'" in problem.message


def test_a_uid_can_not_lead_out_of_the_output_folder(unbuilt):
    made = unbuilt("""
    -- content/a.json --
    {"type": "page", "uid": "../../escaped"}
    """)
    failure = made.failure()
    assert "'..'" in failure.problems[0].message
    assert not made.dist.exists()


def test_a_route_ending_in_an_extension_is_a_file(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("post", "/feeds/:uid.xml")])
    -- templates/post.html --
    {{ doc.uid }}
    -- content/a.json --
    {"type": "post", "uid": "a"}
    """)
    assert built.files["feeds/a.xml"].strip() == b"a"


def test_a_uid_with_a_dot_is_still_a_page(site):
    built = site("""
    -- templates/page.html --
    {{ doc.uid }}
    -- content/a.json --
    {"type": "page", "uid": "node.js"}
    """)
    assert built.files["node.js/index.html"].strip() == b"node.js"


def test_a_page_is_called_as_its_document_is(site):
    built = site("""
    -- templates/page.html --
    <title>{{ page.title }}</title>
    -- content/a.json --
    {"type": "page", "uid": "a", "data": {"title": "A & B"}}
    """)
    assert built.text("/a") == "<title>A &amp; B</title>"
    assert built.edit("a", title="C").rendered == {"/a"}
    assert built.text("/a") == "<title>C</title>"


def test_a_markdown_page_is_where_its_file_is(site):
    built = site("""
    -- templates/markdown.html --
    {{ page.title }}: {{ content }}
    -- pages/about/team.md --
    ---
    title: The team
    ---
    *We* are few.
    """)
    assert built.text("/about/team/") == "The team: <p><em>We</em> are few.</p>"


def test_a_file_in_templates_pages_is_a_page_as_it_is_named(site):
    built = site("""
    -- templates/pages/robots.txt --
    Disallow: /a&b
    -- templates/pages/search/index.html --
    search at {{ page.url }}
    """)
    assert built.files["robots.txt"] == b"Disallow: /a&b"
    assert built.text("/search/") == "search at /search/"


def test_a_static_file_is_published_as_it_is(site):
    built = site("""
    -- static/fonts/a.css --
    body {}
    """)
    assert built.files["fonts/a.css"] == b"body {}"


def test_a_static_file_in_the_place_of_a_page_is_an_error(unbuilt):
    failure = unbuilt("""
    -- static/a/index.html --
    file
    -- content/a.json --
    {"type": "page", "uid": "a"}
    """).failure()
    assert "static file 'a/index.html'" in failure.problems[0].message


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize("name", [b"caf\xe9.pdf", b"two\nlines.txt"])
def test_a_static_file_whose_name_is_no_text_of_one_line_is_an_error(unbuilt, name):
    built = unbuilt("-- static/a.txt --\na")
    Path(os.fsdecode(bytes(built.folder / "static") + b"/" + name)).write_text("x")
    with pytest.raises(ConfigurationError, match="can't be published by this name"):
        built.build()


def test_an_output_that_was_copied_into_the_static_files_brings_no_list_along(site):
    built = site("-- static/a.txt --\na")
    shutil.copytree(built.dist, built.folder / "static/before")
    built.write("static/before/.prismic-ssg-staging/b.txt", "b")
    built.write("static/.prismic-ssg-changed", "b")
    built.build()
    assert built.files["before/a.txt"] == b"a"
    assert not [name for name in built.files if ".prismic-ssg" in name]


@pytest.mark.parametrize(
    ("static", "said"),
    [
        ("a/b", "the static file 'a/b' is a file, in which document 'b' (page 'b', en-us) would"),
        ("a", "the static file 'a' is a file, in which document 'b' (page 'b', en-us) would lie"),
        ("x.xml/y", "templates/pages/x.xml is the file 'x.xml', in which the static file"),
    ],
)
def test_a_static_file_that_would_be_the_folder_of_a_page_is_an_error(unbuilt, static, said):
    built = unbuilt("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("page", "/a/:uid")])
    -- templates/pages/x.xml --
    -- content/b.json --
    {"type": "page", "uid": "b"}
    """)
    built.build()
    before = built.files
    built.write(f"static/{static}", "file")
    (problem,) = built.failure().problems
    assert said in problem.message
    assert built.files == before


def test_an_asset_has_the_hash_of_its_content_in_its_name(site):
    built = site("""
    -- static/site.css --
    body {}
    -- templates/pages/index.html --
    {{ asset("site.css") }}
    """)
    url = built.text("/")
    assert url.startswith("/site.")
    assert built.files[url.lstrip("/")] == b"body {}"


def test_an_unknown_asset_is_an_error_with_a_suggestion(unbuilt):
    failure = unbuilt("""
    -- static/site.css --
    body {}
    -- templates/pages/index.html --

    {{ asset("site.cs") }}
    """).failure()
    (problem,) = failure.problems
    assert (problem.template, problem.line) == ("templates/pages/index.html", 2)
    assert problem.hint == "did you mean 'site.css'?"


def test_a_base_url_with_a_path_is_in_front_of_every_url(site):
    built = site(
        """
    -- static/site.css --
    body {}
    -- templates/page.html --
    {{ page.url }} {{ page.path }} {{ asset("site.css")[:11] }} {{ doc.data.link|as_link }}
    -- content/a.json --
    {"type": "page", "uid": "a",
     "data": {"link": {"link_type": "Document", "id": "a", "type": "page"}}}
    """,
        base_url="https://example.org/docs/",
    )
    assert built.text("/a") == "/docs/a /a /docs/site. /docs/a"


def test_the_sitemap_has_every_page_with_its_translations(site):
    built = site(
        """
    -- content/repository.json --
    {"languages": [{"id": "en-us", "is_master": true}, {"id": "fr-fr"}]}
    -- content/a.json --
    {"type": "page", "uid": "a", "last_publication_date": "2026-03-02T09:15:00+0000",
     "alternate_languages": [{"id": "b", "type": "page", "lang": "fr-fr", "uid": "b"}]}
    -- content/b.json --
    {"type": "page", "uid": "b", "lang": "fr-fr",
     "alternate_languages": [{"id": "a", "type": "page", "lang": "en-us", "uid": "a"}]}
    """,
        base_url="https://example.org",
    )
    sitemap = built.text("/sitemap.xml")
    assert "<loc>https://example.org/a</loc><lastmod>2026-03-02T09:15:00+00:00</lastmod>" in sitemap
    assert 'hreflang="fr-fr" href="https://example.org/fr-fr/b"' in sitemap
    assert 'hreflang="x-default" href="https://example.org/a"' in sitemap


def test_without_a_base_url_there_is_no_sitemap_and_a_note_says_so(site):
    built = site('-- content/a.json --\n{"type": "page", "uid": "a"}')
    assert "sitemap.xml" not in built.files
    assert any("sitemap.xml" in note for note in built.report.notes)
