"""Which pages a site has, where they are, and which template shows them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from prismic_ssg import ConfigurationError, OutputError

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


@pytest.mark.parametrize(
    ("uid", "said"),
    [
        ("a\\\\b", "has a character that can't be in it"),
        ("é" * 121, "has a part of over 240 bytes"),
    ],
)
def test_a_uid_that_is_no_name_of_a_file_is_refused(unbuilt, uid, said):
    made = unbuilt(f"""
    -- content/a.json --
    {{"type": "page", "uid": "{uid}"}}
    """)
    assert said in made.failure().problems[0].message
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


def test_a_route_ending_in_any_other_text_is_a_page_in_a_folder(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("team", "/:uid/people")])
    -- templates/team.html --
    {{ doc.url }}
    -- content/a.json --
    {"type": "team", "uid": "sales"}
    """)
    assert built.files["sales/people/index.html"].strip() == b"/sales/people"


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


@pytest.mark.parametrize("name", ["robots.txt", "404.html"])
def test_a_static_file_is_published_in_place_of_the_page_that_the_theme_has(site, name):
    built = site(f"-- static/{name} --\nmine\n-- templates/page.html --\n{{{{ doc.uid }}}}")
    assert built.files[name] == b"mine"
    (built.folder / "static" / name).unlink()
    built.build()
    assert b"mine" not in built.files[name]
    built.write(f"static/{name}", "again")
    built.build()
    assert built.files[name] == b"again"
    assert built.from_scratch() == built.files


def test_a_static_file_and_a_page_of_the_sites_own_can_not_have_one_name(unbuilt):
    built = unbuilt("-- static/robots.txt --\na\n-- templates/pages/robots.txt --\nb")
    (problem,) = built.failure().problems
    assert "templates/pages/robots.txt and the static file 'robots.txt' have one" in str(problem)


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


OWN = """
-- prismicio.py --
from prismic_ssg import Site
site = Site(repository="./content", base_url="https://a.example", search=True, images="download",
            redirects_as=["_redirects", "nginx", "html"], redirects={"/old.xml": "/a"})
-- content/a.json --
{"type": "page", "uid": "a"}
"""


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("static/sitemap.xml/x", "the site map is the file 'sitemap.xml', in which the static fil"),
        ("static/_redirects/x", "the list of redirects is the file '_redirects', in which the sta"),
        ("static/_redirects.nginx/a/x", "for nginx is the file '_redirects.nginx', in which the s"),
        ("static/_headers/x", "the list of headers is the file '_headers', in which the static f"),
        ("pages/sitemap.xml/x.md", "'sitemap.xml', in which pages/sitemap.xml/x.md would lie"),
        ("templates/pages/_headers/x", "'_headers', in which templates/pages/_headers/x would lie"),
        ("static/pagefind", "the static file 'pagefind' is a file, in which the search index"),
        ("templates/pages/images", "templates/pages/images is the file 'images', in which the i"),
    ],
)  # fmt: skip
def test_what_lies_where_a_file_of_the_build_is_to_be_is_an_error(unbuilt, file, said):
    built = unbuilt(OWN)
    built.build()
    before = built.files
    built.write(file, "x")
    (problem,) = built.failure().problems
    assert said in problem.message
    assert problem.hint in ("give that folder another name", "give that file another name")
    assert built.files == before


@pytest.mark.parametrize("uid", ["sitemap.xml", "_redirects", "_redirects.nginx", "_headers"])
def test_no_uid_takes_the_place_of_a_file_of_the_build(unbuilt, uid):
    built = unbuilt(OWN.replace("search=True, ", ""))
    built.write("content/b.json", json.dumps({"type": "page", "uid": uid}))
    (problem,) = built.failure().problems
    assert f"is the file {uid!r}, in which document 'b' (page {uid!r}, en-us) would lie" in str(
        problem
    )
    assert problem.document_id == "b"
    assert problem.hint == "change its UID, or the route"


def test_a_file_that_would_be_a_folder_of_the_index_is_told(unbuilt):
    """What the index is made of is known by Pagefind alone."""
    built = unbuilt(OWN)
    built.write("static/pagefind/pagefind.js/x", "x")
    with pytest.raises(OutputError) as refused:
        built.build()
    assert "pagefind/pagefind.js" in str(refused.value)
    assert refused.value.hint == "a file and a folder of one name: rename or remove one of them"
    assert not built.dist.exists()


def test_a_folder_may_be_called_as_a_file_that_the_build_does_not_make(site):
    built = site("-- static/sitemap.xml/x --\nx\n-- static/pagefind --\nx\n-- static/images --\nx")
    assert built.text("/sitemap.xml/x") == "x"


def test_the_site_map_is_not_redirected_and_stays(site):
    built = site(OWN.replace("/old.xml", "/sitemap.xml"))
    assert built.text("/sitemap.xml").startswith("<?xml")
    (warning,) = built.report.warnings
    assert "'/sitemap.xml' is a page of the site, so it is not redirected" in warning.message


def test_no_page_for_a_redirect_lies_in_a_file_of_the_build(site):
    built = site(OWN.replace("/old.xml", "/_headers/old"))
    assert "immutable" in built.text("/_headers")
    (warning,) = built.report.warnings
    assert "no page can stand for the redirect from '/_headers/old'" in warning.message


@pytest.mark.parametrize("name", [".prismic-ssg-output", ".prismic-ssg-staging"])
def test_what_is_in_the_way_of_the_list_of_files_is_told(unbuilt, name):
    built = unbuilt(OWN)
    if name.endswith("output"):
        (built.dist / name / "mine").mkdir(parents=True)
    else:
        built.write(f"dist/{name}", "mine")
    with pytest.raises(OutputError) as refused:
        built.build()
    assert f"{name!r} is in the way, and prismic-ssg did not write it" in str(refused.value)
    assert refused.value.hint == "move it out of the output folder"
    assert [path.name for path in built.dist.iterdir()] == [name]


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
