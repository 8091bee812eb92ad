"""`prismic-ssg init`: a site that builds at once, whatever it begins with."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from prismic_ssg.testing import running_repository

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "site.example/content"

POST = {
    "id": "post", "label": "Post", "format": "page", "repeatable": True,
    "json": {"Main": {
        "uid": {"type": "UID"},
        "title": {"type": "StructuredText", "config": {"label": "Title"}},
        "summary": {"type": "Text"},
        "cover": {"type": "Image"},
        "day": {"type": "Date", "config": {"label": "Published on"}},
        "topic": {"type": "Link", "config": {"select": "document", "customtypes": ["topic"]}},
        "body": {"type": "StructuredText"},
        "meta_title": {"type": "Text"},
    }},
}  # fmt: skip
TOPIC = {
    "id": "topic", "label": "Topic {{ 1 }} & <more>", "format": "page", "repeatable": True,
    "json": {"Main": {"uid": {"type": "UID"}, "name": {"type": "Text"}}},
}  # fmt: skip
SETTINGS = {
    "id": "settings", "label": "Settings", "format": "custom", "repeatable": False,
    "json": {"Main": {"title": {"type": "Text"}}},
}  # fmt: skip
PAGE = {"type": "page", "uid": "about", "lang": "en-us", "data": {"title": "About"}}


def local(folder: Path, *models: dict[str, object], documents: tuple[object, ...] = ()) -> Path:
    """A folder with a local repository of these models and documents."""
    for number, document in enumerate(documents):
        put(folder / f"documents/{number}.json", {"id": f"d{number}", **document})
    for model in models:
        put(folder / f"customtypes/{model['id']}/index.json", model)
    put(folder / "repository.json", {"languages": [{"id": "en-us", "name": "English"}]})
    return folder


def put(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but what can be made again."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".prismic-ssg" not in path.parts
    }


def pages(site: Path) -> Iterator[tuple[str, str]]:
    """Every page of a built site: its path, and its text."""
    for path in sorted((site / "dist").rglob("*.html")):
        yield path.relative_to(site / "dist").as_posix(), path.read_text("utf-8")


# -- without a repository


@pytest.fixture
def new(cli, tmp_path):
    """The site that `init` makes of nothing, built."""
    site = tmp_path / "site"
    assert cli("init", site).code == 0
    assert cli("-C", site, "build", "--strict").code == 0
    return site


def test_it_ends_with_what_to_type_next(cli, tmp_path):
    said = cli("init", tmp_path / "our site")
    assert said.out.splitlines()[-2:] == [
        f"  prismic-ssg -C '{tmp_path}/our site' build",
        f"  prismic-ssg -C '{tmp_path}/our site' serve --watch",
    ]


def test_in_the_present_folder_the_next_commands_need_no_folder(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init", ".").out.splitlines()[-2:] == [
        "  prismic-ssg build",
        "  prismic-ssg serve --watch",
    ]
    assert (tmp_path / "prismicio.py").is_file()


@pytest.mark.slow
def test_every_link_and_picture_of_the_small_site_is_there(new):
    found = set()
    for name, text in pages(new):
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            address = html.unescape(address)
            if not address.startswith(("https://example.org", "#")):
                assert address.startswith("/"), f"{name}: {address}"
                target = new / "dist" / address.strip("/").partition("#")[0]
                assert target.is_file() or (target / "index.html").is_file(), f"{name}: {address}"
                found.add(address)
    assert {"/", "/blog/", "/about", "/images/dawn.svg"} <= found


@pytest.mark.slow
def test_titles_and_descriptions_of_the_small_site_are_there_and_differ(new):
    for pattern in (r"<title>([^<]+)</title>", r'<meta name="description" content="([^"]+)">'):
        found = [re.findall(pattern, text) for name, text in pages(new) if name != "404.html"]
        assert all(len(each) == 1 for each in found)
        assert len({text for [text] in found}) == len(found)


@pytest.mark.slow
def test_each_page_of_the_small_site_has_one_heading_of_the_first_level(new):
    assert all(text.count("<h1") == 1 for _, text in pages(new))


@pytest.mark.slow
def test_pictures_in_the_text_say_what_they_show(new):
    for _, text in pages(new):
        for tag in re.findall(r"<figure[^>]*>\s*(<img [^>]+>)", text):
            assert re.search(r'alt="[^"]{10,}"', tag), tag


@pytest.mark.slow
def test_what_the_small_site_says_of_itself_is_true(new):
    text = " ".join(html.unescape(text) for _, text in pages(new))
    for file in set(re.findall(r"<code>((?:content|templates|static)/[^<]*)</code>", text)):
        assert (new / file).exists(), file
    assert len((new / "templates/homepage.html").read_text().splitlines()) < 30


@pytest.mark.slow
def test_the_small_site_has_no_slice_without_a_template(new, cli):
    assert cli("-C", new, "slices", "--stubs").err == (
        "note: every slice type has a template: nothing was written\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_of_the_small_site_is_wider_than_the_window(new, chromium, width):
    from playwright.sync_api import sync_playwright

    handler = partial(_Quiet, directory=str(new / "dist"))
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        for path in ("/", "/blog/", "/about/", "/blog/slices/", "/blog/fields-and-filters/"):
            page.goto(f"http://127.0.0.1:{server.server_port}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
        browser.close()
        server.shutdown()
    assert errors == []


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@pytest.mark.slow
def test_init_and_build_need_nothing_but_an_empty_folder(tmp_path):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    program = [sys.executable, "-W", "error", "-m", "prismic_ssg"]
    for command in (["init", "."], ["build", "--strict"]):
        done = subprocess.run(
            [*program, *command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "A site that is yours to change" in (tmp_path / "dist/index.html").read_text()


# -- of a repository


def test_routes_and_listings_follow_the_types(cli, tmp_path):
    local(tmp_path / "content", POST, TOPIC, SETTINGS, documents=(PAGE,))
    assert cli("init", tmp_path).code == 0
    assert (
        (tmp_path / "prismicio.py").read_text()
        == '''\
"""This site: where its content is, and which page is at which address.

    prismic-ssg build           writes it to dist/
    prismic-ssg serve --watch   shows it, and again after every change

`prismic-ssg --help` says what else there is.
"""

from prismic_ssg import Listing, Route, Site, filter

site = Site(
    # A repository's name, its endpoint's URL, or a folder with a local repository.
    repository="./content",
    # Where the site will be, for sitemap.xml and all that names whole addresses.
    base_url="https://example.org",
    # More specific routes come first.
    # Without pages of their own: settings.
    routes=[
        Route("post", "/post/:uid"),
        Route("topic", "/topic/:uid"),
        Route("page", "/:uid"),
    ],
    # Pages that no document stands for: lists of documents.
    listings=[
        Listing(
            "/post/",
            template="listing.html",
            filters=[filter.at("document.type", "post")],
            orderings="my.post.day desc",
        ),
        Listing(
            "/topic/",
            template="listing.html",
            filters=[filter.at("document.type", "topic")],
            orderings="document.first_publication_date desc",
        ),
    ],
)
'''
    )


def test_a_template_shows_the_fields_of_the_model(cli, tmp_path):
    local(tmp_path / "content", POST, TOPIC)
    cli("init", tmp_path)
    template = (tmp_path / "templates/post.html").read_text()
    day = "<div><dt>Published on</dt><dd>{{ day(doc.data.day, page.lang) }}</dd></div>"
    topic = "<div><dt>Topic</dt><dd>{{ doc.data.topic|link_tag }}</dd></div>"
    assert (
        template.replace(day, "DAY").replace(topic, "TOPIC")
        == """\
{# Post: begun by `prismic-ssg init` from its model. #}
{% extends "base.html" %}
{% import "fields.html" as show %}
{% from "words.html" import day %}

{% block main %}
<article>
<header class="title">
<h1>{{ doc.title }}</h1>
{% if doc.data.summary %}
<div class="lede"><p>{{ doc.data.summary }}</p></div>
{% endif %}
</header>
{{ show.picture(doc.data.cover, loading="eager") }}
{% set facts %}
{% if doc.data.day is filled %}DAY{% endif %}
{% if doc.data.topic|link_tag %}TOPIC{% endif %}
{% endset %}
{% if facts|trim %}
<aside class="facts beside"><dl class="pairs">{{ facts }}</dl></aside>
{% endif %}
{% if doc.data.body is filled %}
<div class="prose">{{ doc.data.body|prose }}</div>
{% endif %}
</article>
{% endblock %}
"""
    )


def begin_with_a_post_about(topic, cli, folder):
    """A site as `init` leaves it, of a topic and a post that links to this one."""
    local(
        folder / "content", POST, TOPIC,
        documents=(
            {"type": "topic", "uid": "wood", "data": {"name": "Wood"}},
            {"type": "post", "uid": "ash", "data": {"title": "Ash", "topic": topic}},
        ),
    )  # fmt: skip
    cli("init", folder)


def test_a_link_to_what_is_not_published_leaves_no_label_behind(cli, tmp_path):
    gone = {"link_type": "Document", "id": "gone", "type": "broken_type", "isBroken": True}
    begin_with_a_post_about(gone, cli, tmp_path)
    assert cli("-C", tmp_path, "build").code == 0
    page = (tmp_path / "dist/post/ash/index.html").read_text()
    assert "<h1>Ash</h1>" in page
    assert "Topic</dt>" not in page


def test_a_page_that_others_link_to_ends_with_them(cli, tmp_path):
    topic = {"link_type": "Document", "id": "d0", "type": "topic", "lang": "en-us", "uid": "wood"}
    begin_with_a_post_about(topic, cli, tmp_path)
    assert cli("-C", tmp_path, "build", "--strict").code == 0
    wood = (tmp_path / "dist/topic/wood/index.html").read_text()
    assert '<a href="/post/ash">' in wood[wood.index("<h2>Post</h2>") :]


def test_what_editors_call_a_type_is_no_template(cli, tmp_path):
    post = {**POST, "json": {"Main": {**POST["json"]["Main"], "odd": {
        "type": "Table", "config": {"label": 'A "{{ table }}" {% of %} <b> #}'}}}}}  # fmt: skip
    rows = {"body": {"rows": [{"cells": [{"type": "data", "content": []}]}]}}
    data = {"title": "A", "odd": rows}
    local(
        tmp_path / "content", post, TOPIC, documents=({"type": "post", "uid": "a", "data": data},)
    )
    cli("init", tmp_path)
    assert cli("-C", tmp_path, "build", "--strict").code == 0
    page = html.unescape((tmp_path / "dist/post/a/index.html").read_text())
    assert '<h2>A "{{ table }}" {% of %} <b> #}</h2>' in page


# Each ends what it is put into, and goes on as code.
BREAKS = [
    '"]}}{{ 6111 * 7 }}{{["',
    "#}{{ 6111 * 7 }}",
    '"] %}{{ 6111 * 7 }}{% set x = ["',
    "\\",
    "\n{% end",
]
CELLS = {"body": {"rows": [{"cells": [{"type": "data", "content": []}]}]}}


@pytest.mark.parametrize("breaks", BREAKS)
def test_no_name_in_somebodys_repository_is_code_of_the_site(cli, tmp_path, breaks):
    to_self = {"link_type": "Document", "id": "d0", "type": "post", "lang": "en-us"}
    kinds = {
        "text": "shown",
        "day": "2026-03-02",
        "side": "left",
        "yes": True,
        "table": CELLS,
        "rows": [{"a": "x"}],
    }
    odd = {f"{kind}{breaks}": value for kind, value in {**kinds, "topic": to_self}.items()}
    odd |= {f"{breaks} {kind}": value for kind, value in kinds.items()}
    body = [{"slice_type": "hero", "variation": "default", "primary": odd, "items": [odd]}]
    data = {"title": "A", **odd, "body": body}
    documents = [{"type": "post", "uid": uid, "data": data} for uid in ("a", "b")]
    theirs = local(tmp_path / "theirs", documents=tuple(documents))
    put(theirs / "repository.json", {"types": {"post": f"Post{breaks}"}})
    assert cli("init", tmp_path / "site", "-r", theirs).code == 0
    assert cli("-C", tmp_path / "site", "build").code == 0
    for file, text in pages(tmp_path / "site"):
        assert "42777" not in text, file
    page = (tmp_path / "site/dist/post/a/index.html").read_text()
    assert page.count("shown") >= 2


def test_no_language_of_somebodys_repository_is_code_of_the_site(cli, tmp_path):
    odd = "en-us\nraise SystemExit(42)\n#"
    page = {"type": "page", "lang": odd, "uid": "a", "data": {"title": "A"}}
    theirs = local(tmp_path / "theirs", documents=(page, {**page, "lang": "fr-fr"}))
    languages = [{"id": each, "name": each, "is_master": each == odd} for each in (odd, "fr-fr")]
    put(theirs / "repository.json", {"languages": languages})
    assert cli("init", tmp_path / "site", "-r", theirs).code == 0
    assert cli("-C", tmp_path / "site", "build").code == 0
    assert "first language, en-us raise" in (tmp_path / "site/prismicio.py").read_text()


@pytest.mark.slow
def test_without_models_the_documents_say_what_there_is(cli, tmp_path):
    documents = tmp_path / "bare"
    for path in [EXAMPLE / "repository.json", *(EXAMPLE / "documents").rglob("*.json")]:
        put(documents / path.relative_to(EXAMPLE), path.read_text("utf-8"))
    assert cli("init", tmp_path / "site", "-r", documents).code == 0
    written = (tmp_path / "site/prismicio.py").read_text()
    assert 'Route("blog_post", "/:lang?/blog-post/:uid")' in written
    assert "Without pages of their own: navigation, settings." in written
    assert cli("-C", tmp_path / "site", "build", "--strict").code == 0
    page = (tmp_path / "site/dist/product/heron/index.html").read_text()
    assert "<h2>Specifications</h2>" in page


@pytest.mark.slow
def test_the_example_builds_with_what_init_makes_of_its_repository(cli, tmp_path):
    said = cli("init", tmp_path / "site", "-r", EXAMPLE)
    assert said.out.startswith(
        f"{os.path.relpath(EXAMPLE, tmp_path / 'site')}: 77 documents of 9 types, in en-us, fr-fr\n"
    )
    assert (tmp_path / "site/templates/slices/hero.html").is_file()
    assert cli("-C", tmp_path / "site", "build", "--strict").code == 0
    assert (tmp_path / "site/dist/fr-fr/product-category/index.html").is_file()


@pytest.mark.slow
def test_what_is_generated_is_formatted_and_found_without_fault(cli, tmp_path):
    sites = {"example": ["-r", EXAMPLE], "small": []}
    for name, arguments in sites.items():
        cli("init", tmp_path / name, *arguments)
    for check in (["format", "--check"], ["check", "--ignore", "A004"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *check, "--isolated", "--no-cache", tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_the_parent_of_a_page_is_part_of_its_address(cli, tmp_path):
    parent = {"type": "Link", "config": {"select": "document", "customtypes": ["page"]}}
    model = {"id": "page", "json": {"Main": {"uid": {"type": "UID"}, "parent": parent}}}
    local(tmp_path / "content", model)
    cli("init", tmp_path)
    route = 'Route("page", "/:parent?/:uid", resolvers={"parent": "parent"}),'
    assert route in (tmp_path / "prismicio.py").read_text()


def test_a_list_is_in_no_order_that_most_documents_lack(cli, tmp_path):
    model = {
        "id": "post",
        "json": {"Main": {"uid": {"type": "UID"}, "published": {"type": "Date"}}},
    }
    local(tmp_path / "content", model)
    documents = tmp_path / "content/documents"
    documents.mkdir(exist_ok=True)
    for number in range(3):
        data = {"published": "2026-01-01"} if number == 0 else {}
        document = {"id": f"p{number}", "type": "post", "uid": f"p{number}", "data": data}
        (documents / f"p{number}.json").write_text(json.dumps(document))
    cli("init", tmp_path)
    written = (tmp_path / "prismicio.py").read_text()
    assert 'orderings="document.first_publication_date desc"' in written


def test_a_list_is_in_the_order_of_publication(cli, tmp_path):
    dates = {
        "updated_at": {"type": "Timestamp"},
        "event": {"type": "Date"},
        "published": {"type": "Timestamp"},
    }
    model = {"id": "post", "json": {"Main": {"uid": {"type": "UID"}, **dates}}}
    local(tmp_path / "content", model)
    cli("init", tmp_path)
    assert 'orderings="my.post.published desc"' in (tmp_path / "prismicio.py").read_text()


def test_a_page_called_home_is_the_home_page(cli, tmp_path):
    local(tmp_path / "content", documents=({**PAGE, "uid": "home"}, PAGE))
    cli("init", tmp_path)
    assert cli("-C", tmp_path, "build", "--strict").code == 0
    assert (tmp_path / "dist/index.html").is_file()
    assert (tmp_path / "dist/about/index.html").is_file()


def test_a_listing_leaves_its_address_to_the_page_that_has_it(cli, tmp_path):
    post = {"type": "post", "uid": "a", "data": {"title": "A"}}
    local(tmp_path / "content", documents=(post, {**PAGE, "uid": "post"}))
    cli("init", tmp_path)
    assert cli("-C", tmp_path, "build", "--strict").code == 0


def test_a_type_that_is_no_name_of_a_file_gets_no_template(cli, tmp_path):
    odd = {"type": "../../odd", "uid": "a", "lang": "en-us", "data": {"title": "A"}}
    local(tmp_path / "site/content", documents=(odd, PAGE))
    assert cli("init", tmp_path / "site").code == 0
    assert not list(tmp_path.rglob("odd.html"))
    assert cli("-C", tmp_path / "site", "build").code == 0


def test_a_model_that_cant_be_read_stops_everything(cli, tmp_path):
    put(tmp_path / "site/customtypes/post/index.json", "{")
    before = files(tmp_path)
    said = cli("init", tmp_path / "site", "-r", EXAMPLE)
    assert said.code == 1
    assert "customtypes/post/index.json is no model" in said.err
    assert files(tmp_path) == before


# -- where the repository is named


def test_a_hosted_repository_is_pulled_once(cli, tmp_path, monkeypatch):
    with running_repository([PAGE]) as repository:
        assert cli("init", tmp_path, "-r", repository.endpoint).code == 0
        asked = len(repository.requests)
        assert cli("-C", tmp_path, "build", "--strict").code == 0
        assert len(repository.requests) == asked + 1
    assert f'repository="{repository.endpoint}",' in (tmp_path / "prismicio.py").read_text()


@pytest.mark.parametrize(
    ("file", "key"),
    [("prismic.config.json", "documentAPIEndpoint"), ("slicemachine.config.json", "apiEndpoint")],
)
def test_the_configuration_of_prismics_tools_names_the_repository(cli, tmp_path, file, key):
    with running_repository([PAGE]) as repository:
        put(tmp_path / file, {"repositoryName": "test-repository", key: repository.endpoint})
        assert cli("init", tmp_path).code == 0
        assert cli("-C", tmp_path, "build", "--strict").code == 0
    assert (tmp_path / "dist/about/index.html").is_file()
    is_named = "repository=" in (tmp_path / "prismicio.py").read_text()
    assert is_named is (file == "slicemachine.config.json")


def test_routes_of_prismics_configuration_stay_there(cli, tmp_path):
    with running_repository([PAGE]) as repository:
        routes = [{"type": "page", "path": "/pages/:uid"}]
        config = {"documentAPIEndpoint": repository.endpoint, "routes": routes}
        put(tmp_path / "prismic.config.json", config)
        assert cli("init", tmp_path).code == 0
        assert cli("-C", tmp_path, "build", "--strict").code == 0
    assert (tmp_path / "dist/pages/about/index.html").is_file()


def test_a_site_that_is_there_gets_what_it_lacks(cli, tmp_path):
    local(tmp_path / "docs", documents=(PAGE,))
    mine = 'from prismic_ssg import Site\n\nsite = Site(repository="./docs")\n'
    put(tmp_path / "prismicio.py", mine)
    said = cli("init", tmp_path)
    assert said.out.startswith("./docs: 1 document of 1 type, in en-us\n")
    assert (tmp_path / "prismicio.py").read_text() == mine
    assert (tmp_path / "templates/page.html").is_file()
    assert not (tmp_path / "content").exists()


def test_the_environment_names_a_repository_where_nothing_else_does(cli, tmp_path, monkeypatch):
    with running_repository([PAGE]) as repository:
        monkeypatch.setenv("PRISMIC_REPOSITORY_NAME", repository.endpoint)
        assert cli("init", tmp_path).out.startswith(f"{repository.endpoint}: 1 document")


# -- what goes wrong


def test_files_that_are_there_are_kept_and_named(cli, tmp_path):
    put(tmp_path / "README.md", "mine")
    put(tmp_path / "notes.txt", "mine too")
    said = cli("init", tmp_path)
    assert "kept as they were (--force writes over them):\n  README.md\n" in said.out
    assert (tmp_path / "README.md").read_text() == "mine"
    assert cli("init", tmp_path, "--force").code == 0
    assert (tmp_path / "README.md").read_text().startswith("# ")
    assert (tmp_path / "notes.txt").read_text() == "mine too"


def test_a_second_time_nothing_is_left_to_do(cli, tmp_path):
    for arguments in ([], ["-r", EXAMPLE]):
        site = tmp_path / str(len(arguments))
        cli("init", site, *arguments)
        before = files(site)
        assert "0 files written" in cli("init", site).out
        assert files(site) == before


@pytest.mark.slow
def test_the_same_repository_gives_the_same_site(cli, tmp_path):
    for name in "ab":
        cli("init", tmp_path / name, "-r", EXAMPLE)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_an_endpoint_without_a_repository_leaves_nothing_behind(cli, tmp_path):
    with running_repository([PAGE]) as repository:
        nowhere = f"{repository.origin}/nothing"
        said = cli("init", tmp_path / "site", "-r", nowhere)
    assert said.code == 5
    assert "repository not found" in said.err
    assert not (tmp_path / "site").exists()


def test_a_private_repository_asks_for_a_token(cli, tmp_path, monkeypatch):
    with running_repository([PAGE], access="private", tokens=["s3cr3t"]) as repository:
        said = cli("init", tmp_path / "site", "-r", repository.endpoint)
        assert said.code == 5
        assert "PRISMIC_ACCESS_TOKEN" in said.err
        assert not (tmp_path / "site").exists()
        monkeypatch.setenv("PRISMIC_ACCESS_TOKEN", "s3cr3t")
        said = cli("init", tmp_path / "site", "-r", repository.endpoint)
    assert said.code == 0
    assert not any(b"s3cr3t" in content for content in files(tmp_path).values())


def test_a_folder_that_is_no_repository_is_named(cli, tmp_path):
    said = cli("init", tmp_path / "site", "-r", "./nowhere")
    assert said.code == 2
    assert "'nowhere' is not a folder" in said.err
    assert not (tmp_path / "site").exists()


def test_a_prismicio_that_is_wrong_stops_everything(cli, tmp_path):
    put(tmp_path / "prismicio.py", "site = Sight()")
    said = cli("init", tmp_path)
    assert said.code == 2
    assert "prismicio.py:1: NameError: name 'Sight' is not defined" in said.err
    assert list(files(tmp_path)) == ["prismicio.py"]


def test_a_prismicio_that_is_wrong_can_be_written_over(cli, tmp_path):
    put(tmp_path / "prismicio.py", "site = Sight()")
    assert cli("init", tmp_path, "-r", EXAMPLE, "--force").code == 0
    assert "Route(" in (tmp_path / "prismicio.py").read_text()


def test_a_file_where_the_site_would_be_is_an_error(cli, tmp_path):
    put(tmp_path / "site", "a file")
    said = cli("init", tmp_path / "site")
    assert said.code == 2
    assert "is a file" in said.err


def test_a_file_where_a_folder_must_be_stops_everything(cli, tmp_path):
    put(tmp_path / "templates", "a file")
    said = cli("init", tmp_path)
    assert said.code == 2
    assert f"{tmp_path}/templates is a file, and must be a folder" in said.err
    assert list(files(tmp_path)) == ["templates"]


def test_a_repository_with_nothing_in_it_still_begins(cli, tmp_path):
    with running_repository([]) as repository:
        assert cli("init", tmp_path, "-r", repository.endpoint).code == 0
        assert cli("-C", tmp_path, "build", "--strict").code == 0


# -- for hosts


@pytest.mark.parametrize("arguments", [[], ["-r", EXAMPLE]], ids=["small", "repository"])
def test_hosts_find_what_they_need(cli, tmp_path, arguments):
    cli("init", tmp_path, *arguments)
    plugin = EXAMPLE.parent / "netlify" / "prismic-ssg"
    for name in (
        "netlify.toml",
        ".github/workflows/deploy.yml",
        *(f"netlify/prismic-ssg/{file.name}" for file in plugin.iterdir()),
    ):
        assert (tmp_path / name).read_bytes() == (EXAMPLE.parent / name).read_bytes()
    assert "prismic-ssg" in (tmp_path / "requirements.txt").read_text()
    assert ".prismic-ssg/" in (tmp_path / ".gitignore").read_text().splitlines()


@pytest.mark.slow
def test_the_check_has_nothing_to_say_of_the_small_site(new, cli):
    said = cli("-C", new, "check", "--strict")
    assert said.code == 0
    assert "0 errors, 0 warnings" in said.out
