"""A build renders what a change reaches, and nothing else: the exact set of pages, case by case."""

import os
import shutil
from datetime import date
from html import unescape

import pytest
from msgspec.structs import replace

from prismic_ssg import ConfigurationError
from prismic_ssg.building.left_files import LeftFiles
from prismic_ssg.building.standing import state_file
from prismic_ssg.engine.page import Page, UrlPath
from prismic_ssg.engine.sitemap import sitemap_files
from prismic_ssg.store.snapshots import SnapshotStore
from prismic_ssg.store.state import BuildState

BLOG = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content",
    routes=[Route("post", "/:uid/"), Route("author", "/by/:uid/"), Route("home", "/")],
    listings=[Listing("/tag/:tag/", template="tag.html", by="tags")],
)
-- templates/base.html --
<a href="{{ asset("style.css") }}"></a>{% block main %}{% endblock %}
-- templates/post.html --
{% extends "base.html" %}{% block main %}
{{ doc.data.title }}|{{ doc.data.body|as_html }}|{{ slice_zone(doc.data.slices) }}
{% for latest in site.query(type="post", orderings="my.post.date desc", limit=2) %}
{{ latest.data.title }}{% endfor %}
{% set author = site.resolve(doc.data.author) %}{% if author %}{{ author.data.name }}{% endif %}
{{ doc.data.author|as_link }}{% endblock %}
-- templates/author.html --
{{ doc.data.name }}
-- templates/home.html --
{{ site.today.year }}{% for doc in site.query(type="author") %}{{ doc.url }}{% endfor %}
-- templates/tag.html --
{{ page.value }}:{% for doc in page.documents %}{{ doc.data.title }}{% endfor %}
-- static/style.css --
a {}
-- content/repository.json --
{"types": {"home": "Home", "author": "Author", "post": "Post"}}
-- content/home.json --
{"type": "home"}
-- content/ada.json --
{"type": "author", "uid": "ada", "data": {"name": "Ada", "bio": "secret"}}
-- content/a.json --
{"type": "post", "uid": "a", "tags": ["x"], "data": {"title": "A", "date": "2026-01-01",
 "author": {"link_type": "Document", "id": "ada", "type": "author", "uid": "ada"}}}
-- content/b.json --
{"type": "post", "uid": "b", "tags": ["x"], "data": {"title": "B", "date": "2026-01-02"}}
-- content/c.json --
{"type": "post", "uid": "c", "tags": ["y"], "data": {"title": "C", "date": "2026-01-03"}}
"""

POSTS = {"/a/", "/b/", "/c/"}
PAGES = POSTS | {"/", "/by/ada/", "/tag/x/", "/tag/y/", "/404.html", "/robots.txt"}


@pytest.fixture
def blog(unbuilt):
    made = unbuilt(BLOG)
    made.options["today"] = date(2026, 5, 1)
    made.first = made.build()
    return made


def rendered(built, **options):
    """The pages that a build renders; what it leaves must be what one from nothing makes."""
    report = built.build(**options)
    assert built.from_scratch(**options) == built.files
    return report.rendered


def test_a_build_with_nothing_to_do_renders_nothing(blog):
    before = {path: path.stat().st_mtime_ns for path in blog.dist.rglob("*")}
    report = blog.build()
    assert report.rendered == set()
    assert (report.pages, report.unchanged, report.written) == (9, blog.first.written, 0)
    assert {path: path.stat().st_mtime_ns for path in blog.dist.rglob("*")} == before


def test_a_document_that_is_printed_as_it_is_is_read(site):
    built = site("""
    -- templates/page.html --
    {{ site.query(type="tag") }} {{ site.get("t") }}
    -- content/a.json --
    {"type": "page", "uid": "a"}
    -- content/t.json --
    {"type": "tag", "uid": "one"}
    """)
    built.write("content/t.json", '{"type": "tag", "uid": "two"}')
    built.build()
    document = "<Document tag 'two' en-us t>"
    assert unescape(built.text("/a")) == f"[{document}] {document}"


def test_an_old_posts_title_is_on_its_own_page_and_in_its_listing(blog):
    blog.edit("a", title="A new one")
    assert blog.report.rendered == {"/a/", "/tag/x/"}


def test_a_title_that_every_post_shows_is_on_every_post(blog):
    blog.edit("c", title="The latest")
    assert blog.report.rendered == {*POSTS, "/tag/y/"}


def test_a_body_is_on_its_own_page_though_others_show_the_title(blog):
    blog.edit("c", body=[{"type": "paragraph", "text": "new", "spans": []}])
    assert blog.report.rendered == {"/c/"}


def test_a_field_that_no_template_reads_is_on_no_page(blog):
    blog.edit("ada", bio="another")
    assert blog.report.rendered == set()


def test_an_authors_name_is_where_it_is_printed(blog):
    blog.edit("ada", name="Ada L.")
    assert blog.report.rendered == {"/by/ada/", "/a/"}


def test_a_date_that_moves_a_post_changes_who_lists_it(blog):
    blog.edit("a", date="2026-02-01")
    assert blog.report.rendered == POSTS


def test_a_new_uid_moves_the_page_and_every_link_to_it(blog):
    blog.write("content/ada.json", '{"type": "author", "uid": "lady", "data": {"name": "Ada"}}')
    assert rendered(blog) == {"/by/lady/", "/a/", "/"}
    assert "by/ada/index.html" not in blog.files
    assert "/by/lady/" in blog.text("/a/")


def test_a_new_uid_reaches_no_more_after_an_edit_that_moved_nothing(blog):
    blog.edit("c", title="New")
    path = blog.folder / "content/documents/b.json"
    path.write_text(path.read_text().replace('"uid": "b"', '"uid": "d"'))
    assert rendered(blog) == {"/d/"}


def test_an_unpublished_author_leaves_the_pages_that_named_it(blog):
    (blog.folder / "content/documents/ada.json").unlink()
    assert rendered(blog) == {"/a/", "/"}


def test_two_documents_swap_their_uids(blog):
    for name, uid in (("a", "b"), ("b", "a")):
        path = blog.folder / f"content/documents/{name}.json"
        path.write_text(path.read_text().replace(f'"uid": "{name}"', f'"uid": "{uid}"', 1))
    assert rendered(blog) == {"/a/", "/b/"}


def test_a_slice_template_that_was_missing_is_used_where_the_slice_is(blog):
    blog.edit("a", slices=[{"slice_type": "quote", "variation": "default", "primary": {}}])
    blog.write("templates/slices/quote.html", "a quote")
    assert rendered(blog) == {"/a/"}
    assert "a quote" in blog.text("/a/")


def test_a_template_for_rich_text_reaches_pages_with_rich_text(blog):
    blog.edit("a", body=[{"type": "paragraph", "text": "new", "spans": []}])
    blog.write("templates/rich_text/paragraph.html", "<p class=x>{{ children }}</p>")
    assert rendered(blog) == POSTS
    assert "<p class=x>new</p>" in blog.text("/a/")


def test_a_template_reaches_the_pages_that_extend_it(blog):
    blog.write("templates/base.html", "{% block main %}{% endblock %}")
    assert rendered(blog) == POSTS | {"/404.html"}
    assert not [name for name in blog.files if name.startswith("style.") and name != "style.css"]


def test_a_comment_in_a_template_writes_no_file(blog):
    path = blog.folder / "templates/author.html"
    path.write_text(path.read_text() + "{# for later #}")
    report = blog.build()
    assert (report.rendered, report.written) == ({"/by/ada/"}, 0)


def test_a_static_file_reaches_the_pages_that_name_its_hash(blog):
    blog.write("static/style.css", "b {}")
    assert rendered(blog) == POSTS | {"/404.html"}


def test_a_new_day_reaches_the_pages_that_print_it(blog):
    assert blog.build(today=date(2027, 1, 1)).rendered == {"/"}
    assert blog.text("/").startswith("2027")


def test_a_new_day_reaches_pages_also_after_a_build_that_left_them_alone(blog):
    assert "/" not in blog.edit("c", title="New").rendered
    assert blog.build(today=date(2027, 1, 1)).rendered == {"/"}


def test_configuration_reaches_every_page(blog):
    path = blog.folder / "prismicio.py"
    path.write_text(path.read_text() + "# changed\n")
    assert rendered(blog) == PAGES


def test_a_module_that_the_configuration_imports_reaches_every_page(blog):
    path = blog.folder / "prismicio.py"
    path.write_text("import ours\n" + path.read_text())
    blog.write("ours.py", "x = 1")
    blog.build()
    blog.write("ours.py", "x = 2")
    assert rendered(blog) == PAGES


def test_the_environment_that_configuration_reads_reaches_every_page(blog, monkeypatch):
    path = blog.folder / "prismicio.py"
    text = path.read_text().replace(
        "site = Site(", 'import os\nsite = Site(base_url=os.environ["AT"],'
    )
    path.write_text(text)
    monkeypatch.setenv("AT", "https://one.example")
    blog.build()
    monkeypatch.setenv("AT", "https://two.example")
    assert rendered(blog) == PAGES
    assert b"https://two.example" in blog.files["sitemap.xml"]


def test_a_struct_that_configuration_makes_of_the_environment_reaches_every_page(blog, monkeypatch):
    path = blog.folder / "prismicio.py"
    text = path.read_text().replace(
        "site = Site(",
        "import os\nimport msgspec\n"
        "class Look(msgspec.Struct):\n    color: str\n"
        'site = Site(globals={"look": Look(os.environ["COLOR"])},',
    )
    path.write_text(text)
    blog.write("templates/author.html", "{{ look.color }}")
    monkeypatch.setenv("COLOR", "red")
    blog.build()
    monkeypatch.setenv("COLOR", "blue")
    assert rendered(blog) == PAGES
    assert blog.text("/by/ada/") == "blue"


def test_a_site_map_of_several_files_keeps_all_of_them(blog, monkeypatch):
    path = blog.folder / "prismicio.py"
    path.write_text(path.read_text().replace("Site(", 'Site(base_url="https://a.example",', 1))
    monkeypatch.setitem(sitemap_files.__kwdefaults__, "max_urls", 2)
    blog.build()
    assert "sitemap-2.xml" in blog.files
    for edit in ("templates/home.html", "templates/author.html"):
        blog.write(edit, "another")
        blog.build()
        assert blog.files == blog.from_scratch()


@pytest.mark.parametrize("name", ["static/sitemap-1.xml", "static/sitemap-1.xml/x.txt"])
def test_the_parts_of_a_site_map_leave_the_site_its_own_files(blog, monkeypatch, name):
    path = blog.folder / "prismicio.py"
    options = (
        'Site(base_url="https://a.example",redirects_as=["html"],redirects={"/sitemap-2.xml":"/"},'
    )
    path.write_text(path.read_text().replace("Site(", options, 1))
    monkeypatch.setitem(sitemap_files.__kwdefaults__, "max_urls", 2)
    blog.write(name, "mine")
    blog.build()
    assert blog.files[name.removeprefix("static/")] == b"mine"
    assert "sitemap-2.xml/index.html" in blog.files
    assert b"<loc>https://a.example/sitemap-3.xml</loc>" in blog.files["sitemap.xml"]
    assert b"<urlset" in blog.files["sitemap-3.xml"]


def test_a_type_that_the_repository_has_no_more_is_missed_though_no_document_changed(blog):
    blog.write("content/repository.json", '{"types": {"home": "Home", "author": "Author"}}')
    with pytest.raises(ConfigurationError, match="no type 'post'"):
        blog.build()


def test_a_file_that_was_deleted_from_the_output_is_rendered_again(blog):
    (blog.dist / "a/index.html").unlink()
    assert rendered(blog) == {"/a/"}


def test_a_file_that_was_changed_by_hand_is_rendered_again(blog):
    path = blog.dist / "a/index.html"
    path.write_bytes(path.read_bytes().replace(b"A", b"B"))
    assert rendered(blog) == {"/a/"}


def test_a_file_that_is_only_newer_is_left_alone(blog):
    os.utime(blog.dist / "a/index.html", ns=(1, 1))
    assert rendered(blog) == set()


def test_an_output_that_was_deleted_is_built_again(blog):
    shutil.rmtree(blog.dist)
    assert rendered(blog) == PAGES


def test_a_cache_that_was_deleted_renders_everything_and_writes_nothing(blog):
    shutil.rmtree(blog.folder / ".prismic-ssg")
    report = blog.build()
    assert (len(report.rendered), report.written) == (9, 0)


def test_a_damaged_state_renders_everything(blog):
    [state] = (blog.folder / ".prismic-ssg").glob("state-*.db")
    state.write_bytes(b"no database" * 1000)
    assert rendered(blog) == PAGES


def test_the_state_of_another_version_renders_everything(blog, monkeypatch):
    monkeypatch.setattr("prismic_ssg.store.state._VERSION", 99)
    assert rendered(blog) == PAGES


def test_names_that_an_import_works_out_are_read_by_every_page_that_imports_them(site):
    built = site("""
    -- templates/macros.html --
    {% set tagline = site.get_by_uid("page", "motto").data.text %}
    -- templates/page.html --
    {% import "macros.html" as m %}{{ m.tagline }}
    -- content/motto.json --
    {"type": "page", "uid": "motto", "data": {"text": "one"}}
    -- content/x.json --
    {"type": "page", "uid": "x"}
    """)
    built.edit("motto", text="two")
    assert {"/motto", "/x"} <= built.report.rendered
    assert built.text("/x") == "two"


def test_a_page_that_failed_is_rendered_once_it_is_mended(blog):
    blog.write("templates/author.html", "{{ nothing.there }}")
    blog.failure()
    blog.write("templates/author.html", "{{ doc.data.name }}!")
    assert rendered(blog) == {"/by/ada/"}


def test_warnings_of_pages_that_are_not_rendered_are_said_again(blog):
    blog.edit("b", author={"link_type": "Document", "id": "gone", "type": "author"})
    [said] = blog.report.warnings
    assert "'gone'" in said.message
    blog.edit("c", title="something else that reaches no body")
    assert [each.message for each in blog.report.warnings if "'gone'" in each.message]
    assert [each.message for each in blog.build().warnings if "'gone'" in each.message]


def test_the_report_says_why_each_page_was_rendered(blog):
    blog.edit("ada", name="Ada L.")
    assert blog.report.why["/a/"] == "field name of document 'ada' (author 'ada', en-us) changed"


@pytest.mark.parametrize("kept", [True, False])
def test_after_an_edit_that_moves_nothing_not_all_documents_are_read(blog, monkeypatch, *, kept):
    if not kept:
        monkeypatch.setattr("prismic_ssg.building.page_table.has_same_pages", lambda *_: False)
    loaded = []
    load = SnapshotStore.load

    def noted(self, place, **more):
        loaded.append(place.ref)
        return load(self, place, **more)

    monkeypatch.setattr(SnapshotStore, "load", noted)
    report = blog.edit("a", body=[{"type": "paragraph", "text": "more", "spans": []}])
    assert (report.rendered, bool(loaded)) == ({"/a/"}, not kept)
    assert report.documents == 5


ROWS = """
import gc
from prismic_ssg.store.state import PageRow

@site.filter
def rows(prefix):
    known = [each for each in gc.get_objects() if type(each) is PageRow]
    return sorted({row.path for row in known if row.path.startswith(prefix)})
"""


def test_what_is_known_of_a_page_is_let_go_of_before_any_is_rendered(unbuilt):
    # Of 100,000 pages that is 120 MB, and workers begin with a copy of what is there.
    text = BLOG.replace("-- templates/base.html --", f"{ROWS}-- templates/base.html --\nonly ")
    blog = unbuilt(text.replace('"uid": "', '"uid": "let-go-'))
    template = "{{ doc.data.title }}{{ '/let-go-'|rows }}"
    blog.write("templates/post.html", template)
    blog.build()
    assert "A[]" in blog.text("/let-go-a/")
    blog.edit("a", title="Other")
    assert blog.report.rendered == {"/let-go-a/", "/tag/x/"}
    assert "Other['/let-go-b/', '/let-go-c/']" in unescape(blog.text("/let-go-a/"))
    blog.write("templates/post.html", f"all {template}")
    assert blog.build().rendered == {"/let-go-a/", "/let-go-b/", "/let-go-c/"}
    assert blog.text("/let-go-c/") == "all C[]"


def test_how_a_file_was_left_is_known_of_pages_that_are_expected_and_of_others(blog):
    state = BuildState(state_file(blog.folder / ".prismic-ssg", blog.folder, blog.dist))
    page = Page(UrlPath("/a/"), None, "en-us", None)
    other = replace(page, path=UrlPath("/b/"))
    missing = replace(page, path=UrlPath("/d/"))
    with state:
        left = LeftFiles(state)
        left.expect([page, missing])
        found = [left.of(each) for each in (page, other, missing)]
    size = (blog.dist / "b/index.html").stat().st_size
    assert [each and each.file for each in found] == ["a/index.html", "b/index.html", None]
    assert found[1] is not None
    assert found[1].size == size
